"""What becomes of each line of a ledger: who is meant, whether the facility is open and free, what has it.

What fits is in the way of the lines after it. Call `Judge.lock` before `judge` to write by what it says.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, select

from groupware import clock
from groupware.actor import Actor
from groupware.capabilities import Span
from groupware.db import BIGINT, fetch
from groupware.directory.models import Person
from groupware.directory.queries.pasted import resolve_names
from groupware.errors import Invalid
from groupware.i18n import gettext, lazy_pgettext
from groupware.plugin import Text
from groupware.text.folding import fold
from plugins.facility.enums import Status
from plugins.facility.ledger import COLUMNS, DAY_MINUTES, day_of, quantity_of, times_of
from plugins.facility.queries.bookings import Hold, entered
from plugins.facility.queries.facilities import Filter, Place, seen
from plugins.facility.queries.finding import has_room, is_open
from plugins.facility.services.checking import Wanted, taken
from plugins.facility.services.locking import locked
from plugins.facility.services.plans import CONTACT_LENGTH, TITLE_LENGTH
from plugins.facility.tables import Judged, Line, Unreadable

MOST_PLACES = 20_000
FARTHEST = timedelta(days=3 * 366)
"""A day further off is taken for a slip of the year."""
NAME_LENGTH = 100

_names = select(Person.id, Person.display_name).where(
    Person.id.in_(bindparam("people", type_=BIGINT, expanding=True))
)


class Outcome(StrEnum):
    """What becomes of a line."""

    FITS = "fits"
    ENTERED = "entered"
    REFUSED = "refused"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return OUTCOME_LABELS[self]


OUTCOME_LABELS = {
    Outcome.FITS: lazy_pgettext("ledger", "Can be booked"),
    Outcome.ENTERED: lazy_pgettext("ledger", "Booked already"),
    Outcome.REFUSED: lazy_pgettext("ledger", "Cannot be booked"),
}


@dataclass(frozen=True, slots=True)
class Entry(Judged[Outcome]):
    """A line with what becomes of it. `wanted` is what it asks for, as far as it could be read."""

    wanted: Wanted | None = None
    user_id: int | None = None
    user_name: str = ""
    """Of somebody who works here the name of the directory, else as written."""


@dataclass(frozen=True, slots=True)
class Report:
    """Every line of a table, and how many became bookings."""

    lines: Sequence[Entry]
    added: int = 0

    def of(self, outcome: Outcome) -> list[Entry]:
        """The lines of one outcome."""
        return [one for one in self.lines if one.outcome is outcome]


class Judge:
    """Says of each line in its turn what becomes of it; what fits is in the way of the lines after it."""

    def __init__(self, actor: Actor, *, with_closed: bool) -> None:
        self.actor = actor
        self.with_closed = with_closed
        self.places = self._by_name(seen(actor, Filter(with_retired=True), MOST_PLACES))
        self.people: Mapping[str, int] = {}
        self.names: Mapping[int, str] = {}
        self.requests: list[Hold] = []
        """What waits for a decision at the facilities of the lines."""
        self.holds: dict[tuple[int, int], list[Hold]] = defaultdict(list)
        self.known: dict[tuple[object, ...], int] = {}

    @staticmethod
    def _by_name(places: Sequence[Place]) -> dict[str, list[Place]]:
        """Facilities by their name, and by it with the building or the group before it."""
        found: dict[str, list[Place]] = defaultdict(list)
        for one in places:
            for words in dict.fromkeys(
                (one.name, f"{one.building}{one.name}", f"{one.group_name}{one.name}")
            ):
                found[fold(words, spaces="remove")].append(one)
        return found

    def lock(self, lines: Sequence[Line]) -> None:
        """Keep everybody else away from the facilities that the lines name."""
        named = {self._key(line) for line in lines}
        uids = {one.uid for key in named for one in self.places.get(key, ()) if one.can_decide}
        self.places = {key: self.places.get(key, []) for key in named}
        locked(self.actor, uids)

    def judge(self, lines: Sequence[Line]) -> list[Entry]:
        """The lines in their order."""
        self.people = resolve_names({name for line in lines if (name := line.cells.get("user", ""))})
        if self.people:
            rows = fetch(_names, {"people": list(self.people.values())})
            self.names = {row.id: row.display_name for row in rows}
        read = [self._read(line) for line in lines]
        wanted = [one.wanted for one in read if one.wanted is not None]
        if wanted:
            self._remember(wanted)
        return [self._settled(one) for one in read]

    @staticmethod
    def _key(line: Line) -> str:
        return fold(line.cells.get("facility", ""), spaces="remove")

    def _read(self, line: Line) -> Entry:
        try:
            place = self._place(line)
            day, times, quantity = day_of(line), times_of(line), quantity_of(line)
        except Unreadable as error:
            return _refused(line, _unreadable_words(line, str(error.args[0])))
        except Invalid as error:
            return _refused(line, error.message)
        whole = (0, DAY_MINUTES) if place.terms.is_always_open else (place.terms.opens, place.terms.closes)
        begins, ends = whole if times.begins is None or times.ends is None else (times.begins, times.ends)
        midnight = clock.midnight(day)
        span = Span(midnight + timedelta(minutes=begins), midnight + timedelta(minutes=ends))
        fault = self._fault(line, place, span)
        if fault:
            return _refused(line, fault)
        user = line.cells.get("user", "")
        user_id = self.people.get(user)
        return Entry(
            line,
            Outcome.FITS,
            wanted=Wanted(place, span, quantity),
            user_id=user_id,
            user_name=self.names[user_id] if user_id is not None else user,
        )

    def _place(self, line: Line) -> Place:
        found = self.places.get(self._key(line), [])
        name = line.cells.get("facility", "")
        own = [one for one in found if one.can_decide]
        if not found:
            raise Invalid(gettext("There is no facility “%(name)s”.", name=name))
        if not own:
            raise Invalid(gettext("You do not decide on %(facility)s.", facility=name))
        in_use = [one for one in own if not one.is_retired]
        if not in_use:
            raise Invalid(gettext("%(facility)s is not in use any more.", facility=name))
        if len(in_use) > 1:
            raise Invalid(
                gettext(
                    "Several facilities are called “%(name)s”. Please write the building before the name.",
                    name=name,
                )
            )
        return in_use[0]

    def _fault(self, line: Line, place: Place, span: Span) -> Text:
        title, user, contact = (line.cells.get(name, "") for name in ("title", "user", "contact"))
        if line.cells.get("state", "") in {str(one.label) for one in (Status.REQUESTED, Status.OFFERED)}:
            return gettext("This booking is not confirmed. A ledger brings in confirmed ones alone.")
        if not title:
            return gettext("Please enter the purpose.")
        for name, text, limit in (
            ("title", title, TITLE_LENGTH),
            ("user", user, NAME_LENGTH),
            ("contact", contact, CONTACT_LENGTH),
        ):
            if len(text) > limit:
                return gettext(
                    "%(column)s: at most %(limit)d characters (now %(length)d).",
                    column=COLUMNS[name],
                    limit=limit,
                    length=len(text),
                )
        if span.ends_at <= span.starts_at:
            return gettext("The end must lie after the beginning.")
        if abs(span.starts_at - self.actor.now) > FARTHEST:
            return gettext("The day is more than three years away. Is the year right?")
        if not self.with_closed and not is_open(place, span):
            return gettext(
                "%(facility)s is open from %(opens)s to %(closes)s.",
                facility=place.name,
                opens=f"{place.terms.opens // 60}:{place.terms.opens % 60:02d}",
                closes=f"{place.terms.closes // 60}:{place.terms.closes % 60:02d}",
            )
        return ""

    def _remember(self, wanted: Sequence[Wanted]) -> None:
        """What is booked around the times of the lines, by facility and day."""
        found = entered(
            {one.place.id for one in wanted},
            min(one.busy_from for one in wanted),
            max(one.busy_until for one in wanted),
        )
        for hold, title, holds in found:
            if holds:
                self._hold(hold)
            if hold.status == Status.REQUESTED:
                self.requests.append(hold)
            else:
                self.known[hold.facility_id, hold.starts_at, hold.ends_at, title, hold.user_name] = 0

    def _hold(self, hold: Hold) -> None:
        for day in _days(hold.busy_from, hold.busy_until):
            self.holds[hold.facility_id, day].append(hold)

    def _settled(self, one: Entry) -> Entry:
        if one.wanted is None:
            return one
        wanted, place = one.wanted, one.wanted.place
        title, name = one.line.cells["title"], one.user_name
        key = (place.id, wanted.span.starts_at, wanted.span.ends_at, title, name)
        if key in self.known:
            before = self.known[key]
            reason = gettext("As line %(number)d", number=before) if before else ""
            return replace(one, outcome=Outcome.ENTERED, reason=reason)
        around = {
            id(hold): hold
            for day in _days(wanted.busy_from, wanted.busy_until)
            for hold in self.holds.get((place.id, day), ())
            if wanted.overlaps(hold)
        }
        others = list(around.values())
        if not has_room(place, others, wanted.span, wanted.quantity):
            return replace(one, outcome=Outcome.REFUSED, reason=self._why(wanted, others))
        self.known[key] = one.line.number
        self._hold(_hold_of(one))
        return one

    def _why(self, wanted: Wanted, others: Sequence[Hold]) -> Text:
        (clash,) = taken(self.actor, {wanted: others})
        before = next((-hold.id for hold in others if hold.id < 0), None)
        if before is not None and wanted.place.is_exclusive:
            return gettext(
                "Line %(number)d has %(facility)s at this time.",
                number=before,
                facility=wanted.place.name,
            )
        return clash.message


def _refused(line: Line, reason: Text) -> Entry:
    return Entry(line, Outcome.REFUSED, reason)


def _unreadable_words(line: Line, column: str) -> Text:
    return gettext(
        "%(column)s: “%(text)s” cannot be read.", column=COLUMNS[column], text=line.cells.get(column, "")
    )


def _days(starts_at: datetime, ends_at: datetime) -> Iterator[int]:
    """The days of UTC that a time touches."""
    return iter(range(starts_at.toordinal(), ends_at.toordinal() + 1))


def _hold_of(one: Entry) -> Hold:
    """A line that fits as what keeps the ones after it out; its id is its number, negative."""
    assert one.wanted is not None
    wanted = one.wanted
    return Hold(
        id=-one.line.number,
        facility_id=wanted.place.id,
        reservation_id=0,
        busy_from=wanted.busy_from,
        busy_until=wanted.busy_until,
        quantity=wanted.quantity,
        status=Status.CONFIRMED.value,
        use=wanted.use.value,
        starts_at=wanted.span.starts_at,
        ends_at=wanted.span.ends_at,
        user_name=one.user_name,
        unit_id=None,
    )
