"""What happens after an incident: reported by anybody, acted on by security officers. Every act stands in the timeline and the audit."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from groupware import access, audit
from groupware.access import held
from groupware.access.objects import unit_of
from groupware.actor import Actor
from groupware.api.models import AccessToken
from groupware.auth.services.sessions import end_all_sessions
from groupware.db import holds_on, session
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import Appointment, Person
from groupware.errors import Conflict, Invalid, NotFound
from groupware.guards.enums import Label
from groupware.guards.texts import require_clean
from groupware.i18n import gettext
from groupware.incidents.enums import IncidentKind, Step
from groupware.incidents.models import Entry, Incident
from groupware.incidents.permissions import MANAGE
from groupware.records.queries import kinds
from groupware.records.services import end_holds, place

MAX_TEXT = 1000
MAX_INFORMED = 500
YEARS = 5
"""How long a report is kept by default."""


def report(
    actor: Actor, *, kind: str, summary: str, noticed_at: datetime | None, informed: str = ""
) -> Incident:
    """Report an incident; anybody who is signed in may. Raises Invalid with the fields at fault."""
    summary, informed = summary.strip(), informed.strip()
    faults: dict[str, object] = {}
    if kind not in set(IncidentKind):
        faults["kind"] = gettext("Please choose from the list.")
    if not summary or len(summary) > MAX_TEXT:
        faults["summary"] = gettext("Please say what happened, in at most %(max)s characters.", max=MAX_TEXT)
    if len(informed) > MAX_INFORMED:
        faults["informed"] = gettext("Please use at most %(max)s characters.", max=MAX_INFORMED)
    if noticed_at is None or noticed_at > actor.now:
        faults["noticed_at"] = gettext("Please enter when it was noticed, now at the latest.")
    if faults:
        raise Invalid(gettext("Please check your entries."), fields=faults)
    require_clean(actor, actor.unit_id, {"summary": summary, "informed": informed})
    made = Incident(
        unit_id=actor.unit_id,
        kind=kind,
        summary=summary,
        informed=informed,
        reported_by=actor.person_id,
        noticed_at=noticed_at,
        created_at=actor.now,
        retention_years=YEARS,
        classification=Label.TWO.value,
    )
    session.add(made)
    session.flush()
    _enter(actor, made, Step.REPORTED)
    return made


def add_note(actor: Actor, uid: uuid.UUID, text: str) -> None:
    """Write down what was found out or done elsewhere. Invalid without a text."""
    found = _locked(actor, uid)
    text = text.strip()
    if not text or len(text) > MAX_TEXT:
        fault = gettext("Please enter a note of at most %(max)s characters.", max=MAX_TEXT)
        raise Invalid(fault, fields={"text": fault})
    require_clean(actor, found.unit_id, {"text": text})
    _enter(actor, found, Step.NOTED, text=text)


def freeze(actor: Actor, uid: uuid.UUID, kind_id: str, object_uid: uuid.UUID) -> None:
    """Place a hold on a record as evidence. NotFound outside the actor's reach."""
    found = _locked(actor, uid)
    obj = _record_of(actor, kind_id, object_uid)
    _freeze(actor, found, Step.FROZEN, kind_id, obj)


def lock_away(actor: Actor, uid: uuid.UUID, kind_id: str, object_uid: uuid.UUID) -> None:
    """Take a record out of everybody's sight and place a hold on it. Conflict where its kind cannot do that."""
    found = _locked(actor, uid)
    obj = _record_of(actor, kind_id, object_uid)
    withdraw = kinds()[kind_id].withdraw
    if withdraw is None:
        raise Conflict(gettext("Records of this kind cannot be taken out of sight."), code="kind")
    _freeze(actor, found, Step.LOCKED, kind_id, obj)
    withdraw(actor, obj.id)


def _freeze(actor: Actor, found: Incident, step: Step, kind_id: str, obj: Any) -> None:
    hold = place(actor, obj, gettext("Security incident %(number)s", number=found.id), is_kept=True)
    _enter(actor, found, step, object_type=kind_id, object_id=obj.id, object_uid=obj.uid, hold_id=hold.id)


def sign_out(actor: Actor, uid: uuid.UUID, staff_number: str) -> int:
    """End every session and withdraw every token of a person; returns how many. Invalid for nobody within reach."""
    found = _locked(actor, uid)
    mine = held(actor, MANAGE)
    row = session.execute(
        select(Person.id, Appointment.unit_id)
        .join(Appointment, Appointment.person_id == Person.id)
        .where(
            Person.staff_number == staff_number.strip(),
            Appointment.kind == AppointmentKind.MAIN,
            holds_on(Appointment, actor.today),
        )
    ).first()
    if row is None or not (mine.everywhere or row.unit_id in mine.units):
        fault = gettext("Nobody with this number works in the organisations that you act for.")
        raise Invalid(fault, fields={"staff_number": fault})
    sessions = end_all_sessions(row.id, actor.now)
    tokens = session.scalars(
        update(AccessToken)
        .where(AccessToken.person_id == row.id, AccessToken.revoked_at.is_(None))
        .values(revoked_at=actor.now, revoked_by=actor.person_id)
        .returning(AccessToken.id)
    ).all()
    _enter(actor, found, Step.SIGNED_OUT, object_type="core.person", object_id=row.id)
    return sessions + len(tokens)


def close(actor: Actor, uid: uuid.UUID, text: str) -> None:
    """End the work on an incident with what was concluded; its holds end. Invalid without a conclusion."""
    found = _locked(actor, uid)
    text = text.strip()
    if not text or len(text) > MAX_TEXT:
        fault = gettext("Please enter the conclusion in at most %(max)s characters.", max=MAX_TEXT)
        raise Invalid(fault, fields={"conclusion": fault})
    require_clean(actor, found.unit_id, {"conclusion": text})
    holds = session.scalars(
        select(Entry.hold_id).where(Entry.incident_id == found.id, Entry.hold_id.is_not(None))
    ).all()
    end_holds(actor, [one for one in holds if one is not None])
    found.closed_at = actor.now
    _enter(actor, found, Step.CLOSED, text=text)


def purge(ids: Sequence[int]) -> None:
    """Erase incidents with their timelines."""
    session.execute(delete(Incident).where(Incident.id.in_(ids)))


def _locked(actor: Actor, uid: uuid.UUID) -> Incident:
    found = session.scalars(
        select(Incident).where(Incident.uid == uid, Incident.deleted_at.is_(None)).with_for_update()
    ).first()
    if found is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    access.require(actor, MANAGE, found, unit_id=found.unit_id)
    if found.closed_at is not None:
        raise Conflict(gettext("This incident is closed."), code="closed")
    return found


def _record_of(actor: Actor, kind_id: str, object_uid: uuid.UUID) -> Any:
    kind = kinds().get(kind_id)
    obj = (
        session.scalars(select(kind.model).where(kind.model.uid == object_uid)).first()
        if kind is not None
        else None
    )
    mine = held(actor, MANAGE)
    if obj is None or not (mine.everywhere or unit_of(obj) in mine.units):
        fault = gettext("There is no such record in the organisations that you act for.")
        raise Invalid(fault, fields={"object_uid": fault})
    return obj


def _enter(actor: Actor, found: Incident, step: Step, *, text: str = "", **about: Any) -> None:
    session.add(
        Entry(
            incident_id=found.id,
            step=step.value,
            text=text,
            person_id=actor.person_id,
            person_name=actor.display_name,
            at=actor.now,
            **about,
        )
    )
    session.flush()
    details = {name: str(value) for name, value in about.items() if name != "hold_id"}
    audit.record(actor, f"incidents.incident_{step.value}", found, unit_id=found.unit_id, details=details)
