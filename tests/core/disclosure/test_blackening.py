"""What is blackened is not in the PDF: neither in what can be copied out of it, nor anywhere else in the file."""

import re
import zlib
from datetime import date

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupware.disclosure.blackening import BAR, Passage, Sheet, Words, blackened, pdf, pieces
from groupware.disclosure.deadlines import due_on

WORDS = Words(case="公開請求", day="令和8年11月22日", clauses="根拠規定")
# Letters of which no word of the house's own consists, so that every one of them in the PDF is a leak.
SECRET = st.text("山田太郎佐藤花子電話ＸＹＺxyz", min_size=1, max_size=60)
OPEN = st.text("あいうえおかきくけこ\n、。", max_size=200)


def extracted(content):
    with pypdfium2.PdfDocument(content) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document)


def streams(content):
    """Everything that the file holds, its compressed parts opened."""
    parts = [content]
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            parts.append(zlib.decompress(found[1].strip()))
        except zlib.error:
            parts.append(found[1])
    return b"\n".join(parts)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(OPEN, SECRET), min_size=1, max_size=6), OPEN)
def test_pdf_holds_no_blackened_character(parts, rest):
    text, passages = "", []
    for shown, secret in parts:
        text += shown
        passages.append(Passage(len(text), len(text) + len(secret), "1号"))
        text += secret
    text += rest
    content = pdf([Sheet("文書1", text, passages)], WORDS)
    secrets = set("".join(secret for _, secret in parts))
    assert not secrets & set(extracted(content))
    for letter in secrets:
        # In the mapping of the fonts to letters, too: a glyph that was never drawn is not embedded.
        assert f"<{ord(letter):04X}>".encode() not in streams(content)


def test_readable_text_is_in_the_pdf():
    text = "あいう山田えお"
    found = extracted(pdf([Sheet("文書1", text, [Passage(3, 5, "1号 個人に関する情報")])], WORDS))
    assert "あいう" in found
    assert "えお" in found
    assert "1号 個人に関する情報" in found


def test_long_copy_goes_on_over_pages():
    content = pdf([Sheet("文書1", "あ" * 9000, []), Sheet("文書2", "い", [])], WORDS)
    with pypdfium2.PdfDocument(content) as document:
        assert len(document) > 4
    assert extracted(content).count("あ") == 9000


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=5))
def test_pieces_are_the_text_with_bars(text, spans):
    passages = [Passage(start, start + length, "1号") for start, length in spans]
    shown = "".join(piece.text for piece in pieces(text, passages))
    assert shown == blackened(text, passages)
    assert len(shown) == len(text)
    for at, letter in enumerate(shown):
        is_covered = any(one.start <= at < one.end for one in passages) and text[at] != "\n"
        assert letter == (BAR if is_covered else text[at])


@pytest.mark.parametrize(
    ("arrived", "days", "due"),
    [
        (date(2026, 11, 2), 15, date(2026, 11, 17)),
        (date(2026, 11, 6), 15, date(2026, 11, 24)),  # 21 November is a Saturday, 23 a holiday
        (date(2026, 12, 16), 15, date(2027, 1, 4)),  # the turn of the year
        (date(2026, 2, 16), 14, date(2026, 3, 2)),
    ],
)
def test_first_day_does_not_count_and_closed_days_give_way(arrived, days, due):
    assert due_on(arrived, days) == due
