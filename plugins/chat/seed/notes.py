"""The morning meetings of the sections of the sample municipality, written down in notes: those of the last week."""

import random
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from groupware import search
from groupware.demo.context import DemoContext, DemoPerson
from plugins.chat.enums import NOTE
from plugins.chat.models import Note, NoteRevision, NoteTemplate

NOTE_DAYS = 5
AT_ONCE = 500
LINES = 6
"""People who say in a note what they do on the day."""
TEXTS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))[
    "note"
]

Section = tuple[int, Sequence[DemoPerson]]
"""The id of a room, and the people of its section."""


def seed_notes(context: DemoContext, sections: Sequence[Section], days: Sequence[date]) -> None:
    """A template for each room, a note for each day, and what the last one said before somebody added a line."""
    rng = context.rng("chat.notes")
    templates, notes, revisions = [], [], []
    for room_id, people in sections:
        present = [one for one in people if not one.is_on_leave] or list(people)
        written = list(_notes(context, rng, room_id, present, days))
        templates.append(_template(context, room_id, present, days[0]))
        notes.extend(written)
        if written:
            revisions.append(_amended(written[-1], present[-1]))
    for row, key in zip(notes, context.take_ids(Note, len(notes)), strict=True):
        row["id"] = key
    for row in revisions:
        row["note_id"] = row.pop("note")["id"]
    context.insert(NoteTemplate, templates)
    context.insert(Note, notes)
    context.insert(NoteRevision, revisions)
    for start in range(0, len(notes), AT_ONCE):
        search.index(NOTE, [row["id"] for row in notes[start : start + AT_ONCE]])


def _notes(
    context: DemoContext,
    rng: random.Random,
    room_id: int,
    people: Sequence[DemoPerson],
    days: Sequence[date],
) -> Iterator[dict[str, Any]]:
    for day in days:
        at = context.at(day, 8, rng.randint(36, 50))
        writer = rng.choice(people)
        if at > context.now:
            return
        lines = [f"{one.name}: {rng.choice(TEXTS['work'])}" for one in people[:LINES]]
        yield {
            "uid": context.uid(rng, at),
            "room_id": room_id,
            "day": day,
            "title": TEXTS["title"],
            "text": _text(f"・{rng.choice(TEXTS['news'])}", lines, rng.choice(TEXTS["away"])),
            "created_at": at,
            "created_by": writer.id,
            "written_at": at,
            "written_by": writer.id,
            "written_by_name": writer.name,
            "version": 1,
        }


def _amended(note: dict[str, Any], person: DemoPerson) -> dict[str, Any]:
    """What a note says before a person changes it; the note itself goes on with what they add."""
    names = ("day", "title", "text", "written_at", "written_by", "written_by_name")
    before = {"note": note, **{name: note[name] for name in names}}
    note |= {
        "text": f"{note['text']}\n\n【追記】\n・コピー用紙は総務の棚に届いています。",
        "written_at": note["written_at"] + timedelta(minutes=7),
        "written_by": person.id,
        "written_by_name": person.name,
        "version": 2,
    }
    return before


def _template(context: DemoContext, room_id: int, people: Sequence[DemoPerson], day: date) -> dict[str, Any]:
    return {
        "room_id": room_id,
        "title": TEXTS["title"],
        "text": _text("・", [f"{one.name}: " for one in people[:LINES]], ""),
        "written_at": context.at(day, 8, 31),
        "written_by": people[0].id,
    }


def _text(news: str, lines: Sequence[str], away: str) -> str:
    return "\n".join(("【連絡】", news, "", "【本日の予定】", *lines, "", "【不在】", away)).rstrip()


__all__ = ["NOTE_DAYS", "seed_notes"]
