"""Contents in a folder of this machine: `ab/cd/<address>`, written whole or not at all, never written twice."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from groupware.attachments.storage.keeping import sync_folder


class LocalBackend:
    """Contents as files. The names are addresses, so equal contents meet in one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, address: str) -> Path:
        """Where a content lies, whether or not it is there."""
        return self.folder / address[:2] / address[2:4] / address

    def keep(self, source: Path, address: str) -> None:
        """Have what lies in `source` under its address; the source stays. The file is durable afterwards."""
        target = self.path(address)
        if target.is_file():
            return
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = target.with_name(f".{target.name}.{os.getpid()}-{os.urandom(4).hex()}")
        try:
            try:
                beside.hardlink_to(source)
            except OSError:
                # Another disk, or a file system without second names.
                with source.open("rb") as read, beside.open("xb") as write:
                    shutil.copyfileobj(read, write, 1024 * 1024)
                    write.flush()
                    os.fsync(write.fileno())
            beside.replace(target)
        finally:
            # Replacing a name by another name of the same file leaves both.
            beside.unlink(missing_ok=True)
        for folder in (target.parent, target.parent.parent, self.folder):
            sync_folder(folder)

    def open(self, address: str) -> BinaryIO:
        """What lies under an address, as it lies there. FileNotFoundError if nothing does."""
        return self.path(address).open("rb")

    def has(self, address: str) -> bool:
        """Whether something lies there."""
        return self.path(address).is_file()

    def remove(self, address: str) -> None:
        """Let nothing lie there."""
        with contextlib.suppress(FileNotFoundError):
            self.path(address).unlink()

    def addresses(self) -> Iterator[tuple[str, float]]:
        """Everything that lies here, with the time of its writing (seconds since 1970)."""
        for file in sorted(self.folder.glob("??/??/*")):
            if len(file.name) == 64:
                yield file.name, file.stat().st_mtime

    def local_path(self, address: str) -> Path | None:
        """A path under which other programs find what lies there."""
        return self.path(address)


__all__ = ["LocalBackend"]
