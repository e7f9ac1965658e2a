"""A write that arrives twice happens once."""

import pytest

from groupware.app import create_app
from groupware.config import load
from groupware.db import db, session, unit
from groupware.directory.models import Post
from groupware.errors import Conflict
from groupware.idempotency import once
from groupware.testing.factories import Factory
from tests.support.processes import run_together


def _add_post():
    post = Post(code=f"x{session.query(Post).count()}", name="主事", rank=50)
    session.add(post)
    session.flush()
    return {"id": post.id}


def _send(barrier, url, folder, person):
    app = create_app(load(folder, {"GROUPWARE_DATABASE_URL": url, "GROUPWARE_SECRET_KEY": "x"}), [])
    sender = Factory(app).actor(person)
    barrier.wait()
    with app.app_context():
        with unit("write"):
            result = once(sender, "key", {"title": "回覧"}, _add_post)
        db.engine.dispose()
    return result["id"]


def test_same_key_at_the_same_moment_acts_once(app, factory, tmp_path, fresh_database_url):
    person = factory.person("佐藤 葵", factory.unit("総務課"), factory.post("係長", 30))
    ids = run_together(_send, [(fresh_database_url, str(tmp_path), person)] * 4)
    assert len(set(ids)) == 1
    with app.app_context(), unit("read"):
        assert session.query(Post).count() == 2


def test_same_key_for_something_else_is_a_conflict(app, factory):
    person = factory.person("佐藤 葵", factory.unit("総務課"), factory.post("係長", 30))
    sender = factory.actor(person)
    with app.app_context(), unit("write"):
        once(sender, "key", {"title": "回覧"}, _add_post)
        with pytest.raises(Conflict):
            once(sender, "key", {"title": "別の回覧"}, _add_post)


def test_key_that_no_database_keeps_is_a_key_without_it(app, factory):
    sender = factory.actor(factory.person("佐藤 葵", factory.unit("総務課"), factory.post("係長", 30)))
    with app.app_context(), unit("write"):
        made = [once(sender, key, {"title": "回覧"}, _add_post) for key in ("ke\x00y", "key")]
    assert made[0] == made[1]
