"""Every list leaves as CSV or as an Excel workbook (administration.md 23).

    return table_response(gettext("Telephone list"), columns, rows, "xlsx")

Text stays text: leading zeros are kept, and what a spreadsheet would run as a formula is neutralised. The workbook prints
on A4, lying, one page wide, with title, date and page count. Whatever leaves is recorded in the audit (administration.md 28).
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final, Literal
from urllib.parse import quote

import xlsxwriter
from flask import Response, request
from werkzeug.exceptions import NotFound

from groupware import audit, clock, offload
from groupware.guards import zoning
from groupware.guards.enums import Act
from groupware.web.boundary import afterwards, signed_in_person
from groupware.web.formats import wareki_text

Format = Literal["csv", "csv-cp932", "xlsx"]
Row = Sequence[Any]

FORMATS: Final[tuple[Format, ...]] = ("csv", "csv-cp932", "xlsx")
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# OWASP, "CSV injection": a cell that begins with one of these is run as a formula.
_FORMULA: Final = re.compile(r"[=+\-@\t\r|＝＋－＠]")
_CODE: Final = re.compile(r"[\w.:~+-]{1,64}", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?")
_UNFIT_FOR_FILES: Final = re.compile(r'[\x00-\x1f\\/:*?"<>|]')
_UNFIT_FOR_SHEETS: Final = re.compile(r"[\[\]:*?/\\']")
_WIDEST: Final = 60
_NARROWEST: Final = 6


def table_response(
    name: str,
    columns: Sequence[str],
    rows: Iterable[Row],
    format: str,  # noqa: A002  the word users know
    **subject: Any,
) -> Response:
    """The table as a download named `name` with today's date; that it left is recorded.

    `format` is "csv" (UTF-8 with a byte order mark), "csv-cp932" (for older programmes; what it cannot express becomes
    〓) or "xlsx". Cells are text, numbers, dates, datetimes (shown in the municipality's time), booleans or None. `subject`
    says for the audit what the list is about: `object_type` and `object_id`, `unit_id`. Raises NotFound for
    another format, since it comes from the address, and
    Denied in a zone that files may not be taken out to.
    """
    if format not in FORMATS:
        raise NotFound
    if (signed_in := signed_in_person()) is not None:
        zoning.require(signed_in.actor, Act.DOWNLOAD)
    kept = [list(row) for row in rows]
    record_leaving(format, len(kept), **subject)
    if format == "xlsx":
        body = offload.run(_workbook, name, list(columns), kept, wareki_text(clock.today()))
        return download(body, name, "xlsx", XLSX)
    encoding = "utf-8-sig" if format == "csv" else "cp932"
    body = offload.run(_csv, list(columns), kept, encoding)
    return download(body, name, "csv", f"text/csv; charset={'utf-8' if format == 'csv' else 'Shift_JIS'}")


def record_leaving(way: str, number: int, **subject: Any) -> None:
    """Record once the answer has left that the list of this address left: as a file, or on one page to be printed."""
    signed_in = signed_in_person()
    if signed_in is None:
        return  # what everybody in the world may open is nobody's data
    details = {"list": request.endpoint, "format": way, "number": number, "limited_by": _limits()}
    afterwards(lambda: audit.record(signed_in.actor, "list.exported", details=details, **subject))


def _limits() -> dict[str, str]:
    """By what the list was narrowed: ids, days and codes as they are, of a text only that there was one."""
    given = {**request.args, **(request.view_args or {})}
    return {
        name: str(value) if name != "q" and _CODE.fullmatch(str(value)) else "…"
        for name, value in given.items()
        if value != "" and name not in ("format", "print")
    }


def download(body: bytes, name: str, extension: str, content_type: str) -> Response:
    """A file to be saved as `<name>_<YYYYMMDD>.<extension>`, whatever alphabet the name is in."""
    full = f"{_UNFIT_FOR_FILES.sub('_', name).strip() or 'list'}_{clock.today():%Y%m%d}.{extension}"
    plain = unicodedata.normalize("NFKD", full).encode("ascii", "ignore").decode() or f"list.{extension}"
    response = Response(body, content_type=content_type)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(full)}"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def cell_text(value: Any) -> str:
    """A cell as CSV has it: ISO dates, local time, formula characters neutralised by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return f"{clock.local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat() if value.year < 9999 else ""
    text = str(value)
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def _csv(columns: list[str], rows: list[list[Any]], encoding: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([cell_text(column) for column in columns])
    writer.writerows([cell_text(value) for value in row] for row in rows)
    if encoding != "cp932":
        return text.getvalue().encode(encoding)
    return text.getvalue().encode("cp932", "replace_geta")


def _workbook(name: str, columns: list[str], rows: list[list[Any]], day: str) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    font = {"font_name": "BIZ UDPGothic", "font_size": 10, "valign": "top"}
    head = book.add_format({**font, "bold": True, "bg_color": "#E8F1FE", "bottom": 1, "text_wrap": True})
    body = book.add_format({**font, "text_wrap": True})
    shapes = {
        date: book.add_format({**font, "num_format": "yyyy/mm/dd", "align": "left"}),
        datetime: book.add_format({**font, "num_format": "yyyy/mm/dd hh:mm", "align": "left"}),
    }
    sheet = book.add_worksheet(_UNFIT_FOR_SHEETS.sub("_", name)[:31].strip() or "list")
    sheet.write_row(0, 0, columns, head)
    for index, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write(sheet, index, column, value, body, shapes)
    for column, title in enumerate(columns):
        widest = max((_width(row[column]) for row in rows if column < len(row)), default=0)
        sheet.set_column(column, column, min(max(widest, _width(title), _NARROWEST) + 2, _WIDEST))
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), max(len(columns) - 1, 0))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header("&L&" + '"BIZ UDPGothic"' + f"{name.replace('&', '&&')}&R{day}")
    sheet.set_footer("&C&P / &N")
    book.close()
    return stream.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, body: Any, shapes: dict[Any, Any]) -> None:
    if value is None or (isinstance(value, date) and value.year == 9999):
        sheet.write_blank(row, column, None, body)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, clock.local(value).replace(tzinfo=None), shapes[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, shapes[date])
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value, body)
    else:
        sheet.write_string(row, column, cell_text(value) if isinstance(value, bool) else str(value), body)


def _width(value: Any) -> int:
    """Columns that a cell takes: a full-width character takes two."""
    if isinstance(value, date):
        return 17 if isinstance(value, datetime) else 11
    longest = max(str("" if value is None else value).split("\n"), key=len)
    return sum(2 if unicodedata.east_asian_width(letter) in "FWA" else 1 for letter in longest)


def _geta(error: UnicodeError) -> tuple[str, int]:
    """〓 for what CP932 has not, as typesetting marks a missing letter; a variation selector leaves the plain kanji."""
    assert isinstance(error, UnicodeEncodeError)
    letter = error.object[error.start]
    return ("" if unicodedata.category(letter) == "Mn" else "〓"), error.start + 1


codecs.register_error("replace_geta", _geta)


__all__ = ["FORMATS", "Format", "cell_text", "download", "record_leaving", "table_response"]
