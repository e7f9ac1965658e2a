"""Moving blocks about, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupware.portal.arrangement import columns_of, keys_of, merged, moved, placed, shown
from groupware.portal.enums import Move

KNOWN = {"a", "b", "c", "d"}
columns = st.fixed_dictionaries(
    {"main": st.lists(st.sampled_from("abcdxy")), "side": st.lists(st.sampled_from("abcdxy"))}
)


def test_columns_of_ignores_other_columns_and_keeps_first_of_doubles():
    assert columns_of({"main": ["a", "b", "a"], "side": ["b", "c"], "cellar": ["d"]}) == {
        "main": ["a", "b"],
        "side": ["c"],
    }


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        (Move.UP, {"main": ["b", "a", "c"], "side": ["d"]}),
        (Move.DOWN, {"main": ["a", "c", "b"], "side": ["d"]}),
        (Move.RIGHT, {"main": ["a", "c"], "side": ["d", "b"]}),
        (Move.LEFT, None),
        (Move.REMOVE, {"main": ["a", "c"], "side": ["d"]}),
    ],
)
def test_moved_block_in_the_middle(move, expected):
    assert moved({"main": ["a", "b", "c"], "side": ["d"]}, "b", move, KNOWN) == expected


@pytest.mark.parametrize(
    ("key", "move"), [("a", Move.UP), ("c", Move.DOWN), ("d", Move.RIGHT), ("x", Move.UP)]
)
def test_moved_block_at_the_edge_stays(key, move):
    assert moved({"main": ["a", "b", "c"], "side": ["d"]}, key, move, KNOWN) is None


def test_moved_up_passes_over_blocks_that_are_switched_off():
    assert moved({"main": ["a", "x", "b"], "side": []}, "b", Move.UP, KNOWN) == {
        "main": ["b", "a", "x"],
        "side": [],
    }


def test_moved_right_keeps_its_height():
    after = moved({"main": ["a", "b"], "side": ["c", "d"]}, "b", Move.RIGHT, KNOWN)
    assert after == {"main": ["a"], "side": ["c", "b", "d"]}


@given(columns, st.sampled_from("abcd"), st.sampled_from(Move))
def test_moved_never_loses_or_doubles_a_block(stored, key, move):
    before = columns_of(stored)
    after = moved(before, key, move, KNOWN)
    if after is not None:
        gone = {key} if move is Move.REMOVE else set()
        assert sorted(keys_of(after)) == sorted(set(keys_of(before)) - gone)


@given(columns)
def test_merged_keeps_what_the_editor_could_not_see(stored):
    before = columns_of(stored)
    seen = shown(before, KNOWN)
    assert sorted(keys_of(merged(seen, before))) == sorted(keys_of(before))


def test_placed_block_that_stands_already_is_not_doubled():
    assert placed({"main": ["a"], "side": []}, "a", "side") == {"main": ["a"], "side": []}
