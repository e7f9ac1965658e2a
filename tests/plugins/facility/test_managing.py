"""Those who manage facilities: groups, facilities, their rights and terms."""

import pytest
from sqlalchemy import select

from groupware import access
from groupware.access.enums import PrincipalKind
from groupware.capabilities import Clashes
from groupware.db import session, unit
from groupware.errors import Conflict, Denied, Invalid, NeedsElevation, NotFound
from plugins.facility.enums import Right
from plugins.facility.models import Facility
from plugins.facility.permissions import PERMISSION_OF
from plugins.facility.queries.facilities import Filter, seen
from plugins.facility.services import catalogue
from tests.plugins.facility.conftest import span


@pytest.fixture
def manager(hall):
    """The keeper manages what belongs to 総務課."""
    hall.factory.grant(
        PrincipalKind.PERSON,
        hall.keeper,
        "facility:facility:manage",
        scope="subtree",
        unit_id=hall.affairs,
    )
    return hall.keeper


def plan(hall, **changes):
    """A facility of 総務課."""
    values = {"name": "601会議室", "group": hall.rooms, "unit_id": hall.affairs}
    return catalogue.FacilityPlan(**(values | changes))


def post(client, address, form):
    """Send a form with its token."""
    token = client.get("/facility/").text.partition('name="csrf-token" content="')[2].partition('"')[0]
    return client.post(address, data={**form, "csrf_token": token})


def test_manager_adds_facilities_of_the_own_organisation_only(hall, manager):
    hall.write(catalogue.add, manager, plan(hall))
    for unit_id in (hall.welfare, None):
        with pytest.raises(Denied):
            hall.write(catalogue.add, manager, plan(hall, unit_id=unit_id))
    with pytest.raises(Denied):
        hall.write(catalogue.add, hall.booker, plan(hall))


def test_managing_asks_for_the_password_again(hall, manager):
    who = hall.actor(manager, elevated=False)
    with hall.app.app_context(), pytest.raises(NeedsElevation), unit("write"):
        catalogue.add(who, plan(hall))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "あ" * 61}, "name"),
        ({"capacity": -1}, "capacity"),
        ({"quantity": 0}, "quantity"),
        ({"terms": {"facility.opens": "26:00"}}, "facility.opens"),
        ({"terms": {"facility.unit_minutes": 1}}, "facility.unit_minutes"),
        ({"terms": {"bulletin.approval": "never"}}, "bulletin.approval"),
        ({"features": ("あ" * 41,)}, "features"),
    ],
)
def test_bad_facility_is_told_at_its_field(hall, manager, changes, field):
    with pytest.raises(Invalid) as refused:
        hall.write(catalogue.add, manager, plan(hall, **changes))
    assert list(refused.value.fields) == [field]


def test_one_of_two_changes_of_the_same_version_is_saved(hall, manager):
    hall.write(catalogue.change, manager, hall.room, plan(hall, name="501特別室"), version=1)
    with pytest.raises(Conflict):
        hall.write(catalogue.change, manager, hall.room, plan(hall, name="別名"), version=1)


def test_booking_does_not_get_into_the_way_of_a_change(hall, manager):
    hall.book()
    hall.write(catalogue.change, manager, hall.room, plan(hall, rights=catalogue.OPEN_TO_ALL), version=1)


def test_one_piece_does_not_become_several_while_it_is_booked(hall, manager):
    hall.book()
    with pytest.raises(Invalid):
        hall.write(catalogue.change, manager, hall.room, plan(hall, quantity=2), version=1)


def test_retired_facility_keeps_its_bookings_and_takes_no_more(hall, manager):
    uid = hall.book()
    hall.write(catalogue.change, manager, hall.room, plan(hall, name="501会議室", is_retired=True), version=1)
    assert hall.states(uid) == [("501会議室", "10:00", "confirmed")]
    with pytest.raises(Clashes) as refused:
        hall.book(times=[span(13, 14)])
    assert refused.value.clashes[0].code == "retired"
    assert hall.read(lambda who: [one.name for one in seen(who, Filter())], hall.booker) == ["502会議室"]


def test_rights_of_lists_and_of_single_objects_are_the_same(hall, manager):
    hall.factory.grant(
        PrincipalKind.PERSON, hall.colleague, "facility:booking:manage", scope="subtree", unit_id=hall.city
    )
    hall.factory.grant(PrincipalKind.PERSON, hall.outsider, "facility:facility:see")
    hall.add_room("秘書室", rights={})
    hall.add_room("全庁の部屋", unit_id=None, rights={Right.REQUEST: (catalogue.EVERYONE,)})

    def one_by_one(who):
        return {
            one.id: {right for right in Right if access.can(who, PERMISSION_OF[right], one)}
            for one in session.scalars(select(Facility))
        }

    for person in (hall.booker, hall.colleague, hall.outsider, hall.keeper):
        listed = {one.id: one.rights for one in hall.read(lambda who: seen(who, Filter()), person)}
        single = hall.read(one_by_one, person)
        assert listed == {key: rights for key, rights in single.items() if Right.SEE in rights}


def test_pages_add_and_change(hall, manager, sign_in):
    client = sign_in(manager, elevated=True)
    form = {
        "name": "701会議室",
        "group": str(hall.rooms),
        "unit_id": str(hall.affairs),
        "capacity": "10",
        "quantity": "1",
        "features": "プロジェクター\n車椅子対応",
        "book": ["everyone:0"],
        "terms-facility.closes": "17:00",
        "terms-facility.longest_minutes": "120",
    }
    assert post(client, "/facility/manage/new", form).status_code == 302
    page = client.get("/facility/manage").text
    assert "701会議室" in page
    (made,) = hall.read(lambda who: seen(who, Filter(text="701")), hall.booker)
    assert (made.terms.closes, made.terms.longest, made.can_book) == (17 * 60, 120, True)
    page = client.get(f"/facility/manage/{made.uid}").text
    assert "車椅子対応" in page
    faulty = post(client, f"/facility/manage/{made.uid}", {**form, "name": "", "version": "1"})
    assert faulty.status_code == 422
    stale = post(client, f"/facility/manage/{made.uid}", {**form, "version": "7"})
    assert stale.status_code == 409
    assert (
        post(client, f"/facility/manage/{made.uid}", {**form, "version": "1", "name": "702"}).status_code
        == 302
    )
    broken = {**form, "terms-facility.longest_minutes": "x", "version": "2"}
    assert post(client, f"/facility/manage/{made.uid}", broken).status_code == 422
    group = {"name": "別館", "kind": "room", "unit_id": str(hall.affairs)}
    assert post(client, "/facility/manage/groups/new", group).status_code == 302
    assert "別館" in client.get("/facility/manage").text


def test_list_is_narrowed_and_turned(hall, manager, sign_in, monkeypatch):
    client = sign_in(manager, elevated=True)
    for query, names in (
        ("?q=ごまるいち", {"501会議室"}),
        (f"?group={hall.rooms}", {"501会議室", "502会議室"}),
        ("?group=00000000-0000-0000-0000-000000000001", set()),
        ("?q=無い&page=x&group=x", set()),
    ):
        page = client.get(f"/facility/manage{query}").text
        assert {name for name in ("501会議室", "502会議室") if f">{name}</a>" in page} == names, query
        assert 'class="button button-quiet" href="/facility/manage"' in page, query
    monkeypatch.setattr("plugins.facility.views.managing.MOST", 1)
    first, second = (client.get(f"/facility/manage?page={number}").text for number in (1, 2))
    assert 'href="/facility/manage?page=2"' in first
    assert ">502会議室</a>" in second
    assert "page=3" not in second


def test_pages_are_closed_to_others(hall, manager, sign_in):
    client = sign_in(hall.booker, elevated=True)
    for address in ("", "/new", "/groups/new", f"/{hall.room}"):
        assert client.get(f"/facility/manage{address}").status_code in (403, 404), address
    other = hall.add_room("福祉課の部屋", unit_id=hall.welfare)
    assert sign_in(manager, elevated=True).get(f"/facility/manage/{other}").status_code == 404
    with pytest.raises(NotFound):
        hall.write(catalogue.change, hall.booker, hall.add_room("秘書室", rights={}), plan(hall), version=1)
