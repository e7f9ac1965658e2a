"""The difference of duties: as the delivery states them, or, without a file of duties, what a transfer ends.

Whoever moves out of a unit does not take its duties along, so that the rights which hang on a duty end with it. A term
that merely runs out without a word on what follows ends nothing: the next delivery usually prolongs it.
"""

from collections import defaultdict
from datetime import date, timedelta

from groupware.db import FOREVER
from groupware.directory.delivery.difference_people import Wanted
from groupware.directory.delivery.difference_units import Chart
from groupware.directory.delivery.identity import Identity, Who
from groupware.directory.delivery.plan import DUTY_ENDING, DUTY_NEW, Change, Place, Plan
from groupware.directory.delivery.rows import Delivery, DutyRow
from groupware.directory.delivery.snapshot import HeldDuty, Snapshot
from groupware.directory.delivery.timeline import compare


def plan_duties(
    made: Plan,
    delivery: Delivery,
    snapshot: Snapshot,
    identity: Identity,
    chart: Chart,
    wanted: dict[Who, Wanted],
) -> None:
    """Add duties to the plan."""
    if delivery.duties.is_present:
        _stated(made, delivery, snapshot, identity, chart)
    else:
        _implied(made, snapshot, identity, chart, wanted)


def _stated(made: Plan, delivery: Delivery, snapshot: Snapshot, identity: Identity, chart: Chart) -> None:
    held: dict[tuple[str, str, Who], list[HeldDuty]] = defaultdict(list)
    rows: dict[tuple[str, str, Who], list[tuple[DutyRow, date, date]]] = defaultdict(list)
    for duty in snapshot.duties:
        if not snapshot.people[duty.person_id].is_kept_by_hand:
            held[duty.unit, duty.kind, duty.person_id].append(duty)
    known = {who for who, _, _ in made.people_new}
    for row in delivery.duties.rows:
        who = identity.who.get(row.number)
        if isinstance(who, int) or who in known:
            rows[row.unit, row.kind, who].append((row, row.valid_from, row.valid_to))
    for key in sorted(held.keys() | rows.keys(), key=str):
        unit, kind, who = key
        steps = compare(held[key], rows[key], snapshot.effective_on, _is_same, is_new=not held[key])
        made.duties.moved_end += [(duty.id, end) for duty, end in steps.moved_end]
        made.duties.deleted += [duty.id for duty in steps.deleted]
        made.duties_begun += [(who, *begun) for begun in steps.begun]
        ends = [end for _, end in steps.moved_end] + [duty.valid_from for duty in steps.deleted]
        if steps.begun:
            _describe(
                made, DUTY_NEW, unit, kind, who, min(b for _, b, _ in steps.begun), snapshot, identity, chart
            )
        elif ends:
            _describe(made, DUTY_ENDING, unit, kind, who, max(ends), snapshot, identity, chart)


def _is_same(held: HeldDuty, row: DutyRow) -> bool:
    return held.deputy_order == row.deputy_order


def _implied(
    made: Plan, snapshot: Snapshot, identity: Identity, chart: Chart, wanted: dict[Who, Wanted]
) -> None:
    for duty in snapshot.duties:
        end = min(_end_of(duty, snapshot, identity, chart, wanted), made.units_ending.get(duty.unit, FOREVER))
        if end >= duty.valid_to:
            continue
        if end <= duty.valid_from:
            made.duties.deleted.append(duty.id)
        else:
            made.duties.moved_end.append((duty.id, end))
        made.affected.add(duty.person_id)
        _describe(made, DUTY_ENDING, duty.unit, duty.kind, duty.person_id, end, snapshot, identity, chart)


def _end_of(
    duty: HeldDuty, snapshot: Snapshot, identity: Identity, chart: Chart, wanted: dict[Who, Wanted]
) -> date:
    """The day on which the person is in another place, or gone, and no longer in the unit of the duty."""
    person = snapshot.people[duty.person_id]
    if person.is_kept_by_hand:
        return FOREVER
    day_before = snapshot.effective_on - timedelta(days=1)
    row = identity.current.get(person.id)
    left_on = row.left_on if row else min(person.left_on, snapshot.effective_on)
    was_here = any(
        one.valid_from <= day_before < one.valid_to and chart.is_under(one.unit, duty.unit, day_before)
        for one in snapshot.appointments.get(person.id, ())
    )
    if not was_here:
        return left_on
    here = [
        end
        for one, begin, end in wanted.get(person.id, ())
        if end > snapshot.effective_on
        and chart.is_under(one.unit, duty.unit, max(begin, snapshot.effective_on))
    ]
    last = max(here, default=snapshot.effective_on)
    is_elsewhere = any(begin <= last < end for _, begin, end in wanted.get(person.id, ()))
    return min(last, left_on) if is_elsewhere or left_on <= last else left_on


def _describe(
    made: Plan,
    change: str,
    unit: str,
    kind: str,
    who: Who,
    day: date,
    snapshot: Snapshot,
    identity: Identity,
    chart: Chart,
) -> None:
    row = identity.current.get(who)
    person = snapshot.people.get(who) if isinstance(who, int) else None
    place = chart.after(unit, day) if unit in chart.rows else chart.before(unit)
    places = [Place(kind, place)]
    if isinstance(who, int):
        made.affected.add(who)
    made.changes.append(
        Change(
            kinds=[change],
            code=row.number if row else person.number if person else "",
            name=person.display_name if person else row.name if row else "",
            on=day,
            before=places if change == DUTY_ENDING else [],
            after=places if change == DUTY_NEW else [],
        )
    )
