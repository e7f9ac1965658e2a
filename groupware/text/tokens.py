"""Bigrams: the one tokeniser of full-text search, for both databases, for the index and for the query.

The folded text without white space is cut into overlapping pairs of characters; the last character stands alone,
so that one token begins at every character. A query is found as a *phrase*: its pairs in a row. That is exact: a
phrase matches if and only if the folded query is a substring of the folded text.

Tokens are spelt in the letters a to p, four for each UTF-16 unit, because the databases' own parsers break or drop
anything else: SQLite's unicode61 turns the pair 、今 into 今, PostgreSQL's parser takes words apart at hyphens. Spelt
so, every token passes unchanged through FTS5 (any tokeniser without stemming) and `to_tsvector('simple', ...)`.

How to query. FTS5: `"t1 t2"`, and `"t1" *` for a prefix. PostgreSQL: `t1 <-> t2`, and `t1:*` for a prefix.
PostgreSQL keeps 256 positions of a lexeme and none beyond 16,383: index a text of more than some thousand
characters in pieces.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from groupware.text.folding import fold

_LETTERS: Final = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that must follow one another. With `is_prefix` the only token is the beginning of one: a query of a
    single character. No token at all (an empty query) matches nothing."""

    tokens: tuple[str, ...]
    is_prefix: bool = False


def bigrams(text: str) -> list[str]:
    """The tokens of `text` in order, to be joined by spaces and handed to the index. As many as folded characters."""
    letters = _spelt(fold(text, spaces="remove"))
    return [first + second for first, second in pairwise(letters)] + letters[-1:]


def phrase_tokens(query: str) -> Phrase:
    """The phrase that finds `query` in what `bigrams` indexed. White space in `query` means nothing: 山田 太郎 is one
    phrase; a search for several words asks for several phrases."""
    letters = _spelt(fold(query, spaces="remove"))
    if len(letters) == 1:
        return Phrase((letters[0],), is_prefix=True)
    return Phrase(tuple(first + second for first, second in pairwise(letters)))


def _spelt(folded: str) -> list[str]:
    """Each character by itself; a character beyond the basic plane takes two units and eight letters."""
    return [character.encode("utf-16-be", "surrogatepass").hex().translate(_LETTERS) for character in folded]
