"""Sealed files: a record that leaves its function as a file of its own, in which every later change shows.

The file is a zip. `entries.jsonl` has one entry on each line; what people read and what belongs to the record lie beside it;
`manifest.json` says what it is about and lists the SHA-256 of everything. Every entry carries a `link`, the SHA-256 of the link
before it and of itself, so that the first one that was changed, moved or left out can be named. The chain begins with what the
manifest says the record is about. The SHA-256 of the manifest is the *seal*: it stands in the audit, so that a file that
somebody made anew as a whole is told from the one that was sealed.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Final

from sqlalchemy import select

from groupware import audit, clock
from groupware.access.objects import unit_of
from groupware.actor import Actor
from groupware.audit.models import AuditRecord
from groupware.db import session

FORMAT: Final = "groupware-sealed-record/1"
MANIFEST: Final = "manifest.json"
ENTRIES: Final = "entries.jsonl"
SEALED: Final = "record.sealed"
"""What the audit calls it."""
PIECE: Final = 1024 * 1024
LONGEST_LINE: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed file. `head` is the last link of its chain."""

    content: bytes
    seal: str
    head: str
    number: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found in a file. `faults` are sentences, the first broken link among them; none of them means that it is whole."""

    seal: str
    head: str
    number: int
    about: Mapping[str, Any]
    faults: tuple[str, ...]


def sealed(
    about: Mapping[str, Any],
    entries: Iterable[Mapping[str, Any]],
    files: Mapping[str, bytes],
    at: datetime,
) -> Sealed:
    """The file of a record. `about` and `entries` hold texts, numbers, and what is made of them; `files` lie beside them by name."""
    head, lines = start_of(about), []
    for entry in entries:
        head = _link(head, entry)
        lines.append(_canonical({**entry, "link": head}))
    parts = {ENTRIES: "".join(f"{line}\n" for line in lines).encode(), **files}
    manifest = json.dumps(
        {
            "format": FORMAT,
            "about": dict(about),
            "number": len(lines),
            "head": head,
            "files": {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()},
        },
        ensure_ascii=False,
        indent=1,
    ).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {MANIFEST: manifest, **parts}.items():
            entry_at = zipfile.ZipInfo(name, clock.local(at).timetuple()[:6])
            entry_at.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry_at, content)
    return Sealed(packed.getvalue(), hashlib.sha256(manifest).hexdigest(), head, len(lines))


def verify(file: BinaryIO) -> Verification:
    """Recompute everything that a file says of itself. Needs no installation; changes nothing."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _verified(archive)
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        return Verification("", "", 0, {}, (f"This is no sealed record, or it is damaged: {error}.",))


def _verified(archive: zipfile.ZipFile) -> Verification:
    manifest = archive.read(MANIFEST)
    said = json.loads(manifest)
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise ValueError(f"its format is not {FORMAT}")
    faults = list(_file_faults(archive, said["files"]))
    head, number, broken = _followed(archive, start_of(said["about"]))
    if broken:
        faults.append(broken)
    elif (head, number) != (said["head"], said["number"]):
        faults.append(f"The chain ends after {number} entries, and not as the manifest says.")
    return Verification(hashlib.sha256(manifest).hexdigest(), head, number, said["about"], tuple(faults))


def _file_faults(archive: zipfile.ZipFile, listed: Mapping[str, str]) -> Iterator[str]:
    there = archive.namelist()
    for name in sorted({*there, *listed}):
        if there.count(name) > 1:
            yield f"{name} is in the file more than once."
        elif name not in there:
            yield f"{name} is missing."
        elif name not in listed:
            if name != MANIFEST:
                yield f"{name} was put in later."
        elif _digest(archive, name) != listed[name]:
            yield f"{name} was changed."


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    total = hashlib.sha256()
    with archive.open(name) as content:
        while piece := content.read(PIECE):
            total.update(piece)
    return total.hexdigest()


def _followed(archive: zipfile.ZipFile, link: str) -> tuple[str, int, str]:
    """The last link that holds, the number of entries up to it, and where the chain breaks."""
    number = 0
    with archive.open(ENTRIES) as lines:
        while line := lines.readline(LONGEST_LINE):
            entry = json.loads(line)
            said = entry.pop("link", "") if isinstance(entry, dict) else ""
            if not isinstance(entry, dict) or _link(link, entry) != said:
                return (
                    link,
                    number,
                    f"The chain breaks at entry {number + 1}: it does not follow the one before it.",
                )
            link, number = said, number + 1
    return link, number, ""


def start_of(about: Mapping[str, Any]) -> str:
    """The link before the first entry."""
    return hashlib.sha256(_canonical(about).encode()).hexdigest()


def _link(previous: str, entry: Mapping[str, Any]) -> str:
    return hashlib.sha256(f"{previous}\n{_canonical(entry)}".encode()).hexdigest()


def _canonical(entry: Mapping[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def note(actor: Actor, obj: Any, made: Sealed) -> None:
    """Write the seal into the audit, which is sealed itself and forwarded: the register that files are compared with."""
    details = {"seal": made.seal, "head": made.head, "number": made.number}
    audit.record(actor, SEALED, obj, unit_id=unit_of(obj), details=details)


def is_registered(seal: str) -> bool:
    """Whether this installation has sealed a record with that seal."""
    noted = session.execute(select(AuditRecord.details).where(AuditRecord.action == SEALED))
    return any(row.details.get("seal") == seal for row in noted)


__all__ = [
    "ENTRIES",
    "FORMAT",
    "MANIFEST",
    "Sealed",
    "Verification",
    "is_registered",
    "note",
    "sealed",
    "verify",
]
