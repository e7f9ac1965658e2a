"""Bigrams: the one tokeniser of full-text search, for both databases, for the index and for the query.

The grams of a text are all pairs of neighbouring characters in it, and its single kanji, as numbers: two UTF-16 units
make the 32 bits of a pair, one makes a kanji. An index holds the *set* of them: a text that contains the query has all
grams of the query. The other way round that is nearly so; whoever searches compares the few texts that are left with the
query itself and is exact, also across any length of text.

Numbers, because the databases' own parsers break or drop anything else (SQLite's unicode61 turns the pair 、今 into 今,
PostgreSQL's parser takes words apart at hyphens), and because they are small. Sets, because positions are what makes such
an index slow to read, and PostgreSQL keeps 256 of a word at the most.
"""

import struct
from itertools import pairwise
from typing import Final

GRAMS_VERSION: Final = 1
"""To be raised when other grams are made of the same text."""


def grams(folded: str) -> set[int]:
    """What a text, folded and without white space, is found by."""
    units = _units(folded)
    found = {first << 16 | second for first, second in pairwise(units)}
    found.update(unit for unit in set(units) if is_kanji(unit))
    return found


def needed(word: str) -> set[int]:
    """The grams that every text has which holds `word` (folded). None for a single letter or kana: no index finds it."""
    units = _units(word)
    if len(units) == 1:
        return {unit for unit in units if is_kanji(unit)}
    return {first << 16 | second for first, second in pairwise(units)}


def is_kanji(unit: int) -> bool:
    """Whether a character of the basic plane is a kanji: one of them says enough to be sought by itself (林)."""
    return 0x3400 <= unit < 0xA000 or 0xF900 <= unit < 0xFB00


def _units(text: str) -> tuple[int, ...]:
    encoded = text.encode("utf-16-be", "surrogatepass")
    return struct.unpack(f">{len(encoded) // 2}H", encoded)
