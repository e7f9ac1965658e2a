"""The file of a backup: a sealed stream, in it a tar with a manifest at its beginning and a sum at its end.

The sum covers names and contents of all entries in their order. Nothing is held in memory but pieces.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from groupware.crypto import Damaged, Key, Opener, Sealer

FORMAT = 1
CONTEXT = b"backup"
PIECE = 1024 * 1024
MANIFEST = "manifest.json"
END = "end.json"
DATABASE = "database/"
INSTANCE = "instance/"
ATTACHMENTS = "files/"


class BackupError(Exception):
    """It cannot be done; the message says why and what to do. Nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says about itself."""

    format: int
    made_at: str
    programme: str
    municipality: str
    database: str
    histories: dict[str, str]
    """Revision of the core and of each plugin that has tables."""
    has_files: bool


@dataclass(slots=True)
class Sum:
    """What was written or read so far."""

    entries: int = 0
    size: int = 0
    _digest: Any = None

    def __post_init__(self) -> None:
        self._digest = hashlib.sha256()

    def begin(self, name: str, size: int) -> None:
        """An entry follows."""
        self.entries += 1
        self.size += size
        self._digest.update(f"{name}\0{size}\0".encode())

    def add(self, piece: bytes) -> None:
        """A piece of the entry."""
        self._digest.update(piece)

    def facts(self) -> dict[str, Any]:
        """What stands at the end."""
        return {"entries": self.entries, "size": self.size, "sha256": self._digest.hexdigest()}


class Writer:
    """Adds entries to a backup that is being written."""

    def __init__(self, target: Sealer) -> None:
        self._target = target
        self.total = Sum()

    def add(self, name: str, source: IO[bytes], size: int) -> None:
        """An entry of `size` bytes. BackupError if the source has fewer."""
        self.total.begin(name, size)
        self._head(name, size)
        left = size
        while left:
            piece = source.read(min(PIECE, left))
            if not piece:
                raise BackupError(f"{name} became shorter while it was read.")
            self.total.add(piece)
            self._target.write(piece)
            left -= len(piece)
        self._fill(size)

    def add_bytes(self, name: str, content: bytes) -> None:
        """An entry."""
        self.add(name, io.BytesIO(content), len(content))

    def end(self) -> None:
        """The sum, and the two empty blocks with which a tar ends."""
        content = json.dumps(self.total.facts()).encode()
        self._head(END, len(content))
        self._target.write(content)
        self._fill(len(content))
        self._target.write(bytes(2 * tarfile.BLOCKSIZE))

    def _head(self, name: str, size: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        self._target.write(entry.tobuf(tarfile.PAX_FORMAT))

    def _fill(self, size: int) -> None:
        self._target.write(bytes(-size % tarfile.BLOCKSIZE))


@contextmanager
def written(target: BinaryIO, key: Key, manifest: Manifest) -> Iterator[Writer]:
    """A backup in `target`, complete only if the block ends well."""
    with Sealer(target, key, CONTEXT) as sealer:
        writer = Writer(sealer)
        writer.add_bytes(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False).encode())
        yield writer
        writer.end()


@dataclass(slots=True)
class Entry:
    """An entry while it is read."""

    name: str
    size: int
    _source: IO[bytes]
    _total: Sum

    def pieces(self) -> Iterator[bytes]:
        """Its content; what is not taken is read all the same."""
        while piece := self._source.read(PIECE):
            self._total.add(piece)
            yield piece

    def content(self) -> bytes:
        """All of it at once, for what is small."""
        return b"".join(self.pieces())


def read(source: BinaryIO, key: Key) -> Iterator[Entry]:
    """Every entry in its order, the manifest first. Raises WrongKey, or Damaged: also after the last entry.

    What was read is proven only once the iteration has ended.
    """
    total, is_ended = Sum(), False
    with io.BufferedReader(Opener(source, key, CONTEXT), PIECE) as content:
        try:
            with tarfile.open(fileobj=content, mode="r|") as tar:
                while (found := tar.next()) is not None:
                    tar.members.clear()  # type: ignore[attr-defined]  # else every entry would be remembered
                    handle = tar.extractfile(found)
                    if handle is None or is_ended:
                        raise Damaged(f"{found.name} has no place in a backup")
                    if found.name == END:
                        is_ended = json.load(handle) == total.facts()
                        continue
                    total.begin(found.name, found.size)
                    entry = Entry(found.name, found.size, handle, total)
                    yield entry
                    for _ in entry.pieces():
                        pass
        except (tarfile.TarError, json.JSONDecodeError) as error:
            raise Damaged(f"the entries cannot be read: {error}") from error
    if not is_ended:
        raise Damaged("the sum at the end does not match")


def manifest_of(entry: Entry) -> Manifest:
    """What the first entry says. BackupError for a backup of a later programme; Damaged if it says nothing."""
    if entry.name != MANIFEST:
        raise Damaged("there is no manifest")
    values = json.loads(entry.content())
    if values.get("format") != FORMAT:
        raise BackupError("The backup was made by a later version of the programme. Install that one first.")
    return Manifest(**values)


def size_of(file: Path) -> str:
    """How large a file is, for people."""
    return f"{file.stat().st_size / 1_000_000:,.1f} MB"
