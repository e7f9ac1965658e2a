"""The shipped configuration: nginx and systemd accept it, and it says what the documentation promises."""

import base64
import hashlib
import http.client
import http.server
import json
import re
import shutil
import ssl
import subprocess
import threading
import time
from pathlib import Path

import pytest

import cluster as clusters

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
SHIPPED = (DEPLOY / "nginx" / "groupware.conf").read_text(encoding="utf-8")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def test_nginx_accepts_the_shipped_configuration(nginx, tmp_path):
    clusters.certificate(tmp_path)
    ports = clusters.free_ports(2)
    main = clusters.nginx_configuration(tmp_path, *ports, [8101, 8102], [8201, 8202], tmp_path / "files")
    done = subprocess.run(
        [nginx, "-t", "-c", main, "-p", tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


def test_sockets_stay_with_one_process_by_session_and_never_by_address():
    sockets = re.search(r"upstream groupware_realtime \{(.*?)\}", SHIPPED, re.DOTALL)[1]
    assert "hash $cookie_groupware consistent;" in sockets
    assert "ip_hash" not in SHIPPED
    assert "keepalive" not in re.search(r"upstream groupware_web \{(.*?)\}", SHIPPED, re.DOTALL)[1]


def test_log_holds_no_query_strings():
    line = re.search(r"log_format groupware(.*?);", SHIPPED, re.DOTALL)[1]
    for leaking in ("$request ", "$request_uri", "$args", "$http_referer", '$request"'):
        assert leaking not in line


SECRET_PATHS = (
    "/chat/webhooks/gwt_secret",
    "/schedule/feed/gwf_secret.ics",
    "/%63hat/webhooks/gwt_secret",
)


@pytest.fixture
def behind_nginx(nginx, tmp_path):
    """`behind_nginx(web)` starts nginx before the web processes on these ports: the status of each secret path, of "/chat/",
    and of a secret path over plain HTTP."""

    def statuses(web: list[int]) -> list[int]:
        clusters.certificate(tmp_path)
        https, plain, nobody = clusters.free_ports(3)
        main = clusters.nginx_configuration(tmp_path, https, plain, web, [nobody], tmp_path / "files")
        trusting = ssl.create_default_context(cafile=tmp_path / "certificate.pem")
        process = subprocess.Popen([nginx, "-c", main, "-p", tmp_path])
        try:
            return [
                *(asked(https, path, trusting) for path in (*SECRET_PATHS, "/chat/")),
                asked(plain, SECRET_PATHS[0], None),
            ]
        finally:
            process.terminate()
            process.wait(20)

    return statuses


def test_access_log_holds_no_secret_of_an_address(behind_nginx, tmp_path):
    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    try:
        assert behind_nginx([web.server_port]) == [501, 501, 501, 501, 301]
    finally:
        web.shutdown()
        web.server_close()
    lines = (tmp_path / "access.log").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["path"] for line in lines] == [
        "/chat/webhooks/-", "/schedule/feed/-", "/chat/webhooks/-", "/chat/",
    ]  # fmt: skip
    assert not secrets_in(tmp_path)


def test_error_log_holds_no_secret_of_an_address(behind_nginx, tmp_path):
    assert behind_nginx(clusters.free_ports(1)) == [503, 503, 503, 503, 301]
    assert '"GET /chat/ HTTP/1.1"' in (tmp_path / "error.log").read_text(encoding="utf-8")
    assert not secrets_in(tmp_path)


def secrets_in(folder: Path) -> list[str]:
    """The names of the logs that hold a secret."""
    return [file.name for file in folder.glob("*.log") if "secret" in file.read_text(encoding="utf-8")]


def asked(port: int, path: str, trusting: ssl.SSLContext | None) -> int:
    """The status that nginx answers, as soon as it is there; over plain HTTP if nothing is trusted."""
    deadline = time.monotonic() + 20
    while True:
        connection = (
            http.client.HTTPSConnection("localhost", port, context=trusting, timeout=20)
            if trusting
            else http.client.HTTPConnection("localhost", port, timeout=20)
        )
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        finally:
            connection.close()


def test_page_without_a_process_may_use_its_own_style_and_nothing_else():
    page = (DEPLOY / "nginx" / "unavailable.html").read_text(encoding="utf-8")
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in SHIPPED
    assert "<script" not in page


def test_locations_with_headers_of_their_own_repeat_those_of_the_server():
    own = [
        found
        for found in re.findall(r"location [^{]+\{(.*?)\n    \}", SHIPPED, re.DOTALL)
        if "add_header" in found
    ]
    assert len(own) == 2
    for found in own:
        assert "Strict-Transport-Security" in found
        assert "Content-Security-Policy" in found


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_accepts_the_shipped_units(unit, tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze on this machine")
    # The programme lies elsewhere here, and so does its account's file.
    text = re.sub(r"/opt/groupware/bin/groupware", "/bin/true", unit.read_text(encoding="utf-8"))
    text = re.sub(r"^EnvironmentFile=.*$", "", text, flags=re.MULTILINE)
    file = tmp_path / unit.name.replace("@", "@01")
    file.write_text(text.replace("%i", "01"), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", file], capture_output=True, text=True, check=False
    )
    complaints = [line for line in done.stderr.splitlines() if unit.name.partition("@")[0] in line]
    assert complaints == []


def test_every_process_is_hardened_and_named_in_the_target():
    target = (DEPLOY / "systemd" / "groupware.target").read_text(encoding="utf-8")
    for role in ("web", "realtime", "worker"):
        text = (DEPLOY / "systemd" / f"groupware-{role}@.service").read_text(encoding="utf-8")
        for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "User=groupware", "UMask=0077"):
            assert line in text
        assert f"groupware-{role}@01.service" in target


def test_installation_asks_no_network_and_is_a_sound_script():
    script = DEPLOY / "install.sh"
    assert "--no-index" in script.read_text(encoding="utf-8")
    subprocess.run(["sh", "-n", script], check=True)
