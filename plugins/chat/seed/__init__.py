"""The chat of a sample municipality: a room for every section, projects across them, talks of two.

The larger the municipality, the fewer days. Everybody has read nearly everything, as people have.
"""

import random
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any

from groupware import search
from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.calendar.fiscal import fiscal_year, fiscal_year_range
from groupware.calendar.holidays import is_working_day
from groupware.demo.context import DemoContext, DemoPerson, DemoUnit
from plugins.chat.enums import MESSAGE, Role, RoomKind
from plugins.chat.models import Bookmark, Member, Mention, Message, Pin, Place, Reaction, Room, UnitRoom
from plugins.chat.seed.enquiries import seed_enquiries
from plugins.chat.seed.extras import Named, bookmarks, forwarded, pins, reactions
from plugins.chat.seed.files import attach, files_of
from plugins.chat.seed.guests import seed_guests
from plugins.chat.seed.notes import NOTE_DAYS, seed_notes
from plugins.chat.seed.reviews import seed_reviews
from plugins.chat.seed.scheduled import seed_scheduled
from plugins.chat.seed.tasks import seed_tasks
from plugins.chat.seed.templates import seed_templates
from plugins.chat.seed.webhooks import System, system_of

TEXTS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))
DAYS = {"village": 12, "city": 6, "kobe": 3}
"""Working days of talk before today."""
PROJECT_PEOPLE = 12
RETENTION = 3
AT_ONCE = 500
REACTED = 3
TALKATIVE = 100
"""So many of the sample people have a room of their own and a talk with somebody near them."""

Chosen = tuple[PrincipalKind, int, Role]


@dataclass(slots=True)
class _Talk:
    """A room that is being filled."""

    room: dict[str, Any]
    chosen: list[Chosen]
    people: list[DemoPerson]
    messages: list[dict[str, Any]] = field(default_factory=list)


def seed(context: DemoContext) -> None:
    """Rooms, members, messages and who has read them, in the unit of work of the demo."""
    chat = _Chat(context)
    chat.fill()
    sections = [talk for talk in chat.talks if talk.chosen[0][0] is PrincipalKind.UNIT_TREE]
    seed_notes(context, [(talk.room["id"], talk.people) for talk in sections], chat.days[-NOTE_DAYS:])
    busy = [talk for talk in chat.talks if talk.room["unit_id"] is not None]
    seed_tasks(context, [(talk.room["id"], talk.people, talk.messages) for talk in busy])
    seed_enquiries(context)
    seed_guests(context)
    seed_scheduled(context, TEXTS["scheduled"])
    seed_templates(context, TEXTS["template"])
    ending = [talk.room["id"] for talk in busy if talk.room["ends_on"] is not None]
    seed_reviews(context, ending)


class _Chat:
    def __init__(self, context: DemoContext) -> None:
        self.context = context
        self.rng = context.rng("chat")
        self.talks: list[_Talk] = []
        self.unit_rooms: list[dict[str, Any]] = []
        self.systems: list[System] = []
        self.named = Named()
        self.days = _working_days(context.today, DAYS[context.size.name])
        self.begun = context.at(self.days[0], 8, 30)

    def fill(self) -> None:
        for unit in self.context.units:
            is_whole = unit.parent is None
            if len(unit.people) >= self.context.size.smallest_section and not (
                is_whole or unit.is_affiliated
            ):
                self._section(unit)
        for project in TEXTS["project"]:
            self._project(project)
        self._forward()
        self._automatic()
        for _, person in self.context.samples[:TALKATIVE]:
            self._own_talks(person)
        self._write()

    # ---- Rooms ----

    def _section(self, unit: DemoUnit) -> None:
        chosen: list[Chosen] = [
            (PrincipalKind.UNIT_TREE, unit.id, Role.MEMBER),
            (PrincipalKind.PERSON, unit.people[0].id, Role.OWNER),
        ]
        talk = self._room(RoomKind.ROOM, unit.name, unit.staff(), chosen, unit=unit)
        talk.room["purpose"] = "日々の連絡に使います。挨拶文は不要です。"
        self.unit_rooms.append(
            {"unit_id": unit.id, "room_id": talk.room["id"], "name": unit.name, "opened_at": self.begun}
        )
        for day in self.days:
            self._say(talk, self.rng.choice(TEXTS["section"]), day, self.rng.randint(9, 16))

    def _project(self, project: dict[str, Any]) -> None:
        staff = self.context.own_people
        people = self.rng.sample(staff, min(PROJECT_PEOPLE, len(staff)))
        samples = [one for _, one in self.context.samples if one not in people and one in staff]
        people += samples[: PROJECT_PEOPLE // 2]
        chosen: list[Chosen] = [
            (PrincipalKind.PERSON, one.id, Role.OWNER if not number else Role.MEMBER)
            for number, one in enumerate(people)
        ]
        talk = self._room(RoomKind.ROOM, project["name"], people, chosen, unit=people[0].unit)
        talk.room |= {"purpose": project["purpose"], "is_open": project["is_open"]}
        if "kept_for" in project:
            talk.room |= {"kept_for": project["kept_for"], "retention_years": project["kept_for"]}
        if project.get("ends_this_year"):
            _, following = fiscal_year_range(fiscal_year(self.context.today))
            talk.room["ends_on"] = following - timedelta(days=1)
        for lines, day in zip(project["talks"], self.days[-len(project["talks"]) :], strict=False):
            self._say(talk, lines, day, self.rng.randint(9, 16))

    def _forward(self) -> None:
        """Somebody tells in another project what was said in an open one."""
        sources = [talk for talk in self.talks if talk.room["is_open"] and talk.messages]
        targets = [
            talk for talk in self.talks if talk.room["purpose"] and not talk.room["is_open"] and talk.messages
        ]
        if not sources or not targets:
            return
        source, target = sources[0], targets[-1]
        quoted, speaker = source.messages[0], target.people[0]
        at = max(target.messages[-1]["created_at"], quoted["created_at"]) + timedelta(minutes=6)
        if at > self.context.now:
            return
        comment = "関係しそうなので共有します。"
        row = self._message(target, speaker, f"{comment}\n\n{forwarded(quoted, source.room['name'])}", at)
        target.messages.append(row | {"quote_at": len(comment) + 2})

    def _automatic(self) -> None:
        """A system posts in the first project, and who opened the room answers for it."""
        talk = next((one for one in self.talks if one.room["is_open"] and one.messages), None)
        if talk is None:
            return
        system = system_of(self.context, TEXTS["webhook"], talk.room, talk.people[0], self.days)
        self.systems.append(system)
        talk.messages = sorted([*talk.messages, *system.messages], key=itemgetter("created_at"))
        for seq, row in enumerate(talk.messages, 1):
            row["seq"] = seq

    def _own_talks(self, person: DemoPerson) -> None:
        alone = self._room(
            RoomKind.OWN, person.name, [person], [(PrincipalKind.PERSON, person.id, Role.MEMBER)]
        )
        alone.room["direct_key"] = f"{person.id}:{person.id}"
        for text in TEXTS["own"]:
            self._say(alone, [f"A: {text}"], self.days[-2], 17)
        other = person.superior or next((one for one in person.unit.people if one is not person), None)
        if other is None:
            return
        low, high = sorted((person, other), key=lambda one: one.id)
        key = f"{low.id}:{high.id}"
        if any(talk.room["direct_key"] == key for talk in self.talks):
            return
        talk = self._room(
            RoomKind.DIRECT,
            f"{person.name}・{other.name}",
            [person, other],
            [(PrincipalKind.PERSON, one.id, Role.MEMBER) for one in (low, high)],
        )
        talk.room["direct_key"] = key
        self._say(talk, self.rng.choice(TEXTS["direct"]), self.days[-1], self.rng.randint(9, 15))

    def _room(
        self,
        kind: RoomKind,
        name: str,
        people: list[DemoPerson],
        chosen: list[Chosen],
        unit: DemoUnit | None = None,
    ) -> _Talk:
        (key,) = self.context.take_ids(Room, 1)
        talk = _Talk(
            {
                "id": key,
                "uid": self.context.uid(self.rng, self.begun),
                "kind": kind.value,
                "name": name,
                "purpose": "",
                "unit_id": unit.id if unit is not None else None,
                "is_open": False,
                "direct_key": None,
                "created_by": people[0].id,
                "created_at": self.begun,
                "kept_for": None,
                "ends_on": None,
                "retention_years": RETENTION,
            },
            chosen,
            people,
        )
        self.talks.append(talk)
        return talk

    def _say(self, talk: _Talk, lines: Sequence[str], day: date, hour: int) -> None:
        """One exchange: the letters before the lines are people of the room."""
        present = [one for one in talk.people if not one.is_on_leave] or talk.people
        speakers = self.rng.sample(present, min(3, len(present)))
        at = self.context.at(day, hour, self.rng.randint(0, 50))
        if talk.messages:
            at = max(at, talk.messages[-1]["created_at"] + timedelta(minutes=2))
        for line in lines:
            letter, _, text = line.partition(": ")
            speaker = speakers[(ord(letter) - ord("A")) % len(speakers)]
            at += timedelta(minutes=self.rng.randint(1, 9), seconds=self.rng.randint(0, 59))
            if at > self.context.now:
                return
            text, named = self.named.put(text, speakers)
            talk.messages.append(self._message(talk, speaker, text, at))
            self.named.note(talk.messages[-1], named)

    def _message(self, talk: _Talk, speaker: DemoPerson, text: str, at: datetime) -> dict[str, Any]:
        seq = len(talk.messages) + 1
        uid = self.context.uid(self.rng, at)
        return {
            "uid": uid,
            "room_id": talk.room["id"],
            "seq": seq,
            "sender_id": speaker.id,
            "sender_name": speaker.name,
            "sender_unit": speaker.unit.name,
            "created_at": at,
            "key": uid.hex,
            "file_count": 0,
            "quote_at": None,
            "webhook_id": None,
            "text": text,
        }

    # ---- Rows ----

    def _write(self) -> None:
        for talk in self.talks:
            talk.room["last_seq"] = len(talk.messages)
            talk.room["last_at"] = talk.messages[-1]["created_at"] if talk.messages else None
        self.context.insert(Room, [talk.room for talk in self.talks])
        self.context.insert(UnitRoom, self.unit_rooms)
        for system in self.systems:
            system.write(self.context)
        self.context.insert(Member, [row for talk in self.talks for row in self._members(talk)])
        messages = [row for talk in self.talks for row in talk.messages]
        for row, key in zip(messages, self.context.take_ids(Message, len(messages)), strict=True):
            row["id"] = key
        files = files_of(messages, TEXTS["file"])
        self.context.insert(Message, messages)
        self.context.insert(Mention, self.named.rows())
        self.context.insert(Reaction, list(self._reactions()))
        rng = self.context.rng("chat.pins")
        self.context.insert(
            Pin,
            [row for talk in self.talks for row in pins(rng, talk.messages, talk.people, self.context.now)],
        )
        readers = [person for _, person in self.context.samples[:TALKATIVE]]
        talks = [(talk.people, talk.messages) for talk in self.talks]
        self.context.insert(
            Bookmark, list(bookmarks(self.context.rng("chat.bookmarks"), readers, talks, self.context.now))
        )
        for start in range(0, len(messages), AT_ONCE):
            search.index(MESSAGE, [row["id"] for row in messages[start : start + AT_ONCE]])
        attach(files)
        self.context.insert(Place, [row for talk in self.talks for row in self._places(talk)])

    def _reactions(self) -> Iterator[dict[str, Any]]:
        """To the last things that were said in each room."""
        rng = self.context.rng("chat.reactions")
        for talk in self.talks:
            for message in talk.messages[-REACTED:] if len(talk.people) > 2 else ():
                yield from reactions(rng, message, talk.people, self.context.now)

    def _members(self, talk: _Talk) -> list[dict[str, Any]]:
        return [
            {
                "room_id": talk.room["id"],
                "principal_id": principal(kind, ref).id,
                "role": role.value,
                "added_at": self.begun,
                "added_by": talk.room["created_by"],
            }
            for kind, ref, role in talk.chosen
        ]

    def _places(self, talk: _Talk) -> list[dict[str, Any]]:
        rows = []
        for person in talk.people:
            own = (one for one in talk.messages if one["sender_id"] == person.id and not one["webhook_id"])
            said = max((one["seq"] for one in own), default=0)
            read = max(said, len(talk.messages) - _behind(self.rng))
            if read < 1 or person.is_on_leave:
                continue
            read_at = talk.messages[read - 1]["created_at"] + timedelta(minutes=self.rng.randint(0, 90))
            rows.append(
                {
                    "person_id": person.id,
                    "room_id": talk.room["id"],
                    "read_seq": read,
                    "read_at": min(read_at, self.context.now),
                    "left_off_seq": read,
                }
            )
        return rows


def _behind(rng: random.Random) -> int:
    """How many messages somebody has not read yet: mostly none."""
    return 0 if rng.random() < 0.7 else rng.randint(1, 4)


def _working_days(today: date, number: int) -> list[date]:
    """The last working days up to today, oldest first."""
    days: list[date] = []
    day = today
    while len(days) < number:
        if is_working_day(day):
            days.append(day)
        day -= timedelta(days=1)
    return days[::-1]
