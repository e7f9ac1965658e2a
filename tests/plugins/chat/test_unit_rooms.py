"""The standing room of an organisation: one for each, whoever opens it, and it follows the chart."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, update

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.principals import rebuild
from groupware.actor import system
from groupware.caches import bump
from groupware.db import session, unit
from groupware.directory.models import Appointment, OrgUnitVersion
from groupware.directory.tree import CACHE
from groupware.errors import Denied, NotFound
from groupware.jobs.enums import JobState
from groupware.jobs.models import QueuedJob
from groupware.testing.signing_in import sign_in_as
from groupware.worker import Worker
from plugins.chat.enums import Opening
from plugins.chat.models import Room
from plugins.chat.permissions import MANAGE_DESK, MANAGE_UNIT_ROOMS
from plugins.chat.queries import unit_rooms as seen
from plugins.chat.queries.directory import members as members_of
from plugins.chat.rules import OPENING
from plugins.chat.services import desks, rooms
from plugins.chat.services import unit_rooms as services
from plugins.chat.services.rooms import RoomPlan
from tests.plugins.chat.conftest import Office
from tests.plugins.chat.crowd import open_unit_at_once
from tests.plugins.chat.test_pages import send
from tests.support.processes import run_together


def _open(office: Office, person: int, unit_id: int, *, with_below: bool = True) -> Any:
    return office.write(services.open_own, person, unit_id, with_below=with_below)


def _names(office: Office, person: int, room: Any) -> list[str]:
    return [one.label for one in office.read(lambda actor: members_of(office.view(person, room)), person)]


def _move(office: Office, person: int, unit_id: int) -> None:
    with office.app.app_context(), unit("write"):
        session.execute(update(Appointment).where(Appointment.person_id == person).values(unit_id=unit_id))
        rebuild([person])
        bump(CACHE)


def _follow(office: Office) -> int:
    """Let rooms follow the chart; how many jobs that took."""
    with office.app.app_context(), unit("write"):
        services.follow_chart(system("job", "test"))
    with office.app.app_context(), unit("read"):
        asked = session.scalar(
            select(func.count())
            .select_from(QueuedJob)
            .where(QueuedJob.kind == services.FOLLOW, QueuedJob.state == JobState.WAITING.value)
        )
    Worker(office.app).run_due()
    return asked or 0


def test_a_section_has_one_room_to_which_everybody_in_it_belongs(office: Office) -> None:
    room = _open(office, office.member, office.shelter)
    assert _open(office, office.owner, office.shelter) == room
    view = office.view(office.owner, room)
    assert (view.name, view.unit_id, view.is_open) == ("保護課", office.shelter, False)
    assert office.view(office.member, room).may_keep
    assert not office.view(office.owner, room).may_keep
    for person in (office.reader, office.outsider):
        with pytest.raises(NotFound):
            office.view(person, room)
        with pytest.raises(NotFound):
            _open(office, person, office.shelter)
    for absent in (office.welfare, office.city, 9999):
        with pytest.raises(NotFound):
            _open(office, office.member, absent)


def test_who_comes_is_in_it_and_who_goes_is_not(office: Office) -> None:
    room = _open(office, office.owner, office.shelter)
    _move(office, office.outsider, office.shelter)
    assert office.view(office.outsider, room).may_send
    _move(office, office.outsider, office.waste)
    with pytest.raises(NotFound):
        office.view(office.outsider, room)


def test_when_its_owner_is_transferred_it_passes_to_the_head(office: Office) -> None:
    room = _open(office, office.member, office.shelter)
    assert _follow(office) == 0
    assert office.view(office.member, room).may_keep
    _move(office, office.member, office.waste)
    assert _follow(office) == 1
    with pytest.raises(NotFound):
        office.view(office.member, room)
    assert office.view(office.owner, room).may_keep
    version = office.view(office.owner, room).version
    assert _follow(office) == 0
    assert office.view(office.owner, room).version == version


def test_it_is_renamed_with_the_chart_unless_somebody_named_it(office: Office) -> None:
    room = _open(office, office.owner, office.shelter)
    other = _open(office, office.outsider, office.waste)
    view = office.view(office.outsider, other)
    office.write(
        rooms.change,
        office.outsider,
        other,
        RoomPlan("ごみの部屋", unit_id=office.waste),
        version=view.version,
    )
    with office.app.app_context(), unit("write"):
        for unit_id, name in ((office.shelter, "生活支援課"), (office.waste, "資源循環課")):
            session.execute(update(OrgUnitVersion).where(OrgUnitVersion.unit_id == unit_id).values(name=name))
        bump(CACHE)
    assert _follow(office) == 1
    assert office.view(office.owner, room).name == "生活支援課"
    assert office.view(office.outsider, other).name == "ごみの部屋"
    assert _follow(office) == 0


def test_after_it_was_archived_another_one_may_be_opened(office: Office) -> None:
    room = _open(office, office.owner, office.shelter)
    office.write(rooms.archive, office.owner, room)
    assert _open(office, office.owner, office.shelter) != room


def test_where_rooms_are_reserved_the_rule_holds(office: Office) -> None:
    office.set_rule(OPENING, Opening.GRANTED.value)
    with pytest.raises(Denied):
        _open(office, office.owner, office.shelter)


def test_who_looks_after_a_bureau_opens_those_of_all_below_it(office: Office) -> None:
    with pytest.raises(Denied):
        office.write(services.ask_below, office.outsider, office.welfare)
    office.factory.grant(
        PrincipalKind.PERSON, office.outsider, MANAGE_UNIT_ROOMS, scope="subtree", unit_id=office.welfare
    )
    with pytest.raises(Denied):
        office.write(services.ask_below, office.outsider, office.environment)
    with pytest.raises(NotFound):
        office.write(services.ask_below, office.outsider, 9999)
    # Nobody is appointed to the bureau itself, so that only its section gets a room, which its head owns.
    assert office.write(services.ask_below, office.outsider, office.welfare) == 1
    Worker(office.app).run_due()
    (own,) = office.read(seen.own_units, office.owner)
    assert office.view(office.owner, own.uid).may_keep
    with pytest.raises(NotFound):
        office.view(office.outsider, own.uid)
    assert office.write(services.ask_below, office.outsider, office.welfare) == 0
    kept = office.read(seen.kept_units, office.outsider)
    assert [(one.name, one.has_room, one.head) for one in kept] == [
        ("福祉局", False, ""),
        ("福祉局 保護課", True, "佐藤 葵"),
    ]


def test_the_pages_offer_it_and_open_it(office: Office) -> None:
    client = sign_in_as(office.app, office.member)
    assert "組織ルームを作る" in client.get("/chat/new").text
    answer = send(client, f"/chat/unit-rooms/{office.shelter}", with_below="1")
    assert answer.status_code == 302
    assert send(client, f"/chat/unit-rooms/{office.waste}").status_code == 404
    assert "組織ルームを作る" not in client.get("/chat/directory").text
    for address in ("/chat/unit-rooms", "/chat/unit-rooms.csv"):
        assert client.get(address).status_code == 404
    office.factory.grant(PrincipalKind.PERSON, office.owner, MANAGE_UNIT_ROOMS)
    keeper = sign_in_as(office.app, office.owner)
    page = keeper.get("/chat/unit-rooms").text
    assert "環境局 廃棄物課" in page
    assert "環境局 廃棄物課" in keeper.get("/chat/unit-rooms.csv").get_data().decode("utf-8-sig")
    assert send(keeper, "/chat/unit-rooms", unit_id=office.waste).status_code == 302
    assert send(keeper, "/chat/unit-rooms", unit_id="x").status_code == 404
    assert clock.today() == date(2026, 11, 24)


@pytest.mark.slow
def test_two_who_open_it_at_once_meet_in_one_room(
    office: Office, tmp_path: Any, fresh_database_url: str
) -> None:
    people = (office.owner, office.member)
    arguments = [(fresh_database_url, str(tmp_path), one, office.shelter) for one in people]
    found = run_together(open_unit_at_once, arguments)
    assert len(set(found)) == 1
    with office.app.app_context(), unit("read"):
        assert session.query(Room).count() == 1


def test_the_page_of_an_organisation_leads_to_its_room_and_its_desk(office: Office) -> None:
    page = f"/directory/units/{office.shelter}"
    insider, outsider = (sign_in_as(office.app, one) for one in (office.member, office.outsider))
    room = _open(office, office.member, office.shelter)
    assert f'href="/chat/{room}"' in insider.get(page).text
    assert f'href="/chat/{room}"' not in outsider.get(page).text
    assert "問い合わせ窓口</span>" not in outsider.get(page).text
    office.factory.grant(PrincipalKind.PERSON, office.owner, MANAGE_DESK)
    desk = office.write(desks.open_desk, office.owner, office.shelter, "")
    assert f'href="/chat/desks/{desk.uid}"' in outsider.get(page).text
    office.write(desks.close_desk, office.owner, desk.uid)
    assert "/chat/desks/" not in outsider.get(page).text
    # An archived room leads nowhere, and without the chat the page says nothing of it.
    office.write(rooms.archive, office.member, room)
    assert f'href="/chat/{room}"' not in insider.get(page).text
    office.set_rule("chat.enabled", False)
    assert 'href="/chat/' not in insider.get(page).text
