"""When the entries of a calendar take place: events, tasks and notes with their repetitions (RFC 4791, 9.9).

A rule is followed by `groupware.calendar.recurrence`, which is bounded by what is asked, whatever the rule says.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from groupware import clock
from groupware.calendar.recurrence import Recurrence, RecurrenceError, check, last_day, occurrences
from groupware.i18n import gettext
from plugins.schedule.icalendar.moments import (
    UnreadableError,
    instant_of,
    moment_of,
    rule_of,
    wall_of,
    walls_of,
    zone_of,
)

COMPONENTS: Final = ("VEVENT", "VTODO", "VJOURNAL")
FIRST: Final = datetime(1900, 1, 1, tzinfo=UTC)
LAST: Final = datetime(2199, 12, 31, tzinfo=UTC)
"""Nothing takes place outside of these."""
MOST_TIMES: Final = 10_000
"""Times of one series that are looked at for one question."""
_SHORTEST: Final = timedelta(minutes=1)
_MOST_REPEATS: Final = 50


@dataclass(frozen=True, slots=True)
class Happening:
    """One time of an entry: `original` is its wall-clock start by the rule, None for what happens once."""

    component: Any
    starts_at: datetime
    ends_at: datetime
    original: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A component with its times. Without a beginning and an end where it says none."""

    component: Any
    zone: str
    starts_at: datetime | None
    ends_at: datetime | None
    is_day: bool

    def overlaps(self, since: datetime, until: datetime, shift: timedelta = timedelta(0)) -> bool:
        """Whether it has a moment in [`since`, `until`), by the tables of the standard, when it is later by `shift`."""
        starts = self.starts_at + shift if self.starts_at is not None else None
        ends = self.ends_at + shift if self.ends_at is not None else None
        if self.component.name == "VTODO":
            return _task_overlaps(self.component, starts, ends, since, until)
        if starts is None:
            return False
        if ends is None or ends == starts:
            return since <= starts < until
        return since < ends and starts < until


@dataclass(slots=True)
class Timeline:
    """The times of everything in one text with one UID."""

    entries: list[Entry]
    master: Entry | None = None
    recurrence: Recurrence | None = None
    changed: set[datetime] = field(default_factory=set)

    def happenings(self, since: datetime, until: datetime) -> Iterator[Happening]:
        """What has a moment in [`since`, `until`): changed occurrences first, then the series. At most `MOST_TIMES`."""
        for entry in self.entries:
            if entry is self.master and self.recurrence is not None:
                continue
            if entry.overlaps(since, until):
                yield _happening(entry, timedelta(0), None)
        if self.master is None or self.recurrence is None or self.master.starts_at is None:
            return
        # What has no length, and boundaries that count for tasks, are decided below.
        some = occurrences(self.recurrence, since - _SHORTEST, until + _SHORTEST, MOST_TIMES)
        for one in some:
            if one.original in self.changed:
                continue
            shift = one.starts_at - self.master.starts_at
            if self.master.overlaps(since, until, shift):
                yield _happening(self.master, shift, one.original)

    def alarms(self, alarm: Any, since: datetime, until: datetime) -> Iterator[datetime]:
        """When an alarm of one of the components goes off in [`since`, `until`)."""
        trigger = getattr(alarm.get("TRIGGER"), "dt", None)
        owner = next(one for one in self.entries if any(alarm is inner for inner in one.component.walk()))
        for again in _repeats(alarm):
            if isinstance(trigger, datetime):
                at = instant_of(trigger, owner.zone) + again
                if since <= at < until:
                    yield at
            elif isinstance(trigger, timedelta):
                is_end = str(alarm["TRIGGER"].params.get("RELATED", "")).upper() == "END"
                yield from self._related(owner, trigger + again, is_end, since, until)

    def _related(
        self, owner: Entry, offset: timedelta, is_end: bool, since: datetime, until: datetime
    ) -> Iterator[datetime]:
        anchor = owner.ends_at if is_end else owner.starts_at
        if anchor is None:
            return
        is_series = owner is self.master and self.recurrence is not None
        if not is_series or owner.starts_at is None or self.recurrence is None:
            if since <= anchor + offset < until:
                yield anchor + offset
            return
        for one in occurrences(self.recurrence, since - offset, until - offset + _SHORTEST, MOST_TIMES):
            at = anchor + (one.starts_at - owner.starts_at) + offset
            if one.original not in self.changed and since <= at < until:
                yield at

    def bounds(self) -> tuple[datetime, datetime]:
        """Within these everything takes place; wide where a repetition has no last day or a task no time."""
        first, last = LAST, FIRST
        for entry in self.entries:
            begin, end = _bounds(entry)
            first, last = min(first, begin), max(last, end)
        if self.recurrence is not None:
            day = last_day(self.recurrence)
            length = self.recurrence.length + timedelta(days=2)
            last = max(last, clock.midnight(day) + length if day is not None else LAST)
            first = min(
                first, *(one.replace(tzinfo=UTC) - timedelta(days=2) for one in self.recurrence.days), LAST
            )
            if self.recurrence.days and not self.recurrence.rule:
                last = LAST
        return max(first, FIRST), min(last, LAST)


def timeline(components: list[Any]) -> Timeline:
    """The times of the components of one UID. Raises UnreadableError."""
    entries = [_entry(one) for one in components]
    found = Timeline(entries)
    found.master = next((one for one in entries if "RECURRENCE-ID" not in one.component), None)
    zone = (found.master or entries[0]).zone
    for one in entries:
        if "RECURRENCE-ID" in one.component:
            found.changed.add(_minute(wall_of(moment_of(one.component["RECURRENCE-ID"]), zone)))
    if found.master is not None:
        try:
            found.recurrence = _recurrence(found.master)
        except RecurrenceError:
            raise UnreadableError(gettext("This repetition is not understood."), code="rules") from None
    return found


def _happening(entry: Entry, shift: timedelta, original: datetime | None) -> Happening:
    starts = entry.starts_at or entry.ends_at or FIRST
    return Happening(entry.component, starts + shift, (entry.ends_at or starts) + shift, original)


def _minute(wall: datetime) -> datetime:
    return wall.replace(second=0, microsecond=0)


def _entry(one: Any) -> Entry:
    starts = moment_of(one["DTSTART"]) if "DTSTART" in one else None
    due = one.get("DUE" if one.name == "VTODO" else "DTEND")
    ends = moment_of(due) if due is not None else None
    named = starts if starts is not None else ends
    zone = zone_of(named) if isinstance(named, datetime) else clock.DEFAULT_ZONE.key
    is_day = starts is not None and not isinstance(starts, datetime)
    starts_at = instant_of(starts, zone) if starts is not None else None
    ends_at = instant_of(ends, zone) if ends is not None else None
    if ends_at is None and starts_at is not None:
        length = getattr(one.get("DURATION"), "dt", None)
        if isinstance(length, timedelta):
            ends_at = _later(starts_at, length)
        elif is_day and one.name != "VTODO":
            ends_at = _later(starts_at, timedelta(days=1))
    if any(at is not None and not FIRST <= at <= LAST for at in (starts_at, ends_at)):
        raise UnreadableError(gettext("Please enter a date between 1900 and 2199."), code="time")
    return Entry(one, zone, starts_at, ends_at, is_day)


def _later(at: datetime, length: timedelta) -> datetime:
    try:
        return at + length
    except OverflowError:
        raise UnreadableError(gettext("An event lasts a year at most."), code="time") from None


def _recurrence(master: Entry) -> Recurrence | None:
    rule = master.component.get("RRULE")
    if isinstance(rule, list):
        raise RecurrenceError("unknown_rule")
    text, days = rule_of(rule), tuple(walls_of(master.component.get("RDATE"), master.zone))
    begins = master.starts_at or master.ends_at
    if (not text and not days) or begins is None:
        return None
    starts = wall_of(begins, master.zone)
    length = (master.ends_at or begins) - begins
    found = Recurrence(
        zone=master.zone,
        starts=starts,
        length=max(length, _SHORTEST),
        rule=text,
        days=(*(() if text else (starts,)), *map(datetime.fromisoformat, days)),
        left_out=frozenset(
            map(datetime.fromisoformat, walls_of(master.component.get("EXDATE"), master.zone))
        ),
    )
    check(found)
    return found


def _repeats(alarm: Any) -> list[timedelta]:
    """How much later than its trigger an alarm goes off, each time."""
    number, pause = alarm.get("REPEAT"), getattr(alarm.get("DURATION"), "dt", None)
    found = [timedelta(0)]
    if isinstance(number, int) and isinstance(pause, timedelta) and pause > timedelta(0):
        found += [pause * turn for turn in range(1, min(number, _MOST_REPEATS) + 1)]
    return found


def _bounds(entry: Entry) -> tuple[datetime, datetime]:
    named = [at for at in (entry.starts_at, entry.ends_at) if at is not None]
    if not named and entry.component.name == "VTODO":
        done, made = (_stamp(entry.component, name) for name in ("COMPLETED", "CREATED"))
        named = [at for at in (done, made) if at is not None]
        if not named:
            return FIRST, LAST
        if done is None:
            return min(named), LAST
    if not named:
        return LAST, FIRST
    return min(named), max(named)


def _stamp(component: Any, name: str) -> datetime | None:
    at = getattr(component.get(name), "dt", None)
    return instant_of(at, "UTC") if isinstance(at, datetime) else None


def _task_overlaps(
    task: Any, starts: datetime | None, ends: datetime | None, since: datetime, until: datetime
) -> bool:
    if starts is not None and ends is not None and "DUE" not in task:
        return since <= ends and (until > starts or until >= ends)
    if starts is not None and ends is not None:
        return (since < ends or since <= starts) and (until > starts or until >= ends)
    if starts is not None:
        return since <= starts < until
    if ends is not None:
        return since < ends <= until
    done, made = _stamp(task, "COMPLETED"), _stamp(task, "CREATED")
    if done is not None and made is not None:
        return (since <= made or since <= done) and (until >= made or until >= done)
    if done is not None:
        return since <= done <= until
    return made is None or until > made
