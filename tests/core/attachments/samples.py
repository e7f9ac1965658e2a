"""Small files of many kinds, made by the libraries that people's programmes resemble, and some that lie."""

import io
import zipfile
import zlib

import docx
import openpyxl
import pptx
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def picture(form: str, size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, (200, 30, 60)).save(stream, form, **more)
    return stream.getvalue()


def pdf(pages: int = 1, **more: object) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, **more)
    for page in range(pages):
        canvas.drawString(100, 700, f"Page {page + 1}")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def saved(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def archive(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return stream.getvalue()


def locked(content: bytes) -> bytes:
    """The archive with the mark of a password on every entry."""
    changed = bytearray(content)
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + place] |= 1
            at = changed.find(signature, at + 4)
    return bytes(changed)


def ole(stream: str = "WordDocument") -> bytes:
    """The head and directory of a compound file with a stream of that name."""
    head = bytearray(512)
    head[:8] = OLE
    head[30:32] = (9).to_bytes(2, "little")
    head[48:52] = (0).to_bytes(4, "little")
    entry = stream.encode("utf-16-le").ljust(128, b"\0")
    return bytes(head) + entry.ljust(1024, b"\0")


def understated(content: bytes, entry_size: int) -> bytes:
    """An archive whose only entry says that it is smaller than it is."""
    changed = bytearray(content)
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = changed.find(signature)
        changed[at + place : at + place + 4] = entry_size.to_bytes(4, "little")
    return bytes(changed)


def overlapping() -> bytes:
    """An archive in which many names stand for one and the same packed content."""
    packed = zlib.compress(bytes(10_000_000), 9)[2:-4]
    crc, size = zlib.crc32(bytes(10_000_000)), 10_000_000
    fixed = (20).to_bytes(2, "little") + b"\0\0\x08\0\0\0\0\0" + crc.to_bytes(4, "little")
    sizes = len(packed).to_bytes(4, "little") + size.to_bytes(4, "little")
    local = b"PK\x03\x04" + fixed + sizes + (1).to_bytes(2, "little") + b"\0\0a"
    body = local + packed
    central = b"".join(
        b"PK\x01\x02\x14\0" + fixed + sizes + (1).to_bytes(2, "little") + bytes(12) + bytes(4) + bytes([97])
        for _ in range(3)
    )
    end = b"PK\x05\x06\0\0\0\0" + (3).to_bytes(2, "little") * 2
    end += len(central).to_bytes(4, "little") + len(body).to_bytes(4, "little") + b"\0\0"
    return body + central + end


HONEST = {
    "起案.docx": saved(docx.Document()),
    "集計.xlsx": saved(openpyxl.Workbook()),
    "説明.pptx": saved(pptx.Presentation()),
    "通知.pdf": pdf(),
    "写真.jpg": picture("JPEG"),
    "写真.JPEG": picture("JPEG"),
    "図.png": picture("PNG"),
    "図.gif": picture("GIF"),
    "図.webp": picture("WEBP"),
    "図.bmp": picture("BMP"),
    "図.tif": picture("TIFF"),
    "名簿.csv": "氏名,課\n佐藤,総務課\n".encode("cp932"),
    "覚え書き.txt": "国勢調査\n".encode("euc_jp"),
    "メール.txt": "件名\n".encode("iso2022_jp"),
    "設定.xml": b"<?xml version='1.0'?><svg/>",
    "名簿.tsv": "\ufeff氏名\t課\n".encode("utf-16"),
    "古い.doc": ole(),
    "一太郎.jtd": ole("DocumentText"),
    "資料.zip": archive({"a.txt": b"a" * 100}),
    "図面.jww": b"JwwData.\x00\x01" + bytes(range(256)),
    "会議": b"\x00\x01\x02\x03 whatever",
    "ラベルのない文書": pdf(),
    "録音.mp3": b"ID3\x03" + bytes(300),
}
LYING = {
    "写真.jpg": pdf(),
    "報告.pdf": picture("PNG"),
    "集計.xlsx": saved(docx.Document()),
    "名簿.csv": archive({"a.txt": b"a"}),
    "起案.docx": archive({"a.txt": b"a"}),
    "図.png": b"MZ" + bytes(300),
    "資料.zip": b"not an archive, a text",
    "覚え書き.txt": b"\x00\x01\x02\x03",
    "通知.pdf": b"<html>",
}
