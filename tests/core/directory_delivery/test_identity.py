"""Somebody who is appointed anew under another number stays the same person."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from groupware import actor, clock
from groupware.auth.models import Account
from groupware.db import FOREVER, session
from groupware.directory.models import Appointment, Person, StaffNumber
from groupware.directory.services.batches import publish_due
from tests.core.directory_delivery.conftest import APRIL
from tests.core.directory_delivery.edits import edited, with_column, with_lines, without

NOVEMBER = date(2025, 11, 20)
NEW = "900006,五百旗頭 薫,ｲｵｷﾍﾞ ｶｵﾙ,,0900-00-0006,2006,事務,会計年度任用,R8.4.1,R9.3.31"
NEW_POST = "900006,0102,070,本務,R8.4.1,2027/03/31"
pytestmark = pytest.mark.usefixtures("november")


@pytest.fixture
def before(deliver, sound, write):
    """The id of the person who carries 000006 until March, with an account."""
    assert deliver(sound, NOVEMBER)[0] == "published"
    with write():
        person_id = session.scalars(select(Person.id).where(Person.staff_number == "000006")).one()
        session.add(Account(person_id=person_id, login="000006", password_hash=None))
    return person_id


@pytest.fixture
def renewed(sound):
    """April's delivery: 000006 has ended, 900006 begins."""
    return with_lines(with_lines(sound, "people.csv", NEW), "appointments.csv", NEW_POST)


@pytest.fixture
def numbers(read):
    """`numbers(person_id)`: number, first day, first day no more."""

    def find(person_id):
        statement = select(StaffNumber.number, StaffNumber.valid_from, StaffNumber.valid_to)
        with read():
            rows = session.execute(
                statement.where(StaffNumber.person_id == person_id).order_by(StaffNumber.valid_from)
            )
            return [tuple(row) for row in rows]

    return find


def people(read):
    with read():
        return dict(session.execute(select(Person.staff_number, Person.id)).all())


def turn(app_write):
    with app_write():
        publish_due(actor.system("job"))


def test_same_name_that_goes_on_without_a_gap_is_proposed_and_stays_the_same_person(
    before, deliver, renewed, numbers, read, write
):
    state, summary = deliver(renewed, date(2026, 3, 1))
    assert (state, summary["proposed"]) == ("published", [["900006", "000006"]])
    change = next(change for change in summary["changes"] if change["code"] == "900006")
    assert (change["kinds"], change["old_code"], change["on"]) == (
        ["continues", "moved"],
        "000006",
        "2026-04-01",
    )
    assert numbers(before) == [("000006", date(2025, 4, 1), APRIL), ("900006", APRIL, FOREVER)]
    with read():
        rows = session.execute(
            select(Appointment.valid_from, Appointment.valid_to).where(Appointment.person_id == before)
        ).all()
    assert sorted(tuple(row) for row in rows) == [(date(2025, 4, 1), APRIL), (APRIL, date(2027, 4, 1))]


def test_number_and_login_turn_on_the_day(before, deliver, renewed, read, write):
    deliver(renewed, date(2026, 3, 1))
    assert people(read)["000006"] == before
    with clock.frozen(datetime(2026, 3, 31, 14, 59, tzinfo=UTC)):
        turn(write)
        assert people(read).get("000006") == before
    with clock.frozen(datetime(2026, 3, 31, 15, 0, tzinfo=UTC)):
        turn(write)
        assert people(read).get("900006") == before
    with read():
        assert session.scalars(select(Account.login)).one() == "900006"
        assert " 000006 " in session.get(Person, before).search_text


def test_person_who_continues_keeps_the_first_day_of_service(before, deliver, renewed, read):
    deliver(renewed, APRIL)
    with read():
        person = session.get(Person, before)
        assert (person.hired_on, person.left_on) == (date(2025, 4, 1), date(2027, 4, 1))


def test_next_delivery_with_the_new_number_alone_changes_nothing(before, deliver, renewed):
    deliver(renewed, APRIL)
    files = without(without(renewed, "people.csv", "000006"), "appointments.csv", "000006")
    _, summary = deliver(files, date(2026, 5, 1))
    assert summary["changes"] == []


def test_former_number_that_is_missing_from_the_delivery_is_found_too(before, deliver, renewed, numbers):
    files = without(without(renewed, "people.csv", "000006"), "appointments.csv", "000006")
    _, summary = deliver(files, APRIL)
    assert summary["proposed"] == [["900006", "000006"]]
    assert [number for number, *_ in numbers(before)] == ["000006", "900006"]


def test_declined_proposal_is_somebody_new(before, deliver, renewed, read):
    _, summary = deliver(renewed, APRIL, declined=["900006"])
    assert people(read)["900006"] != before
    assert summary["counts"]["continues"] == 0


def test_without_proposals_only_stated_numbers_continue(before, deliver, renewed, read):
    deliver(renewed, APRIL, has_proposals=False)
    assert people(read)["900006"] != before


def test_stated_former_number_continues_whatever_the_name(before, deliver, renewed, numbers):
    files = edited(renewed, ("people.csv", "900006,五百旗頭 薫,ｲｵｷﾍﾞ ｶｵﾙ", "900006,別姓 薫,ベッセイ カオル"))
    _, summary = deliver(with_column(files, "people.csv", "旧職員番号", {"900006": "000006"}), APRIL)
    change = next(change for change in summary["changes"] if change["code"] == "900006")
    assert change["kinds"] == ["continues", "moved", "renamed"]
    assert [number for number, *_ in numbers(before)] == ["000006", "900006"]


@pytest.mark.parametrize(
    "change",
    [
        ("people.csv", "900006,五百旗頭 薫", "900006,五百旗頭 馨"),
        ("people.csv", "会計年度任用,R8.4.1", "会計年度任用,R8.5.1"),
        ("people.csv", "会計年度任用,R8.4.1", "常勤,R8.4.1"),
        ("people.csv", "ｲｵｷﾍﾞ ｶｵﾙ", ""),
    ],
    ids=["other name", "gap", "other employment", "no kana"],
)
def test_anything_less_than_certain_is_not_proposed(before, deliver, renewed, change):
    files = edited(renewed, change, ("appointments.csv", "本務,R8.4.1,2027/03/31", "本務,R8.5.1,2027/03/31"))
    _, summary = deliver(files, date(2026, 3, 1))
    assert (summary["proposed"], summary["counts"]["continues"]) == ([], 0)


def test_two_of_the_same_name_are_not_proposed(before, deliver, renewed):
    files = with_lines(renewed, "people.csv", NEW.replace("900006", "900007"))
    _, summary = deliver(with_lines(files, "appointments.csv", NEW_POST.replace("900006", "900007")), APRIL)
    assert (summary["proposed"], summary["counts"]["new"]) == ([], 2)


def test_regular_person_who_is_reappointed_after_retiring_is_proposed(before, deliver, sound):
    files = edited(sound, ("people.csv", "常勤,H5.4.1,", "常勤,H5.4.1,R8.3.31"))
    files = with_lines(files, "people.csv", "800002,高橋　剛,タカハシ ツヨシ,,,,事務,再任用,R8.4.1,")
    _, summary = deliver(with_lines(files, "appointments.csv", "800002,0101,050,本務,R8.4.1,"), APRIL)
    assert summary["proposed"] == [["800002", "000002"]]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"900006": "900006"}, "own_old_number"),
        ({"900006": "000006", "000008": "000006"}, "old_number_claimed_twice"),
        ({"900006": "000008"}, "old_number_in_service"),
    ],
)
def test_impossible_former_numbers_are_faults(before, deliver, renewed, values, code):
    state, summary = deliver(with_column(renewed, "people.csv", "旧職員番号", values), APRIL)
    assert state == "failed"
    assert code in {finding[0] for finding in summary["findings"]}


def test_unknown_former_number_is_a_remark(before, deliver, renewed):
    state, summary = deliver(with_column(renewed, "people.csv", "旧職員番号", {"900006": "123"}), APRIL)
    assert state == "published"
    assert "unknown_old_number" in {finding[0] for finding in summary["findings"]}


def test_main_posts_under_both_numbers_may_not_overlap(before, deliver, renewed):
    files = edited(
        renewed, ("appointments.csv", "900006,0102,070,本務,R8.4.1", "900006,0102,070,本務,R8.3.1")
    )
    state, summary = deliver(files, date(2026, 3, 1))
    assert state == "failed"
    assert [f[:3] for f in summary["findings"] if f[0] == "overlapping_main"] == [
        ["overlapping_main", "appointments.csv", 13]
    ]


def test_first_delivery_may_tell_of_a_former_number(deliver, renewed, read, numbers):
    deliver(with_column(renewed, "people.csv", "旧職員番号", {"900006": "000006"}), NOVEMBER)
    found = people(read)
    assert "900006" not in found
    assert numbers(found["000006"]) == [("000006", date(2025, 4, 1), APRIL), ("900006", APRIL, FOREVER)]
