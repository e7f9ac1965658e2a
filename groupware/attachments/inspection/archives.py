"""Archives before anybody opens them: bombs, programs inside, passwords. Only directories are read, and small archives in them.

What an archive says of itself is checked where that is cheap: entries must not overlap, and what is small is unpacked into nothing.
"""

import tempfile
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import BinaryIO

from groupware.attachments.inspection import kinds
from groupware.attachments.names import ending

ENTRIES = 20_000
RATIO = 120
"""How many times larger than packed an archive may be; texts reach 20, tables of zeros 100."""
SMALL = 32 * 1024 * 1024
"""Bytes that may always come out, whatever the ratio."""
UNPACKED = 50 * 1024**3
DEPTH = 3
"""Archives in archives in archives, and no further."""
NESTED = 256 * 1024 * 1024
"""Bytes of inner archives that are looked into; with more, nobody can say what is inside."""
TRIED = 256 * 1024 * 1024
"""Bytes that are unpacked into nothing to see whether an archive tells the truth."""
PIECE = 64 * 1024
_INNER = frozenset(
    {
        *kinds.ZIP.endings,
        *kinds.DOCX.endings,
        *kinds.XLSX.endings,
        *kinds.PPTX.endings,
        *kinds.MACRO.endings,
        "jar",
        "apk",
    }
)


class Bomb(Exception):
    """The archive unfolds to more than anybody wants, or hides how much."""


class Broken(Exception):
    """The archive cannot be read."""


@dataclass(slots=True)
class Contents:
    """What was seen in an archive and in those inside it."""

    has_password: bool = False
    programs: list[str] = field(default_factory=list)
    left: int = NESTED
    tried: int = TRIED


def looked_into(content: BinaryIO, size: int) -> Contents:
    """What is in a ZIP archive or office file. Raises Bomb, Broken."""
    found = Contents()
    _look(content, size, found, depth=1)
    return found


def _look(content: BinaryIO, size: int, found: Contents, depth: int) -> None:
    if depth > DEPTH:
        raise Bomb("archives are nested too deeply")
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            entries = archive.infolist()
            _require_honest(entries, size)
            for entry in entries:
                found.has_password |= bool(entry.flag_bits & 1)
                if ending(entry.filename) in kinds.PROGRAM.endings and not entry.is_dir():
                    found.programs.append(entry.filename)
            _try(archive, entries, found)
            for entry in entries:
                if ending(entry.filename) in _INNER and not entry.flag_bits & 1 and entry.file_size:
                    _look_inside(archive, entry, found, depth)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise Broken(str(error)) from error


def _require_honest(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > ENTRIES:
        raise Bomb("too many entries")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > max(SMALL, RATIO * size) or unpacked > UNPACKED:
        raise Bomb("it unfolds to too much")
    end = -1
    for entry in sorted((one for one in entries if one.file_size), key=lambda one: one.header_offset):
        if entry.header_offset < end or entry.header_offset + entry.compress_size > size:
            raise Bomb("entries overlap")
        end = entry.header_offset + entry.compress_size


def _try(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], found: Contents) -> None:
    """Unpack into nothing what is small enough: an entry that is larger than it says does not pass its checksum."""
    for entry in entries:
        if entry.is_dir() or entry.flag_bits & 1 or entry.file_size > found.tried:
            continue
        found.tried -= entry.file_size
        with archive.open(entry) as inside:
            while inside.read(PIECE):
                pass


def _look_inside(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, found: Contents, depth: int) -> None:
    found.left -= entry.file_size
    if found.left < 0:
        raise Bomb("archives inside are too large to be looked into")
    with archive.open(entry) as inside, tempfile.TemporaryFile() as laid_out:
        if inside.read(4) != b"PK\x03\x04":
            return
        inside.seek(0)
        while piece := inside.read(PIECE):
            laid_out.write(piece)
        _look(laid_out, entry.file_size, found, depth + 1)


__all__ = ["Bomb", "Broken", "Contents", "looked_into"]
