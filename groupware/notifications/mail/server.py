"""The mail server: one connection for many mails, and what its answers mean."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from groupware.config import Settings

PERMANENT = 500
"""Reply codes from here on mean that trying again is of no use (RFC 5321, 4.2.1)."""


class NoMailServer(Exception):
    """The server cannot be reached, refuses us or the sender, or went away: nothing more can be handed over now."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What the server said about one mail. `is_permanent`: it will say the same the next time."""

    code: int
    reply: str

    @property
    def is_permanent(self) -> bool:
        """Whether trying again is of no use."""
        return self.code >= PERMANENT


class MailServer:
    """An open connection."""

    def __init__(self, connection: smtplib.SMTP, sender: str) -> None:
        self.connection = connection
        self.sender = sender

    def send(self, message: EmailMessage, address: str) -> Refused | None:
        """Hand a mail over: None if the server has taken it. Raises NoMailServer."""
        try:
            self.connection.sendmail(self.sender, [address], message.as_bytes())
        except smtplib.SMTPRecipientsRefused as error:
            code, reply = next(iter(error.recipients.values()))
            return _refused(code, reply)
        except smtplib.SMTPDataError as error:
            return _refused(error.smtp_code, error.smtp_error)
        except UnicodeError:
            return Refused(553, "The address has letters that mail does not know.")
        except (smtplib.SMTPException, OSError) as error:
            raise NoMailServer(str(error)) from error
        return None


def _refused(code: int, reply: bytes | str) -> Refused:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return Refused(code, " ".join(text.split())[:500])


@contextmanager
def connected(settings: Settings) -> Iterator[MailServer]:
    """A connection to the server of the settings. Raises NoMailServer."""
    try:
        connection = _connect(settings)
    except (smtplib.SMTPException, OSError) as error:
        place = f"{settings.smtp_host}:{settings.smtp_port}"
        raise NoMailServer(f"the mail server {place} cannot be used: {error}") from error
    try:
        yield MailServer(connection, settings.smtp_sender)
    finally:
        try:
            connection.quit()
        except (smtplib.SMTPException, OSError):
            connection.close()


def _connect(settings: Settings) -> smtplib.SMTP:
    # By itself the library asks the name service what this machine is called.
    name = urlsplit(settings.public_url).hostname or "localhost"
    place = (settings.smtp_host, settings.smtp_port, name)
    if settings.smtp_security == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            *place, timeout=settings.smtp_timeout, context=ssl.create_default_context()
        )
    else:
        connection = smtplib.SMTP(*place, timeout=settings.smtp_timeout)
    try:
        if settings.smtp_security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            connection.login(settings.smtp_user, password(settings))
    except BaseException:
        connection.close()
        raise
    return connection


def password(settings: Settings) -> str:
    """The password for the mail server, from the setting or from its file."""
    if not settings.smtp_password_file:
        return settings.smtp_password
    text = Path(settings.smtp_password_file).read_text(encoding="utf-8")
    return text.partition("\n")[0].strip()


__all__ = ["MailServer", "NoMailServer", "Refused", "connected", "password"]
