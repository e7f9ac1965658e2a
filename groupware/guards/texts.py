"""The guard of free text: a service calls it with every text that people typed, before it writes.

    guards.texts.require_clean(actor, unit_id, {"title": title, "html": to_plain(html)})

One hook for pages, calls and jobs. The number itself goes nowhere: not into the message, the audit, or a log.
"""

from collections.abc import Mapping

from groupware import rules
from groupware.actor import Actor
from groupware.db import session
from groupware.errors import Invalid
from groupware.guards.enums import Confirmation, NumberRule
from groupware.guards.numbers import find, masked
from groupware.guards.rules import NUMBERS
from groupware.i18n import gettext

ASKED = "guards.asked"
SHOWN = 3
"""Findings of a field that its message names."""


def require_clean(actor: Actor, unit_id: int | None, texts: Mapping[str, str]) -> None:
    """Refuse individual numbers in plain texts, by the rule of the unit they are written for.

    Raises Invalid (code `individual_number`) with the fields at fault. Where the rule only warns, it lets pass what the
    actor has expressly confirmed not to be one (`Actor.confirmed`).
    """
    asking = stance(actor, unit_id)
    if asking is NumberRule.OFF:
        return
    is_warning = asking is NumberRule.WARN
    fields = {name: message for name, text in texts.items() if (message := _finding(text, is_warning))}
    if fields:
        raise refusal(asking, fields)


def stance(actor: Actor, unit_id: int | None) -> NumberRule:
    """What the rule still asks of the actor: `OFF` where nothing is checked, and where all that can be is confirmed."""
    if actor.is_system:
        return NumberRule.OFF
    asking = NumberRule(rules.value(NUMBERS, unit_id))
    if asking is NumberRule.WARN and Confirmation.INDIVIDUAL_NUMBER in actor.confirmed:
        return NumberRule.OFF
    return asking


def refusal(asking: NumberRule, fields: Mapping[str, str]) -> Invalid:
    """What to raise where something seems to hold a number, with a sentence for each field; a warning asks for the box."""
    is_warning = asking is NumberRule.WARN
    if is_warning:
        session().info.setdefault(ASKED, set()).add(Confirmation.INDIVIDUAL_NUMBER)
    return Invalid(
        gettext("What was entered seems to hold an individual number (My Number)."),
        code=Confirmation.INDIVIDUAL_NUMBER.value,
        fields=fields,
        can_confirm=is_warning,
    )


def may_keep(actor: Actor, unit_id: int | None, text: str) -> bool:
    """Whether a text that only its author sees may be kept: nothing may where the rule refuses."""
    return actor.is_system or rules.value(NUMBERS, unit_id) != NumberRule.REFUSE or not find(text)


def asked() -> frozenset[Confirmation]:
    """What the current unit of work wants to have confirmed before it is tried again."""
    return frozenset(session().info.get(ASKED, ()))


def ask_again(error: Invalid) -> None:
    """Let the current unit of work offer what another one, which is over, asked to have confirmed."""
    if error.code == Confirmation.INDIVIDUAL_NUMBER.value and error.details.get("can_confirm"):
        session().info.setdefault(ASKED, set()).add(Confirmation.INDIVIDUAL_NUMBER)


def _finding(text: str, is_warning: bool) -> str:
    found = find(text)
    if not found:
        return ""
    numbers = gettext(", ").join(masked(text, one) for one in found[:SHOWN])
    message = (
        gettext(
            "%(numbers)s looks like an individual number (My Number). Please remove it, or confirm that it is none.",
            numbers=numbers,
        )
        if is_warning
        else gettext(
            "%(numbers)s looks like an individual number (My Number). It cannot be entered here.",
            numbers=numbers,
        )
    )
    return str(message)


__all__ = ["ask_again", "asked", "may_keep", "refusal", "require_clean", "stance"]
