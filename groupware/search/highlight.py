"""Show what was searched for in what was found, whatever kana, width, case or era it is written in."""

import re
from collections.abc import Iterator
from typing import Final

from markupsafe import Markup, escape

from groupware.calendar.eras import dates_in
from groupware.search.entry import pressed
from groupware.search.query import Query, parsed
from groupware.text.folding import fold

SNIPPET: Final = 70
"""Characters before and after a found word."""

WINDOW: Final = 400
"""Characters of a long line that are looked at together; neighbours overlap by as much as a query is long."""
OVERLAP: Final = 100


def marked(text: str, query: str) -> Markup:
    """`text`, escaped, with every part that matches a word of `query` in <mark>."""
    hits = [False] * len(text)
    for start, end in _places(text, parsed(query)):
        hits[start:end] = [True] * (end - start)
    parts: list[str] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or hits[place] != hits[start]:
            piece = str(escape(text[start:place]))
            parts.append(f"<mark>{piece}</mark>" if hits[start] else piece)
            start = place
    return Markup("".join(parts))  # noqa: S704  every piece was escaped


def snippet(text: str, query: str) -> str:
    """The part of `text` round the first line that holds a word of `query`, or its beginning."""
    sought = parsed(query)
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    for line in lines:
        for start in range(0, max(len(line) - OVERLAP, 1), WINDOW - OVERLAP):
            window = line[start : start + WINDOW]
            if _may_hold(window, sought):
                at = min((place for place, _ in _places(window, sought)), default=0)
                return _around(line, start + at)
    return _around(lines[0], 0) if lines else ""


def _may_hold(text: str, query: Query) -> bool:
    """Whether a word stands in `text`, quickly."""
    folded = pressed(text)
    if any(spelling in folded for term in query.wanted for spelling in term.spellings):
        return True
    days = {term.day for term in query.wanted if term.day is not None}
    return bool(days) and any(day in days for _, _, day in dates_in(folded))


def _around(line: str, at: int) -> str:
    if len(line) <= 2 * SNIPPET:
        return line
    start = max(0, min(at - SNIPPET // 2, len(line) - 2 * SNIPPET))
    end = start + 2 * SNIPPET
    return ("…" if start else "") + line[start:end] + ("…" if end < len(line) else "")


def _places(text: str, query: Query) -> Iterator[tuple[int, int]]:
    """Where words stand in `text`. White space within a word means nothing, as in the index."""
    folded, origin = _folded(text)
    found = [
        match.span()
        for term in query.wanted
        for match in re.finditer(" *".join(map(re.escape, term.spellings[0])), folded)
    ]
    days = {term.day for term in query.wanted if term.day is not None}
    if days:
        found += [(start, end) for start, end, day in dates_in(folded) if day in days]
    for start, end in found:
        yield origin[start][0], origin[end - 1][1]


def _folded(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The folded text, and for each of its characters the range of `text` it came from."""
    folded: list[str] = []
    origin: list[tuple[int, int]] = []
    for place, letter in enumerate(text):
        # A voiced mark of half-width kana folds with the letter before it.
        pair = fold(text[place - 1] + letter, "remove") if place and letter in "ﾞﾟ゛゜" else ""
        if pair and len(pair) == 1 and folded:
            folded[-1] = pair
            origin[-1] = (origin[-1][0], place + 1)
            continue
        piece = fold(letter, "remove") or (" " if letter.isspace() else "")
        folded.extend(piece)
        origin.extend([(place, place + 1)] * len(piece))
    return "".join(folded), origin


__all__ = ["marked", "snippet"]
