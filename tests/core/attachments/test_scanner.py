"""The virus scanner: a server that speaks clamd's protocol, one that does not, none, and a real one. Nothing passes without a verdict."""

import io
import os
import socket
import socketserver
import threading
import uuid

import pytest
from sqlalchemy import select

from groupware import actor
from groupware.attachments import clamd, hooks
from groupware.attachments.models import StoredFile
from groupware.attachments.services.examining import EXAMINE
from groupware.audit.models import AuditRecord
from groupware.db import session
from groupware.jobs.models import QueuedJob
from groupware.worker import Worker
from tests.core.attachments.samples import pdf
from tests.support.scanner import EICAR, FILE_LIMIT, STREAM_LIMIT

VIRUS = b"virus-that-is-none"


class Clamd(socketserver.ThreadingTCPServer):
    """Speaks INSTREAM as clamd(8) describes it."""

    allow_reuse_address = True
    daemon_threads = True
    limit = 1_000_000
    silent = False


class Conversation(socketserver.StreamRequestHandler):
    """One scan."""

    def handle(self):
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(size)
            if len(content) > self.server.limit:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        if self.server.silent:
            return
        found = b"Test-Signature FOUND" if VIRUS in content else b"OK"
        self.wfile.write(b"stream: " + found + b"\0")


@pytest.fixture
def scanner():
    with Clamd(("127.0.0.1", 0), Conversation) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def address(server):
    host, port = server.server_address
    return f"{host}:{port}"


@pytest.fixture
def scanned(app, house, leaves, sender, scanner):
    """Sends a file of a leaf that the reader may read, while the scanner is configured."""
    object.__setattr__(app.extensions["groupware_settings"], "clamd", address(scanner))
    leaves.readers[1] = {house.reader}

    def send(name, content):
        [uid] = house.attach(1, uuid.UUID(sender().send(name, content)))
        return uid

    return send


def status(sender, house, uid):
    return sender(house.reader).client.get(f"/attachments/{uid}").status_code


def test_file_waits_for_the_scanner_and_passes(app, house, sender, scanned, monkeypatch):
    told = []
    monkeypatch.setattr(hooks, "_ready", [lambda _who, stored: told.append(stored.id)])
    uid = scanned("通知.pdf", pdf())
    assert status(sender, house, uid) == 409
    assert told == []
    Worker(app).run_due()
    assert status(sender, house, uid) == 200
    assert len(told) == 1


def test_file_with_a_virus_stays_and_is_recorded(app, house, sender, scanned, read):
    uid = scanned("メモ.txt", b"text " + VIRUS)
    Worker(app).run_due()
    assert status(sender, house, uid) == 403
    with read():
        assert session.scalars(select(StoredFile.finding)).all() == ["Test-Signature"]
        found = session.scalars(select(AuditRecord).where(AuditRecord.action == "attachment.refused")).one()
        assert (found.object_type, found.object_id) == ("tea.leaf", 1)
    # The same content under another name is known.
    again = scanned("別の名前.txt", b"text " + VIRUS)
    assert status(sender, house, again) == 403


def test_scanner_that_is_away_lets_nothing_pass_and_is_asked_again(
    app, house, sender, scanned, scanner, read, write
):
    scanner.silent = True
    uid = scanned("通知.pdf", pdf())
    Worker(app).run_due()
    assert status(sender, house, uid) == 409
    with write():
        job = session.scalars(select(QueuedJob).where(QueuedJob.kind == EXAMINE)).one()
        assert "Unreachable" in job.last_error
        job.due_at = actor.system().now
    scanner.silent = False
    Worker(app).run_due()
    assert status(sender, house, uid) == 200


def test_file_that_is_too_large_for_the_scanner_stays(app, house, sender, scanned, scanner):
    scanner.limit = 1000
    uid = scanned("大きい.txt", b"a" * 300_000)
    Worker(app).run_due()
    assert status(sender, house, uid) == 403


def test_scanner_may_listen_on_a_socket_of_the_machine(tmp_path):
    class Local(Clamd):
        address_family = socket.AF_UNIX

    place = str(tmp_path / "clamd.sock")
    with Local(place, Conversation) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        file = tmp_path / "file"
        file.write_bytes(VIRUS)
        with file.open("rb") as content:
            assert clamd.scan(place, content) == "Test-Signature"
        server.shutdown()
        thread.join()


def test_scanner_that_is_not_there_is_unreachable(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"a")
    with file.open("rb") as content:
        for place in ("127.0.0.1:1", str(tmp_path / "absent")):
            with pytest.raises(clamd.Unreachable):
                clamd.scan(place, content)


def test_real_clamd_knows_the_test_virus_and_nothing_else(real_clamd):
    for content, finds in ((EICAR, True), (pdf(), False), (b"", False)):
        assert bool(clamd.scan(real_clamd, io.BytesIO(content))) is finds


@pytest.mark.skipif("CLAMD_ADDRESS" in os.environ, reason="the limits of another clamd are its own")
def test_real_clamd_lets_nothing_pass_that_it_does_not_look_into(real_clamd):
    looked_into = clamd.scan(real_clamd, io.BytesIO(os.urandom(FILE_LIMIT - 1000)))
    not_looked_into = clamd.scan(real_clamd, io.BytesIO(os.urandom(FILE_LIMIT + 1000)))
    not_taken = clamd.scan(real_clamd, io.BytesIO(os.urandom(20 * STREAM_LIMIT)))
    assert looked_into == ""
    assert "Limits.Exceeded" in not_looked_into
    assert not_taken == "too large to be examined"


def test_upload_waits_for_a_real_clamd(app, house, leaves, sender, real_clamd):
    object.__setattr__(app.extensions["groupware_settings"], "clamd", real_clamd)
    sent = {}
    for leaf, name, content in ((1, "通知.pdf", pdf()), (2, "メモ.txt", EICAR)):
        leaves.readers[leaf] = {house.reader}
        [sent[name]] = house.attach(leaf, uuid.UUID(sender().send(name, content)))
    assert [status(sender, house, uid) for uid in sent.values()] == [409, 409]
    Worker(app).run_due()
    assert {name: status(sender, house, uid) for name, uid in sent.items()} == {
        "通知.pdf": 200,
        "メモ.txt": 403,
    }
