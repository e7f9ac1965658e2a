"""A generated village for the tests of a module, on a day that is always the same."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from groupware import clock
from groupware.app import create_app
from groupware.config import Settings
from groupware.db import db
from groupware.demo import accounts, build_demo
from tests.support.databases import DatabaseFactory

DAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Demo:
    """A generated municipality: its application and its instance."""

    app: Flask
    instance: Path


DemoFactory = Callable[..., AbstractContextManager[Demo]]


@pytest.fixture(scope="session")
def new_demo(new_database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory) -> DemoFactory:
    """`with new_demo(at=instant) as demo`: a village generated at that instant, with a database of its own.

    Its people can sign in only with `has_passwords`: hashing sixty of them takes two seconds.
    """

    @contextmanager
    def build(at: datetime = DAY, *, has_passwords: bool = False) -> Iterator[Demo]:
        instance = tmp_path_factory.mktemp("demo")
        with new_database() as url:
            settings = Settings(instance=instance, database_url=url, secret_key="only-for-tests", demo=True)
            app = create_app(settings, poll_seconds=0)
            app.testing = True
            with clock.frozen(at), app.app_context(), pytest.MonkeyPatch.context() as patch:
                if not has_passwords:
                    patch.setattr(accounts, "hash_password", lambda _password: "no hash")
                build_demo(app, "village")
            yield Demo(app, instance)
            with app.app_context():
                db.session.remove()
                db.engine.dispose()

    return build


@pytest.fixture(scope="module")
def demo(new_demo: DemoFactory) -> Iterator[Demo]:
    """The village of a Tuesday in November. Tests of a module share it and do not write to it."""
    with new_demo() as made:
        yield made
