"""Pairs of people in processes of their own who do something in a room at the same moment."""

import uuid

from groupware.app import create_app
from groupware.config import load
from groupware.db import db, unit
from groupware.errors import DomainError
from groupware.testing.factories import Factory
from plugins.chat.services import bookmarks, messages, notes, pins, tasks
from plugins.chat.services.notes import NotePlan
from plugins.chat.services.tasks import TaskPlan


def act_at_once(barrier, url, folder, person, room, acts):
    """Acts of one person in a room, each begun together with one of somebody else; what became of each: "done", or why it was refused."""
    app = create_app(load(folder, {"GROUPWARE_DATABASE_URL": url, "GROUPWARE_SECRET_KEY": "x"}))
    who = Factory(app).actor(person)
    found = []
    for name, uid, values in acts:
        barrier.wait()
        try:
            with app.app_context(), unit("write"):
                ACTS[name](who, uuid.UUID(room), uid, **values)
            found.append("done")
        except DomainError as error:
            found.append(error.code)
    with app.app_context():
        db.engine.dispose()
    return found


def _write_note(who, room, text, *, key):
    notes.write(who, room, NotePlan("朝会", text, who.today), key=key)


def _change_note(who, room, uid, *, text, version):
    notes.change(who, room, uid, NotePlan("朝会", text, who.today), version=version)


def _change_task(who, room, uid, *, what, version):
    tasks.change(who, room, uid, TaskPlan(what, [f"person:{who.person_id}"]), version=version)


def _make_task(who, room, what, *, key, seq=None):
    tasks.make(who, room, TaskPlan(what), seq=seq, key=key)


ACTS = {
    "pin": pins.pin,
    "unpin": pins.unpin,
    "bookmark": bookmarks.bookmark,
    "let_go": bookmarks.let_go,
    "delete_message": messages.delete,
    "write_note": _write_note,
    "change_note": _change_note,
    "delete_note": notes.delete,
    "make_task": _make_task,
    "change_task": _change_task,
    "finish_task": tasks.finish,
    "remove_task": tasks.remove,
}
