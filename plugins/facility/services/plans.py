"""What somebody wants to book: one frozen value from a form, a call or another plugin, and what is wrong with its words."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise

from sqlalchemy import select

from groupware.actor import Actor
from groupware.capabilities import Span, Wish
from groupware.db import session
from groupware.directory.models import Person
from groupware.errors import Invalid
from groupware.guards import texts
from groupware.i18n import gettext

TITLE_LENGTH = 100
NOTE_LENGTH = 1000
CONTACT_LENGTH = 100
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
MOST_WISHES = 50
MOST_TIMES = 400
MOST_BOOKINGS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Facilities at times, for somebody, for a purpose. `user_id` None is the actor."""

    title: str
    wishes: Sequence[Wish]
    times: Sequence[Span]
    note: str = ""
    user_id: int | None = None
    contact: str = ""
    is_private: bool = False
    takes_precedence: bool = False
    """Displace the bookings that are in the way, where the actor may."""
    takes_what_is_free: bool = False
    """Leave out the times at which not everything can be had, and keep them as skipped."""
    leaves_out: Collection[datetime] = frozenset()
    """Beginnings of times that may be left out in the same way, and no others."""
    exchanges: Mapping[tuple[uuid.UUID, datetime], uuid.UUID] = field(default_factory=dict)
    """(facility, beginning of a time) → the facility to take instead."""
    is_blocking: bool = False
    """Let nobody in at these times (利用停止); for those who decide on the facilities."""
    rule: str = ""
    """The RRULE that the times were found by, if they repeat."""
    holidays: str = "keep"


@dataclass(frozen=True, slots=True)
class User:
    """For whom a facility is."""

    id: int | None
    name: str


def is_sensible(moment: datetime) -> bool:
    """Whether a moment can be reckoned with: nobody books in other centuries, and clocks end somewhere."""
    return EARLIEST <= moment <= LATEST


def checked(actor: Actor, plan: Plan) -> Plan:
    """The plan with tidy words, wishes and times, each once and in order. Raises Invalid with the fields at fault."""
    faults = _word_faults(plan)
    wishes = {wish.facility: wish for wish in plan.wishes}
    times = sorted(set(plan.times))
    if not wishes:
        faults["facilities"] = gettext("Please choose a facility.")
    if any(wish.quantity < 1 for wish in wishes.values()):
        faults["facilities"] = gettext("Please enter how many you need.")
    if not times:
        faults["starts_at"] = gettext("Please enter a time.")
    if any(one.ends_at <= one.starts_at for one in times):
        faults["ends_at"] = gettext("The end must lie after the beginning.")
    elif any(not is_sensible(moment) for one in times for moment in (one.starts_at, one.ends_at)):
        faults["starts_at"] = gettext("Please enter a time between the years 2000 and 2100.")
    if any(after.starts_at < before.ends_at for before, after in pairwise(times)):
        faults["starts_at"] = gettext("Two of the times overlap.")
    if len(wishes) > MOST_WISHES or len(times) > MOST_TIMES or len(wishes) * len(times) > MOST_BOOKINGS:
        faults["facilities"] = gettext(
            "These are too many bookings at once. Please take fewer facilities or times."
        )
    _refuse(actor, plan, faults)
    return replace(
        plan,
        title=" ".join(plan.title.split()),
        note=plan.note.strip(),
        contact=" ".join(plan.contact.split()),
        wishes=tuple(wishes.values()),
        times=tuple(times),
    )


def checked_words(actor: Actor, plan: Plan) -> None:
    """As `checked`, of the words alone."""
    _refuse(actor, plan, _word_faults(plan))


def _word_faults(plan: Plan) -> dict[str, object]:
    faults: dict[str, object] = {}
    if not plan.title.strip():
        faults["title"] = gettext("Please enter the purpose.")
    for name, text, limit in (
        ("title", plan.title, TITLE_LENGTH),
        ("note", plan.note, NOTE_LENGTH),
        ("contact", plan.contact, CONTACT_LENGTH),
    ):
        if len(text) > limit:
            faults[name] = gettext(
                "This may have %(limit)d characters (now %(length)d).", limit=limit, length=len(text)
            )
    return faults


def _refuse(actor: Actor, plan: Plan, faults: dict[str, object]) -> None:
    if faults:
        raise Invalid(gettext("Some entries need your attention."), fields=faults)
    texts.require_clean(
        actor, actor.unit_id, {"title": plan.title, "note": plan.note, "contact": plan.contact}
    )


def user_of(actor: Actor, plan: Plan) -> User:
    """The person that it is for. Raises Invalid for nobody who works here."""
    if plan.user_id is None or plan.user_id == actor.person_id:
        return User(actor.person_id, actor.display_name)
    row = session.execute(
        select(Person.id, Person.display_name).where(Person.id == plan.user_id, Person.left_on > actor.today)
    ).one_or_none()
    if row is None:
        raise Invalid(
            gettext("Some entries need your attention."),
            fields={"user": gettext("This person does not work here. Please choose somebody else.")},
        )
    return User(row.id, row.display_name)
