"""Write who takes part in an event, who was chosen for it, and who comes from outside."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, insert, select

from groupware.db import run, session
from plugins.schedule.models import Engaged, Event, Guest, Invited, Participant, Viewer
from plugins.schedule.services.content import Checked
from plugins.schedule.services.following import touch

_inserts: dict[Any, Any] = {model: insert(model) for model in (Invited, Viewer, Engaged, Guest, Participant)}


def put_people(
    event: Event,
    found: Checked,
    known: set[int],
    changed: Collection[str] | None = None,
    *,
    asks_again: bool = False,
) -> None:
    """Write who takes part where `known` did. An answer stays, unless everybody is to be asked again; the organiser attends.

    What was chosen is written anew as far as it is among the `changed` fields; None stands for an event that is new.
    """
    for model, field, rows in _chosen(event, found):
        if changed is not None and field in changed:
            session.execute(delete(model).where(model.event_id == event.id))
        if changed is None or field in changed:
            _insert(model, rows)
    kept = set() if asks_again else known & set(found.people)
    gone = sorted(known - kept)
    if gone:
        session.execute(
            delete(Participant).where(Participant.event_id == event.id, Participant.person_id.in_(gone))
        )
        touch(event, gone)
    _insert(
        Participant,
        [
            {
                "event_id": event.id,
                "person_id": person,
                "answer": "accepted" if person == event.organiser_id else "needs_action",
            }
            for person in found.people
            if person not in kept
        ],
    )


def _chosen(event: Event, found: Checked) -> list[tuple[Any, str, list[dict[str, Any]]]]:
    """(model, field, rows) of all that was chosen."""
    key = {"event_id": event.id}
    invited = [{**key, "principal_id": one, "place": n} for n, one in enumerate(found.principals)]
    guests = [{**key, "place": n, "name": name} for n, name in enumerate(found.content.guests)]
    return [
        (Invited, "participants", invited),
        (Viewer, "viewers", [{**key, "principal_id": one} for one in found.viewers]),
        (Engaged, "engaged", [{**key, "principal_id": one} for one in found.engaged]),
        (Guest, "guests", guests),
    ]


def participants_of(event: Event) -> set[int]:
    """The people who take part."""
    return set(session.scalars(select(Participant.person_id).where(Participant.event_id == event.id)))


def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        run(_inserts[model], rows)
