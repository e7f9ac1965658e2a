"""The chat: how many messages are stored in a second, and what a large room, many rooms and a long room cost.

Rooms are opened in the sample city for the length of the bench, and erased with what was said in them.
"""

import tempfile
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import uuid6
from sqlalchemy import delete, func, insert, select, text, update

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.models import PersonPrincipal
from groupware.access.principals import principal
from groupware.app import create_app
from groupware.config import Settings
from groupware.db import db, session, unit
from groupware.migrations import runner
from groupware.setup import initialise
from groupware.testing.factories import Factory
from plugins.chat.models import Member, Message, Place, Room
from plugins.chat.queries import messages as said
from plugins.chat.queries import own_rooms
from plugins.chat.queries import rooms as seen
from plugins.chat.searching import Sought, look_for
from plugins.chat.services import messages, rooms
from plugins.chat.services.rooms import RoomPlan
from tests.bench.chat_talk import CLIENTS, opened, talk
from tests.bench.instances import Instance, empty_database
from tests.bench.report import Figure, Report, median, p95
from tests.bench.visits import asked_by, at_the_database

STORED_LEAST, ONE_ROOM_LEAST, ACK_LIMIT = 1000.0, 200.0, 50.0
LARGE_LIMIT, UNREAD_LIMIT, OPEN_LIMIT, SEARCH_LIMIT = 20.0, 10.0, 30.0, 100.0
ROOMS, TURNS, ONE_ROOM_TURNS = 60, 150, 40
OWN_ROOMS = 300
MILLION = 1_000_000
DAYS = 1000


def measure(instance: Instance, report: Report) -> None:
    """All of it."""
    with opened(instance, ROOMS) as (people, uids):
        _stored(instance, report, people, uids)
        _large(instance, report, people[0], uids[0])
        _unread(instance, report, people[1])
    _long(instance, report)


def _stored(instance: Instance, report: Report, people: list[int], uids: list[UUID]) -> None:
    for chosen, turns, least in ((uids, TURNS, STORED_LEAST), (uids[:1], ONE_ROOM_TURNS, ONE_ROOM_LEAST)):
        found = talk(instance, people, chosen, turns)
        what = f"messages stored, {CLIENTS} people who talk without pause in {len(chosen)} rooms"
        rate = found.number / found.seconds
        note = f"{found.number} messages, indexed; {found.processor_seconds / found.number * 1000:.2f} ms of a processor each"
        report.add(Figure(what, rate, "/s", least=least, note=note))
        report.add(
            Figure(
                "until one is durable, p95",
                p95(found.waits) * 1000,
                "ms",
                limit=ACK_LIMIT,
                note=f"median {median(found.waits) * 1000:.1f} ms",
            )
        )


def _large(instance: Instance, report: Report, person: int, uid: UUID) -> None:
    """From the lock of the room until the commit has returned."""
    who = replace(Factory(instance.app).actor(person), via="import")
    times, members = [], 0
    with instance.app.app_context():
        with unit("read"):
            members = session.scalar(
                select(func.count(PersonPrincipal.person_id.distinct()))
                .join(Member, Member.principal_id == PersonPrincipal.principal_id)
                .join(Room, Room.id == Member.room_id)
                .where(Room.uid == uid)
            )
            before = session.scalar(select(func.count()).select_from(Place))
        for number in range(30):
            began = time.perf_counter()
            with unit("write"):
                messages.send(who, uid, "全員に知らせます。", key=f"large {began} {number}")
            times.append((time.perf_counter() - began) * 1000)
        with unit("read"):
            added = (session.scalar(select(func.count()).select_from(Place)) or 0) - (before or 0)
    if added > 1:
        raise RuntimeError(f"{added} rows were written about members")
    report.add(
        Figure(
            f"a message to a room of {members:,}, committed, p95",
            p95(times),
            "ms",
            limit=LARGE_LIMIT,
            note=f"median {median(times):.1f} ms; no row per member",
        )
    )


def _unread(instance: Instance, report: Report, person: int) -> None:
    """Somebody is put into 300 rooms of the city besides their own."""
    app, who = instance.app, Factory(instance.app).actor(person)
    with app.app_context(), unit("write"):
        own = principal(PrincipalKind.PERSON, person).id
        mine = {line.id for line in own_rooms.mine(who)}
        others = session.scalars(
            select(Room.id)
            .where(
                Room.id.not_in(mine),
                Room.kind == "room",
                Room.archived_at.is_(None),
                Room.deleted_at.is_(None),
            )
            .order_by(Room.last_at.desc())
            .limit(OWN_ROOMS)
        ).all()
        session.execute(
            insert(Member),
            [
                {"room_id": room, "principal_id": own, "role": 2, "from_seq": 0, "added_at": clock.now()}
                for room in others
            ],
        )
    lines: list[Any] = []
    try:
        asked = asked_by(app, lambda: lines.extend(own_rooms.mine(who)))
        times = [at_the_database(app, asked) * 1000 for _ in range(21)]
    finally:
        with app.app_context(), unit("write"):
            session.execute(delete(Member).where(Member.principal_id == own, Member.room_id.in_(others)))
    report.add(
        Figure(
            f"unread of {len(lines)} rooms with their last messages, one query",
            median(times),
            "ms",
            limit=UNREAD_LIMIT,
            note=f"{sum(line.unread > 0 for line in lines)} with something unread",
        )
    )


def _long(instance: Instance, report: Report) -> None:
    """A room of a million messages in a database of its own, opened at days drawn evenly."""
    with tempfile.TemporaryDirectory(prefix="groupware-bench-") as name:
        folder = Path(name)
        app = create_app(
            Settings(
                instance=folder, database_url=empty_database(instance, folder), secret_key="for measuring"
            )
        )
        with app.app_context():
            runner.upgrade(db.engine, app.extensions["groupware_registry"])
            with unit("write"):
                initialise()
        factory = Factory(app)
        section = factory.unit("総務課", factory.unit("みなと市"))
        person = factory.person("佐藤 葵", section, factory.post("主事", 50))
        who = factory.actor(person)
        with app.app_context(), unit("write"):
            room = rooms.make(who, RoomPlan(name="長い部屋", purpose="", unit_id=section, members=[]))
        first = who.now - timedelta(days=DAYS)
        for start in range(0, MILLION, 20_000):
            with app.app_context(), unit("write"):
                session.execute(
                    insert(Message),
                    [_row(room.id, person, first, n) for n in range(start + 1, start + 20_001)],
                )
        with app.app_context():
            with unit("write"):
                session.execute(
                    update(Room).where(Room.id == room.id).values(last_seq=MILLION, last_at=who.now)
                )
            with unit("write"):
                session.execute(text("ANALYZE"))
        times: list[float] = []
        searched: list[float] = []
        for number in range(1, 41):
            day = (first + timedelta(days=DAYS * number / 41)).date()

            def open_at(day: Any = day) -> None:
                view = seen.one(who, room.uid)
                said.page(who, view, around=said.seq_on(view, day) or view.last_seq)

            asked = asked_by(app, open_at)
            times.append(at_the_database(app, asked) * 1000)

            def look_until(day: Any = day) -> None:
                # Somebody who said nothing: all of a stretch is looked through.
                look_for(who, Sought(person_id=person + 1, until=day), seen.one(who, room.uid))

            with app.test_request_context():
                asked = asked_by(app, look_until)
            searched.append(at_the_database(app, asked) * 1000)
        report.add(
            Figure(
                f"a page of a search without words in a room of {MILLION:,} messages, p95",
                p95(searched),
                "ms",
                limit=SEARCH_LIMIT,
                note=f"median {median(searched):.2f} ms; nobody's messages before 40 days",
            )
        )
        report.add(
            Figure(
                f"a room of {MILLION:,} messages opened at any day, p95",
                p95(times),
                "ms",
                limit=OPEN_LIMIT,
                note=f"median {median(times):.2f} ms; 40 days",
            )
        )
        with app.app_context():
            db.engine.dispose()


def _row(room: int, person: int, first: datetime, number: int) -> dict[str, Any]:
    return {
        "uid": uuid6.uuid7(),
        "room_id": room,
        "seq": number,
        "sender_id": person,
        "sender_name": "佐藤 葵",
        "sender_unit": "総務課",
        "created_at": first + timedelta(days=DAYS * number / MILLION),
        "key": str(number),
        "text": f"{number}件目の連絡です。確認をお願いします。",
    }
