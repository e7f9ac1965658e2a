"""For how long a room is kept: chosen when it is opened, longer by its owner, shorter by who manages retention, held by a hold."""

import itertools
from datetime import date, timedelta
from uuid import UUID

import pytest

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.actor import system
from groupware.audit.models import AuditRecord
from groupware.db import session, unit
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.guards.enums import Label
from groupware.guards.rules import LABEL_YEARS
from groupware.records import services as records
from groupware.records.models import Disposal
from groupware.records.periods import FOR_EVER, PERIODS, UNDER_ONE_YEAR, is_longer, longer
from groupware.records.queries import DISPOSE, candidates, kinds
from groupware.records.retention import disposable_from
from groupware.testing.signing_in import csrf_token, sign_in_as
from plugins.chat.enums import ROOM
from plugins.chat.models import Room
from plugins.chat.permissions import MANAGE_RETENTION
from plugins.chat.queries import periods as seen
from plugins.chat.rules import PERIODS as OFFERED
from plugins.chat.rules import RETENTION_YEARS
from plugins.chat.services import periods, rooms
from tests.plugins.chat.conftest import MORNING, Office

REASON = "内容が連絡だけのため"


@pytest.fixture
def manager(office: Office) -> int:
    """Somebody who manages the retention of the rooms of 福祉局, and is in none of them."""
    office.factory.grant(
        PrincipalKind.PERSON, office.outsider, MANAGE_RETENTION, scope="subtree", unit_id=office.welfare
    )
    return office.outsider


def choose(office: Office, person: int, room: UUID, kept_for: int | None, **more) -> None:
    """Choose, having read the room as it is."""
    with office.app.app_context(), unit("read"):
        version = session.query(Room.version).filter_by(uid=room).scalar()
    office.write(periods.choose, person, room, kept_for, **({"version": version} | more))


def kept(office: Office, room: UUID) -> tuple[int | None, int]:
    """What was chosen, and what follows from it."""
    with office.app.app_context(), unit("read"):
        return tuple(session.query(Room.kept_for, Room.retention_years).filter_by(uid=room).one())


def proposed(office: Office, day: date) -> list[UUID]:
    """The rooms whose disposal can be proposed on that day."""
    with office.app.app_context(), unit("read"):
        return [one.uid for one in candidates(kinds()[ROOM], day)]


def test_periods_compare_by_their_length() -> None:
    assert sorted(PERIODS, key=lambda one: (one == FOR_EVER, one)) == list(PERIODS)
    for shorter, than in itertools.pairwise(PERIODS):
        assert is_longer(than, shorter)
        assert longer(shorter, than) == longer(than, shorter) == than
    assert not is_longer(3, 3)
    assert disposable_from(date(2026, 11, 24), UNDER_ONE_YEAR) == date(2026, 11, 25)
    assert disposable_from(date(2026, 11, 24), FOR_EVER) is None


def test_the_rule_counts_where_nothing_was_chosen(office: Office) -> None:
    office.set_rule(RETENTION_YEARS, 5, office.welfare)
    by_rule, chosen = office.open(), office.open(kept_for=10)
    assert (kept(office, by_rule), kept(office, chosen)) == ((None, 5), (10, 10))
    with pytest.raises(Invalid) as refused:
        office.open(kept_for=7)
    assert set(refused.value.fields) == {"kept_for"}
    office.set_rule(OFFERED, ["1", "3"], office.welfare)
    with pytest.raises(Invalid):
        office.open(kept_for=10)
    assert kept(office, office.open(kept_for=1)) == (1, 1)


def test_the_label_asks_for_longer(office: Office) -> None:
    office.set_rule(LABEL_YEARS[Label.TWO], 5, office.welfare)
    assert kept(office, office.open(kept_for=UNDER_ONE_YEAR)) == (UNDER_ONE_YEAR, 5)
    assert kept(office, office.open(kept_for=FOR_EVER)) == (FOR_EVER, FOR_EVER)
    office.set_rule(LABEL_YEARS[Label.TWO], 0, office.shelter)
    assert kept(office, office.open(kept_for=UNDER_ONE_YEAR)) == (UNDER_ONE_YEAR, UNDER_ONE_YEAR)


def test_a_rule_that_became_longer_counts_from_the_archiving_on_and_a_shorter_one_never(
    office: Office,
) -> None:
    longer_one, chosen = office.open(), office.open(kept_for=1)
    office.set_rule(RETENTION_YEARS, 10, office.welfare)
    for room in (longer_one, chosen):
        office.write(rooms.archive, office.owner, room)
    assert (kept(office, longer_one), kept(office, chosen)) == ((None, 10), (1, 1))
    office.write(rooms.reopen, office.owner, longer_one)
    office.set_rule(RETENTION_YEARS, 1, office.shelter)
    office.write(rooms.archive, office.owner, longer_one)
    assert kept(office, longer_one) == (None, 10)


def test_owners_make_it_longer_and_who_manages_makes_it_shorter(office: Office, manager: int) -> None:
    room = office.open()
    for person in (office.moderator, office.member, office.reader):
        with pytest.raises(Denied):
            choose(office, person, room, 10)
    choose(office, office.owner, room, 5)
    for shorter in (3, 1, UNDER_ONE_YEAR, None):
        with pytest.raises(Invalid) as refused:
            choose(office, office.owner, room, shorter)
        assert set(refused.value.fields) == {"kept_for"}
    with pytest.raises(Invalid) as refused:
        choose(office, manager, room, 1)
    assert set(refused.value.fields) == {"reason"}
    with pytest.raises(Invalid):
        choose(office, manager, room, 4, reason=REASON)
    with pytest.raises(Conflict):
        choose(office, manager, room, 1, reason=REASON, version=1)
    choose(office, manager, room, 1, reason=REASON)
    assert kept(office, room) == (1, 1)
    with office.app.app_context(), unit("read"):
        acts = session.query(AuditRecord).filter_by(action=periods.CHANGED).order_by(AuditRecord.id)
        assert [(one.person_id, one.details) for one in acts] == [
            (office.owner, {"from": 3, "to": 5}),
            (manager, {"from": 5, "to": 1, "reason": REASON}),
        ]


def test_who_manages_retention_elsewhere_finds_no_room(office: Office, manager: int) -> None:
    elsewhere = office.open(unit_id=office.waste)
    talk = office.write(rooms.direct, office.owner, office.member).uid
    for room in (elsewhere, talk):
        with pytest.raises(NotFound):
            choose(office, manager, room, 1, reason=REASON)
        with pytest.raises(NotFound):
            office.read(seen.one, manager, room)
    with pytest.raises(NotFound):
        choose(office, office.owner, talk, 10)
    assert office.read(seen.kept, manager) == ([], None)


def test_disposal_obeys_what_was_chosen(office: Office) -> None:
    """Archived in November 2026: the year ends on 31 March 2027; what is kept for less than a year waits for no April."""
    found = {
        years: office.open(name=f"{years}", kept_for=years) for years in (UNDER_ONE_YEAR, 1, 3, FOR_EVER)
    }
    for room in found.values():
        office.write(rooms.archive, office.owner, room)
    assert proposed(office, date(2026, 11, 24)) == []
    assert proposed(office, date(2026, 11, 25)) == [found[UNDER_ONE_YEAR]]
    assert proposed(office, date(2028, 4, 1)) == [found[UNDER_ONE_YEAR], found[1]]
    assert proposed(office, date(2090, 4, 1)) == [found[UNDER_ONE_YEAR], found[1], found[3]]


def test_a_hold_keeps_it_and_forbids_to_make_it_shorter(office: Office, manager: int) -> None:
    room = office.open(kept_for=UNDER_ONE_YEAR)
    office.factory.grant(PrincipalKind.PERSON, office.reader, DISPOSE)
    choose(office, office.owner, room, 5)

    def hold(actor) -> None:
        records.hold(actor, session.query(Room).filter_by(uid=room).one(), "公開請求")

    office.write(hold, office.reader)
    with pytest.raises(Conflict) as refused:
        choose(office, manager, room, UNDER_ONE_YEAR, reason=REASON)
    assert refused.value.code == "held"
    choose(office, office.owner, room, 10)
    office.write(rooms.archive, office.owner, room)
    assert proposed(office, date(2060, 4, 1)) == []
    shown, _ = office.read(seen.one, office.member, room)
    assert shown.is_held


def test_longer_takes_a_proposal_back_unless_it_was_decided(office: Office, manager: int) -> None:
    room = office.open(kept_for=UNDER_ONE_YEAR)
    office.factory.grant(PrincipalKind.PERSON, office.reader, DISPOSE)
    office.write(rooms.archive, office.owner, room)
    tomorrow = MORNING + timedelta(days=1)

    def propose() -> int:
        with office.app.app_context(), unit("write"):
            return records.propose(system("job"), list(candidates(kinds()[ROOM], clock.today())))

    with clock.frozen(tomorrow):
        assert propose() == 1
        choose(office, office.owner, room, 1)
        assert propose() == 0
        choose(office, manager, room, UNDER_ONE_YEAR, reason=REASON)
        assert propose() == 1
        with office.app.app_context(), unit("read"):
            key = session.query(Disposal.id).scalar()
        office.write(records.decide, office.reader, [key], "dispose")
        with pytest.raises(Conflict) as refused:
            choose(office, office.owner, room, 10)
    assert refused.value.code == "decided"


def test_the_pages_show_it_to_members_and_let_owners_choose(office: Office, manager: int) -> None:
    room = office.open()
    address = f"/chat/{room}/retention"
    member, owner = sign_in_as(office.app, office.member), sign_in_as(office.app, office.owner)
    assert f'href="{address}"' in member.get(f"/chat/{room}").text
    page = member.get(address).text
    assert "3年" in page
    assert 'name="kept_for"' not in page
    form = {"csrf_token": csrf_token(owner, address), "version": "1", "kept_for": "10"}
    assert owner.post(address, data=form | {"kept_for": "7"}).status_code == 422
    assert owner.post(address, data=form).status_code == 302
    assert owner.post(address, data=form).status_code == 409
    assert owner.post(address, data=form | {"version": "2", "kept_for": "1"}).status_code == 422
    token = csrf_token(member, f"/chat/{room}/members")
    assert member.post(address, data=form | {"csrf_token": token, "version": "2"}).status_code in (403, 422)
    # Who manages retention sees the list and the form, and not the room.
    other = sign_in_as(office.app, manager)
    assert address in other.get("/chat/retention?q=災害&years=10").text
    assert address not in other.get("/chat/retention?years=3").text
    assert "10年" in other.get("/chat/retention.csv").get_data().decode("utf-8-sig")
    assert f'/chat/{room}"' not in other.get(address).text
    assert other.get(f"/chat/{room}").status_code == 404
    form |= {"csrf_token": csrf_token(other, address), "version": "2", "kept_for": "-1"}
    assert other.post(address, data=form).status_code == 422
    assert other.post(address, data=form | {"reason": REASON}).status_code == 302
    assert kept(office, room) == (UNDER_ONE_YEAR, UNDER_ONE_YEAR)
    for path in ("/chat/retention", "/chat/retention.csv"):
        assert member.get(path).status_code == 404
    outsider = sign_in_as(
        office.app, office.factory.person("山田 光", office.waste, office.factory.post("主査", 48))
    )
    assert outsider.get(address).status_code == 404


def test_a_room_is_opened_for_a_period(office: Office) -> None:
    client = sign_in_as(office.app, office.owner)
    form = {
        "csrf_token": csrf_token(client, "/chat/new"),
        "name": "復旧計画",
        "is_open": "invited",
        "kept_for": "30",
    }
    assert client.post("/chat/new", data=form | {"kept_for": "x"}).status_code == 422
    room = UUID(client.post("/chat/new", data=form).location.rsplit("/", 1)[1])
    assert kept(office, room) == (30, 30)
