"""Two wordings side by side."""

from hypothesis import given
from hypothesis import strategies as st

from plugins.bulletin.differences import Passage, differences, html_differences


def test_changed_word_is_marked_and_the_rest_stays():
    found = differences("提出期限は3月10日です。", "提出期限は3月15日です。")
    assert [one for one in found if one.kind != "same"] == [Passage("removed", "10"), Passage("added", "15")]


def test_added_line_is_marked_as_a_line():
    assert differences("一\n二", "一\n間\n二") == [
        Passage("same", "一\n"),
        Passage("added", "間\n"),
        Passage("same", "二\n"),
    ]


def test_rich_text_is_compared_by_its_words():
    assert html_differences("<p>本文</p>", "<h2>本文</h2>") == [Passage("same", "本文\n")]


def test_very_long_passage_is_shown_as_a_whole():
    old, new = "あ" * 2000, "い" * 2000
    assert differences(old, new) == [Passage("removed", old + "\n"), Passage("added", new + "\n")]


@given(st.text(alphabet="あいう\nabc 12。", max_size=60), st.text(alphabet="あいう\nabc 12。", max_size=60))
def test_both_wordings_can_be_read_from_the_passages(old, new):
    found = differences(old, new)
    assert "".join(one.text for one in found if one.kind != "added") == old + "\n"
    assert "".join(one.text for one in found if one.kind != "removed") == new + "\n"
