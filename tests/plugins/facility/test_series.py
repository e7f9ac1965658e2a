"""Times that repeat: found by rules, refused with a report, taken as far as they are free, tried again later."""

import re
from datetime import date, timedelta

import pytest

from groupware import clock
from groupware.capabilities import Clashes, Span
from groupware.errors import NotFound
from plugins.facility.queries import bookings as queries
from plugins.facility.series import Repetition, days_of, times_of
from plugins.facility.services import bookings
from plugins.facility.words import span_words
from tests.plugins.facility.conftest import at, span
from tests.plugins.facility.test_pages import TOMORROW, send

WEEKS = [span(10, 11, day=1 + 7 * number) for number in range(4)]


def on(year, month, day, hour=10):
    """An hour of a day."""
    begins = clock.midnight(date(year, month, day)) + timedelta(hours=hour)
    return Span(begins, begins + timedelta(hours=1))


def days(found):
    """The days of times, as month and day."""
    return [f"{clock.local(one.starts_at):%m%d}" for one in found]


@pytest.mark.parametrize(
    ("first", "repetition", "expected"),
    [
        (on(2027, 1, 12), Repetition("", None), ["0112"]),
        (on(2027, 1, 12), Repetition("weekly", date(2027, 2, 2)), ["0112", "0119", "0126", "0202"]),
        (on(2027, 1, 12), Repetition("fortnightly", date(2027, 2, 9)), ["0112", "0126", "0209"]),
        (on(2027, 1, 8), Repetition("working", date(2027, 1, 12)), ["0108", "0111", "0112"]),
        (on(2027, 1, 8), Repetition("working", date(2027, 1, 12), "skip"), ["0108", "0112"]),
        (on(2027, 1, 12), Repetition("nth", date(2027, 3, 31)), ["0112", "0209", "0309"]),
        (
            on(2027, 1, 5),
            Repetition("nth", date(2027, 2, 28), places=["1", "3"]),
            ["0105", "0119", "0202", "0216"],
        ),
        (
            on(2027, 1, 29),
            Repetition("nth", date(2027, 3, 31), places=["-1"]),
            ["0129", "0226", "0326"],
        ),
        (
            on(2027, 1, 11),
            Repetition("weekly", date(2027, 1, 20), weekdays=["MO", "WE"]),
            ["0111", "0113", "0118", "0120"],
        ),
        (on(2027, 1, 31), Repetition("last", date(2027, 3, 31)), ["0131", "0228", "0331"]),
        (on(2027, 1, 12), Repetition("weekly", date(2020, 1, 1)), ["0112"]),
        (on(2027, 1, 12), Repetition("daily", date(2999, 1, 1)), None),
    ],
)
def test_repetition_finds_its_days(first, repetition, expected):
    found = days(times_of(first, repetition))
    assert len(found) == 401 if expected is None else found == expected


def test_days_are_read_as_people_write_them():
    found, wrong = days_of("2027/2/3\n2/10\n3月5日\n\n1/8\n令和9年4月2日\nx\n2/30\n2/29", on(2027, 1, 12))
    assert [f"{clock.local(one.starts_at):%Y%m%d}" for one in found] == [
        "20270203",
        "20270210",
        "20270305",
        "20280108",
        "20270402",
        "20280229",
    ]
    assert wrong == ["x", "2/30"]


def test_series_is_booked_whole_or_not_at_all(hall):
    hall.book(hall.colleague, times=[WEEKS[1], WEEKS[3]])
    with pytest.raises(Clashes) as refused:
        hall.book(times=WEEKS)
    assert [clash.starts_at for clash in refused.value.clashes] == [WEEKS[1].starts_at, WEEKS[3].starts_at]
    assert len(hall.states()) == 2


def test_free_times_are_taken_and_the_others_can_be_tried_again(hall):
    in_the_way = hall.book(hall.colleague, hall.other, times=[WEEKS[1]])
    uid = hall.book(None, hall.room, hall.other, times=WEEKS, takes_what_is_free=True, rule="FREQ=WEEKLY")
    assert len(hall.states(uid)) == 6
    (key,) = hall.ids(uid)
    kept = hall.read(queries.skipped, hall.booker, key)
    assert {(one.name, one.starts_at) for one in kept} == {
        ("501会議室", WEEKS[1].starts_at),
        ("502会議室", WEEKS[1].starts_at),
    }
    with pytest.raises(Clashes):
        hall.write(bookings.retake, hall.booker, uid, WEEKS[1].starts_at)
    hall.write(bookings.withdraw, hall.colleague, in_the_way)
    hall.write(bookings.retake, hall.booker, uid, WEEKS[1].starts_at)
    assert len(hall.states(uid)) == 8
    assert hall.read(queries.skipped, hall.booker, key) == []
    with pytest.raises(NotFound):
        hall.write(bookings.retake, hall.booker, uid, WEEKS[1].starts_at)


def test_nothing_free_is_a_refusal(hall):
    hall.book(hall.colleague, times=WEEKS)
    with pytest.raises(Clashes):
        hall.book(times=WEEKS, takes_what_is_free=True)


def test_other_facility_is_taken_at_the_times_that_clash(hall):
    hall.book(hall.colleague, times=[WEEKS[1]])
    uid = hall.book(times=WEEKS, exchanges={(hall.room, WEEKS[1].starts_at): hall.other})
    assert [name for name, *_ in hall.states(uid)] == ["501会議室", "502会議室", "501会議室", "501会議室"]


def test_times_stay_out_only_where_that_was_said(hall):
    hall.book(hall.colleague, times=[WEEKS[1]])
    hall.book(hall.colleague, hall.room, hall.other, times=[WEEKS[2]])
    wanted = {
        "times": WEEKS,
        "exchanges": {(hall.room, WEEKS[1].starts_at): hall.other},
        "leaves_out": {WEEKS[2].starts_at},
    }
    in_the_way = hall.book(hall.colleague, hall.other, times=[WEEKS[1]])
    with pytest.raises(Clashes) as refused:
        hall.book(**wanted)
    assert {clash.starts_at for clash in refused.value.clashes} == {WEEKS[1].starts_at, WEEKS[2].starts_at}
    hall.write(bookings.withdraw, hall.colleague, in_the_way)
    uid = hall.book(**wanted)
    assert [name for name, *_ in hall.states(uid)] == ["501会議室", "502会議室", "501会議室"]
    (left,) = hall.read(queries.skipped, hall.booker, hall.ids(uid)[0])
    assert (left.name, left.starts_at) == ("501会議室", WEEKS[2].starts_at)


def test_changing_the_words_of_a_series_leaves_its_times(hall):
    hall.book(hall.colleague, times=[WEEKS[1]])
    uid = hall.book(times=WEEKS, exchanges={(hall.room, WEEKS[1].starts_at): hall.other})
    before = hall.states(uid)
    hall.write(bookings.reword, hall.booker, uid, hall.plan(title="定例会議(改)", times=WEEKS))
    assert hall.states(uid) == before


def test_form_reports_conflicts_and_takes_what_was_chosen(hall, sign_in):
    hall.book(hall.colleague, times=[WEEKS[1]])
    form = {
        "title": "係内打合せ",
        "facility": [str(hall.room)],
        "day": TOMORROW,
        "starts_at": "10:00",
        "ends_at": "11:00",
        "repeat": "weekly",
        "until": (clock.today() + timedelta(days=22)).isoformat(),
    }
    client = sign_in(hall.booker)
    report = send(client, "/facility/new", form)
    assert report.status_code == 409
    exchange = f"{hall.room}|{WEEKS[1].starts_at.isoformat()}|{hall.other}"
    assert f'value="{exchange}"'.replace("+", "&#43;") in report.text.replace("+", "&#43;")
    assert "鈴木 蓮" in report.text
    done = send(client, "/facility/new", {**form, "choice": "others", "exchange": exchange})
    assert done.status_code == 302
    assert [name for name, _, status in hall.states() if status == "confirmed"].count("502会議室") == 1
    page = client.get(done.location).text
    assert "毎週" in page
    edited = client.get(f"{done.location}/edit").text
    assert "係内打合せ" in edited
    assert 'name="starts_at"' not in edited


def test_form_offers_other_facilities_where_there_are_some_and_says_where_there_are_none(hall, sign_in):
    hall.book(hall.colleague, times=[WEEKS[1]])
    hall.book(hall.colleague, hall.room, hall.other, times=[WEEKS[2]])
    form = {
        "title": "係内打合せ",
        "facility": [str(hall.room)],
        "day": TOMORROW,
        "starts_at": "10:00",
        "ends_at": "11:00",
        "repeat": "weekly",
        "until": (clock.today() + timedelta(days=22)).isoformat(),
    }
    client = sign_in(hall.booker)
    report = send(client, "/facility/new", form)
    assert report.status_code == 409
    hidden = re.findall(r'name="(exchange|left_out)" value="([^"]+)"', report.text.replace("&#43;", "+"))
    assert hidden == [
        ("exchange", f"{hall.room}|{WEEKS[1].starts_at.isoformat()}|{hall.other}"),
        ("left_out", WEEKS[2].starts_at.isoformat()),
    ]
    assert f"予約に入りません:{span_words(WEEKS[2].starts_at, WEEKS[2].ends_at)}" in report.text
    done = send(client, "/facility/new", {**form, "choice": "others", **dict(hidden)})
    assert done.status_code == 302
    assert span_words(WEEKS[2].starts_at, WEEKS[2].ends_at) in client.get(done.location).text


def test_form_takes_the_free_times_and_shows_what_was_left_out(hall, sign_in):
    hall.book(hall.colleague, times=[WEEKS[0]])
    form = {
        "title": "係内打合せ",
        "facility": [str(hall.room)],
        "day": TOMORROW,
        "starts_at": "10:00",
        "ends_at": "11:00",
        "days": (clock.today() + timedelta(days=8)).isoformat(),
        "choice": "free",
    }
    client = sign_in(hall.booker)
    done = send(client, "/facility/new", form)
    assert done.status_code == 302
    page = client.get(done.location).text
    assert 'name="starts_at"' in page
    again = send(client, f"{done.location}/retake", {"starts_at": at(10).isoformat()})
    assert again.status_code == 409
    for nonsense in ("", "x", "2027-01-01T10:00"):
        assert send(client, f"{done.location}/retake", {"starts_at": nonsense}).status_code == 404


@pytest.mark.parametrize("broken", [{"repeat": "weekly"}, {"days": "いつか"}])
def test_repetition_that_makes_no_sense_is_told_at_its_field(hall, sign_in, broken):
    form = {
        "title": "係内打合せ",
        "facility": [str(hall.room)],
        "day": TOMORROW,
        "starts_at": "10:00",
        "ends_at": "11:00",
    }
    answer = send(sign_in(hall.booker), "/facility/new", {**form, **broken})
    assert answer.status_code == 422
    assert hall.states() == []
