"""Looking at files: what we drew ourselves, text as text, an archive of all; and what a hostile file does to the child alone."""

import io
import struct
import uuid
import zipfile
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from groupware import actor, clock
from groupware.attachments import rendering
from groupware.attachments.models import StoredFile
from groupware.attachments.services import owning
from groupware.attachments.working import sweep
from groupware.audit.models import AuditRecord
from groupware.db import session
from groupware.guards.rules import NO_EXPORT
from groupware.rules.services import set_rule
from groupware.worker import Worker
from tests.core.attachments import samples


@pytest.fixture
def shown(app, house, leaves, sender):
    """Attaches a file to a leaf that the reader may read, and lets the worker draw it."""
    leaves.readers[1] = {house.reader}

    def attach(*files):
        uids = [uuid.UUID(sender().send(name, content)) for name, content in files]
        found = house.attach(1, *uids)
        Worker(app).run_due()
        return found

    return attach


@pytest.fixture
def reader(house, sender):
    return lambda: sender(house.reader).client


def picture_of(answer):
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    return Image.open(io.BytesIO(answer.data))


def test_document_is_looked_at_page_by_page(shown, reader, house, sender):
    [uid] = shown(("通知.pdf", samples.pdf(pages=3)))
    page = picture_of(reader().get(f"/attachments/{uid}/pages/3"))
    assert max(page.size) > 1000
    assert max(picture_of(reader().get(f"/attachments/{uid}/thumbnail")).size) == 240
    assert reader().get(f"/attachments/{uid}/preview").text.count("<img src") == 3
    for number in (4, 99):
        assert reader().get(f"/attachments/{uid}/pages/{number}").status_code == 404
    for path in ("preview", "thumbnail", "pages/1", "all.zip"):
        assert sender(house.stranger).client.get(f"/attachments/{uid}/{path}").status_code == 404


def test_photograph_is_turned_and_loses_where_it_was_taken(shown, reader):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x010F] = "Camera of somebody"
    [uid] = shown(("写真.jpg", samples.picture("JPEG", (400, 200), exif=exif)))
    answer = reader().get(f"/attachments/{uid}/pages/1")
    page = picture_of(answer)
    assert page.size == (200, 400)
    assert not page.getexif()
    assert b"Camera" not in answer.data


@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP", "BMP", "TIFF"])
def test_pictures_of_every_kind_are_drawn(form, tmp_path):
    file = tmp_path / "picture"
    file.write_bytes(samples.picture(form))
    media_type = next(name for name, known in rendering.FORMATS.items() if known == form)
    drawn = rendering.draw(media_type, file, tmp_path)
    assert len(drawn.pages) == 1
    assert Image.open(io.BytesIO(drawn.pages[0].read_bytes())).size == (40, 30)


def bomb_of_pixels() -> bytes:
    """A PNG of a few hundred bytes that says it has 40,000 × 40,000 pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("image/png", bomb_of_pixels()),
        ("image/png", b"\x89PNG\r\n\x1a\n" + bytes(100)),
        ("image/jpeg", b"\xff\xd8\xff" + bytes(1000)),
        ("image/gif", samples.picture("PNG")),
        ("application/pdf", b"%PDF-1.7\n" + bytes(1000)),
        ("application/pdf", samples.pdf(encrypt="secret")),
        ("application/x-unknown", b"whatever"),
    ],
)
def test_what_cannot_be_drawn_harms_nobody(media_type, content, tmp_path):
    file = tmp_path / "file"
    file.write_bytes(content)
    drawn = rendering.draw(media_type, file, tmp_path)
    assert (drawn.thumbnail, drawn.pages) == (None, ())


def test_child_that_takes_too_long_is_ended(monkeypatch, tmp_path):
    monkeypatch.setattr(rendering, "SECONDS", 0.05)
    file = tmp_path / "file"
    file.write_bytes(samples.pdf(pages=5))
    assert rendering.draw("application/pdf", file, tmp_path).pages == ()


def test_child_knows_nothing_of_the_installation(monkeypatch):
    monkeypatch.setenv("GROUPWARE_DATABASE_URL", "postgresql://secret")
    assert not [name for name in rendering._surroundings() if name.startswith("GROUPWARE")]


def test_file_that_could_not_be_drawn_has_no_preview(shown, reader, read):
    [uid] = shown(("壊れた.pdf", b"%PDF-1.7\n" + b"broken " * 100))
    assert reader().get(f"/attachments/{uid}/preview").status_code == 404
    with read():
        assert session.scalars(select(StoredFile.pages)).all() == [0]


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc_jp", "utf-16", "iso2022_jp"])
def test_text_is_shown_as_text_in_every_encoding(shown, reader, encoding):
    [uid] = shown(("連絡.txt", "<script>alert(1)</script>\r\n庁内の連絡です。".encode(encoding)))
    page = reader().get(f"/attachments/{uid}/preview").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\n庁内の連絡です。" in page


def test_all_files_come_in_one_archive(shown, reader):
    files = [("報告.txt", b"one"), ("報告.txt", b"two"), ("写真.jpg", samples.picture("JPEG"))]
    uids = shown(*files)
    answer = reader().get(f"/attachments/{uids[0]}/all.zip")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["報告.txt", "報告 (2).txt", "写真.jpg"]
        assert archive.read("報告 (2).txt") == b"two"


def test_archive_of_confidential_files_is_recorded_file_by_file(house, leaves, shown, reader, read):
    leaves.labels[1] = "2"
    uids = shown(("a.txt", b"one"), ("b.txt", b"two"))
    reader().get(f"/attachments/{uids[0]}/all.zip").close()
    with read():
        found = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "attachment.downloaded")
        ).all()
        assert len(found) == 2


def test_label_that_keeps_things_in_lets_no_file_out_but_be_looked_at(house, leaves, shown, reader, write):
    leaves.labels[1] = "3"
    [uid] = shown(("通知.pdf", samples.pdf()))
    with write():
        set_rule(actor.system(), NO_EXPORT, None, ("3",))
    assert reader().get(f"/attachments/{uid}").status_code == 403
    assert reader().get(f"/attachments/{uid}/all.zip").status_code == 403
    assert reader().get(f"/attachments/{uid}/pages/1").status_code == 200


def test_pictures_go_with_their_content(app, house, shown, write):
    shown(("通知.pdf", samples.pdf()))
    previews = app.extensions["groupware_previews"]
    assert len(list(previews.backend.addresses())) == 2
    with write():
        owning.release("tea.leaf", [1])
    with clock.frozen(clock.now() + timedelta(days=1)), app.app_context():
        sweep(actor.system())
    assert [path for path in Path(previews.folder).rglob("*") if path.is_file()] == []
