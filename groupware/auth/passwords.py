"""Passwords: argon2id with the OWASP minimum (t=2, 19 MiB, p=1), off the event loop; temporary ones are random.

A password is brought to NFKC before it is hashed or compared, so that full-width letters typed with an input method
switched on are the same password.
"""

import os
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from groupware import offload

MAXIMUM_LENGTH = 128
"""Characters. Whatever is longer is never hashed, so that nobody can keep the machine busy with it."""

_turns = threading.BoundedSemaphore(max(1, (os.cpu_count() or 1) // 2))
"""How many hashes a process computes at once. At half past eight hundreds wait for one; pages need the other cores."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
# Verified against when there is no account, so that the answer takes as long as for one that exists.
DUMMY = "$argon2id$v=19$m=19456,t=2,p=1$" + "A" * 22 + "$" + "A" * 43
# Without characters that are mistaken for one another on a printed slip.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def hash_password(password: str) -> str:
    """The argon2id hash of a password; takes about 30 ms of CPU elsewhere than on the loop."""
    with _turns:
        return offload.run(_hasher.hash, _canonical(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one of the hash. Takes as long when there is no hash."""
    with _turns:
        return (
            offload.run(_verify, password_hash or DUMMY, _canonical(password)) and password_hash is not None
        )


def _canonical(password: str) -> str:
    return unicodedata.normalize("NFKC", password[: MAXIMUM_LENGTH + 1])


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def temporary_password(length: int = 12) -> str:
    """A random first password in groups of four, easy to type from a slip (about 60 bits)."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(length))
    return "-".join(letters[i : i + 4] for i in range(0, length, 4))
