"""Reads of sign-in: accounts by login, one's own sessions, what one may act as."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, literal, select, union_all
from sqlalchemy.orm import aliased

from groupware import clock
from groupware.among import among
from groupware.audit.models import AuditRecord
from groupware.auth.attempts import folded
from groupware.auth.models import Account, AccountNotice, KnownDevice, Preference, UserSession
from groupware.db import holds_on, session
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import Appointment, Person, Post, SectionAccount
from groupware.directory.queries.standing import is_on_leave
from groupware.directory.tree import OrgTree, org_tree

# By login, or by staff number where somebody's login is another word.
_candidates = union_all(
    select(Account.id, literal(0).label("place")).where(Account.login == bindparam("login")),
    select(Account.id, literal(1).label("place"))
    .join(Person, Person.id == Account.person_id)
    .where(Person.staff_number.in_((bindparam("login"), bindparam("upper")))),
).subquery()
_by_login = (
    select(
        Account.id,
        Account.person_id,
        Account.login,
        Account.password_hash,
        Account.is_suspended,
        Account.must_change,
        Person.uid,
        Person.hired_on,
        Person.left_on,
        is_on_leave(Person.id, bindparam("today")).label("is_on_leave"),
        KnownDevice.device.label("known_device"),
    )
    .join(_candidates, _candidates.c.id == Account.id)
    .join(Person, Person.id == Account.person_id)
    .outerjoin(
        KnownDevice,
        (KnownDevice.person_id == Account.person_id) & (KnownDevice.device == bindparam("device")),
    )
    .order_by(_candidates.c.place)
    .limit(1)
)


def account_by_login(login: str, device: str) -> Any:
    """The account that a typed login means, or None; `known_device` is the device if the account knows it."""
    wanted = folded(login)
    values = {"login": wanted, "upper": wanted.upper(), "device": device, "today": clock.today()}
    return session.execute(_by_login, values).first()


_own = select(
    Account.id,
    Account.person_id,
    Account.login,
    Account.password_hash,
    Account.must_change,
    Account.password_set_at,
    Person.staff_number,
    Person.display_name,
    Person.legal_name,
    Person.kana_name,
    Person.email,
).join(Person, Person.id == Account.person_id)


def account_of(person_id: int) -> Any:
    """The account of a person with what must not occur in its password, or None."""
    return session.execute(_own.where(Account.person_id == person_id)).first()


_sessions = select(
    UserSession.id,
    UserSession.created_at,
    UserSession.last_seen_at,
    UserSession.ended_at,
    UserSession.expires_at,
    UserSession.address,
    UserSession.device,
    UserSession.user_agent,
    UserSession.zone,
)


def open_sessions(person_id: int, now: datetime, idle_since: datetime) -> list[Row[Any]]:
    """The sessions of a person that still hold, the one used last first."""
    return list(
        session.execute(
            _sessions.where(
                UserSession.person_id == person_id,
                UserSession.ended_at.is_(None),
                UserSession.expires_at > now,
                UserSession.last_seen_at > idle_since,
            ).order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
        )
    )


@dataclass(frozen=True, slots=True)
class SignInEntry:
    """One time that somebody signed in with an account, or failed to."""

    at: datetime
    has_succeeded: bool
    address: str
    user_agent: str = ""


def sign_in_history(person_id: int, limit: int = 30) -> list[SignInEntry]:
    """The latest sign-ins and failures of an account, newest first."""
    begun = session.execute(
        _sessions.where(UserSession.person_id == person_id).order_by(UserSession.id.desc()).limit(limit)
    )
    failed = session.execute(
        select(AuditRecord.at, AuditRecord.address)
        .where(
            AuditRecord.object_type == "core.person",
            AuditRecord.object_id == person_id,
            AuditRecord.action == "auth.sign_in_failed",
        )
        .order_by(AuditRecord.id.desc())
        .limit(limit)
    )
    found = [SignInEntry(row.created_at, True, row.address, row.user_agent) for row in begun]
    found += [SignInEntry(row.at, False, row.address) for row in failed]
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:limit]


def preferences_of(person_id: int) -> dict[str, Any]:
    """What the person chose, by name; the defaults where nothing was chosen."""
    row = session.get(Preference, person_id) or Preference(
        locale="",
        theme="",
        text_size="standard",
        density="comfortable",
        date_style="western",
        has_shortcuts=False,
        sending_key="",
        start_page="",
    )
    return {column.key: getattr(row, column.key) for column in Preference.__table__.columns}


_author = aliased(Person)
_notices = select(
    AccountNotice.id,
    AccountNotice.kind,
    AccountNotice.at,
    AccountNotice.shown_at,
    _author.display_name.label("by_name"),
).outerjoin(_author, _author.id == AccountNotice.by_id)


def unseen_notices(person_id: int) -> list[Row[Any]]:
    """What was done to the account since the person signed in last, oldest first."""
    return list(
        session.execute(
            _notices.where(AccountNotice.person_id == person_id, AccountNotice.shown_at.is_(None)).order_by(
                AccountNotice.at, AccountNotice.id
            )
        )
    )


def latest_notices(person_id: int, limit: int = 20) -> list[Row[Any]]:
    """What was done to the account, newest first."""
    return list(
        session.execute(
            _notices.where(AccountNotice.person_id == person_id)
            .order_by(AccountNotice.at.desc(), AccountNotice.id.desc())
            .limit(limit)
        )
    )


@dataclass(frozen=True, slots=True)
class ActingChoice:
    """Something a person may act as: one of their appointments, or a section account of a unit they belong to."""

    appointment_id: int
    section_account_id: int | None
    unit_name: str
    post_name: str
    kind: str
    section_name: str = ""


_appointments = (
    select(Appointment.id, Appointment.unit_id, Appointment.kind, Post.name)
    .join(Post, Post.id == Appointment.post_id)
    .where(
        Appointment.person_id == bindparam("person"),
        Appointment.kind != AppointmentKind.LEAVE.value,
        holds_on(Appointment, bindparam("today")),
    )
    .order_by(Post.rank, Appointment.id)
)
_section_accounts = (
    select(SectionAccount.id, SectionAccount.unit_id, SectionAccount.name)
    .where(SectionAccount.is_active, among(SectionAccount.unit_id, "units"))
    .order_by(SectionAccount.name)
)


def acting_choices(person_id: int, today: date) -> list[ActingChoice]:
    """What the person may act as today: the main post first, then the others, each with its section accounts."""
    tree = org_tree(today)
    rows = session.execute(_appointments, {"person": person_id, "today": today}).all()
    rows = sorted(rows, key=lambda row: row.kind != AppointmentKind.MAIN)
    units = {unit for row in rows for unit in tree.ancestors(row.unit_id)}
    accounts = session.execute(_section_accounts, {"units": sorted(units)}).all() if units else []
    found: list[ActingChoice] = []
    offered: set[int] = set()
    for row in rows:
        unit_name = tree.path_name(row.unit_id)
        found.append(ActingChoice(row.id, None, unit_name, row.name, row.kind))
        for account in accounts:
            if account.id not in offered and acts_for(tree, row.unit_id, account.unit_id):
                offered.add(account.id)
                found.append(ActingChoice(row.id, account.id, unit_name, row.name, row.kind, account.name))
    return found


def acts_for(tree: OrgTree, unit_id: int | None, section_unit_id: int | None) -> bool:
    """Whether somebody of `unit_id` may act for the section account of `section_unit_id`: they belong to it."""
    return section_unit_id is not None and section_unit_id in tree.ancestors(unit_id)
