"""Where contents lie. `vault()` is that of the current app; `opened` and `as_path` give a stored file to a job.

with opened(stored) as content: content.read(100)      # any range, from anywhere
with as_path(stored) as path: subprocess.run([…, path])  # for programmes that want a path
"""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

from flask import current_app

from groupware.attachments.models import StoredFile
from groupware.attachments.storage.keeping import Backend, Damaged, Full, Vault
from groupware.attachments.storage.local import LocalBackend
from groupware.attachments.storage.s3 import S3Backend
from groupware.config import Settings
from groupware.crypto import read_key

EXTENSION = "groupware_files"
PREVIEWS = "groupware_previews"


def make_vaults(settings: Settings) -> tuple[Vault, Vault]:
    """The vaults of contents and of the pictures drawn of them, as the settings say. Raises ConfigurationError."""
    folder = Path(settings.files_folder) if settings.files_folder else settings.instance / "files"
    files = [settings.files_key_file, *settings.files_old_key_files]
    keys = [read_key(Path(file)) for file in files if file]
    return (
        Vault(folder, keys, _backend(settings, folder, "")),
        Vault(folder / "previews", keys, _backend(settings, folder / "previews", "previews/")),
    )


def _backend(settings: Settings, folder: Path, prefix: str) -> Backend:
    if not settings.files_s3_bucket:
        return LocalBackend(folder)
    return S3Backend.connected(
        settings.files_s3_endpoint, settings.files_s3_bucket, settings.files_s3_prefix + prefix
    )


def vault() -> Vault:
    """The vault of the current app. A call through `offload` takes it along, it has no app there."""
    found: Vault = current_app.extensions[EXTENSION]
    return found


def previews() -> Vault:
    """The vault of the pictures that were drawn of contents."""
    found: Vault = current_app.extensions[PREVIEWS]
    return found


def scanner() -> str:
    """Where the virus scanner of the current app listens; empty without one."""
    settings: Settings = current_app.extensions["groupware_settings"]
    return settings.clamd


def door() -> str:
    """The sanitiser of the current app, as the settings name it; empty without one."""
    settings: Settings = current_app.extensions["groupware_settings"]
    return settings.sanitiser


def opened(stored: StoredFile) -> BinaryIO:
    """A stored content as a file that can be read from anywhere. Raises FileNotFoundError, Damaged."""
    return vault().open(stored.address, stored.digest)


def as_path(stored: StoredFile) -> AbstractContextManager[Path]:
    """A path to a stored content, for as long as the block lasts. Raises FileNotFoundError, Damaged."""
    return vault().as_path(stored.address, stored.digest, stored.size)


__all__ = [
    "Damaged",
    "Full",
    "Vault",
    "as_path",
    "door",
    "make_vaults",
    "opened",
    "previews",
    "scanner",
    "vault",
]
