"""The index of the people search: a folded text per person and its pieces, alike on both databases.

The text is a row of words between spaces, " 佐藤 太郎 佐藤太郎 さとう たろう さとうたろう 012345 12345 2345 ". It never holds
the legal name. Units and posts are not in it: they are dated and are found through the tree of the day, so that the
first of April needs no job.

Pieces ("grams") of a word: its pairs of characters, and its beginnings of one and two characters after a space.
Numbers and Latin letters repeat too much for pairs: a word that begins with one has no pairs but all its beginnings up
to seven characters, so that a number is found from its front, with or without leading zeros.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import Integer, String, delete, func, insert, literal, or_, select, update

from groupware.among import among
from groupware.db import session
from groupware.directory.models import Person, PersonGram, StaffNumber
from groupware.text.folding import fold

CHUNK = 500
LONGEST = 8
"""Characters of the longest piece, its leading space included."""

PLAIN = tuple("0123456789abcdefghijklmnopqrstuvwxyz")


def search_text(display_name: str, kana_name: str, numbers: Iterable[str], extension: str) -> str:
    """The words by which a person is found, folded, each once, with a space before and after every one."""
    words: dict[str, None] = {}
    for name in (display_name, kana_name):
        folded = fold(name)
        words.update(dict.fromkeys([*folded.split(), folded.replace(" ", "")]))
    for number in (*numbers, extension):
        folded = fold(number, spaces="remove")
        words.update(dict.fromkeys([folded, folded.lstrip("0")]))
    words.pop("", None)
    return f" {' '.join(words)} " if words else ""


def grams(text: str) -> list[str]:
    """All pieces of a search text, each once."""
    found = {a + b: None for a, b in pairwise(text) if b != " " and a not in PLAIN}
    for word in text.split():
        longest = min(len(word), LONGEST - 1 if word[0] in PLAIN else 2)
        found.update(dict.fromkeys(f" {word[:length]}" for length in range(1, longest + 1)))
    return list(found)


def beginning(word: str) -> str | None:
    """The one piece that exactly those texts have in which a word begins with `word`; None if it takes a comparison.

    Single characters, pairs of kana, numbers and Latin letters are sought as beginnings only: in the middle of a name
    they say nothing and are everywhere. `word` is folded, without a space and not empty.
    """
    if word[0] in PLAIN:
        return f" {word}" if len(word) < LONGEST else None
    is_short = len(word) == 1 or (len(word) == 2 and all("ぁ" <= letter <= "ゖ" for letter in word))
    return f" {word}" if is_short else None


def pieces(word: str) -> list[str]:
    """The pieces that every text with `word` in it has; the caller compares the text as well."""
    if word[0] in PLAIN:
        return [f" {word[: LONGEST - 1]}"]
    return list(dict.fromkeys(a + b for a, b in pairwise(word) if a not in PLAIN))


def reindex(person_ids: Sequence[int] | None = None) -> int:
    """Bring the search text and the pieces of these people (None: of everybody) in line with their names and numbers.

    People whose text is as it should be are left alone. Returns how many changed. Needs a write unit; every write that
    touches a display name, a kana name, a staff number or an extension calls it after its flush.
    """
    changed: dict[int, str] = {}
    indexed: list[int] = []
    for row, numbers in _sources(person_ids):
        text = search_text(row.display_name, row.kana_name, [row.staff_number, *numbers], row.extension)
        if text != row.search_text:
            changed[row.id] = text
            if row.search_text:
                indexed.append(row.id)
    for part in _parts(indexed):
        session.execute(delete(PersonGram).where(PersonGram.person_id.in_(part)))
    for part in _parts(list(changed)):
        session.execute(update(Person), [{"id": key, "search_text": changed[key]} for key in part])
        session.execute(_cut_into_grams, {"people": part})
    return len(changed)


def _statement() -> Any:
    """Let the database cut the texts itself, as `grams` does: sending the pieces would take four times as long."""
    wanted = among(Person.id, "people")
    text = Person.search_text
    at = select(literal(1, Integer).label("at")).cte("places", recursive=True)
    longest = select(func.max(func.length(text))).where(wanted).scalar_subquery()
    at = at.union_all(select(at.c.at + 1).where(at.c.at < longest))
    length = select(literal(3, Integer).label("length")).cte("lengths", recursive=True)
    length = length.union_all(select(length.c.length + 1).where(length.c.length < LONGEST))

    def character(place: Any) -> Any:
        return func.substr(text, place, 1, type_=String)

    pairs = (
        select(func.substr(text, at.c.at, 2, type_=String).label("gram"), Person.id.label("person_id"))
        .join(at, at.c.at < func.length(text))
        .where(wanted, character(at.c.at + 1) != " ", character(at.c.at).not_in(PLAIN))
    )
    piece = func.substr(text, at.c.at, length.c.length, type_=String)
    beginnings = (
        select(piece, Person.id)
        .join(at, at.c.at < func.length(text))
        .join(length, at.c.at + length.c.length <= func.length(text))
        .where(
            wanted,
            character(at.c.at) == " ",
            piece.not_like("_% %"),
            or_(length.c.length == 3, character(at.c.at + 1).in_(PLAIN)),
        )
    )
    both = pairs.union(beginnings).subquery()
    found = select(both.c.gram, both.c.person_id).order_by(both.c.gram, both.c.person_id)
    table: Any = PersonGram.__table__
    return insert(table).from_select(["gram", "person_id"], found)


_cut_into_grams = _statement()


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _sources(person_ids: Sequence[int] | None) -> Iterator[tuple[Any, list[str]]]:
    """Each person's row with all numbers they carry or carried."""
    people = select(
        Person.id,
        Person.display_name,
        Person.kana_name,
        Person.staff_number,
        Person.extension,
        Person.search_text,
    ).order_by(Person.id)
    numbers = select(StaffNumber.person_id, StaffNumber.number).order_by(StaffNumber.id)
    for part in [None] if person_ids is None else _parts(person_ids):
        carried: dict[int, list[str]] = {}
        theirs = numbers if part is None else numbers.where(StaffNumber.person_id.in_(part))
        for person_id, number in session.execute(theirs):
            carried.setdefault(person_id, []).append(number)
        rows = session.execute(people if part is None else people.where(Person.id.in_(part))).all()
        for row in rows:
            yield row, carried.get(row.id, [])


__all__ = ["PLAIN", "beginning", "grams", "pieces", "reindex", "search_text"]
