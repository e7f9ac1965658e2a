"""Values of rules: what a rule accepts, how a form says it, how a page shows it."""

import unicodedata
from collections.abc import Sequence
from typing import Any, NoReturn

from groupware.errors import Invalid
from groupware.i18n import gettext, pgettext
from groupware.plugin import Rule


def checked(rule: Rule, value: Any) -> Any:
    """The value as it is stored. Raises Invalid, with the reason at the field `value`, for anything the rule refuses."""
    match rule.kind:
        case "bool":
            if not isinstance(value, bool):
                _refuse(gettext("Please choose one of the two."))
            return value
        case "int":
            return _number(rule, value)
        case "choice":
            if value not in {choice for choice, _ in rule.choices}:
                _refuse(gettext("Please choose one of the choices."))
            return value
        case "choices":
            return _choices(rule, value)
        case _:
            return _text(rule, value)


def parsed(rule: Rule, texts: Sequence[str]) -> Any:
    """The value that the fields of a form say, checked."""
    first = texts[0].strip() if texts else ""
    match rule.kind:
        case "bool":
            return checked(rule, {"on": True, "off": False}.get(first))
        case "int":
            folded = unicodedata.normalize("NFKC", first).replace(",", "")
            is_number = folded.removeprefix("-").isdecimal() and len(folded) <= 12
            return checked(rule, int(folded) if is_number else None)
        case "choices":
            return checked(rule, tuple(texts))
        case _:
            return checked(rule, texts[0] if texts else "")


def spelt(rule: Rule, value: Any) -> list[str]:
    """The value as the fields of a form say it: the inverse of `parsed`."""
    match rule.kind:
        case "bool":
            return ["on" if value else "off"]
        case "choices":
            return list(value)
        case _:
            return [str(value)]


def shown(rule: Rule, value: Any) -> str:
    """The value in words."""
    labels = {choice: str(label) for choice, label in rule.choices}
    match rule.kind:
        case "bool":
            return on_word(rule) if value else off_word(rule)
        case "choice":
            return labels.get(value, str(value))
        case "choices":
            words = [labels.get(one, one) for one in value]
            return str(gettext(", ")).join(words) or str(pgettext("rule", "None"))
        case _:
            return str(value) or str(pgettext("rule", "Empty"))


def title_of(rule: Rule) -> str:
    """What the editor calls a rule; the built-in switch of a function stands among others there."""
    return str(pgettext("function", "Use of the function") if _is_switch(rule) else rule.title)


def _is_switch(rule: Rule) -> bool:
    return rule.id.endswith(".enabled")


def on_word(rule: Rule) -> str:
    """What "on" is called for a switch."""
    return str(pgettext("function", "In use") if _is_switch(rule) else pgettext("rule", "On"))


def off_word(rule: Rule) -> str:
    """What "off" is called for a switch."""
    return str(pgettext("function", "Not in use") if _is_switch(rule) else pgettext("rule", "Off"))


def bounds(rule: Rule) -> str:
    """What the rule accepts, in words for the editor; empty where the field shows it."""
    if rule.kind == "int":
        text = gettext(
            "A whole number from %(minimum)s to %(maximum)s.", minimum=rule.minimum, maximum=rule.maximum
        )
        return str(text)
    if rule.kind == "text":
        return str(gettext("At most %(max)s characters.", max=rule.max_length))
    return ""


def _number(rule: Rule, value: Any) -> int:
    low, high = rule.minimum, rule.maximum
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not is_number or low is None or high is None or not low <= value <= high:
        _refuse(
            gettext("Please enter a whole number from %(minimum)s to %(maximum)s.", minimum=low, maximum=high)
        )
    return int(value)


def _choices(rule: Rule, value: Any) -> tuple[str, ...]:
    known = [choice for choice, _ in rule.choices]
    chosen = set(value) if isinstance(value, list | tuple) else {None}
    if not chosen <= set(known):
        _refuse(gettext("Please choose from the choices."))
    return tuple(choice for choice in known if choice in chosen)


def _text(rule: Rule, value: Any) -> str:
    if not isinstance(value, str):
        _refuse(bounds(rule))
    text = unicodedata.normalize("NFC", str(value)).strip()
    if len(text) > rule.max_length:
        _refuse(
            gettext(
                "Please use at most %(max)s characters (now %(now)s).", max=rule.max_length, now=len(text)
            )
        )
    if any(unicodedata.category(letter) == "Cc" for letter in text):
        _refuse(gettext("Line breaks and control characters cannot be used here."))
    return text


def _refuse(reason: str) -> NoReturn:
    raise Invalid(reason, code="value", fields={"value": reason})
