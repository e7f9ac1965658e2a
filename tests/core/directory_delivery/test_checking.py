"""Every fault of a delivery is found in one go, with file, line, column and reason."""

from datetime import date
from pathlib import Path

import pytest

from groupware.directory.delivery.examination import examine
from groupware.directory.delivery.findings import FAULTS, REMARKS
from groupware.directory.delivery.reading import decode, read_folder
from groupware.directory.delivery.snapshot import Snapshot
from groupware.i18n import speaking
from tests.core.directory_delivery.edits import edited, with_column, with_lines, without

DAY = date(2025, 11, 20)
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
FAULTY = {
    ("cyclic", "units.csv", 3, "上位組織コード"),
    ("cyclic", "units.csv", 4, "上位組織コード"),
    ("no_such_day", "units.csv", 5, "適用開始日"),
    ("duplicate_code", "units.csv", 6, "組織コード"),
    ("unknown_parent", "units.csv", 7, "上位組織コード"),
    ("ends_before_begins", "units.csv", 7, "適用終了日"),
    ("not_a_number", "posts.csv", 3, "職位順"),
    ("duplicate_number", "people.csv", 3, "職員番号"),
    ("empty", "people.csv", 4, "氏名"),
    ("wrong_email", "people.csv", 4, "メールアドレス"),
    ("era_year_out_of_range", "people.csv", 4, "採用日"),
    ("too_few_columns", "people.csv", 5, ""),
    ("overlapping_main", "appointments.csv", 3, "発令日"),
    ("unknown_person", "appointments.csv", 4, "職員番号"),
    ("unknown_post", "appointments.csv", 5, "役職コード"),
    ("ends_before_begins", "appointments.csv", 5, "終了日"),
    ("unknown_word", "appointments.csv", 6, "発令区分"),
    ("empty", "appointments.csv", 6, "発令日"),
}


def found(files, day=DAY):
    texts, findings = decode(files)
    return examine(texts, Snapshot(day), findings=findings).findings


def faults(files, day=DAY):
    return [(f.code, f.file, f.line) for f in found(files, day) if f.is_fault]


def remarks(files, day=DAY):
    return {(f.code, f.file, f.line) for f in found(files, day) if not f.is_fault}


def deliveries(name):
    """Our own delivery and, where it is at hand, the one that a personnel department sent."""
    own = Path(__file__).with_name("data") / {"hr": "sound", "hr-faulty": "faulty"}[name]
    return [folder for folder in (own, SHARED / name) if folder.is_dir()]


@pytest.mark.parametrize("folder", deliveries("hr-faulty"), ids=lambda folder: folder.parent.name)
def test_faulty_delivery_reports_every_faulty_row_once(folder):
    reported = [(f.code, f.file, f.line, f.column) for f in found(read_folder(folder)) if f.is_fault]
    assert len(reported) == len(set(reported))
    assert set(reported) == FAULTY


@pytest.mark.parametrize("folder", deliveries("hr"), ids=lambda folder: folder.parent.name)
def test_sound_delivery_has_remarks_only(folder):
    assert faults(read_folder(folder)) == []
    assert "era_year_remark" in {code for code, _, _ in remarks(read_folder(folder))}


def test_circle_of_units_names_the_way_around(faulty):
    text = next(f for f in found(faulty) if f.code == "cyclic").details["path"]
    assert text == "総務局 (0100) → 企画局 (0200) → 総務局 (0100)"


def test_circle_that_closes_only_later_is_found(sound):
    files = with_lines(
        edited(sound, ("units.csv", "H18.4.1,\n0101", "H18.4.1,2026/3/31\n0101")),
        "units.csv",
        "0100,総務局,,総務局,0101,局,10,2026/4/1,",
    )
    assert ("cyclic", "units.csv", 9) in faults(files)


def test_sound_delivery_is_reported_line_by_line(sound):
    assert remarks(sound) == {
        ("era_year_remark", "people.csv", 5),
        ("begins_before_hire", "appointments.csv", 12),
    }


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("units.csv", "0102,人事課,,人事,0100,課,2,", "0102,人事課,,人事,0100,課,二,", "not_a_number"),
        ("units.csv", "0102,人事課,,人事,0100,課,2,", "0102,人事課,,人事,0100,課,-2,", "not_a_number"),
        ("units.csv", "0102,人事課,,人事,0100", "0102,人事課,,人事,0102", "cyclic"),
        ("units.csv", "0102,人事課", f"0102,{'課' * 201}", "too_long"),
        ("units.csv", "0100,課,2,2006-04-01,", "0100,課,2,2006-04-31,", "no_such_day"),
        ("units.csv", "0100,課,2,2006-04-01,", "0100,課,2,2006-04-01,,x", "too_many_columns"),
        ("posts.csv", "020,課長", "010,課長", "duplicate_code"),
        ("people.csv", "000008,清水", "000007,清水", "duplicate_number"),
        ("people.csv", "kei@shiosai.example.jp", "渡邉@shiosai.example.jp", "wrong_email"),
        ("people.csv", "事務,特別職", "事務,王様", "unknown_word"),
        ("people.csv", "R7.4.1,", "R7.4.1,R7.3.31", "left_before_hired"),
        ("people.csv", "髙橋　剛", "髙橋\x08剛", "control_character"),
        ("people.csv", "H5.4.1", "H5/4-1", "unknown_format"),
        ("appointments.csv", "000002,0100", "000002,9999", "unknown_unit"),
        ("appointments.csv", "000002,0100,010", "000002,0100,999", "unknown_post"),
        ("appointments.csv", "000002,0100", "999999,0100", "unknown_person"),
        ("appointments.csv", "000005,0202,030,本務,2026-04-01", "000005,0202,030,本務,2026-03-31", "overlapping_main"),
        ("appointments.csv", "000004,0102,020,兼務", "000004,0101,020,本務", "overlapping_main"),
    ],
)  # fmt: skip
def test_one_fault_is_reported_as_what_it_is(sound, name, old, new, code):
    assert code in [
        found_code for found_code, file, _ in faults(edited(sound, (name, old, new))) if file == name
    ]


def test_same_post_twice_at_a_time_is_a_fault(sound):
    files = with_lines(sound, "appointments.csv", "000004,0102,020,兼務,2025/10/01,")
    assert faults(files) == [("duplicate_row", "appointments.csv", 13)]


def test_appointment_before_the_unit_begins_is_a_fault(sound):
    files = with_lines(sound, "appointments.csv", "000008,0202,030,兼務,2026/03/01,")
    assert faults(files) == [("before_unit", "appointments.csv", 13)]


def test_appointment_that_outlasts_the_unit_is_a_fault(sound):
    files = edited(
        sound,
        (
            "units.csv",
            "0201,経営課,,港湾経営,0200,課,1,2006-04-01,",
            "0201,経営課,,港湾経営,0200,課,1,2006-04-01,R8.6.30",
        ),
    )
    assert {("after_unit", "appointments.csv", 11), ("after_unit", "appointments.csv", 12)} == set(
        faults(files)
    )


def test_appointment_after_leaving_is_a_fault(sound):
    files = with_lines(sound, "appointments.csv", "000006,0101,070,本務,2026/04/01,")
    assert faults(files) == [("after_leaving", "appointments.csv", 13)]


def test_unit_under_one_that_ends_earlier_is_a_fault(sound):
    files = edited(sound, ("units.csv", "局,20,平成18年4月1日,", "局,20,平成18年4月1日,令和8年3月31日"))
    assert ("parent_not_in_force", "units.csv", 7) in faults(files)


def test_reference_to_a_faulty_row_is_not_a_second_fault(sound):
    files = edited(
        sound, ("people.csv", "平成0年4月1日", "平成0年13月1日"), ("units.csv", "0101,総務課", "0101,")
    )
    assert faults(files) == [("empty", "units.csv", 4), ("no_such_day", "people.csv", 5)]


def test_person_without_main_post_is_a_remark(sound):
    files = without(sound, "appointments.csv", "000008")
    assert ("no_main_post", "people.csv", 9) in remarks(files)


def test_number_that_lost_its_zeros_is_a_remark(sound):
    rows = [f"{n:06d},職員　{n},ショクイン,,,,事務,常勤,2020/4/1," for n in range(10, 30)]
    files = with_lines(sound, "people.csv", *rows, "99,職員　九九,ショクイン,,,,事務,常勤,2020/4/1,")
    assert [line for code, _, line in remarks(files) if code == "short_number"] == [30]


def test_lost_and_private_characters_are_remarks(sound):
    files = edited(sound, ("people.csv", "髙橋　剛", "〓橋　剛"), ("people.csv", "清水　誠", "清\ue000　誠"))
    assert {("damaged_character", "people.csv", 3), ("private_character", "people.csv", 9)} <= remarks(files)


def test_unknown_and_own_superior_are_faults(sound):
    files = with_column(
        sound,
        "appointments.csv",
        "直属上司職員番号",
        {"000002": "000001", "000004,0101": "000004", "000008": "123456"},
    )
    assert faults(files) == [
        ("own_superior", "appointments.csv", 6),
        ("unknown_superior", "appointments.csv", 12),
    ]


def test_every_reason_has_words_in_both_languages(app, faulty):
    with app.app_context():
        for locale, word in (("ja", "メールアドレス"), ("en", "is not an e-mail address")):
            with speaking(locale):
                text = next(f for f in found(faulty) if f.code == "wrong_email").text
                assert word in text
                assert "suzuki@@shiosai" in text


def test_every_reason_is_a_fault_or_a_remark_and_not_both():
    assert not FAULTS.keys() & REMARKS.keys()
