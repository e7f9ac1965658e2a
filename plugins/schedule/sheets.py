"""週間予定表 as a PDF: one A4 page as a city hall hangs it out, black on white, made in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table
from reportlab.platypus.tables import TableStyle

from groupware import offload
from groupware.i18n import gettext, pgettext
from groupware.web.pdf import BOLD, REGULAR, SELECTORS, register_fonts

MARGIN = 15 * mm
WIDTHS = (22 * mm, 28 * mm, 85 * mm, 45 * mm)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the sheet: each day with its lines of time, title and place."""

    title: str
    name: str
    period: str
    layer: str
    printed: str
    days: Sequence[tuple[str, Sequence[tuple[str, str, str]]]]


def sheet_pdf(sheet: Sheet) -> bytes:
    """The PDF of a sheet."""
    heads = [
        pgettext("event", "Date"),
        pgettext("sheet", "Time"),
        pgettext("event", "Title"),
        pgettext("event", "Place"),
    ]
    return offload.run(
        _draw, sheet, heads, gettext("Nothing planned"), gettext("As of %(day)s", day=sheet.printed)
    )


def _draw(sheet: Sheet, heads: Sequence[str], nothing: str, as_of: str) -> bytes:
    register_fonts()
    plain = ParagraphStyle("plain", fontName=REGULAR, fontSize=10, leading=14, wordWrap="CJK")
    strong = ParagraphStyle("strong", parent=plain, fontName=BOLD)
    head = ParagraphStyle("head", parent=plain, fontName=BOLD, fontSize=18, leading=26, alignment=1)
    right = ParagraphStyle("right", parent=plain, fontSize=9, alignment=2)
    rows = [[Paragraph(_clean(word), strong) for word in heads]]
    style: list[Any] = [
        ("GRID", (0, 0), (-1, -1), 0.5, "black"),
        ("BOX", (0, 0), (-1, -1), 1.2, "black"),
        ("BACKGROUND", (0, 0), (-1, 0), "#eeeeee"),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    for day, lines in sheet.days:
        first = len(rows)
        for n, (time, title, place) in enumerate(lines or [("", nothing, "")]):
            cells = (day if n == 0 else "", time, title, place)
            rows.append(
                [Paragraph(_clean(text), strong if c == 0 else plain) for c, text in enumerate(cells)]
            )
        style += [
            ("SPAN", (0, first), (0, len(rows) - 1)),
            ("LINEABOVE", (0, first), (-1, first), 1.2, "black"),
        ]
    table = Table(rows, colWidths=WIDTHS, repeatRows=1)
    table.setStyle(TableStyle(style))
    output = BytesIO()
    document = SimpleDocTemplate(
        output,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=sheet.title,
    )
    document.build(
        [
            Paragraph(_clean(sheet.title), head),
            Paragraph(
                _clean(f"{sheet.name}  {sheet.period}"), ParagraphStyle("lead", parent=plain, alignment=1)
            ),
            Paragraph(_clean(f"{as_of} ({sheet.layer})"), right),
            Spacer(0, 3 * mm),
            table,
        ]
    )
    return output.getvalue()


def _clean(text: str) -> str:
    """Text as a paragraph takes it, without what the font cannot draw."""
    return escape(SELECTORS.sub("", text))
