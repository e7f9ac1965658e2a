"""A guest in a project of the sample municipality, and one who waits for approval."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from groupware import search
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.access.principals import principal, rebuild
from groupware.auth.tokens import digest
from groupware.caches import bump
from groupware.db import session
from groupware.demo.context import DemoContext
from groupware.directory.models import Person
from groupware.guests.models import Guest
from groupware.guests.services import NEVER_HERE
from groupware.rules.models import RuleValue
from groupware.rules.queries import CACHE as RULES
from plugins.chat.enums import MESSAGE, Inviting, Role
from plugins.chat.models import Member, Message, Place, Room
from plugins.chat.rules import GUESTS

ROOM = "防災訓練 実行委員会"
GUESTS_OF_ROOM = (("石川 渚", "みなと医療センター"), ("本田 修", "みなと防災システム株式会社"))


def seed_guests(context: DemoContext) -> None:
    """In the unit of work of the demo, after the rooms."""
    _allow(context)
    room = session.execute(
        select(Room.id, Room.uid, Room.unit_id, Room.last_seq, Principal.ref.label("owner_id"))
        .join(Member, Member.room_id == Room.id)
        .join(Principal, Principal.id == Member.principal_id)
        .where(
            Room.name == ROOM, Member.role == Role.OWNER.value, Principal.kind == PrincipalKind.PERSON.value
        )
    ).first()
    if room is None:
        return
    came, _ = people = _invite(context, room)
    rebuild(people)
    added = {"room_id": room.id, "role": Role.MEMBER.value, "added_by": room.owner_id}
    own = [principal(PrincipalKind.PERSON, one).id for one in people]
    context.insert(Member, [{**added, "principal_id": one, "added_at": context.now} for one in own])
    _speak(context, room, came)


def _invite(context: DemoContext, room: Any) -> Sequence[int]:
    """Numbers of the people. The first has used the code, the second waits for approval."""
    rng = context.rng("chat-guests")
    at = context.at(context.today - timedelta(days=3), 10)
    officer = context.duties["function_administrator", context.root.id][0]
    people = context.take_ids(Person, len(GUESTS_OF_ROOM))
    staff, invited = [], []
    for number, guest_id, (name, body) in zip(
        people, context.take_ids(Guest, len(people)), GUESTS_OF_ROOM, strict=True
    ):
        login, has_come = f"guest-demo{number:04d}", number == people[0]
        person = {
            "id": number,
            "uid": context.uid(rng, at),
            "staff_number": login,
            "display_name": name,
            "legal_name": name,
            "left_on": NEVER_HERE,
            "is_kept_by_hand": True,
            "employment_type": "guest",
        }
        guest = {
            "id": guest_id,
            "uid": context.uid(rng, at),
            "person_id": number,
            "login": login,
            "name": name,
            "body": body,
            "home": f"/chat/{room.uid}",
            "unit_id": room.unit_id,
            "invited_at": at,
            "invited_by": room.owner_id,
            "approved_at": at if has_come else None,
            "approved_by": officer.id if has_come else None,
            "ends_at": context.at(context.today + timedelta(days=31), 0),
            "code_digest": None if has_come else digest(context.uid(rng, at).hex),
            "is_device_bound": True,
        }
        staff.append(person)
        invited.append(guest)
    context.insert(Person, staff)
    context.insert(Guest, invited)
    return people


def _speak(context: DemoContext, room: Any, person_id: int) -> None:
    name, body = GUESTS_OF_ROOM[0]
    uid = context.uid(context.rng("chat-guest-message"), context.now)
    (message_id,) = context.take_ids(Message, 1)
    seq = room.last_seq + 1
    message = {
        "id": message_id,
        "uid": uid,
        "room_id": room.id,
        "seq": seq,
        "sender_id": person_id,
        "sender_name": name,
        "sender_unit": body,
        "created_at": context.now,
        "key": uid.hex,
        "text": "当日は救護所に医師2名、看護師4名が入ります。",
    }
    context.insert(Message, [message])
    search.index(MESSAGE, [message_id])
    read = {"read_seq": seq, "read_at": context.now, "left_off_seq": seq}
    context.insert(Place, [{"person_id": person_id, "room_id": room.id, **read}])
    session.execute(update(Room).where(Room.id == room.id).values(last_seq=seq, last_at=context.now))


def _allow(context: DemoContext) -> None:
    officer = context.duties["function_administrator", context.root.id][0]
    day = context.april(1)
    row = {
        "rule": GUESTS,
        "unit_id": None,
        "value": Inviting.APPROVED.value,
        "effective_from": day,
        "set_by": officer.id,
        "set_at": context.at(day - timedelta(20), 15),
    }
    context.insert(RuleValue, [row])
    bump(RULES)


__all__ = ["seed_guests"]
