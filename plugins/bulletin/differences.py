"""Two wordings side by side: what went and what came, line by line and within a line. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from groupware.text.html import to_plain

MOST_PIECES = 1500
"""Above so many pieces a changed passage is shown as a whole: finding the smallest change would take too long."""

# Latin words and numbers as wholes; Japanese has no spaces to part words by, so it goes letter by letter.
_PIECES = re.compile(r"[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of text that stayed, went or came."""

    kind: Literal["same", "removed", "added"]
    text: str


def differences(old: str, new: str) -> list[Passage]:
    """What leads from one text to the other, in reading order; passages of one kind are joined."""
    found: list[Passage] = []
    for passage in _by_line(old.split("\n"), new.split("\n")):
        if not passage.text:
            continue
        if found and found[-1].kind == passage.kind:
            found[-1] = Passage(passage.kind, found[-1].text + passage.text)
        else:
            found.append(passage)
    return found


def html_differences(old: str, new: str) -> list[Passage]:
    """The same for the words of rich text."""
    return differences(to_plain(old), to_plain(new))


def _by_line(old: Sequence[str], new: Sequence[str]) -> Iterator[Passage]:
    old, new = [line + "\n" for line in old], [line + "\n" for line in new]
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = "".join(old[i:j]), "".join(new[k:m])
        if kind == "equal":
            yield Passage("same", before)
        else:
            yield from _by_piece(before, after)


def _by_piece(old: str, new: str) -> Iterator[Passage]:
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    if len(before) > MOST_PIECES or len(after) > MOST_PIECES:
        yield Passage("removed", old)
        yield Passage("added", new)
        return
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Passage("same", "".join(before[i:j]))
        else:
            yield Passage("removed", "".join(before[i:j]))
            yield Passage("added", "".join(after[k:m]))
