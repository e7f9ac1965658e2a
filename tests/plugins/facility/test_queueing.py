"""The waiting list: what becomes free goes to who came first and for whom it fits."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from groupware import actor, clock
from groupware.access.enums import PrincipalKind
from groupware.capabilities import Clashes, Source, Wish
from groupware.db import session, unit
from groupware.directory.picking import Ref
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.events.models import Event
from plugins.facility.enums import Right
from plugins.facility.events import LAPSED, OFFERED, SERVED
from plugins.facility.models import Facility, WaitingEntry
from plugins.facility.queries.queue import open_entries
from plugins.facility.services import attending, bookings, catalogue, queueing, serving, sources
from plugins.facility.services.queueing import Wait
from tests.plugins.facility.conftest import at, open_to_all, span
from tests.plugins.facility.crowd import withdraw_at_once
from tests.support.processes import run_together


def queue(hall, person, *, room=None, times=None, **changes):
    """Let somebody wait for the room, or another one; returns the uid of the entry."""
    wait = Wait(facility=room or hall.room, span=times or span(10, 11), title=f"会議 {person}", **changes)
    return hall.write(lambda who: queueing.join(who, wait).uid, person)


def lapse(hall, moment):
    """What the job does at a moment."""
    with clock.frozen(moment), hall.app.app_context(), unit("write"):
        return serving.lapse(actor.system("job"))


def kinds(hall):
    """The events of the waiting list, in order."""
    with hall.app.app_context(), unit("read"):
        wanted = select(Event.kind).where(Event.kind.in_((OFFERED, SERVED, LAPSED))).order_by(Event.seq)
        return list(session.scalars(wanted))


def entries(hall):
    """The states of the entries, in order of coming."""
    with hall.app.app_context(), unit("read"):
        entries = session.scalars(select(WaitingEntry).order_by(WaitingEntry.id)).all()
        return [one.state for one in entries]


def test_cancelled_time_is_kept_for_the_first_who_takes_it(hall):
    taken = hall.book()
    first, _ = queue(hall, hall.colleague), queue(hall, hall.outsider)
    hall.write(bookings.withdraw, hall.booker, taken)
    assert entries(hall) == ["offered", "waiting"]
    assert hall.states()[-1] == ("501会議室", "10:00", "offered")
    with pytest.raises(Clashes):
        hall.book(hall.keeper)
    assert [(one.state, one.ahead) for one in hall.read(open_entries, hall.outsider)] == [("waiting", 0)]
    hall.write(queueing.accept, hall.colleague, first)
    assert hall.states()[-1] == ("501会議室", "10:00", "confirmed")
    assert entries(hall) == ["taken", "waiting"]
    with pytest.raises(Conflict):
        hall.write(queueing.accept, hall.colleague, first)


def test_offer_that_nobody_takes_goes_to_the_next_and_then_to_everybody(hall):
    hall.set_terms(hall.room, offer_minutes=30)
    taken = hall.book()
    first = queue(hall, hall.colleague)
    queue(hall, hall.outsider)
    hall.write(bookings.withdraw, hall.booker, taken)
    now = clock.now()
    assert lapse(hall, now + timedelta(minutes=29)) == 0
    assert lapse(hall, now + timedelta(minutes=31)) == 1
    assert entries(hall) == ["lapsed", "offered"]
    assert kinds(hall) == [OFFERED, LAPSED, OFFERED]
    with clock.frozen(now + timedelta(minutes=31)), pytest.raises(Conflict):
        hall.write(queueing.accept, hall.colleague, first)
    assert lapse(hall, now + timedelta(minutes=62)) == 1
    hall.book(hall.keeper)


def test_who_wants_it_booked_is_asked_nothing(hall):
    taken = hall.book()
    queue(hall, hall.colleague, books_at_once=True)
    hall.write(bookings.withdraw, hall.booker, taken)
    assert hall.states()[-1] == ("501会議室", "10:00", "confirmed")
    assert kinds(hall) == [SERVED]


def test_where_somebody_approves_the_waiting_list_leads_to_a_request(hall):
    hall.set_terms(hall.room, approval=True)
    taken = hall.book(hall.keeper)
    first = queue(hall, hall.colleague)
    hall.write(bookings.withdraw, hall.keeper, taken)
    hall.write(queueing.accept, hall.colleague, first)
    assert hall.states()[-1] == ("501会議室", "10:00", "requested")


def test_any_facility_of_the_group_that_is_large_enough_will_do(hall):
    hall.add_room("小会議室", capacity=4, rights=open_to_all(hall.keeper))
    busy = [hall.book(None, one, times=[span(10, 11)]) for one in (hall.room, hall.other)]
    queue(hall, hall.colleague, takes_any=True)
    hall.write(bookings.withdraw, hall.booker, busy[1])
    assert ("502会議室", "10:00", "offered") in hall.states()


def test_it_must_fit_and_the_first_for_whom_it_does_has_it(hall):
    morning = hall.book(times=[span(9, 11)])
    hall.book(hall.colleague, times=[span(11, 12)])
    queue(hall, hall.outsider, times=span(10, 12))
    queue(hall, hall.colleague, times=span(9, 10))
    hall.write(bookings.withdraw, hall.booker, morning)
    assert entries(hall) == ["waiting", "offered"]


@pytest.mark.parametrize("way", ["change", "end", "release", "displace", "source", "leave"])
def test_every_way_to_give_time_back_serves_who_waits(hall, way):
    hall.set_terms(hall.room, check_in=True, check_in_minutes=10)
    source = Source("schedule.event", hall.rooms)
    long = span(9, 12)
    if way == "source":
        hall.write(sources.hold, hall.booker, source, [Wish(hall.room)], [long], title="会議")
    else:
        uid = hall.book(times=[long])
    queue(hall, hall.colleague, times=span(11, 12))
    other = queue(hall, hall.outsider, times=span(10.5, 11)) if way == "leave" else None
    if way == "change":
        hall.write(bookings.change, hall.booker, uid, hall.plan(times=[span(9, 11)]))
    elif way == "end":
        now = at(9, 30)
        with clock.frozen(now):
            hall.write(attending.end_now, hall.booker, uid)
    elif way == "release":
        with clock.frozen(at(9, 10)), hall.app.app_context(), unit("write"):
            attending.release_unused(actor.system("job"))
    elif way == "displace":
        hall.book(hall.keeper, times=[span(9, 10)], takes_precedence=True)
    elif way == "source":
        hall.write(sources.release, hall.booker, source)
    else:
        hall.write(bookings.withdraw, hall.booker, uid)
        assert entries(hall) == ["offered", "offered"]
        hall.write(queueing.leave, hall.outsider, other)
        assert entries(hall) == ["offered", "left"]
        hall.book(hall.keeper, times=[span(10.5, 11)])
    assert entries(hall)[0] == "offered"
    assert ("501会議室", "11:00", "offered") in hall.states()


def test_offer_that_is_cancelled_as_a_booking_goes_on_to_the_next(hall):
    taken = hall.book()
    queue(hall, hall.colleague)
    queue(hall, hall.outsider)
    hall.write(bookings.withdraw, hall.booker, taken)
    (entry,) = hall.read(open_entries, hall.colleague)
    hall.write(bookings.withdraw, hall.colleague, entry.reservation_uid)
    assert [one.state for one in hall.read(open_entries, hall.outsider)] == ["offered"]
    lapse(hall, clock.now())
    assert entries(hall) == ["left", "offered"]


def test_entry_ends_with_its_time(hall):
    hall.book()
    queue(hall, hall.colleague)
    lapse(hall, at(10))
    assert entries(hall) == ["expired"]
    lapse(hall, at(12, day=40))
    assert entries(hall) == []


def test_nobody_waits_for_what_is_free_over_or_not_theirs(hall):
    with pytest.raises(Conflict) as refused:
        queue(hall, hall.colleague)
    assert refused.value.code == "free"
    hall.book()
    with pytest.raises(Invalid):
        queue(hall, hall.colleague, times=span(8, 9, day=-1))
    with pytest.raises(Clashes):
        queue(hall, hall.colleague, times=span(10, 23))
    secret = hall.add_room("秘書室", rights={})
    with pytest.raises(NotFound):
        queue(hall, hall.colleague, room=secret)
    seen = hall.add_room("応接室", rights={Right.SEE: (Ref(PrincipalKind.EVERYONE),)})
    with pytest.raises(Denied):
        queue(hall, hall.colleague, room=seen)
    hall.set_terms(hall.room, queue=False)
    with pytest.raises(Conflict) as refused:
        queue(hall, hall.colleague)
    assert refused.value.code == "no_queue"


def test_who_asks_twice_waits_once_and_others_cannot_touch_it(hall):
    hall.book()
    mine = queue(hall, hall.colleague)
    assert queue(hall, hall.colleague) == mine
    for act in (queueing.leave, queueing.accept):
        with pytest.raises(NotFound):
            hall.write(act, hall.outsider, mine)
    hall.write(queueing.leave, hall.colleague, mine)
    with pytest.raises(Conflict):
        hall.write(queueing.leave, hall.colleague, mine)


def test_who_may_not_book_any_more_is_passed_over(hall):
    taken = hall.book()
    queue(hall, hall.colleague)
    queue(hall, hall.outsider)
    left = {Right.BOOK: (Ref(PrincipalKind.PERSON, hall.booker), Ref(PrincipalKind.PERSON, hall.outsider))}
    with hall.app.app_context(), unit("write"):
        version = session.scalars(select(Facility.version).where(Facility.uid == hall.room)).one()
        plan = catalogue.FacilityPlan(name="501会議室", group=hall.rooms, unit_id=hall.affairs, rights=left)
        catalogue.change(actor.system(), hall.room, plan, version=version)
    hall.write(bookings.withdraw, hall.booker, taken)
    assert entries(hall) == ["waiting", "offered"]


@pytest.mark.slow
def test_rooms_that_become_free_together_go_to_one_entry_each(hall, tmp_path, fresh_database_url):
    rooms = [
        hall.room,
        hall.other,
        hall.add_room("503会議室", capacity=12),
        hall.add_room("504会議室", capacity=12),
    ]
    held = [hall.book(None, room, times=[span(10, 11)]) for room in rooms]
    for person in (hall.colleague, hall.outsider, hall.keeper):
        queue(hall, person, takes_any=True)
    ended = run_together(
        withdraw_at_once, [(fresh_database_url, str(tmp_path), hall.booker, uid) for uid in held]
    )
    assert ended == ["withdrawn"] * len(rooms)
    assert entries(hall) == ["offered"] * 3
    offers = [name for name, _, status in hall.states() if status == "offered"]
    assert len(offers) == len(set(offers)) == 3


def test_any_hour_of_an_afternoon_will_do(hall):
    early, late = (hall.book(times=[span(begins, begins + 2)]) for begins in (13, 15))
    queue(hall, hall.outsider, times=span(13, 17), minutes=150)
    queue(hall, hall.colleague, times=span(13, 17), minutes=60)
    queue(hall, hall.keeper, times=span(13, 17), minutes=60)
    hall.write(bookings.withdraw, hall.booker, late)
    assert entries(hall) == ["waiting", "offered", "offered"]
    (offer,) = hall.read(open_entries, hall.keeper)
    assert (offer.offered_from, offer.offered_to) == (at(16), at(17))
    hall.write(bookings.withdraw, hall.booker, early)
    assert entries(hall) == ["waiting", "offered", "offered"]
    hall.write(queueing.leave, hall.colleague, hall.read(open_entries, hall.colleague)[0].uid)
    assert entries(hall) == ["offered", "left", "offered"]


def test_pauses_steps_and_opening_hours_hold_within_a_wider_time(hall):
    hall.set_terms(hall.room, closes="16:00", minutes_after=20, unit_minutes=15)
    taken = hall.book(hall.keeper, times=[span(9, 17)])
    hall.book(hall.keeper, times=[span(8, 8.5)])
    queue(hall, hall.colleague, times=span(8.5, 18), minutes=90)
    hall.write(bookings.withdraw, hall.keeper, taken)
    (offer,) = hall.read(open_entries, hall.colleague)
    assert (offer.offered_from, offer.offered_to) == (at(9), at(10, 30))


def test_whoever_waits_for_any_hour_waits_until_none_is_left(hall):
    late = hall.book(times=[span(10, 17)])
    queue(hall, hall.colleague, times=span(10, 17), minutes=60)
    queue(hall, hall.outsider, times=span(10, 17), minutes=60)
    assert lapse(hall, at(15, 50)) == 0
    with clock.frozen(at(14, 20)):
        hall.write(bookings.change, hall.booker, late, hall.plan(times=[span(10, 14.5)]))
    offers = [one for one in hall.states() if one[2] == "offered"]
    assert [begins for _, begins, _ in offers] == ["14:30", "15:30"]
    lapse(hall, at(16))
    assert "waiting" not in entries(hall)


@pytest.mark.parametrize(
    ("times", "minutes", "field"),
    [
        (span(10, 11), 61, "minutes"),
        (span(10, 11), -5, "minutes"),
        (span(10, 35), 60, "ends_at"),
        (span(10, 11, day=-1), 30, "starts_at"),
    ],
)
def test_wider_time_that_makes_no_sense_is_refused(hall, times, minutes, field):
    hall.book()
    with pytest.raises(Invalid) as refused:
        queue(hall, hall.colleague, times=times, minutes=minutes)
    assert list(refused.value.fields) == [field]


def test_nobody_waits_for_any_hour_where_one_is_free_or_none_is_allowed(hall):
    hall.book(times=[span(13, 16)])
    with pytest.raises(Conflict) as refused:
        queue(hall, hall.colleague, times=span(13, 17), minutes=60)
    assert "16:00〜17:00" in str(refused.value)
    with pytest.raises(Clashes):
        queue(hall, hall.colleague, times=span(22, 24), minutes=60)


def test_form_offers_to_wait_and_the_page_takes_what_is_offered(hall, sign_in):
    taken = hall.book()
    client, hour = sign_in(hall.colleague), span(10, 11)
    token = client.get("/facility/new").text.partition('name="csrf-token" content="')[2].partition('"')[0]
    form = {
        "csrf_token": token,
        "title": "選考委員会",
        "facility": str(hall.room),
        "day": clock.local(hour.starts_at).date().isoformat(),
        "starts_at": "10:00",
        "ends_at": "11:00",
    }
    refused = client.post("/facility/new", data=form)
    assert 'name="queue"' in refused.text
    assert 'name="queue"' not in client.post("/facility/new", data={**form, "ends_at": "23:30"}).text
    wider = {**form, "queue": "1", "queue_from": "10:00"}
    again = client.post("/facility/new", data={**wider, "queue_to": "10:30"}).text
    assert 'value="10:30"' in again
    assert 'name="queue"' in again
    assert client.post("/facility/new", data={**wider, "queue_to": "25:99"}).status_code == 302
    assert client.post("/facility/new", data={**form, "queue": "1"}).location == "/facility/own/waiting"
    assert "選考委員会" in client.get("/facility/own/waiting").text
    hall.write(bookings.withdraw, hall.booker, taken)
    page = client.get("/facility/own/waiting").text
    accept = page.partition('action="/facility/own/waiting/')[2].partition('"')[0]
    (entry,) = hall.read(open_entries, hall.colleague)
    shown = client.get(f"/facility/bookings/{entry.reservation_uid}").text
    assert f"/facility/own/waiting/{accept}" in shown
    assert client.get(f"/facility/bookings/{entry.reservation_uid}/edit").status_code == 404
    other = sign_in(hall.outsider)
    assert (
        f"/facility/own/waiting/{accept}" not in other.get(f"/facility/bookings/{entry.reservation_uid}").text
    )
    assert client.post(f"/facility/own/waiting/{accept}", data={"csrf_token": token}).status_code == 302
    assert hall.states()[-1] == ("501会議室", "10:00", "confirmed")
