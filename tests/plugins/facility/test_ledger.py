"""A paper ledger: what its cells say, what becomes of its lines, and that nothing is entered twice or lost."""

import io
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from groupware import clock
from groupware.audit.models import AuditRecord
from groupware.calendar.eras import format_wareki
from groupware.capabilities import Span, Wish
from groupware.db import session, unit
from groupware.directory.people_index import reindex
from groupware.errors import Invalid
from groupware.events.models import Event
from groupware.web.rows import block_of, parse_table
from plugins.facility.ledger import LAYOUT, Times, day_of, quantity_of, times_of
from plugins.facility.models import Booking, Reservation
from plugins.facility.services.ledger import MOST_LINES, examine, take
from plugins.facility.services.ledger.judging import Outcome
from plugins.facility.tables import Line, Unreadable
from tests.plugins.facility.conftest import at, open_to_all, span

TOMORROW = clock.today() + timedelta(days=1)
HEADINGS = ["設備", "日付", "開始", "終了", "用途", "利用者", "内線", "数"]


@pytest.fixture
def names(hall):
    """People are found by their names."""
    with hall.app.app_context(), unit("write"):
        reindex()


def line(facility="501会議室", day=None, begins="10:00", ends="11:00", title="会議", user="", *more):
    """A line of a ledger."""
    return [facility, day or TOMORROW.isoformat(), begins, ends, title, user, *more]


def results(report):
    """(outcome, reason) of every line."""
    return [(one.outcome.value, str(one.reason)) for one in report.lines]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026/4/1", date(2026, 4, 1)),
        ("R8.4.1", date(2026, 4, 1)),
        ("令和8年4月1日", date(2026, 4, 1)),
        ("令和８年４月１日（水）", date(2026, 4, 1)),
        ("2026-04-05(日)", date(2026, 4, 5)),
        ("2026/4/1 水", date(2026, 4, 1)),
    ],
)
def test_days_are_read_as_people_write_them(text, day):
    assert day_of(Line(1, {"day": text})) == day


@pytest.mark.parametrize(
    ("begins", "ends", "times"),
    [
        ("9:00", "10:30", (540, 630)),
        ("９時", "１３時３０分", (540, 810)),
        ("0900", "1730", (540, 1050)),
        ("午後1時半", "24:00", (810, 1440)),
        ("9:00:00", "12:00:00", (540, 720)),
        ("9:00〜11:00", "", (540, 660)),
        ("9時から11時", "", (540, 660)),
        ("終日", "", (None, None)),
        ("", "", (None, None)),
        ("2026-11-24 09:00", "2026-11-24 10:30", (540, 630)),
        ("2026-11-24 22:00", "2026-11-26 06:00", (1320, 2 * 1440 + 360)),
        ("2026/11/24 9:00:00", "10:30", (540, 630)),
    ],
)
def test_times_are_read_as_people_write_them(begins, ends, times):
    assert times_of(Line(1, {"begins": begins, "ends": ends})) == Times(*times)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"day": "4/1"}, "day"),
        ({"day": "2026/2/30"}, "day"),
        ({"begins": "9:00"}, "day"),
        ({"begins": "2026-02-30 09:00"}, "day"),
        ({"begins": "25:00", "ends": "26:00"}, "begins"),
        ({"begins": "9:00", "ends": "9:75"}, "ends"),
        ({"begins": "9:00", "ends": ""}, "ends"),
        ({"quantity": "三"}, "quantity"),
        ({"quantity": "0"}, "quantity"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_column(cells, column):
    read = {"day": day_of, "begins": times_of, "ends": times_of, "quantity": quantity_of}[column]
    with pytest.raises(Unreadable, match=column):
        read(Line(1, cells))


def test_headings_say_which_column_is_which():
    found, missing = LAYOUT.lines_of(
        [["備考", "用途", "時間", "使用日", "会議室名"], ["", "会議", "9:00〜10:00", "R8.4.1", "501"]]
    )
    assert not missing
    assert found == [Line(2, {"title": "会議", "begins": "9:00〜10:00", "day": "R8.4.1", "facility": "501"})]
    assert LAYOUT.lines_of([["設備", "日付", "利用者"], ["501", "R8.4.1", "佐藤"]]) == (
        [],
        ["begins", "title"],
    )


def test_every_line_is_told_what_becomes_of_it(hall, names):
    secret = hall.add_room("秘書室", rights={})
    hall.add_room("第1会議室", building="本庁舎", rights={})
    hall.book(hall.colleague, hall.other, title="選考", times=[span(13, 14)])
    hall.set_terms(hall.room, opens="08:00", closes="18:00")
    table = [
        HEADINGS,
        line(user="さとう あおい"),
        line("502会議室", begins="13:30", ends="14:30"),
        line("503会議室"),
        line(day="令和8年13月1日"),
        line(begins="19:00", ends="20:00"),
        line(begins="10:30", ends="11:30"),
        line(begins="12:00", ends="11:00"),
        line(title=""),
        line("秘書室"),
        line(day=(TOMORROW + timedelta(days=2000)).isoformat()),
        line("502会議室", format_wareki(TOMORROW), "9時", "12時", "講座", "みなと自治会"),
    ]
    report = hall.read(examine, hall.keeper, table)
    told = results(report)
    assert [outcome for outcome, _ in told] == ["fits", *["refused"] * 9, "fits"]
    assert report.lines[0].user_name == "佐藤 葵"
    for (_, reason), words in zip(
        told[1:-1],
        ("鈴木 蓮", "503会議室", "令和8年13月1日", "18:00", "2", "", "", "秘書室", ""),
        strict=True,
    ):
        assert reason
        assert words in reason
    assert secret
    assert hall.states() == [("502会議室", "13:00", "confirmed")]


def test_only_all_takes_nothing_where_one_line_is_refused(hall):
    table = [line(), line("503会議室")]
    assert hall.write(take, hall.keeper, table, only_all=True).added == 0
    assert hall.states() == []
    assert hall.write(take, hall.keeper, table, only_all=False).added == 1
    assert hall.states() == [("501会議室", "10:00", "confirmed")]


def test_same_ledger_twice_adds_nothing_twice(hall, names):
    table = [line(user="佐藤葵"), line("502会議室", user="みなと自治会"), line(user="佐藤葵")]
    report = hall.write(take, hall.keeper, table, only_all=True)
    assert (report.added, len(report.of(Outcome.ENTERED))) == (2, 1)
    again = hall.write(take, hall.keeper, table, only_all=True)
    assert (again.added, len(again.of(Outcome.ENTERED))) == (0, 3)
    assert len(hall.states()) == 2
    with hall.app.app_context(), unit("read"):
        found = session.scalars(select(Reservation).order_by(Reservation.id)).all()
        assert [(one.user_id, one.user_name, one.unit_id, one.booker_id) for one in found] == [
            (hall.booker, "佐藤 葵", hall.welfare, hall.keeper),
            (None, "みなと自治会", None, hall.keeper),
        ]
        kinds = session.scalars(select(Event.kind)).all()
        assert sorted(kinds) == ["facility.group_changed", *["facility.ledger_taken"] * 2]
        (record,) = session.scalars(select(AuditRecord).where(AuditRecord.action == "facility.ledger_taken"))
        assert record.details["bookings"] == 2


def test_exported_bookings_come_in_again(hall, names, sign_in):
    car = hall.add_room("公用車1号", quantity=1, rights=open_to_all(hall.keeper))
    cups = hall.add_room("湯呑", quantity=20, rights=open_to_all(hall.keeper))
    hall.set_terms(hall.other, approval=True)
    hall.set_terms(car, opens="00:00", closes="24:00")
    hall.book(title='=1+1 と "引用", 改行')
    hall.book(hall.booker, hall.other, title="仮の会議")
    hall.book(hall.booker, car, title="出張", times=[Span(at(20), at(8, day=2))])
    hall.book(hall.booker, Wish(cups, 5), title="懇談会")
    client = sign_in(hall.keeper)
    path = f"/facility/export/day.csv?day={TOMORROW}"
    table = parse_table(client.get(path).data.decode("utf-8-sig"))
    told = results(hall.read(examine, hall.keeper, table))
    assert sorted(outcome for outcome, _ in told) == ["entered", "entered", "entered", "refused"]
    with hall.app.app_context(), unit("write"):
        session.execute(delete(Booking))
    report = hall.write(take, hall.keeper, table, only_all=False)
    assert report.added == 3
    again = parse_table(client.get(path).data.decode("utf-8-sig"))
    assert sorted(row for row in again if "仮の会議" not in row) == sorted(
        row for row in table if "仮の会議" not in row
    )


def test_equipment_in_a_ledger_is_counted(hall):
    hall.add_room("プロジェクター", quantity=3, rights={})
    hall.set_rule("facility.closes", "22:00")
    counts = enumerate(("2", "1", "1"))
    table = [HEADINGS, *([*line("プロジェクター", title=f"会議{n}"), "", count] for n, count in counts)]
    hall.factory.grant("person", hall.keeper, "facility:facility:moderate")
    report = hall.write(take, hall.keeper, table, only_all=False)
    assert [one.outcome.value for one in report.lines] == ["fits", "fits", "refused"]


def test_what_was_asked_for_at_these_times_is_refused_and_told(hall):
    hall.set_terms(hall.room, approval=True)
    uid = hall.book(times=[span(10, 11)])
    assert hall.states(uid) == [("501会議室", "10:00", "requested")]
    hall.write(take, hall.keeper, [line()], only_all=True)
    assert hall.states(uid) == [("501会議室", "10:00", "rejected")]


def test_those_who_do_not_decide_enter_nothing(hall, sign_in):
    report = hall.write(take, hall.booker, [line()], only_all=False)
    assert (report.added, report.lines[0].outcome) == (0, Outcome.REFUSED)
    client = sign_in(hall.booker)
    assert client.get("/facility/ledger").status_code == 404


@pytest.mark.parametrize(
    "table", [[], [["", " "]], [HEADINGS], [line()] * (MOST_LINES + 1), [["設備", "日付", "終了"]]]
)
def test_table_that_is_none_is_refused_as_a_whole(hall, table):
    with pytest.raises(Invalid) as refused:
        hall.write(take, hall.keeper, table, only_all=False)
    assert "table" in refused.value.fields


def test_a_year_asks_no_more_than_a_day(hall, count_queries):
    def book(days):
        table = [
            line(room, (TOMORROW + timedelta(days=day)).isoformat(), f"{hour}:00", f"{hour}:30", f"会議{day}")
            for room in ("501会議室", "502会議室")
            for day in days
            for hour in range(8, 18)
        ]
        with count_queries() as statements:
            assert hall.write(take, hall.keeper, table, only_all=True).added == len(table)
        return sum(text.startswith("SELECT") and "cache" not in text for text in statements.texts)

    book([0])
    asked = book([1])
    assert asked < 12
    assert book(range(2, 27)) == asked


def test_page_checks_books_and_keeps_what_must_be_corrected(hall, sign_in):
    client = sign_in(hall.keeper)
    page = client.get("/facility/ledger")
    token = re.search(r'name="csrf-token" content="([^"]+)"', page.text)[1]

    def send(step, text, address="/facility/ledger", **more):
        return client.post(address, data={"csrf_token": token, "step": step, "table": text, **more})

    text = block_of([HEADINGS, line(), line("503会議室", title="どこか")])
    page = send("check", text).text
    assert "503会議室" in page
    assert hall.states() == []
    assert send("all", text).status_code == 409
    with send("refused", text, "/facility/ledger/refused") as file:
        assert file.data[:2] == b"PK"
    page = send("fits", text).text
    rest = re.search(r"<textarea[^>]*>([^<]*)</textarea>", page)[1]
    assert [row[0] for row in parse_table(rest)][1:] == ["503会議室"]
    assert "どこか" in send("check", rest).text
    csv = "設備,日付,開始,終了,用途\r\n502会議室," + f"{TOMORROW:%Y/%m/%d},9:00,10:00,研修\r\n"
    file = (io.BytesIO(csv.encode("cp932")), "台帳.csv")
    assert "研修" in send("check", "", file=file).text
    assert send("all", "", file=(io.BytesIO(csv.encode("cp932")), "台帳.csv")).status_code == 302
    assert hall.states() == [("502会議室", "09:00", "confirmed"), ("501会議室", "10:00", "confirmed")]
    assert send("check", "", file=(io.BytesIO(b"\x81\xff\xfe"), "x.csv")).status_code == 422
