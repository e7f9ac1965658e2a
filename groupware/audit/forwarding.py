"""Forward the audit by syslog (RFC 5424), so that it also stands where nobody who administers here can reach it.

Setting `syslog`: `host:port` or `udp://host:port` for UDP (RFC 5426), `tcp://host:port` for TCP with octet counting (RFC
6587). The message is the record as one line of JSON, with its id. Every record is sent at least once: the cursor moves with
the commit after sending, so a record may come twice. A receiver that cannot be reached is asked again a minute later.
"""

import logging
import logging.handlers
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Row, select

from groupware.actor import Actor
from groupware.audit.models import AuditCursor, AuditRecord, AuditSeal
from groupware.audit.sealing import COLUMNS, canonical, settled_id
from groupware.config import Settings
from groupware.db import session
from groupware.errors import ConfigurationError

SETTLED = timedelta(seconds=30)
"""A record may be committed this much later than one with a higher number."""
RECORDS, SEALS = "syslog.records", "syslog.seals"
BATCH = 500
TIMEOUT = 2.0
"""Seconds; a worker holds a unit of work meanwhile."""
PAUSE = timedelta(seconds=60)
LONGEST = 60_000
"""Bytes of a message; a longer one would not fit into a datagram and is cut."""

_log = logging.getLogger("groupware.audit")


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send."""

    host: str
    port: int
    is_tcp: bool


def target(setting: str) -> Target | None:
    """The receiver that the setting `syslog` names; None if it is empty. ConfigurationError if it cannot be read."""
    if not setting:
        return None
    scheme, mark, rest = setting.partition("://")
    parts = urlsplit(f"//{rest if mark else setting}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if host is None or port is None or (mark and scheme not in ("udp", "tcp")) or parts.path:
        raise ConfigurationError(f"syslog: {setting!r} is not host:port, udp://host:port or tcp://host:port.")
    return Target(host, port, scheme == "tcp" and bool(mark))


def forward_due(actor: Actor, settings: Settings) -> int:
    """Send the records and seals that were not sent yet, at most `BATCH` of each; returns how many.

    Called by a job in its write unit. Sends nothing for `PAUSE` after a receiver could not be reached.
    """
    receiver = target(settings.syslog)
    if receiver is None:
        return 0
    records, seals = _cursor(RECORDS, actor.now), _cursor(SEALS, actor.now)
    if records.next_at > actor.now:
        return 0
    lines = [_Line(row.at, "record", row.id, canonical(row)) for row in _due_records(records, actor.now)]
    lines += [_seal_line(found) for found in _due_seals(seals)]
    if not lines:
        return 0
    try:
        _send(receiver, lines)
    except OSError as error:
        _log.warning("the audit cannot be forwarded to %s:%s: %s", receiver.host, receiver.port, error)
        records.next_at = actor.now + PAUSE
        return 0
    for cursor, kind in ((records, "record"), (seals, "seal")):
        cursor.last_id = max([cursor.last_id, *(line.id for line in lines if line.kind == kind)])
        cursor.next_at = actor.now
    return len(lines)


@dataclass(frozen=True, slots=True)
class _Line:
    at: datetime
    kind: str
    id: int
    text: str


def _cursor(name: str, now: datetime) -> AuditCursor:
    found = session.get(AuditCursor, name, with_for_update=True)
    if found is None:
        found = AuditCursor(name=name, last_id=0, next_at=now)
        session.add(found)
        session.flush()
    return found


def _due_records(cursor: AuditCursor, now: datetime) -> list[Row[Any]]:
    statement = (
        select(*COLUMNS)
        .where(AuditRecord.id > cursor.last_id, AuditRecord.id <= settled_id(now - SETTLED))
        .order_by(AuditRecord.id)
        .limit(BATCH)
    )
    return list(session.execute(statement))


def _due_seals(cursor: AuditCursor) -> list[AuditSeal]:
    statement = select(AuditSeal).where(AuditSeal.id > cursor.last_id).order_by(AuditSeal.id).limit(BATCH)
    return list(session.scalars(statement))


def _seal_line(found: AuditSeal) -> _Line:
    text = f'{{"first_id":{found.first_id},"last_id":{found.last_id},"digest":"{found.digest}"}}'
    return _Line(found.sealed_at, "seal", found.id, text)


class _Formatter(logging.Formatter):
    """`1 TIMESTAMP HOST APP PROCID MSGID SD MSG`; the handler puts the priority in front."""

    def __init__(self) -> None:
        super().__init__()
        self.host = socket.gethostname()[:255] or "-"

    def format(self, record: logging.LogRecord) -> str:
        """The message in the form of RFC 5424; its byte order mark (6.4) says that the text is UTF-8."""
        line: _Line = record.__dict__["line"]
        at = line.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        return f"1 {at} {self.host} groupware - audit-{line.kind} - \ufeff{line.text}"


class _Handler(logging.handlers.SysLogHandler):
    """The library's handler, made to fail aloud and to frame messages on TCP."""

    append_nul = False

    def __init__(self, receiver: Target) -> None:
        self.receiver = receiver
        super().__init__(
            (receiver.host, receiver.port),
            facility=self.LOG_AUTHPRIV,
            socktype=socket.SOCK_STREAM if receiver.is_tcp else socket.SOCK_DGRAM,
        )

    def createSocket(self) -> None:  # noqa: N802  the library's name
        """Connect with a time limit."""
        if self.receiver.is_tcp:
            self.socket = socket.create_connection((self.receiver.host, self.receiver.port), TIMEOUT)
        else:
            family, kind, _, _, address = socket.getaddrinfo(
                self.receiver.host, self.receiver.port, type=socket.SOCK_DGRAM
            )[0]
            self.socket = socket.socket(family, kind)
            self.socket.settimeout(TIMEOUT)
            self.socket.connect(address)

    def emit(self, record: logging.LogRecord) -> None:
        """Send one message; raises OSError."""
        priority = self.encodePriority(self.facility, self.mapPriority(record.levelname))
        message = f"<{priority}>{self.format(record)}".encode()[:LONGEST]
        if self.receiver.is_tcp:
            self.socket.sendall(b"%d " % len(message) + message)
        else:
            self.socket.send(message)


def _send(receiver: Target, lines: list[_Line]) -> None:
    handler = _Handler(receiver)
    handler.setFormatter(_Formatter())
    try:
        for line in lines:
            handler.handle(
                logging.makeLogRecord({"levelname": "INFO", "levelno": logging.INFO, "line": line})
            )
    finally:
        handler.close()


__all__ = ["BATCH", "PAUSE", "Target", "forward_due", "target"]
