"""Making the index anew, by itself and by the command, and saying whether it is in step."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, func, select, update

from groupware import clock
from groupware.actor import system
from groupware.commands import cli
from groupware.db import session, unit
from groupware.portal.models import SectionPage
from groupware.registry import registry
from groupware.search.entry import VERSION
from groupware.search.models import Document, IndexState
from groupware.search.services import Wanted, reindexing, search
from groupware.search.services.indexing import CHUNK
from groupware.worker import Worker

KIND = "portal.page"


@pytest.fixture
def section(factory):
    return factory.unit("総務課", factory.unit("みなと市"))


@pytest.fixture
def pages(app, section):
    """More pages than a piece has, written past the services, as an older version would have left them."""

    def plant(number=CHUNK + 5):
        now = datetime(2026, 4, 1, tzinfo=UTC)
        with app.app_context(), unit("write"):
            session.add_all(
                SectionPage(
                    unit_id=section,
                    title=f"様式{one}",
                    html="<p>旅費</p>",
                    created_at=now,
                    changed_at=now + timedelta(seconds=one),
                )
                for one in range(number)
            )

    return plant


def documents(app):
    with app.app_context(), unit("read"):
        return session.scalar(select(func.count()).where(Document.kind == KIND))


def run(app, monkeypatch, *words):
    monkeypatch.setattr("groupware.commands.group.create_app", lambda *_, **__: app)
    return CliRunner().invoke(cli, ["reindex", *words])


def test_worker_indexes_what_came_before_the_index(app, pages):
    pages()
    with app.app_context(), unit("write"):
        session.execute(delete(IndexState).where(IndexState.kind == KIND))
    assert documents(app) == 0
    Worker(app).run_due()
    assert documents(app) == CHUNK + 5
    with app.app_context(), unit("read"):
        assert reindexing.stale() == []


def test_another_version_of_folding_is_indexed_anew_by_itself(app, pages):
    pages(3)
    with app.app_context(), unit("write"):
        session.execute(update(IndexState).values(version="0.0.0"))
    with app.app_context(), unit("read"):
        assert KIND in [kind.id for kind, _ in reindexing.stale()]
    Worker(app).run_due()
    assert documents(app) == 3
    with app.app_context(), unit("read"):
        assert set(session.scalars(select(IndexState.version))) == {VERSION}


def test_what_was_put_off_is_indexed_by_the_worker(app, pages):
    pages(3)
    with app.app_context(), unit("write"):
        session.execute(delete(Document))
        reindexing.put_off(system(), KIND)
    Worker(app).run_due()
    assert documents(app) == 3
    with app.app_context(), unit("read"):
        assert reindexing.stale() == []


def test_interrupted_run_goes_on_where_it_was(app, pages):
    pages()
    with app.app_context(), unit("write"):
        after = reindexing.step(system(), registry().search_kinds[KIND], 0)
    assert documents(app) == CHUNK
    with app.app_context(), unit("read"):
        assert [(kind.id, key) for kind, key in reindexing.stale()] == [(KIND, after)]
    Worker(app).run_due()
    assert documents(app) == CHUNK + 5


def test_new_instance_has_nothing_to_do(app):
    with app.app_context(), unit("read"):
        assert reindexing.stale() == []


def test_repair_removes_what_is_gone_and_mends_what_is_wrong(app, pages):
    pages(3)
    with app.app_context(), unit("write"):
        kind = registry().search_kinds[KIND]
        reindexing.step(system(), kind, 0)
        session.execute(delete(SectionPage).where(SectionPage.title == "様式1"))
        session.execute(update(SectionPage).where(SectionPage.title == "様式2").values(title="要領"))
    with app.app_context(), unit("read"):
        assert reindexing.check(kind, 0)[0] == 2
    with app.app_context(), unit("write"):
        reindexing.step(system(), kind, 0)
    with app.app_context(), unit("read"):
        assert reindexing.check(kind, 0) == (0, None)


def test_command_repairs_and_checks(app, pages, monkeypatch):
    pages()
    broken = run(app, monkeypatch, "--check")
    assert broken.exit_code == 1
    assert f"Indexed wrongly: {CHUNK + 5}" in broken.output
    assert run(app, monkeypatch, KIND).exit_code == 0
    assert "The index is in step." in run(app, monkeypatch, "--check").output


def test_command_names_the_kinds_there_are(app, monkeypatch):
    done = run(app, monkeypatch, "nonsense")
    assert done.exit_code == 1
    assert KIND in done.output


def test_what_is_indexed_meanwhile_is_found(app, pages, factory, section):
    pages(1)
    actor = factory.actor(factory.person("林 葵", section, factory.post("主事", 50)))
    with app.app_context(), unit("write"):
        reindexing.step(system(), registry().search_kinds[KIND], 0)
    with app.test_request_context(), unit("read"):
        hits = search(actor, Wanted(text="旅費")).hits
        assert [hit.about.at for hit in hits] == [datetime(2026, 4, 1, tzinfo=UTC)]
    assert clock.now().tzinfo is UTC
