"""The sealed file of messages: one entry each with name, organisation and post as of then, and a document to read."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
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
from plugins.chat.models import Message, Note, Room
from plugins.chat.queries import spoken
from plugins.chat.services import note_exhibits
from plugins.chat.services.enclosing import Enclosed, contents, enclosed

DOCUMENT = "document.html"

_environment = Environment(autoescape=True, loader=PackageLoader("plugins.chat"), trim_blocks=True)
_environment.globals.update(_=gettext, pgettext=pgettext)
_environment.filters["quoted"] = quote
_environment.filters["local"] = lambda instant: f"{clock.local(instant):%Y-%m-%d %H:%M}"


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


def file_of(
    room: Room,
    subject: Subject,
    said: Sequence[Message],
    at: datetime,
    earlier: Mapping[int, Sequence[Any]] | None = None,
    noted: Sequence[Note] = (),
    noted_before: Mapping[int, Sequence[Any]] | None = None,
) -> tuple[Sealed, str]:
    """The file, and what it says in plain words.

    What was edited or deleted before stands in it with its `earlier` wordings if they are given, what was deleted otherwise
    without its text and files. A file that is kept back from readers is named in it and does not lie in it. `noted` are notes that
    belong to it, with what they said before if that is given.
    """
    files = enclosed(said, with_deleted=earlier is not None)
    posts, members = spoken.posts(said), spoken.members(room.id, subject.since, subject.until)
    about = _about(room, subject, said, members, at)
    shown = {
        "about": about,
        "subject": subject,
        "label": Label(subject.classification).label,
        "said": said,
        "posts": posts,
        "earlier": earlier or {},
        "noted": noted,
        "noted_before": noted_before or {},
        "enclosed": files,
        "sealed_at": at,
        "language": current_locale.get(),
    }
    document = _environment.get_template("chat/_sealed.html").render(shown)
    entries = chain(_entries(said, posts, earlier or {}, files), _notes(noted, noted_before or {}))
    made = sealing.sealed(about, entries, {DOCUMENT: document.encode(), **contents(files)}, at)
    plain = [
        *(_plain(one, posts[one.id], files.get(one.id, ())) for one in said),
        *(note_exhibits.plain(one) for one in noted),
    ]
    return made, "\n\n".join(plain)


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
            "reply_to": one.reply_to,
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


def _plain(one: Message, post: str, files: Sequence[Enclosed]) -> str:
    who = " ".join(part for part in (one.sender_unit, post, one.sender_name) if part)
    text = one.text if one.deleted_at is None else gettext("This message was deleted.")
    return f"{one.seq}. {clock.local(one.created_at):%Y-%m-%d %H:%M} {who}\n{text}" + "".join(
        "\n" + gettext("File: %(name)s", name=file.file.name) for file in files
    )


def _instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at is not None else None


__all__ = ["DOCUMENT", "Subject", "file_of"]
