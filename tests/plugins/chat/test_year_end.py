"""The review of rooms at the end of a fiscal year: who is asked about which, what they decide in one go, and that no clock archives a room."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.principals import rebuild
from groupware.actor import system
from groupware.administration.jobs import run_retention
from groupware.audit.models import AuditRecord
from groupware.db import session, unit
from groupware.directory.models import Appointment, Person
from groupware.errors import Conflict, Invalid, NotFound
from groupware.notifications.queries import timeline
from groupware.testing.signing_in import csrf_token, sign_in_as
from groupware.worker import Worker
from plugins.chat.enums import ReviewDecision, ReviewReason, Role
from plugins.chat.jobs import JOBS
from plugins.chat.models import Member, Review, Room
from plugins.chat.permissions import MANAGE_YEAR_END
from plugins.chat.portlets import pending
from plugins.chat.queries import reviews
from plugins.chat.queries.directory import members as members_of
from plugins.chat.queries.pending import waiting
from plugins.chat.queries.rooms import one
from plugins.chat.rules import NEVER, YEAR_END_FROM, YEAR_END_MONTHS
from plugins.chat.services import members, proposing, reviewing, rooms, tasks
from plugins.chat.services.rooms import RoomPlan
from plugins.chat.services.tasks import TaskPlan
from tests.plugins.chat.conftest import MORNING, Office
from tests.plugins.chat.crowd import decide_at_once
from tests.support.processes import run_together

FEBRUARY = datetime(2027, 2, 1, 0, 30, tzinfo=UTC)
"""Monday 1 February 2027, half past nine in Japan."""
ARCHIVE, KEEP, HAND_OVER = ReviewDecision


def ask() -> None:
    """The job, now."""
    proposing.review(system("job"))


def run(office: Office, at: datetime, act: Callable[[], None] = ask) -> None:
    """The job at a time."""
    with clock.frozen(at), office.app.app_context(), unit("write"):
        act()


def asked(office: Office, person: int, at: datetime = FEBRUARY) -> list[tuple[str, ReviewReason]]:
    """What somebody is asked about."""
    with clock.frozen(at):
        return [(one.name, one.why) for one in office.read(reviews.asked, person)]


def decide(office: Office, person: int, *wanted, at: datetime = FEBRUARY, heir: int | None = None):
    """Decide about rooms."""
    with clock.frozen(at):
        return office.write(reviewing.decide, person, dict(wanted), heir)


def role_of(office: Office, person: int, room: UUID) -> Role | None:
    """What somebody is in a room; None where there is no room for them."""
    try:
        return office.view(person, room).role
    except NotFound:
        return None


@pytest.fixture
def silent(office: Office) -> UUID:
    """A room of the owner, in which nobody has written since June, when it was opened."""
    with clock.frozen(datetime(2026, 6, 1, tzinfo=UTC)):
        return office.open(name="静かな部屋")


@pytest.fixture
def manager(office: Office) -> int:
    """Somebody who sees how far 福祉局 has come."""
    office.factory.grant(
        PrincipalKind.PERSON, office.outsider, MANAGE_YEAR_END, scope="subtree", unit_id=office.welfare
    )
    return office.outsider


def test_it_is_asked_about_silent_rooms_and_those_whose_project_ends(office: Office, silent: UUID) -> None:
    office.open(name="続く部屋")
    office.open(name="終わる計画", ends_on=date(2027, 3, 31))
    office.open(name="来年度の計画", ends_on=date(2027, 4, 1))
    with clock.frozen(datetime(2026, 6, 1, tzinfo=UTC)):
        office.write(rooms.archive, office.owner, office.open(name="済んだ部屋"))
        office.write(rooms.direct, office.owner, office.member)
    run(office, FEBRUARY - timedelta(days=3))
    assert asked(office, office.owner) == []
    run(office, FEBRUARY - timedelta(hours=2))
    assert asked(office, office.owner) == []
    run(office, FEBRUARY)
    run(office, FEBRUARY)
    assert asked(office, office.owner) == [
        ("静かな部屋", ReviewReason.SILENT),
        ("終わる計画", ReviewReason.ENDS),
    ]
    for person in (office.moderator, office.member, office.outsider):
        assert asked(office, person) == []


def test_bureaus_decide_from_which_day_and_after_how_many_months(office: Office, silent: UUID) -> None:
    office.set_rule(YEAR_END_FROM, "03-01", office.welfare)
    run(office, FEBRUARY)
    assert asked(office, office.owner) == []
    office.set_rule(YEAR_END_MONTHS, 12, office.shelter)
    run(office, datetime(2027, 3, 1, 0, 30, tzinfo=UTC))
    assert asked(office, office.owner) == []
    office.set_rule(YEAR_END_MONTHS, 9, office.shelter)
    run(office, datetime(2027, 3, 1, 0, 30, tzinfo=UTC))
    assert [name for name, _ in asked(office, office.owner)] == ["静かな部屋"]


def test_where_there_is_no_review_nobody_is_asked(office: Office, silent: UUID) -> None:
    office.set_rule(YEAR_END_FROM, NEVER, office.welfare)
    run(office, datetime(2027, 3, 30, 0, 30, tzinfo=UTC))
    assert asked(office, office.owner) == []


def test_the_line_says_what_is_needed_to_decide(office: Office, silent: UUID) -> None:
    with clock.frozen(datetime(2026, 6, 1, 3, tzinfo=UTC)):
        office.say(office.member, silent)
        office.write(tasks.make, office.owner, silent, TaskPlan("名簿を作る"))
        done = office.write(tasks.make, office.owner, silent, TaskPlan("机を運ぶ"))
        office.write(tasks.finish, office.owner, silent, done)
    run(office, FEBRUARY)
    with clock.frozen(FEBRUARY):
        (line,) = office.read(reviews.asked, office.owner)
        assert (line.people, line.open_tasks, line.year) == (4, 1, 2026)
        assert line.last_at == datetime(2026, 6, 1, 3, tzinfo=UTC)


def test_an_owner_who_came_late_is_not_told_of_tasks_below(office: Office) -> None:
    with clock.frozen(datetime(2026, 6, 1, tzinfo=UTC)):
        room = office.open(roles=False, shows_past=False)
        office.write(tasks.make, office.owner, room, TaskPlan("前の仕事"))
    with clock.frozen(datetime(2026, 6, 2, tzinfo=UTC)):
        office.write(own_too, office.owner, room, office.people(office.member))
        office.write(tasks.make, office.owner, room, TaskPlan("後の仕事"))
    run(office, FEBRUARY)
    with clock.frozen(FEBRUARY):
        found = {one: office.read(reviews.asked, one)[0].open_tasks for one in (office.owner, office.member)}
    assert found == {office.owner: 2, office.member: 1}


def own_too(actor, room: UUID, principals: list[int]) -> None:
    """Make somebody an owner beside the one there is."""
    members.add(actor, room, principals, Role.OWNER)


def test_owners_are_told_once_and_reminded_once(office: Office, silent: UUID) -> None:
    def told(person: int, at: datetime) -> list[str]:
        with clock.frozen(at):
            Worker(office.app).run_due()
            who = office.actor(person)
            with office.app.test_request_context(), unit("read"):
                return [line.kind.id for line in timeline(who).lines if line.kind.id.startswith("chat.year")]

    with clock.frozen(datetime(2026, 6, 2, tzinfo=UTC)):
        office.open(name="もう一つ", roles=False)
    run(office, FEBRUARY)
    assert told(office.owner, FEBRUARY) == ["chat.year_end"]
    assert told(office.member, FEBRUARY) == []
    late = datetime(2027, 3, 17, 0, 30, tzinfo=UTC)
    run(office, late - timedelta(days=1))
    assert told(office.owner, late - timedelta(days=1)) == ["chat.year_end"]
    run(office, late)
    run(office, late + timedelta(days=1))
    assert told(office.owner, late + timedelta(days=1)) == ["chat.year_end_reminder"]
    with office.app.app_context(), unit("read"):
        assert {one.reminded_at for one in session.query(Review)} == {late}


def test_it_waits_in_the_portal_from_february_to_april(office: Office, silent: UUID) -> None:
    run(office, FEBRUARY)
    for at, number in (
        (FEBRUARY, 1),
        (datetime(2027, 4, 30, tzinfo=UTC), 1),
        (datetime(2027, 5, 1, tzinfo=UTC), 0),
    ):
        with clock.frozen(at), office.app.test_request_context():
            who = office.actor(office.owner)
            with unit("read"):
                items, found = pending(who, 5)
        assert found == number
        if items:
            assert (items[0].due, items[0].url) == (date(2027, 3, 31), "/chat/year-end")


def test_many_are_decided_in_one_go_and_taken_back_in_one_go(office: Office, silent: UUID) -> None:
    with clock.frozen(datetime(2026, 6, 1, tzinfo=UTC)):
        kept, handed = office.open(name="続ける部屋"), office.open(name="渡す部屋", roles=False)
    run(office, FEBRUARY)
    done = decide(
        office, office.owner, (silent, ARCHIVE), (kept, KEEP), (handed, HAND_OVER), heir=office.outsider
    )
    assert (done.number, done.late) == (3, 0)
    assert asked(office, office.owner) == []
    assert office.view(office.owner, silent).archived_at is not None
    assert office.view(office.owner, kept).archived_at is None
    assert (role_of(office, office.owner, handed), role_of(office, office.outsider, handed)) == (
        Role.MEMBER,
        Role.OWNER,
    )
    with clock.frozen(FEBRUARY):
        assert office.read(reviews.last_batch, office.owner).number == 3
        assert office.write(reviewing.undo, office.owner, done.batch) == 3
        assert office.read(reviews.last_batch, office.owner) is None
    assert len(asked(office, office.owner)) == 3
    assert office.view(office.owner, silent).archived_at is None
    assert (role_of(office, office.owner, handed), role_of(office, office.outsider, handed)) == (
        Role.OWNER,
        None,
    )
    with office.app.app_context(), unit("read"):
        acts = [one.action for one in session.query(AuditRecord).filter_by(person_id=office.owner)]
    for act in (rooms.ARCHIVED, rooms.REOPENED, reviewing.KEPT, reviewing.HANDED, reviewing.UNDONE):
        assert act in acts


def test_who_was_a_member_is_a_member_again_after_the_undo(office: Office, silent: UUID) -> None:
    run(office, FEBRUARY)
    done = decide(office, office.owner, (silent, HAND_OVER), heir=office.reader)
    assert role_of(office, office.reader, silent) is Role.OWNER
    with clock.frozen(FEBRUARY):
        office.write(reviewing.undo, office.owner, done.batch)
    assert (role_of(office, office.owner, silent), role_of(office, office.reader, silent)) == (
        Role.OWNER,
        Role.READER,
    )


def test_what_the_heir_has_changed_since_is_not_taken_back(office: Office, silent: UUID) -> None:
    run(office, FEBRUARY)
    done = decide(office, office.owner, (silent, HAND_OVER), heir=office.reader)
    with clock.frozen(FEBRUARY):
        lines = office.read(lambda actor: members_of(one(actor, silent)), office.reader)
        keys = {line.person_id: line.id for line in lines}
        office.write(members.change_role, office.reader, silent, keys[office.member], Role.OWNER)
        office.write(members.change_role, office.reader, silent, keys[office.reader], Role.MEMBER)
        with pytest.raises(Conflict):
            office.write(reviewing.undo, office.owner, done.batch)
    assert role_of(office, office.member, silent) is Role.OWNER


def test_nobody_decides_about_rooms_of_others_and_nothing_is_taken_back_too_late(
    office: Office, silent: UUID
) -> None:
    run(office, FEBRUARY)
    for person in (office.moderator, office.member, office.reader, office.outsider):
        with pytest.raises(NotFound):
            decide(office, person, (silent, ARCHIVE))
    fresh = office.open()
    for uid in (fresh, uuid4()):
        with pytest.raises(NotFound):
            decide(office, office.owner, (silent, KEEP), (uid, ARCHIVE))
    assert len(asked(office, office.owner)) == 1
    with pytest.raises(Invalid):
        decide(office, office.owner)
    for heir in (None, 10_000, office.owner):
        with pytest.raises(Invalid) as refused:
            decide(office, office.owner, (silent, HAND_OVER), heir=heir)
        assert set(refused.value.fields) == {"heir"}
    done = decide(office, office.owner, (silent, ARCHIVE))
    with clock.frozen(FEBRUARY), pytest.raises(NotFound):
        office.write(reviewing.undo, office.moderator, done.batch)
    with clock.frozen(FEBRUARY + timedelta(days=1)), pytest.raises(NotFound):
        office.write(reviewing.undo, office.owner, done.batch)


def test_of_two_owners_the_first_has_decided(office: Office, silent: UUID) -> None:
    office.write(own_too, office.owner, silent, office.people(office.outsider))
    run(office, FEBRUARY)
    assert decide(office, office.outsider, (silent, KEEP)).number == 1
    late = decide(office, office.owner, (silent, ARCHIVE))
    assert (late.number, late.late) == (0, 1)
    assert office.view(office.owner, silent).archived_at is None


@pytest.mark.slow
def test_of_two_owners_who_decide_at_once_one_has_decided(
    office: Office, silent: UUID, tmp_path, fresh_database_url: str
) -> None:
    office.write(own_too, office.owner, silent, office.people(office.outsider))
    run(office, FEBRUARY)
    arguments = [
        (fresh_database_url, str(tmp_path), person, str(silent), decision.value)
        for person, decision in ((office.owner, ARCHIVE), (office.outsider, KEEP))
    ]
    found = run_together(decide_at_once, arguments)
    assert sorted(found) == [0, 1]
    is_archived = office.view(office.owner, silent).archived_at is not None
    assert is_archived is bool(found[0])


def test_the_page_asks_as_much_of_the_database_for_many_rooms_as_for_one(
    office: Office, silent: UUID, manager: int, count_queries
) -> None:
    with clock.frozen(datetime(2026, 6, 1, tzinfo=UTC)):
        for number in range(5):
            office.open(name=f"部屋{number}", roles=False)
    run(office, FEBRUARY)
    found = {}
    with clock.frozen(FEBRUARY):
        who, other = office.actor(office.owner), office.actor(manager)
        for name, ask_for in (
            ("asked", lambda: reviews.asked(who)),
            ("waiting", lambda: waiting(who)),
            ("progress", lambda: reviews.progress(other, 2026)),
        ):
            with office.app.app_context(), unit("read"):
                ask_for()
                with count_queries() as statements:
                    ask_for()
            found[name] = sum("core_cache_versions" not in one for one in statements.texts)
    assert found == {"asked": 3, "waiting": 1, "progress": 1}


def test_another_year_asks_anew(office: Office, silent: UUID) -> None:
    run(office, FEBRUARY)
    decide(office, office.owner, (silent, KEEP))
    run(office, FEBRUARY + timedelta(days=1))
    assert asked(office, office.owner) == []
    following = datetime(2028, 2, 1, 0, 30, tzinfo=UTC)
    run(office, following)
    assert len(asked(office, office.owner, following)) == 1


def test_no_clock_archives_a_room(office: Office, silent: UUID) -> None:
    """Whatever repeats by itself, in the chat and where disposal is proposed, on days of fourteen years: the room lives, with its owner."""
    days = [
        date(year, month, day)
        for year in range(2026, 2041)
        for month, day in ((2, 1), (3, 17), (3, 31), (4, 1))
    ]
    for day in days:
        at = datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC)
        if at < MORNING:
            continue
        with clock.frozen(at):
            for job in JOBS:
                if job.every is not None:
                    with office.app.app_context(), unit("write"):
                        job.run(system("job"))
            with office.app.app_context(), unit("write"):
                run_retention(system("job"))
    with office.app.app_context(), unit("read"):
        room = session.query(Room).filter_by(uid=silent).one()
        assert (room.archived_at, room.archived_by, room.deleted_at) == (None, None, None)
        assert (
            session.query(Member).filter_by(room_id=room.id, role=Role.OWNER.value, ended_at=None).count()
            == 1
        )
        asked_about = session.query(Review).filter_by(room_id=room.id).one()
        assert (asked_about.year, asked_about.decision) == (2039, None)


def test_who_manages_sees_how_far_bureaus_have_come_and_reminds(
    office: Office, silent: UUID, manager: int
) -> None:
    with clock.frozen(datetime(2026, 6, 1, tzinfo=UTC)):
        other = office.open(name="二つ目")
        office.write(rooms.make, office.reader, RoomPlan(name="よその部屋", unit_id=office.waste))
    run(office, FEBRUARY)
    decide(office, office.owner, (other, ARCHIVE))
    with clock.frozen(FEBRUARY):
        (found,) = office.read(reviews.progress, manager, 2026)
        assert (found.name, found.proposed, found.undecided, found.archived) == ("福祉局", 2, 1, 1)
        assert office.write(proposing.remind, manager, office.welfare) == 1
        assert office.write(proposing.remind, manager, office.welfare) == 0
        for unit_id in (office.environment, 10_000):
            with pytest.raises(NotFound):
                office.write(proposing.remind, manager, unit_id)
        with pytest.raises(NotFound):
            office.write(proposing.remind, office.member, office.welfare)
    with clock.frozen(FEBRUARY + timedelta(days=2)):
        assert office.write(proposing.remind, manager, office.welfare) == 1
        with pytest.raises(NotFound):
            office.write(reviewing.decide, manager, {silent: ARCHIVE})


def test_rooms_without_an_owner_are_asked_about_and_tell_nobody(
    office: Office, silent: UUID, manager: int
) -> None:
    with office.app.app_context(), unit("write"):
        session.query(Appointment).filter_by(person_id=office.owner).delete()
        session.query(Person).filter_by(id=office.owner).update({"left_on": clock.today()})
        rebuild([office.owner])
    run(office, FEBRUARY)
    with clock.frozen(FEBRUARY):
        (found,) = office.read(reviews.progress, manager, 2026)
    assert (found.proposed, found.undecided) == (1, 1)


def test_the_pages_decide_and_take_back(office: Office, silent: UUID, manager: int) -> None:
    run(office, FEBRUARY)
    with clock.frozen(FEBRUARY):
        client = sign_in_as(office.app, office.owner)
        assert "/chat/year-end" in client.get("/chat/").text
        page = client.get("/chat/year-end?all=archive").text
        assert "静かな部屋" in page
        assert 'value="archive" selected' in page
        form = {"csrf_token": csrf_token(client, "/chat/year-end"), f"decision-{silent}": "hand_over"}
        assert client.post("/chat/year-end", data=form).status_code == 422
        assert client.post("/chat/year-end", data=form | {f"decision-{silent}": ""}).status_code == 422
        assert client.post("/chat/year-end", data=form | {"decision-x": "keep"}).status_code == 404
        form[f"decision-{silent}"] = "archive"
        assert client.post("/chat/year-end", data=form).location.endswith("/chat/year-end")
        page = client.get("/chat/year-end").text
        undo = page.split('action="/chat/year-end/undo/')[1].split('"')[0]
        assert client.post(f"/chat/year-end/undo/{undo}", data=form).status_code == 302
        assert "静かな部屋" in client.get("/chat/year-end").text
        assert client.get("/chat/year-end/bureaus").status_code == 404
        other = sign_in_as(office.app, manager)
        assert "福祉局" in other.get("/chat/year-end/bureaus").text
        assert "福祉局" in other.get("/chat/year-end/bureaus.csv").get_data().decode("utf-8-sig")
        form = {"csrf_token": csrf_token(other, "/chat/year-end/bureaus"), "unit_id": str(office.welfare)}
        assert other.post("/chat/year-end/remind", data=form).status_code == 302
    with clock.frozen(datetime(2027, 6, 1, tzinfo=UTC)):
        assert "/chat/year-end" not in sign_in_as(office.app, office.owner).get("/chat/").text


def test_the_last_day_of_a_project_is_chosen_with_the_room_and_changed_later(office: Office) -> None:
    client = sign_in_as(office.app, office.owner)
    form = {"csrf_token": csrf_token(client, "/chat/new"), "name": "復旧計画", "is_open": "invited"}
    assert client.post("/chat/new", data=form | {"ends_on": "いつか"}).status_code == 422
    room = UUID(client.post("/chat/new", data=form | {"ends_on": "2027-03-31"}).location.rsplit("/", 1)[1])
    assert office.view(office.owner, room).ends_on == date(2027, 3, 31)
    address = f"/chat/{room}/edit"
    assert 'value="2027-03-31"' in client.get(address).text
    form |= {"csrf_token": csrf_token(client, address), "version": "1", "ends_on": ""}
    assert client.post(address, data=form).status_code == 302
    assert office.view(office.owner, room).ends_on is None
