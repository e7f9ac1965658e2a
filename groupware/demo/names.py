"""Names as they occur: family names by frequency with their rare spellings, given names by sex and generation."""

import random
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate

from groupware.demo import data

GENERATION_YEARS = 10


@dataclass(frozen=True, slots=True)
class Name:
    """A written name and its reading in hiragana."""

    written: str
    reading: str


class Names:
    """Draws names. The same source of chance gives the same names."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._family, self._ends = _family_names()
        self._given = _given_names()
        self._seen: set[tuple[str, str]] = set()

    def family(self) -> Name:
        """A family name, frequent ones more often."""
        return self._family[bisect(self._ends, self._rng.random() * self._ends[-1])]

    def given(self, sex: str, born: int) -> Name:
        """A given name of somebody of that sex who was born in that year."""
        years = sorted(year for kind, year in self._given if kind == sex)
        year = min(years, key=lambda start: abs(born - start - GENERATION_YEARS // 2))
        if self._rng.random() < 0.15:
            year = self._rng.choice(years)
        return self._rng.choice(self._given[sex, year])

    def full(self, sex: str, born: int, *, avoid_repeats: bool = False) -> tuple[Name, Name]:
        """Family and given name; with `avoid_repeats` none that was drawn before, and no family name twice."""
        while True:
            family, given = self.family(), self.given(sex, born)
            fresh = (family.reading, "") not in self._seen
            if not avoid_repeats or fresh:
                self._seen.add((family.reading, ""))
                return family, given


def _family_names() -> tuple[list[Name], list[int]]:
    entries = [entry.split("/") for line in data.lines("family_names.txt") for entry in line.split()]
    return [Name(written, reading) for written, reading, _ in entries], list(
        accumulate(int(weight) for *_, weight in entries)
    )


def _given_names() -> dict[tuple[str, int], list[Name]]:
    found: dict[tuple[str, int], list[Name]] = {}
    current: list[Name] = []
    for line in data.lines("given_names.txt"):
        if line.startswith("["):
            sex, year = line.strip("[]").split()
            current = found.setdefault((sex, int(year)), [])
        else:
            current.extend(Name(*entry.split("/")) for entry in line.split())
    return found
