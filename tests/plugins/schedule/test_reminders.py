"""Reminders: chosen for one event or all, by rule otherwise; told once, at their time, whatever moves or restarts."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from groupware import clock
from groupware.actor import system
from groupware.db import session, unit
from groupware.errors import Conflict, Invalid, NotFound
from groupware.events.models import Event as Happened
from groupware.notifications.models import Notice
from groupware.testing.signing_in import csrf_token
from groupware.worker import Worker
from plugins.schedule.enums import NO_REMINDER, Answer, Visibility
from plugins.schedule.events import REMINDED
from plugins.schedule.notifications import NOTIFICATIONS
from plugins.schedule.rules import REMINDING
from plugins.schedule.services import answering, events, reminding, series
from tests.plugins.schedule.conftest import MORNING

TEN = MORNING + timedelta(hours=2)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def meeting(office):
    """The organiser and the colleague at ten, and the job has begun its walk."""
    walk(office, MORNING)
    people = (f"person:{office.organiser}", f"person:{office.colleague}")
    return office.enter(participants=people)


def walk(office, at):
    """The job at a time."""
    with clock.frozen(at), office.app.app_context(), unit("write"):
        reminding.walk(system())


def told(office):
    """Who has been reminded so far, time by time."""

    def rows(_):
        found = select(Happened.payload).where(Happened.kind == REMINDED).order_by(Happened.seq)
        return [payload["people"] for payload in session.scalars(found)]

    return office.read(rows, office.organiser)


def test_nobody_is_reminded_who_does_not_ask(office, meeting):
    walk(office, TEN)
    assert told(office) == []


def test_each_is_reminded_at_their_time_once(office, meeting):
    office.write(reminding.choose, office.organiser, meeting, 30)
    office.write(reminding.choose_habit, office.colleague, 10)
    for minutes, number in ((31, 0), (30, 1), (29, 1), (11, 1), (10, 2), (9, 2), (0, 2)):
        walk(office, TEN - minutes * MINUTE)
        assert len(told(office)) == number, minutes
    assert told(office) == [[office.organiser], [office.colleague]]


def test_rule_counts_for_those_who_chose_nothing(office, meeting):
    office.set_rule(REMINDING, "15", office.shelter)
    office.write(reminding.choose_habit, office.colleague, NO_REMINDER)
    walk(office, TEN - 15 * MINUTE)
    assert told(office) == [[office.organiser]]


def test_reminder_moves_with_the_event(office, meeting):
    office.write(reminding.choose, office.organiser, meeting, 10)
    office.write(events.move, office.organiser, meeting, TEN + 60 * MINUTE, TEN + 90 * MINUTE, version=1)
    walk(office, TEN)
    assert told(office) == []
    walk(office, TEN + 50 * MINUTE)
    assert told(office) == [[office.organiser]]


def test_whoever_stays_away_and_whoever_was_late(office, meeting):
    office.write(reminding.choose, office.colleague, meeting, 10)
    office.write(answering.answer, office.colleague, meeting, Answer.DECLINED)
    office.write(reminding.choose, office.organiser, meeting, 10)
    # The worker stood still until the event had begun: it is no news any more.
    walk(office, TEN + MINUTE)
    assert told(office) == []


def test_standing_still_for_a_while_leaves_nothing_out(office, meeting):
    office.write(reminding.choose, office.organiser, meeting, 60)
    walk(office, TEN - 25 * MINUTE)
    walk(office, TEN - 24 * MINUTE)
    assert told(office) == [[office.organiser]]


def test_whole_days_remind_only_who_asks(office):
    walk(office, MORNING)
    midnight = MORNING + timedelta(hours=16)
    uid = office.enter(is_all_day=True, starts_at=midnight, ends_at=midnight + timedelta(days=1))
    office.write(reminding.choose_habit, office.organiser, 10)
    walk(office, midnight - 10 * MINUTE)
    assert told(office) == []
    office.write(reminding.choose, office.organiser, uid, 5)
    walk(office, midnight - 5 * MINUTE)
    assert told(office) == [[office.organiser]]


def test_every_occurrence_reminds_and_so_does_one_that_left_its_series(office):
    walk(office, MORNING)
    uid = office.enter(rule="FREQ=DAILY;COUNT=3")
    office.write(reminding.choose, office.organiser, uid, 10)
    day = timedelta(days=1)
    tomorrow = clock.local(TEN + day).replace(tzinfo=None)
    changed = office.content(starts_at=TEN + day + 30 * MINUTE)
    office.write(series.change_one, office.organiser, uid, tomorrow, changed, version=1)
    for at in (
        TEN - 10 * MINUTE,
        TEN + day - 10 * MINUTE,
        TEN + day + 20 * MINUTE,
        TEN + 2 * day - 10 * MINUTE,
    ):
        walk(office, at - MINUTE)
        walk(office, at)
    assert len(told(office)) == 3


def test_many_are_told_in_parts(office, monkeypatch):
    walk(office, MORNING)
    office.set_rule(REMINDING, "10")
    for _ in range(5):
        office.enter()
    monkeypatch.setattr(reminding, "AT_ONCE", 2)
    walk(office, TEN - 10 * MINUTE)
    with clock.frozen(TEN - 10 * MINUTE):
        Worker(office.app).run_due()
    assert len(told(office)) == 5


def test_line_of_the_timeline_names_the_next_occurrence(office, read):
    walk(office, MORNING)
    uid = office.enter(rule="FREQ=DAILY;COUNT=3")
    office.write(reminding.choose, office.organiser, uid, 10)
    at = TEN + timedelta(days=1) - 10 * MINUTE
    walk(office, at - MINUTE)
    with clock.frozen(at):
        walk(office, at)
        Worker(office.app).run_due()
        with read():
            kinds = session.scalars(select(Notice.kind).where(Notice.person_id == office.organiser)).all()
        assert list(kinds) == ["schedule.reminder"]
        kind = next(one for one in NOTIFICATIONS if one.id == "schedule.reminder")
        with office.app.test_request_context():
            about = office.read(kind.describe, office.organiser, [office.stored(uid).id])
    assert [one.detail for one in about.values()] == ["2026年11月25日(水) 10:00–11:00"]


def test_what_cannot_be_chosen(office, meeting):
    hidden = office.enter(visibility=Visibility.PRIVATE)
    with pytest.raises(NotFound):
        office.write(reminding.choose, office.outsider, hidden, 10)
    with pytest.raises(Conflict):
        office.write(reminding.choose, office.outsider, meeting, 10)
    for act, *more in ((reminding.choose, meeting), (reminding.choose_habit,)):
        with pytest.raises(Invalid):
            office.write(act, office.organiser, *more, 7)


def test_choosing_on_the_pages(office, meeting, sign_in):
    client = sign_in(office.colleague)
    token = csrf_token(client, "/schedule/settings")
    client.post("/schedule/settings/reminder", data={"minutes": "30", "csrf_token": token})
    text = client.get(f"/schedule/{meeting}").text
    assert '<option value="usual" selected>いつもどおり(30分前)</option>' in text
    sent = {"minutes": "5", "csrf_token": token}
    assert client.post(f"/schedule/{meeting}/reminder", data=sent).status_code == 302
    assert '<option value="5" selected>5分前</option>' in client.get(f"/schedule/{meeting}").text
    client.post(f"/schedule/{meeting}/reminder", data={**sent, "minutes": "usual"})
    assert '<option value="usual" selected>' in client.get(f"/schedule/{meeting}").text
    for wrong in ("", "x", "7", "-5", "9" * 30):
        assert (
            client.post(f"/schedule/{meeting}/reminder", data={**sent, "minutes": wrong}).status_code == 422
        )
