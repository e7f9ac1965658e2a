"""What leaves the board: workbooks, CSV, the portal's blocks, search hits."""

import io

import openpyxl
import pytest
from sqlalchemy import select

from groupware import clock
from groupware.audit.models import AuditRecord
from groupware.db import session
from groupware.testing.signing_in import csrf_token
from plugins.bulletin.enums import SenderKind
from plugins.bulletin.queries.audience import EVERYONE
from tests.plugins.bulletin.test_lists import plant
from tests.plugins.bulletin.test_revising import set_rule


def csv_rows(answer):
    return answer.data.decode("utf-8-sig").splitlines()


def test_list_leaves_as_csv_with_mark_and_without_formulas(board, sign_in, read):
    plant(board, 1, title="=1+1")
    plant(board, 1, title="@SUM(1)")
    plant(board, 60)
    with sign_in(board.colleague).get("/bulletin/export/current.csv?importance=0") as answer:
        assert answer.data.startswith("\ufeff".encode())
        rows = csv_rows(answer)
    assert len(rows) == 63
    assert any(",'=1+1," in row for row in rows)
    assert any(",'@SUM(1)," in row for row in rows)
    with read():
        record = session.scalars(select(AuditRecord).where(AuditRecord.action == "list.exported")).one()
        assert record.details == {
            "list": "bulletin.export",
            "format": "csv",
            "number": 62,
            "limited_by": {"importance": "0", "view": "current"},
        }


def test_list_leaves_as_a_workbook_with_what_the_filter_left(board, sign_in):
    plant(board, 3)
    with sign_in(board.colleague).get("/bulletin/export/current.xlsx?q=2") as answer:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert [cell.value for cell in sheet[1]][2] == "件名"
    assert [row[2].value for row in sheet.iter_rows(min_row=2)] == ["2"]


@pytest.mark.parametrize("path", ["nothing.csv", "current.exe", "all.csv"])
def test_export_that_is_none_or_not_allowed_is_answered_404(board, sign_in, path):
    assert sign_in(board.colleague).get(f"/bulletin/export/{path}").status_code == 404


def test_readers_leave_with_staff_numbers_as_text_and_are_audited(board, sign_in, read):
    account = board.section_account(board.shelter, "保護課")
    uid = board.post(sender=f"section:{account}", audience=(EVERYONE,), confirm_by=clock.today())
    client = sign_in(board.author)
    data = {"edition": "1", "csrf_token": csrf_token(client, "/bulletin/own")}
    client.post(f"/bulletin/{uid}/confirm", data=data)
    with client.get(f"/bulletin/{uid}/receipts.xlsx") as answer:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[3] for row in rows] == ["港 太郎", "佐藤 葵", "鈴木 蓮", "田中 湊"]
    assert all(isinstance(row[2], str) and len(row[2]) == 6 and row[2].startswith("0") for row in rows)
    assert [row[7] is not None for row in rows] == [False, True, False, False]
    with client.get(f"/bulletin/{uid}/receipts.csv?show=unconfirmed") as answer:
        assert len(csv_rows(answer)) == 4
    with read():
        actions = session.scalars(select(AuditRecord.action)).all()
        assert actions.count("list.exported") == 2
    assert sign_in(board.outsider).get(f"/bulletin/{uid}/receipts.xlsx").status_code == 403


def test_portal_shows_news_what_waits_and_the_mayors_message(board, sign_in):
    plant(board, 2)
    plant(board, 1, title="確認してください", confirm_by=clock.today())
    plant(
        board,
        1,
        title="市長の言葉",
        sender_kind=SenderKind.POST,
        sender_rank=1,
        sender_name="市長",
        sender_detail="港 太郎",
    )
    page = sign_in(board.colleague).get("/").text
    assert 'class="honour"' in page
    assert "市長の言葉" in page
    assert "市長からのメッセージ" in page
    assert page.count("確認してください") >= 2
    assert '<span class="badge">4</span>' in page


def test_search_box_finds_postings(board, sign_in):
    plant(board, 1, title="断水のお知らせ", html="<p>水曜日の夜に断水します。</p>")
    page = sign_in(board.colleague).get("/search?q=断水").text.replace("<mark>", "").replace("</mark>", "")
    assert "断水のお知らせ" in page
    assert "水曜日の夜に断水します。" in page


def test_switched_off_board_is_gone_from_menu_and_routes(board, sign_in):
    set_rule(board, "bulletin.enabled", False, board.welfare)
    client = sign_in(board.colleague)
    assert client.get("/bulletin/").status_code == 404
    assert "/bulletin/" not in client.get("/").text
    assert sign_in(board.outsider).get("/bulletin/").status_code == 200
