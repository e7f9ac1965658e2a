"""Sealed files: every change to one shows, and the first broken link is named."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from groupware.commands import cli
from groupware.records import sealing

AT = datetime(2026, 11, 24, tzinfo=UTC)
ABOUT = {"title": "雨漏り", "members": ["佐藤 葵"]}


def made(texts: tuple[str, ...] = ("一", "二", "三")) -> bytes:
    """A file of a few entries."""
    entries = [{"seq": number, "text": text} for number, text in enumerate(texts, start=1)]
    return sealing.sealed(ABOUT, entries, {"document.html": b"<p>"}, AT).content


def changed(content: bytes, change: Callable[[dict[str, bytes]], None]) -> io.BytesIO:
    """The file with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    packed.seek(0)
    return packed


def in_entries(old: str, new: str) -> Callable[[dict[str, bytes]], None]:
    """Another word in the entries."""

    def change(parts: dict[str, bytes]) -> None:
        parts["entries.jsonl"] = parts["entries.jsonl"].replace(old.encode(), new.encode())

    return change


def without_line(number: int) -> Callable[[dict[str, bytes]], None]:
    """One entry left out."""

    def change(parts: dict[str, bytes]) -> None:
        lines = parts["entries.jsonl"].splitlines(keepends=True)
        parts["entries.jsonl"] = b"".join(lines[:number] + lines[number + 1 :])

    return change


def in_manifest(**values: object) -> Callable[[dict[str, bytes]], None]:
    """Another statement of the manifest."""

    def change(parts: dict[str, bytes]) -> None:
        parts["manifest.json"] = json.dumps(json.loads(parts["manifest.json"]) | values).encode()

    return change


def test_the_same_record_is_the_same_file() -> None:
    first = sealing.verify(io.BytesIO(made()))
    assert made() == made()
    assert (first.faults, first.number, first.about) == ((), 3, ABOUT)
    assert first.seal != sealing.verify(io.BytesIO(made(("一", "二", "四")))).seal


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (in_entries("二", "弐"), "The chain breaks at entry 2"),
        (without_line(0), "The chain breaks at entry 1"),
        (without_line(1), "The chain breaks at entry 2"),
        (without_line(2), "The chain ends after 2 entries"),
        (in_manifest(about={"title": "別件"}), "The chain breaks at entry 1"),
        (in_manifest(head="0" * 64), "The chain ends after 3 entries"),
        (lambda parts: parts.update({"document.html": b"<b>"}), "document.html was changed."),
        (lambda parts: parts.pop("document.html"), "document.html is missing."),
        (lambda parts: parts.update({"more.txt": b""}), "more.txt was put in later."),
        (in_manifest(format="other/1"), "This is no sealed record"),
        (lambda parts: parts.update({"manifest.json": b"["}), "This is no sealed record"),
        (lambda parts: parts.pop("entries.jsonl"), "This is no sealed record"),
    ],
)
def test_what_was_changed_is_named(change: Callable[[dict[str, bytes]], None], fault: str) -> None:
    found = sealing.verify(changed(made(), change))
    assert any(one.startswith(fault) for one in found.faults), found.faults


def test_what_is_no_zip_is_no_record() -> None:
    assert sealing.verify(io.BytesIO(b"PK")).faults


def test_the_command_needs_no_installation(tmp_path) -> None:
    good, bad = tmp_path / "a.zip", tmp_path / "b.zip"
    good.write_bytes(made())
    bad.write_bytes(changed(made(), in_entries("三", "参")).read())
    runner = CliRunner()
    said = runner.invoke(cli, ["verify-record", str(good)])
    assert said.exit_code == 0
    assert "The record is whole." in said.output
    said = runner.invoke(cli, ["verify-record", str(bad)])
    assert said.exit_code == 1
    assert "The chain breaks at entry 3" in said.output
