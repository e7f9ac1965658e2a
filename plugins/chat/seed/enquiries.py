"""Enquiry desks of a few sections, what was asked there, and the house rules that everybody has seen."""

import random
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from groupware import search
from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.caches import bump
from groupware.calendar.holidays import is_working_day
from groupware.demo.context import DemoContext, DemoPerson, DemoUnit
from groupware.rules.models import RuleValue
from groupware.rules.queries import CACHE as RULES
from plugins.chat.enums import MESSAGE, Role, RoomKind
from plugins.chat.models import Desk, Enquiry, KnownRules, Member, Message, Place, Room
from plugins.chat.rules import HOUSE_RULES
from plugins.chat.services.house_rules import digest_of

TEXTS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "enquiries.toml").read_text(encoding="utf-8"))
RETENTION = 3


def seed_enquiries(context: DemoContext) -> None:
    """In the unit of work of the demo, after the rooms."""
    _write_house_rules(context)
    rng = context.rng("chat-enquiries")
    for wanted in TEXTS["desk"]:
        unit = context.find(wanted["unit"])
        people = [one for one in unit.people if not one.is_on_leave] if unit is not None else []
        if unit is not None and people:
            _Desk(context, rng, unit, people).open(wanted)


def _write_house_rules(context: DemoContext) -> None:
    text = TEXTS["house_rules"].strip()
    officer = context.duties["function_administrator", context.root.id][0]
    day = context.april(1)
    row = {"rule": HOUSE_RULES, "unit_id": None, "value": text, "effective_from": day, "set_by": officer.id}
    context.insert(RuleValue, [row | {"set_at": context.at(day - timedelta(20), 15)}])
    bump(RULES)
    seen = {"digest": digest_of(text), "seen_at": context.at(day, 9)}
    context.insert(KnownRules, [{"person_id": one.id, **seen} for one in context.people])


class _Desk:
    """One desk being filled."""

    def __init__(
        self, context: DemoContext, rng: random.Random, unit: DemoUnit, people: list[DemoPerson]
    ) -> None:
        self.context, self.rng, self.unit, self.people = context, rng, unit, people
        (self.id,) = context.take_ids(Desk, 1)
        self.opened_at = context.at(context.april(1), 9)

    def open(self, wanted: dict[str, Any]) -> None:
        self.context.insert(
            Desk,
            [
                {
                    "id": self.id,
                    "uid": self.context.uid(self.rng, self.opened_at),
                    "unit_id": self.unit.id,
                    "welcome": wanted["welcome"],
                    "opened_at": self.opened_at,
                    "opened_by": self.people[0].id,
                    "version": 1,
                }
            ],
        )
        others = [
            one for one in self.context.own_people if not one.is_on_leave and self.unit not in one.unit.line()
        ]
        for number, enquiry in enumerate(wanted["enquiries"], 1):
            self._ask(enquiry, self.rng.choice(others), number)

    def _ask(self, enquiry: dict[str, Any], asker: DemoPerson, days_ago: int) -> None:
        (room_id,) = self.context.take_ids(Room, 1)
        day = self.context.today - timedelta(days=days_ago)
        while not is_working_day(day):
            day -= timedelta(days=1)
        at = self.context.at(day, 10, self.rng.randint(0, 50))
        begun = at
        above = self.unit.parent
        clerk = self.rng.choice(self.people)
        messages: list[dict[str, Any]] = []
        for seq, line in enumerate(enquiry["talk"], 1):
            letter, _, text = line.partition(": ")
            is_answer = letter == "S"
            at += timedelta(minutes=self.rng.randint(5, 40))
            uid = self.context.uid(self.rng, at)
            messages.append(
                {
                    "uid": uid,
                    "room_id": room_id,
                    "seq": seq,
                    "sender_id": clerk.id if is_answer else asker.id,
                    "sender_name": self.unit.name if is_answer else asker.name,
                    "sender_unit": (above.name if above is not None else "")
                    if is_answer
                    else asker.unit.name,
                    "created_at": at,
                    "key": uid.hex,
                    "text": text,
                }
            )
        self._write(room_id, enquiry, asker, clerk, begun, messages)

    def _write(
        self,
        room_id: int,
        enquiry: dict[str, Any],
        asker: DemoPerson,
        clerk: DemoPerson,
        begun: Any,
        messages: list[dict[str, Any]],
    ) -> None:
        last_at, is_closed = messages[-1]["created_at"], enquiry.get("is_closed", False)
        room = {
            "id": room_id,
            "uid": self.context.uid(self.rng, begun),
            "kind": RoomKind.ENQUIRY.value,
            "name": enquiry["subject"],
            "purpose": "",
            "unit_id": self.unit.id,
            "is_open": False,
            "created_by": asker.id,
            "created_at": begun,
            "last_seq": len(messages),
            "last_at": last_at,
            "retention_years": RETENTION,
            "archived_at": last_at if is_closed else None,
            "archived_by": asker.id if is_closed else None,
        }
        self.context.insert(Room, [room])
        asked = {"asker_id": asker.id, "asker_name": asker.name, "asker_unit": asker.unit.name}
        self.context.insert(Enquiry, [{"room_id": room_id, "desk_id": self.id, **asked}])
        sides = ((PrincipalKind.PERSON, asker.id), (PrincipalKind.UNIT_TREE, self.unit.id))
        self.context.insert(
            Member,
            [
                {
                    "room_id": room_id,
                    "principal_id": principal(kind, ref).id,
                    "role": Role.MEMBER.value,
                    "added_at": begun,
                    "added_by": asker.id,
                }
                for kind, ref in sides
            ],
        )
        for row, key in zip(messages, self.context.take_ids(Message, len(messages)), strict=True):
            row["id"] = key
        self.context.insert(Message, messages)
        search.index(MESSAGE, [row["id"] for row in messages])
        self.context.insert(
            Place,
            [
                {
                    "person_id": one.id,
                    "room_id": room_id,
                    "read_seq": seq,
                    "read_at": last_at,
                    "left_off_seq": seq,
                }
                for one in (asker, clerk)
                if (seq := max((m["seq"] for m in messages if m["sender_id"] == one.id), default=0))
            ],
        )


__all__ = ["seed_enquiries"]
