"""Facilities as a table: what leaves comes back, and only what was changed changes."""

import re

import pytest
from sqlalchemy import select

from groupware.db import session, unit
from groupware.errors import Invalid
from groupware.web.rows import block_of
from plugins.facility.enums import Right
from plugins.facility.models import Facility
from plugins.facility.services import catalogue, master
from plugins.facility.services.master import Outcome

HEADINGS = ["設備グループ", "名前", "定員", "管理組織", "特長", "備考"]


@pytest.fixture
def manager(hall):
    """The keeper manages what belongs to 総務課."""
    hall.factory.grant(
        "person", hall.keeper, "facility:facility:manage", scope="subtree", unit_id=hall.affairs
    )
    return hall.keeper


def facilities(hall):
    """(name, capacity, unit) of all facilities."""
    with hall.app.app_context(), unit("read"):
        rows = session.execute(
            select(Facility.name, Facility.capacity, Facility.unit_id).order_by(Facility.id)
        )
        return [tuple(row) for row in rows]


def outcomes(judged):
    """What became of the lines."""
    return [one.outcome for one in judged]


def test_what_was_exported_changes_nothing(hall, manager):
    hall.add_room("車椅子の部屋", features=("スロープ", "マイク"), note="鍵は\n守衛室", contact="+81-3")
    cells = hall.read(master.cells_of, manager)
    table = [list(map(str, master.COLUMNS.values())), *([str(cell or "") for cell in row] for row in cells)]
    assert outcomes(hall.write(master.take, manager, table, only_all=True)) == [Outcome.SAME] * 3


def test_lines_change_and_add_and_keep_rights_and_terms(hall, manager):
    hall.set_terms(hall.room, approval=True)
    table = [
        HEADINGS,
        ["会議室", "501会議室", "14人", "総務課", "", ""],
        ["会議室", "601会議室", "8", "総務課", "マイク、机", ""],
    ]
    before = facilities(hall)
    judged = hall.write(master.examine, manager, table)
    assert outcomes(judged) == [Outcome.CHANGED, Outcome.NEW]
    assert judged[0].reason == "定員"
    assert facilities(hall) == before
    hall.write(master.take, manager, table, only_all=True)
    assert facilities(hall) == [
        ("501会議室", 14, hall.affairs),
        ("502会議室", 30, hall.affairs),
        ("601会議室", 8, hall.affairs),
    ]
    with hall.app.app_context(), unit("read"):
        room = session.scalars(select(Facility).where(Facility.uid == hall.room)).one()
        assert room.terms == {"facility.approval": True}
        assert catalogue.rights_in(room.id)[Right.OVERRIDE]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["車庫", "1号車", "", "総務課"], "車庫"),
        (["会議室", "", "", "総務課"], ""),
        (["会議室", "701", "多数", "総務課"], "多数"),
        (["会議室", "701", "", "環境課"], "環境課"),
        (["会議室", "701", "", "福祉課"], ""),
        (["会議室", "701", "", ""], ""),
        (["会議室", "あ" * 61, "", "総務課"], "61"),
        (["会議室", "501会議室", "", "福祉課"], ""),
    ],
)
def test_line_that_cannot_be_taken_leaves_nothing_and_stops_no_other(hall, manager, cells, words):
    table = [
        HEADINGS,
        cells,
        ["会議室", "502会議室", "40", "総務課"],
        ["会議室", "502会議室", "50", "総務課"],
    ]
    before = facilities(hall)
    judged = hall.write(master.take, manager, table, only_all=True)
    assert outcomes(judged) == [Outcome.REFUSED, Outcome.CHANGED, Outcome.REFUSED]
    assert judged[0].reason
    assert words in str(judged[0].reason)
    assert facilities(hall) == before
    hall.write(master.take, manager, table, only_all=False)
    assert facilities(hall) == [before[0], ("502会議室", 40, hall.affairs)]


@pytest.mark.parametrize("table", [[], [["名前", "定員", "備考"]], [["会議室", "x"]] * 1001])
def test_table_that_is_none_is_refused(hall, manager, table):
    with pytest.raises(Invalid):
        hall.write(master.take, manager, table, only_all=False)


def test_page_checks_and_takes(hall, manager, sign_in):
    client = sign_in(manager, elevated=True)
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/facility/manage/table").text)[1]

    def send(step, *lines):
        text = block_of([HEADINGS, *lines])
        return client.post("/facility/manage/table", data={"csrf_token": token, "step": step, "table": text})

    good, bad = ["会議室", "501会議室", "13", "総務課"], ["無い", "501", "", ""]
    before = facilities(hall)
    assert send("check", good, bad).status_code == 200
    assert send("all", good, bad).status_code == 409
    assert facilities(hall) == before
    page = send("fits", good, bad)
    assert page.status_code == 200
    assert "無い" in page.text
    assert facilities(hall)[0][1] == 13
    assert send("all", good).status_code == 302
    assert sign_in(hall.booker).get("/facility/manage/table").status_code in (403, 404)
