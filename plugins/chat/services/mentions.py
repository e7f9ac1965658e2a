"""Address a message to people, sections, or all of a room.

Whom a message names is kept as references beside its text. What merely looks like a mention is text: nobody is told, and nothing
is marked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from groupware import rules
from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.actor import Actor
from groupware.db import run, session
from groupware.directory.picking import Ref, parse_all
from groupware.directory.wall import without_wall
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.chat.enums import AddressAll, Role, RoomKind
from plugins.chat.models import Mention
from plugins.chat.queries.mentionable import EVERYBODY, everybody, label_of, members_among, units_among
from plugins.chat.queries.mentions import ALL
from plugins.chat.queries.outside import visitors
from plugins.chat.queries.rooms import RoomView
from plugins.chat.rules import ADDRESS_ALL

MOST = 20
"""People and sections that one message names."""
_KINDS = (PrincipalKind.PERSON, PrincipalKind.UNIT_TREE)
_insert = insert(Mention)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody whom a message is to name; `principal_id` is None for all who belong to the room."""

    principal_id: int | None
    label: str


def may_address_all(room: RoomView) -> bool:
    """Whether whoever opened the room may address everybody in it, by the rule of its organisation."""
    if room.kind is not RoomKind.ROOM or not room.may_send or room.role is None:
        return False
    chosen = rules.value(ADDRESS_ALL, room.unit_id)
    least = {AddressAll.MEMBERS.value: Role.MEMBER, AddressAll.MODERATORS.value: Role.MODERATOR}.get(chosen)
    return least is not None and room.role >= least


def addressees(actor: Actor, room: RoomView, values: Sequence[str], text: str) -> list[Addressee]:
    """Whom the values `person:77`, `unit_tree:12` and `all` mean, each of whom stands in the text behind an @.

    Raises Invalid for who does not belong to the room, for everybody where the rule does not allow it, for more than MOST, and
    for what the text does not name.
    """
    wanted = list(dict.fromkeys(values))
    if not wanted:
        return []
    if len(wanted) > MOST:
        raise _refusal(
            gettext("A message can be addressed to at most %(limit)d people and sections.", limit=MOST)
        )
    found: list[Addressee] = []
    if EVERYBODY in wanted:
        if not may_address_all(room):
            raise _refusal(gettext("In this room you may not address all members."))
        found.append(Addressee(None, everybody()))
    found += _known(actor, room, [value for value in wanted if value != EVERYBODY])
    for one in found:
        if f"@{one.label}" not in text:
            raise _refusal(gettext("The message does not say “@%(name)s”.", name=one.label))
    return found


def _known(actor: Actor, room: RoomView, values: Sequence[str]) -> list[Addressee]:
    if actor.is_guest:
        return _known_to_visitor(actor, room, values)
    refs = parse_all(values)
    outside = visitors(actor, room)
    labels = {ref: label_of(ref, outside) for ref in refs if ref.kind in _KINDS}
    people = members_among(actor, room, [ref.ref for ref in refs if ref.kind is PrincipalKind.PERSON])
    units = units_among(actor, room, [ref.ref for ref in refs if ref.kind is PrincipalKind.UNIT_TREE])
    found = []
    for ref in refs:
        label = labels.get(ref)
        if label is None:
            raise _refusal(gettext("This choice is not known."))
        if ref.ref not in (people if ref.kind is PrincipalKind.PERSON else units):
            raise _refusal(gettext("%(name)s does not belong to this room.", name=label))
        found.append(Addressee(_principal(ref), label))
    return found


def _known_to_visitor(actor: Actor, room: RoomView, values: Sequence[str]) -> list[Addressee]:
    """People of the room. Everybody else is refused in the same words: a name in them would tell who works here."""
    with without_wall():
        refs = parse_all(values)
        people = members_among(actor, room, [ref.ref for ref in refs if ref.kind is PrincipalKind.PERSON])
        outside = visitors(actor, room)
        labels = {
            ref: label_of(ref, outside)
            for ref in refs
            if ref.kind is PrincipalKind.PERSON and ref.ref in people
        }
    found = []
    for ref in refs:
        label = labels.get(ref)
        if label is None:
            raise _refusal(gettext("This choice is not known."))
        found.append(Addressee(_principal(ref), label))
    return found


def _principal(ref: Ref) -> int:
    return principal(ref.kind, ref.ref).id


def still_named(actor: Actor, room: RoomView, values: Sequence[str], text: str) -> list[str]:
    """Those of the values whose people, sections or everybody a text that was changed still names."""
    refs = parse_all([one for one in values if one != EVERYBODY])
    outside = visitors(actor, room) if refs else {}
    labels = {ref.value: label_of(ref, outside) for ref in refs}
    labels[EVERYBODY] = everybody()
    return [one for one in values if labels.get(one) and f"@{labels[one]}" in text]


def keep(room_id: int, message_id: int, chosen: Sequence[Addressee]) -> list[int]:
    """Write whom a new message names; returns what its event says of them."""
    rows = [
        {
            "room_id": room_id,
            "message_id": message_id,
            "principal_id": one.principal_id,
            "label": one.label[:200],
        }
        for one in chosen
    ]
    if rows:
        run(_insert, rows)
    return [ALL if one.principal_id is None else one.principal_id for one in chosen]


def renew(message_id: int, text: str) -> None:
    """Let go those whom an edited message does not name any more."""
    for one in session.scalars(select(Mention).where(Mention.message_id == message_id)):
        if f"@{one.label}" not in text:
            session.delete(one)


def drop(message_id: int) -> None:
    """Let go all whom a deleted message named."""
    session.execute(delete(Mention).where(Mention.message_id == message_id))


def _refusal(words: str) -> Invalid:
    return Invalid(words, code="mention", fields={"text": words})


__all__ = ["Addressee", "addressees", "drop", "keep", "may_address_all", "renew", "still_named"]
