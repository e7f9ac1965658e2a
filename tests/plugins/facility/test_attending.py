"""Whoever booked comes, stays longer, leaves, or never came."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from groupware import actor, clock
from groupware.capabilities import Clashes
from groupware.db import session, unit
from groupware.errors import Conflict, Denied, NotFound
from groupware.events.models import Event
from plugins.facility.events import RELEASED
from plugins.facility.services import attending, deciding
from tests.plugins.facility.conftest import at, span
from tests.plugins.facility.test_pages import send


@pytest.fixture
def door(hall):
    """A room that wants a check-in within ten minutes."""
    hall.set_terms(hall.room, check_in=True, check_in_minutes=10)
    return hall


def release(hall, moment):
    """What the job releases at a moment."""
    with clock.frozen(moment), hall.app.app_context(), unit("write"):
        return attending.release_unused(actor.system("job"))


def test_what_nobody_checks_in_to_is_released_and_can_be_booked_at_once(door):
    uid = door.book()
    assert release(door, at(10, 9)) == 0
    assert release(door, at(10, 10)) == 1
    assert release(door, at(10, 11)) == 0
    assert door.states(uid) == [("501会議室", "10:00", "released")]
    with door.app.app_context(), unit("read"):
        told = session.scalars(select(Event.payload).where(Event.kind == RELEASED)).all()
    assert [payload["reservation_id"] for payload in told] == door.ids(uid)
    hour = span(10, 11)
    with clock.frozen(at(10, 12)):
        theirs = door.book(door.colleague, times=[hour])
    assert door.states(theirs) == [("501会議室", "10:00", "confirmed")]


def test_who_books_a_room_that_has_begun_stands_in_it(door):
    hour = span(10, 11)
    with clock.frozen(at(10, 12)):
        uid = door.book(times=[hour])
    assert release(door, at(10, 40)) == 0
    assert door.held(uid)[0].checked_in_at == at(10, 12)


@pytest.mark.parametrize("person", ["booker", "colleague", "keeper"])
def test_those_who_booked_their_section_and_keepers_check_in(door, person):
    uid = door.book()
    with clock.frozen(at(9, 50)):
        door.write(attending.check_in, getattr(door, person), uid)
        door.write(attending.check_in, getattr(door, person), uid, door.room)
    assert release(door, at(10, 30)) == 0
    assert door.held(uid)[0].checked_in_at == at(9, 50)


def test_others_do_not_check_in_and_nobody_does_too_early_or_too_late(door):
    uid = door.book()
    stranger = door.factory.person("山本 樹", door.affairs, door.clerk)
    with clock.frozen(at(9, 50)), pytest.raises(Denied):
        door.write(attending.check_in, stranger, uid)
    for moment in (at(9, 44), at(11)):
        with clock.frozen(moment), pytest.raises(Conflict) as refused:
            door.write(attending.check_in, door.booker, uid)
        assert refused.value.code == "not_in_use"
    with clock.frozen(at(10)), pytest.raises(Conflict):
        door.write(attending.check_in, door.booker, uid, door.other)


def test_terms_that_change_later_change_nothing_for_what_is_booked(hall):
    uid = hall.book()
    hall.set_terms(hall.room, check_in=True)
    assert release(hall, at(10, 59)) == 0
    hall.set_rule("facility.check_in", True)
    hall.book(None, hall.other)
    assert release(hall, at(10, 15)) == 1
    assert hall.states(uid) == [("501会議室", "10:00", "confirmed")]


def test_blockings_and_requests_are_not_released_and_a_late_decision_leaves_time(door):
    door.set_terms(door.room, check_in=True, check_in_minutes=10, approval=True)
    door.book(door.keeper, title="清掃", is_blocking=True, times=[span(8, 9)])
    uid = door.book()
    assert release(door, at(10, 30)) == 0
    with clock.frozen(at(10, 30)):
        door.write(deciding.confirm, door.keeper, door.held(uid)[0].uid)
    assert release(door, at(10, 39)) == 0
    assert release(door, at(10, 40)) == 1


def test_time_is_added_by_the_unit_as_far_as_terms_and_others_allow(hall):
    hall.set_terms(hall.room, unit_minutes=30, minutes_after=30, longest_minutes=120)
    uid = hall.book()
    hall.book(hall.colleague, times=[span(12.5, 13)])
    with clock.frozen(at(10, 50)):
        with pytest.raises(Denied):
            hall.write(attending.extend, hall.outsider, uid)
        hall.write(attending.extend, hall.booker, uid)
        hall.write(attending.extend, hall.booker, uid)
        with pytest.raises(Clashes) as refused:
            hall.write(attending.extend, hall.booker, uid)
        assert {clash.code for clash in refused.value.clashes} == {"length", "taken"}
    (mine,) = hall.held(uid)
    assert (mine.ends_at, mine.busy_until) == (at(12), at(12, 30))


@pytest.mark.parametrize("shown_at", ["bookings/{uid}", "door/{room}"])
def test_button_that_is_pressed_twice_adds_time_once(hall, sign_in, shown_at):
    uid = hall.book()
    once, twice = at(11, 15), at(11, 30)
    with clock.frozen(at(10, 30)):
        client = sign_in(hall.booker)
        page = client.get(f"/facility/{shown_at.format(uid=uid, room=hall.room)}").text
        form = page.partition(f'action="/facility/bookings/{uid}/extend"')[2].partition("</form>")[0]
        sent = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
        answers = [client.post(f"/facility/bookings/{uid}/extend", data=sent) for _ in range(2)]
        assert [one.status_code for one in answers] == [302, 302]
        assert hall.held(uid)[0].ends_at == once
        send(client, f"/facility/bookings/{uid}/extend", {})
    assert hall.held(uid)[0].ends_at == twice


def test_more_time_in_a_room_that_needs_approval_is_for_those_who_decide(hall):
    uid = hall.book()
    hall.set_terms(hall.room, approval=True)
    with clock.frozen(at(10, 30)):
        with pytest.raises(Denied):
            hall.write(attending.extend, hall.booker, uid)
        hall.write(attending.extend, hall.keeper, uid)
    assert hall.held(uid)[0].ends_at == at(11, 15)


def test_the_last_of_a_limited_number_can_be_extended(hall):
    hall.set_terms(hall.room, per_person=1)
    uid = hall.book()
    with clock.frozen(at(10, 30)):
        hall.write(attending.extend, hall.booker, uid)
    assert hall.held(uid)[0].ends_at == at(11, 15)


def test_of_several_rooms_one_is_ended_at_its_door(hall):
    uid = hall.book(None, hall.room, hall.other)
    with clock.frozen(at(10, 20)):
        hall.write(attending.end_now, hall.booker, uid, hall.room)
    assert sorted(one.ends_at for one in hall.held(uid)) == [at(10, 21), at(11)]


def test_door_shows_now_and_next_and_its_buttons_act(door, sign_in):
    mine = door.book(title="選考委員会")
    door.book(door.colleague, title="人事面談", is_private=True, times=[span(13, 14)])
    with clock.frozen(at(9, 50)):
        client = sign_in(door.booker)
        page = client.get(f"/facility/door/{door.room}").text
        assert "9:50" in page
        assert "選考委員会" in page
        assert "人事面談" not in page
        token = page.partition('name="csrf-token" content="')[2].partition('"')[0]
        sent = {"csrf_token": token, "facility": str(door.room), "back": "door"}
        answer = client.post(f"/facility/bookings/{mine}/check-in", data=sent)
        assert answer.location == f"/facility/door/{door.room}"
    with clock.frozen(at(10, 30)):
        client = sign_in(door.booker)
        page = client.get(f"/facility/door/{door.room}/now").text
        assert f"/facility/bookings/{mine}/extend" in page
        assert f"/facility/bookings/{mine}/end" in page
        assert f"/facility/bookings/{mine}/check-in" not in page
        assert (
            f"/facility/bookings/{mine}/extend"
            not in sign_in(door.outsider).get(f"/facility/door/{door.room}/now").text
        )
    assert "<svg" in sign_in(door.booker).get(f"/facility/door/{door.room}/sign").text


def test_door_of_a_room_one_may_not_see_is_not_there(hall, sign_in):
    secret = hall.add_room("秘書室", rights={})
    client = sign_in(hall.outsider)
    for part in ("", "/now", "/sign"):
        assert client.get(f"/facility/door/{secret}{part}").status_code == 404
    uid = hall.book()
    with pytest.raises(NotFound):
        hall.write(attending.check_in, hall.booker, hall.room)
    assert hall.held(uid)[0].checked_in_at is None


def test_list_of_the_day_offers_to_check_in(door, sign_in):
    uid = door.book()
    with clock.frozen(at(10) - timedelta(minutes=5)):
        assert f"/facility/bookings/{uid}/check-in" in sign_in(door.booker).get("/facility/list").text
