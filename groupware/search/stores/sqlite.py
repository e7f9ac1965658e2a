"""SQLite: an FTS5 table without content and without positions. What is removed hands its tokens back.

FTS5 merges the lists of all tokens of a search, so a frequent one costs more than it saves: only the rarest grams of a
query are asked for. How frequent a gram is, a sample of the newest documents says.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from flask import current_app
from sqlalchemy import ColumnElement, and_, bindparam, delete, func, literal, literal_column, select, text

from groupware import clock
from groupware.db import BIGINT, fetch, for_each_database, insert_new, run, session
from groupware.search.models import Document
from groupware.search.query import Query
from groupware.search.stores.columns import DOCUMENTS, FOLDED, ID
from groupware.text.tokens import grams, needed

SAMPLE: Final = 2000
"""Documents that say how frequent a gram is, and their first characters."""
SAMPLED: Final = 300
SAMPLE_SECONDS: Final = 3600.0
MOST_TOKENS: Final = 4
FREQUENT: Final = 0.1
"""A token in a larger share of the documents is not asked for beside a rarer one."""

_EXTENSION: Final = "groupware_search_frequencies"

TITLE: Final = "t"
"""What the tokens of titles begin with, so that titles can be asked for alone."""

# CROSS: the index first, whatever the planner thinks of the documents.
source = text(f"search_index CROSS JOIN {DOCUMENTS} ON {ID} = search_index.rowid")
when: ColumnElement[int] = literal_column("search_index.rowid", BIGINT)

_match: ColumnElement[str] = literal_column("search_index")
_add = text("INSERT INTO search_index (rowid, tokens) VALUES (:id, :tokens)")
_hand_back = text("INSERT INTO search_index (search_index, rowid, tokens) VALUES ('delete', :id, :tokens)")
_removed = select(Document.id, Document.kind, Document.person_id, Document.folded).where(
    Document.id.in_(bindparam("ids", expanding=True))
)
_newest = (
    select(Document.kind, Document.person_id, func.substr(Document.folded, 1, SAMPLED).label("folded"))
    .order_by(Document.id.desc())
    .limit(SAMPLE)
)


@for_each_database
def _insert() -> Any:
    return insert_new(Document).returning(Document.id)


def insert(rows: list[dict[str, Any]]) -> list[int]:
    """See `Store`."""
    added = {row.id for row in run(_insert(), rows)} if rows else set()
    tokens = [
        {"id": row["id"], "tokens": " ".join(_tokens(row["kind"], row["person_id"], row["folded"]))}
        for row in rows
        if row["id"] in added
    ]
    if tokens:
        run(_add, tokens)
    return sorted(added)


def erase(ids: list[int]) -> None:
    """See `Store`."""
    rows = fetch(_removed, {"ids": ids}).all()
    if not rows:
        return
    session.execute(
        _hand_back,
        [{"id": row.id, "tokens": " ".join(_tokens(row.kind, row.person_id, row.folded))} for row in rows],
    )
    session.execute(delete(Document).where(Document.id.in_([row.id for row in rows])))


def leads(query: Query, kind: str, person_id: int | None, *, in_title: bool) -> ColumnElement[bool]:
    """See `Store`."""
    known = _frequencies()
    prefix = TITLE if in_title else ""
    # A word that has two spellings (a date) is reached by either, the others by the rarest grams of all of them.
    either = [term for term in query.wanted if len(term.spellings) > 1 and not in_title and term.is_indexed]
    others = [term for term in query.wanted if term not in either]
    parts = [
        " OR ".join(f"({' '.join(known.rarest(_sought(spelling, prefix)))})" for spelling in term.spellings)
        for term in either
    ]
    tokens = {token for term in others for token in _sought(term.spellings[0], prefix)}
    tokens |= {_kind_token(kind)} | ({_person_token(person_id)} if person_id is not None else set())
    parts.append(" AND ".join(known.rarest(tokens)))
    return _match.op("MATCH")(literal(" AND ".join(f"({part})" for part in parts)))


def holds(spelling: str, *, in_title: bool) -> ColumnElement[bool]:
    """See `Store`."""
    place = func.instr(FOLDED, literal(spelling))
    if not in_title:
        return place > 0
    return and_(place > 0, place < func.instr(FOLDED, literal("\n")))


def among(column: ColumnElement[int], ids: list[int]) -> ColumnElement[bool]:
    """See `Store`."""
    given = func.json_each(literal(str(ids))).table_valued("value")
    return column.in_(select(given.c.value))


def _kind_token(kind: str) -> str:
    return f"k{kind.encode().hex()}"


def _person_token(person_id: int) -> str:
    return f"p{person_id}"


def _sought(spelling: str, prefix: str) -> set[str]:
    return {f"{prefix}{gram:x}" for gram in needed(spelling)}


def _tokens(kind: str, person_id: int | None, folded: str) -> set[str]:
    found = {f"{gram:x}" for gram in grams(folded)}
    found.update(f"{TITLE}{gram:x}" for gram in grams(folded.partition("\n")[0]))
    found.add(_kind_token(kind))
    if person_id is not None:
        found.add(_person_token(person_id))
    return found


@dataclass(frozen=True, slots=True)
class _Frequencies:
    """In how many documents of a sample a token occurs."""

    counts: Counter[str]
    sampled: int
    taken_at: float

    def rarest(self, tokens: Iterable[str]) -> list[str]:
        """The tokens that are worth asking for, the rarest first."""
        ordered = sorted(tokens, key=lambda token: (self.counts[token], token))[:MOST_TOKENS]
        frequent = FREQUENT * self.sampled
        return [token for token in ordered if token == ordered[0] or self.counts[token] <= frequent]


def _frequencies() -> _Frequencies:
    known = current_app.extensions.get(_EXTENSION)
    instant = clock.monotonic()
    if isinstance(known, _Frequencies) and instant - known.taken_at < SAMPLE_SECONDS:
        return known
    rows = fetch(_newest).all()
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(_tokens(row.kind, row.person_id, row.folded))
    sample = _Frequencies(counts, len(rows), instant)
    current_app.extensions[_EXTENSION] = sample
    return sample


__all__ = ["among", "erase", "holds", "insert", "leads", "source", "when"]
