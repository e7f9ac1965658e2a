"""Files of the sample postings: small real ones, as sections send them."""

import csv
import io
from collections.abc import Callable

import xlsxwriter
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import select

from groupware import clock, paths
from groupware.actor import Actor
from groupware.attachments.services import adding, owning
from groupware.db import session
from groupware.zones import Zone
from plugins.bulletin.enums import OWNER, PostingState
from plugins.bulletin.models import Posting
from plugins.bulletin.seed.texts import table

MOST = 2
"""Postings of one kind that get files: the newest."""
FONT = "NotoSansJP"


def attach_files() -> None:
    """Give postings the files that their kind has, as `files.toml` says."""
    for kind in table("files")["kind"]:
        wanted = (
            select(Posting)
            .where(Posting.title.contains(kind["title"]), Posting.state == PostingState.PUBLISHED.value)
            .order_by(Posting.shown_from.desc(), Posting.id)
            .limit(MOST)
        )
        for posting in session.scalars(wanted).all():
            author = _author(posting)
            uids = []
            for file in kind["file"]:
                content = MAKERS[file["name"].rpartition(".")[2]](file["heading"], file["rows"])
                uids.append(adding.add(author, file["name"], content).uid)
            owning.attach(author, OWNER, posting.id, uids, unit_id=posting.unit_id)
            posting.file_count = len(uids)
    session.flush()


def _author(posting: Posting) -> Actor:
    return Actor(person_id=posting.author_id, unit_id=posting.unit_id, zone=Zone.LGWAN.value, via="command")


def _pdf(heading: str, rows: list[list[str]]) -> bytes:
    pdfmetrics.registerFont(TTFont(FONT, str(paths.static() / "vendor" / "fonts" / "NotoSansJP-Regular.ttf")))
    stream = io.BytesIO()
    canvas = Canvas(stream, A4, invariant=True)  # the same day gives the same file
    canvas.setTitle(heading)
    canvas.setFont(FONT, 16)
    canvas.drawString(60, 770, heading)
    canvas.setFont(FONT, 10.5)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            canvas.drawString(60 + 150 * column, 730 - 22 * number, text)
        canvas.line(55, 724 - 22 * number, 540, 724 - 22 * number)
    canvas.save()
    return stream.getvalue()


def _table(heading: str, rows: list[list[str]]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"created": clock.now().replace(tzinfo=None)})
    sheet = book.add_worksheet(heading[:31])
    bold = book.add_format({"bold": True, "font_name": "BIZ UDPGothic", "bottom": 1})
    plain = book.add_format({"font_name": "BIZ UDPGothic"})
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row, bold if number == 0 else plain)
    sheet.set_column(0, max(map(len, rows)) - 1, 24)
    book.close()
    return stream.getvalue()


def _lines(_heading: str, rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    # As a workbook of the office saves it.
    return text.getvalue().encode("cp932")


def _drawing(heading: str, rows: list[list[str]]) -> bytes:
    font = str(paths.static() / "vendor" / "fonts" / "NotoSansJP-Regular.ttf")
    image = Image.new("RGB", (1200, 200 + 90 * len(rows)), "white")
    draw = ImageDraw.Draw(image)
    draw.text((60, 50), heading, "black", ImageFont.truetype(font, 48))
    for number, row in enumerate(rows):
        top = 150 + 90 * number
        colour = ("#d9e6ff", "#fff3d1", "#dff5e1")[number % 3]
        draw.rounded_rectangle((60, top, 1140, top + 74), 12, colour, "#5b6b7c")
        for column, text in enumerate(row):
            draw.text((90 + 360 * column, top + 16), text, "black", ImageFont.truetype(font, 30))
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


MAKERS: dict[str, Callable[[str, list[list[str]]], bytes]] = {
    "pdf": _pdf,
    "xlsx": _table,
    "csv": _lines,
    "png": _drawing,
}
