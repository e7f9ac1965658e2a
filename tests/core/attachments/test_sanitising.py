"""Files across zones: a real little sanitiser, as a programme and as a service. The file that came in never crosses."""

import sys
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import select, update

from groupware import actor
from groupware.attachments.enums import SanitiserState
from groupware.attachments.models import Attachment, Sanitised, StoredFile
from groupware.attachments.services.sweeping import sweep
from groupware.attachments.storage import vault
from groupware.audit.models import AuditRecord
from groupware.db import session
from groupware.jobs.models import QueuedJob
from groupware.testing.signing_in import sign_in_as
from groupware.worker import Worker
from groupware.zones import Zone

MACRO, HOPELESS = b"<macro>", b"<hopeless>"
PROGRAMME = f"""
import pathlib, sys
content = pathlib.Path(sys.argv[1]).read_bytes()
if {HOPELESS!r} in content:
    print("macro cannot be removed")
    sys.exit(3)
pathlib.Path(sys.argv[2]).write_bytes(content.replace({MACRO!r}, b""))
"""


class Service(BaseHTTPRequestHandler):
    """The same as a service; `status` of the server makes it answer nonsense."""

    def do_POST(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        status = 422 if HOPELESS in content else getattr(self.server, "status", 200)
        body = b"macro cannot be removed" if status == 422 else content.replace(MACRO, b"")
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def service():
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def programme(tmp_path):
    file = tmp_path / "sanitise.py"
    file.write_text(PROGRAMME)
    return f"{sys.executable} {file}"


def configure(app, **values):
    for name, value in values.items():
        object.__setattr__(app.extensions["groupware_settings"], name, value)


@pytest.fixture
def sent(app, house, leaves, sender):
    """Sends a file from the LGWAN side; from then on a proxy names the zones."""
    leaves.readers[1] = {house.reader}

    def send(content):
        configure(app, zone_header="")
        [uid] = house.attach(1, uuid.UUID(sender().send("計画.txt", content)))
        configure(app, zone_header="X-Zone")
        return uid

    return send


def opened(app, house, uid, zone):
    client = sign_in_as(app, house.reader, zone=zone)
    with client.get(f"/attachments/{uid}", headers={"X-Zone": zone.value}) as answer:
        return answer.status_code, answer.data


def states(read):
    with read():
        return sorted(session.scalars(select(Sanitised.state)))


def test_without_a_sanitiser_nothing_crosses(app, house, sent):
    uid = sent(b"text")
    Worker(app).run_due()
    assert opened(app, house, uid, Zone.LGWAN) == (200, b"text")
    assert opened(app, house, uid, Zone.NUMBER)[0] == 403
    assert opened(app, house, uid, Zone.INTERNET)[0] == 403


@pytest.mark.parametrize("way", ["programme", "service"])
def test_only_what_the_sanitiser_made_crosses(app, house, sent, read, request, programme, service, way):
    url = f"http://127.0.0.1:{service.server_address[1]}/"
    configure(app, sanitiser=programme if way == "programme" else url)
    uid = sent(b"text " + MACRO)
    assert opened(app, house, uid, Zone.NUMBER)[0] == 409
    assert states(read) == [SanitiserState.UNPROCESSED]
    for _ in range(4):
        Worker(app).run_due()
    assert opened(app, house, uid, Zone.NUMBER) == (200, b"text ")
    assert opened(app, house, uid, Zone.LGWAN) == (200, b"text " + MACRO)
    assert set(states(read)) == {SanitiserState.SANITISED}


@pytest.mark.parametrize("way", ["programme", "service"])
def test_refused_file_stays_where_it_came_in_and_is_recorded(app, house, sent, read, programme, service, way):
    url = f"http://127.0.0.1:{service.server_address[1]}/"
    configure(app, sanitiser=programme if way == "programme" else url)
    uid = sent(HOPELESS)
    for _ in range(3):
        Worker(app).run_due()
    assert opened(app, house, uid, Zone.NUMBER)[0] == 403
    assert opened(app, house, uid, Zone.LGWAN)[0] == 200
    with read():
        assert session.scalars(select(Sanitised.finding)).all() == ["macro cannot be removed"]
        actions = session.scalars(select(AuditRecord.action)).all()
    assert actions.count("attachment.not_sanitised") == 1


@pytest.mark.parametrize("status", [500, 204, 302])
def test_answer_that_is_none_lets_nothing_cross_and_is_asked_again(
    app, house, sent, read, write, service, status
):
    configure(app, sanitiser=f"http://127.0.0.1:{service.server_address[1]}/")
    service.status = status
    uid = sent(b"text")
    for _ in range(3):
        Worker(app).run_due()
    assert opened(app, house, uid, Zone.NUMBER)[0] == 409
    assert states(read) == [SanitiserState.PROCESSING]
    service.status = 200
    with write():
        session.execute(update(QueuedJob).values(due_at=actor.system().now))
    for _ in range(3):
        Worker(app).run_due()
    assert opened(app, house, uid, Zone.NUMBER) == (200, b"text")


@pytest.mark.parametrize(
    "command", ["/nonexistent/sanitise", f"{sys.executable} -c pass", f"{sys.executable} -c raise"]
)
def test_programme_that_fails_lets_nothing_cross(app, house, sent, read, command):
    configure(app, sanitiser=command)
    uid = sent(b"text")
    for _ in range(3):
        Worker(app).run_due()
    assert opened(app, house, uid, Zone.NUMBER)[0] == 409
    assert states(read) == [SanitiserState.PROCESSING]


def test_archive_of_all_files_holds_none_that_came_in_elsewhere(app, house, sent, programme):
    configure(app, sanitiser=programme)
    uid = sent(b"text")
    for _ in range(4):
        Worker(app).run_due()
    client = sign_in_as(app, house.reader, zone=Zone.NUMBER)
    assert client.get(f"/attachments/{uid}/all.zip", headers={"X-Zone": "number"}).status_code == 403


def test_result_is_swept_with_its_file_and_not_before(app, house, sent, read, write, programme):
    configure(app, sanitiser=programme)
    sent(b"text " + MACRO)
    for _ in range(4):
        Worker(app).run_due()
    with write():
        session.execute(update(StoredFile).values(created_at=actor.system().now.replace(year=2020)))
        sweep(actor.system())
    with read():
        assert len(session.scalars(select(StoredFile.id)).all()) == 2
    for _ in range(2):
        with write():
            session.query(Attachment).delete()
            sweep(actor.system())
    with read():
        assert session.scalars(select(StoredFile.id)).all() == []
        assert list(vault().backend.addresses()) == []
