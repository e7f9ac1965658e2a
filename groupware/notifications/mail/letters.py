"""What a mail about what is new says: which functions have how much, and where to look. Titles only where a bureau allows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import urljoin

from flask import url_for
from sqlalchemy import and_, bindparam, exists, select

from groupware import clock, rules
from groupware.actor import Actor
from groupware.among import among
from groupware.auth.models import Preference
from groupware.config import Settings
from groupware.db import fetch
from groupware.directory.models import Appointment, Person, Post
from groupware.directory.queries.standing import is_on_leave, places
from groupware.i18n import gettext, ngettext, pgettext, speaking
from groupware.notifications.models import MailItem, MailRefusal, Notice
from groupware.notifications.queries import descriptions, kinds
from groupware.notifications.rules import MAIL, MAIL_CONTENT
from groupware.plugin import About
from groupware.registry import registry

TITLES = 30
"""Titles in one mail at the most."""
TITLE_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one person about these items. Without a `message` there is nothing to be said any more."""

    id: str
    person_id: int
    address: str
    items: tuple[int, ...]
    message: EmailMessage | None


_today: Any = bindparam("today")
_people = (
    select(
        Person.id,
        Person.display_name,
        Person.email,
        Appointment.id.label("appointment_id"),
        Appointment.unit_id,
        Post.rank,
        Preference.locale,
    )
    .select_from(Person)
    .outerjoin(Appointment, and_(Appointment.person_id == Person.id, places(Appointment, _today)))
    .outerjoin(Post, Post.id == Appointment.post_id)
    .outerjoin(Preference, Preference.person_id == Person.id)
    .where(
        among(Person.id, "people"),
        Person.left_on > _today,
        Person.email != "",
        ~is_on_leave(Person.id, _today),
        ~exists().where(MailRefusal.person_id == Person.id, MailRefusal.address == Person.email),
    )
)
_unread = (
    select(
        MailItem.id,
        MailItem.person_id,
        MailItem.letter,
        MailItem.kind,
        MailItem.subject_id,
        MailItem.at,
        MailItem.is_urgent,
    )
    .where(
        MailItem.letter.in_(bindparam("letters", expanding=True)),
        # Who has read the line meanwhile needs no mail; who has no line, because they chose so, does.
        ~exists().where(
            Notice.person_id == MailItem.person_id,
            Notice.kind == MailItem.kind,
            Notice.subject_id == MailItem.subject_id,
            Notice.read_at >= MailItem.at,
        ),
    )
    .order_by(MailItem.at.desc(), MailItem.id.desc())
)
_items = select(MailItem.id, MailItem.person_id, MailItem.letter).where(
    MailItem.letter.in_(bindparam("letters", expanding=True))
)


def letters(ids: Sequence[str], settings: Settings, now: datetime) -> list[Letter]:
    """The mails with these ids. To be called in a request context at the public address, which links need."""
    day = clock.local(now, settings.zone).date()
    mine: dict[str, tuple[int, list[int]]] = {}
    for row in fetch(_items, {"letters": list(ids)}):
        mine.setdefault(row.letter, (row.person_id, []))[1].append(row.id)
    news: dict[str, list[Any]] = {}
    for row in fetch(_unread, {"letters": list(ids)}):
        news.setdefault(row.letter, []).append(row)
    people = {
        row.id: row
        for row in fetch(_people, {"people": [person for person, _ in mine.values()], "today": day})
    }
    found = []
    for letter_id, (person_id, items) in mine.items():
        person = people.get(person_id)
        message = None
        if person is not None and rules.value(MAIL, person.unit_id, day):
            with speaking(person.locale or settings.locale):
                message = _message(_actor(person, settings, now, day), news.get(letter_id, ()), settings)
        address = person.email if person is not None else ""
        if message is not None:
            _address(message, letter_id, address, settings, now)
        found.append(Letter(letter_id, person_id, address, tuple(items), message))
    return found


def sample_message(address: str, settings: Settings, now: datetime) -> EmailMessage:
    """A mail that says nothing but that mail works."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = str(gettext("Test of the mail of %(city)s groupware", city=settings.municipality))
    _write(message, str(gettext("This mail was sent to see whether mail works. It does.")))
    _address(message, f"test-{now.timestamp():.0f}", address, settings, now)
    return message


def _actor(person: Any, settings: Settings, now: datetime, day: Any) -> Actor:
    return Actor(
        person_id=person.id,
        display_name=person.display_name,
        appointment_id=person.appointment_id,
        unit_id=person.unit_id,
        post_rank=person.rank,
        via="job",
        locale=person.locale or settings.locale,
        now=now,
        today=day,
    )


def _message(actor: Actor, news: Sequence[Any], settings: Settings) -> EmailMessage | None:
    """The mail, or None if there is nothing that the person may see and has not read."""
    known = kinds(actor)
    rows = [row for row in news if row.kind in known]
    words = descriptions(actor, [(row.kind, row.subject_id) for row in rows], known)
    things: dict[tuple[str, int], bool] = {}
    for row in rows:
        key = (known[row.kind].about, row.subject_id)
        if key in words:
            things[key] = things.get(key, False) or row.is_urgent
    if not things:
        return None
    parts = str(gettext(", ")).join(_counted(things))
    message = EmailMessage(policy=SMTP)
    subject = str(gettext("%(city)s groupware: %(parts)s", city=settings.municipality, parts=parts))
    mark = str(pgettext("mail", "[Urgent]"))
    message["Subject"] = f"{mark} {subject}" if any(things.values()) else subject
    lines = [str(gettext("This is new for you:")), ""]
    lines += [f"- {part}" for part in _counted(things)]
    if rules.value(MAIL_CONTENT, actor.unit_id, actor.today):
        named = [words[key] for key in things if words[key].may_be_mailed]
        lines += ["", *_titles(named), *_left_out(len(named))] if named else []
    lines += [
        "",
        str(gettext("Please open the timeline to read it:")),
        urljoin(settings.public_url, url_for("notifications.index", unread=1)),
        "",
        "-- ",
        str(gettext("The groupware sent this mail by itself. Nobody reads answers to it.")),
        str(gettext("Choose here what you are told by mail:")),
        urljoin(settings.public_url, url_for("notifications.settings")),
    ]
    _write(message, "\n".join(lines))
    return message


def _counted(things: Iterable[tuple[str, int]]) -> list[str]:
    """「インフォメーション 3件」, for every function in the order of the menu."""
    numbers: dict[str, int] = {}
    for thing, _ in things:
        plugin_id = thing.partition(".")[0]
        numbers[plugin_id] = numbers.get(plugin_id, 0) + 1
    return [
        str(
            ngettext(
                "%(function)s: %(num)s", "%(function)s: %(num)s", numbers[plugin.id], function=plugin.title
            )
        )
        for plugin in registry()
        if plugin.id in numbers
    ]


def _titles(abouts: Sequence[About]) -> list[str]:
    lines = []
    for about in abouts[:TITLES]:
        title = " ".join(about.title.split())
        lines.append(f"・{title[:TITLE_LENGTH]}{'…' if len(title) > TITLE_LENGTH else ''}")
    return lines


def _left_out(number: int) -> list[str]:
    rest = number - TITLES
    return [str(ngettext("and %(num)s more thing", "and %(num)s more things", rest))] if rest > 0 else []


def _write(message: EmailMessage, text: str) -> None:
    # Base64 passes every server on the way, whatever it does to long or 8-bit lines.
    message.set_content(f"{text}\n", charset="utf-8", cte="base64")


def _address(message: EmailMessage, letter_id: str, address: str, settings: Settings, now: datetime) -> None:
    message["From"] = settings.smtp_sender
    message["To"] = address
    message["Date"] = format_datetime(clock.local(now, settings.zone))
    message["Message-ID"] = f"<{letter_id}@{settings.smtp_sender.rpartition('@')[2]}>"
    # RFC 3834, and what Exchange looks for: nobody's absence is answered to a machine.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"


__all__ = ["Letter", "letters", "sample_message"]
