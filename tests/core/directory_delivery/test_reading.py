"""Files as they come: encodings, line ends, headers in any order, broken CSV."""

import io
import zipfile

import pytest

from groupware.directory.delivery.parsing import parse
from groupware.directory.delivery.reading import NotCsv, decode, lines, read_folder, unpack
from tests.core.directory_delivery.edits import edited


def codes(findings):
    return [(finding.code, finding.file, finding.line) for finding in findings]


def faults(findings):
    return codes(finding for finding in findings if finding.is_fault)


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_are_the_same_in_every_encoding_and_line_end(sound, encoding, end):
    texts, _ = decode(sound)
    again = {
        name: text.replace("\r\n", "\n").replace("\n", end).encode(encoding) for name, text in texts.items()
    }
    assert parse(decode(again)[0]) == parse(texts)


def test_variant_kanji_and_half_width_kana_are_read_from_cp932(sound):
    delivery, _ = parse(decode(sound)[0])
    by_number = {row.number: row for row in delivery.people.rows}
    assert by_number["000002"].name == "髙橋　剛"
    assert by_number["000005"].name == "濵田　葵"
    assert by_number["000003"].kana == "わたなべ けい"


def test_columns_in_another_order_and_unknown_ones_are_read(sound):
    files = edited(sound)
    rows = [
        "職位順,備考,役職名,役職コード", "1,x,市長,001", "10,,局長,010", "20,,課長,020", "30,,係長,030", "50,,主事,050",
        "70,,会計年度任用職員,070",
    ]  # fmt: skip
    texts, _ = decode({**files, "posts.csv": "\n".join(rows).encode()})
    delivery, findings = parse(texts)
    assert {row.code: row.rank for row in delivery.posts.rows}["020"] == 20
    assert ("unknown_column", "posts.csv", 1) in codes(findings)
    assert not any(finding.is_fault for finding in findings)


def test_missing_and_doubled_columns_are_faults_of_the_header(sound):
    files = {**sound, "posts.csv": "役職コード,役職名,役職名\n001,市長,市長\n".encode()}
    _, findings = parse(decode(files)[0])
    assert codes(f for f in findings if f.is_fault) == [
        ("column_twice", "posts.csv", 1),
        ("column_missing", "posts.csv", 1),
    ]


def test_missing_file_is_a_fault_and_foreign_file_a_remark(sound):
    files = {name: content for name, content in sound.items() if name != "posts.csv"} | {"notes.csv": b"x"}
    texts, findings = decode(files)
    assert codes(findings) == [("file_missing", "posts.csv", 0), ("unknown_file", "notes.csv", 0)]
    assert "notes.csv" not in texts


def test_undecodable_file_names_the_line(sound):
    files = {**sound, "posts.csv": "役職コード,役職名,職位順\n001,市長,1\n".encode() + b"\xff\xfe,\xff,2\n"}
    _, findings = decode(files)
    assert codes(findings) == [("undecodable", "posts.csv", 3)]


def test_file_read_as_the_wrong_encoding_is_a_fault(sound):
    _, findings = decode(sound, "utf-8")
    assert {finding.code for finding in findings} == {"undecodable_as"}


def test_unclosed_quotation_mark_is_a_fault_at_the_row_that_opens_it(sound):
    files = {
        **sound,
        "posts.csv": '役職コード,役職名,職位順\n001,市長,1\n010,"局長,10\n020,課長,20\n'.encode(),
    }
    _, findings = parse(decode(files)[0])
    assert faults(findings) == [("not_csv", "posts.csv", 3)]


def test_quoted_line_breaks_do_not_shift_the_line_numbers():
    assert list(lines('a,b\n"x\ny",2\n\n3,4\n')) == [(1, ["a", "b"]), (2, ["x\ny", "2"]), (5, ["3", "4"])]


def test_text_after_a_closing_quotation_mark_is_no_csv():
    with pytest.raises(NotCsv) as caught:
        list(lines('a,b\n"x"y,2\n'))
    assert caught.value.line == 2


def test_file_without_rows_is_a_fault(sound):
    files = {**sound, "appointments.csv": "職員番号,組織コード,役職コード,発令区分,発令日,終了日\n".encode()}
    _, findings = parse(decode(files)[0])
    assert faults(findings) == [("no_rows", "appointments.csv", 0)]


def test_zip_is_unpacked_with_folders_and_capital_letters(sound):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in sound.items():
            archive.writestr(f"人事/{name.upper()}", content)
        archive.writestr("人事/readme.txt", b"x")
    assert unpack({"delivery.zip": packed.getvalue()}) == {**sound, "readme.txt": b""}


def test_damaged_zip_counts_as_missing_files():
    _, findings = decode(unpack({"delivery.zip": b"PK\x03\x04 broken"}))
    assert {finding.code for finding in findings} == {"file_missing"}


def test_zip_that_unpacks_to_too_much_is_refused(sound, monkeypatch):
    monkeypatch.setattr("groupware.directory.delivery.reading.LARGEST_MB", 1)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("units.csv", b"0" * (3 * 1024 * 1024))
    content = unpack({"delivery.zip": packed.getvalue()})["units.csv"]
    assert len(content) == 1024 * 1024 + 1
    _, findings = decode({**sound, "units.csv": content})
    assert codes(findings) == [("too_large", "units.csv", 0)]


def test_folder_is_read_by_file_name(tmp_path, sound):
    for name, content in sound.items():
        (tmp_path / name.upper()).write_bytes(content)
    (tmp_path / "readme.txt").write_bytes(b"x")
    assert read_folder(tmp_path) == sound
