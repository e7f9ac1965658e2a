"""Small files of every kind that the search reads, all with the word 避難所 in them."""

import io
import zipfile
from datetime import date, datetime

import docx
import openpyxl
import pptx
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

WORDS = "避難所の開設について"


def pdf() -> bytes:
    out = io.BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    page = canvas.Canvas(out)
    page.setFont("HeiseiMin-W3", 12)
    page.drawString(100, 700, WORDS)
    page.showPage()
    page.save()
    return out.getvalue()


def word() -> bytes:
    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("表題")
    document.add_table(1, 1).cell(0, 0).text = WORDS
    document.sections[0].header.paragraphs[0].text = "危機管理室"
    document.save(out)
    return out.getvalue()


def excel() -> bytes:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.title = "名簿"
    book.active.append([WORDS, 505, datetime(2026, 11, 22), date(2026, 11, 23)])  # noqa: DTZ001  cells have no zone
    book.save(out)
    return out.getvalue()


def powerpoint() -> bytes:
    out = io.BytesIO()
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = WORDS
    slide.notes_slide.notes_text_frame.text = "読み上げ原稿"
    show.save(out)
    return out.getvalue()


def bomb() -> bytes:
    """A small Word document that unpacks to more than it may."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("word/document.xml", "w") as entry,
    ):
        for _ in range(301):
            entry.write(bytes(1024 * 1024))
    return out.getvalue()


SAMPLES = {
    "a.pdf": pdf,
    "a.docx": word,
    "a.xlsx": excel,
    "a.pptx": powerpoint,
    "utf8.txt": WORDS.encode,
    "bom.csv": lambda: b"\xef\xbb\xbf" + WORDS.encode(),
    "sjis.csv": lambda: f"髙橋,①,{WORDS}".encode("cp932"),
    "jis.txt": lambda: WORDS.encode("iso2022_jp"),
    "utf16.txt": lambda: WORDS.encode("utf-16"),
}
