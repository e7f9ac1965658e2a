"""個人番号 in a text: twelve digits with the right check digit (administration.md 25). Pure.

The check digit is that of 総務省令第85号 (2014), article 5: with P(n) the n-th digit from the right, the check digit aside,
and Q(n) = n + 1 up to the sixth and n - 5 from the seventh, it is 11 - (sum of P(n)·Q(n) mod 11), or 0 where the rest is 0 or
1. People write it in full or half width, in one piece or in equal groups with spaces or hyphens. Thirteen digits (法人番号), a
card number and a telephone number are none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LENGTH = 12
_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
"""Q of the first eleven digits, from the left."""
_SPACES = " \u00a0\u2002\u2003\u2007\u2009\u202f\u3000"
_HYPHENS = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\ufe63\uff0d\uff70"
_GROUP = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Found:
    """Where a number stands in a text: from `start` up to `end`."""

    start: int
    end: int


def check_digit(digits: str) -> int:
    """The twelfth digit that belongs to eleven ASCII digits."""
    rest = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11
    return 0 if rest <= 1 else 11 - rest


def is_individual_number(digits: str) -> bool:
    """Whether twelve ASCII digits end in their check digit."""
    return len(digits) == LENGTH and check_digit(digits[:-1]) == int(digits[-1])


def find(text: str) -> list[Found]:
    """Every individual number in a text, in order."""
    return list(_found([(match.start(), match.end()) for match in _GROUP.finditer(text)], text))


def masked(text: str, found: Found) -> str:
    """The number as it may be shown to whoever typed it: its last two digits, so that they find it again."""
    digits = _digits(text[found.start : found.end])
    return "*" * (LENGTH - 2) + digits[-2:]


def blanked(text: str) -> str:
    """The text without the digits of the numbers in it, as it may be kept."""
    parts, at = [], 0
    for one in find(text):
        parts += [text[at : one.start], "*" * LENGTH]
        at = one.end
    return "".join([*parts, text[at:]])


def _found(groups: list[tuple[int, int]], text: str) -> Iterator[Found]:
    at = 0
    while at < len(groups):
        count = _pieces(groups, at, text)
        if count:
            yield Found(groups[at][0], groups[at + count - 1][1])
        at += count or 1


def _pieces(groups: list[tuple[int, int]], at: int, text: str) -> int:
    """Of how many equal groups the number that begins with this group consists; 0 if none begins here."""
    size = groups[at][1] - groups[at][0]
    if size == 0 or LENGTH % size:
        return 0
    count = LENGTH // size
    last = at + count - 1
    if last >= len(groups) or any(end - start != size for start, end in groups[at : last + 1]):
        return 0
    kinds = {_separator(groups, one, text) for one in range(at, last)}
    if len(kinds) > 1 or "" in kinds:
        return 0
    if count > 1 and (
        _goes_on(groups, at - 1, size, kinds, text) or _goes_on(groups, last, size, kinds, text)
    ):
        return 0
    return count if is_individual_number(_digits(text[groups[at][0] : groups[last][1]])) else 0


def _goes_on(groups: list[tuple[int, int]], left: int, size: int, kinds: set[str], text: str) -> bool:
    """Whether the pattern goes on between this group and the next, as in a card number of four by four."""
    if left < 0 or left + 1 >= len(groups) or _separator(groups, left, text) not in kinds:
        return False
    return all(end - start == size for start, end in groups[left : left + 2])


def _separator(groups: list[tuple[int, int]], left: int, text: str) -> str:
    """What stands between a group and the next: a space, a hyphen, or nothing that belongs into a number."""
    between = text[groups[left][1] : groups[left + 1][0]]
    if len(between) != 1:
        return ""
    return "space" if between in _SPACES else "hyphen" if between in _HYPHENS else ""


def _digits(text: str) -> str:
    return "".join(str(int(letter)) for letter in text if letter.isdecimal())


__all__ = ["LENGTH", "Found", "blanked", "check_digit", "find", "is_individual_number", "masked"]
