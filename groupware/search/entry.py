"""What the index keeps of a text: three lines of folded characters without white space.

The first line is the title, the second the text, the third the dates that occur in both, each as one private character, so
that 令和8年11月22日, R8.11.22 and 2026-11-22 find one another. A word is sought in the lines, and never holds a line break.
"""

import re
import unicodedata
from datetime import date
from typing import Final

from groupware.calendar.eras import GREGORIAN_SINCE, dates_in
from groupware.text.folding import FOLDING_VERSION, fold
from groupware.text.tokens import GRAMS_VERSION

VERSION: Final = f"{FOLDING_VERSION}.{GRAMS_VERSION}.1"
"""Of folding, of the tokeniser, and of these lines: a kind that was indexed by another one is indexed anew."""

LONGEST: Final = 200_000
"""Characters of a text that are looked at: some two hundred pages."""

_FIRST_DATE: Final = 0xF0000
"""Private characters that no font and no keyboard has; the first one is the first day of the civil calendar."""
_LAST_DATE: Final = 0xFFFFD
# Control characters, which PostgreSQL and lines do not bear, halves of characters, and what dates are written in.
_FORBIDDEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\U000f0000-\U0010ffff]")

_LAYOUT_SPACE: Final = re.compile(r"(?<![0-9]) | (?![0-9])")


def pressed(text: str) -> str:
    """`text` folded, without white space and without characters that the index keeps for itself."""
    return _close(fold(text))


def folded_lines(title: str, text: str) -> str:
    """The lines of a title and a text."""
    lines = fold(title), fold(text[:LONGEST])
    # In 505 2026-11-22 the space tells two numbers apart; in 令和 8年 11月 it is for the look only.
    days = {day for line in lines for _, _, day in dates_in(_LAYOUT_SPACE.sub("", line))}
    return f"{_close(lines[0])}\n{_close(lines[1])}\n{''.join(map(date_mark, sorted(days)))}"


def _close(folded: str) -> str:
    """What `fold` leaves with its spaces removed as well, as `fold(text, "remove")` would."""
    return unicodedata.normalize("NFC", _FORBIDDEN.sub("", folded.replace(" ", "")))


def date_mark(day: date) -> str:
    """The character of a day, empty beyond the years that there are characters for (1873 to 2052)."""
    number = _FIRST_DATE + (day - GREGORIAN_SINCE).days
    return chr(number) if _FIRST_DATE <= number <= _LAST_DATE else ""


__all__ = ["LONGEST", "VERSION", "date_mark", "folded_lines", "pressed"]
