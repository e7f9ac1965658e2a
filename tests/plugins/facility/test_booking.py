"""Booking, changing and cancelling: all of it happens, or nothing."""

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from groupware import actor as actors
from groupware.access.enums import PrincipalKind
from groupware.capabilities import Clashes, Wish
from groupware.db import session, unit
from groupware.directory.picking import Ref
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.events.models import Event
from plugins.facility.enums import Right
from plugins.facility.models import Booking, Facility
from plugins.facility.services import bookings, catalogue
from tests.plugins.facility.conftest import at, span
from tests.support.databases import KIND

TAKEN = "facility is taken|ex_facility_bookings_taken"


def test_what_is_booked_is_booked_for_all(hall):
    hall.book(None, hall.room, hall.other, times=[span(10, 11), span(13, 14)])
    assert hall.states() == [
        ("501会議室", "10:00", "confirmed"),
        ("502会議室", "10:00", "confirmed"),
        ("501会議室", "13:00", "confirmed"),
        ("502会議室", "13:00", "confirmed"),
    ]


def test_refusal_names_the_room_the_time_and_who_has_it_and_takes_nothing(hall):
    hall.book(hall.colleague, hall.other, times=[span(13, 14.5)])
    with pytest.raises(Clashes) as refused:
        hall.book(None, hall.room, hall.other, times=[span(10, 11), span(14, 15)])
    (clash,) = refused.value.clashes
    assert (clash.facility, clash.code, clash.starts_at) == (hall.other, "taken", at(14))
    assert "502会議室" in clash.message
    assert "13:00〜14:30" in clash.message
    assert "福祉課 鈴木 蓮" in clash.message
    assert hall.states() == [("502会議室", "13:00", "confirmed")]


def test_rooms_are_locked_in_one_statement_and_a_refusal_behind_the_lock_writes_nothing(hall, count_queries):
    wanted = [hall.add_room("503会議室"), hall.other, hall.room]
    hall.book(hall.colleague, *wanted)
    who, plan = hall.actor(hall.booker), hall.plan(*wanted, takes_what_is_free=True)

    def refuse():
        with hall.app.app_context(), pytest.raises(Clashes), unit("write"):
            bookings.reserve(who, plan)

    refuse()
    with count_queries() as statements:
        refuse()
    said = [text for text in statements.texts if "core_cache_versions" not in text]
    assert {text.split()[0] for text in said} == {"SELECT"}
    locking = ["FOR NO KEY UPDATE" in text for text in said]
    assert locking == ([False, True, False, False] if KIND == "postgresql" else [False, False, False])


def test_bookings_that_only_touch_do_not_clash(hall):
    hall.book(times=[span(10, 11)])
    hall.book(times=[span(11, 12)])
    hall.book(times=[span(9, 10)])
    assert len(hall.states()) == 3


@pytest.mark.parametrize(("begins", "ends"), [(9, 10.5), (10.25, 10.75), (10.5, 12), (9, 12), (10, 11)])
def test_every_way_to_overlap_is_a_clash(hall, begins, ends):
    hall.book(times=[span(10, 11)])
    with pytest.raises(Clashes):
        hall.book(hall.colleague, times=[span(begins, ends)])


def test_pauses_before_and_after_are_kept_free(hall):
    hall.set_terms(hall.room, minutes_before=15, minutes_after=30)
    hall.book(times=[span(10, 11)])
    for begins, ends in ((11.5, 12), (9, 9.5)):
        with pytest.raises(Clashes):
            hall.book(times=[span(begins, ends)])
    hall.book(times=[span(11.75, 12)])
    hall.book(times=[span(8.25, 9.25)])


def test_equipment_is_lent_by_number(hall):
    projectors = hall.add_room("プロジェクター", quantity=3)
    hall.book(None, Wish(projectors, 2), times=[span(10, 12)])
    hall.book(None, Wish(projectors, 1), times=[span(9, 10.5)])
    with pytest.raises(Clashes):
        hall.book(None, Wish(projectors, 1), times=[span(10, 11)])
    hall.book(None, Wish(projectors, 1), times=[span(10.5, 12)])
    with pytest.raises(Clashes):
        hall.book(None, Wish(projectors, 4), times=[span(18, 19)])


@pytest.mark.parametrize(
    ("terms", "times", "code"),
    [
        ({"opens": "09:00"}, span(8, 10), "closed"),
        ({"closes": "17:00"}, span(16, 18), "closed"),
        ({}, span(20, 26), "closed"),
        ({"window_days": 7}, span(10, 11, day=8), "window"),
        ({"shortest_minutes": 30}, span(10, 10.25), "length"),
        ({"longest_minutes": 120}, span(10, 13), "length"),
        ({"unit_minutes": 30}, span(10.25, 11), "unit"),
        ({}, span(0, 24 * 32), "length"),
        ({}, span(10, 11, day=-1), "past"),
    ],
)
def test_terms_of_the_facility_refuse_with_a_reason(hall, terms, times, code):
    hall.set_terms(hall.room, **terms)
    with pytest.raises(Clashes) as refused:
        hall.book(times=[times])
    assert [clash.code for clash in refused.value.clashes] == [code]
    assert hall.states() == []


def test_facility_that_is_always_open_is_booked_overnight(hall):
    hall.set_terms(hall.room, opens="00:00", closes="24:00", longest_minutes=3 * 24 * 60)
    hall.book(times=[span(18, 33)])
    with pytest.raises(Clashes):
        hall.book(times=[span(8, 9, day=2)])


def test_group_decides_where_the_facility_says_nothing(hall):
    plan = catalogue.GroupPlan(name="会議室", terms={"facility.longest_minutes": 60})
    with hall.app.app_context(), unit("write"):
        catalogue.change_group(actors.system(), hall.rooms, plan, version=1)
    with pytest.raises(Clashes):
        hall.book(times=[span(10, 12)])
    hall.set_terms(hall.room, longest_minutes=120)
    hall.book(times=[span(10, 12)])


def test_number_of_bookings_of_one_person_is_limited(hall):
    hall.set_terms(hall.room, per_person=2)
    hall.book(times=[span(10, 11)])
    hall.book(times=[span(11, 12)])
    with pytest.raises(Clashes) as refused:
        hall.book(times=[span(12, 13)])
    assert refused.value.clashes[0].code == "limit"
    hall.book(hall.colleague, times=[span(12, 13)])


def test_those_who_decide_are_not_bound_by_terms_but_by_bookings(hall):
    hall.set_terms(hall.room, closes="17:00", window_days=7)
    hall.book(hall.keeper, times=[span(18, 19, day=30)])
    with pytest.raises(Clashes):
        hall.book(hall.keeper, times=[span(18, 19, day=30)])


def test_facility_one_may_not_see_is_not_there(hall):
    secret = hall.add_room("秘書室", rights={Right.BOOK: (Ref(PrincipalKind.PERSON, hall.colleague),)})
    with pytest.raises(NotFound):
        hall.book(None, secret)
    hall.book(hall.colleague, secret)


def test_facility_one_may_only_see_says_whom_to_ask(hall):
    seen = hall.add_room("応接室", contact="内線 2100", rights={Right.SEE: (catalogue.EVERYONE,)})
    with pytest.raises(Denied, match="総務課 内線 2100"):
        hall.book(None, seen)


def test_permission_by_grant_reaches_facilities_of_the_organisation(hall):
    closed = hall.add_room("倉庫", rights={})
    hall.factory.grant(
        PrincipalKind.PERSON, hall.booker, "facility:facility:book", scope="subtree", unit_id=hall.affairs
    )
    hall.book(None, closed)


def test_same_form_sent_twice_books_once(hall):
    first = hall.write(bookings.reserve, hall.booker, hall.plan(), key="form")
    assert hall.write(bookings.reserve, hall.booker, hall.plan(), key="form") == first
    assert len(hall.states()) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "あ" * 101}, "title"),
        ({"times": []}, "starts_at"),
        ({"times": [span(11, 10)]}, "ends_at"),
        ({"times": [span(10, 12), span(11, 13)]}, "starts_at"),
        ({"wishes": []}, "facilities"),
        ({"user_id": 999_999}, "user"),
    ],
)
def test_bad_input_is_told_at_its_field(hall, changes, field):
    with pytest.raises(Invalid) as refused:
        hall.book(**changes)
    assert list(refused.value.fields) == [field]


def test_changing_moves_within_ones_own_time(hall):
    uid = hall.book(times=[span(10, 12)])
    hall.write(bookings.change, hall.booker, uid, hall.plan(times=[span(11, 13)]))
    assert hall.states() == [("501会議室", "10:00", "withdrawn"), ("501会議室", "11:00", "confirmed")]


def test_change_that_is_refused_leaves_everything_as_it_was(hall):
    uid = hall.book(times=[span(10, 11)])
    hall.book(hall.colleague, times=[span(13, 14)])
    with pytest.raises(Clashes):
        hall.write(bookings.change, hall.booker, uid, hall.plan(title="別件", times=[span(13, 14)]))
    assert hall.states(uid) == [("501会議室", "10:00", "confirmed")]


def test_what_stays_as_it_was_is_not_touched(hall):
    uid = hall.book(times=[span(10, 11), span(13, 14)])
    hall.write(bookings.change, hall.booker, uid, hall.plan(hall.room, hall.other, times=[span(13, 14)]))
    assert hall.states(uid) == [
        ("501会議室", "10:00", "withdrawn"),
        ("501会議室", "13:00", "confirmed"),
        ("502会議室", "13:00", "confirmed"),
    ]


def test_booking_of_others_is_changed_by_those_who_decide_only(hall):
    uid = hall.book(user_id=hall.colleague)
    with pytest.raises(Denied):
        hall.write(bookings.withdraw, hall.outsider, uid)
    hall.write(bookings.change, hall.colleague, uid, hall.plan(times=[span(11, 12)]))
    hall.write(bookings.withdraw, hall.keeper, uid)
    with pytest.raises(Conflict, match=r".") as refused:
        hall.write(bookings.withdraw, hall.booker, uid)
    assert refused.value.code == "over"


def test_cancelling_too_late_is_for_those_who_decide(hall):
    hall.set_terms(hall.room, notice_hours=48)
    uid = hall.book()
    with pytest.raises(Denied):
        hall.write(bookings.withdraw, hall.booker, uid)
    hall.write(bookings.withdraw, hall.keeper, uid)
    assert hall.states() == [("501会議室", "10:00", "withdrawn")]


def test_precedence_displaces_and_tells(hall):
    mine = hall.book()
    with pytest.raises(Clashes):
        hall.book(hall.colleague, takes_precedence=True)
    hall.book(hall.keeper, takes_precedence=True)
    assert hall.states(mine) == [("501会議室", "10:00", "displaced")]
    with hall.app.app_context(), unit("read"):
        kinds = session.scalars(select(Event.kind)).all()
    assert kinds.count("facility.booking_displaced") == 1


@pytest.mark.parametrize("change", [{"starts_at": at(10, 30)}, {"holds": True}])
def test_database_refuses_a_second_booking_whoever_writes_it(hall, change):
    hall.book()
    values = {
        "facility_id": select(Facility.id).where(Facility.uid == hall.room).scalar_subquery(),
        "reservation_id": select(func.max(Booking.reservation_id)).scalar_subquery(),
        "starts_at": at(10),
        "ends_at": at(11),
        "quantity": 1,
        "status": "confirmed",
        "holds": True,
        "is_exclusive": True,
    } | change
    row = Booking(**values, busy_from=values["starts_at"], busy_until=values["ends_at"])
    with pytest.raises(DBAPIError, match=TAKEN):
        _write(hall, lambda: session.add(row))


def test_database_refuses_to_let_a_booking_hold_what_is_held(hall):
    hall.set_terms(hall.room, approval=True)
    hall.book(times=[span(10, 11)])
    hall.book(hall.colleague, times=[span(10, 11)])
    with pytest.raises(DBAPIError, match=TAKEN):
        _write(hall, lambda: session.execute(update(Booking).values(holds=True)))


def _write(hall, act):
    with hall.app.app_context(), unit("write"):
        act()
