"""One occurrence of a series, it and all that follow, or all of them: what changes and what stays."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupware.db import session
from groupware.errors import Conflict, NotFound
from plugins.schedule.enums import Answer
from plugins.schedule.models import Event
from plugins.schedule.queries.events import participants
from plugins.schedule.services import answering, events, series
from tests.plugins.schedule.conftest import MORNING
from tests.plugins.schedule.phones import Phone
from tests.plugins.schedule.test_pages import form_of, send

TEN = MORNING + timedelta(hours=2)
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


def wall(text):
    return datetime.fromisoformat(text)


SECOND, THIRD = wall("2026-12-01T10:00"), wall("2026-12-08T10:00")


@pytest.fixture
def weekly(office):
    """Every Tuesday at ten, four times: 24 November, 1, 8 and 15 December."""
    return office.enter(rule="FREQ=WEEKLY;COUNT=4", participants=both(office))


def both(office):
    return (f"person:{office.organiser}", f"person:{office.colleague}")


def days(office, person=None):
    """What stands in the calendar of the colleague, as (day, hour, title)."""
    found = office.seen(office.mayor, person or office.colleague, 60)
    return [(f"{one.begins:%m-%d}", one.begins.hour, one.title) for one in found]


WHOLE = [
    ("11-24", 10, "予算の打合せ"),
    ("12-01", 10, "予算の打合せ"),
    ("12-08", 10, "予算の打合せ"),
    ("12-15", 10, "予算の打合せ"),
]


def test_one_occurrence_at_another_time(office, weekly):
    content = office.content(title="臨時", starts_at=TEN + WEEK + 4 * HOUR, participants=both(office))
    made = office.write(series.change_one, office.organiser, weekly, SECOND, content, version=1)
    assert days(office) == [WHOLE[0], ("12-01", 14, "臨時"), *WHOLE[2:]]
    assert (made.series_id, made.original_start) == (office.stored(weekly).id, "2026-12-01T10:00")


def test_one_occurrence_is_moved_and_moved_back(office, weekly):
    at = TEN + WEEK
    made = office.write(
        series.move_one, office.organiser, weekly, SECOND, at + HOUR, at + 2 * HOUR, version=1
    )
    assert [hour for _, hour, _ in days(office)] == [10, 11, 10, 10]
    office.write(events.move, office.organiser, made.uid, at, at + HOUR, version=made.version)
    assert [hour for _, hour, _ in days(office)] == [10, 10, 10, 10]
    for version, error in ((1, Conflict), (2, NotFound)):
        with pytest.raises(error):
            office.write(series.move_one, office.organiser, weekly, SECOND, at, at + HOUR, version=version)


def test_changed_occurrence_survives_a_change_of_all(office, weekly):
    content = office.content(title="臨時", starts_at=TEN + WEEK, participants=both(office))
    office.write(series.change_one, office.organiser, weekly, SECOND, content, version=1)
    stored = office.stored(weekly)
    whole = office.content(
        title="定例", rule=stored.rule, left_out=tuple(stored.left_out), participants=both(office)
    )
    office.write(events.change, office.organiser, weekly, whole, version=2)
    assert [title for _, _, title in days(office)] == ["定例", "臨時", "定例", "定例"]


def test_this_and_the_following(office, weekly):
    content = office.content(title="臨時", starts_at=TEN + 2 * WEEK, participants=both(office))
    office.write(series.change_one, office.organiser, weekly, THIRD, content, version=1)
    begun = office.read(
        lambda _: series.content_of_following(session.query(Event).filter_by(uid=weekly).one(), SECOND),
        office.organiser,
    )
    assert begun.rule == "FREQ=WEEKLY;COUNT=3"
    later = office.content(
        title="新年度",
        starts_at=begun.starts_at + HOUR,
        rule=begun.rule,
        left_out=begun.left_out,
        participants=both(office),
    )
    made = office.write(series.change_following, office.organiser, weekly, SECOND, later, version=2)
    assert days(office) == [WHOLE[0], ("12-01", 11, "新年度"), ("12-08", 10, "臨時"), ("12-15", 11, "新年度")]
    moved = office.read(
        lambda _: session.scalars(select(Event.series_id).where(Event.title == "臨時")).one(),
        office.organiser,
    )
    assert moved == made.id


def test_who_takes_part_in_one_occurrence_alone_is_told_that_its_series_is_another_one(office, weekly):
    alone = office.content(
        title="臨時", starts_at=TEN + 2 * WEEK, participants=(f"person:{office.outsider}",)
    )
    office.write(series.change_one, office.organiser, weekly, THIRD, alone, version=1)
    phone = Phone(office, office.outsider)
    token, there, _ = phone.sync()
    assert there == [f"{weekly}.ics"]
    later = office.content(starts_at=TEN + WEEK + HOUR, rule="FREQ=WEEKLY;COUNT=3", participants=both(office))
    made = office.write(series.change_following, office.organiser, weekly, SECOND, later, version=2)
    assert phone.sync(token)[1:] == ([f"{made.uid}.ics"], [f"{weekly}.ics"])


def test_first_occurrence_and_all_that_follow_is_the_whole_series(office, weekly):
    with pytest.raises(Conflict):
        office.write(
            series.change_following,
            office.organiser,
            weekly,
            wall("2026-11-24T10:00"),
            office.content(),
            version=1,
        )
    office.write(series.cancel_following, office.organiser, weekly, wall("2026-11-24T10:00"))
    assert days(office) == []


def test_cancel_one_and_cancel_what_follows(office, weekly):
    office.write(series.cancel_one, office.organiser, weekly, SECOND)
    assert days(office) == [WHOLE[0], *WHOLE[2:]]
    office.write(series.cancel_following, office.organiser, weekly, THIRD)
    assert days(office) == WHOLE[:1]


def test_cancel_all_takes_changed_occurrences_along(office, weekly):
    content = office.content(title="臨時", starts_at=TEN + WEEK, participants=both(office))
    office.write(series.change_one, office.organiser, weekly, SECOND, content, version=1)
    office.write(events.cancel, office.organiser, weekly)
    assert days(office) == []


@pytest.mark.parametrize("act", [series.cancel_one, series.cancel_following])
def test_occurrence_that_is_none(office, weekly, act):
    for original in ("2026-12-02T10:00", "2030-01-01T10:00"):
        with pytest.raises(NotFound):
            office.write(act, office.organiser, weekly, wall(original))
    office.write(series.cancel_one, office.organiser, weekly, SECOND)
    with pytest.raises(NotFound):
        office.write(act, office.organiser, weekly, SECOND)


def test_chosen_dates_are_changed_and_cancelled_one_by_one(office):
    uid = office.enter(days=("2026-12-01T10:00", "2026-12-03T10:00"), participants=both(office))
    office.write(series.cancel_one, office.organiser, uid, SECOND)
    assert [day for day, _, _ in days(office)] == ["11-24", "12-03"]
    office.write(series.cancel_following, office.organiser, uid, wall("2026-12-03T10:00"))
    assert [day for day, _, _ in days(office)] == ["11-24"]


def test_answers_are_taken_over_where_the_time_stays(office, weekly):
    office.write(answering.answer, office.colleague, weekly, Answer.DECLINED)
    content = office.content(title="臨時", starts_at=TEN + WEEK, participants=both(office))
    made = office.write(series.change_one, office.organiser, weekly, SECOND, content, version=1)
    said = office.read(
        lambda _: {row.person_id: row.answer for row in participants(made.id)}, office.organiser
    )
    assert said == {office.organiser: "accepted", office.colleague: "declined"}


def test_pages_change_and_delete_what_was_meant(office, weekly, sign_in):
    client = sign_in(office.organiser)
    page = client.get(f"/schedule/{weekly}?at=2026-12-01T10:00").text
    assert "2026年12月1日(火) 10:00–11:00" in page
    form = client.get(f"/schedule/{weekly}/edit?at=2026-12-01T10:00&scope=one").text
    assert "この回だけを変更します。" in form
    assert 'value="2026-12-01"' in form
    data = form_of(
        office,
        starts_on="2026-12-01",
        starts_time="15:00",
        ends_time="16:00",
        title="臨時",
        version="1",
        scope="one",
        at="2026-12-01T10:00",
        participants=list(both(office)),
    )
    answer = send(client, f"/schedule/{weekly}/edit", data)
    assert answer.status_code == 302
    assert "この回だけ変更されています" in client.get(answer.location).text
    assert days(office)[1] == ("12-01", 15, "臨時")
    data = {"scope": "following", "at": "2026-12-08T10:00"}
    assert send(client, f"/schedule/{weekly}/cancel", data).status_code == 302
    assert len(days(office)) == 2
