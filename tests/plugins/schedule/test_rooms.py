"""Rooms that events hold: booked with them, moved with them, given back with them, all or nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from groupware import clock
from groupware.capabilities import Clashes
from groupware.db import session
from groupware.events.models import Event as Told
from plugins.schedule.events import CANCELLED
from plugins.schedule.models import Event
from plugins.schedule.services import events, series
from plugins.schedule.services.rooms import held
from tests.plugins.schedule.conftest import MORNING
from tests.plugins.schedule.test_pages import form_of, send

TEN = MORNING + timedelta(hours=2)
HOUR = timedelta(hours=1)


def enter(office, rooms, person=None, **changes):
    return office.write(events.create, person or office.organiser, office.content(**changes), rooms=rooms)


def held_by(office, uid):
    found = office.read(held, office.organiser, office.stored(uid))
    return [(one.name, one.starts_at) for one in found]


def test_event_holds_its_rooms_and_takes_place_there(office, rooms):
    uid = enter(office, rooms)
    assert held_by(office, uid) == [("501会議室", TEN), ("502会議室", TEN)]
    assert office.stored(uid).place == "501会議室、502会議室"
    assert office.stored(enter(office, [], place="課内")).place == "課内"


def test_all_or_nothing(office, rooms, read):
    enter(office, rooms[:1])
    with pytest.raises(Clashes) as caught:
        enter(office, rooms, office.outsider, starts_at=TEN + HOUR / 2)
    assert [one.name for one in caught.value.clashes] == ["501会議室"]
    with read():
        assert session.scalar(select(func.count()).select_from(Event)) == 1
    enter(office, rooms[1:], office.outsider)


def test_rooms_move_with_the_event_and_are_given_back_with_it(office, rooms):
    uid = enter(office, rooms[:1])
    office.write(events.move, office.organiser, uid, TEN + HOUR, TEN + 2 * HOUR, version=1)
    assert held_by(office, uid) == [("501会議室", TEN + HOUR)]
    enter(office, rooms[:1], office.outsider)
    with pytest.raises(Clashes):
        office.write(events.move, office.organiser, uid, TEN, TEN + HOUR, version=2)
    assert held_by(office, uid) == [("501会議室", TEN + HOUR)]
    office.write(events.cancel, office.organiser, uid)
    enter(office, rooms[:1], office.outsider, starts_at=TEN + HOUR)


def test_another_room_is_a_change_of_the_event(office, rooms):
    uid = enter(office, rooms[:1], place="課内")
    content = office.content(place="課内")
    office.write(events.change, office.organiser, uid, content, version=1, rooms=rooms[1:])
    assert held_by(office, uid) == [("502会議室", TEN)]
    assert office.stored(uid).version == 2


def test_series_holds_its_room_every_time(office, rooms):
    uid = enter(office, rooms[:1], rule="FREQ=WEEKLY;COUNT=3")
    assert [when for _, when in held_by(office, uid)] == [TEN, TEN + 7 * 24 * HOUR, TEN + 14 * 24 * HOUR]
    with pytest.raises(Clashes) as caught:
        enter(office, rooms[:1], office.outsider, rule="FREQ=DAILY;COUNT=10")
    assert len(caught.value.clashes) == 2


def test_cancelled_series_gives_back_what_its_changed_occurrences_hold_and_tells_their_people(
    office, rooms, read
):
    uid = enter(office, rooms[:1], rule="FREQ=WEEKLY;COUNT=3")
    content = office.content(starts_at=TEN + HOUR, participants=(f"person:{office.outsider}",))
    first = clock.local(TEN).replace(tzinfo=None)
    made = office.write(series.change_one, office.organiser, uid, first, content, version=1, rooms=rooms)
    assert [when for _, when in held_by(office, made.uid)] == [TEN + HOUR] * 2
    office.write(events.cancel, office.organiser, uid)
    enter(office, rooms, office.outsider, starts_at=TEN + HOUR)
    with read():
        told = session.scalars(select(Told.payload).where(Told.kind == CANCELLED)).all()
    assert {one["event_id"] for one in told} == {made.id, office.stored(uid).id}


def test_form_offers_what_is_free_and_says_what_is_taken(office, rooms, sign_in):
    enter(office, rooms[:1])
    client = sign_in(office.outsider)
    found = send(client, "/schedule/rooms", form_of(office)).text
    assert "502会議室" in found
    assert "501会議室" not in found
    page = send(client, "/schedule/new", form_of(office, rooms_find="1", text="持ち物"))
    assert page.status_code == 200
    assert "502会議室" in page.text
    assert "持ち物" in page.text
    other = form_of(office, title="別の打合せ")
    refused = send(client, "/schedule/new", {**other, "rooms": [str(rooms[0])]})
    assert refused.status_code == 409
    assert "501会議室" in refused.text
    done = send(client, "/schedule/new", {**other, "rooms": [str(rooms[1]), "x"]})
    assert done.status_code == 302
    assert "502会議室" in client.get(done.location).text


def test_free_time_of_people_and_rooms(office, rooms, sign_in):
    for room in rooms:
        enter(office, [room], starts_at=MORNING, ends_at=MORNING + timedelta(hours=9))
    client = sign_in(office.outsider)
    query = "&".join(f"rooms={room}" for room in rooms)
    text = client.get(f"/schedule/free?first=2026-11-24&participants=person:{office.outsider}&{query}").text
    first = text.split('class="free-proposal" href="')[1].split('"', 1)[0]
    assert "from=17:00" in first.replace("%3A", ":")
    assert f"room={rooms[0]}" in first


def test_schedule_works_where_nobody_lends_rooms(office, sign_in):
    office.set_rule("facility.enabled", False)
    client = sign_in(office.organiser)
    assert 'id="rooms"' not in client.get("/schedule/new").text
    assert send(client, "/schedule/new", form_of(office)).status_code == 302
    assert client.get("/schedule/free").status_code == 200
