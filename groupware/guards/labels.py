"""情報の格付け: what follows from the label of a content (administration.md 26).

The label stands in `Record.classification`. Who may see it in which zone is part of `access.visible()` for models that declare
their column as `ObjectAccess.label`; the rest is asked here, by the rules of the organisation whose content it is.
"""

from dataclasses import dataclass
from typing import Any

from groupware import audit, rules
from groupware.access.objects import unit_of
from groupware.actor import Actor
from groupware.errors import Denied, Invalid
from groupware.guards.enums import Label
from groupware.guards.rules import (
    AUDITED,
    COPY_WARNING,
    LABEL_DEFAULT,
    LABEL_YEARS,
    MAIL_CONTENT,
    NO_EXPORT,
    NO_PRINT,
)
from groupware.guards.texts import require_clean
from groupware.i18n import gettext

MAX_REASON = 200
"""Characters of why a label was changed."""


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a label means for one content. `years` is the retention that it asks for at least, 0 none."""

    label: Label
    may_leave: bool
    may_print: bool
    warns_on_copy: bool
    may_be_mailed: bool
    is_audited: bool
    years: int


def consequences(label: str, unit_id: int | None) -> Consequences:
    """What the label means for a content of that organisation."""
    one = Label(label)

    def is_in(rule: str) -> bool:
        return one.value in rules.value(rule, unit_id)

    return Consequences(
        label=one,
        may_leave=not is_in(NO_EXPORT),
        may_print=not is_in(NO_PRINT),
        warns_on_copy=is_in(COPY_WARNING),
        may_be_mailed=is_in(MAIL_CONTENT),
        is_audited=is_in(AUDITED),
        years=int(rules.value(LABEL_YEARS[one], unit_id)) if one in LABEL_YEARS else 0,
    )


def default(unit_id: int | None) -> Label:
    """The label of a new content of an organisation."""
    return Label(rules.value(LABEL_DEFAULT, unit_id))


def retention(years: int, label: str, unit_id: int | None) -> int:
    """The retention of a content, raised to what its label asks for, if it asks for any; 0 is for ever and stays so."""
    least = consequences(label, unit_id).years
    return max(years, least) if years and least else years


def require_leaving(actor: Actor, obj: Any) -> None:
    """Raise Denied if the object's label does not let it leave as a file."""
    if not actor.is_system and not consequences(obj.classification, unit_of(obj)).may_leave:
        raise Denied(
            gettext("%(label)s: this does not leave as a file.", label=Label(obj.classification).label),
            code="guards.label_refused",
        )


def note_view(actor: Actor, obj: Any) -> None:
    """Record that the actor opened the object; called where its label asks for that, after the page was sent."""
    audit.record(actor, "guards.viewed", obj, unit_id=unit_of(obj), details={"label": obj.classification})


def change(actor: Actor, obj: Any, label: str, reason: str) -> None:
    """Raise or lower the label of an object, recorded with the reason. Part of a service that has decided that the actor may.

    Invalid (field `label_reason`) without a reason.
    """
    before, after = Label(obj.classification), Label(label)
    if before is after:
        return
    reason = _reason(reason)
    obj.classification = after.value
    audit.record(
        actor,
        "guards.label_raised" if after > before else "guards.label_lowered",
        obj,
        unit_id=unit_of(obj),
        details={"from": before.value, "to": after.value, "reason": reason},
    )


def checked_reason(actor: Actor, reason: str, unit_id: int | None) -> str:
    """The reason on one line. Raises Invalid (field `label_reason`) if there is none, if it is too long or holds a number."""
    reason = _reason(reason)
    require_clean(actor, unit_id, {"label_reason": reason})
    return reason


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason or len(reason) > MAX_REASON:
        text = gettext("Please give a reason of at most %(max)s characters.", max=MAX_REASON)
        raise Invalid(text, fields={"label_reason": text})
    return reason


__all__ = [
    "MAX_REASON",
    "Consequences",
    "change",
    "checked_reason",
    "consequences",
    "default",
    "note_view",
    "require_leaving",
    "retention",
]
