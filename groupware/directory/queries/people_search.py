"""People search: several words, each found in the name, the kana, a number, or in the name of a unit or post.

Text is sought in the database: the rarest piece of all words leads to candidates, whose texts are compared. Units, posts
and filters are sought in the roll of today. Order: a number that is met exactly, then names that begin with a word, then
names that contain it, then people of a unit or post of that name; within each in 建制順.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, String, bindparam, case, cast, func, literal, or_, select, union_all

from groupware.db import fetch
from groupware.directory.models import Person, PersonGram
from groupware.directory.people_index import PLAIN, beginning, pieces
from groupware.directory.queries.roll import Roll, roll
from groupware.text.folding import fold

MAX_WORDS = 5
MAX_LETTERS = 50
LIMIT = 3000
"""Candidates that one word may have: beyond it the words say too little and the number is shown as 「3,000人以上」."""

SAMPLE = 1000
"""How far a piece is counted: whoever is rarer than that is rare enough."""

EXACT, BEGINS, CONTAINS, PLACE = range(4)
SORTS = ("official", "kana", "number", "extension")

# Tables and not models: lists of ids need no objects, and every row of theirs would cost ten microseconds.
_grams = PersonGram.__table__
_people = Person.__table__


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of people is asked for. `sort` is one of SORTS; the empty one orders by how well the words fit."""

    text: str = ""
    unit_id: int | None = None
    post_id: int | None = None
    employment_type: str = ""
    sort: str = ""
    is_descending: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked that would leave anybody out."""
        return not (self.text.strip() or self.unit_id or self.post_id or self.employment_type)


@dataclass(frozen=True, slots=True)
class Found:
    """All people that were asked for, in order. `is_capped`: there are more than could be looked through."""

    people: list[int]
    is_capped: bool = False


def words_of(text: str) -> list[str]:
    """The words of a query, folded, each once, the first five of them."""
    words = dict.fromkeys(word[:MAX_LETTERS] for word in fold(text).split())
    return list(words)[:MAX_WORDS]


def found_people(wanted: Wanted) -> Found:
    """The people of today's roll that are asked for. No query without words; with words one to find the rarest piece and
    one to compare texts, and one more for each word that is a beginning or also names a unit or post."""
    current = roll()
    words = words_of(wanted.text)
    # Without words everybody fits alike, and the roll is in order already.
    classes, is_capped = _by_words(words, current) if words else (current.place, False)
    people: Iterable[int] = classes
    if wanted.unit_id is not None:
        among = current.people_of_units(current.tree.subtree(wanted.unit_id))
        people = [person_id for person_id in people if person_id in among]
    if wanted.post_id is not None:
        holders = current.people_of_posts([wanted.post_id])
        people = [person_id for person_id in people if person_id in holders]
    if wanted.employment_type:
        kind = wanted.employment_type
        people = [i for i in people if i in current.entries and current.entries[i].employment_type == kind]
    return Found(_ordered(people, wanted, current, classes), is_capped)


def _ordered(people: Iterable[int], wanted: Wanted, current: Roll, classes: dict[int, int]) -> list[int]:
    here = [person_id for person_id in people if person_id in current.place]
    place, entries = current.place, current.entries
    if wanted.sort == "kana":
        here.sort(key=lambda i: (entries[i].sort_kana, place[i]))
    elif wanted.sort == "number":
        here.sort(key=lambda i: (entries[i].staff_number, place[i]))
    elif wanted.sort == "extension":
        # Those without one come last, in whichever direction.
        here.sort(
            key=lambda i: ((not entries[i].extension) ^ wanted.is_descending, entries[i].extension, place[i])
        )
    elif wanted.sort == "official":
        here.sort(key=place.__getitem__)
    elif classes is not place:
        here.sort(key=lambda i: (classes[i], place[i]))
    if wanted.is_descending:
        here.reverse()
    return here


def _by_words(words: Sequence[str], current: Roll) -> tuple[dict[int, int], bool]:
    """Person → how well they fit, for those whom every word fits; and whether some were left out.

    A word that names no unit or post must be in the text; the others may be. Words that need a comparison of texts share
    one query, led by the rarest piece among them.
    """
    places = {word: _of_place(word, current) for word in words}
    compared = [word for word in words if beginning(word) is None]
    rarest = _rarest_pieces(compared) if compared else {}
    together = [word for word in compared if not places[word]]
    if any(word not in rarest for word in together):
        return {}, False
    parts: list[dict[int, int]] = []
    is_capped = False
    if together:
        leader = min((rarest[word] for word in together), key=lambda piece: piece[1])[0]
        by_text, is_capped = _by_text(leader, together)
        parts.append(by_text)
    for word in words:
        if word in together:
            continue
        own = dict.fromkeys(places[word], PLACE)
        piece = beginning(word)
        if piece is not None:
            by_text, is_cut = _by_beginning(piece, word, current)
        elif word in rarest:
            by_text, is_cut = _by_text(rarest[word][0], [word])
        else:
            by_text, is_cut = {}, False
        parts.append(own | by_text)
        is_capped |= is_cut
    parts.sort(key=len)
    fits = parts[0]
    for other in parts[1:]:
        fits = {
            person_id: min(fit, other[person_id]) for person_id, fit in fits.items() if person_id in other
        }
    return fits, is_capped


def _of_place(word: str, current: Roll) -> set[int]:
    """Everybody in the units (with all below them) and posts whose name contains the word."""
    if len(word) < 2:
        return set()
    tree = current.tree
    units: set[int] = set()
    for names, unit_id in current.words:
        unit = tree.units.get(unit_id)
        if unit is not None and unit_id not in units and any(word in name for name in names):
            # The municipality itself would answer for everybody.
            units |= tree.subtree(unit_id) if unit.parent_id is not None else {unit_id}
    posts = [post_id for post_id, (name, _) in current.posts.items() if word in fold(name, spaces="remove")]
    return current.people_of_units(units) | current.people_of_posts(posts)


@lru_cache(maxsize=64)
def _counts(number: int) -> Any:
    """How many people have each of so many pieces, counted up to SAMPLE."""
    parts = []
    for index in range(number):
        some = select(_grams.c.person_id).where(_grams.c.gram == bindparam(f"gram{index}", type_=String))
        counted = select(func.count()).select_from(some.limit(SAMPLE).subquery()).scalar_subquery()
        parts.append(select(literal(index), counted))
    return union_all(*parts)


def _rarest_pieces(words: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Word → its rarest piece and how many people have it; a word that nobody has is left out. One query."""
    wanted = list(dict.fromkeys(piece for word in words for piece in pieces(word)))
    values = {f"gram{index}": piece for index, piece in enumerate(wanted)}
    counts = {wanted[index]: count for index, count in fetch(_counts(len(wanted)), values)}
    found = {word: min(((p, counts[p]) for p in pieces(word)), key=lambda piece: piece[1]) for word in words}
    return {word: piece for word, piece in found.items() if piece[1]}


def _together(candidates: Any) -> Any:
    """One row a fit with all ids in one string: a thousand rows would cost more to send than to find."""
    some = candidates.limit(LIMIT + 1).subquery()
    ids = func.aggregate_strings(cast(some.c.person_id, String), ",")
    return select(some.c.fit, ids).group_by(some.c.fit)


def _read(rows: Iterable[Any]) -> tuple[dict[int, int], bool]:
    fits: dict[int, int] = {}
    for fit, ids in rows:
        fits.update(dict.fromkeys(map(int, ids.split(",")), fit))
    return fits, len(fits) > LIMIT


_begins = _together(
    select(_grams.c.person_id, literal(BEGINS, Integer).label("fit")).where(
        _grams.c.gram == bindparam("gram", type_=String)
    )
)


def _by_beginning(piece: str, word: str, current: Roll) -> tuple[dict[int, int], bool]:
    """Everybody with the piece; a number that is met in whole fits exactly. One query, of the index alone."""
    fits, is_cut = _read(fetch(_begins, {"gram": piece}))
    if word[0] in PLAIN:
        for person_id in fits:
            entry = current.entries.get(person_id)
            if entry is not None and word in (
                entry.extension,
                entry.staff_number,
                entry.staff_number.lstrip("0"),
            ):
                fits[person_id] = EXACT
    return fits, is_cut


@lru_cache(maxsize=MAX_WORDS)
def _candidates(number: int) -> Any:
    """People with a piece in whose text all words are, with the best fit of the words.

    The comparison is a subquery for each candidate and not a join: without statistics of a fresh import PostgreSQL
    would rather compare the texts of everybody.
    """
    begin = or_(*(_text_like(f"begins{index}") for index in range(number)))
    fit = (
        select(case((begin, BEGINS), else_=CONTAINS))
        .where(
            _people.c.id == _grams.c.person_id, *(_text_like(f"contains{index}") for index in range(number))
        )
        .correlate(_grams)
        .scalar_subquery()
    )
    compared = select(_grams.c.person_id, fit.label("fit")).where(
        _grams.c.gram == bindparam("gram", type_=String)
    )
    # The offset keeps the subquery from being computed a second time for the condition.
    some = compared.offset(0).subquery()
    return _together(select(some.c.person_id, some.c.fit).where(some.c.fit.is_not(None)))


def _text_like(name: str) -> Any:
    return _people.c.search_text.like(bindparam(name, type_=String), escape="\\")


def _by_text(piece: str, words: Sequence[str]) -> tuple[dict[int, int], bool]:
    """Everybody with the piece in whose text all words are. One query."""
    values = {"gram": piece}
    for index, word in enumerate(words):
        plain = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        values[f"begins{index}"] = f"% {plain}%"
        values[f"contains{index}"] = f"% {plain}%" if word[0] in PLAIN else f"%{plain}%"
    return _read(fetch(_candidates(len(words)), values))


__all__ = ["LIMIT", "SORTS", "Found", "Wanted", "found_people", "words_of"]
