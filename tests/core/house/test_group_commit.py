"""Group commit: many share a transaction, each has an outcome of its own, and nobody is told before it is durable."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from groupware import clock, group_commit
from groupware.db import _before_commit as hooks
from groupware.db import before_commit, db, session, unit
from groupware.errors import Conflict, DomainError
from groupware.events.models import Topic
from groupware.group_commit import GroupCommit
from tests.support.sockets import until


def _write(names: Sequence[str]) -> list[str | DomainError]:
    """A row for each name; one that is called so is refused, another one is a fault."""
    outcomes: list[str | DomainError] = []
    for name in names:
        if name == "refused":
            outcomes.append(Conflict("no"))
            continue
        if name == "fault":
            raise ValueError(name)
        if name == "away":
            raise OperationalError("", {}, Exception("away"))
        session.add(Topic(name=name, seq=len(names), changed_at=clock.now()))
        outcomes.append(name)
    return outcomes


class Patient(GroupCommit[str, str]):
    """A queue whose first one waits until all of a test have come, however slow the machine is."""

    expected = taken = 0

    def _taken(self) -> list[Any]:
        until(lambda: self.taken + len(self._queue) >= self.expected)
        group = super()._taken()
        self.taken += len(group)
        return group


def _together(app: Flask, group: Patient, names: list[str]) -> list[Any]:
    """What each gets who comes while the first one waits for others."""
    outcomes: list[Any] = [None] * len(names)
    group.expected, group.taken = len(names), 0

    def one(place: int) -> None:
        with app.app_context():
            try:
                outcomes[place] = group.do(names[place])
            except (DomainError, OperationalError, RuntimeError, ValueError) as error:
                outcomes[place] = type(error)
            db.session.remove()

    threads = [threading.Thread(target=one, args=(place,), daemon=True) for place in range(len(names))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


def _rows(app: Flask) -> dict[str, int]:
    with app.app_context(), unit("read"):
        return {row.name: row.seq for row in session.query(Topic).filter(Topic.name.like("t%"))}


def test_those_who_come_together_share_a_transaction(app: Flask) -> None:
    names = [f"t{number}" for number in range(6)]
    assert _together(app, Patient(_write), names) == names
    assert _rows(app) == dict.fromkeys(names, 6)


def test_a_group_is_bounded_by_number_and_weight(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "MOST", 2)
    names = [f"t{number}" for number in range(5)]
    _together(app, Patient(_write), names)
    assert sorted(_rows(app).values()) == [1, 2, 2, 2, 2]
    monkeypatch.setattr(group_commit, "MOST", 64)
    heavy = [f"tt{number}" for number in range(3)]
    _together(app, Patient(_write, lambda _name: group_commit.LARGEST), heavy)
    assert [_rows(app)[name] for name in heavy] == [1, 1, 1]


def test_what_is_refused_or_at_fault_is_so_alone(app: Flask) -> None:
    names = ["t0", "refused", "t1", "fault", "t2"]
    outcomes = _together(app, Patient(_write), names)
    assert outcomes == ["t0", Conflict, "t1", ValueError, "t2"]
    assert set(_rows(app)) == {"t0", "t1", "t2"}


def test_a_database_that_is_away_is_told_to_all_at_once(app: Flask) -> None:
    outcomes = _together(app, Patient(_write), ["t0", "away", "t1"])
    assert outcomes == [OperationalError] * 3
    assert _rows(app) == {}


def test_nobody_is_told_that_it_was_written_if_the_commit_fails(app: Flask) -> None:
    @before_commit
    def fail(current: Any) -> None:
        raise RuntimeError("the commit")

    try:
        assert _together(app, Patient(_write), ["t0", "t1"]) == [RuntimeError] * 2
    finally:
        hooks.remove(fail)
    assert _rows(app) == {}
    assert _together(app, Patient(_write), ["t0"]) == ["t0"]


def test_it_has_a_unit_of_work_of_its_own(app: Flask) -> None:
    with app.app_context(), unit("read"), pytest.raises(RuntimeError, match="of its own"):
        Patient(_write).do("t0")


def test_the_end_of_one_who_waits_is_nobody_elses(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    group = Patient(_write)

    class EndedError(BaseException):
        pass

    def end(_seconds: float) -> None:
        raise EndedError

    with monkeypatch.context() as ending, app.app_context():
        ending.setattr(group_commit.time, "sleep", end)
        with pytest.raises(EndedError):
            group.do("t0")
    assert _together(app, group, ["t1", "t2"]) == ["t1", "t2"]
    assert set(_rows(app)) == {"t1", "t2"}
