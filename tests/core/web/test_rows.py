"""Blocks from a spreadsheet and tables of inputs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from groupware.web.rows import Rows, parse_block

CELLS = st.text(st.characters(exclude_characters="\r", exclude_categories=("Cs",)), max_size=12)
BLOCKS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=5)
)
COLUMNS = {"name": "名称", "url": "アドレス"}


def copied(block: list[list[str]]) -> str:
    """As a spreadsheet puts it on the clipboard."""

    def cell(text: str) -> str:
        return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(mark in text for mark in '\t\n"') else text

    return "".join("\t".join(map(cell, row)) + "\r\n" for row in block)


@given(BLOCKS)
def test_block_of_a_spreadsheet_is_read_as_it_was_copied(block):
    expected = [] if block == [[""]] else block
    assert (parse_block(copied(block)) or [[""]]) == (expected or [[""]])


@given(st.text(max_size=200))
def test_any_text_is_some_block(text):
    assert all(row for row in parse_block(text))


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("", []),
        ("a", [["a"]]),
        ("a\tb\rc", [["a", "b"], ["c"]]),
        ("a\t\n", [["a", ""]]),
        ('"1行目\n2行目"\tb\n', [["1行目\n2行目", "b"]]),
        ('"""課""の表"\tb', [['"課"の表', "b"]]),
        ('27" 画面\t"開いたまま\tc', [['27" 画面', '"開いたまま', "c"]]),
    ],
)
def test_quotes_and_ends_of_lines(text, block):
    assert parse_block(text) == block


@pytest.fixture
def entered(app):
    def read(*rows: tuple[str, str], pasted: str = "", most: int = 3) -> Rows:
        form = MultiDict([("pasted", pasted)])
        for name, url in rows:
            form.add("name", name)
            form.add("url", url)
        with app.test_request_context():
            return Rows.from_form(form, COLUMNS, most)

    return read


def test_rows_of_the_page_and_of_the_pasted_text_are_counted_without_gaps(entered):
    found = entered(("a", "1"), (" ", ""), pasted="\nb\t 2　3 \n")
    assert [(row.number, dict(row.values)) for row in found] == [
        (1, {"name": "a", "url": "1"}),
        (2, {"name": "b", "url": "2 3"}),
    ]
    assert not found.refusal
    assert [row.number for row in found.shown()] == [1, 2, 3]


@pytest.mark.parametrize(("pasted", "number"), [("", 0), (" \n\t\n", 0), ("a\nb\nc\nd", 3)])
def test_no_row_and_too_many_are_refused_as_a_whole(entered, pasted, number):
    found = entered(pasted=pasted)
    assert found.refusal
    assert len(found.rows) == number


def test_fault_is_told_with_its_row_at_its_cell(app, entered):
    found = entered(("a", "1"), ("b", "2"), pasted="c\t3\tx")
    assert found.refuse(found.rows[1], {"url": "だめです。", "everyone": "誰が?"}) == {"everyone": "誰が?"}
    with app.test_request_context():
        assert found.problems() == [
            ("url-2", "2行目: だめです。"),
            ("url-3", "3行目: この行のセルは、表の列より多くなっています。"),
        ]


def test_row_with_a_missing_cell_is_empty_there(entered):
    assert dict(entered(pasted="a").rows[0].values) == {"name": "a", "url": ""}
