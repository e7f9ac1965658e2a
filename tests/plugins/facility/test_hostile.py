"""Forms that arrive twice, texts and numbers that make no sense, and people who are gone."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from groupware import actor as actors
from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.capabilities import Span, Wish
from groupware.db import session, unit
from groupware.directory.models import Person
from plugins.facility.models import Booking, Facility, FacilityGroup, Loan, Return, Trip
from plugins.facility.services import catalogue, loans
from tests.plugins.facility.conftest import open_to_all, span

NOW = clock.now().replace(second=0, microsecond=0)
TOMORROW = (clock.today() + timedelta(days=1)).isoformat()
ALWAYS = {"facility.opens": "00:00", "facility.closes": "24:00", "facility.unit_minutes": 5}


@pytest.fixture
def keeper(hall, sign_in):
    """Whoever decides on the rooms and manages them, signed in with the password a moment ago."""
    hall.factory.grant(
        PrincipalKind.PERSON, hall.keeper, "facility:facility:manage", scope="subtree", unit_id=hall.affairs
    )
    return sign_in(hall.keeper, elevated=True)


def add(hall, kind, **changes):
    """A car, or pieces of equipment, around the clock."""
    with hall.app.app_context(), unit("write"):
        group = catalogue.add_group(
            actors.system(), catalogue.GroupPlan(name=kind, kind=kind, terms=ALWAYS)
        ).uid
    return hall.add_room(kind, group=group, rights=open_to_all(hall.keeper), **changes)


def lent(hall):
    """Three pieces of equipment that are to be handed out now."""
    pieces = add(hall, "equipment", quantity=5)
    soon = Span(NOW + timedelta(minutes=1), NOW + timedelta(hours=4))
    (one,) = hall.held(hall.book(hall.keeper, Wish(pieces, 3), times=[soon]))
    return one.uid


def facility(hall):
    """A new facility."""
    return "/facility/manage/new", Facility, {"group": str(hall.rooms), "unit_id": str(hall.affairs)}


def group(hall):
    """A new group."""
    return "/facility/manage/groups/new", FacilityGroup, {"kind": "room", "unit_id": str(hall.affairs)}


def trip(hall):
    """A trip from its beginning to its end."""
    wall = [f"{clock.local(NOW - timedelta(hours=hours)):%Y-%m-%dT%H:%M}" for hours in (2, 1)]
    form = {"destination": "県庁", "purpose": "協議", "start_km": "100", "end_km": "100"}
    for when, part, moment in zip(wall, ("before", "after"), ("departed_at", "returned_at"), strict=True):
        form |= {moment: when, f"{part}_at": when, f"{part}_method": "face", f"{part}_checker": "田中 湊"}
        form |= {f"{part}_has_detector": "y", f"{part}_is_passed": "passed"}
    return f"/facility/facilities/{add(hall, 'car')}/log/new", Trip, form


def hand_out(hall):
    """One of three pieces is handed out."""
    return f"/facility/desk/hand-out/{lent(hall)}", Loan, {"quantity": "1"}


def take_back(hall):
    """One of two pieces comes back."""
    loan = hall.write(loans.hand_out, hall.keeper, lent(hall), 2).uid
    return f"/facility/desk/take-back/{loan}", Return, {"quantity": "1"}


def booking(hall):
    """A room is booked."""
    form = {"facility": str(hall.room), "day": TOMORROW, "starts_at": "10:00", "ends_at": "11:00"}
    return "/facility/new", Booking, form


def send(client, address, form):
    """Send a form with its token."""
    token = client.get("/facility/").text.partition('name="csrf-token" content="')[2].partition('"')[0]
    named = {"name": "試験", "title": "試験", "form_key": "k"}
    return client.post(address, data={**named, **form, "csrf_token": token})


def number_of(hall, model):
    """How many rows there are."""
    with hall.app.app_context(), unit("read"):
        return session.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize("made", [facility, group, trip, hand_out, take_back, booking])
def test_form_that_is_sent_twice_does_it_once(hall, keeper, made):
    address, model, form = made(hall)
    before = number_of(hall, model)
    answers = [send(keeper, address, form) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert number_of(hall, model) == before + 1


@pytest.mark.parametrize(
    ("made", "broken"),
    [
        (facility, {"name": "\x00"}),
        (facility, {"capacity": "9" * 30}),
        (facility, {"capacity": "-1"}),
        (facility, {"quantity": "0"}),
        (facility, {"quantity": "9" * 30}),
        (facility, {"terms-facility.longest_minutes": "9" * 30}),
        (group, {"name": "\x00\x07"}),
        (group, {"kind": "\x00"}),
        (trip, {"start_km": "9" * 30}),
        (trip, {"end_km": "-5"}),
        (trip, {"fuel": "NaN"}),
        (trip, {"fuel": "1e999999"}),
        (trip, {"departed_at": "0001-01-01T00:00"}),
        (trip, {"returned_at": "9999-12-31T23:59"}),
        (trip, {"driver": f"person:{'9' * 30}"}),
        (hand_out, {"quantity": "9" * 30}),
        (hand_out, {"quantity": "一つ", "taken_by": "\x00"}),
        (take_back, {"condition": "あ" * 10_000}),
        (booking, {"title": "\x00\x07"}),
        (booking, {"last_day": f"{clock.today().year + 10}-01-01"}),
        (booking, {"user": f"person:{'9' * 30}"}),
    ],
)
def test_what_makes_no_sense_is_told_and_changes_nothing(hall, keeper, made, broken):
    address, model, form = made(hall)
    before = number_of(hall, model)
    answer = send(keeper, address, {**form, **broken})
    assert answer.status_code in (409, 422)
    assert "message-error" in answer.text or "is-invalid" in answer.text
    assert number_of(hall, model) == before


def test_control_characters_are_left_out_of_what_is_kept(hall, keeper):
    address, _, form = booking(hall)
    assert (
        send(keeper, address, {**form, "title": "定例\x00\x07会議", "note": "二行\r\n目\x00"}).status_code
        == 302
    )
    page = keeper.get(f"/facility/list?day={TOMORROW}").text
    assert "定例会議" in page
    assert not {"\x00", "\x07"} & set(page)


def test_bookings_of_people_and_facilities_that_are_gone_stay_readable(hall, keeper):
    uid = hall.book(title="引継ぎ", user_id=hall.colleague, times=[span(10, 11)])
    with hall.app.app_context(), unit("write"):
        gone = update(Person).where(Person.id.in_([hall.booker, hall.colleague]))
        session.execute(gone.values(left_on=clock.today()))
        session.execute(update(Facility).where(Facility.uid == hall.room).values(is_retired=True))
    assert "鈴木 蓮" in keeper.get(f"/facility/bookings/{uid}").text
    assert "引継ぎ" in keeper.get(f"/facility/facilities/{hall.room}?day={TOMORROW}").text
    report = keeper.get(f"/facility/usage?month={TOMORROW[:7]}")
    assert "501会議室" in report.text
    for address in (
        f"/facility/?day={TOMORROW}",
        f"/facility/week?day={TOMORROW}",
        f"/facility/list?day={TOMORROW}",
    ):
        assert keeper.get(address).status_code == 200
    assert send(keeper, f"/facility/bookings/{uid}/withdraw", {}).status_code == 302
    assert [status for *_, status in hall.states(uid)] == ["withdrawn"]
