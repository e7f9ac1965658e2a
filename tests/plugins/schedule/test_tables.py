"""Own events out of a spreadsheet: every line is looked at first, what is there already stays as it is."""

import io
from datetime import datetime, timedelta

import pytest

from groupware import clock
from groupware.errors import Invalid
from groupware.testing.signing_in import csrf_token
from plugins.schedule.permissions import KIND_MANAGE
from plugins.schedule.services import kinds, table_import
from plugins.schedule.services.table_import import Outcome
from plugins.schedule.tables import Line, Unreadable, lines_of, times_of

HEAD = ["件名", "日時", "終了", "会場"]


def wall(text):
    """A wall-clock time of the municipality."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.local(clock.now()).tzinfo)


@pytest.mark.parametrize(
    ("starts", "ends", "all_day", "expected"),
    [
        ("2026-11-24 10:00", "2026-11-24 11:30", "0", ("2026-11-24T10:00", "2026-11-24T11:30", False)),
        ("2026/11/24 9時30分", "11:00", "", ("2026-11-24T09:30", "2026-11-24T11:00", False)),
        ("R8.11.24 10:00", "", "", ("2026-11-24T10:00", "2026-11-24T11:00", False)),
        ("令和8年11月24日", "", "", ("2026-11-24T00:00", "2026-11-25T00:00", True)),
        ("2026-11-24", "2026-11-26", "", ("2026-11-24T00:00", "2026-11-27T00:00", True)),
        ("2026-11-24 00:00", "2026-11-25 00:00", "1", ("2026-11-24T00:00", "2026-11-25T00:00", True)),
        ("2026-11-24 10:00", "", "○", ("2026-11-24T00:00", "2026-11-25T00:00", True)),
    ],
)
def test_times_as_people_write_them(starts, ends, all_day, expected):
    times = times_of(Line(1, {"starts": starts, "ends": ends, "all_day": all_day}))
    assert (times.starts_at, times.ends_at, times.is_all_day) == (
        wall(expected[0]),
        wall(expected[1]),
        expected[2],
    )


@pytest.mark.parametrize(
    "starts", ["", "あした", "2026-13-01", "2026-11-24 25:00", "9999-12-31 10:00", "10:00"]
)
def test_times_that_cannot_be_read(starts):
    with pytest.raises(Unreadable):
        times_of(Line(1, {"starts": starts}))


def test_columns_by_heading_in_any_order():
    lines, missing = lines_of([HEAD, ["庁議", "2026-11-24", "", "大会議室"], ["", "", "", ""]])
    assert missing == []
    assert [one.cells for one in lines] == [
        {"title": "庁議", "starts": "2026-11-24", "ends": "", "place": "大会議室"}
    ]
    assert lines_of([["件名", "会場"], ["庁議", "大会議室"]])[1] == ["starts"]


def test_every_line_is_judged_and_the_same_table_brings_nothing_twice(office, factory):
    factory.grant("person", office.organiser, KIND_MANAGE)
    office.write(kinds.add, office.organiser, kinds.Plan(name="会議"))
    table = [
        ["開始", "終了", "件名", "予定種別"],
        ["2026-11-25 10:00", "2026-11-25 11:00", "庁議", "会議"],
        ["2026-11-25 10:00", "2026-11-25 11:00", "庁議", "会議"],
        ["2026-11-25 12:00", "2026-11-25 11:00", "逆さま", ""],
        ["2026-11-26", "", "", ""],
        ["いつか", "", "未定", ""],
        ["2026-11-26", "", "不明", "宴会"],
        ["2026-11-26", "", "番号 1234-5678-9018", ""],
    ]
    new, same, refused = Outcome.NEW, Outcome.SAME, Outcome.REFUSED
    judged = office.read(table_import.examine, office.organiser, table)
    assert [one.outcome for one in judged] == [new, same, *[refused] * 5]
    assert [bool(one.reason) for one in judged] == [False, False, *[True] * 5]
    assert office.seen(office.organiser, office.organiser) == []
    for outcomes in ([new, same], [same, same]):
        judged = office.write(table_import.take, office.organiser, table)
        assert [one.outcome for one in judged[:2]] == outcomes
    assert [one.title for one in office.seen(office.organiser, office.organiser)] == ["庁議"]


@pytest.mark.parametrize(
    "table", [[], [["件名", "会場"], ["庁議", "x"]], [["2026-11-24", "", "", "a"]] * 501]
)
def test_what_is_no_table_of_events(office, table):
    with pytest.raises(Invalid):
        office.read(table_import.examine, office.organiser, table)


def test_exported_list_comes_in_again(office, sign_in):
    office.enter(title="庁議", place="大会議室", text="")
    midnight = wall("2026-11-25T00:00")
    office.enter(title="研修", is_all_day=True, starts_at=midnight, ends_at=midnight + timedelta(days=2))
    client = sign_in(office.organiser)
    exported = client.get("/schedule/export/list.csv?day=2026-11-24").data
    token = csrf_token(client, "/schedule/import-table")

    def send(**values):
        return client.post("/schedule/import-table", data={"csrf_token": token, **values})

    page = send(file=(io.BytesIO(exported), "予定一覧.csv")).text
    assert page.count("status-neutral") == 2
    client = sign_in(office.colleague)
    token = csrf_token(client, "/schedule/import-table")
    page = send(file=(io.BytesIO(exported), "予定一覧.csv")).text
    assert "2件の予定を登録" in page
    text = exported.decode("utf-8-sig")
    assert send(table=text, step="take").status_code == 302
    found = office.seen(office.colleague, office.colleague)
    assert [(one.title, one.place, one.is_all_day) for one in found] == [
        ("庁議", "大会議室", False),
        ("研修", "", True),
    ]


def test_page_says_what_is_wrong(office, sign_in):
    client = sign_in(office.organiser)
    token = csrf_token(client, "/schedule/import-table")

    def send(**values):
        return client.post("/schedule/import-table", data={"csrf_token": token, **values})

    assert send(table="").status_code == 422
    assert send(file=(io.BytesIO(b"\xff\xfe\x00\x81"), "x.csv")).status_code == 422
    half = "開始\t件名\n2026-11-25 10:00\t庁議\nいつか\t未定"
    answer = send(table=half, step="take")
    assert "1件の予定を登録しました。" in answer.text
    assert "いつか" in answer.text
    assert [one.title for one in office.seen(office.organiser, office.organiser)] == ["庁議"]
