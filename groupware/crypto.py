"""Encryption at rest: streams in frames, so that 2 GB cost one frame of memory and any range can be read by itself.

A stored stream is a header of 32 bytes and frames of 64 KB, the last one shorter. The header holds eight letters that name the format, the
id of the key and a random salt. The frames are sealed with AES-256-GCM under a key of this stream alone, derived by
HKDF-SHA256 from the key of the installation, the salt and a `context` that says what the stream is (`b"backup"`, the
digest of an attachment): a stream that was put in another one's place does not open. The nonce of a frame is its number (11 bytes) and whether
it is the last one (1 byte), as in the STREAM construction: frames that were swapped, left out, repeated or cut off are
noticed. A salt is used for one stream only, hence no nonce is ever used twice under one key.

A key file holds 32 random bytes in base64 and is readable by its owner only; `groupware new-key FILE` makes one.
"""

import base64
import binascii
import hashlib
import io
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from groupware.errors import ConfigurationError

FRAME = 64 * 1024
"""Bytes of content in a frame."""

TAG = 16
"""Bytes by which a frame grows."""

MAGIC = b"GWFRAME1"
KEY_BYTES = 32
_ID_BYTES = 8
_SALT_BYTES = 16
HEADER = len(MAGIC) + _ID_BYTES + _SALT_BYTES


class Damaged(Exception):
    """The stream is not what was written: changed, cut off, or something else altogether."""


class WrongKey(Exception):
    """The stream was sealed with another key; the message names it by its id."""


class Sink(Protocol):
    """Where sealed bytes go."""

    def write(self, data: bytes, /) -> object:
        """Take all of `data`."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the installation."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """What names the key without giving it away."""
        return hashlib.sha256(b"groupware key id\0" + self.secret).digest()[:_ID_BYTES].hex()


def new_key(file: Path) -> Key:
    """Make a key and keep it in a new file. FileExistsError if there is one: a lost key loses all that it sealed."""
    key = Key(secrets.token_bytes(KEY_BYTES))
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
        handle.write(base64.b64encode(key.secret) + b"\n")
        handle.flush()
        os.fsync(handle.fileno())
    return key


def read_key(file: Path) -> Key:
    """The key in a file. ConfigurationError if there is none, if it is malformed, or if others may read it."""
    try:
        text = file.read_bytes()
        mode = stat.S_IMODE(file.stat().st_mode)
    except OSError as error:
        raise ConfigurationError(f"The key file {file} cannot be read: {error.strerror}.") from error
    if mode & 0o077:
        raise ConfigurationError(f"The key file {file} can be read by others. Run: chmod 600 {file}")
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise ConfigurationError(f"The key file {file} holds no key. Make one with: groupware new-key FILE")
    return Key(secret)


def sealed_size(size: int) -> int:
    """Bytes that a content of `size` bytes takes when it is sealed."""
    return HEADER + size + TAG * max(1, -(-size // FRAME))


def _cipher(key: Key, salt: bytes, context: bytes) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"groupware frames 1\0" + context)
    return AESGCM(derived.derive(key.secret))


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if is_last else b"\0")


class Sealer:
    """Seals what is written to it. Only a block that ends well, or `finish`, makes the stream complete:

    ```python
    with Sealer(target, key, context) as sealer:
        sealer.write(content)
    ```

    What an exception cut short never opens. The target is neither flushed nor closed.
    """

    def __init__(self, target: Sink, key: Key, context: bytes) -> None:
        salt = secrets.token_bytes(_SALT_BYTES)
        self._target = target
        self._cipher = _cipher(key, salt, context)
        self._waiting = bytearray()
        self._number = 0
        self._is_finished = False
        target.write(MAGIC + bytes.fromhex(key.id) + salt)

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Take all of `data`. ValueError after the end."""
        if self._is_finished:
            raise ValueError("the stream is finished")
        self._waiting += data
        # A full frame waits until it is known not to be the last one.
        while len(self._waiting) > FRAME:
            self._seal(bytes(self._waiting[:FRAME]), is_last=False)
            del self._waiting[:FRAME]
        return len(data)

    def finish(self) -> None:
        """Write the last frame."""
        if not self._is_finished:
            self._seal(bytes(self._waiting), is_last=True)
            self._is_finished = True

    def _seal(self, content: bytes, *, is_last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, is_last), content, None))
        self._number += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()


class Opener(io.RawIOBase):
    """A sealed stream as a seekable file of its content; `io.BufferedReader` around it reads in lines or small pieces.

    Making one reads the last frame: from then on `size` is proven and nothing is cut off. Every further frame is proven
    when it is read. Raises WrongKey, or Damaged. The source is not closed.
    """

    def __init__(self, source: BinaryIO, key: Key, context: bytes) -> None:
        super().__init__()
        self._source = source
        source.seek(0)
        header = source.read(HEADER)
        if len(header) != HEADER or not header.startswith(MAGIC):
            raise Damaged("this is no sealed stream")
        sealed_by = header[len(MAGIC) : len(MAGIC) + _ID_BYTES].hex()
        if sealed_by != key.id:
            raise WrongKey(f"sealed with the key {sealed_by}, not with {key.id}")
        self._cipher = _cipher(key, header[-_SALT_BYTES:], context)
        body = source.seek(0, io.SEEK_END) - HEADER
        self._last = max(0, -(-body // (FRAME + TAG)) - 1)
        self.size = body - TAG * (self._last + 1)
        """Bytes of content."""
        self._position = 0
        self._held = (-1, b"")
        self._frame(self._last)

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """The place in the content."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place in the content."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        if start + offset < 0:
            raise ValueError("a place before the beginning")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # any writable buffer
        """Read up to the end of a frame. Damaged if it is not what was written."""
        if self._position >= self.size:
            return 0
        number, start = divmod(self._position, FRAME)
        piece = self._frame(number)[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def _frame(self, number: int) -> bytes:
        if self._held[0] != number:
            self._source.seek(HEADER + number * (FRAME + TAG))
            sealed = self._source.read(FRAME + TAG)
            try:
                content = self._cipher.decrypt(_nonce(number, number == self._last), sealed, None)
            except InvalidTag:
                raise Damaged(f"frame {number} is not what was written") from None
            self._held = (number, content)
        return self._held[1]
