"""A real mail server on this machine: it takes mails, or refuses them as it is told."""

import ssl
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


class PostOffice:
    """`mails` are what it has taken, in their order. It can be closed and opened again on the same port."""

    def __init__(
        self, port: int, tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None
    ) -> None:
        self.port = port
        self.mails: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.connections = 0
        self.refusals: dict[str, str] = {}
        """Address (or * for all) → the answer to it, such as `550 5.1.1 unknown`."""
        self._tls, self._login = tls, login
        self._controller: Controller | None = None

    def open(self) -> None:
        """Begin to listen."""
        options: dict[str, Any] = {}
        if self._tls is not None:
            options |= {"tls_context": self._tls, "require_starttls": True}
        if self._login is not None:
            options |= {"authenticator": self._known, "auth_required": True}
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()

    def close(self) -> None:
        """Answer nobody any more."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def _known(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        assert self._login is not None
        fits = (data.login.decode(), data.password.decode()) == self._login
        return AuthResult(success=fits, handled=fits)

    async def handle_EHLO(  # noqa: N802  the library's name
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: Any
    ) -> Any:
        """Count who comes."""
        if session.host_name is None:
            self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take the address or refuse it."""
        answer = self.refusals.get(address) or self.refusals.get("*")
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take the mail."""
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        return "250 taken"
