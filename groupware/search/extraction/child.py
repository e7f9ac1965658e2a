"""Read the words of one file, as a programme of its own: `python child.py PATH ENDING` writes them to standard output as UTF-8.

Files come from anywhere, and what reads them was not written for that. So it happens in a process that can write nothing, has
little memory and little time, knows no secret, and whose end is nobody else's. This file imports nothing of the
groupware: it starts quickly and holds nothing worth having.

Ends with 0, or with 3 for a file that cannot be read (damaged, locked with a password, a zip bomb).
"""

import codecs
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

LONGEST = 200_000
"""Characters that are read; more is not indexed."""
MEMORY = 1024 * 1024 * 1024
SECONDS = 30
"""Of computing; whoever started this also looks at the clock on the wall."""
TEXT_BYTES = 1024 * 1024
UNPACKED = 300 * 1024 * 1024
"""Bytes that an office file may have unpacked."""
ENTRIES = 20_000

UNREADABLE = 3
_ENCODINGS = ("utf-8", "cp932")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class UnreadableError(Exception):
    """The file is not what it says, or more than it says."""


def text_lines(path: Path) -> Iterator[str]:
    """A text in any of the encodings that Japanese offices use."""
    with path.open("rb") as file:
        content = file.read(TEXT_BYTES)
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            yield codecs.getincrementaldecoder(encoding)("replace").decode(content[len(mark) :])
            return
    if b"\x1b$" in content:
        yield codecs.getincrementaldecoder("iso2022_jp")("replace").decode(content)
        return
    for encoding in _ENCODINGS:
        try:
            # Not final: the last character may have been cut in two.
            yield codecs.getincrementaldecoder(encoding)("strict").decode(content)
        except UnicodeDecodeError:
            continue
        return
    yield content.decode("cp932", "replace")


def pdf_lines(path: Path) -> Iterator[str]:
    """The text of a PDF, page by page."""
    import pypdfium2  # noqa: PLC0415  only the reader that is needed

    document = pypdfium2.PdfDocument(path)
    try:
        for page in document:
            text = page.get_textpage()
            yield text.get_text_range()
            text.close()
            page.close()
    finally:
        document.close()


def docx_lines(path: Path) -> Iterator[str]:
    """Paragraphs and cells of a Word document, its headers and footers."""
    import docx  # noqa: PLC0415

    document = docx.Document(str(path))
    tag = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    parts = [document.element.body]
    parts += [part._element for one in document.sections for part in (one.header, one.footer)]
    for part in parts:
        for paragraph in part.iter(f"{tag}p"):
            yield "".join(node.text or "" for node in paragraph.iter(f"{tag}t"))


def xlsx_lines(path: Path) -> Iterator[str]:
    """Names of sheets and their rows, as they were last computed. A date is written as one."""
    import openpyxl  # noqa: PLC0415

    # A path would have to end in .xlsx.
    with path.open("rb") as file:
        for sheet in openpyxl.load_workbook(file, read_only=True, data_only=True).worksheets:
            yield sheet.title
            for row in sheet.iter_rows(values_only=True):
                yield "\t".join(_cell(value) for value in row if value is not None)


def _cell(value: object) -> str:
    if hasattr(value, "strftime") and hasattr(value, "year"):
        return f"{value.year}-{value.month}-{value.day}"  # type: ignore[attr-defined]
    return str(value)


def pptx_lines(path: Path) -> Iterator[str]:
    """Every text of the slides, in tables and groups as well, and the speaker's notes."""
    import pptx  # noqa: PLC0415

    tag = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
    for slide in pptx.Presentation(str(path)).slides:
        parts = [slide._element]
        if slide.has_notes_slide:
            parts.append(slide.notes_slide._element)
        for part in parts:
            for paragraph in part.iter(f"{tag}p"):
                yield "".join(node.text or "" for node in paragraph.iter(f"{tag}t"))


def _unpacked(read: Callable[[Path], Iterator[str]]) -> Callable[[Path], Iterator[str]]:
    """A reader of zip files that refuses one which would unpack to more than a document has."""

    def checked(path: Path) -> Iterator[str]:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > ENTRIES or sum(entry.file_size for entry in entries) > UNPACKED:
                raise UnreadableError("too much in it")
        return read(path)

    return checked


READERS: dict[str, Callable[[Path], Iterator[str]]] = {
    **dict.fromkeys(("txt", "csv", "tsv", "md", "log"), text_lines),
    "pdf": pdf_lines,
    "docx": _unpacked(docx_lines),
    "xlsx": _unpacked(xlsx_lines),
    "xlsm": _unpacked(xlsx_lines),
    "pptx": _unpacked(pptx_lines),
}


def limit() -> None:
    """From now on: little memory and time, no new files, no core dump."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(kind, (most, most))


def main(path: str, ending: str) -> int:
    """Write the words of the file, at most `LONGEST` characters."""
    limit()
    room = LONGEST
    try:
        for line in READERS[ending](Path(path)):
            piece = line[:room].encode("utf-8", "ignore")
            sys.stdout.buffer.write(piece + b"\n")
            room -= len(line) + 1
            if room <= 0:
                break
    except Exception:  # noqa: BLE001  whatever the reader of a hostile file raises means the same
        return UNREADABLE
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
