"""Name secretaries of people and posts, and let them end."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from groupware import audit
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.actor import Actor
from groupware.db import FOREVER, session
from groupware.directory.picking import parse_principals
from groupware.directory.queries.roll import roll
from groupware.errors import Denied, Invalid
from groupware.i18n import gettext
from plugins.schedule.models import Secretary
from plugins.schedule.permissions import SECRETARY_MANAGE
from plugins.schedule.queries.events import not_found
from plugins.schedule.queries.secretaries import forget, may_name_for
from plugins.schedule.services.turns import take_turn_of_person, take_turn_of_unit

TYPE = "schedule.secretary"
MOST = 20
"""Secretaries that a person or post has at a time."""
KINDS = frozenset({PrincipalKind.PERSON, PrincipalKind.UNIT, PrincipalKind.DUTY, PrincipalKind.GROUP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who is to act for a person or, with `follows_post`, for whoever holds their post. `last_day` is the last one of it."""

    person_id: int
    secretaries: tuple[str, ...]
    follows_post: bool = False
    first_day: date | None = None
    last_day: date | None = None


def name(actor: Actor, plan: Plan) -> list[Secretary]:
    """Name secretaries. Their rights begin on the first day, today without one.

    Raises Invalid with the fields at fault; Denied for who is neither the person nor manages secretaries there.
    """
    entry = roll().entries.get(plan.person_id)
    if entry is None:
        raise Invalid(
            gettext("Please choose a person."), fields={"person": gettext("Please choose a person.")}
        )
    served: dict[str, int | None] = {"person_id": plan.person_id, "unit_id": None, "post_id": None}
    if plan.follows_post:
        served = {"person_id": None, "unit_id": entry.unit_id, "post_id": entry.post_id}
        if entry.unit_id is None or entry.post_id is None:
            raise Invalid(gettext("This person holds no post."), fields={"follows_post": ""})
    if not may_name_for(actor, **served):
        raise Denied(
            gettext(
                "Secretaries are named by the person themselves or by the administrator of their bureau."
            ),
            permission=SECRETARY_MANAGE,
            unit_id=entry.unit_id,
        )
    if served["unit_id"] is not None:
        take_turn_of_unit(served["unit_id"])
    else:
        take_turn_of_person(plan.person_id)
    first, end = _days(actor, plan)
    chosen = _chosen(actor, plan)
    number = session.scalar(
        select(func.count()).where(
            Secretary.valid_to > actor.today, *(getattr(Secretary, key) == one for key, one in served.items())
        )
    )
    if (number or 0) + len(chosen) > MOST:
        fault = gettext("At most %(limit)d secretaries at a time.", limit=MOST)
        raise Invalid(fault, fields={"secretaries": fault})
    made = []
    for principal in chosen:
        if _is_named(served, principal.id, first, end):
            fault = gettext("Somebody chosen is a secretary in this period already.")
            raise Invalid(fault, code="named", fields={"secretaries": fault})
        one = Secretary(
            **served,
            principal_id=principal.id,
            valid_from=first,
            valid_to=end,
            given_by=actor.person_id,
            given_by_name=actor.display_name,
            given_at=actor.now,
        )
        session.add(one)
        session.flush()
        made.append(one)
        _record(actor, "schedule.secretary_named", one, entry.unit_id)
    forget()
    return made


def end(actor: Actor, uid: uuid.UUID) -> None:
    """Let a secretary act from now on no more. What was done stays. Raises NotFound for who may not have named them."""
    one = session.scalars(select(Secretary).where(Secretary.uid == uid).with_for_update()).one_or_none()
    is_over = one is None or one.valid_to <= actor.today
    if (
        one is None
        or is_over
        or not may_name_for(actor, person_id=one.person_id, unit_id=one.unit_id, post_id=one.post_id)
    ):
        raise not_found()
    entry = roll().entries.get(one.person_id or 0)
    _record(actor, "schedule.secretary_ended", one, entry.unit_id if entry is not None else one.unit_id)
    if one.valid_from >= actor.today:
        session.delete(one)
    else:
        one.valid_to = actor.today
    session.flush()
    forget()


def _days(actor: Actor, plan: Plan) -> tuple[date, date]:
    first = plan.first_day or actor.today
    if first < actor.today:
        fault = gettext("Please choose today or a later day.")
        raise Invalid(fault, fields={"first_day": fault})
    if plan.last_day is None:
        return first, FOREVER
    if plan.last_day < first or plan.last_day >= FOREVER:
        fault = gettext("The last day must not be before the first one.")
        raise Invalid(fault, fields={"last_day": fault})
    return first, plan.last_day + timedelta(days=1)


def _chosen(actor: Actor, plan: Plan) -> list[Principal]:
    chosen = parse_principals(plan.secretaries, actor)
    fault = ""
    if not chosen:
        fault = gettext("Please choose who acts as secretary.")
    elif any(one.kind not in KINDS for one in chosen):
        fault = gettext("Please choose people, sections, duties or groups.")
    elif any(one.kind == PrincipalKind.PERSON and one.ref == plan.person_id for one in chosen):
        fault = gettext("Nobody is their own secretary.")
    if fault:
        raise Invalid(fault, fields={"secretaries": fault})
    return chosen


def _is_named(served: dict[str, int | None], principal_id: int, first: date, end: date) -> bool:
    statement = select(Secretary.id).where(
        Secretary.principal_id == principal_id,
        Secretary.valid_from < end,
        Secretary.valid_to > first,
        *(getattr(Secretary, key) == one for key, one in served.items()),
    )
    return session.scalar(statement.limit(1)) is not None


def _record(actor: Actor, action: str, one: Secretary, unit_id: int | None) -> None:
    audit.record(
        actor,
        action,
        object_type=TYPE,
        object_id=one.id,
        unit_id=unit_id,
        details={
            "principal": one.principal_id,
            "person": one.person_id,
            "post": one.post_id,
            "until": None if one.valid_to == FOREVER else one.valid_to.isoformat(),
        },
    )
