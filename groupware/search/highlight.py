"""Show what was searched for in what was found, whatever kana, width or case it is written in."""

import re
from typing import Final

from markupsafe import Markup, escape

from groupware.text.folding import fold

SNIPPET: Final = 70
"""Characters before and after a found word."""


def marked(text: str, query: str) -> Markup:
    """`text`, escaped, with every part that matches a word of `query` in <mark>."""
    words = fold(query).split()
    folded, origin = _folded(text)
    hits = [False] * len(text)
    for word in words:
        for match in re.finditer(re.escape(word), folded):
            for place in range(match.start(), match.end()):
                hits[slice(*origin[place])] = [True] * (origin[place][1] - origin[place][0])
    parts: list[str] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or hits[place] != hits[start]:
            piece = str(escape(text[start:place]))
            parts.append(f"<mark>{piece}</mark>" if hits[start] else piece)
            start = place
    return Markup("".join(parts))  # noqa: S704  every piece was escaped


def snippet(text: str, words: list[str]) -> str:
    """The part of `text` round the first line that holds one of the folded words, or its beginning."""
    lines = [line for line in text.split("\n") if line]
    line = next((one for one in lines if any(word in fold(one) for word in words)), lines[0] if lines else "")
    if len(line) <= 2 * SNIPPET:
        return line
    at = max((fold(line).find(word) for word in words), default=0)
    start = max(0, at - SNIPPET)
    return ("…" if start else "") + line[start : start + 2 * SNIPPET] + "…"


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
