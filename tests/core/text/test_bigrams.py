"""Grams as the index and the query use them: whatever holds a word has all grams of the word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupware.text.folding import fold
from groupware.text.tokens import grams, needed

pure = settings(deadline=None, database=None, derandomize=True, max_examples=300)


def test_grams_are_the_pairs_and_the_single_kanji():
    assert grams("会議か") == {0x4F1A_8B70, 0x8B70_304B, 0x4F1A, 0x8B70}


def test_nothing_has_no_grams():
    assert grams("") == needed("") == set()


def test_word_needs_its_pairs_only():
    assert needed("会議") == {0x4F1A_8B70}


@pytest.mark.parametrize(
    ("letter", "expected"), [("林", {0x6797}), ("あ", set()), ("a", set()), ("-", set())]
)
def test_only_a_kanji_is_sought_alone(letter, expected):
    assert needed(letter) == expected


def test_character_beyond_the_basic_plane_is_a_pair_of_its_own():
    assert needed("\U0001f600") == {0xD83D_DE00}
    assert needed("\U0001f600") <= grams("会\U0001f600議")


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
def test_query_in_another_spelling_needs_what_the_text_has(text, query):
    sought = needed(fold(query, "remove"))
    assert sought
    assert sought <= grams(fold(text, "remove"))


@pure
@given(st.text(min_size=1), st.data())
def test_every_piece_of_a_text_needs_what_the_text_has(text, data):
    start = data.draw(st.integers(0, len(text)))
    assert needed(text[start : data.draw(st.integers(start, len(text)))]) <= grams(text)


@pure
@given(st.text())
def test_grams_are_numbers_of_32_bits(text):
    assert all(0 < gram < 1 << 32 for gram in grams(text.replace("\0", "")))
