"""Lists as CSV and as workbooks."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from werkzeug.exceptions import NotFound

from groupware import clock
from groupware.web.exports import cell_text, table_response

COLUMNS = ["職員番号", "氏名", "件数", "日付", "日時", "有効"]
ROWS = [
    ("000123", "辻󠄀 花子", 3, date(2026, 11, 22), datetime(2026, 11, 21, 15, 5, tzinfo=UTC), True),
    ("012", "=1+1", None, date(9999, 12, 31), None, False),
]


@pytest.fixture
def export(app):
    def make(format_name, rows=ROWS, name="職員/一覧"):
        with clock.frozen(datetime(2026, 11, 22, 3, tzinfo=UTC)), app.test_request_context():
            return table_response(name, COLUMNS, rows, format_name)

    return make


def test_csv_has_a_mark_keeps_zeros_and_neutralises_formulas(export):
    response = export("csv")
    assert response.data.startswith(b"\xef\xbb\xbf")
    lines = response.data.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "職員番号,氏名,件数,日付,日時,有効"
    assert lines[1] == "000123,辻󠄀 花子,3,2026-11-22,2026-11-22 00:05,1"
    assert lines[2] == "012,'=1+1,,,,0"


def test_cp932_drops_selectors_and_marks_what_it_has_not(export):
    text = export("csv-cp932", [("1", "辻󠄀 𠮷田 髙橋", None, None, None, None)]).data.decode("cp932")
    assert "辻 〓田 髙橋" in text


def test_file_name_is_fit_for_every_system(export):
    header = export("csv").headers["Content-Disposition"]
    assert "filename*=UTF-8''%E8%81%B7%E5%93%A1_%E4%B8%80%E8%A6%A7_20261122.csv" in header
    assert header.isascii()


def test_workbook_keeps_text_as_text_and_dates_as_dates(export):
    book = load_workbook(BytesIO(export("xlsx").data))
    sheet = book.active
    assert [cell.value for cell in sheet[1]] == COLUMNS
    assert [cell.value for cell in sheet[2]][:5] == [
        "000123",
        "辻󠄀 花子",
        3,
        datetime(2026, 11, 22),  # noqa: DTZ001  as a sheet has it
        datetime(2026, 11, 22, 0, 5),  # noqa: DTZ001
    ]
    assert sheet["B3"].value == "=1+1"
    assert sheet["B3"].data_type == "s"
    assert sheet["D3"].value is None


def test_workbook_prints_on_a4_with_title_and_page_count(export):
    sheet = load_workbook(BytesIO(export("xlsx").data)).active
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight in (0, "0")
    assert sheet.print_title_rows == "$1:$1"
    assert "令和8年11月22日" in sheet.oddHeader.right.text
    assert sheet.freeze_panes == "A2"


def test_empty_list_leaves_with_its_head(export):
    assert export("csv", []).data.decode("utf-8-sig").strip() == "職員番号,氏名,件数,日付,日時,有効"
    assert load_workbook(BytesIO(export("xlsx", []).data)).active.max_row == 1


def test_unknown_format_is_not_found(export):
    with pytest.raises(NotFound):
        export("exe")


@pytest.mark.parametrize("value", ["=a", "+a", "-a", "@a", "\ta", "＝a", "|a"])
def test_formula_characters_are_neutralised(value):
    assert cell_text(value) == "'" + value


@pytest.mark.parametrize("value", ["-5", "+81", "-0.5", "a=b", "", "内線-1"])
def test_harmless_text_is_left_alone(value):
    assert cell_text(value) == value
