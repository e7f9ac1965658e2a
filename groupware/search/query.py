"""What somebody typed into the search box, taken apart.

Words apart by white space must all occur. “…” is one word with what is in it, -word must not occur. A word that is a date
is met by that date however it is written.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from groupware.calendar.eras import DateFormatError, parse_date
from groupware.search.entry import date_mark, pressed
from groupware.text.tokens import needed

LENGTH: Final = 100
"""Characters of a query."""
MOST_WORDS: Final = 8

_QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟〝〞〟＂", '"'))
# An IME offers any of these for the key "-"; no word of Japanese begins with one.
_MINUS: Final = "-－‐‑–—−ーｰ"
_WORD: Final = re.compile(rf'(?P<minus>[{_MINUS}]?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class Term:
    """A word that is sought: it occurs where one of its spellings does. `day`: the date that it is."""

    spellings: tuple[str, ...]
    day: date | None = None

    @property
    def is_indexed(self) -> bool:
        """Whether the index finds it: two letters, or one kanji."""
        return all(needed(spelling) for spelling in self.spellings)


@dataclass(frozen=True, slots=True)
class Query:
    """The words that must occur, and those that must not."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    plain: str = ""
    """The words that must occur, as they were typed, for those who read no signs."""

    @property
    def excluded(self) -> tuple[str, ...]:
        """Every spelling of what must not occur."""
        return tuple(spelling for term in self.unwanted for spelling in term.spellings)

    @property
    def is_too_short(self) -> bool:
        """Whether it would find nearly everything: no word that the index finds."""
        return not any(term.is_indexed for term in self.wanted)


def cleaned(text: str) -> str:
    """A query as it is used and shown again: one line, at most `LENGTH` characters."""
    return " ".join(text.split())[:LENGTH]


@lru_cache(maxsize=256)
def parsed(text: str) -> Query:
    """The words of a query, each once, the first `MOST_WORDS` of them."""
    line = cleaned(text).translate(_QUOTES)
    if (whole := _term(line)) is not None and whole.day is not None:
        return Query((whole,), plain=line)
    wanted: dict[Term, None] = {}
    unwanted: dict[Term, None] = {}
    plain: list[str] = []
    for match in _WORD.finditer(line):
        word = match["phrase"] if match["phrase"] is not None else match["word"]
        term = _term(word)
        if term is None or len(wanted) + len(unwanted) == MOST_WORDS:
            continue
        (unwanted if match["minus"] else wanted)[term] = None
        if not match["minus"]:
            plain.append(word)
    return Query(tuple(wanted), tuple(unwanted), " ".join(plain))


def _term(word: str) -> Term | None:
    spelling = pressed(word)
    if not spelling:
        return None
    try:
        day = parse_date(word.strip()).date
    except DateFormatError:
        return Term((spelling,))
    mark = date_mark(day)
    return Term((spelling, mark) if mark else (spelling,), day)


__all__ = ["LENGTH", "MOST_WORDS", "Query", "Term", "cleaned", "parsed"]
