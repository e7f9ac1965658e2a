"""Lines pasted from a table, a name or a staff number each, turned into people: found, not unique, or not found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, and_, bindparam, func, or_, select

from groupware.db import session
from groupware.directory.models import Person, PersonGram, StaffNumber
from groupware.directory.people_index import PLAIN, pieces
from groupware.directory.queries.people_search import Wanted, found_people
from groupware.directory.queries.roll import Roll, roll
from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.text.folding import fold

MOST_LINES = 500
MOST_CANDIDATES = 20
MOST_SOUGHT = 20
"""Lines that are neither a number nor a whole name and are sought like words of the people search."""

_grams = PersonGram.__table__
_people = Person.__table__


@dataclass(frozen=True, slots=True)
class Pasted:
    """What the lines say. `found` and `ambiguous` hold person ids, in the order of the lines."""

    found: list[int]
    ambiguous: list[tuple[str, list[int]]]
    missing: list[str]


def lines_of(text: str) -> list[str]:
    """The lines with something in them, each once. Raises Invalid (`too_many_lines`) for more than `MOST_LINES`."""
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(lines) > MOST_LINES:
        raise Invalid(
            gettext("Please paste at most %(limit)s lines at once.", limit=MOST_LINES), code="too_many_lines"
        )
    return lines


def resolve_lines(text: str) -> Pasted:
    """Who is meant by each line, among those who work here today.

    A cell of a line (cells are separated by tabs or commas) that is a staff number decides; else a cell that is a whole
    name or kana name, with or without the space; where that leaves nobody or several, the line is sought like the people
    search does. Three queries, and those of a search for each of at most `MOST_SOUGHT` such lines.
    """
    lines = lines_of(text)
    current = roll()
    cells = {line: _cells(line) for line in lines}
    every = {cell for found in cells.values() for cell in found}
    numbers = _by_number({cell for cell in every if any(letter in "0123456789" for letter in cell)})
    open_lines = [line for line in lines if not any(cell in numbers for cell in cells[line])]
    names = _by_name(
        {cell for line in open_lines for cell in cells[line] if cell[0] not in PLAIN and len(cell) > 1}
    )
    result = Pasted([], [], [])
    sought = 0
    for line in lines:
        people = _people_of(cells[line], numbers, names, current)
        is_open = not people or (len(people) > 1 and len(cells[line]) > 1)
        if is_open and sought < MOST_SOUGHT:
            sought += 1
            likely = found_people(Wanted(line.replace("\t", " ").replace(",", " "))).people
            people = [one for one in likely if one in people] or people or likely
        if len(people) == 1:
            result.found.append(people[0])
        elif people:
            result.ambiguous.append((line, people[:MOST_CANDIDATES]))
        else:
            result.missing.append(line)
    return Pasted(list(dict.fromkeys(result.found)), result.ambiguous, result.missing)


def resolve_names(names: Iterable[str]) -> dict[str, int]:
    """Name → the one person of today's roll with this staff number, else with exactly this name or kana name.

    Whoever is not unique, or not there, is left out: for tables in which a name may also be that of somebody from outside. Three
    queries, however many names.
    """
    keys = {name: key for name in names if (key := fold(name, spaces="remove"))}
    numbers = _by_number({key for key in keys.values() if any(letter in "0123456789" for letter in key)})
    whole = _by_name({key for key in keys.values() if key[0] not in PLAIN and len(key) > 1})
    current = roll()
    found = {name: current.sorted(numbers.get(key) or whole.get(key) or ()) for name, key in keys.items()}
    return {name: people[0] for name, people in found.items() if len(people) == 1}


def _cells(line: str) -> list[str]:
    cells = (fold(cell, spaces="remove") for cell in line.replace(",", "\t").replace("、", "\t").split("\t"))
    return list(dict.fromkeys(cell for cell in cells if cell))


def _people_of(
    cells: Sequence[str], numbers: dict[str, set[int]], names: dict[str, set[int]], current: Roll
) -> list[int]:
    """A number decides; several names of a line (written and kana) must agree where they can."""
    for cell in cells:
        if cell in numbers:
            return current.sorted(numbers[cell])
    people: set[int] | None = None
    for cell in cells:
        if cell in names:
            people = names[cell] if people is None else (people & names[cell] or people)
    return current.sorted(people or ())


def _number_rows(cells: Iterable[str]) -> Any:
    """Numbers as they were delivered, and without the leading zeros that spreadsheets take away."""
    texts = list(cells)
    return or_(Person.staff_number.in_(texts), func.ltrim(Person.staff_number, "0").in_(texts))


def _by_number(cells: set[str]) -> dict[str, set[int]]:
    """Cell → who carries or carried that staff number."""
    if not cells:
        return {}
    wanted = {variant for cell in cells for variant in (cell, cell.upper())}
    now = select(Person.id, Person.staff_number).where(_number_rows(wanted))
    once = select(StaffNumber.person_id, StaffNumber.number).where(StaffNumber.number.in_(wanted))
    found: dict[str, set[int]] = {}
    for person_id, number in session.execute(now.union(once)):
        for cell in (fold(number, spaces="remove"), fold(number, spaces="remove").lstrip("0")):
            if cell in cells:
                found.setdefault(cell, set()).add(person_id)
    return found


_counts = (
    select(_grams.c.gram, func.count())
    .where(_grams.c.gram.in_(bindparam("grams", type_=String, expanding=True)))
    .group_by(_grams.c.gram)
)
_texts = (
    select(_grams.c.gram, _people.c.id, _people.c.search_text)
    .join(_people, and_(_people.c.id == _grams.c.person_id))
    .where(_grams.c.gram.in_(bindparam("grams", type_=String, expanding=True)))
)


def _by_name(cells: set[str]) -> dict[str, set[int]]:
    """Cell → whose whole name or kana name it is: two queries, led by the rarest piece of each."""
    if not cells:
        return {}
    wanted = sorted({piece for cell in cells for piece in pieces(cell)})
    counts: dict[str, int] = dict(session.execute(_counts, {"grams": wanted}).all())
    leaders: dict[str, list[str]] = {}
    for cell in cells:
        rarest = min(pieces(cell), key=lambda piece: counts.get(piece, 0))
        if rarest in counts:
            leaders.setdefault(rarest, []).append(cell)
    found: dict[str, set[int]] = {}
    if leaders:
        for gram, person_id, text in session.execute(_texts, {"grams": sorted(leaders)}):
            for cell in leaders[gram]:
                if f" {cell} " in text:
                    found.setdefault(cell, set()).add(person_id)
    return found


__all__ = ["MOST_LINES", "Pasted", "lines_of", "resolve_lines", "resolve_names"]
