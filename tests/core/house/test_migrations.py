"""Steps of a history: the next one is written, and a table that is made anew keeps what refers to it."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, text

from groupware.migrations import runner

STEP = """
import sqlalchemy as sa
from alembic import op

revision = "trial_{number}"
down_revision = {before}
branch_labels = None
depends_on = None


def upgrade() -> None:
"""
TABLES = """
    op.create_table("trial_rooms", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)))
    op.create_table(
        "trial_messages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("room_id", sa.Integer, sa.ForeignKey("trial_rooms.id", ondelete="CASCADE")),
    )
"""
ANEW = """
    with op.batch_alter_table("trial_rooms", recreate="always") as table:
        table.alter_column("name", existing_type=sa.String(20), type_=sa.String(200))
"""
LOST = """
    op.execute("DELETE FROM trial_rooms")
"""


@pytest.fixture
def steps(tmp_path, monkeypatch):
    """An SQLite database with a history of its own: `add` writes a step, `run` takes what is missing."""
    versions: Path = tmp_path / "versions"
    versions.mkdir()
    history = runner.History("trial", versions, "trial_")
    monkeypatch.setattr(runner, "histories", lambda _registry: iter([history]))
    engine = create_engine(f"sqlite:///{tmp_path / 'trial.sqlite3'}")

    def add(number: int, body: str) -> None:
        before = repr(f"trial_{number - 1}") if number > 1 else None
        (versions / f"trial_{number}.py").write_text(
            STEP.format(number=number, before=before) + body, "utf-8"
        )

    def ask(statement: str) -> list[tuple[object, ...]]:
        with engine.begin() as connection:
            found = connection.execute(text(statement))
            return [tuple(row) for row in found] if found.returns_rows else []

    yield SimpleNamespace(add=add, run=lambda: runner.upgrade(engine, SimpleNamespace()), ask=ask)
    engine.dispose()


def test_a_table_made_anew_keeps_what_refers_to_it(steps):
    steps.add(1, TABLES)
    assert steps.run() == ["trial"]
    steps.ask("INSERT INTO trial_rooms VALUES (1, '総務課')")
    steps.ask("INSERT INTO trial_messages VALUES (1, 1), (2, 1)")
    steps.add(2, ANEW)
    assert steps.run() == ["trial"]
    assert steps.ask("SELECT id FROM trial_messages ORDER BY id") == [(1,), (2,)]
    # And references act again.
    assert steps.ask("PRAGMA foreign_keys") == [(1,)]
    steps.ask("DELETE FROM trial_rooms")
    assert steps.ask("SELECT id FROM trial_messages") == []


def test_a_step_that_leaves_references_to_nothing_is_taken_back(steps):
    steps.add(1, TABLES)
    steps.run()
    steps.ask("INSERT INTO trial_rooms VALUES (1, '総務課')")
    steps.ask("INSERT INTO trial_messages VALUES (1, 1)")
    steps.add(2, LOST)
    with pytest.raises(RuntimeError, match="trial_messages → trial_rooms"):
        steps.run()
    assert steps.ask("SELECT id FROM trial_rooms") == [(1,)]


def test_next_migration_counts_on(tmp_path, monkeypatch):
    asked = []
    history = runner.History("core", tmp_path, "core_")
    for number in (1, 2):
        (tmp_path / f"core_{number:04d}.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(runner, "histories", lambda _registry: iter([history]))
    monkeypatch.setattr(runner, "_config", lambda *_: None)
    monkeypatch.setattr(runner.command, "revision", lambda _config, **given: asked.append(given))

    class Engine:
        def connect(self):
            return self

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    runner.write_revision(Engine(), SimpleNamespace(), "core", "Something new.")
    assert [(one["rev_id"], one["message"]) for one in asked] == [("core_0003", "Something new")]
