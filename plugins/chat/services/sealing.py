"""The sealed file of messages: one entry each with name, organisation and post as of then, and a document to read."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader

from groupware import clock
from groupware.directory.tree import org_tree
from groupware.guards.enums import Label
from groupware.i18n import current_locale, gettext, pgettext
from groupware.records import sealing
from groupware.records.sealing import Sealed
from plugins.chat.enums import Alerting
from plugins.chat.models import Message, Note, Room, Task
from plugins.chat.queries import spoken, webhooks
from plugins.chat.services import note_exhibits
from plugins.chat.services.enclosing import Enclosed, contents, enclosed

DOCUMENT = "document.html"


def _when(at: datetime) -> str:
    return f"{clock.local(at):%Y-%m-%d %H:%M}"


_environment = Environment(autoescape=True, loader=PackageLoader("plugins.chat"), trim_blocks=True)
_environment.globals.update(_=gettext, pgettext=pgettext)
_environment.filters["quoted"] = quote
_environment.filters["local"] = _when


@dataclass(frozen=True, slots=True)
class Subject:
    """What a file is about. `until` is the first moment that is not in it any more."""

    uid: uuid.UUID
    title: str
    unit_id: int | None
    since: datetime
    until: datetime
    classification: str
    retention_years: int
    made_by_name: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """What messages, notes and tasks said before, each by the id of its row."""

    said: Mapping[int, Sequence[Any]]
    noted: Mapping[int, Sequence[Any]]
    tasked: Mapping[int, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a file holds: messages, notes and tasks, and by the id of a task whom it is for.

    With `earlier` what was edited or deleted stands in it as it was before; otherwise what was deleted has neither text nor files.
    """

    said: Sequence[Message]
    noted: Sequence[Note] = ()
    tasked: Sequence[Task] = ()
    doing: Mapping[int, Sequence[str]] = field(default_factory=dict)
    earlier: Earlier | None = None


def file_of(room: Room, subject: Subject, kept: Kept, at: datetime) -> tuple[Sealed, str]:
    """The file, and what it says in plain words. A file that is kept back from readers is named in it and does not lie in it."""
    said, tells_all = kept.said, kept.earlier is not None
    earlier = kept.earlier or Earlier({}, {}, {})
    files = enclosed(said, with_deleted=tells_all)
    posts, members = spoken.posts(said), spoken.members(room.id, subject.since, subject.until)
    answering = webhooks.answering(said)
    about = _about(room, subject, said, members, at)
    shown = {
        "about": about,
        "subject": subject,
        "label": Label(subject.classification).label,
        "said": said,
        "marks": marks,
        "posts": posts,
        "answering": answering,
        "earlier": earlier,
        "noted": kept.noted,
        "tasked": kept.tasked,
        "tells_all": tells_all,
        "doing": kept.doing,
        "enclosed": files,
        "sealed_at": at,
        "language": current_locale.get(),
    }
    document = _environment.get_template("chat/_sealed.html").render(shown)
    entries = chain(
        _entries(said, posts, answering, earlier.said, files),
        _notes(kept.noted, earlier.noted),
        _tasks(kept, earlier.tasked),
    )
    made = sealing.sealed(about, entries, {DOCUMENT: document.encode(), **contents(files)}, at)
    plain = [
        *(_plain(one, posts[one.id], answering, files.get(one.id, ())) for one in said),
        *(note_exhibits.plain(one) for one in kept.noted),
        *(_plain_task(one, kept.doing.get(one.id, ())) for one in kept.tasked if one.deleted_at is None),
    ]
    return made, "\n\n".join(plain)


def marks(one: Message) -> list[str]:
    """How a message was said, in words: urgent, without notice, put by to be sent later."""
    words = [] if one.loudness == Alerting.USUAL else [str(Alerting(one.loudness).label)]
    if one.scheduled_at is not None:
        words.append(gettext("put by %(when)s to be sent later", when=_when(one.scheduled_at)))
    return words


def _about(
    room: Room, subject: Subject, said: Sequence[Message], members: Sequence[str], at: datetime
) -> dict[str, Any]:
    tree, unit_id = org_tree(), subject.unit_id
    return {
        "title": subject.title,
        "record": str(subject.uid),
        "room": room.name,
        "room_id": str(room.uid),
        "purpose": room.purpose,
        "organisation": tree.path_name(unit_id) if unit_id is not None and unit_id in tree else "",
        "members": list(members),
        "since": _instant(subject.since),
        "until": _instant(subject.until),
        "first": said[0].seq if said else None,
        "last": said[-1].seq if said else None,
        "classification": subject.classification,
        "retention_years": subject.retention_years,
        "kept_by": subject.made_by_name,
        "sealed_at": _instant(at),
    }


def _entries(
    said: Sequence[Message],
    posts: dict[int, str],
    answering: Mapping[int, str],
    earlier: Mapping[int, Sequence[Any]],
    files: Mapping[int, Sequence[Enclosed]],
) -> Iterator[dict[str, Any]]:
    for one in said:
        yield {
            "seq": one.seq,
            "id": str(one.uid),
            "at": _instant(one.created_at),
            "name": one.sender_name,
            "organisation": one.sender_unit,
            "post": posts[one.id],
            "set_up_by": answering.get(one.webhook_id) if one.webhook_id is not None else None,
            "reply_to": one.reply_to,
            "loudness": one.loudness,
            "scheduled_at": _instant(one.scheduled_at),
            "edited_at": _instant(one.edited_at),
            "deleted_at": _instant(one.deleted_at),
            "text": one.text,
            "files": [
                {"name": at.file.name, "size": at.file.size, "path": at.path or None}
                for at in files.get(one.id, ())
            ],
            "earlier": [
                {"text": old.text, "until": _instant(old.made_at), "changed_by": old.made_by_name}
                for old in earlier.get(one.id, ())
            ],
        }


def _notes(noted: Sequence[Note], before: Mapping[int, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    for one in noted:
        yield {
            "note": str(one.uid),
            **_page(one),
            "deleted_at": _instant(one.deleted_at),
            "earlier": [_page(old) for old in before.get(one.id, ())],
        }


def _page(one: Any) -> dict[str, Any]:
    return {
        "day": one.day.isoformat(),
        "title": one.title,
        "at": _instant(one.written_at),
        "name": one.written_by_name,
        "text": one.text,
    }


def _tasks(kept: Kept, before: Mapping[int, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """A deleted one stands in it without what it said, unless that is to be told."""
    for one in kept.tasked:
        is_told = one.deleted_at is None or kept.earlier is not None
        yield {
            "task": str(one.uid),
            "of_message": one.seq,
            "at": _instant(one.created_at),
            "name": one.created_by_name,
            "what": one.what if is_told else "",
            "for": list(kept.doing.get(one.id, ())) if is_told else [],
            "due_on": _day(one.due_on) if is_told else None,
            "done_at": _instant(one.done_at),
            "done_by": one.done_by_name,
            "deleted_at": _instant(one.deleted_at),
            "earlier": [
                {
                    "what": old.what,
                    "for": old.assignees,
                    "due_on": _day(old.due_on),
                    "until": _instant(old.made_at),
                    "changed_by": old.made_by_name,
                }
                for old in before.get(one.id, ())
            ],
        }


def _plain_task(one: Task, doing: Sequence[str]) -> str:
    words = [
        gettext("Task: %(what)s", what=one.what),
        pgettext("task", "Asked by") + f" {_when(one.created_at)} {one.created_by_name}",
        pgettext("task", "For") + " " + (gettext(", ").join(doing) or "―"),
        pgettext("task", "Due") + " " + (_day(one.due_on) or "―"),
    ]
    if one.done_at is not None:
        words.append(pgettext("task", "Done") + f" {_when(one.done_at)} {one.done_by_name}")
    return "\n".join(words)


def _plain(one: Message, post: str, answering: Mapping[int, str], files: Sequence[Enclosed]) -> str:
    who = " ".join(part for part in (one.sender_unit, post, one.sender_name) if part)
    if one.webhook_id is not None:
        who += " " + gettext(
            "(posted automatically; set up by %(name)s)", name=answering.get(one.webhook_id, "")
        )
    text = one.text if one.deleted_at is None else gettext("This message was deleted.")
    said_as = "".join(f" [{words}]" for words in marks(one))
    return f"{one.seq}. {_when(one.created_at)} {who}{said_as}\n{text}" + "".join(
        "\n" + gettext("File: %(name)s", name=file.file.name) for file in files
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at is not None else None


__all__ = ["DOCUMENT", "Earlier", "Kept", "Subject", "file_of", "marks"]
