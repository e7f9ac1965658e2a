"""Whether a wish can be met: first what the facility's terms say, then whether somebody else has the time.

Call it with the facilities locked; then what it says stays true until the unit of work ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from groupware import clock
from groupware.actor import Actor
from groupware.capabilities import Clash, Clashes, Span
from groupware.directory.tree import org_tree
from groupware.errors import Denied
from groupware.i18n import gettext, ngettext
from plugins.facility.enums import Use
from plugins.facility.permissions import MODERATE
from plugins.facility.queries.bookings import Hold, holding, number_to_come
from plugins.facility.queries.facilities import Place
from plugins.facility.queries.finding import has_room
from plugins.facility.rules import LONGEST_POSSIBLE
from plugins.facility.words import day_words, span_words

SHOWN = 3
"""Reasons that the sentence of a refusal names."""


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """One facility at one time, with the pauses that its terms ask for."""

    place: Place
    span: Span
    quantity: int
    use: Use = Use.USE

    @property
    def busy_from(self) -> datetime:
        """From when on it holds the facility; a blocking needs no pauses."""
        if self.use is Use.BLOCKING:
            return self.span.starts_at
        return self.span.starts_at - timedelta(minutes=self.place.terms.before)

    @property
    def busy_until(self) -> datetime:
        """Until when."""
        if self.use is Use.BLOCKING:
            return self.span.ends_at
        return self.span.ends_at + timedelta(minutes=self.place.terms.after)

    def overlaps(self, hold: Hold) -> bool:
        """Whether the two have a moment in common."""
        return hold.busy_from < self.busy_until and hold.busy_until > self.busy_from


def check_in_of(actor: Actor, one: Wanted, *, is_confirmed: bool) -> dict[str, datetime | None]:
    """What a booking says about check-in. Whoever books a time that has begun stands at the door already."""
    is_over = one.span.ends_at <= actor.now
    if not is_confirmed or is_over or not one.place.terms.wants_check_in or one.use is Use.BLOCKING:
        return {"check_in_by": None}
    if one.span.starts_at <= actor.now:
        return {"check_in_by": None, "checked_in_at": actor.now}
    return {"check_in_by": one.span.starts_at + timedelta(minutes=one.place.terms.grace)}


def require_bookable(actor: Actor, places: Iterable[Place]) -> None:
    """Raise Denied, naming whom to ask, for a facility that the actor may neither book nor request."""
    for place in places:
        if not place.can_book and not place.is_retired:
            unit = org_tree(actor.today).path_name(place.unit_id)
            raise Denied(
                gettext(
                    "You cannot book %(facility)s. Please ask the managing organisation (%(unit)s).",
                    facility=place.name,
                    unit=" ".join(part for part in (unit, place.contact) if part) or gettext("not entered"),
                ),
                object_type="facility.facility",
                object_id=place.id,
                unit_id=place.unit_id,
            )


def require_deciding(places: Iterable[Place]) -> None:
    """Raise Denied for a facility on which whoever looks does not decide."""
    for place in places:
        if not place.can_decide:
            raise Denied(
                gettext("Your permissions do not include this."),
                permission=MODERATE,
                object_type="facility.facility",
                object_id=place.id,
                unit_id=place.unit_id,
            )


def refused_by_terms(actor: Actor, wanted: Sequence[Wanted], user_id: int | None) -> list[Clash]:
    """What the terms of the facilities do not allow. Those who decide on a facility are not bound by them."""
    found = refused_by_times(actor, wanted)
    per_facility: dict[int, list[Wanted]] = {}
    for one in wanted:
        per_facility.setdefault(one.place.id, []).append(one)
    for several in per_facility.values():
        place = several[0].place
        limit = place.terms.per_person
        if not limit or place.can_decide:
            continue
        if number_to_come(user_id, place.id, actor.now) + len(several) > limit:
            message = ngettext(
                "%(facility)s: one person may have %(num)d booking to come.",
                "%(facility)s: one person may have %(num)d bookings to come.",
                limit,
                facility=place.name,
            )
            found.append(_clash(several[0], "limit", message))
    return found


def refused_by_times(actor: Actor, wanted: Sequence[Wanted]) -> list[Clash]:
    """The same of the times alone, for what is no further booking."""
    faults = [(one, _fault(actor, one)) for one in wanted]
    return [_clash(one, *fault) for one, fault in faults if fault is not None]


def _fault(actor: Actor, one: Wanted) -> tuple[str, str] | None:
    place, span, terms = one.place, one.span, one.place.terms
    if place.is_retired:
        return "retired", gettext("%(facility)s is not in use any more.", facility=place.name)
    length = (span.ends_at - span.starts_at) // timedelta(minutes=1)
    if length > LONGEST_POSSIBLE and one.use is not Use.BLOCKING:
        return "length", gettext("A booking lasts 31 days at most.")
    if place.can_decide:
        return None
    if span.ends_at <= actor.now:
        return "past", gettext(
            "%(time)s is over. Please choose a time to come.", time=span_words(span.starts_at, span.ends_at)
        )
    last = actor.today + timedelta(days=terms.window_days)
    if clock.local(span.starts_at).date() > last:
        return "window", gettext(
            "%(facility)s can be booked until %(day)s.",
            facility=place.name,
            day=day_words(clock.midnight(last)),
        )
    return _shape_fault(one, length)


def _shape_fault(one: Wanted, length: int) -> tuple[str, str] | None:
    place, terms = one.place, one.place.terms
    if length < terms.shortest:
        return "length", gettext(
            "%(facility)s is booked for %(minutes)d minutes at least.",
            facility=place.name,
            minutes=terms.shortest,
        )
    if length > terms.longest:
        return "length", gettext(
            "%(facility)s is booked for %(minutes)d minutes at most.",
            facility=place.name,
            minutes=terms.longest,
        )
    first, last = clock.local(one.span.starts_at), clock.local(one.span.ends_at)
    if any((at.hour * 60 + at.minute) % terms.unit or at.second or at.microsecond for at in (first, last)):
        return "unit", gettext(
            "%(facility)s is booked in steps of %(minutes)d minutes.",
            facility=place.name,
            minutes=terms.unit,
        )
    begins = first.hour * 60 + first.minute
    ends = begins + length
    if not terms.is_always_open and (begins < terms.opens or ends > terms.closes):
        return "closed", gettext(
            "%(facility)s is open from %(opens)s to %(closes)s.",
            facility=place.name,
            opens=f"{terms.opens // 60}:{terms.opens % 60:02d}",
            closes=f"{terms.closes // 60}:{terms.closes % 60:02d}",
        )
    return None


def in_the_way(
    wanted: Sequence[Wanted], *, of: int | None = None, but: int | None = None
) -> dict[Wanted, list[Hold]]:
    """For each wish that finds no room what has it. Bookings `of` this reservation, and this one, are in nobody's way."""
    holds = _held_around(wanted)
    found: dict[Wanted, list[Hold]] = {}
    for one in wanted:
        others = [
            hold
            for hold in holds.get(one.place.id, ())
            if hold.reservation_id != of and hold.id != but and one.overlaps(hold)
        ]
        is_kept_out = one.use is Use.BLOCKING and bool(others)
        if is_kept_out or not has_room(one.place, others, one.span, one.quantity):
            found[one] = others
    return found


def _held_around(wanted: Sequence[Wanted]) -> Mapping[int, list[Hold]]:
    if not wanted:
        return {}
    return holding(
        {one.place.id for one in wanted},
        min(one.busy_from for one in wanted),
        max(one.busy_until for one in wanted),
    )


def taken(actor: Actor, blocked: Mapping[Wanted, Sequence[Hold]]) -> list[Clash]:
    """The clashes in words: who has the facility at the time that was wished."""
    return [_clash(one, "taken", _taken_words(actor, one, holds)) for one, holds in blocked.items()]


def _taken_words(actor: Actor, one: Wanted, holds: Sequence[Hold]) -> object:
    place = one.place
    if not place.is_exclusive and not any(hold.use == Use.BLOCKING for hold in holds):
        return gettext(
            "Of %(facility)s there are not %(number)d left at %(time)s.",
            facility=place.name,
            number=one.quantity,
            time=span_words(one.span.starts_at, one.span.ends_at),
        )
    hold = holds[0]
    time = span_words(hold.starts_at, hold.ends_at)
    if hold.use == Use.BLOCKING:
        return gettext("%(facility)s cannot be used at %(time)s.", facility=place.name, time=time)
    unit = org_tree(actor.today).get(hold.unit_id)
    who = " ".join(part for part in (unit.name if unit is not None else "", hold.user_name) if part)
    return gettext("%(facility)s is booked at %(time)s (%(who)s).", facility=place.name, time=time, who=who)


def refusal(clashes: Sequence[Clash]) -> Clashes:
    """The error that says why not everything can be had."""
    words = [clash.message for clash in clashes[:SHOWN]]
    if len(clashes) > SHOWN:
        words.append(ngettext("%(num)d more", "%(num)d more", len(clashes) - SHOWN))
    return Clashes(" ".join(words), clashes)


def _clash(one: Wanted, code: str, message: object) -> Clash:
    return Clash(
        facility=one.place.uid,
        name=one.place.name,
        starts_at=one.span.starts_at,
        ends_at=one.span.ends_at,
        code=code,
        message=str(message),
    )
