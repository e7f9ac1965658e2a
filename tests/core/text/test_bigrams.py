"""Bigrams as the index and the query use them: exact, and unharmed by a database's own parser."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupware.text.folding import fold
from groupware.text.tokens import Phrase, bigrams, phrase_tokens

pure = settings(deadline=None, database=None, derandomize=True, max_examples=300)
few_characters = st.text("会議室カー-、.aA1 　𠮷", max_size=12)


def is_match(text: str, phrase: Phrase) -> bool:
    """What a full-text index does with a phrase."""
    tokens, sought = bigrams(text), phrase.tokens
    if phrase.is_prefix:
        return any(token.startswith(sought[0]) for token in tokens)
    return bool(sought) and any(tuple(tokens[n : n + len(sought)]) == sought for n in range(len(tokens)))


def test_bigrams_are_one_token_for_each_character() -> None:
    assert bigrams("会議室") == ["epbkilha", "ilhaflke", "flke"]


def test_bigrams_of_one_character_and_of_nothing() -> None:
    assert bigrams("会") == ["epbk"]
    assert bigrams("") == bigrams(" \u3000") == []


def test_phrase_has_no_token_for_the_last_character_alone() -> None:
    assert phrase_tokens("会議") == Phrase(("epbkilha",))


def test_phrase_of_one_character_is_a_prefix() -> None:
    assert phrase_tokens("会") == Phrase(("epbk",), is_prefix=True)


def test_phrase_of_nothing_has_no_token() -> None:
    assert phrase_tokens(" \u200b") == Phrase(())


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("総務課の髙橋　花子です", "高橋花子"),
        ("サーバーを停止します", "ｻｰﾊﾞ"),
        ("令和８年度予算", "8年度"),
        ("R7.4.1付け", "7.4.1"),
        ("E-mailで回答", "e-mail"),
        ("議　　題", "議題"),
        ("\U00020bb7野家", "吉野"),
        ("会議", "議"),
    ],
)
def test_query_in_another_spelling_is_found(text: str, query: str) -> None:
    assert is_match(text, phrase_tokens(query))


@pure
@given(few_characters, few_characters)
def test_phrase_matches_exactly_where_the_folded_query_is_a_substring(text: str, query: str) -> None:
    sought = fold(query, spaces="remove")
    expected = bool(sought) and sought in fold(text, spaces="remove")
    assert is_match(text, phrase_tokens(query)) is expected


@pure
@given(st.text(min_size=1), st.data())
def test_every_piece_of_a_folded_text_is_found(text: str, data: st.DataObject) -> None:
    folded = fold(text, spaces="remove")
    start = data.draw(st.integers(0, len(folded)))
    piece = folded[start : data.draw(st.integers(start, len(folded)))]
    # A piece that begins within a letter and its accents is another text.
    if piece and fold(piece, spaces="remove") == piece:
        assert is_match(text, phrase_tokens(piece))


@pure
@given(st.text())
def test_tokens_are_plain_lower_case_letters(text: str) -> None:
    assert set("".join(bigrams(text))) <= set("abcdefghijklmnop")


TEXTS = ("会議、今日は9時。", "今日の会議室", "e-mail: a.b@example.jp", "R7.4.1 (火)", "𠮷野 -- 100%")


@pytest.mark.parametrize(
    "query", ["、今", "今", "今日", "室", "-", "e-m", ".b@", "7.4.1", "(火)", "%", "吉", "--", "無"]
)
def test_phrase_finds_in_fts5_what_a_substring_search_finds(query: str) -> None:
    phrase = phrase_tokens(query)
    expression = f'"{" ".join(phrase.tokens)}"' + (" *" if phrase.is_prefix else "")
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE texts USING fts5(body)")
        rows = [(n, " ".join(bigrams(text))) for n, text in enumerate(TEXTS)]
        database.executemany("INSERT INTO texts(rowid, body) VALUES (?, ?)", rows)
        found = database.execute("SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rowid", (expression,))
        assert [n for (n,) in found] == [n for n, text in enumerate(TEXTS) if fold(query) in fold(text)]
