"""Whether something may pass into or out of a zone, as the acting bureau's rules say (administration.md 24).

The boundary asks for every page and call, sockets when they connect and for every event, downloads before the first byte.
The machine itself is in no zone and is never refused.
"""

from typing import Any

from groupware import rules
from groupware.actor import Actor
from groupware.errors import Denied
from groupware.guards.enums import Act, Label
from groupware.guards.rules import FILE_TYPES, LABEL_ZONES, ZONE_RULES
from groupware.i18n import gettext
from groupware.zones import LEAST_TRUSTED, Zone

REFUSED = "guards.zone_refused"
"""The code of a refusal, and how the audit calls it."""


def zone_of(actor: Actor) -> Zone:
    """The actor's zone; one that nobody knows is the least trusted."""
    return Zone(actor.zone) if actor.zone in set(Zone) else LEAST_TRUSTED


def allows(actor: Actor, act: Act) -> bool:
    """Whether the actor may do this from where they are."""
    return actor.is_system or zone_of(actor).value in rules.value_for(actor, ZONE_RULES[act])


def labels_of(actor: Actor) -> tuple[str, ...]:
    """The labels that may be seen from where the actor is, by the rules of their organisation."""
    if actor.is_system:
        return tuple(Label)
    zone = zone_of(actor).value
    return tuple(
        label.value
        for label in Label
        if label not in LABEL_ZONES or zone in rules.value_for(actor, LABEL_ZONES[label])
    )


def require(actor: Actor, act: Act) -> None:
    """Raise Denied unless the actor may do this from where they are."""
    if not allows(actor, act):
        raise _refused(actor, act)


def require_file(actor: Actor, name: str) -> None:
    """Raise Denied unless a file of that name may be taken into the actor's zone."""
    require(actor, Act.DOWNLOAD)
    allowed = file_types(actor)
    if allowed is None:
        return
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in allowed:
        raise Denied(
            gettext(
                "Files of this type cannot be opened from the %(zone)s. Allowed: %(types)s",
                zone=zone_of(actor).label,
                types=gettext(", ").join(sorted(allowed)),
            ),
            code=REFUSED,
        )


def file_types(actor: Actor) -> frozenset[str] | None:
    """The endings of the files that the actor may open from where they are; None for files of every type."""
    if not allows(actor, Act.DOWNLOAD):
        return frozenset()
    if actor.is_system:
        return None
    return endings(rules.value_for(actor, FILE_TYPES[zone_of(actor)])) or None


def endings(text: str) -> frozenset[str]:
    """The endings that a rule names, however they are separated and written."""
    parts = text.replace("、", ",").replace(" ", ",").split(",")
    return frozenset(part.strip().lstrip("*.").lower() for part in parts if part.strip())


def _refused(actor: Actor, act: Act) -> Denied:
    zone: Any = zone_of(actor).label
    message = {
        Act.VIEW: gettext("This cannot be viewed from the %(zone)s.", zone=zone),
        Act.SEND: gettext("Nothing can be entered or sent from the %(zone)s.", zone=zone),
        Act.DOWNLOAD: gettext("Files cannot be taken out to the %(zone)s.", zone=zone),
    }[act]
    return Denied(message, code=REFUSED)


__all__ = ["REFUSED", "allows", "endings", "labels_of", "require", "require_file", "zone_of"]
