"""The one place that calls other hosts: those the site allows and no other, verified by TLS, without following anybody.

On the machine itself plain HTTP is taken as well: a proxy may stand there.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from groupware.errors import Invalid
from groupware.i18n import gettext

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
LONGEST_ANSWER = 1024
"""Bytes of the answer that are read: only its status counts."""
LONGEST_URL = 500


class CallFailed(RuntimeError):
    """The receiver did not take the call. `status` is what it answered, None if it did not answer."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be called."""

    url: str
    host: str


def target(url: str, allowed: Collection[str]) -> Target:
    """The address, if the site allows its host (`host` for the usual port, else `host:port`). Raises Invalid at `url`."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise _refused(gettext("This is not an address.")) from None
    usual = 443 if parts.scheme == "https" else 80
    is_plain = parts.scheme == "http" and host in LOOPBACK
    is_clean = (
        url.isascii() and url.isprintable() and not set(" \\") & set(url.strip()) and len(url) <= LONGEST_URL
    )
    if not host or not is_clean or parts.username or parts.password or parts.fragment:
        raise _refused(gettext("This is not an address."))
    if parts.scheme != "https" and not is_plain:
        raise _refused(gettext("The address must begin with https://."))
    named = host if port in (None, usual) else f"{host}:{port}"
    if named not in {one.lower() for one in allowed}:
        raise _refused(
            gettext("This installation does not allow calls to %(host)s (setting webhook_hosts).", host=named)
        )
    return Target(url.strip(), named)


def _refused(message: str) -> Invalid:
    return Invalid(message, code="webhook_url", fields={"url": message})


def call(to: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """Send it and return the status, which is a success. Raises CallFailed. Needs no unit of work, and takes seconds."""
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    try:
        with urllib3.PoolManager(timeout=timeout, retries=False, cert_reqs="CERT_REQUIRED") as pool:
            answer = pool.request(
                "POST", to.url, body=body, headers=dict(headers), redirect=False, preload_content=False
            )
            answer.read(LONGEST_ANSWER)
            answer.release_conn()
    except HTTPError as error:
        raise CallFailed(type(error).__name__) from error
    if not 200 <= answer.status < 300:
        raise CallFailed(f"HTTP {answer.status}", answer.status)
    return answer.status
