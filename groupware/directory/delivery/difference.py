"""The difference between a delivery and the directory: the dry run, and the plan that applying follows.

A delivery is the complete state from its effective day on. Units, appointments and, if the file is there, duties that it
does not name end on that day; people it does not name leave on it, except those kept by hand. Posts have no dates: new
ones are added, renamed ones renamed, none is removed. Names and addresses of people have no dates either and change when
the delivery is published.
"""

from groupware.directory.delivery.difference_duties import plan_duties
from groupware.directory.delivery.difference_people import plan_people
from groupware.directory.delivery.difference_units import Chart, plan_units
from groupware.directory.delivery.identity import Identity
from groupware.directory.delivery.plan import POST_CHANGED, POST_NEW, Change, Plan
from groupware.directory.delivery.rows import Delivery
from groupware.directory.delivery.snapshot import Snapshot


def plan(delivery: Delivery, snapshot: Snapshot, identity: Identity) -> Plan:
    """The plan for a delivery without faults."""
    made = Plan(snapshot.effective_on)
    chart = Chart(delivery, snapshot)
    _plan_posts(made, delivery, snapshot)
    plan_units(made, snapshot, chart)
    wanted = plan_people(made, delivery, snapshot, identity, chart)
    plan_duties(made, delivery, snapshot, identity, chart, wanted)
    return made


def _plan_posts(made: Plan, delivery: Delivery, snapshot: Snapshot) -> None:
    for row in delivery.posts.rows:
        held = snapshot.posts.get(row.code)
        if held == (row.name, row.rank):
            continue
        (made.posts_changed if held else made.posts_new).append(row)
        made.changes.append(
            Change(
                kinds=[POST_CHANGED if held else POST_NEW],
                code=row.code,
                name=row.name,
                on=snapshot.effective_on,
                old_name=held[0] if held and held[0] != row.name else "",
                fields=["rank"] if held and held[1] != row.rank else [],
            )
        )
