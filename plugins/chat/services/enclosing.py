"""Files of messages in a sealed file: named in the entries, and lying beside them by a name of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from groupware.attachments.queries import File
from groupware.attachments.services.uploads import MB
from groupware.attachments.storage import vault
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.chat.models import Message
from plugins.chat.queries import spoken

LARGEST_MB = 200
"""All files of the messages of one sealed file, which is made in memory."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file of a message. `path` is where it lies in the sealed file; empty for one that is kept back."""

    file: File
    path: str


def enclosed(said: Sequence[Message], *, with_deleted: bool) -> dict[int, list[Enclosed]]:
    """Message → its files, those of deleted messages only where these are to be told."""
    found = spoken.attached(said, with_deleted=with_deleted)
    return {
        one.id: [
            Enclosed(file, f"files/{one.seq}-{number}-{file.name}" if file.may_be_opened else "")
            for number, file in enumerate(found[one.id], 1)
        ]
        for one in said
        if one.id in found
    }


def contents(files: Mapping[int, Sequence[Enclosed]]) -> dict[str, bytes]:
    """Path → what lies there."""
    found = {}
    for one in (file for some in files.values() for file in some if file.path):
        with vault().open(one.file.address, one.file.digest) as content:
            found[one.path] = content.read()
    return found


def require_room(room_id: int, since: datetime, until: datetime, floor: int = 0) -> None:
    """Raise Invalid where the files that were sent in a span are more than one sealed file takes."""
    if spoken.size_of_files(room_id, since, until, floor) > LARGEST_MB * MB:
        fault = gettext(
            "The files of these messages have more than %(most)d MB together. Please choose a shorter time.",
            most=LARGEST_MB,
        )
        raise Invalid(fault, fields={"until": fault})


__all__ = ["LARGEST_MB", "Enclosed", "contents", "enclosed", "require_room"]
