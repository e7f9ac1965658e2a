"""What processes write to their standard error, for journald and for people: one line per event, each with its request id.

Text on a laptop, JSON lines where the setting `log_format` says so. A line holds ids, never names, content, addresses of
pages or form fields. The request id belongs to whatever is being done: a request, a job (`job-42`) or a command; it is
in the answer, on the page of a fault, in the audit and in every line that is written meanwhile.
"""

import json
import logging
import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from groupware.config import Settings

_request_id: ContextVar[str] = ContextVar("request_id", default="")

QUIET = ("alembic", "PIL", "fontTools", "urllib3", "engineio", "socketio")
"""Libraries whose progress is nobody's business here; their warnings are."""


def new_request_id() -> str:
    """A name for something that begins now."""
    return uuid.uuid4().hex


def current_request_id() -> str:
    """The id of what is being done, or an empty text."""
    return _request_id.get()


def begin(request_id: str) -> None:
    """What is done from now on, in this thread or greenlet, belongs to `request_id`; an empty text ends it."""
    _request_id.set(request_id)


@contextmanager
def following(request_id: str) -> Iterator[None]:
    """What is done inside the block belongs to `request_id`."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


class JsonLines(logging.Formatter):
    """One JSON object per line: time, level, logger, message, role, process, request_id, error, and what the caller adds
    by `extra={"fields": {…}}`."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self.role = role

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "role": self.role,
            "process": os.getpid(),
            "request_id": current_request_id(),
        }
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps({name: value for name, value in line.items() if value != ""}, ensure_ascii=False)


class Plain(logging.Formatter):
    """A line for somebody who looks at a terminal."""

    default_msec_format = ""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """The line, and its traceback."""
        fields = getattr(record, "fields", {})
        facts = " ".join(f"{name}={value}" for name, value in fields.items() if value not in ("", None))
        request_id = current_request_id()
        text = super().format(record)
        first, _, rest = text.partition("\n")
        line = " ".join(part for part in (first, facts, f"[{request_id}]" if request_id else "") if part)
        return f"{line}\n{rest}" if rest else line


def install(settings: Settings, role: str) -> None:
    """Write the lines of this process; what only takes a moment (`role` "command") writes warnings and faults."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(role) if settings.log_format == "json" else Plain())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING if role == "command" else settings.log_level.upper())
    logging.captureWarnings(True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


__all__ = [
    "JsonLines",
    "Plain",
    "begin",
    "current_request_id",
    "following",
    "install",
    "new_request_id",
]
