"""What happens to a request for disclosure: opened, records chosen and protected, blackened, decided, closed.

Every act is recorded in the audit with ids and numbers, never with words of the request or of a record.
"""

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select

from groupware import access, audit, rules
from groupware.access import held
from groupware.access.objects import unit_of
from groupware.actor import Actor
from groupware.caches import bump
from groupware.calendar.fiscal import fiscal_year
from groupware.db import session
from groupware.disclosure.deadlines import due_on
from groupware.disclosure.enums import CaseState, Decision, Requester
from groupware.disclosure.models import Case, Document, Redaction
from groupware.disclosure.permissions import MANAGE
from groupware.disclosure.queries import document, documents, next_serial, not_found, number_of
from groupware.disclosure.rules import CLAUSES, DAYS, EXTENSION_DAYS, clauses
from groupware.errors import Conflict, Invalid
from groupware.guards.enums import Label
from groupware.guards.texts import require_clean
from groupware.i18n import gettext
from groupware.records.queries import kinds
from groupware.records.services import end_holds, place

NUMBERING = "disclosure"
MAX_SUBJECT = 1000
MAX_NOTE = 1000
MAX_REASON = 200
YEARS = 5
"""How long a case is kept by default."""


def open_case(
    actor: Actor, unit_id: int | None, *, requester: str, subject: str, received_on: date | None
) -> Case:
    """Begin to work on a request; its deadline follows from the day it arrived.

    Raises Denied, NeedsElevation, Invalid with the fields at fault.
    """
    access.require(actor, MANAGE, unit_id=unit_id)
    subject = subject.strip()
    faults: dict[str, object] = {}
    if requester not in set(Requester):
        faults["requester"] = gettext("Please choose from the list.")
    if not subject or len(subject) > MAX_SUBJECT:
        faults["subject"] = gettext(
            "Please enter what is requested, in at most %(max)s characters.", max=MAX_SUBJECT
        )
    if received_on is None or received_on > actor.today:
        faults["received_on"] = gettext(
            "Please enter the day on which the request arrived, today at the latest."
        )
    if faults or received_on is None:
        raise Invalid(gettext("Please check your entries."), fields=faults)
    require_clean(actor, unit_id, {"subject": subject})
    # Its row is locked until the commit, so that two cases opened at once get two numbers.
    bump(NUMBERING)
    year = fiscal_year(received_on)
    made = Case(
        unit_id=unit_id,
        fiscal_year=year,
        serial=next_serial(year),
        requester=requester,
        subject=subject,
        received_on=received_on,
        due_on=due_on(received_on, int(rules.value(DAYS, unit_id))),
        opened_by=actor.person_id,
        created_at=actor.now,
        retention_years=YEARS,
        classification=Label.THREE.value,
    )
    session.add(made)
    session.flush()
    _record(actor, "opened", made)
    return made


def choose(actor: Actor, uid: uuid.UUID, picks: Sequence[tuple[str, uuid.UUID]]) -> int:
    """Copy records into a case and place a hold on each; returns how many were not in it yet.

    Raises NotFound for a record that does not exist or lies outside the actor's reach, Conflict once the case is decided.
    """
    found = _locked(actor, uid, CaseState.OPEN)
    known = {(one.object_type, one.object_uid) for one in documents(found.id)}
    added = 0
    for kind_id, object_uid in dict.fromkeys(picks):
        if (kind_id, object_uid) not in known:
            _copy(actor, found, kind_id, object_uid)
            added += 1
    session.flush()
    _record(actor, "chosen", found, number=added)
    return added


def _copy(actor: Actor, found: Case, kind_id: str, object_uid: uuid.UUID) -> None:
    kind = kinds().get(kind_id)
    if kind is None or kind.exhibit is None:
        raise not_found()
    model = kind.part or kind.model
    part = session.scalars(select(model).where(model.uid == object_uid)).first()
    obj = kind.whole(part) if part is not None and kind.whole is not None else part
    mine = held(actor, MANAGE)
    if part is None or obj is None or not (mine.everywhere or unit_of(obj) in mine.units):
        raise not_found()
    exhibit = kind.exhibit(part.id)
    facts = "\n".join(f"{name}: {value}" for name, value in exhibit.facts if value)
    title = " ".join(exhibit.title.split())
    session.add(
        Document(
            case_id=found.id,
            object_type=kind_id,
            object_uid=object_uid,
            unit_id=unit_of(obj),
            title_length=len(title),
            text=f"{title}\n\n{facts}\n\n{exhibit.text.strip()}\n",
            hold_id=place(
                actor, obj, gettext("Request for disclosure %(number)s", number=number_of(found))
            ).id,
            added_by=actor.person_id,
            added_at=actor.now,
        )
    )


def drop(actor: Actor, uid: uuid.UUID, document_uid: uuid.UUID) -> None:
    """Take a copy out of a case, with what was blackened in it, and end its hold. Conflict once the case is decided."""
    found = _locked(actor, uid, CaseState.OPEN)
    copy = document(found.id, document_uid)
    end_holds(actor, [copy.hold_id])
    _record(actor, "dropped", found, document=copy.id)
    session.delete(copy)
    session.flush()


def blacken(
    actor: Actor,
    uid: uuid.UUID,
    document_uid: uuid.UUID,
    passage: str,
    clause: str,
    *,
    start: int | None = None,
) -> int:
    """Blacken a passage by a clause: the one at character `start`, otherwise wherever it stands; returns in how many places.

    Raises Invalid for a passage that is not there and for no clause of the ordinance, Conflict once the case is decided.
    """
    found = _locked(actor, uid, CaseState.OPEN)
    copy = document(found.id, document_uid)
    passage = passage.replace("\r\n", "\n")
    faults: dict[str, object] = {}
    if clause not in clauses(str(rules.value(CLAUSES, found.unit_id))):
        faults["clause"] = gettext("Please choose the clause of the ordinance.")
    places = _places(copy.text, passage, start)
    if not places:
        faults["passage"] = gettext(
            "Please select the passage in the text, or type it exactly as it stands there."
        )
    if faults:
        raise Invalid(gettext("Please check your entries."), fields=faults)
    known = {
        (one.start_at, one.end_at)
        for one in session.scalars(select(Redaction).where(Redaction.document_id == copy.id))
    }
    for begin in places:
        if (begin, begin + len(passage)) not in known:
            session.add(
                Redaction(
                    document_id=copy.id,
                    start_at=begin,
                    end_at=begin + len(passage),
                    clause=clause,
                    made_by=actor.person_id,
                    made_at=actor.now,
                )
            )
    session.flush()
    _record(actor, "blackened", found, document=copy.id, number=len(places))
    return len(places)


def _places(text: str, passage: str, start: int | None) -> list[int]:
    if not passage.strip():
        return []
    if start is not None and text[start : start + len(passage)] == passage:
        return [start]
    found, at = [], text.find(passage)
    while at >= 0:
        found.append(at)
        at = text.find(passage, at + len(passage))
    return found


def uncover(actor: Actor, uid: uuid.UUID, document_uid: uuid.UUID, redaction_id: int) -> None:
    """Take one blackening back while the case is worked on. NotFound if there is none, Conflict once it is decided."""
    found = _locked(actor, uid, CaseState.OPEN)
    copy = document(found.id, document_uid)
    gone = session.scalar(
        delete(Redaction)
        .where(Redaction.id == redaction_id, Redaction.document_id == copy.id)
        .returning(Redaction.id)
    )
    if gone is None:
        raise not_found()
    _record(actor, "uncovered", found, document=copy.id)


def extend(actor: Actor, uid: uuid.UUID, reason: str) -> Case:
    """Put the decision off, once, by the days of the ordinance. Invalid without a reason, Conflict if it was put off before."""
    found = _locked(actor, uid, CaseState.OPEN)
    days = int(rules.value(EXTENSION_DAYS, found.unit_id))
    if found.extended_from is not None or not days:
        raise Conflict(gettext("The deadline cannot be put off again."), code="extended")
    reason = " ".join(reason.split())
    if not reason or len(reason) > MAX_REASON:
        text = gettext("Please give a reason of at most %(max)s characters.", max=MAX_REASON)
        raise Invalid(text, fields={"reason": text})
    require_clean(actor, found.unit_id, {"reason": reason})
    found.extended_from, found.extension_reason = found.due_on, reason
    found.due_on = due_on(found.due_on, days)
    _record(actor, "extended", found, days=days)
    return found


def decide(actor: Actor, uid: uuid.UUID, decision: str, note: str = "") -> Case:
    """Record what is answered; from now on nothing is chosen or blackened any more. Conflict if that is done already."""
    found = _locked(actor, uid, CaseState.OPEN)
    note = note.strip()
    faults: dict[str, object] = {}
    if decision not in set(Decision):
        faults["decision"] = gettext("Please choose a decision.")
    if len(note) > MAX_NOTE:
        faults["note"] = gettext("Please use at most %(max)s characters.", max=MAX_NOTE)
    if faults:
        raise Invalid(gettext("Please check your entries."), fields=faults)
    require_clean(actor, found.unit_id, {"note": note})
    found.state, found.decision, found.decision_note = CaseState.DECIDED.value, decision, note
    found.decided_by, found.decided_at = actor.person_id, actor.now
    _record(actor, "decided", found, decision=decision)
    return found


def close(actor: Actor, uid: uuid.UUID) -> Case:
    """End a decided case and with it the holds that it placed. Conflict if it is not decided, or closed already."""
    found = _locked(actor, uid, CaseState.DECIDED)
    end_holds(actor, [one.hold_id for one in documents(found.id)])
    found.state, found.closed_at = CaseState.CLOSED.value, actor.now
    _record(actor, "closed", found)
    return found


def note(actor: Actor, act: str, found: Case, **details: int) -> None:
    """Record what only reads but must be known: searched, read, handed_out. Called after the answer."""
    _record(actor, act, found, **details)


def _locked(actor: Actor, uid: uuid.UUID, state: CaseState) -> Case:
    found = session.scalars(
        select(Case).where(Case.uid == uid, Case.deleted_at.is_(None)).with_for_update()
    ).first()
    if found is None:
        raise not_found()
    access.require(actor, MANAGE, found, unit_id=found.unit_id)
    if found.state != state:
        raise Conflict(
            gettext("This request is at another stage by now. Please look at it again."), code="state"
        )
    found.version += 1
    return found


def _record(actor: Actor, act: str, found: Case, **details: int | str) -> None:
    audit.record(actor, f"disclosure.case_{act}", found, unit_id=found.unit_id, details=details)
