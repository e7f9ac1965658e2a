"""Whom an iCalendar text means: attendees become participants and guests, and the actor's own line an answer."""

from dataclasses import dataclass

from groupware.actor import Actor
from groupware.directory.picking import parse_principals
from plugins.schedule.icalendar.parts import Attendee, Part
from plugins.schedule.queries import programs
from plugins.schedule.services.content import GUEST_LENGTH, MOST_GUESTS, Content, people_of
from plugins.schedule.services.telling import address_of, guest_address


@dataclass(frozen=True, slots=True)
class Meeting:
    """Who takes part, as `Content` says it."""

    participants: tuple[str, ...]
    guests: tuple[str, ...]


def meeting(
    actor: Actor, part: Part, before: Part | None, organiser_id: int, stored: Content | None = None
) -> Meeting | None:
    """Who takes part by a text; None where it changes nothing of that.

    People of the directory are known by their mail address or uid. Everybody else is a guest by name. Units that were invited
    stay invited as long as nobody is taken out of them.
    """
    said = {one.address: one for one in part.attendees}
    known = {one.address: one for one in before.attendees} if before is not None else {}
    if said.keys() == known.keys():
        return None
    found = programs.people_of_addresses(said.keys() | known.keys())
    added = {found[one] for one in said.keys() - known.keys() if one in found}
    gone = {found[one] for one in known.keys() - said.keys() if one in found}
    guests = list(stored.guests) if stored is not None else []
    leaving = {guest_address(name) for name in guests} & (known.keys() - said.keys())
    guests = [name for name in guests if guest_address(name) not in leaving]
    guests += [
        name
        for one in said.keys() - known.keys()
        if one not in found and (name := _name(said[one])) not in guests
    ]
    return Meeting(_participants(actor, stored, added, gone, organiser_id), tuple(guests[:MOST_GUESTS]))


def _participants(
    actor: Actor, stored: Content | None, added: set[int], gone: set[int], organiser_id: int
) -> tuple[str, ...]:
    chosen = list(stored.participants) if stored is not None else []
    for person in gone:
        if f"person:{person}" in chosen:
            chosen.remove(f"person:{person}")
        elif any(not one.startswith("person:") for one in chosen):
            principals = [one.id for one in parse_principals(chosen)]
            chosen = [f"person:{one}" for one in people_of(principals, actor) if one != person]
    mine = f"person:{organiser_id}"
    if added - {organiser_id} and not chosen:
        chosen.append(mine)
    chosen += [f"person:{one}" for one in sorted(added)]
    return tuple(dict.fromkeys(chosen)) if set(chosen) != {mine} else ()


def _name(one: Attendee) -> str:
    return (one.name or one.address.removeprefix("mailto:"))[:GUEST_LENGTH]


def own_answer(actor: Actor, part: Part) -> str | None:
    """What the text says that the actor has answered; None where they are not in it."""
    assert actor.person_id is not None, "only people have calendars"
    if not part.attendees:
        return None
    me = programs.people([actor.person_id]).get(actor.person_id)
    if me is None:
        return None
    mine = {address_of(me), f"urn:uuid:{me.uid}"}
    for one in part.attendees:
        if one.address in mine or programs.uid_of_address(one.address) == me.uid:
            return one.partstat
    return None
