"""Write audit records. They hold ids and field names, never content (architecture.md, "Records")."""

from typing import Any

from groupware.actor import Actor, CallingSystem
from groupware.audit.models import AuditRecord
from groupware.db import session
from groupware.errors import DomainError


def record(
    actor: Actor | CallingSystem,
    action: str,
    obj: Any = None,
    *,
    object_type: str = "",
    object_id: int | None = None,
    unit_id: int | None = None,
    outcome: str = "done",
    details: dict[str, Any] | None = None,
) -> None:
    """Add one record to the current unit of work: it stands or falls with the act itself.

    `unit_id` is the organisation the object belongs to, so that an auditor can ask by bureau. What a person expressly
    confirmed with the act stands in its details, and the token of a foreign system.
    """
    kept = dict(details or {})
    person = actor if isinstance(actor, Actor) else None
    if isinstance(actor, CallingSystem):
        kept["token_id"] = actor.token_id
    elif actor.confirmed:
        kept["confirmed"] = sorted(actor.confirmed)
    declaration = getattr(obj, "access", None)
    session.add(
        AuditRecord(
            at=actor.now,
            action=action,
            outcome=outcome,
            person_id=person.person_id if person else None,
            on_behalf_of=person.on_behalf_of if person else None,
            unit_id=person.unit_id if person else None,
            object_type=object_type or getattr(declaration, "type", ""),
            object_id=object_id if obj is None else obj.id,
            object_unit_id=unit_id,
            via=actor.via,
            zone=actor.zone,
            address=actor.address,
            device=person.device if person else "",
            request_id=actor.request_id,
            details=kept,
        )
    )


def record_refusal(actor: Actor, error: DomainError) -> None:
    """Record that the actor was refused: called by the boundary in a unit of its own, after the act was rolled back."""
    details = error.details
    object_id = details.get("object_id")
    unit_id = details.get("unit_id")
    record(
        actor,
        str(details.get("permission") or error.code),
        object_type=str(details.get("object_type") or ""),
        object_id=object_id if isinstance(object_id, int) else None,
        unit_id=unit_id if isinstance(unit_id, int) else None,
        outcome="refused",
        details={"code": error.code},
    )
