"""Fifty clients for one slot, in threads of several processes: one has it, and the others are told that it is taken."""

import pytest

from tests.plugins.facility.conftest import span
from tests.plugins.facility.crowd import THREADS, book_at_once
from tests.support.processes import run_together

PROCESSES = 5


@pytest.mark.slow
def test_fifty_clients_for_one_slot_are_one_booking_and_no_other_error(hall, tmp_path, fresh_database_url):
    hour = span(10, 11)
    wishes = [([hall.room], hour.starts_at, hour.ends_at)]
    ended = run_together(book_at_once, [(fresh_database_url, str(tmp_path), hall.booker, wishes)] * PROCESSES)
    answers = sorted(code for process in ended for client in process for code in client)
    assert answers == ["booked"] + ["taken"] * (PROCESSES * THREADS - 1)
    assert hall.states() == [("501会議室", "10:00", "confirmed")]


@pytest.mark.slow
def test_several_rooms_wished_in_any_order_never_deadlock_and_are_taken_together(
    hall, tmp_path, fresh_database_url
):
    third = hall.add_room("503会議室")
    pairs = [[hall.room, hall.other], [hall.other, third], [third, hall.room], [third, hall.other, hall.room]]
    slots = [span(hour, hour + 1) for hour in (9, 10, 11)]
    wishes = [(pair, slot.starts_at, slot.ends_at) for slot in slots for pair in pairs]
    ended = run_together(
        book_at_once,
        [
            (fresh_database_url, str(tmp_path), hall.booker, wishes if n % 2 else wishes[::-1])
            for n in range(PROCESSES)
        ],
    )
    answers = [code for process in ended for client in process for code in client]
    assert set(answers) == {"booked", "taken"}
    assert answers.count("booked") == len(slots)
    held = hall.states()
    assert len(held) == len(set(held))
    assert {len([one for one in held if one[1] == begins]) for begins in ("09:00", "10:00", "11:00")} <= {
        2,
        3,
    }
