"""Keep the index in step with what it is about, in the unit of work that writes it.

`index` asks the kind what its things are found by and writes the difference, so a reindexing, a repair and the save of a form
write the same; `add` is for what is new. There is no other way into the index.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

from sqlalchemy import bindparam, select

from groupware.db import fetch, session
from groupware.plugin import SearchKind, SearchText
from groupware.registry import registry
from groupware.search.entry import folded_lines
from groupware.search.models import Document
from groupware.search.stores import store

CHUNK = 200
"""Things that are indexed at a time."""

SECOND_BITS = 16
"""Bits of a document's id below the second."""

_COLUMNS = ("kind", "key", "part", "container_id", "unit_id", "person_id", "name", "folded")
_present = select(Document.id, *(getattr(Document, name) for name in _COLUMNS)).where(
    Document.kind == bindparam("kind"), Document.key.in_(bindparam("keys", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Part:
    """Something that is found as a part of a thing: a file with its name and its words."""

    id: int
    name: str
    text: str


PartsOf = Callable[[str, Sequence[int]], Mapping[int, Sequence[Part]]]
_parts: list[PartsOf] = []


def parts_by(step: PartsOf) -> PartsOf:
    """Register who says what parts things of a kind have."""
    if step not in _parts:
        _parts.append(step)
    return step


def index(kind_id: str, keys: Iterable[int]) -> None:
    """Let these things be found as they are now in the current write unit, or not at all if they are not to be found.

    Called by the service that wrote them, after it has locked them. Raises KeyError for a kind that nobody declares.
    """
    kind = registry().search_kinds[kind_id]
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        session.flush()
        write(kind, part, kind.texts(part))


def add(kind_id: str, texts: Iterable[SearchText]) -> None:
    """The same for things that were written in this unit and show no files, so that nothing can stand in the index yet.

    `texts` are what the kind says of them: where the service has written what they are found by, it need not be read again.
    """
    kind = registry().search_kinds[kind_id]
    session.flush()
    _insert([_row(kind, one, Part(0, "", one.text), one.title) for one in texts])


def drop(kind_id: str, keys: Iterable[int]) -> None:
    """Let these things be found no more: for what is erased."""
    kind = registry().search_kinds[kind_id]
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), CHUNK):
        write(kind, wanted[start : start + CHUNK], ())


def write(kind: SearchKind, keys: Sequence[int], texts: Iterable[SearchText]) -> None:
    """Bring the documents of these keys in line with the texts."""
    changed, obsolete = _differences(kind, keys, _rows(kind, keys, texts))
    if obsolete:
        store().erase(obsolete)
    _insert(changed)


def differences(kind: SearchKind, keys: Sequence[int], texts: Iterable[SearchText]) -> int:
    """How many of the documents of these keys are missing, too many or out of date."""
    changed, obsolete = _differences(kind, keys, _rows(kind, keys, texts))
    return max(len(changed), len(obsolete))


def first_id(at: datetime) -> int:
    """The smallest id that a document of this second can have."""
    return int(at.timestamp()) << SECOND_BITS


def _rows(
    kind: SearchKind, keys: Sequence[int], texts: Iterable[SearchText]
) -> dict[tuple[int, int], dict[str, Any]]:
    """The documents that there ought to be, by key and part."""
    files = {key: some for parts in _parts for key, some in parts(kind.id, keys).items()}
    rows = {}
    for one in texts:
        rows[one.key, 0] = _row(kind, one, Part(0, "", one.text), one.title)
        for part in files.get(one.key, ()):
            rows[one.key, part.id] = _row(kind, one, part, part.name)
    return rows


def _row(kind: SearchKind, one: SearchText, part: Part, title: str) -> dict[str, Any]:
    mixed = crc32(f"{kind.id} {one.key}".encode())
    return {
        "id": first_id(one.at) | mixed & ((1 << SECOND_BITS) - 1),
        "kind": kind.id,
        "key": one.key,
        "part": part.id,
        "container_id": one.container_id,
        "unit_id": one.unit_id,
        "person_id": one.person_id,
        "name": part.name,
        "folded": folded_lines(title, part.text),
    }


def _differences(
    kind: SearchKind, keys: Sequence[int], fresh: dict[tuple[int, int], dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[int]]:
    obsolete = []
    same = set()
    for row in fetch(_present, {"kind": kind.id, "keys": list(keys)}):
        wanted = fresh.get((row.key, row.part))
        is_same = (
            wanted is not None
            and wanted["id"] >> SECOND_BITS == row.id >> SECOND_BITS
            and all(wanted[name] == getattr(row, name) for name in _COLUMNS)
        )
        if is_same:
            same.add((row.key, row.part))
        else:
            obsolete.append(row.id)
    return [row for place, row in fresh.items() if place not in same], obsolete


def _insert(rows: list[dict[str, Any]]) -> None:
    """Two documents of one second may want the same id: the second one takes the next."""
    while rows:
        by_id = {row["id"]: row for row in reversed(rows)}
        added = set(store().insert(list(by_id.values())))
        rest = [row for row in rows if row["id"] not in added or by_id[row["id"]] is not row]
        rows = [row | {"id": row["id"] + 1} for row in rest]


__all__ = [
    "CHUNK",
    "SECOND_BITS",
    "Part",
    "add",
    "differences",
    "drop",
    "first_id",
    "index",
    "parts_by",
    "write",
]
