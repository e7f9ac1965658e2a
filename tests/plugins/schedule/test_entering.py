"""Enter, change, move and cancel events; who may, and what is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from groupware.db import session, unit
from groupware.errors import Conflict, Denied, Invalid, NotFound
from plugins.schedule.enums import Entering, Visibility
from plugins.schedule.models import Change, Event, Participant, Span, UnitSpan
from plugins.schedule.permissions import MANAGE, WRITE
from plugins.schedule.queries import spans
from plugins.schedule.rules import CHANGING, ENTERING, MOST_PEOPLE
from plugins.schedule.services import events
from plugins.schedule.services.content import Content
from plugins.schedule.services.spanning import extend
from tests.plugins.schedule.conftest import MORNING

HOUR = timedelta(hours=1)


def count(read, model, *criteria):
    with read():
        return session.scalar(select(func.count()).select_from(model).where(*criteria))


def test_event_stands_in_the_calendars_of_its_people_and_of_nobody_else(office):
    office.enter(participants=(f"person:{office.organiser}", f"unit:{office.waste}"))
    for person, number in ((office.organiser, 1), (office.outsider, 1), (office.colleague, 0)):
        assert len(office.seen(office.mayor, person)) == number


def test_event_without_participants_is_the_organisers(office):
    office.enter()
    assert [one.title for one in office.seen(office.colleague, office.organiser)] == ["予算の打合せ"]


def test_double_submit_enters_one_event(office, read):
    assert office.enter(key="a") == office.enter(key="a")
    assert count(read, Event) == 1


def test_event_in_the_calendar_of_an_organisation(office):
    office.enter(calendar_unit_id=office.shelter)
    today = office.stored(office.enter(title="別件")).starts_at.date()
    found = office.read(spans.of_units, office.outsider, [office.shelter], today, 7)
    assert [one.title for one in found[office.shelter]] == ["予算の打合せ"]
    assert [one.title for one in office.seen(office.outsider, office.organiser)] == ["別件"]


def test_calendar_of_another_organisation_is_for_those_who_are_granted_it(office):
    with pytest.raises(Invalid) as caught:
        office.enter(calendar_unit_id=office.city)
    assert set(caught.value.fields) == {"calendar_unit_id"}
    office.grant(office.organiser, MANAGE, office.city)
    office.enter(calendar_unit_id=office.city)


@pytest.mark.parametrize(
    ("who", "open_to"),
    [
        (Entering.EVERYBODY, {"colleague", "secretary", "outsider"}),
        (Entering.BUREAU, {"secretary", "outsider"}),
        (Entering.SECTION, {"outsider"}),
        (Entering.GRANTED, set()),
    ],
)
def test_rule_says_who_may_enter_events_into_a_calendar(office, who, open_to):
    office.set_rule(ENTERING, who.value)
    neighbour = office.factory.person("隣 人", office.waste, office.factory.post("書記", 50))
    ways = {"colleague": office.colleague, "secretary": office.secretary, "outsider": office.outsider}
    for name, person in ways.items():
        wanted = (f"person:{person}",)
        if name in open_to:
            office.enter(neighbour, participants=wanted)
            continue
        with pytest.raises(Invalid) as caught:
            office.enter(neighbour, participants=wanted)
        assert caught.value.code == "calendar_closed"
    office.grant(neighbour, WRITE, office.city)
    office.enter(neighbour, participants=(f"person:{office.colleague}",))


def test_secretary_enters_an_event_of_somebody_else(office, read):
    with pytest.raises(Denied):
        office.enter(office.secretary, organiser_id=office.mayor)
    office.grant(office.secretary, WRITE, office.city)
    event = office.stored(office.enter(office.secretary, organiser_id=office.mayor))
    assert (event.organiser_id, event.created_by) == (office.mayor, office.secretary)
    assert [one.title for one in office.seen(office.outsider, office.mayor)] == ["予算の打合せ"]


def test_change_is_written_into_calendars_and_history(office, read):
    uid = office.enter(participants=(f"person:{office.organiser}", f"person:{office.colleague}"))
    changed = office.content(
        title="予算の調整", participants=(f"person:{office.organiser}",), place="第1会議室"
    )
    office.write(events.change, office.organiser, uid, changed, version=1)
    assert office.seen(office.outsider, office.colleague) == []
    assert office.seen(office.outsider, office.organiser)[0].title == "予算の調整"
    with read():
        lines = session.scalars(select(Change).order_by(Change.id)).all()
    assert [line.act for line in lines] == ["created", "changed"]
    assert set(lines[1].changed) == {"title", "participants", "place"}
    assert lines[1].made_by_name == "佐藤 葵"


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(office):
    uid = office.enter()
    office.write(events.change, office.organiser, uid, office.content(title="一"), version=1)
    with pytest.raises(Conflict):
        office.write(events.change, office.organiser, uid, office.content(title="二"), version=1)
    assert office.stored(uid).title == "一"


def test_what_was_read_before_the_lock_is_not_what_is_decided_by(office):
    uid = office.enter()
    who = office.actor(office.organiser)
    with office.app.app_context(), unit("write"):
        shown = session.query(Event).filter_by(uid=uid).one()
        session.execute(
            update(Event).values(version=2, title="別の人の変更"),
            execution_options={"synchronize_session": False},
        )
        with pytest.raises(Conflict):
            events.change(who, uid, office.content(title="自分の変更"), version=shown.version)
    assert office.stored(uid).title == "別の人の変更"


def test_move_and_move_back(office):
    uid = office.enter()
    before = office.stored(uid)
    moved = office.write(
        events.move, office.organiser, uid, before.starts_at + HOUR, before.ends_at + HOUR, version=1
    )
    assert office.seen(office.organiser, office.organiser)[0].starts_at == before.starts_at + HOUR
    office.write(events.move, office.organiser, uid, before.starts_at, before.ends_at, version=moved.version)
    assert office.seen(office.organiser, office.organiser)[0].starts_at == before.starts_at


def test_answers_stay_unless_the_time_changes(office, read):
    people = (f"person:{office.organiser}", f"person:{office.colleague}")
    uid = office.enter(participants=people)
    with office.app.app_context(), unit("write"):
        session.query(Participant).filter_by(person_id=office.colleague).one().answer = "declined"
    office.write(
        events.change, office.organiser, uid, office.content(title="別", participants=people), version=1
    )
    assert answers(read) == {office.organiser: "accepted", office.colleague: "declined"}
    later = office.content(title="別", participants=people, starts_at=MORNING + timedelta(hours=5))
    office.write(events.change, office.organiser, uid, later, version=2)
    assert answers(read) == {office.organiser: "accepted", office.colleague: "needs_action"}


def answers(read):
    with read():
        return dict(session.execute(select(Participant.person_id, Participant.answer)).all())


def test_cancelled_event_is_gone_from_calendars_and_pages(office, read):
    uid = office.enter()
    office.write(events.cancel, office.organiser, uid)
    assert office.seen(office.organiser, office.organiser) == []
    assert count(read, Span) == count(read, UnitSpan) == 0
    with pytest.raises(NotFound):
        office.write(events.cancel, office.organiser, uid)
    assert office.stored(uid).deleted_by == office.organiser


def test_who_may_change(office):
    people = (f"person:{office.organiser}", f"person:{office.colleague}")
    uid = office.enter(participants=people)
    for person in (office.colleague, office.outsider):
        with pytest.raises(Denied):
            office.write(events.cancel, person, uid)
    office.set_rule(CHANGING, True)
    office.write(
        events.change,
        office.colleague,
        uid,
        office.content(title="参加者が変更", participants=people),
        version=1,
    )
    with pytest.raises(Denied):
        office.write(events.cancel, office.outsider, uid)
    office.grant(office.outsider, WRITE, office.welfare)
    office.write(events.cancel, office.outsider, uid)


def test_hidden_event_is_no_event_for_whoever_wants_to_change_it(office):
    uid = office.enter(visibility=Visibility.PRIVATE)
    with pytest.raises(NotFound):
        office.write(events.cancel, office.outsider, uid)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "あ" * 101}, "title"),
        ({"text": "あ" * 10_001}, "text"),
        ({"ends_at": MORNING}, "ends_at"),
        ({"ends_at": MORNING + timedelta(days=3650)}, "ends_at"),
        (
            {"starts_at": MORNING.replace(year=1899), "ends_at": MORNING.replace(year=1899) + HOUR},
            "starts_at",
        ),
        ({"kind_id": 999}, "kind_id"),
        ({"web_meeting": "javascript:alert(1)"}, "web_meeting"),
        ({"visibility": Visibility.CHOSEN}, "viewers"),
        ({"guests": ("客",) * 51}, "guests"),
        ({"classification": "9"}, "classification"),
        ({"rule": "FREQ=SECONDLY"}, "rule"),
        ({"rule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, "rule"),
        ({"rule": "FREQ=DAILY;UNTIL=20200101"}, "rule"),
        ({"rule": "繰り返し"}, "rule"),
        ({"days": ("いつか",)}, "days"),
        ({"title": "番号 1234 5678 9018"}, "title"),
    ],
)
def test_bad_input_is_refused_at_its_field(office, read, changes, field):
    with pytest.raises(Invalid) as caught:
        office.enter(**changes)
    assert field in caught.value.fields
    assert count(read, Event) == 0


def test_too_many_participants(office):
    office.set_rule(MOST_PEOPLE, 10)
    office.factory.unit("大きな課", office.city)
    clerk = office.factory.post("書記", 50)
    for number in range(11):
        office.factory.person(f"職員 {number}", office.waste, clerk)
    with pytest.raises(Invalid) as caught:
        office.enter(participants=(f"unit:{office.waste}",))
    assert set(caught.value.fields) == {"participants"}


def test_series_stands_in_every_week_and_leaves_out_what_it_leaves_out(office):
    office.enter(rule="FREQ=WEEKLY;COUNT=4", left_out=("2026-12-01T10:00",))
    days = [one.begins.day for one in office.seen(office.organiser, office.organiser, 60)]
    assert days == [24, 8, 15]


def test_series_without_an_end_is_written_on_and_on(office, read):
    office.enter(rule="FREQ=WEEKLY")
    before = count(read, Span)
    with office.app.app_context(), unit("write"):
        assert extend(MORNING + timedelta(days=100)) == 1
    with office.app.app_context(), unit("write"):
        assert extend(MORNING + timedelta(days=100)) == 0
    assert count(read, Span) - before in (14, 15)


def test_long_event_stands_in_each_of_its_weeks_once(office, read):
    office.enter(starts_at=MORNING - timedelta(days=10), ends_at=MORNING + timedelta(days=20))
    assert count(read, Span) == 6
    assert len(office.seen(office.organiser, office.organiser, 40)) == 1
    assert len(office.seen(office.organiser, office.organiser, 1)) == 1


def test_too_many_occurrences_for_too_many_people(office, read, monkeypatch):
    monkeypatch.setattr("plugins.schedule.services.spanning.MOST_ROWS", 100)
    with pytest.raises(Invalid) as caught:
        office.enter(rule="FREQ=DAILY")
    assert caught.value.code == "too_many_spans"
    assert count(read, Event) == 0


def test_stored_event_says_what_was_entered(office, read):
    content = office.content(
        zone="Asia/Tokyo",
        rule="FREQ=WEEKLY;COUNT=3",
        holidays="next",
        guests=("県庁 山田",),
        participants=(f"person:{office.organiser}", f"unit_tree:{office.environment}"),
        text="資料\n持参",
        is_tentative=True,
        is_busy=False,
        classification="2",
        files=(),
    )
    uid = office.write(events.create, office.organiser, content)
    with read():
        assert Content.of(session.query(Event).filter_by(uid=uid).one()).differences(content) == []
