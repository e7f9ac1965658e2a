"""Clients of the chat in processes of their own."""

import time
import uuid

from groupware.app import create_app
from groupware.config import load
from groupware.db import db, unit
from groupware.testing.factories import Factory
from groupware.worker import Worker
from plugins.chat.enums import ReviewDecision
from plugins.chat.services import messages, reviewing, rooms, unit_rooms

RETRIED = 2
"""How often each client sends each of its messages."""


def work_for_ever(url, folder):
    """Do jobs until the process is killed."""
    worker = Worker(create_app(load(folder, {"GROUPWARE_DATABASE_URL": url, "GROUPWARE_SECRET_KEY": "x"})))
    while True:
        worker.run_due()
        time.sleep(0.05)


def send_at_once(barrier, url, folder, person, room, number):
    """Send messages, each several times with the same key, one of them with a key that every process uses."""
    app = create_app(load(folder, {"GROUPWARE_DATABASE_URL": url, "GROUPWARE_SECRET_KEY": "x"}))
    who = Factory(app).actor(person)
    keys = [f"{number}-{one}" for one in range(4)] + ["shared"]
    barrier.wait()
    found = []
    for key in keys * RETRIED:
        with app.app_context(), unit("write"):
            sent = messages.send(who, uuid.UUID(room), f"言 {key}", key=key)
        found.append((key, sent.seq, sent.is_new))
    with app.app_context():
        db.engine.dispose()
    return found


def post_at_once(barrier, url, folder, secret):
    """Let a program post messages, each several times with the same key, which every process uses."""
    app = create_app(load(folder, {"GROUPWARE_DATABASE_URL": url, "GROUPWARE_SECRET_KEY": "x"}))
    client = app.test_client()
    barrier.wait()
    found = []
    for key in ("a", "b", "c") * RETRIED:
        answer = client.post(f"/chat/webhooks/{secret}", json={"text": f"警報 {key}", "key": key})
        found.append((key, answer.json["seq"], answer.status_code))
    with app.app_context():
        db.engine.dispose()
    return found


def meet_at_once(barrier, url, folder, person, other):
    """Open the room of two people."""
    app = create_app(load(folder, {"GROUPWARE_DATABASE_URL": url, "GROUPWARE_SECRET_KEY": "x"}))
    who = Factory(app).actor(person)
    barrier.wait()
    with app.app_context(), unit("write"):
        found = rooms.direct(who, other).id
    with app.app_context():
        db.engine.dispose()
    return found


def open_unit_at_once(barrier, url, folder, person, unit_id):
    """Open the standing room of an organisation."""
    app = create_app(load(folder, {"GROUPWARE_DATABASE_URL": url, "GROUPWARE_SECRET_KEY": "x"}))
    who = Factory(app).actor(person)
    barrier.wait()
    with app.app_context(), unit("write"):
        found = str(unit_rooms.open_own(who, unit_id, with_below=True))
    with app.app_context():
        db.engine.dispose()
    return found


def decide_at_once(barrier, url, folder, person, room, decision):
    """Decide at the end of the year what becomes of a room; says whether this one has decided."""
    app = create_app(load(folder, {"GROUPWARE_DATABASE_URL": url, "GROUPWARE_SECRET_KEY": "x"}))
    who = Factory(app).actor(person)
    barrier.wait()
    with app.app_context(), unit("write"):
        found = reviewing.decide(who, {uuid.UUID(room): ReviewDecision(decision)}).number
    with app.app_context():
        db.engine.dispose()
    return found
