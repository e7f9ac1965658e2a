"""What is written out comes in again without changing anything."""

from datetime import date

import pytest

from groupware.db import session
from groupware.directory.delivery.exporting import export
from groupware.directory.delivery.reading import CP932, UTF_8_BOM, decode, lines
from groupware.directory.models import Person
from groupware.directory.queries.snapshot import load_snapshot
from tests.core.directory_delivery.conftest import APRIL
from tests.core.directory_delivery.edits import edited, with_column, with_lines
from tests.core.directory_delivery.generation import generate
from tests.core.directory_delivery.tables import contents

NOVEMBER = date(2025, 11, 20)
UNTOUCHED = ("core_batches", "core_audit_records", "core_cache_versions")
pytestmark = pytest.mark.usefixtures("november")


@pytest.fixture
def written(read):
    """`written(day, encoding)`: the files of an export."""

    def run(day, encoding=UTF_8_BOM):
        with read():
            return export(load_snapshot(day), encoding)

    return run


def rows_of(made, name):
    text = decode(made.files)[0][name]
    return [cells for _, cells in lines(text)]


@pytest.mark.parametrize("encoding", [UTF_8_BOM, CP932])
@pytest.mark.parametrize("day", [NOVEMBER, date(2026, 3, 1), APRIL])
def test_export_that_is_imported_changes_nothing(deliver, sound, written, read, encoding, day):
    files = with_column(sound, "appointments.csv", "直属上司職員番号", {"000008": "000003"})
    files = with_column(files, "units.csv", "電話番号", {"0101": "0900-00-0101"})
    deliver(
        {
            **files,
            "duties.csv": "組織コード,分担コード,職員番号,代理順,開始日,終了日\n0101,secretary,000004,0,R7.4.1,\n".encode(),
        },
        NOVEMBER,
    )
    deliver(
        edited(sound, ("units.csv", "0102,人事課", "0102,職員課"), ("appointments.csv", "000008,0201,050,本務,2023/04/01", "000008,0102,050,本務,2026/04/01")),
        APRIL,
    )  # fmt: skip
    made = written(day, encoding)
    assert made.replacements == []
    with read():
        before = contents(*UNTOUCHED)
    state, summary = deliver(made.files, day)
    assert (state, summary["changes"]) == ("published", [])
    with read():
        assert contents(*UNTOUCHED) == before


def test_large_delivery_survives_the_round_trip(deliver, written, read):
    assert deliver(generate(300, 40, moved=0.3), date(2026, 1, 1))[0] == "published"
    made = written(date(2026, 1, 1))
    with read():
        before = contents(*UNTOUCHED)
    state, summary = deliver(made.files, date(2026, 1, 1))
    assert (state, summary["changes"]) == ("published", [])
    with read():
        assert contents(*UNTOUCHED) == before


def test_export_holds_what_is_to_come_and_not_what_is_over(deliver, sound, written):
    deliver(sound, NOVEMBER)
    made = written(APRIL)
    appointments = rows_of(made, "appointments.csv")
    assert ["000005", "0202", "030", "本務", "2026/04/01", "", "", "", "0"] in appointments
    assert "000006" not in {row[0] for row in appointments}
    assert "000006" not in {row[0] for row in rows_of(made, "people.csv")}


def test_former_number_is_written_out(deliver, sound, written):
    files = edited(
        sound,
        ("people.csv", "000006,五百旗頭　薫", "000016,五百旗頭　薫"),
        ("appointments.csv", "000006,", "000016,"),
    )
    deliver(sound, NOVEMBER)
    deliver(with_column(files, "people.csv", "旧職員番号", {"000016": "000006"}), date(2025, 11, 20))
    rows = {row[0]: row[12] for row in rows_of(written(NOVEMBER), "people.csv")}
    assert rows["000016"] == "000006"


def test_leading_zeros_and_formulas_are_written_as_they_are(deliver, sound, written):
    deliver(edited(sound, ("units.csv", "0102,人事課,,人事", "0102,=人事課,,人事")), NOVEMBER)
    assert ["0102", "=人事課"] in [row[:2] for row in rows_of(written(NOVEMBER), "units.csv")]


def test_kana_is_written_in_katakana(deliver, sound, written):
    deliver(sound, NOVEMBER)
    names = {row[0]: row[2] for row in rows_of(written(NOVEMBER), "people.csv")}
    assert names["000003"] == "ワタナベ ケイ"


def test_character_that_cp932_lacks_is_replaced_and_reported(deliver, sound, written):
    deliver(
        edited(sound, ("people.csv", "清水　誠", "𠮷水　誠"), ("people.csv", "一　亮", "辻\U000e0100　亮")),
        NOVEMBER,
    )
    made = written(NOVEMBER, CP932)
    assert [(one.file, one.column, one.character) for one in made.replacements] == [
        ("people.csv", "氏名", "\U000e0100"),
        ("people.csv", "表示名", "\U000e0100"),
        ("people.csv", "戸籍氏名", "\U000e0100"),
        ("people.csv", "氏名", "𠮷"),
        ("people.csv", "表示名", "𠮷"),
        ("people.csv", "戸籍氏名", "𠮷"),
    ]
    names = {row[0]: row[1] for row in rows_of(made, "people.csv")}
    assert (names["000007"], names["000008"]) == ("辻　亮", "〓水　誠")
    assert written(NOVEMBER).replacements == []


def test_people_kept_by_hand_are_not_written_out(deliver, sound, written, write):
    deliver(sound, NOVEMBER)
    with write():
        session.query(Person).filter(Person.staff_number == "000008").update({"is_kept_by_hand": True})
    made = written(NOVEMBER)
    assert "000008" not in {row[0] for row in rows_of(made, "people.csv")}
    assert "000008" not in {row[0] for row in rows_of(made, "appointments.csv")}


def test_names_with_commas_and_quotation_marks_survive(deliver, sound, written):
    files = with_lines(sound, "units.csv", '0103,"課, ""仮称""",,仮,0100,課,3,2006/4/1,')
    deliver(files, NOVEMBER)
    assert deliver(written(NOVEMBER).files, NOVEMBER)[1]["changes"] == []


def test_empty_directory_is_written_as_headers(written):
    made = written(NOVEMBER)
    assert set(made.rows.values()) == {0}
    assert all(content.count(b"\r\n") == 1 for content in made.files.values())
