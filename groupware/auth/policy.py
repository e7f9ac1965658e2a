"""What makes a password acceptable: long enough, not about oneself, not among the first guesses. No rules of composition.

Length counts, mixtures of signs do not: they make people write passwords down (NIST SP 800-63B, 3.1.1.2).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import jaconv

from groupware.auth.passwords import MAXIMUM_LENGTH
from groupware.errors import Invalid
from groupware.i18n import gettext

MINIMUM_LENGTH_RULE = "auth.minimum_length"

_COMMON = Path(__file__).with_name("data") / "common_passwords.txt"
_ROWS = ("01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
_RUN = 4
"""Neighbouring keys from which on they count as a sweep over the keyboard."""


def require_acceptable(
    password: str, *, minimum: int, personal: Iterable[str], field: str = "new_password"
) -> None:
    """Raise Invalid, with the reason at `field`, for a password that is too short, too long or too easy to guess.

    `personal` are texts about the person: numbers, names in kanji and kana. Lengths are in characters.
    """
    if len(password) < minimum:
        raise _refused(
            field,
            "too_short",
            gettext(
                "Please enter at least %(minimum)d characters (%(length)d now).",
                minimum=minimum,
                length=len(password),
            ),
        )
    if len(password) > MAXIMUM_LENGTH:
        raise _refused(
            field,
            "too_long",
            gettext(
                "Please enter at most %(maximum)d characters (%(length)d now).",
                maximum=MAXIMUM_LENGTH,
                length=len(password),
            ),
        )
    folded = _folded(password)
    if any(part in folded for text in personal for part in _parts(text)):
        raise _refused(field, "personal", gettext("A password must not contain your name or staff number."))
    if _is_common(folded) or _is_pattern(folded):
        raise _refused(
            field,
            "too_common",
            gettext("This password is easy to guess. Please combine other words or characters."),
        )


def _refused(field: str, code: str, message: str) -> Invalid:
    return Invalid(message, code=f"password_{code}", fields={field: message})


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _parts(text: str) -> Iterator[str]:
    """What of a name or number must not occur: whole words, and kana as people type them in Latin letters."""
    for word in _folded(text).split():
        if len(word) >= (2 if not word.isascii() else 4):
            yield word
        kana = jaconv.kata2hira(word)
        if re.fullmatch(r"[ぁ-ゖー]+", kana):
            latin = jaconv.kana2alphabet(kana)
            for spelling in (latin, re.sub(r"ou|oo|ō", "o", latin).replace("uu", "u")):
                if len(spelling) >= 4:
                    yield spelling


def _is_common(folded: str) -> bool:
    """Whether it is a common word, digits and signs around it aside."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    return folded in _common() or core in _common()


def _is_pattern(folded: str) -> bool:
    """Whether it is one short piece repeated, or little more than sweeps over the keyboard."""
    if re.fullmatch(r"(.{1,4})\1+.{0,3}", folded):
        return True
    rest, position = 0, 0
    while position < len(folded):
        length = _sweep(folded[position:])
        position += length or 1
        rest += 0 if length else 1
    return rest < _RUN


def _sweep(text: str) -> int:
    """How many characters at the beginning follow one another on a row, in either direction; 0 if too few."""
    longest = (
        max(
            _common_start(text, row[start:])
            for base in _ROWS
            for row in (base, base[::-1])
            for start in range(len(row))
            if row[start] == text[0]
        )
        if any(text[0] in row for row in _ROWS)
        else 0
    )
    return longest if longest >= _RUN else 0


def _common_start(text: str, other: str) -> int:
    return next(
        (i for i, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), min(len(text), len(other))
    )


@cache
def _common() -> frozenset[str]:
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
