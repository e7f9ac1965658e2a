"""What a message may be made of."""

import re

from groupware import rules
from groupware.actor import Actor
from groupware.errors import Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from groupware.text.folding import fold
from plugins.chat.rules import FORBIDDEN_WORDS, LONGEST, LONGEST_EVER

KEY_LENGTH = 80
"""Characters of the key by which a message is sent."""

# Control characters but tab and line break; marks that turn the direction of what follows, or that nobody sees (UAX #9, Unicode
# Cf); halves of characters. The joiners U+200C and U+200D stay: scripts and emoji are made with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_PARTED = re.compile(r"[\s,、，]+")


def unmarked(text: str) -> str:
    """The text without what nobody sees, its lines parted by line feeds."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def one_line(text: str) -> str:
    """The text without what nobody sees, on one line."""
    return " ".join(unmarked(text).split())


def possible(text: str) -> str:
    """The text without what nobody sees. Raises Invalid for more than any bureau would take, before anybody waits for it."""
    text = unmarked(text)
    _require_at_most(text, LONGEST_EVER)
    return text


def cleaned(actor: Actor, unit_id: int | None, text: str, *, has_files: bool = False) -> str:
    """The text as it is kept. Raises Invalid with the field `text` where nothing is left, for too much, and for what guards refuse.

    What comes with files needs no text.
    """
    text = unmarked(text)
    if not text and has_files:
        return text
    if not text:
        raise _refusal(gettext("Please write a message."))
    _require_at_most(text, int(rules.value(LONGEST, unit_id)))
    require_wanted(unit_id, text)
    texts.require_clean(actor, unit_id, {"text": text})
    return text


def require_wanted(unit_id: int | None, text: str, field: str = "text") -> None:
    """Refuse what holds a word that the organisation does not want, and name the word at the field."""
    unwanted = [word for word in _PARTED.split(str(rules.value(FORBIDDEN_WORDS, unit_id))) if word]
    if unwanted:
        folded = fold(text, "remove")
        for word in unwanted:
            if fold(word, "remove") in folded:
                words = gettext(
                    "The rule of the organisation does not allow “%(word)s” in messages.", word=word
                )
                raise Invalid(words, fields={field: words})


def _require_at_most(text: str, longest: int) -> None:
    if len(text) > longest:
        raise _refusal(
            gettext("At most %(limit)d characters (now %(length)d).", limit=longest, length=len(text))
        )


def _refusal(words: str) -> Invalid:
    return Invalid(words, fields={"text": words})


__all__ = ["KEY_LENGTH", "cleaned", "one_line", "possible", "require_wanted", "unmarked"]
