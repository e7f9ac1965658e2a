"""What a date poll asks of whom, and whether it may be asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert

from groupware import rules
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.picking import parse_principals
from groupware.errors import Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from groupware.text.folding import fold
from plugins.schedule.models import Poll, PollAnswer, PollInvited, PollRespondent
from plugins.schedule.queries.events import names
from plugins.schedule.queries.polls import respondents_of
from plugins.schedule.rules import MOST_PEOPLE
from plugins.schedule.services.content import (
    EARLIEST,
    GUEST_LENGTH,
    LATEST,
    MOST_GUESTS,
    PLACE_LENGTH,
    TITLE_LENGTH,
    people_of,
)

MOST_SLOTS = 40
TEXT_LENGTH = 2000
LONGEST = timedelta(days=31)
FURTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is asked of whom. `slots` are pairs of beginning and end; principals are values of the picker."""

    title: str
    slots: tuple[tuple[datetime, datetime], ...]
    participants: tuple[str, ...]
    answer_by: datetime
    guests: tuple[str, ...] = ()
    place: str = ""
    text: str = ""
    holds: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """A poll that may be asked: its plan as it will be stored, and the ids that it names."""

    plan: Plan
    principals: tuple[int, ...]
    people: tuple[int, ...]


def checked(actor: Actor, plan: Plan, unit_id: int | None, *, is_new: bool = True) -> Checked:
    """Raises Invalid with the fields at fault. Slots of a poll that stands already may be over."""
    plan = Plan(
        title=" ".join(plan.title.split()),
        slots=tuple(sorted(set(plan.slots))),
        participants=tuple(dict.fromkeys(plan.participants)),
        answer_by=plan.answer_by,
        guests=tuple(dict.fromkeys(name for one in plan.guests if (name := " ".join(one.split())))),
        place=" ".join(plan.place.split()),
        text=plan.text.replace("\r\n", "\n").strip(),
        holds=plan.holds,
    )
    faults = dict(_faults(actor, plan, is_new=is_new))
    chosen = [one.id for one in parse_principals(plan.participants, actor)]
    people = people_of(chosen, actor)
    limit = int(rules.value(MOST_PEOPLE, unit_id))
    if not people and not plan.guests:
        faults["participants"] = gettext("Please choose who is asked.")
    elif len(people) > limit:
        faults["participants"] = gettext(
            "At most %(limit)s people are asked (now %(number)s).", limit=limit, number=len(people)
        )
    if faults:
        raise Invalid(gettext("Some entries need your attention."), fields=faults)
    words = {"title": plan.title, "place": plan.place, "text": plan.text, "guests": " ".join(plan.guests)}
    texts.require_clean(actor, unit_id, words)
    return Checked(plan, tuple(chosen), tuple(people))


def _faults(actor: Actor, plan: Plan, *, is_new: bool) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if not plan.title:
        found.append(("title", gettext("Please enter the title.")))
    for name, limit in (("title", TITLE_LENGTH), ("place", PLACE_LENGTH), ("text", TEXT_LENGTH)):
        if (length := len(getattr(plan, name))) > limit:
            found.append(
                (name, gettext("At most %(limit)d characters (now %(length)d).", limit=limit, length=length))
            )
    if not 0 < len(plan.slots) <= MOST_SLOTS:
        found.append(("slots", gettext("Please propose between 1 and %(limit)d dates.", limit=MOST_SLOTS)))
    for begins, ends in plan.slots:
        if ends <= begins:
            found.append(("slots", gettext("The end must be after the beginning.")))
        elif ends - begins > LONGEST or not EARLIEST <= begins < LATEST:
            found.append(
                ("slots", gettext("A proposed date lasts %(days)d days at most.", days=LONGEST.days))
            )
        elif is_new and begins <= actor.now:
            found.append(("slots", gettext("Please propose dates that are still to come.")))
    if plan.answer_by <= actor.now or plan.answer_by > actor.now + FURTHEST:
        found.append(("answer_by", gettext("Please choose a deadline within a year from now.")))
    if len(plan.guests) > MOST_GUESTS or any(len(one) > GUEST_LENGTH for one in plan.guests):
        fault = gettext(
            "At most %(number)d guests, each with at most %(limit)d characters.",
            number=MOST_GUESTS,
            limit=GUEST_LENGTH,
        )
        found.append(("guests", fault))
    return found


def put(poll: Poll, plan: Plan) -> None:
    """Write what it says."""
    for name in ("title", "place", "text", "answer_by", "holds"):
        setattr(poll, name, getattr(plan, name))
    poll.search_text = fold(f"{plan.title} {plan.place} {plan.text}", spaces="remove")


def put_people(poll: Poll, found: Checked) -> None:
    """Who is asked; who stays keeps what they answered."""
    session.execute(delete(PollInvited).where(PollInvited.poll_id == poll.id))
    if found.principals:
        session.execute(
            insert(PollInvited),
            [{"poll_id": poll.id, "principal_id": key, "place": n} for n, key in enumerate(found.principals)],
        )
    known = {
        (one.is_guest, one.name if one.is_guest else one.person_id): one for one in respondents_of(poll.id)
    }
    named = names(found.people)
    wanted: list[tuple[bool, int | str, str]] = [
        (False, person, named[person].display_name) for person in found.people if person in named
    ]
    wanted += [(True, name, name) for name in found.plan.guests]
    for place, (is_guest, key, name) in enumerate(wanted):
        one = known.pop((is_guest, key), None)
        if one is None:
            one = PollRespondent(
                poll_id=poll.id, is_guest=is_guest, person_id=key if isinstance(key, int) else None, name=name
            )
            session.add(one)
        one.place = place
    for one in known.values():
        session.execute(delete(PollAnswer).where(PollAnswer.respondent_id == one.id))
        session.delete(one)
    session.flush()
