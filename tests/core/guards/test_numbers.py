"""The detector of individual numbers: finds every spelling of a right one, and nothing that only looks like it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupware.guards.numbers import check_digit, find, is_individual_number, masked

ELEVEN = st.text("0123456789", min_size=11, max_size=11)
# What may stand around a number: no digits, no separators.
AROUND = st.text(
    st.characters(exclude_categories=["Nd", "Zs", "Pd", "Cf"], exclude_characters="ーｰ-−"), max_size=8
)
SEPARATORS = st.sampled_from([" ", "\u3000", "-", "－", "ー", "‐", "−"])
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def whole(eleven: str) -> str:
    return eleven + str(check_digit(eleven))


@pytest.mark.parametrize("number", ["123456789018", "987654321093", "111111111118", "000000000000"])
def test_published_examples_are_right(number):
    assert is_individual_number(number)


@given(ELEVEN, st.sampled_from([12, 6, 4, 3, 2, 1]), SEPARATORS, st.booleans(), AROUND, AROUND)
def test_every_spelling_is_found_where_it_stands(eleven, size, separator, is_wide, before, after):
    digits = whole(eleven).translate(WIDE) if is_wide else whole(eleven)
    spelt = separator.join(re.findall(f".{{{size}}}", digits))
    found = find(before + spelt + after)
    assert [(one.start, one.end) for one in found] == [(len(before), len(before) + len(spelt))]


@given(ELEVEN, st.integers(1, 9))
def test_wrong_check_digit_is_none(eleven, off):
    wrong = (check_digit(eleven) + off) % 10
    assert find(f"{eleven}{wrong}") == []


@given(st.text("0123456789", min_size=13, max_size=13))
def test_corporate_number_is_none(digits):
    assert find(digits) == []


@given(ELEVEN)
def test_one_digit_wrong_is_always_noticed_where_the_check_digit_tells(eleven):
    """The check digit tells any single slip but between the rests 0 and 1, which share the digit 0."""
    number = whole(eleven)
    for place in range(11):
        for digit in "0123456789":
            other = eleven[:place] + digit + eleven[place + 1 :]
            if digit != eleven[place] and check_digit(other) != check_digit(eleven):
                assert find(other + number[-1]) == []


@pytest.mark.parametrize(
    "text",
    [
        "078-331-8181",
        "090-1234-5678",
        "4111 1111 1111 1111",
        "1234-5678-9018-0000",
        "2026-11-22 1234",
        "1,234,567,890,18",
        "12345678 9018",
        "1234 5678-9018",
        "1234  5678  9018",
        "①②③④⑤⑥⑦⑧⑨⓪①⑧",
    ],
)
def test_other_numbers_are_none(text):
    assert find(text) == []


@pytest.mark.parametrize(
    "text", ["3 1234-5678-9018", "1234 5678 9018 45歳", "番号:123456789018です", "A-123456789018-01"]
)
def test_number_among_others_is_found(text):
    assert len(find(text)) == 1


@given(ELEVEN, SEPARATORS)
def test_mask_shows_two_digits_only(eleven, separator):
    text = separator.join(re.findall("....", whole(eleven)))
    assert masked(text, find(text)[0]) == "*" * 10 + whole(eleven)[-2:]
