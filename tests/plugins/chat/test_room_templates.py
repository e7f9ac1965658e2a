"""Templates of rooms: five come with the house, organisations keep their own, and whoever opens a room begins with one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest

from groupware.access.enums import PrincipalKind
from groupware.audit.models import AuditRecord
from groupware.db import session, unit
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.testing.signing_in import csrf_token, sign_in_as
from plugins.chat.enums import Role
from plugins.chat.models import NoteTemplate, Pin, Room, RoomTemplate
from plugins.chat.permissions import MANAGE_TEMPLATES
from plugins.chat.queries import room_templates as seen
from plugins.chat.rules import FORBIDDEN_WORDS, OPEN_ROOMS, OPENING
from plugins.chat.services import opening
from plugins.chat.services import room_templates as templates
from plugins.chat.services.opening import Beginning
from plugins.chat.services.room_templates import TemplatePlan
from plugins.chat.services.rooms import RoomPlan
from tests.plugins.chat.conftest import Office
from tests.plugins.chat.test_pages import INDIVIDUAL_NUMBER

HOUSE = ["部・課の連絡", "プロジェクト", "局長級の協議", "災害対応", "庁外との調整"]


@pytest.fixture
def keeper(office: Office) -> int:
    """Somebody who looks after the templates of 福祉局."""
    office.factory.grant(
        PrincipalKind.PERSON, office.owner, MANAGE_TEMPLATES, scope="subtree", unit_id=office.welfare
    )
    return office.owner


@pytest.fixture
def officer(office: Office) -> int:
    """Somebody who looks after those of the whole municipality."""
    office.factory.grant(
        PrincipalKind.PERSON, office.outsider, MANAGE_TEMPLATES, scope="subtree", unit_id=office.city
    )
    return office.outsider


def titles(office: Office, person: int, query=seen.offered) -> list[str]:
    """What somebody is offered, or looks after."""
    return [one.title for one in office.read(query, person)]


def plan(office: Office, **changes) -> TemplatePlan:
    """A template of 福祉局."""
    return TemplatePlan(
        **({"title": "避難所", "room_name": "{年度} {組織} 避難所", "unit_id": office.welfare} | changes)
    )


def test_five_come_with_the_house(office: Office) -> None:
    assert titles(office, office.member) == titles(office, office.outsider) == HOUSE
    found = office.read(lambda actor: [seen.filled(actor, one) for one in seen.offered(actor)], office.member)
    assert [one.room_name for one in found[:2]] == ["保護課 連絡", "令和8年度 (プロジェクト名)"]
    assert [one.members for one in found[:2]] == [(f"unit_tree:{office.shelter}",), ()]


def test_an_organisation_has_its_own_before_those_of_the_house(office: Office, keeper: int) -> None:
    office.write(templates.make, keeper, plan(office))
    office.write(templates.make, keeper, plan(office, title="保護課の訪問", unit_id=office.shelter))
    assert titles(office, office.member) == ["保護課の訪問", "避難所", *HOUSE]
    assert titles(office, office.outsider) == HOUSE
    own = next(one for one in office.read(seen.offered, office.member) if one.title == "避難所")
    with pytest.raises(NotFound):
        office.read(seen.chosen, office.outsider, own.uid)


def test_who_keeps_which(office: Office, keeper: int, officer: int) -> None:
    """Those of an organisation by who looks after it, those of the house at the root alone; for all others there are none."""
    own = office.write(templates.make, keeper, plan(office))
    house = next(one for one in office.read(seen.offered, keeper) if one.unit_id is None)
    assert titles(office, keeper, seen.managed) == ["避難所"]
    assert titles(office, officer, seen.managed) == [*HOUSE, "避難所"]
    for person, uid in ((keeper, house.uid), (office.member, own), (keeper, uuid4())):
        for act in (
            lambda who, key: office.write(templates.change, who, key, plan(office), version=1),
            lambda who, key: office.write(templates.remove, who, key),
            lambda who, key: office.read(seen.one, who, key),
        ):
            with pytest.raises(NotFound):
                act(person, uid)
    for unit_id in (None, office.waste, 10_000):
        with pytest.raises(NotFound):
            office.write(templates.make, keeper, plan(office, unit_id=unit_id))
    office.write(
        templates.change, officer, house.uid, plan(office, title="部の連絡", unit_id=None), version=1
    )
    with pytest.raises(Conflict):
        office.write(templates.change, officer, house.uid, plan(office), version=1)
    for one in office.read(seen.managed, officer):
        office.write(templates.remove, officer, one.uid)
    assert titles(office, office.member) == []
    with office.app.app_context(), unit("read"):
        acts = [one.action for one in session.query(AuditRecord).order_by(AuditRecord.id)]
        assert acts.count("chat.template_removed") == 6
        assert session.query(RoomTemplate).count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " \u200b"}, "title"),
        ({"title": "長" * 41}, "title"),
        ({"room_name": ""}, "room_name"),
        ({"room_name": "長" * 61}, "room_name"),
        ({"purpose": "長" * 501}, "purpose"),
        ({"welcome": "長" * 1001}, "welcome"),
        ({"note_text": "[今日]"}, "note_title"),
        ({"kept_for": 7}, "kept_for"),
        ({"members": [f"person:{key}" for key in range(301)]}, "members"),
        ({"welcome": f"番号は{INDIVIDUAL_NUMBER}です。"}, "welcome"),
    ],
)
def test_bad_templates_are_refused_at_their_field(office: Office, keeper: int, changes, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        office.write(templates.make, keeper, plan(office, **changes))
    assert set(refused.value.fields) == {field}


def test_whom_nobody_knows_is_no_member_of_a_template(office: Office, keeper: int) -> None:
    for value in ("person:99999", "planet:3", "unit_tree:x"):
        with pytest.raises(Invalid):
            office.write(templates.make, keeper, plan(office, members=[value]))


def test_a_room_begins_with_a_welcome_and_a_template_for_notes(office: Office) -> None:
    beginning = Beginning("挨拶文は不要です。", "朝会", "[今日]")
    wanted = RoomPlan(name="避難所", unit_id=office.shelter, is_text_only=True, kept_for=5)
    room = office.write(opening.open_room, office.owner, wanted, beginning)
    view = office.view(office.owner, room.uid)
    assert (view.role, view.is_text_only, view.kept_for) == (Role.OWNER, True, 5)
    (line,) = office.page(office.owner, room.uid).messages
    assert (line.text, line.sender_name) == ("挨拶文は不要です。", "佐藤 葵")
    with office.app.app_context(), unit("read"):
        assert session.query(Pin.message_id).scalar() == line.id
        assert session.query(NoteTemplate.title, NoteTemplate.text).one() == ("朝会", "[今日]")


def test_nothing_is_opened_where_the_welcome_is_refused(office: Office) -> None:
    office.set_rule(FORBIDDEN_WORDS, "極秘", office.welfare)
    for text in ("極秘です。", "長" * 10_001):
        with pytest.raises(Invalid) as refused:
            office.write(
                opening.open_room,
                office.owner,
                RoomPlan(name="避難所", unit_id=office.shelter),
                Beginning(welcome=text),
            )
        assert set(refused.value.fields) == {"welcome"}
    with office.app.app_context(), unit("read"):
        assert session.query(Room).count() == 0


def _hidden(page: str, uid: UUID) -> Mapping[str, Any]:
    assert f'value="{uid}"' in page
    return {"template": str(uid)}


def test_the_page_fills_in_the_form_and_opens_the_room(office: Office, keeper: int) -> None:
    made = office.write(
        templates.make,
        keeper,
        plan(
            office,
            purpose="{組織}の避難所です。",
            is_open=True,
            shows_past=False,
            kept_for=10,
            brings_unit=True,
            members=[f"person:{office.outsider}"],
            welcome="挨拶文は不要です。",
            note_title="本部会議",
            note_text="[被害]",
        ),
    )
    client = sign_in_as(office.app, office.member)
    assert f"/chat/new?template={made}" in client.get("/chat/new").text
    address = f"/chat/new?template={made}"
    page = client.get(address).text
    for words in ("令和8年度 保護課 避難所", "保護課の避難所です。", "挨拶文は不要です。", "本部会議"):
        assert words in page
    members = [f"unit_tree:{office.shelter}", f"person:{office.outsider}"]
    for value in members:
        assert f'value="{value}"' in page
    form = {
        "csrf_token": csrf_token(client, address),
        "name": "令和8年度 保護課 避難所",
        "purpose": "保護課の避難所です。",
        "is_open": "open",
        "kept_for": "10",
        "welcome": "挨拶文は不要です。",
        "with_note": "y",
        "members": members,
        **_hidden(page, made),
    }
    room = UUID(client.post("/chat/new", data=form).location.rsplit("/", 1)[1])
    view = office.view(office.outsider, room)
    assert (view.is_open, view.shows_past, view.kept_for) == (True, False, 10)
    assert office.texts(office.outsider, room) == ["挨拶文は不要です。"]
    assert "本部会議" in client.get(f"/chat/{room}/notes").text
    # A template that is gone meanwhile leaves what was filled in.
    office.write(templates.remove, keeper, made)
    assert client.post("/chat/new", data=form).status_code == 302
    assert client.get(address).status_code == 404


def test_a_template_lets_nobody_do_what_the_rules_do_not(office: Office, keeper: int) -> None:
    made = office.write(templates.make, keeper, plan(office, is_open=True))
    office.set_rule(OPEN_ROOMS, False, office.welfare)
    client = sign_in_as(office.app, office.member)
    page = client.get(f"/chat/new?template={made}")
    form = {"csrf_token": csrf_token(client, "/chat/new"), "name": "避難所", "is_open": "open"}
    assert page.status_code == 200
    assert client.post("/chat/new", data=form | {"template": str(made)}).status_code == 422
    office.set_rule(OPENING, "granted", office.welfare)
    assert client.get(f"/chat/new?template={made}").status_code == 403
    with pytest.raises(Denied):
        office.write(
            opening.open_room, office.member, RoomPlan(name="避難所", unit_id=office.shelter), Beginning()
        )


def test_the_pages_keep_templates(office: Office, keeper: int) -> None:
    client = sign_in_as(office.app, keeper)
    assert "/chat/templates" in client.get("/chat/").text
    form = {
        "csrf_token": csrf_token(client, "/chat/templates/new"),
        "title": "避難所",
        "unit_id": str(office.welfare),
        "room_name": "{年度} 避難所",
        "is_open": "invited",
        "kept_for": "",
        "welcome": "挨拶文は不要です。",
    }
    assert client.post("/chat/templates/new", data=form | {"title": ""}).status_code == 422
    assert client.post("/chat/templates/new", data=form | {"unit_id": "0"}).status_code == 404
    assert client.post("/chat/templates/new", data=form).location.endswith("/chat/templates")
    assert "避難所" in client.get("/chat/templates.csv").get_data().decode("utf-8-sig")
    with office.app.app_context(), unit("read"):
        uid = session.query(RoomTemplate.uid).filter_by(title="避難所").scalar()
    address = f"/chat/templates/{uid}"
    assert address in client.get("/chat/templates").text
    form |= {"csrf_token": csrf_token(client, address), "version": "1", "title": "避難所の運営"}
    assert client.post(address, data=form).status_code == 302
    assert client.post(address, data=form).status_code == 409
    assert client.post(f"{address}/remove", data=form).status_code == 302
    assert client.get(address).status_code == 404
    other = sign_in_as(office.app, office.member)
    for path in ("/chat/templates", "/chat/templates.csv", "/chat/templates/new"):
        assert other.get(path).status_code == 404
    assert "/chat/templates" not in other.get("/chat/").text
