"""Marking what was searched for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupware.search.highlight import marked


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("総務課の様式", "様式", "総務課の<mark>様式</mark>"),
        ("サトウ花子", "さとう", "<mark>サトウ</mark>花子"),
        ("ｻﾄｳ", "さとう", "<mark>ｻﾄｳ</mark>"),
        ("ﾊﾟｿｺﾝ教室", "パソコン", "<mark>ﾊﾟｿｺﾝ</mark>教室"),
        ("髙橋 直美", "高橋", "<mark>髙橋</mark> 直美"),
        ("ＡＢＣと abc", "abc", "<mark>ＡＢＣ</mark>と <mark>abc</mark>"),
        ("佐藤 総務課", "総務 佐藤", "<mark>佐藤</mark> <mark>総務</mark>課"),
        ("no match", "xyz", "no match"),
        ("<b>bold</b>", "b", "&lt;<mark>b</mark>&gt;<mark>b</mark>old&lt;/<mark>b</mark>&gt;"),
        ("", "x", ""),
        ("a", "", "a"),
        ("㍻の年", "平成", "<mark>㍻</mark>の年"),
    ],
)
def test_words_are_marked(text, query, expected):
    assert str(marked(text, query)) == expected


@given(st.text(max_size=40), st.text(max_size=10))
def test_marking_never_changes_the_text(text, query):
    assert marked(text, query).striptags() == marked(text, "").striptags()
