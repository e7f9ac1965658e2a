"""What comes in is what it says, is allowed, and unfolds to no more than it should."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupware.attachments.inspection import Policy, Refusal, inspect, kinds
from groupware.attachments.inspection.kinds import ALLOWED, KINDS, Group
from groupware.attachments.inspection.recognition import encoding_of
from tests.core.attachments import samples
from tests.core.attachments.samples import archive, locked

USUAL = Policy(groups=frozenset(group.value for group in ALLOWED), locked="documents")
EVERYTHING = Policy(groups=frozenset(group.value for group in Group), locked="all")


def verdict(content: bytes, name: str, policy: Policy = USUAL) -> str:
    """Why a file is refused, or the id of its kind."""
    try:
        return inspect(io.BytesIO(content), len(content), name, policy).id
    except Refusal as refusal:
        return refusal.code


@pytest.mark.parametrize("name", sorted(samples.HONEST))
def test_honest_file_comes_in(name):
    assert verdict(samples.HONEST[name], name) in {kind.id for kind in (*KINDS, kinds.OTHER)}


@pytest.mark.parametrize("name", sorted(samples.LYING))
def test_file_that_lies_about_its_type_is_refused(name):
    assert verdict(samples.LYING[name], name, EVERYTHING) == "lying_type"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("setup.exe", b"MZ" + bytes(300)),
        ("setup", b"MZ" + bytes(300)),
        ("run", b"#!/bin/sh\n"),
        ("run.bat", b"@echo off\r\n"),
        ("見積書.pdf.js", b"alert(1)"),
        ("verknuepfung.lnk", b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(100)),
        ("installer.msi", samples.ole()),
        ("app.jar", archive({"META-INF/MANIFEST.MF": b"", "A.class": b"\xca\xfe\xba\xbe"})),
        ("page.html", b"<!doctype html><script>alert(1)</script>"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("page", b"  <!-- x --><html>"),
        ("packed.7z", b"7z\xbc\xaf'\x1c" + bytes(40)),
        ("packed.lzh", b"\x20\x00-lh5-" + bytes(40)),
    ],
)
def test_what_a_browser_or_machine_would_run_is_refused_unless_allowed(name, content):
    assert verdict(content, name) == "type"
    assert verdict(content, name, EVERYTHING) in {"program", "html", "closed"}


def test_macros_are_a_group_of_their_own():
    book = samples.saved(openpyxl.Workbook())
    with zipfile.ZipFile(io.BytesIO(book)) as read:
        entries = {name: read.read(name) for name in read.namelist()}
    content = archive(entries | {"xl/vbaProject.bin": b"code"})
    assert verdict(content, "集計.xlsm") == "macro"
    assert verdict(content, "集計.xlsx") == "lying_type"
    without = Policy(groups=USUAL.groups - {Group.MACROS.value}, locked="documents")
    assert verdict(content, "集計.xlsm", without) == "type"


# ---- Bombs ----


def test_archive_that_unfolds_to_too_much_is_refused():
    assert verdict(archive({"a.txt": bytes(200_000_000)}), "a.zip", EVERYTHING) == "bomb"


def test_office_file_that_unfolds_to_too_much_is_refused():
    content = archive({"[Content_Types].xml": b"", "xl/workbook.xml": bytes(200_000_000)})
    assert verdict(content, "a.xlsx", EVERYTHING) == "bomb"


def test_bomb_inside_an_archive_is_found():
    bomb = archive({"a.txt": bytes(200_000_000)})
    assert verdict(archive({"ok.txt": b"a", "inner.zip": bomb}), "a.zip", EVERYTHING) == "bomb"


def test_archives_nested_too_deeply_are_refused():
    content = archive({"a.txt": b"a"})
    for _ in range(2):
        content = archive({"inner.zip": content})
    assert verdict(content, "a.zip") == "zip"
    assert verdict(archive({"inner.zip": content}), "a.zip", EVERYTHING) == "bomb"


def test_names_that_share_one_content_are_refused():
    assert verdict(samples.overlapping(), "a.zip", EVERYTHING) in {"bomb", "broken"}


def test_archive_that_understates_its_size_is_refused():
    content = samples.understated(archive({"a.txt": b"abc" * 10_000}), 10)
    assert verdict(content, "a.zip", EVERYTHING) in {"bomb", "broken"}


def test_archive_with_very_many_entries_is_refused():
    content = archive({f"{n}": b"" for n in range(20_001)}, zipfile.ZIP_STORED)
    assert verdict(content, "a.zip", EVERYTHING) == "bomb"


def test_archive_that_is_cut_off_is_refused():
    content = archive({"a.txt": b"abc" * 10_000})
    assert verdict(content[:-30], "a.zip", EVERYTHING) in {"lying_type", "broken"}


# ---- Inside ----


def test_program_inside_an_archive_counts_as_one():
    content = archive({"資料/読んでください.txt": b"a", "資料/setup.EXE": b"MZ"})
    assert verdict(content, "a.zip") == "program_inside"
    assert verdict(archive({"inner.zip": content}), "a.zip") == "program_inside"
    assert verdict(content, "a.zip", EVERYTHING) == "zip"


@pytest.mark.parametrize(
    ("locked_policy", "archive_verdict", "document_verdict"),
    [("none", "password", "password"), ("documents", "password", "protected"), ("all", "zip", "protected")],
)
def test_password_is_the_bureaus_to_decide(locked_policy, archive_verdict, document_verdict):
    policy = Policy(groups=USUAL.groups, locked=locked_policy)
    assert verdict(locked(archive({"a.txt": b"abc"})), "a.zip", policy) == archive_verdict
    assert verdict(samples.ole("EncryptedPackage"), "a.xlsx", policy) == document_verdict


def test_locked_pdf_is_a_document_with_a_password():
    content = samples.pdf(encrypt="secret")
    assert verdict(content, "a.pdf", Policy(groups=USUAL.groups, locked="none")) == "password"
    assert verdict(content, "a.pdf") == "pdf"


# ---- Whatever comes ----


@given(
    st.binary(max_size=2000), st.sampled_from(["a", "a.pdf", "a.zip", "a.docx", "a.doc", "a.jpg", "a.txt"])
)
@settings(max_examples=300, deadline=None)
def test_no_content_makes_the_inspection_fail(content, name):
    verdict(content, name, EVERYTHING)


@given(
    st.binary(max_size=400),
    st.sampled_from([samples.OLE, b"PK\x03\x04", b"PK\x05\x06", b"%PDF-", b"\x1f\x8b"]),
)
@settings(max_examples=300, deadline=None)
def test_no_rest_after_a_signature_makes_the_inspection_fail(content, start):
    verdict(start + content, "a.bin", EVERYTHING)


@given(
    st.text(alphabet=st.sampled_from("一二三市役所あいうアイウabc123\n、。"), min_size=1),
    st.sampled_from(["utf-8", "cp932", "utf-8-sig"]),
)
def test_japanese_text_is_recognised_in_the_usual_encodings(text, encoding):
    content = text.encode(encoding)
    found = encoding_of(content)
    assert found is not None
    # Few letters can be another encoding's as well; UTF-8 is never mistaken.
    if encoding != "cp932":
        assert content.decode(found).removeprefix("\ufeff") == text
