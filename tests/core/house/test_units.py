"""Units of work: one commit, nothing half-written, no write where a read was declared."""

import pytest
from sqlalchemy import insert, select

from groupware.db import ReadOnlyUnit, in_unit, session, unit
from groupware.directory.models import Post


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


def test_read_unit_refuses_changed_objects(app):
    with pytest.raises(ReadOnlyUnit), app.app_context(), unit("read"):
        session.add(Post(code="1", name="市長", rank=1))


def test_read_unit_refuses_writing_statements(app):
    with pytest.raises(ReadOnlyUnit), app.app_context(), unit("read"):
        session.execute(insert(Post).values(code="1", name="市長", rank=1))


def test_units_do_not_nest(app):
    with app.app_context(), unit("write"), pytest.raises(RuntimeError, match="open already"), unit("read"):
        pass
