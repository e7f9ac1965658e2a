"""An archive of several files that is made while it is sent: no more than a piece of it is ever in memory or on the disk."""

import io
import zipfile
from collections.abc import Iterator, Sequence

from groupware import clock
from groupware.attachments.delivering import pieces
from groupware.attachments.names import numbered
from groupware.attachments.queries import File
from groupware.attachments.storage import Vault


class _Outlet(io.RawIOBase):
    """A file that can only be written, whose content is taken away as it comes."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = bytearray()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        """Keep it until it is taken."""
        self._waiting += data
        return len(data)

    def taken(self) -> bytes:
        """What has come since."""
        some = bytes(self._waiting)
        self._waiting.clear()
        return some


def zipped(store: Vault, files: Sequence[File]) -> Iterator[bytes]:
    """The archive, piece by piece. Nothing is packed: most files are already, and packing would hold others up."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        for file, name in zip(files, numbered([file.name for file in files]), strict=True):
            entry = zipfile.ZipInfo(name, clock.local(file.created_at).timetuple()[:6])
            entry.file_size = file.size
            with archive.open(entry, "w") as inside:
                for piece in pieces(store, file):
                    inside.write(piece)
                    yield outlet.taken()
            yield outlet.taken()
    yield outlet.taken()


__all__ = ["zipped"]
