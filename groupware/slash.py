"""Commands that functions declare and people type: `/名前 …` where they write. Whoever has such a field asks this module.

A text that begins with `/` (or `／`) and a name is a command. One that really begins with a slash is typed with two of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from groupware import access, rules
from groupware.actor import Actor
from groupware.errors import Invalid
from groupware.i18n import current_locale, gettext
from groupware.plugin import Command
from groupware.text.folding import fold

_TYPED = re.compile(r"[/／]([^\s/／]\S*)\s*(.*)", re.DOTALL)
_ESCAPED = re.compile(r"[/／](?=[/／])")
LONGEST = 500
"""Characters behind the name of a command."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A command as somebody typed it."""

    name: str
    arguments: str


def typed(text: str) -> Typed | None:
    """The command that a text is; None for what is said to others."""
    found = _TYPED.fullmatch(text.strip())
    return Typed(found[1], " ".join(found[2].split())) if found is not None else None


def unescaped(text: str) -> str:
    """A text that is no command, as it is said: of two slashes at its beginning one was typed to say so."""
    stripped = text.lstrip()
    return stripped[1:] if _ESCAPED.match(stripped) else text


def offered(actor: Actor, *, everywhere: bool = False) -> list[Command]:
    """The commands of the actor, in menu order; only those `for_all_places` if `everywhere`. Guests have none.

    What a bureau has switched off, and what the actor does not hold the permission for, does not exist.
    """
    if actor.is_guest or actor.person_id is None:
        return []
    return [
        command
        for plugin in rules.enabled(actor.unit_id)
        for command in plugin.commands
        if (command.for_all_places or not everywhere)
        and (command.permission is None or access.holds_somewhere(actor, command.permission))
    ]


def among(commands: Sequence[Command], name: str) -> Command:
    """The one of them that is called so. Raises Invalid with what to do, at the field `text`."""
    wanted = fold(name)
    for command in commands:
        if wanted in {fold(one) for one in command.names}:
            return command
    words = gettext(
        "There is no command “/%(name)s”. “/help” lists them. To send a text that begins with “/”, type “//”.",
        name=name[:20],
    )
    raise Invalid(words, code="command", fields={"text": words})


def beginning(commands: Sequence[Command], text: str) -> list[Command]:
    """Those of which a name begins so."""
    wanted = fold(text)
    return [one for one in commands if any(fold(name).startswith(wanted) for name in one.names)]


def word(command: Command, text: str = "") -> str:
    """The name of a command to show: one that begins as `text` does, in the letters of the language if there is one."""
    wanted = fold(text)
    fitting = [name for name in command.names if fold(name).startswith(wanted)] or list(command.names)
    is_english = current_locale.get() == "en"
    return next((name for name in fitting if name.isascii() == is_english), fitting[0])


def require_short(arguments: str) -> None:
    """Refuse more than a form could be filled in with. Raises Invalid."""
    if len(arguments) > LONGEST:
        words = gettext(
            "At most %(limit)d characters (now %(length)d).", limit=LONGEST, length=len(arguments)
        )
        raise Invalid(words, code="command", fields={"text": words})


__all__ = ["Typed", "among", "beginning", "offered", "require_short", "typed", "unescaped", "word"]
