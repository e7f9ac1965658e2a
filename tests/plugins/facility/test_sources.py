"""What other plugins ask for: facilities that things of theirs hold."""

import uuid

import pytest

from groupware.access.enums import PrincipalKind
from groupware.capabilities import Clashes, Question, Reservable, Source, Span, Wish, reservable
from groupware.db import unit
from groupware.directory.picking import Ref
from groupware.errors import Conflict, Denied
from plugins.facility.enums import Right
from plugins.facility.services import bookings
from tests.plugins.facility.conftest import at, span

EVENT = Source("schedule.event", uuid.UUID(int=1))


def ask(hall, person, name, *args, **values):
    """Ask the capability, as a plugin would."""
    return hall.write(lambda who: getattr(reservable(who), name)(who, *args, **values), person)


def hold(hall, wishes, times, person=None, source=EVENT, **words):
    """Let an event hold facilities."""
    wanted = [Wish(one) for one in wishes]
    return ask(hall, person or hall.booker, "reserve", source, wanted, times, **({"title": "会議"} | words))


def test_event_holds_exactly_what_is_wished(hall):
    held = hold(hall, [hall.room], [span(10, 11)])
    assert [(one.name, one.starts_at, one.status) for one in held] == [("501会議室", at(10), "confirmed")]
    held = hold(hall, [hall.room, hall.other], [span(10, 11), span(14, 15)])
    assert len(held) == 4
    held = hold(hall, [hall.other], [span(14, 15)])
    assert [(one.name, one.starts_at) for one in held] == [("502会議室", at(14))]
    assert sorted(status for *_, status in hall.states()) == ["confirmed", *["withdrawn"] * 3]


def test_event_moves_with_its_rooms_or_stays(hall):
    hold(hall, [hall.room, hall.other], [span(10, 11)])
    hall.book(hall.colleague, hall.other, times=[span(16, 17)])
    with pytest.raises(Clashes) as refused:
        ask(hall, hall.booker, "move", EVENT, [span(16, 17)])
    assert [clash.facility for clash in refused.value.clashes] == [hall.other]
    assert {one.starts_at for one in ask(hall, hall.booker, "held_by", [EVENT])[EVENT]} == {at(10)}
    moved = ask(hall, hall.booker, "move", EVENT, [span(10.5, 11.5)])
    assert {one.starts_at for one in moved} == {at(10, 30)}


def test_colleague_who_may_change_the_event_moves_its_room(hall):
    hold(hall, [hall.room], [span(10, 11)])
    assert len(ask(hall, hall.colleague, "move", EVENT, [span(12, 13)])) == 1


def test_release_gives_back_once(hall):
    hold(hall, [hall.room], [span(10, 11), span(12, 13)])
    assert ask(hall, hall.booker, "release", EVENT) == 2
    assert ask(hall, hall.booker, "release", EVENT) == 0
    hall.book(hall.colleague, hall.room)


def test_nothing_wished_is_a_release(hall):
    hold(hall, [hall.room], [span(10, 11)])
    assert hold(hall, [], [span(10, 11)]) == ()
    assert ask(hall, hall.booker, "held_by", [EVENT]) == {}


def test_event_that_was_released_can_hold_again(hall):
    hold(hall, [hall.room], [span(10, 11)])
    ask(hall, hall.booker, "release", EVENT)
    assert len(hold(hall, [hall.other], [span(10, 11)])) == 1


def test_rooms_of_an_event_are_not_moved_behind_its_back(hall):
    hold(hall, [hall.room], [span(10, 11)])
    (held,) = ask(hall, hall.booker, "held_by", [EVENT])[EVENT]
    uid = uuid.UUID(held.url.rpartition("/")[2])
    with pytest.raises(Conflict) as refused:
        hall.write(bookings.change, hall.booker, uid, hall.plan(times=[span(12, 13)]))
    assert refused.value.code == "elsewhere"


def test_choices_are_what_one_may_see_with_what_is_free(hall):
    hall.add_room("秘書室", rights={Right.BOOK: (Ref(PrincipalKind.PERSON, hall.colleague),)})
    hall.set_terms(hall.other, approval=True)
    hall.book(None, hall.room)
    offers = ask(hall, hall.booker, "choices", Question(times=[span(10, 11)]))
    assert [(one.name, one.is_free, one.needs_approval) for one in offers] == [
        ("501会議室", False, False),
        ("502会議室", True, True),
    ]
    free = ask(hall, hall.booker, "choices", Question(times=[span(10, 11)], only_free=True, capacity=20))
    assert [one.name for one in free] == ["502会議室"]
    assert [one.name for one in ask(hall, hall.booker, "choices", Question(text="501"))] == ["501会議室"]


def test_busy_says_when_and_not_who(hall):
    hall.book(times=[span(10, 11), span(13, 14)])
    busy = ask(hall, hall.colleague, "busy", [hall.room, hall.other], span(8, 12))
    assert [(one.starts_at, one.ends_at) for one in busy[hall.room]] == [(at(10), at(11))]
    assert busy[hall.other] == []


def test_private_event_keeps_its_title(hall):
    hold(hall, [hall.room], [span(10, 11)], is_private=True, title="人事面談")
    with pytest.raises(Clashes) as refused:
        hall.book(hall.colleague, hall.room)
    assert "人事面談" not in str(refused.value)


def test_where_nobody_lends_nothing_is_offered(hall, make_app):
    app = make_app([])
    who = hall.actor(hall.booker)
    with app.app_context(), unit("write"):
        nobody = reservable(who)
        assert isinstance(nobody, Reservable)
        assert (nobody.choices(who, Question()), nobody.release(who, EVENT)) == ((), 0)
        assert nobody.reserve(who, EVENT, [], [], title="会議") == ()
        with pytest.raises(Denied):
            nobody.reserve(who, EVENT, [Wish(hall.room)], [Span(at(10), at(11))], title="会議")


def test_switched_off_is_nobody(hall):
    from_now_on = hall.factory.actor(hall.booker)
    with hall.app.app_context(), unit("write"):
        assert type(reservable(from_now_on)).__name__ == "Reservations"
    hall.switch_off()
    with hall.app.app_context(), unit("read"):
        assert type(reservable(from_now_on)).__name__ == "NothingReservable"
