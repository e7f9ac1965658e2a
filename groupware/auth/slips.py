"""First-password slips: a PDF with eight to an A4 page, to be cut along the marks and handed to each person.

It is made in memory, sent once and never stored: it holds passwords in clear.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from groupware import offload
from groupware.i18n import gettext
from groupware.web.formats import wareki_text
from groupware.web.pdf import BOLD, REGULAR, SELECTORS, register_fonts

COLUMNS, ROWS = 2, 4
_MARGIN = 8 * mm
_INSET = 7 * mm
_WIDTH = (A4[0] - 2 * _MARGIN) / COLUMNS
_HEIGHT = (A4[1] - 2 * _MARGIN) / ROWS
_BLACK, _GREY = 0.0, 0.35


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on one slip."""

    unit_name: str
    display_name: str
    login: str
    password: str


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a slip in the reader's language, looked up before the work leaves the request."""

    title: str
    login: str
    password: str
    steps: tuple[str, ...]
    warning: str
    day: str


def slips_pdf(slips: Sequence[Slip], *, municipality: str, address: str, day: date) -> bytes:
    """The PDF of the slips in their order; `address` is where people sign in."""
    words = _Words(
        title=gettext("Notice of your first password"),
        login=gettext("User name"),
        password=gettext("Password"),
        steps=(
            gettext("1. Open %(address)s in the browser.", address=address),
            gettext("2. Sign in with the user name and password above."),
            gettext("3. Choose a password of your own when asked."),
        ),
        warning=gettext("For this person only. Destroy the slip after you have signed in."),
        day=wareki_text(day),
    )
    return offload.run(_draw, list(slips), municipality, words)


def _draw(slips: list[Slip], municipality: str, words: _Words) -> bytes:
    register_fonts()
    output = BytesIO()
    canvas = Canvas(output, pagesize=A4, pageCompression=1)
    canvas.setTitle(words.title)
    canvas.setAuthor(municipality)
    for number, slip in enumerate(slips):
        place = number % (COLUMNS * ROWS)
        if number and not place:
            canvas.showPage()
        if not place:
            _cutting_marks(canvas)
        left = _MARGIN + place % COLUMNS * _WIDTH
        top = A4[1] - _MARGIN - place // COLUMNS * _HEIGHT
        _slip(canvas, left + _INSET, top - _INSET, slip, municipality, words)
    canvas.showPage()
    canvas.save()
    return output.getvalue()


def _slip(canvas: Canvas, left: float, top: float, slip: Slip, municipality: str, words: _Words) -> None:
    width = _WIDTH - 2 * _INSET
    line = _Line(canvas, left, width)
    line.write(top - 8, f"{municipality}  {words.title}", 8.5, is_bold=True)
    line.write(top - 20, f"{slip.unit_name}  {words.day}", 7, grey=_GREY)
    line.write(top - 39, slip.display_name, 14, is_bold=True)
    canvas.setLineWidth(0.5)
    canvas.setStrokeGray(_GREY)
    canvas.roundRect(left, top - 96, width, 48, 3)
    line.write(top - 64, words.login, 7, grey=_GREY, indent=6)
    line.write(top - 65, slip.login, 12, is_bold=True, indent=64)
    line.write(top - 86, words.password, 7, grey=_GREY, indent=6)
    line.write(top - 88, slip.password, 15, is_bold=True, indent=64)
    for number, step in enumerate(words.steps):
        line.write(top - 111 - number * 11, step, 7.5)
    line.write(top - 111 - len(words.steps) * 11 - 3, words.warning, 6.5, grey=_GREY)


class _Line:
    """Writes lines of text that shrink until they fit: names and units are as long as they are."""

    def __init__(self, canvas: Canvas, left: float, width: float) -> None:
        self.canvas, self.left, self.width = canvas, left, width

    def write(
        self,
        y: float,
        text: str,
        size: float,
        *,
        is_bold: bool = False,
        grey: float = _BLACK,
        indent: float = 0,
    ) -> None:
        font = BOLD if is_bold else REGULAR
        shown = SELECTORS.sub("", text)
        room = self.width - indent
        natural = pdfmetrics.stringWidth(shown, font, size)
        self.canvas.setFont(font, size * min(1.0, room / natural) if natural else size)
        self.canvas.setFillGray(grey)
        self.canvas.drawString(self.left + indent, y, shown)


def _cutting_marks(canvas: Canvas) -> None:
    canvas.setStrokeGray(0.6)
    canvas.setLineWidth(0.3)
    canvas.setDash(2, 3)
    for column in range(1, COLUMNS):
        x = _MARGIN + column * _WIDTH
        canvas.line(x, 0, x, A4[1])
    for row in range(1, ROWS):
        y = A4[1] - _MARGIN - row * _HEIGHT
        canvas.line(0, y, A4[0], y)
    canvas.setDash()
