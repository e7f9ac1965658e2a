"""Kinds of events: who manages them, who is offered them."""

import pytest

from groupware.errors import Denied, Invalid, NotFound
from groupware.testing.signing_in import csrf_token
from plugins.schedule.permissions import KIND_MANAGE
from plugins.schedule.queries.kinds import offered
from plugins.schedule.services import kinds
from plugins.schedule.services.kinds import Plan


@pytest.fixture
def meeting(office):
    """A kind of 福祉局, made by the organiser, who manages those of the bureau."""
    office.grant(office.organiser, KIND_MANAGE, office.welfare)
    return office.write(
        kinds.add, office.organiser, Plan(name="ケース会議", hue="green", unit_id=office.welfare)
    )


def names(office, unit_id):
    return [row.name for row in office.read(lambda _: offered(unit_id), office.organiser)]


def test_kind_is_offered_to_the_people_of_its_organisation(office, meeting):
    assert names(office, office.shelter) == ["ケース会議"]
    assert names(office, office.waste) == []
    office.enter(kind_id=meeting.id)
    with pytest.raises(Invalid):
        office.enter(office.outsider, kind_id=meeting.id)


def test_kind_that_is_not_offered_any_more_stays_with_its_events(office, meeting):
    uid = office.enter(kind_id=meeting.id)
    closed = Plan(name="ケース会議", hue="green", unit_id=office.welfare, is_active=False)
    office.write(kinds.change, office.organiser, meeting.uid, closed)
    assert names(office, office.shelter) == []
    assert office.seen(office.colleague, office.organiser)[0].kind == "ケース会議"
    assert office.stored(uid).kind_id == meeting.id


def test_only_those_who_manage_kinds_of_an_organisation_do(office, meeting):
    with pytest.raises(Denied):
        office.write(kinds.add, office.organiser, Plan(name="全庁", unit_id=None))
    with pytest.raises(NotFound):
        office.write(kinds.change, office.outsider, meeting.uid, Plan(name="別", unit_id=office.waste))


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "あ" * 21}, "name"),
        ({"name": "別", "hue": "pink"}, "hue"),
        ({"name": "ケース会議"}, "name"),
    ],
)
def test_kind_that_is_refused(office, meeting, plan, field):
    with pytest.raises(Invalid) as caught:
        office.write(kinds.add, office.organiser, Plan(**plan, unit_id=office.welfare))
    assert field in caught.value.fields


def test_pages(office, meeting, sign_in):
    client = sign_in(office.organiser)
    assert "ケース会議" in client.get("/schedule/kinds").text
    token = csrf_token(client, "/schedule/kinds/new")
    data = {"name": "訪問", "hue": "orange", "unit_id": office.welfare, "is_active": "y", "csrf_token": token}
    assert client.post("/schedule/kinds/new", data=data).status_code == 302
    assert client.post("/schedule/kinds/new", data=data).status_code == 422
    data["name"] = "個別ケース会議"
    assert client.post(f"/schedule/kinds/{meeting.uid}", data=data).status_code == 302
    assert "個別ケース会議" in client.get("/schedule/kinds").text
    assert sign_in(office.outsider).get("/schedule/kinds").status_code in (403, 404)
