"""The vault: uploads gather in it piece by piece, contents lie in it under their addresses, sealed where there is a key.

Nothing here knows the database or the web, and everything here may take long: a page calls it through `offload`. What is written
is flushed to the disk and then renamed, so that it is there whole or not at all.
"""

import contextlib
import errno
import hashlib
import hmac
import io
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from groupware.crypto import Damaged, Key, Opener, Sealer, WrongKey

PIECE = 1024 * 1024
"""Bytes that are in memory at a time."""
UPLOAD = b"upload"
"""What pieces of uploads are sealed as; a content is sealed as its digest, so that none can take the place of another."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_WHOLE = "whole"


class Full(Exception):
    """There is no room left on the disk."""


class Backend(Protocol):
    """Where contents lie, as they are or sealed."""

    def keep(self, source: Path, address: str) -> None:
        """Have what lies in `source` under its address, durably; the source stays."""

    def open(self, address: str) -> BinaryIO:
        """What lies under an address, to be read from anywhere. FileNotFoundError."""

    def has(self, address: str) -> bool:
        """Whether something lies there."""

    def remove(self, address: str) -> None:
        """Let nothing lie there."""

    def addresses(self) -> Iterator[tuple[str, float]]:
        """Everything that lies there, with the time of its writing (seconds since 1970)."""

    def local_path(self, address: str) -> Path | None:
        """A path under which other programmes find what lies there, if it lies on this machine."""


class Vault:
    """Uploads and contents of an installation.

    `keys` are those that may open, the first one seals; without any, contents are kept as they are.
    """

    def __init__(self, folder: Path, keys: list[Key], backend: Backend) -> None:
        self.folder = folder
        self.keys = keys
        self.backend = backend
        self.parts = folder / "parts"

    # ---- Uploads ----

    def add(self, part: str, offset: int, piece: bytes) -> None:
        """Put the piece that begins at `offset` to an upload; one that was there is replaced. Raises Full."""
        folder = self.parts / part
        with no_room_is_full():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._write(folder / f"{offset:015d}", [piece], UPLOAD)

    def assemble(self, part: str, size: int) -> str:
        """Make one file of the pieces of an upload; returns its SHA-256 in hexadecimal digits. Raises Damaged, Full."""
        digest, length = hashlib.sha256(), 0
        for piece in self._pieces(part):
            digest.update(piece)
            length += len(piece)
        if length != size:
            raise Damaged(f"{length} bytes have come of {size}")
        with no_room_is_full():
            self._write(self.parts / part / _WHOLE, self._pieces(part), digest.digest())
        return digest.hexdigest()

    def _pieces(self, part: str) -> Iterator[bytes]:
        for file in sorted((self.parts / part).glob("[0-9]*")):
            with self._reader(file.open("rb"), UPLOAD, is_sealed=bool(self.keys)) as piece:
                while some := piece.read(PIECE):
                    yield some

    def _write(self, target: Path, content: Iterable[bytes], context: bytes) -> None:
        beside = target.with_name(f".{target.name}-{os.urandom(4).hex()}")
        try:
            with beside.open("xb") as file:
                if self.keys:
                    with Sealer(file, self.keys[0], context) as sealer:
                        for some in content:
                            sealer.write(some)
                else:
                    for some in content:
                        file.write(some)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
        sync_folder(target.parent)

    def open_part(self, part: str, digest: str) -> BinaryIO:
        """The content of an upload that was assembled."""
        whole = self.parts / part / _WHOLE
        return self._reader(whole.open("rb"), bytes.fromhex(digest), is_sealed=bool(self.keys))

    def keep(self, part: str, digest: str) -> str:
        """Store an upload that was assembled; returns the address. It stays until it is discarded. Raises Full."""
        address = self.address(digest)
        with no_room_is_full():
            self.backend.keep(self.parts / part / _WHOLE, address)
        return address

    def address(self, digest: str) -> str:
        """Where a content is kept from now on: whoever has the folder but not the key cannot ask it for a known content."""
        return _address(self.keys[0], digest) if self.keys else digest

    def discard(self, part: str) -> None:
        """Let go of an upload, whole or not."""
        shutil.rmtree(self.parts / part, ignore_errors=True)

    def store(self, content: bytes, digest: str) -> str:
        """Store a small content under a digest; returns the address. Raises Full."""
        address = self.address(digest)
        with no_room_is_full():
            self.parts.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside = self.parts / f"store-{os.urandom(8).hex()}"
            try:
                self._write(beside, [content], bytes.fromhex(digest))
                self.backend.keep(beside, address)
            finally:
                beside.unlink(missing_ok=True)
        return address

    def load(self, digest: str) -> bytes:
        """A small content that was stored under a digest, with whatever key. Raises FileNotFoundError, Damaged."""
        for address in self.possible(digest):
            with contextlib.suppress(FileNotFoundError), self.open(address, digest) as content:
                return content.read()
        raise FileNotFoundError(digest)

    def possible(self, digest: str) -> list[str]:
        """The addresses that a content may have: by the key in use, by former ones, unsealed."""
        return [*(_address(key, digest) for key in self.keys), digest]

    def copy(self, address: str, digest: str) -> None:
        """Write a content anew, as it would be stored now; what lies under the former address stays."""
        with no_room_is_full(), self.open(address, digest) as content:
            self.parts.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside = self.parts / f"store-{os.urandom(8).hex()}"
            try:
                self._write(beside, iter(lambda: content.read(PIECE), b""), bytes.fromhex(digest))
                self.backend.keep(beside, self.address(digest))
            finally:
                beside.unlink(missing_ok=True)

    def free(self) -> int:
        """Bytes that there is still room for where uploads gather."""
        folder = next(one for one in (self.folder, *self.folder.parents) if one.is_dir())
        return shutil.disk_usage(folder).free

    def uploads(self) -> Iterator[tuple[str, float]]:
        """Names of the uploads that lie here, with the time of their last piece (seconds since 1970)."""
        for folder in sorted(self.parts.glob("*")):
            with contextlib.suppress(FileNotFoundError):
                yield folder.name, folder.stat().st_mtime

    # ---- Contents ----

    def open(self, address: str, digest: str) -> BinaryIO:
        """A content, to be read from anywhere. Raises FileNotFoundError; Damaged also while it is read."""
        # What is sealed lies under another name than its digest.
        return self._reader(self.backend.open(address), bytes.fromhex(digest), is_sealed=address != digest)

    def _reader(self, raw: BinaryIO, context: bytes, *, is_sealed: bool) -> BinaryIO:
        try:
            return _Opened(raw, self.keys, context) if is_sealed else raw
        except BaseException:
            raw.close()
            raise

    def plain_path(self, address: str, size: int) -> Path | None:
        """Where a content lies as it is, for a programme that serves files; None if it is sealed or elsewhere."""
        path = self.backend.local_path(address)
        if path is None or not path.is_file() or path.stat().st_size != size:
            return None
        return path

    @contextmanager
    def as_path(self, address: str, digest: str, size: int) -> Iterator[Path]:
        """A path to the content for programmes that want one; a sealed or distant one is laid out for as long as needed."""
        path = self.plain_path(address, size)
        if path is not None:
            yield path
            return
        self.parts.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=self.parts, prefix="open-") as folder:
            laid_out = Path(folder) / "content"
            with self.open(address, digest) as content, laid_out.open("xb") as file:
                shutil.copyfileobj(content, file, PIECE)
            yield laid_out


class _Opened(io.BufferedReader):
    """A sealed stream as a file of its content, which closes what lies underneath. Raises Damaged."""

    def __init__(self, raw: BinaryIO, keys: list[Key], context: bytes) -> None:
        self._sealed = raw
        super().__init__(_opener(raw, keys, context), 64 * 1024)

    def close(self) -> None:
        """Close both."""
        super().close()
        self._sealed.close()


def _opener(raw: BinaryIO, keys: list[Key], context: bytes) -> Opener:
    for key in keys:
        with contextlib.suppress(WrongKey):
            return Opener(raw, key, context)
    raise Damaged("it was sealed with a key that is not there")


def _address(key: Key, digest: str) -> str:
    return hmac.new(key.secret, b"groupware address\0" + digest.encode(), hashlib.sha256).hexdigest()


def digest_of(content: BinaryIO) -> str:
    """SHA-256 of a content, in hexadecimal digits."""
    digest = hashlib.sha256()
    while some := content.read(PIECE):
        digest.update(some)
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def no_room_is_full() -> Iterator[None]:
    """Turn what the disk says when it is full into `Full`."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise Full(str(error)) from error
        raise


__all__ = ["PIECE", "Backend", "Damaged", "Full", "Vault", "digest_of", "no_room_is_full", "sync_folder"]
