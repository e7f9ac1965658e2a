"""However large a file is, no more than a few pieces of it are ever in memory (the bench `files` measures a server)."""

import hashlib
import tracemalloc
from types import SimpleNamespace

import pytest

from groupware.attachments.archiving import zipped
from groupware.attachments.delivering import pieces
from groupware.attachments.storage.keeping import Vault
from groupware.attachments.storage.local import LocalBackend
from groupware.clock import now
from groupware.crypto import new_key

MB = 1024 * 1024
SIZE = 48 * MB
MOST = 6 * MB


@pytest.mark.parametrize("is_sealed", [False, True], ids=["plain", "sealed"])
def test_memory_does_not_grow_with_the_file(tmp_path, is_sealed):
    vault = Vault(
        tmp_path / "files", [new_key(tmp_path / "key")] if is_sealed else [], LocalBackend(tmp_path / "files")
    )
    whole = hashlib.sha256()
    for offset in range(0, SIZE, 4 * MB):
        piece = offset.to_bytes(8, "big") * (MB // 2)
        whole.update(piece)
        vault.add("part", offset, piece)
    del piece
    tracemalloc.start()
    try:
        digest = vault.assemble("part", SIZE)
        file = SimpleNamespace(
            address=vault.keep("part", digest), digest=digest, size=SIZE, name="a", created_at=now()
        )
        assert digest == whole.hexdigest()
        assert sum(len(piece) for piece in pieces(vault, file)) == SIZE
        assert sum(len(piece) for piece in zipped(vault, [file])) > SIZE
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST, f"{peak / MB:.1f} MB"
