"""Blackening that cannot be undone: what is blackened is never drawn, so that the PDF does not hold it.

The PDF is made anew from the text of the copy; a bar stands where characters are left out. No character of a blackened
passage is in its text, in its fonts, or in its title. Pure but for the fonts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from groupware.web.pdf import BOLD, REGULAR, SELECTORS, register_fonts

BAR = "■"
"""What stands for a blackened character in lists and on screen."""
SIZE, LEADING = 10.5, 18.0
"""Points."""
_MARGIN = 22 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_TAB = "    "


@dataclass(frozen=True, slots=True)
class Passage:
    """What is blackened, from character `start` up to `end`, and why."""

    start: int
    end: int
    clause: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text that is shown, or blackened. `text` of a blackened one is bars."""

    text: str
    is_black: bool
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One copied record: what stands above it, its text, what is blackened."""

    heading: str
    text: str
    passages: Sequence[Passage]


@dataclass(frozen=True, slots=True)
class Words:
    """What the house adds to the pages, in the reader's language."""

    case: str
    day: str
    clauses: str


def blackened(text: str, passages: Sequence[Passage]) -> str:
    """The text with a bar for every blackened character; line breaks stay."""
    letters = list(text)
    for passage in passages:
        for at in range(passage.start, min(passage.end, len(letters))):
            if letters[at] != "\n":
                letters[at] = BAR
    return "".join(letters)


def pieces(text: str, passages: Sequence[Passage]) -> list[Piece]:
    """The text as it is shown: stretches that are readable, and bars with the clause of the first passage over them."""
    clauses: list[str | None] = [None] * len(text)
    for passage in sorted(passages, key=lambda one: (one.start, one.end)):
        for at in range(passage.start, min(passage.end, len(text))):
            clauses[at] = passage.clause if clauses[at] is None else clauses[at]
    shown = blackened(text, passages)
    found: list[Piece] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or clauses[at] != clauses[start]:
            clause = clauses[start]
            found.append(Piece(shown[start:at], clause is not None, clause or ""))
            start = at
    return found


def pdf(sheets: Sequence[Sheet], words: Words) -> bytes:
    """The copies as one PDF, each on a page of its own, with the clauses at the end of each."""
    register_fonts()
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=True)
    canvas.setTitle(words.case)
    for sheet in sheets:
        _Page(canvas, words).write(sheet)
    canvas.save()
    return stream.getvalue()


class _Page:
    """Writes one sheet, line by line, and begins a new page where one is full."""

    def __init__(self, canvas: Canvas, words: Words) -> None:
        self.canvas = canvas
        self.words = words
        self.y = 0.0

    def write(self, sheet: Sheet) -> None:
        self._begin()
        self._line([(sheet.heading, False)], BOLD)
        for line in _lines(sheet):
            self._line(line)
        used = list(dict.fromkeys(one.clause for one in sorted(sheet.passages, key=lambda one: one.start)))
        if used:
            self._line([])
            self._line([(self.words.clauses, False)], BOLD)
            for clause in used:
                for line in _wrapped([(letter, False) for letter in clause]):
                    self._line(line)
        self.canvas.showPage()

    def _begin(self) -> None:
        self.canvas.setFont(REGULAR, 8)
        self.canvas.drawString(_MARGIN, A4[1] - 14 * mm, self.words.case)
        self.canvas.drawRightString(A4[0] - _MARGIN, A4[1] - 14 * mm, self.words.day)
        self.canvas.drawCentredString(A4[0] / 2, 10 * mm, str(self.canvas.getPageNumber()))
        self.y = A4[1] - _MARGIN - LEADING

    def _line(self, line: Sequence[tuple[str, bool]], font: str = REGULAR) -> None:
        if self.y < _MARGIN:
            self.canvas.showPage()
            self._begin()
        x = _MARGIN
        for text, is_black in line:
            width = pdfmetrics.stringWidth(text, font, SIZE)
            if is_black:
                self.canvas.rect(x, self.y - 0.2 * SIZE, width, 1.1 * SIZE, stroke=0, fill=1)
            else:
                self.canvas.setFont(font, SIZE)
                self.canvas.drawString(x, self.y, text)
            x += width
        self.y -= LEADING


def _lines(sheet: Sheet) -> Iterator[list[tuple[str, bool]]]:
    letters = [
        (letter, piece.is_black) for piece in pieces(sheet.text, sheet.passages) for letter in piece.text
    ]
    line: list[tuple[str, bool]] = []
    for letter in letters:
        if letter[0] == "\n":
            yield from _wrapped(line)
            line = []
        else:
            line.append(letter)
    yield from _wrapped(line)


def _wrapped(letters: Sequence[tuple[str, bool]]) -> Iterator[list[tuple[str, bool]]]:
    """A paragraph as lines that fit, each as runs of letters of one kind."""
    line: list[tuple[str, bool]] = []
    width = 0.0
    for letter, is_black in letters:
        drawn = _TAB if letter == "\t" else SELECTORS.sub("", letter)
        if not drawn.isprintable():
            continue
        room = pdfmetrics.stringWidth(drawn, REGULAR, SIZE)
        if width + room > _WIDTH and line:
            yield line
            line, width = [], 0.0
        if line and line[-1][1] == is_black:
            line[-1] = (line[-1][0] + drawn, is_black)
        else:
            line.append((drawn, is_black))
        width += room
    yield line


__all__ = ["BAR", "Passage", "Piece", "Sheet", "Words", "blackened", "pdf", "pieces"]
