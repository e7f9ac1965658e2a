"""Two people at the same thing at the same moment, in processes of their own: one result, nothing half-written, no fault but the refusal."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from groupware.db import session, unit
from groupware.events.models import Event
from plugins.chat.models import Bookmark, Note, NoteRevision, Pin, Task, TaskAssignee, TaskRevision
from plugins.chat.services import bookmarks, notes, pins, tasks
from plugins.chat.services.notes import NotePlan
from plugins.chat.services.tasks import TaskPlan
from tests.plugins.chat.conftest import Office
from tests.plugins.chat.pairs import act_at_once
from tests.support.processes import run_together

pytestmark = pytest.mark.slow

ROUNDS = 6
Act = tuple[str, Any, dict[str, Any]]


@pytest.fixture
def at_once(office: Office, tmp_path, fresh_database_url: str):
    """`at_once(room, first, second)`: what became of the acts of the owner and of a member, begun in pairs."""

    def run(room: UUID, first: list[Act], second: list[Act]) -> list[tuple[str, str]]:
        people = ((office.owner, first), (office.member, second))
        found = run_together(
            act_at_once, [(fresh_database_url, str(tmp_path), who, str(room), acts) for who, acts in people]
        )
        return list(zip(*found, strict=True))

    return run


def count(office: Office, model: Any, **values: Any) -> int:
    """How many rows there are."""
    with office.app.app_context(), unit("read"):
        return session.query(model).filter_by(**values).count()


def events_of(office: Office, kind: str) -> int:
    """How often it was told."""
    with office.app.app_context(), unit("read"):
        return session.scalar(select(func.count()).select_from(Event).where(Event.kind == kind)) or 0


def test_what_two_pin_at_once_is_pinned_once(office: Office, at_once) -> None:
    room = office.open()
    said = [office.say(office.owner, room, f"{number}番").uid for number in range(ROUNDS)]
    acts: list[Act] = [("pin", uid, {}) for uid in said]
    assert at_once(room, acts, acts) == [("done", "done")] * ROUNDS
    assert (count(office, Pin), events_of(office, "chat.pinned")) == (ROUNDS, ROUNDS)
    # Pinned and taken away, or deleted, in either order: a pin of what is gone stands nowhere.
    away: list[Act] = [("delete_message", uid, {}) for uid in said]
    again: list[Act] = [("pin", uid, {}) for uid in said]
    assert {first for first, _ in at_once(room, away, again)} == {"done"}
    assert count(office, Pin) == 0


def test_the_last_place_for_a_pin_is_given_once(office: Office, at_once) -> None:
    room = office.open()
    speakers = (office.owner, office.moderator, office.member)
    said = [office.say(speakers[number % 3], room, f"{number}番").uid for number in range(pins.MOST + 1)]
    for uid in said[: pins.MOST - 1]:
        office.write(pins.pin, office.owner, room, uid)
    (found,) = at_once(room, [("pin", said[-2], {})], [("pin", said[-1], {})])
    assert sorted(found) == ["done", "limit"]
    assert count(office, Pin) == pins.MOST


def test_a_bookmark_of_two_windows_is_one(office: Office, at_once) -> None:
    room = office.open()
    said = [office.say(office.owner, room, f"{number}番").uid for number in range(ROUNDS)]
    acts: list[Act] = [("bookmark", uid, {"note": "一つ目"}) for uid in said]
    assert at_once(room, acts, acts) == [("done", "done")] * ROUNDS
    assert count(office, Bookmark) == 2 * ROUNDS
    office.write(bookmarks.bookmark, office.member, room, said[0], "二つ目")
    away: list[Act] = [("let_go", uid, {}) for uid in said]
    gone: list[Act] = [("delete_message", uid, {}) for uid in said]
    assert {second for _, second in at_once(room, gone, away)} <= {"done", "not_found"}
    with office.app.app_context(), unit("read"):
        assert {row.note for row in session.query(Bookmark)} <= {"一つ目", "二つ目"}


def test_of_two_who_change_a_note_one_is_asked_again(office: Office, at_once) -> None:
    room = office.open()
    plan = NotePlan("朝会", "初め", office.actor(office.owner).today)
    made = [office.write(notes.write, office.owner, room, plan, key=f"{n}") for n in range(ROUNDS)]
    first: list[Act] = [("change_note", uid, {"text": "所有者", "version": 1}) for uid in made]
    second: list[Act] = [("change_note", uid, {"text": "メンバー", "version": 1}) for uid in made]
    found = at_once(room, first, second)
    assert [sorted(pair) for pair in found] == [["changed", "done"]] * ROUNDS
    assert count(office, NoteRevision) == ROUNDS
    with office.app.app_context(), unit("read"):
        stand = {row.uid: (row.text, row.version) for row in session.query(Note)}
    for uid, (own, _) in zip(made, found, strict=True):
        assert stand[uid] == ("所有者" if own == "done" else "メンバー", 2)


def test_a_note_that_is_changed_and_taken_away_at_once_is_one_of_both(office: Office, at_once) -> None:
    room = office.open()
    plan = NotePlan("朝会", "初め", office.actor(office.owner).today)
    made = [office.write(notes.write, office.owner, room, plan, key=f"{n}") for n in range(ROUNDS)]
    away: list[Act] = [("delete_note", uid, {}) for uid in made]
    changed: list[Act] = [("change_note", uid, {"text": "書き足し", "version": 1}) for uid in made]
    found = at_once(room, away, changed)
    assert {pair[0] for pair in found} == {"done"}
    assert {pair[1] for pair in found} <= {"done", "not_found"}
    assert count(office, Note, text="", deleted_by=office.owner) == ROUNDS
    # What it said is kept, once for each change.
    assert count(office, NoteRevision) == ROUNDS + Counter(pair[1] for pair in found)["done"]


def test_a_form_that_was_sent_twice_makes_one_note_and_one_task(office: Office, at_once) -> None:
    room = office.open()
    office.say(office.owner, room, "鍵を返す")
    acts: list[Act] = [
        *(("write_note", "同じ文", {"key": f"n{number}"}) for number in range(2)),
        *(("make_task", "鍵を返す", {"key": f"t{number}", "seq": 1}) for number in range(2)),
    ]
    # The keys are each person's own: two people have written two, and whoever sends again has written nothing more.
    for _ in range(2):
        assert at_once(room, acts, acts) == [("done", "done")] * 4
    assert (count(office, Note), count(office, Task)) == (4, 4)


def test_a_task_that_two_finish_at_once_is_done_once(office: Office, at_once) -> None:
    room = office.open()
    made = [office.write(tasks.make, office.owner, room, TaskPlan(f"{n}番")) for n in range(ROUNDS)]
    acts: list[Act] = [("finish_task", uid, {}) for uid in made]
    before = events_of(office, "chat.task_changed")
    assert at_once(room, acts, acts) == [("done", "done")] * ROUNDS
    assert count(office, TaskRevision) == ROUNDS
    assert events_of(office, "chat.task_changed") == before + ROUNDS
    with office.app.app_context(), unit("read"):
        assert {row.done_by for row in session.query(Task)} <= {office.owner, office.member}
        assert all(row.done_at is not None and row.version == 2 for row in session.query(Task))


def test_of_two_who_change_a_task_one_is_asked_again(office: Office, at_once) -> None:
    room = office.open()
    made = [office.write(tasks.make, office.owner, room, TaskPlan(f"{n}番")) for n in range(ROUNDS)]
    first: list[Act] = [("change_task", uid, {"what": "所有者", "version": 1}) for uid in made]
    second: list[Act] = [("change_task", uid, {"what": "メンバー", "version": 1}) for uid in made]
    found = at_once(room, first, second)
    assert [sorted(pair) for pair in found] == [["changed", "done"]] * ROUNDS
    # Each has the words and the person of the same one of them, and nobody stands there twice.
    assert (count(office, TaskRevision), count(office, TaskAssignee)) == (ROUNDS, ROUNDS)
    with office.app.app_context(), unit("read"):
        rows = session.execute(
            select(Task.uid, Task.what, TaskAssignee.label).join(
                TaskAssignee, TaskAssignee.task_id == Task.id
            )
        )
        stand = {row.uid: (row.what, row.label) for row in rows}
    for uid, (own, _) in zip(made, found, strict=True):
        assert stand[uid] == (("所有者", "佐藤 葵") if own == "done" else ("メンバー", "高橋 凛"))


def test_a_task_that_is_finished_and_taken_away_at_once(office: Office, at_once) -> None:
    room = office.open()
    made = [office.write(tasks.make, office.owner, room, TaskPlan(f"{n}番")) for n in range(ROUNDS)]
    away: list[Act] = [("remove_task", uid, {}) for uid in made]
    done: list[Act] = [("finish_task", uid, {}) for uid in made]
    found = at_once(room, away, done)
    assert {pair[0] for pair in found} == {"done"}
    assert {pair[1] for pair in found} <= {"done", "not_found"}
    assert count(office, Task, deleted_by=office.owner) == ROUNDS
