"""Reading the words of files, also of those that were made to do harm."""

import subprocess
import sys
from pathlib import Path

import pytest

from groupware.search import extraction
from groupware.search.extraction import child, ending_of, extract
from groupware.search.extraction.enums import TextState
from tests.core.search.files import SAMPLES, WORDS, bomb, pdf


def read(tmp_path, name, content):
    file = tmp_path / "content"
    file.write_bytes(content)
    return extract(file, name, len(content))


@pytest.mark.parametrize("name", SAMPLES)
def test_words_of_every_kind_of_file_are_read(tmp_path, name):
    found = read(tmp_path, name, SAMPLES[name]())
    assert found.state is TextState.READ
    assert WORDS in found.text


def test_headers_sheet_names_notes_and_dates_are_words_too(tmp_path):
    assert "危機管理室" in read(tmp_path, "a.docx", SAMPLES["a.docx"]()).text
    sheet = read(tmp_path, "a.xlsx", SAMPLES["a.xlsx"]()).text
    assert "名簿" in sheet
    assert "505\t2026-11-22\t2026-11-23" in sheet
    assert "読み上げ原稿" in read(tmp_path, "a.pptx", SAMPLES["a.pptx"]()).text


@pytest.mark.parametrize(
    ("name", "expected"), [("A.PDF", "pdf"), ("a.exe", ""), ("pdf", ""), ("a.b.Xlsx", "xlsx")]
)
def test_ending_chooses_the_reader(name, expected):
    assert ending_of(name) == expected


@pytest.mark.parametrize("name", ["photo.png", "a.exe", "noending"])
def test_kinds_without_words_are_not_looked_into(tmp_path, name):
    assert read(tmp_path, name, b"MZ").state is TextState.NO_TEXT


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xlsx", "a.pptx"])
@pytest.mark.parametrize("content", [b"", b"no such thing", pdf()[:700]], ids=["empty", "other", "cut"])
def test_damaged_file_is_said_to_be_unreadable(tmp_path, name, content):
    assert read(tmp_path, name, content).state is TextState.UNREADABLE


def test_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    assert read(tmp_path, "a.docx", bomb()).state is TextState.UNREADABLE


def test_large_file_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(extraction, "LARGEST", 3)
    assert read(tmp_path, "a.txt", b"four").state is TextState.TOO_MUCH


def test_reader_that_hangs_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(extraction, "WALL_SECONDS", 0.01)
    assert read(tmp_path, "a.pdf", pdf()).state is TextState.TOO_MUCH


def test_long_text_is_cut(tmp_path):
    found = read(tmp_path, "a.txt", ("長" * 300_000).encode())
    assert found.state is TextState.READ
    assert len(found.text) == child.LONGEST


def test_broken_character_at_the_cut_spoils_nothing(tmp_path):
    content = ("あ" * (child.TEXT_BYTES // 3 + 10)).encode()
    assert set(read(tmp_path, "a.txt", content).text) == {"あ"}


def test_what_no_encoding_explains_is_read_as_far_as_it_can_be(tmp_path):
    found = read(tmp_path, "a.txt", "会議".encode("cp932") + b"\xff\xff\x80")
    assert found.text.startswith("会議")


def test_child_has_little_memory_and_cannot_write(tmp_path):
    programme = (
        "import child; child.limit()\n"
        "try: bytearray(2 * 1024 ** 3)\n"
        "except MemoryError: print('no memory')\n"
        "try: open('mine', 'w').write('x' * 10_000)\n"
        "except OSError: print('no writing')\n"
    )
    folder = str(Path(child.__file__).parent)
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nsys.path.insert(0, {folder!r})\n{programme}"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "no memory\nno writing\n"
