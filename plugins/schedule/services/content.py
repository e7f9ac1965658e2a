"""What an event says, and whether it may be entered: the checks that page, call and import have in common."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from groupware import access, clock, rules
from groupware.access.models import PersonPrincipal
from groupware.actor import Actor
from groupware.attachments.queries import shown_files
from groupware.calendar.recurrence import HolidayRule, Recurrence, RecurrenceError, check
from groupware.db import holds_on, session
from groupware.directory.picking import parse_principals
from groupware.directory.queries.roll import roll
from groupware.directory.tree import org_tree
from groupware.errors import Invalid
from groupware.guards import labels, texts
from groupware.guards.enums import Label
from groupware.i18n import gettext
from plugins.schedule.enums import OWNER, Entering, Visibility
from plugins.schedule.models import Event
from plugins.schedule.permissions import MANAGE
from plugins.schedule.queries import events
from plugins.schedule.queries.kinds import offered
from plugins.schedule.queries.secretaries import may_act_for
from plugins.schedule.rules import ENTERING, MOST_PEOPLE

TITLE_LENGTH = 100
PLACE_LENGTH = 100
TEXT_LENGTH = 10_000
ADDRESS_LENGTH = 500
MOST_GUESTS = 50
GUEST_LENGTH = 100
LONGEST = timedelta(days=366)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that can be said of an event. Principals are values of the picker (`directory.picking`)."""

    title: str
    starts_at: datetime
    ends_at: datetime
    is_all_day: bool = False
    kind_id: int | None = None
    place: str = ""
    text: str = ""
    web_meeting: str = ""
    is_tentative: bool = False
    is_important: bool = False
    is_busy: bool = True
    visibility: Visibility = Visibility.EVERYONE
    viewers: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    calendar_unit_id: int | None = None
    engaged: tuple[str, ...] = ()
    """Whom an event in the calendar of an organisation makes busy, of those who belong to it."""
    rule: str = ""
    days: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    holidays: HolidayRule = "keep"
    zone: str = ""
    """Whose wall clock the repetition follows; empty for what the event has, or the municipality's."""
    classification: str = ""
    files: tuple[uuid.UUID, ...] | None = None
    """What is attached, in its order; None leaves it as it is."""

    @classmethod
    def of(cls, event: Event) -> "Content":
        """What a stored event says."""
        named = events.named(event.id)
        return cls(
            title=event.title,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            is_all_day=event.is_all_day,
            kind_id=event.kind_id,
            place=event.place,
            text=event.text,
            web_meeting=event.web_meeting,
            is_tentative=event.is_tentative,
            is_important=event.is_important,
            is_busy=event.is_busy,
            visibility=Visibility(event.visibility),
            viewers=named.viewers,
            participants=named.invited,
            guests=named.guests,
            calendar_unit_id=event.calendar_unit_id,
            engaged=named.engaged,
            rule=event.rule,
            days=tuple(event.days),
            left_out=tuple(event.left_out),
            holidays=holiday_rule(event.holidays),
            zone=event.zone,
            classification=event.classification,
            files=files_of(event),
        )

    def differences(self, other: "Content") -> list[str]:
        """Names of the fields that differ."""
        return [one.name for one in fields(self) if getattr(self, one.name) != getattr(other, one.name)]

    def recurrence(self) -> Recurrence | None:
        """How it happens again, or None where it happens once. Raises RecurrenceError."""
        return recurrence_of(self)


def recurrence_of(said: Content | Event) -> Recurrence | None:
    """How an event happens again, by its content or as it is stored; None where it happens once. Raises RecurrenceError."""
    if not said.rule and not said.days:
        return None
    zone = said.zone or clock.DEFAULT_ZONE.key
    starts = said.starts_at.astimezone(known_zone(zone)).replace(tzinfo=None)
    return Recurrence(
        zone=zone,
        starts=starts,
        length=said.ends_at - said.starts_at,
        rule=said.rule,
        days=(*(() if said.rule else (starts,)), *map(datetime.fromisoformat, said.days)),
        left_out=frozenset(map(datetime.fromisoformat, said.left_out)),
        holidays=holiday_rule(said.holidays),
    )


def known_zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name. Raises RecurrenceError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RecurrenceError("unknown_zone", name) from None


def files_of(event: Event) -> tuple[uuid.UUID, ...]:
    """The files that an event shows."""
    if not event.file_count:
        return ()
    return tuple(file.uid for file in shown_files(OWNER, [event.id])[event.id])


def holiday_rule(name: str) -> HolidayRule:
    """The holiday rule of that name; what nobody knows keeps the day."""
    known: dict[str, HolidayRule] = {"skip": "skip", "previous": "previous", "next": "next"}
    return known.get(name, "keep")


@dataclass(frozen=True, slots=True)
class Checked:
    """An event that may be entered: its content as it will be stored, and the ids that it names."""

    content: Content
    principals: tuple[int, ...]
    viewers: tuple[int, ...]
    people: tuple[int, ...]
    engaged: tuple[int, ...] = ()


def checked(
    actor: Actor, content: Content, *, unit_id: int | None, organiser_id: int, before: Content | None = None
) -> Checked:
    """Raises Invalid with the fields at fault, Denied where somebody's calendar is not open to the actor."""
    content = _tidied(content)
    faults = dict(_faults(content, unit_id, before))
    if faults:
        raise Invalid(gettext("Some entries need your attention."), fields=faults)
    texts.require_clean(
        actor,
        unit_id,
        {
            "title": content.title,
            "place": content.place,
            "text": content.text,
            "guests": " ".join(content.guests),
        },
    )
    _require_calendar(actor, content, before)
    chosen = [one.id for one in parse_principals(content.participants, actor)]
    engaged = [one.id for one in parse_principals(content.engaged, actor)]
    seeing = [one.id for one in parse_principals(content.viewers, actor)]
    people = people_of(chosen, actor)
    if not chosen and content.calendar_unit_id is None:
        people = [organiser_id]
    limit = int(rules.value(MOST_PEOPLE, unit_id))
    if len(people) > limit:
        fault = gettext(
            "An event has at most %(limit)s participants (now %(number)s). Use the calendar of an organisation instead.",
            limit=limit,
            number=len(people),
        )
        raise Invalid(fault, fields={"participants": fault})
    known = (
        set(people_of([one.id for one in parse_principals(before.participants)], actor)) if before else set()
    )
    require_open(actor, set(people) - known - {organiser_id})
    return Checked(content, tuple(chosen), tuple(seeing), tuple(people), tuple(engaged))


def people_of(principal_ids: Collection[int], actor: Actor) -> list[int]:
    """The people that principals are today, in 建制順."""
    if not principal_ids:
        return []
    statement = (
        select(PersonPrincipal.person_id)
        .where(
            PersonPrincipal.principal_id.in_(sorted(principal_ids)), holds_on(PersonPrincipal, actor.today)
        )
        .distinct()
    )
    place = roll().place
    return sorted(session.scalars(statement), key=lambda one: (place.get(one, len(place)), one))


def require_open(actor: Actor, people: Collection[int]) -> None:
    """Whether the actor may enter events into the calendars of these people. Raises Invalid, naming how many are closed."""
    if actor.is_system:
        return
    closed = [one for one in people if one != actor.person_id and not is_open(actor, one)]
    if closed:
        known = events.names(closed[:3])
        fault = gettext(
            "You may not enter events into the calendar of %(names)s. Please ask their section.",
            names=gettext(", ").join(known[one].display_name for one in closed[:3] if one in known),
        )
        raise Invalid(fault, code="calendar_closed", fields={"participants": fault})


def is_open(actor: Actor, person_id: int) -> bool:
    """Whether the rule of the person's organisation, or a grant, opens their calendar to the actor."""
    entry = roll().entries.get(person_id)
    unit_id = entry.unit_id if entry is not None else None
    who = Entering(rules.value(ENTERING, unit_id))
    if who is Entering.EVERYBODY:
        return True
    tree = org_tree()
    if who is Entering.BUREAU and tree.bureau(unit_id) == tree.bureau(actor.unit_id) is not None:
        return True
    if who is Entering.SECTION and unit_id is not None and unit_id == actor.unit_id:
        return True
    return may_act_for(actor, person_id)


def may_write_calendar(actor: Actor, unit_id: int) -> bool:
    """Whether the actor may enter events into the calendar of an organisation: their own, or by grant."""
    return actor.is_system or unit_id == actor.unit_id or access.can(actor, MANAGE, unit_id=unit_id)


def may_engage(actor: Actor, unit_id: int) -> bool:
    """Whether the actor may make people of an organisation busy by events in its calendar: by grant alone."""
    return actor.is_system or access.can(actor, MANAGE, unit_id=unit_id)


def _require_calendar(actor: Actor, content: Content, before: Content | None) -> None:
    unit_id = content.calendar_unit_id
    kept = before is not None and (before.calendar_unit_id, before.engaged) == (unit_id, content.engaged)
    if unit_id is not None and content.engaged and not kept and not may_engage(actor, unit_id):
        fault = gettext("You may not make people of this organisation busy.")
        raise Invalid(fault, code="engaged", fields={"engaged": fault})
    if unit_id is None or (before is not None and before.calendar_unit_id == unit_id):
        return
    if unit_id not in roll().tree or not may_write_calendar(actor, unit_id):
        fault = gettext("You may not enter events into the calendar of this organisation.")
        raise Invalid(fault, fields={"calendar_unit_id": fault})


def _tidied(content: Content) -> Content:
    values = {one.name: getattr(content, one.name) for one in fields(content)}
    for name in ("title", "place", "web_meeting"):
        values[name] = " ".join(values[name].split())
    values["zone"] = content.zone or clock.DEFAULT_ZONE.key
    values["text"] = content.text.replace("\r\n", "\n").strip()
    values["guests"] = tuple(name for one in content.guests if (name := " ".join(one.split())))
    values["participants"] = tuple(dict.fromkeys(content.participants))
    values["engaged"] = tuple(dict.fromkeys(content.engaged)) if content.calendar_unit_id is not None else ()
    values["viewers"] = (
        tuple(dict.fromkeys(content.viewers)) if content.visibility is Visibility.CHOSEN else ()
    )
    return Content(**values)


def _faults(content: Content, unit_id: int | None, before: Content | None) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if not content.title:
        found.append(("title", gettext("Please enter the title.")))
    for name, limit in (
        ("title", TITLE_LENGTH),
        ("place", PLACE_LENGTH),
        ("text", TEXT_LENGTH),
        ("web_meeting", ADDRESS_LENGTH),
    ):
        if (length := len(getattr(content, name))) > limit:
            fault = gettext("At most %(limit)d characters (now %(length)d).", limit=limit, length=length)
            found.append((name, fault))
    if content.web_meeting and urlsplit(content.web_meeting).scheme not in ("http", "https"):
        found.append(("web_meeting", gettext("Please enter an address that begins with https://.")))
    if len(content.guests) > MOST_GUESTS or any(len(one) > GUEST_LENGTH for one in content.guests):
        fault = gettext(
            "At most %(number)d guests, each with at most %(limit)d characters.",
            number=MOST_GUESTS,
            limit=GUEST_LENGTH,
        )
        found.append(("guests", fault))
    found += _time_faults(content)
    kept = before.kind_id if before is not None else None
    if content.kind_id not in (None, kept) and content.kind_id not in {kind.id for kind in offered(unit_id)}:
        found.append(("kind_id", gettext("Please choose another kind.")))
    if content.visibility is Visibility.CHOSEN and not content.viewers:
        found.append(("viewers", gettext("Please choose who sees the event.")))
    if content.classification not in ("", *Label):
        found.append(("classification", gettext("Please choose the confidentiality.")))
    return found


def _time_faults(content: Content) -> list[tuple[str, str]]:
    if content.ends_at <= content.starts_at:
        return [("ends_at", gettext("The end must be after the beginning."))]
    if content.ends_at - content.starts_at > LONGEST:
        return [("ends_at", gettext("An event lasts a year at most."))]
    if not EARLIEST <= content.starts_at < LATEST:
        return [("starts_at", gettext("Please enter a date between 1990 and 2099."))]
    try:
        known_zone(content.zone)
        recurrence = content.recurrence()
        if recurrence is not None:
            check(recurrence)
    except RecurrenceError as error:
        return [("rule", recurrence_fault(error.code))]
    except ValueError:
        return [("days", gettext("Please enter the dates as 2026-11-22, one a line."))]
    return []


def recurrence_fault(code: str) -> str:
    """Why a recurrence cannot be used, in words."""
    known = {
        "too_often": gettext("An event repeats once a day at most."),
        "interval": gettext("The interval between two occurrences is too long."),
        "too_long": gettext("An occurrence lasts a year at most."),
        "too_many_days": gettext("Too many dates were chosen."),
        "out_of_range": gettext("Please enter a date between 1990 and 2099."),
        "unknown_zone": gettext("The time zone of this event is not known."),
        "never": gettext("With this repetition the event never happens."),
    }
    return str(known.get(code, gettext("This repetition is not understood.")))


def following_the_time(content: Content, before: Content) -> Content:
    """A series that is moved leaves out the same occurrences as before, at their new time."""
    if content.left_out != before.left_out or content.starts_at == before.starts_at:
        return content
    return replace(content, left_out=tuple(moved_name(name, content, before) for name in content.left_out))


def moved_name(name: str, content: Content, before: Content) -> str:
    """What an occurrence is called once its series has moved."""
    moved = datetime.fromisoformat(name) + (_wall(content) - _wall(before))
    return moved.isoformat(timespec="minutes")


def _wall(content: Content) -> datetime:
    zone = known_zone(content.zone or clock.DEFAULT_ZONE.key)
    return content.starts_at.astimezone(zone).replace(tzinfo=None)


def label_of(content: Content, unit_id: int | None) -> str:
    """The information label of a new event."""
    return content.classification or labels.default(unit_id).value


__all__ = [
    "Checked",
    "Content",
    "checked",
    "following_the_time",
    "is_open",
    "label_of",
    "may_write_calendar",
    "moved_name",
    "people_of",
    "recurrence_fault",
    "recurrence_of",
    "require_open",
]
