"""COPY and MOVE between the calendars of a person: as the calendars of iOS and macOS move an event."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from tests.plugins.schedule.conftest import MORNING
from tests.plugins.schedule.phones import Phone, event, participants
from tests.plugins.schedule.test_private_calendars import made, put, task


@pytest.fixture
def phone(office):
    found = Phone(office, office.organiser)
    found.calendar()
    return found


@pytest.fixture
def notes(phone):
    return made(phone, "notes")


def send(phone, method, source, target, **headers):
    return phone.call(method, source, Destination=target, **headers)


def conditions(answer):
    return [one.tag.rpartition("}")[2] for one in ET.fromstring(answer.data)]


def titles(office):
    return [one.title for one in office.seen(office.organiser, office.organiser)]


def test_event_moves_out_of_the_schedule_and_back(office, phone, notes):
    text = event("X-COLOUR:red", uid="m1", title="歯科")
    phone.put("a.ics", text)
    token = phone.sync()[0]
    answer = send(phone, "MOVE", phone.home + "personal/a.ics", f"http://localhost{notes}b.ics")
    assert answer.status_code == 201
    assert answer.headers["ETag"] == phone.call("GET", notes + "b.ics").headers["ETag"]
    assert "X-COLOUR:red" in phone.call("GET", notes + "b.ics").text
    assert phone.get("a.ics").status_code == 404
    assert titles(office) == []
    token, there, gone = phone.sync(token)
    assert (there, gone) == ([], ["a.ics"])
    token_of_notes = phone.sync(calendar=notes)[0]
    assert send(phone, "MOVE", notes + "b.ics", phone.home + "personal/c.ics").status_code == 201
    assert titles(office) == ["歯科"]
    assert phone.sync(token)[1] == ["c.ics"]
    assert phone.sync(token_of_notes, notes)[2] == ["b.ics"]


def test_copy_leaves_what_it_was_made_of(office, phone, notes):
    phone.put("a.ics", event(uid="m1"))
    source, more = phone.home + "personal/a.ics", made(phone, "more")
    assert send(phone, "COPY", source, notes + "a.ics").status_code == 201
    assert send(phone, "COPY", notes + "a.ics", more + "a.ics").status_code == 201
    assert send(phone, "COPY", notes + "a.ics", more + "a.ics").status_code == 204
    assert [phone.call("GET", one + "a.ics").status_code for one in (notes, more)] == [200, 200]
    assert titles(office) == ["打合せ"]
    taken = send(phone, "COPY", notes + "a.ics", notes + "b.ics")
    assert (taken.status_code, conditions(taken)) == (403, ["no-uid-conflict"])
    twice = send(phone, "COPY", source, phone.home + "personal/b.ics")
    assert (twice.status_code, conditions(twice)) == (403, ["no-uid-conflict"])


def test_entry_is_renamed_and_overwrites_only_where_it_may(phone, notes):
    put(phone, notes, "1.ics", task("t1"))
    put(phone, notes, "2.ics", task("t2"))
    assert send(phone, "MOVE", notes + "1.ics", notes + "3.ics").status_code == 201
    assert send(phone, "MOVE", notes + "3.ics", notes + "2.ics", Overwrite="F").status_code == 412
    stale = send(phone, "MOVE", notes + "3.ics", notes + "2.ics", If_Match='"old"')
    assert stale.status_code == 412
    assert phone.call("GET", notes + "3.ics").status_code == 200
    assert send(phone, "MOVE", notes + "3.ics", notes + "2.ics").status_code == 204
    assert "UID:t1" in phone.call("GET", notes + "2.ics").text


def test_what_cannot_be_moved_stays_where_it_is_and_the_reason_is_said(office, phone, notes):
    mine = office.enter(participants=participants(office), starts_at=MORNING + timedelta(days=1))
    theirs = office.enter(office.colleague, participants=participants(office))
    put(phone, notes, "t.ics", task("t1"))
    own, schedule = notes + "t.ics", phone.home + "personal/"
    refused = {
        "others take part": send(phone, "MOVE", f"{schedule}{mine}.ics", notes + "x.ics"),
        "somebody else's": send(phone, "MOVE", f"{schedule}{theirs}.ics", notes + "x.ics"),
        "a task": send(phone, "MOVE", own, schedule + "x.ics"),
        "a calendar": send(phone, "MOVE", notes, phone.home + "other/"),
        "into the inbox": send(phone, "MOVE", own, phone.home + "inbox/"),
        "onto itself": send(phone, "MOVE", own, own),
        "no such calendar": send(phone, "MOVE", own, phone.home + "nowhere/x.ics"),
        "another place": send(phone, "MOVE", own, "/portal"),
        "another server": send(phone, "MOVE", own, "https://elsewhere.example/dav/x.ics"),
        "nowhere": phone.call("MOVE", own),
        "no such entry": send(phone, "MOVE", notes + "none.ics", notes + "x.ics"),
    }
    assert {name: answer.status_code for name, answer in refused.items()} == {
        "others take part": 403,
        "somebody else's": 403,
        "a task": 403,
        "a calendar": 409,
        "into the inbox": 403,
        "onto itself": 403,
        "no such calendar": 409,
        "another place": 409,
        "another server": 502,
        "nowhere": 422,
        "no such entry": 404,
    }
    assert conditions(refused["others take part"])[0] == "allowed-organizer-scheduling-object-change"
    assert conditions(refused["somebody else's"])[0] == "allowed-attendee-scheduling-object-change"
    assert phone.call("GET", own).status_code == 200
    assert len(titles(office)) == 2
    stranger = Phone(office, office.outsider)
    stranger.calendar()
    assert send(stranger, "COPY", own, stranger.home + "personal/x.ics").status_code == 404
    assert send(phone, "COPY", own, stranger.home + "personal/x.ics").status_code == 409
