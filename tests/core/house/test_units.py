"""Units of work: one commit, nothing half-written, no write where a read was declared."""

from contextlib import suppress

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from groupware.bulk import insert_rows
from groupware.db import ReadOnlyUnit, after_commit, db, fetch, in_unit, lock, session, undo, unit
from groupware.directory.models import Post
from groupware.errors import Conflict


def _names(app):
    with app.app_context(), unit("read"):
        return list(session.scalars(select(Post.name)))


def test_write_unit_commits_once_at_its_end(app):
    with app.app_context(), unit("write"):
        session.add(Post(code="1", name="市長", rank=1))
        assert in_unit() == "write"
    assert _names(app) == ["市長"]
    assert in_unit() is None


def test_failure_in_a_unit_leaves_nothing_behind(app):

    def act():
        with app.app_context(), unit("write"):
            session.add(Post(code="1", name="市長", rank=1))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert _names(app) == []


def _refused(app, *acts):
    """How a unit ends that does this and then refuses: what the database is asked for."""
    ends = []
    with app.app_context():
        for name in ("commit", "rollback"):
            event.listen(db.engine, name, lambda _connection, name=name: ends.append(name))
        with pytest.raises(Conflict), unit("write"):
            _refuse_after(acts)
    return ends


def _refuse_after(acts):
    for act in acts:
        act()
    raise Conflict


@pytest.mark.parametrize(
    "write",
    [
        lambda: session.add(Post(code="1", name="市長", rank=1)) or session.flush(),
        lambda: session.execute(insert(Post).values(code="1", name="市長", rank=1)),
        lambda: fetch(insert(Post.__table__).values(code="1", name="市長", rank=1)),
        lambda: session.execute(text("INSERT INTO core_posts (code, name, rank) VALUES ('1', '市長', 1)")),
        lambda: insert_rows(Post, ("code", "name", "rank"), [("1", "市長", 1)]),
    ],
)
def test_a_refusal_takes_back_whatever_was_written(app, write):
    assert _refused(app, write) == ["rollback"]
    assert _names(app) == []


def test_a_refusal_that_wrote_nothing_ends_as_a_read_and_forgets_what_waited_to_be_written(app):
    assert _refused(app, lambda: fetch(select(Post.id).with_for_update())) == ["commit"]
    with app.app_context(), unit("write"):
        session.add(Post(code="1", name="市長", rank=1))
    add_another = lambda: session.add(Post(code="2", name="副市長", rank=2))  # noqa: E731
    change = lambda: setattr(session.scalars(select(Post)).one(), "name", "町長")  # noqa: E731
    assert _refused(app, change, add_another) == ["commit"]
    assert _names(app) == ["市長"]


def test_a_refusal_after_a_failed_flush_is_still_the_refusal(app):
    def clash():
        session.add_all(
            [Post(id=1, code="1", name="市長", rank=1), Post(id=1, code="2", name="町長", rank=1)]
        )
        with suppress(SQLAlchemyError):
            session.flush()

    assert _refused(app, clash) == ["rollback"]
    assert _names(app) == []


def test_nothing_is_done_after_a_unit_that_was_undone(app):
    done = []
    with app.app_context(), unit("write") as current:
        after_commit(lambda: done.append(1))
        undo(current)
    assert done == []


def test_read_unit_refuses_changed_objects(app):
    with pytest.raises(ReadOnlyUnit), app.app_context(), unit("read"):
        session.add(Post(code="1", name="市長", rank=1))


def test_read_unit_refuses_writing_statements(app):
    with pytest.raises(ReadOnlyUnit), app.app_context(), unit("read"):
        session.execute(insert(Post).values(code="1", name="市長", rank=1))


def test_read_unit_refuses_rows_that_go_past_sqlalchemy(app):
    with pytest.raises(ReadOnlyUnit), app.app_context(), unit("read"):
        insert_rows(Post, ("code", "name", "rank"), [("1", "市長", 1)])
    assert _names(app) == []


def test_read_unit_locks_no_rows(app):
    with pytest.raises(ReadOnlyUnit), app.app_context(), unit("read"):
        lock(select(Post.id).with_for_update())


def test_units_do_not_nest(app):
    with app.app_context(), unit("write"), pytest.raises(RuntimeError, match="open already"), unit("read"):
        pass
