"""Calendars for programs: read, enter, change with If-Match, answer, find free time."""

from datetime import timedelta

import pytest

from plugins.schedule.enums import Visibility
from tests.plugins.schedule.conftest import MORNING

EVENTS = "/api/v1/schedule/events"
FREE = "/api/v1/schedule/free-time"
WEEK = {"since": "2026-11-24T00:00:00+09:00", "until": "2026-12-01T00:00:00+09:00"}
TEN = {"starts_at": "2026-11-24T10:00:00+09:00", "ends_at": "2026-11-24T11:00:00+09:00"}


def test_enter_read_change_answer_and_delete(office, program):
    call = program(office.organiser)
    people = [f"person:{office.organiser}", f"person:{office.colleague}"]
    made = call("POST", EVENTS, json={"title": "予算の打合せ", **TEN, "participants": people})
    assert made.status_code == 201, made.text
    place = made.headers["Location"]
    found = call("GET", place)
    assert [one["name"] for one in found.json["participants"]] == ["佐藤 葵", "鈴木 蓮"]
    assert call("PATCH", place, json={"title": "予算の調整"}).status_code == 428
    tag = {"If-Match": found.headers["ETag"]}
    assert call("PATCH", place, json={"title": "予算の調整"}, headers=tag).status_code == 200
    assert call("PATCH", place, json={"title": "別"}, headers=tag).status_code == 412
    answered = program(office.colleague)("POST", f"{place}/answer", json={"answer": "declined"})
    assert answered.status_code == 200, answered.text
    listed = call("GET", EVENTS, query_string=WEEK).json["items"]
    assert [(one["title"], one["starts_at"]) for one in listed] == [("予算の調整", "2026-11-24T01:00:00Z")]
    assert call("DELETE", place).status_code == 204
    assert call("GET", place).status_code == 404


def test_one_occurrence_is_changed_and_one_is_cancelled(office, program):
    uid = office.enter(rule="FREQ=DAILY;COUNT=4")
    call = program(office.organiser)
    changed = call(
        "POST",
        f"{EVENTS}/{uid}/change-occurrence",
        json={"original": "2026-11-25T10:00", "title": "臨時", **TEN},
    )
    assert changed.status_code == 200, changed.text
    assert changed.json["left_out"] == ["2026-11-25T10:00"]
    cancelled = call("POST", f"{EVENTS}/{uid}/cancel-occurrence", json={"original": "2026-11-27T10:00"})
    assert cancelled.json["left_out"] == ["2026-11-25T10:00", "2026-11-27T10:00"]
    items = call("GET", EVENTS, query_string=WEEK).json["items"]
    assert sorted((one["title"], one["starts_at"][:10]) for one in items) == [
        ("予算の打合せ", "2026-11-24"),
        ("予算の打合せ", "2026-11-26"),
        ("臨時", "2026-11-24"),
    ]


@pytest.mark.parametrize(
    ("original", "status"),
    [
        ("2026-11-25T10:01", 404),
        ("2026-11-23T10:00", 404),
        ("9999-12-31T23:59", 404),
        ("2026-11-25T01:00:00Z", 422),
        ("morgen um zehn Uhr", 422),
        ("2026-13-45T10:00", 422),
        (None, 422),
    ],
)
def test_occurrence_that_is_none_is_refused(office, program, original, status):
    uid = office.enter(rule="FREQ=DAILY;COUNT=4")
    for act in ("change-occurrence", "cancel-occurrence"):
        call = program(office.organiser)
        answer = call("POST", f"{EVENTS}/{uid}/{act}", json={"original": original})
        assert answer.status_code == status, act
        stranger = program(office.outsider)
        answer = stranger("POST", f"{EVENTS}/{uid}/{act}", json={"original": "2026-11-25T10:00"})
        assert answer.status_code == 403, act


def test_what_is_hidden_on_pages_is_hidden_here(office, program):
    uid = office.enter(visibility=Visibility.PRIVATE, place="秘密の部屋")
    shown = office.enter(
        visibility=Visibility.TIME_AND_TITLE, place="秘密の部屋", text="極秘", starts_at=MORNING
    )
    call = program(office.outsider)
    assert call("GET", f"{EVENTS}/{uid}").status_code == 404
    assert call("GET", f"{EVENTS}/{shown}").json["text"] == ""
    answer = call("GET", EVENTS, query_string={**WEEK, "person": office.organiser})
    assert [(one["uid"], one["title"], one["place"]) for one in answer.json["items"]] == [
        (str(shown), "予算の打合せ", ""),
        (None, "", ""),
    ]
    assert "秘密" not in answer.text


def test_list_goes_on_after_its_last_item(office, program):
    office.enter(rule="FREQ=DAILY;COUNT=5")
    call = program(office.organiser)
    first = call("GET", EVENTS, query_string={**WEEK, "limit": 3}).json
    second = call("GET", first["next"]).json
    days = [one["original"][:10] for one in first["items"] + second["items"]]
    assert days == [f"2026-11-{day}" for day in (24, 25, 26, 27, 28)]
    assert second["next"] is None


def test_free_time(office, program):
    office.enter(starts_at=MORNING, ends_at=MORNING + timedelta(hours=9))
    asked = {"participants": f"person:{office.organiser},person:{office.colleague}", "days": 2, "minutes": 60}
    found = program(office.outsider)("GET", FREE, query_string=asked).json["items"]
    assert found[0]["starts_at"] == "2026-11-24T08:00:00Z"


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (EVENTS, {}),
        (EVENTS, {**WEEK, "until": "2030-01-01T00:00:00Z"}),
        (EVENTS, {"since": "0001-01-01T00:00:00Z", "until": "0001-01-02T00:00:00Z"}),
        (EVENTS, {**WEEK, "cursor": "x"}),
        (FREE, {"participants": "nobody"}),
        (FREE, {"participants": "person:1", "first": "9999-12-31"}),
    ],
)
def test_question_that_makes_no_sense(office, program, path, query):
    assert program(office.organiser)("GET", path, query_string=query).status_code in (400, 422)
