"""Tables of sign-in: accounts, sessions, devices, counters of failed attempts, notices, and personal preferences."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Code, Key, Name


class Account(Base):
    """The local account of a person. `password_hash` is argon2id; None means that the person cannot sign in by password."""

    __tablename__ = "core_accounts"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"), unique=True
    )
    login: Mapped[Code] = mapped_column(unique=True)
    """Folded to lower case."""
    password_hash: Mapped[Name | None]
    must_change: Mapped[bool] = mapped_column(default=True)
    password_set_at: Mapped[datetime | None]
    is_suspended: Mapped[bool] = mapped_column(default=False)
    last_sign_in_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class UserSession(Base):
    """A sign-in on a device. Only the SHA-256 of its token is kept."""

    __tablename__ = "core_sessions"
    __table_args__ = (Index("ix_core_sessions_person", "person_id", "ended_at"),)

    id: Mapped[Key]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"))
    appointment_id: Mapped[int | None] = mapped_column(BIGINT)
    """The acting appointment; None is the main one."""
    section_account_id: Mapped[int | None] = mapped_column(BIGINT)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    elevated_until: Mapped[datetime | None]
    address: Mapped[Code] = mapped_column(default="")
    device: Mapped[Code] = mapped_column(default="")
    """SHA-256 of the device cookie."""
    is_shared_device: Mapped[bool] = mapped_column(default=False)
    """Whether other people had lately signed in on the device when the session began."""
    user_agent: Mapped[Name] = mapped_column(default="")
    zone: Mapped[Code]
    """Where it began: it holds nowhere else."""


class KnownDevice(Base):
    """A device on which the person has signed in before: its failures are counted apart from those of strangers."""

    __tablename__ = "core_known_devices"

    person_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"), primary_key=True
    )
    device: Mapped[Code] = mapped_column(primary_key=True, index=True)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    zone: Mapped[Code] = mapped_column(server_default="lgwan")
    """Where the person last signed in on it."""


class SignInFailure(Base):
    """Failed attempts of one account, for the back-off. `subject` is a keyed digest, never a typed name.

    `device` is a known device of the account, or empty for all others together.
    """

    __tablename__ = "core_sign_in_failures"
    __table_args__ = (UniqueConstraint("subject", "device"),)

    id: Mapped[Key]
    subject: Mapped[str] = mapped_column(String(64))
    device: Mapped[Code]
    person_id: Mapped[int | None] = mapped_column(
        BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"), index=True
    )
    """Whose account it is; None if there is no such account."""
    count: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(index=True)
    locked_until: Mapped[datetime | None]


class AccountNotice(Base):
    """What was done to an account: shown to the person once at the next sign-in, and listed with their sessions."""

    __tablename__ = "core_account_notices"
    __table_args__ = (Index("ix_core_account_notices_person", "person_id", "at"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"))
    kind: Mapped[Code]
    by_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id"))
    """Who did it; None is the installation itself."""
    at: Mapped[datetime]
    shown_at: Mapped[datetime | None]


class Preference(Base):
    """What a person chose for themselves: language, theme, sizes, start page."""

    __tablename__ = "core_preferences"

    person_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"), primary_key=True
    )
    locale: Mapped[Code] = mapped_column(default="")
    theme: Mapped[Code] = mapped_column(default="")
    text_size: Mapped[Code] = mapped_column(default="standard")
    density: Mapped[Code] = mapped_column(default="comfortable")
    date_style: Mapped[Code] = mapped_column(default="western")
    has_shortcuts: Mapped[bool] = mapped_column(default=False)
    sending_key: Mapped[Code] = mapped_column(default="")
    """What sends a message from the keyboard, `ctrl_enter` or `enter`; empty as long as the person was not asked."""
    start_page: Mapped[Code] = mapped_column(default="")
    """Id of the plugin that opens after signing in; empty is the portal."""
