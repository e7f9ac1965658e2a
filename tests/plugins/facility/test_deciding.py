"""Requests: rivals may want the same, one of them is confirmed, and everybody is told."""

import pytest
from sqlalchemy import select

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.capabilities import Clashes, Wish
from groupware.db import session, unit
from groupware.errors import Conflict, Denied, Invalid, NotFound
from plugins.facility.models import Booking
from plugins.facility.queries.requests import decides, waiting
from plugins.facility.services import attending, bookings, deciding
from tests.plugins.facility.conftest import at, span


@pytest.fixture
def asked(hall):
    """A room that needs approval."""
    hall.set_terms(hall.room, approval=True)
    return hall


def parts(hall, uid):
    """The uids of the bookings of a reservation."""
    (key,) = hall.ids(uid)
    with hall.app.app_context(), unit("read"):
        return list(session.scalars(select(Booking.uid).where(Booking.reservation_id == key)))


def test_rivals_may_ask_for_the_same_and_one_is_confirmed(asked):
    mine, theirs, later = (
        asked.book(person, times=[times])
        for person, times in (
            (asked.booker, span(10, 11)),
            (asked.colleague, span(10.5, 11.5)),
            (asked.outsider, span(11.5, 12)),
        )
    )
    found = asked.read(waiting, asked.keeper)
    assert [(one.item.user_name, one.rivals) for one in found] == [
        ("佐藤 葵", 1),
        ("鈴木 蓮", 1),
        ("田中 湊", 0),
    ]
    asked.write(deciding.confirm, asked.keeper, *parts(asked, theirs))
    states = {uid: asked.states(uid)[0][2] for uid in (mine, theirs, later)}
    assert states == {mine: "rejected", theirs: "confirmed", later: "requested"}
    with pytest.raises(Clashes):
        asked.book(times=[span(11, 11.5)])
    with pytest.raises(Conflict) as refused:
        asked.write(deciding.confirm, asked.keeper, *parts(asked, mine))
    assert refused.value.code == "not_waiting"


def test_bookings_of_those_who_decide_are_confirmed_at_once_and_end_requests(asked):
    mine = asked.book()
    asked.book(asked.keeper)
    assert asked.states(mine) == [("501会議室", "10:00", "rejected")]


def test_request_that_holds_keeps_others_out(asked):
    asked.set_terms(asked.room, approval=True, request_holds=True)
    mine = asked.book()
    with pytest.raises(Clashes):
        asked.book(asked.colleague)
    asked.write(deciding.confirm, asked.keeper, *parts(asked, mine))
    assert asked.states() == [("501会議室", "10:00", "confirmed")]


def test_request_cannot_be_confirmed_where_something_holds_the_room(asked):
    mine = asked.book()
    asked.set_terms(asked.room, approval=True, minutes_after=30)
    blocker = asked.book(asked.keeper, times=[span(11, 12)])
    assert asked.states(mine)[0][2] == "requested"
    with pytest.raises(Clashes):
        asked.write(deciding.confirm, asked.keeper, *parts(asked, mine))
    asked.write(bookings.withdraw, asked.keeper, blocker)
    asked.write(deciding.confirm, asked.keeper, *parts(asked, mine))


def test_refusal_has_a_reason_and_frees_nothing_else(asked):
    mine, theirs = asked.book(), asked.book(asked.colleague)
    (one,) = parts(asked, mine)
    for reason in ("", "  ", "あ" * 301):
        with pytest.raises(Invalid):
            asked.write(deciding.reject, asked.keeper, one, reason)
    asked.write(deciding.reject, asked.keeper, one, "市長が使用します")
    assert asked.states(mine)[0][2] == "rejected"
    assert asked.states(theirs)[0][2] == "requested"


def test_only_those_who_decide_decide(asked):
    (one,) = parts(asked, asked.book())
    for person in (asked.booker, asked.outsider):
        for act, *more in ((deciding.confirm,), (deciding.reject, "理由")):
            with pytest.raises(Denied):
                asked.write(act, person, one, *more)
        assert asked.read(decides, person) is False
        assert asked.read(waiting, person) == []
    with pytest.raises(NotFound):
        asked.write(deciding.confirm, asked.keeper, asked.room)


def test_function_administrator_decides_over_the_own_organisation(asked):
    asked.factory.grant(
        PrincipalKind.PERSON,
        asked.outsider,
        "facility:booking:manage",
        scope="subtree",
        unit_id=asked.affairs,
    )
    (one,) = parts(asked, asked.book())
    assert len(asked.read(waiting, asked.outsider)) == 1
    asked.write(deciding.confirm, asked.outsider, one)


def test_equipment_by_number_leaves_rivals_who_still_fit(asked):
    beamers = asked.add_room("プロジェクター", quantity=3)
    asked.set_terms(beamers, approval=True)
    first = asked.book(None, Wish(beamers, 2))
    second = asked.book(asked.colleague, Wish(beamers, 1))
    asked.factory.grant(PrincipalKind.PERSON, asked.keeper, "facility:facility:moderate")
    asked.write(deciding.confirm, asked.keeper, *parts(asked, first))
    asked.write(deciding.confirm, asked.keeper, *parts(asked, second))
    assert {status for *_, status in asked.states()} == {"confirmed"}


def test_blocking_keeps_everybody_out_and_is_for_those_who_decide(hall):
    with pytest.raises(Denied):
        hall.book(is_blocking=True)
    hall.set_terms(hall.room, minutes_after=30, longest_minutes=60)
    hall.book(hall.keeper, title="床の清掃", is_blocking=True, times=[span(9, 9 + 24 * 40)])
    with pytest.raises(Clashes) as refused:
        hall.book(times=[span(10, 11)])
    assert "鈴木" not in str(refused.value)
    beamers = hall.add_room("プロジェクター", quantity=3)
    hall.factory.grant(PrincipalKind.PERSON, hall.keeper, "facility:facility:moderate")
    hall.book(None, Wish(beamers), times=[span(9, 10)])
    with pytest.raises(Clashes):
        hall.book(hall.keeper, Wish(beamers), is_blocking=True, times=[span(9, 10)])
    hall.book(hall.keeper, Wish(beamers), is_blocking=True, times=[span(12, 13)])
    with pytest.raises(Clashes):
        hall.book(None, Wish(beamers), times=[span(12, 13)])


def test_ending_now_gives_the_rest_back(hall):
    hall.set_terms(hall.room, minutes_after=30)
    uid = hall.book(times=[span(10, 12)])
    with pytest.raises(Conflict) as refused:
        hall.write(attending.end_now, hall.booker, uid)
    assert refused.value.code == "not_in_use"
    with clock.frozen(at(10, 20)):
        with pytest.raises(Denied):
            hall.write(attending.end_now, hall.outsider, uid)
        hall.write(attending.end_now, hall.booker, uid)
        hall.book(hall.colleague, times=[span(10.5, 11)])
    assert len(hall.states()) == 2


def test_page_confirms_and_refuses(asked, sign_in):
    mine, theirs = asked.book(title="選考委員会"), asked.book(asked.colleague, times=[span(13, 14)])
    client = sign_in(asked.keeper)
    page = client.get("/facility/requests").text
    assert "選考委員会" in page
    token = page.partition('name="csrf-token" content="')[2].partition('"')[0]
    (one,), (other,) = parts(asked, mine), parts(asked, theirs)
    assert client.post(f"/facility/requests/{one}/confirm", data={"csrf_token": token}).status_code == 302
    refused = client.post(f"/facility/requests/{other}/reject", data={"csrf_token": token, "reason": ""})
    assert refused.status_code == 422
    client.post(f"/facility/requests/{other}/reject", data={"csrf_token": token, "reason": "停電のため"})
    assert [status for *_, status in asked.states()] == ["confirmed", "rejected"]
    assert "停電のため" in sign_in(asked.colleague).get(f"/facility/bookings/{theirs}").text
    assert sign_in(asked.outsider).get("/facility/requests").status_code == 404


def test_page_of_a_request_offers_to_decide_to_those_who_do(asked, sign_in):
    uid = asked.book(title="選考委員会")
    (one,) = parts(asked, uid)
    for person, may in ((asked.keeper, True), (asked.booker, False), (asked.outsider, False)):
        page = sign_in(person).get(f"/facility/bookings/{uid}").text
        assert (f"/facility/requests/{one}/confirm" in page) is may
    asked.write(deciding.confirm, asked.keeper, one)
    assert f"/facility/requests/{one}" not in sign_in(asked.keeper).get(f"/facility/bookings/{uid}").text


def test_keeper_of_one_facility_finds_the_requests_in_the_navigation_and_on_the_portal(asked, sign_in):
    asked.book(title="選考委員会")
    for person, sees in ((asked.keeper, True), (asked.outsider, False)):
        client = sign_in(person)
        page = client.get("/facility/").text
        for tab in ("requests", "desk", "usage"):
            assert (f'href="/facility/{tab}"' in page) is sees, tab
        assert ('href="/facility/requests"' in client.get("/").text) is sees
