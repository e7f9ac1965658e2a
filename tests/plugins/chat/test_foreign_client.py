"""A foreign client is written from docs/realtime.md alone: its tables are what is declared, and what really happens fits them."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from groupware import clock
from groupware.actor import system
from groupware.db import session, unit
from groupware.events.models import Event
from groupware.worker import Worker
from plugins.chat.enums import ReviewDecision, Role
from plugins.chat.events import EVENTS, READ_SIGNAL, TOPIC
from plugins.chat.expressions import ReactionKind
from plugins.chat.services import (
    members,
    messages,
    notes,
    pins,
    reactions,
    reading,
    reminding,
    rooms,
    scheduling,
    tasks,
    webhooks,
)
from plugins.chat.services.notes import NotePlan
from plugins.chat.services.rooms import RoomPlan
from plugins.chat.services.scheduling import Later
from plugins.chat.services.tasks import TaskPlan
from tests.plugins.chat.conftest import Office
from tests.plugins.chat.test_year_end import FEBRUARY, decide, run

PAGE = Path(__file__).parents[3] / "docs" / "realtime.md"
TYPES = {
    "integer": lambda value: type(value) is int,
    "integer or null": lambda value: value is None or type(value) is int,
    "text": lambda value: type(value) is str,
    "boolean": lambda value: type(value) is bool,
    "list of integers": lambda value: type(value) is list and all(type(one) is int for one in value),
    "list of texts": lambda value: type(value) is list and all(type(one) is str for one in value),
}
"""What the page calls the values."""


def described(what: str) -> dict[str, dict[str, str]]:
    """Name → field → type, from the table that begins with `what`."""
    chapter = PAGE.read_text(encoding="utf-8").partition("## The chat\n")[2].partition("\n## ")[0]
    table = chapter.partition(f"| {what} | field | type | meaning |\n")[2].partition("\n\n")[0]
    found: dict[str, dict[str, str]] = {}
    for line in table.splitlines()[1:]:
        name, field, kind, _ = (cell.strip().strip("`") for cell in line.strip("|").split("|"))
        if name:
            found[name] = {}
        found[list(found)[-1]][field] = kind
    return found


def fits(payload: dict[str, Any], fields: dict[str, str]) -> bool:
    """Whether it has exactly these fields, each of its type."""
    return set(payload) == set(fields) and all(TYPES[kind](payload[name]) for name, kind in fields.items())


def test_the_page_lists_the_events_that_are_declared() -> None:
    wanted = {kind.id: set(kind.fields) for kind in EVENTS}
    assert {name: set(fields) for name, fields in described("event").items()} == wanted


def test_what_happens_fits_what_the_page_says(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    signals: list[dict[str, Any]] = []
    monkeypatch.setattr(reading, "publish", signals.extend)
    room = office.open()
    first = office.say(office.owner, room)
    office.say(office.member, room, reply_to=first.uid)
    office.say(office.owner, room, "@全員 集合", mentions=["all"])
    talk = office.write(rooms.direct, office.owner, office.outsider).uid
    office.say(office.owner, talk)
    office.write(messages.edit, office.owner, room, first.uid, "直しました。")
    for is_set in (True, False):
        office.write(reactions.react, office.member, room, first.uid, next(iter(ReactionKind)), is_set=is_set)
    office.write(pins.pin, office.owner, room, first.uid)
    office.write(messages.delete, office.owner, room, first.uid)
    office.write(members.add, office.owner, room, office.people(office.outsider), Role.READER)
    version = office.view(office.owner, room).version
    office.write(
        rooms.change, office.owner, room, RoomPlan("新しい名前", unit_id=office.shelter), version=version
    )
    office.write(notes.write, office.owner, room, NotePlan("朝会", "本日の予定", clock.today()))
    plan = TaskPlan("名簿", [f"person:{office.member}"], clock.today() + timedelta(days=1))
    task = office.write(tasks.make, office.owner, room, plan)
    with office.app.app_context(), unit("write"):
        reminding.remind(system("job"))
    office.write(tasks.finish, office.member, room, task)
    later = Later(text="九時に集合です。", due_at=clock.now() + timedelta(hours=1), key="later")
    office.write(scheduling.schedule, office.member, room, later)
    secret = office.write(webhooks.make, office.owner, room, "庁舎管理システム", "", 30).secret
    program, said = office.app.test_client(), {"text": "空調が停止しました。", "key": "1"}
    assert program.post(f"/chat/webhooks/{secret}", json=said).status_code == 201
    ending = office.open(name="終わる計画", ends_on=date(2027, 3, 31))
    for at in (FEBRUARY, FEBRUARY + timedelta(days=45)):
        run(office, at)
    decide(office, office.owner, (ending, ReviewDecision.HAND_OVER), at=FEBRUARY, heir=office.outsider)
    office.write(rooms.archive, office.owner, room)
    assert program.post(f"/chat/webhooks/{secret}", json=said | {"key": "2"}).status_code == 409
    with clock.frozen(later.due_at):
        Worker(office.app).run_due()
    office.write(reading.read_to, office.reader, room, 2)
    events = described("event")
    with office.app.app_context(), unit("read"):
        happened = session.query(Event).filter(Event.kind.like("chat.%")).all()
        assert {one.kind for one in happened} == set(events)
        assert [one.payload for one in happened if not fits(one.payload, events[one.kind])] == []
        named = {name for one in happened for name in one.payload.get("changed", ())}
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in named)
    read = described("signal")
    assert set(read) == {READ_SIGNAL}
    assert signals
    for one in signals:
        assert re.fullmatch(rf"{re.escape(TOPIC)}\.\d+", one["topic"])
        assert fits(one["payload"], read[one["signal"]]), one
