"""Sealed streams: what was written comes back, in any range; whatever was done to it in between is noticed."""

import base64
import io
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupware.crypto import (
    FRAME,
    HEADER,
    TAG,
    Damaged,
    Key,
    Opener,
    Sealer,
    WrongKey,
    new_key,
    read_key,
    sealed_size,
)
from groupware.errors import ConfigurationError
from tests.support.databases import run_command

KEY = Key(b"k" * 32)
SIZES = st.one_of(
    st.integers(0, 5), st.integers(FRAME - 2, FRAME + 2), st.integers(3 * FRAME - 1, 3 * FRAME + 1)
)


def content_of(size: int) -> bytes:
    """Bytes in which no two frames are alike."""
    return b"".join(number.to_bytes(8, "big") for number in range(size // 8 + 1))[:size]


def seal(content: bytes, *pieces: int, context: bytes = b"test") -> bytes:
    target = io.BytesIO()
    with Sealer(target, KEY, context) as sealer:
        for start, stop in zip((0, *pieces), (*pieces, len(content)), strict=True):
            sealer.write(content[start:stop])
    return target.getvalue()


def unseal(sealed: bytes, key: Key = KEY, context: bytes = b"test") -> bytes:
    return io.BufferedReader(Opener(io.BytesIO(sealed), key, context)).read()


@settings(deadline=None, max_examples=60)
@given(size=SIZES, cut=st.integers(0, 4 * FRAME))
def test_content_comes_back_however_it_was_written(size, cut):
    content = content_of(size)
    sealed = seal(content, min(cut, size))
    assert len(sealed) == sealed_size(size)
    assert unseal(sealed) == content


@settings(deadline=None, max_examples=60)
@given(start=st.integers(0, 3 * FRAME), length=st.integers(0, 2 * FRAME))
def test_any_range_can_be_read_by_itself(start, length):
    content = content_of(3 * FRAME)
    reader = io.BufferedReader(Opener(io.BytesIO(seal(content)), KEY, b"test"))
    reader.seek(start)
    assert reader.read(length) == content[start : start + length]


@settings(deadline=None, max_examples=80)
@given(size=SIZES, place=st.integers(0, 10**9), bit=st.integers(0, 7))
def test_flipped_bit_is_noticed_wherever_it_is(size, place, bit):
    sealed = bytearray(seal(content_of(size)))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises((Damaged, WrongKey)):
        unseal(bytes(sealed))


@settings(deadline=None, max_examples=80)
@given(size=SIZES, left=st.integers(0, 10**9))
def test_stream_that_was_cut_off_is_noticed_before_anything_is_read(size, left):
    sealed = seal(content_of(size))
    with pytest.raises(Damaged):
        Opener(io.BytesIO(sealed[: left % len(sealed)]), KEY, b"test")


def test_frames_that_were_swapped_left_out_or_added_are_noticed():
    sealed = seal(content_of(4 * FRAME))
    step = FRAME + TAG
    header, frames = sealed[:HEADER], [sealed[at : at + step] for at in range(HEADER, len(sealed), step)]
    for changed in (
        [frames[1], frames[0], *frames[2:]],
        [frames[0], *frames[2:]],
        [*frames, frames[3]],
        frames[:3],
    ):
        with pytest.raises(Damaged):
            unseal(header + b"".join(changed))


def test_stream_of_another_key_or_in_another_place_does_not_open():
    sealed = seal(b"secret")
    with pytest.raises(WrongKey, match=KEY.id):
        unseal(sealed, Key(b"x" * 32))
    with pytest.raises(Damaged):
        unseal(sealed, context=b"another")


def test_what_an_error_cut_short_never_opens():
    target = io.BytesIO()

    def break_off() -> None:
        with Sealer(target, KEY, b"test") as sealer:
            sealer.write(content_of(2 * FRAME))
            raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        break_off()
    with pytest.raises(Damaged):
        unseal(target.getvalue())


def test_the_same_content_never_looks_the_same():
    assert seal(b"same") != seal(b"same")
    assert b"same" not in seal(b"same" * 100)


def test_new_key_is_its_owners_alone_and_never_replaces_one(tmp_path):
    file = tmp_path / "backup.key"
    printed = run_command(tmp_path / "instance", "new-key", str(file))
    key = read_key(file)
    assert key.id in printed
    assert base64.b64encode(key.secret).decode() not in printed
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        new_key(file)
    assert read_key(file) == key
    assert key.secret.hex() not in repr(key)


@pytest.mark.parametrize(
    ("content", "mode", "named"),
    [
        (None, 0, "cannot be read"),
        (base64.b64encode(b"k" * 32), 0o644, "chmod 600"),
        (b"", 0o600, "no key"),
        (base64.b64encode(b"k" * 31), 0o600, "no key"),
        (b"\xff" * 44, 0o600, "no key"),
    ],
)
def test_key_file_at_fault_is_named(tmp_path, content, mode, named):
    file = tmp_path / "bad.key"
    if content is not None:
        file.write_bytes(content)
        file.chmod(mode)
    with pytest.raises(ConfigurationError, match=named):
        read_key(file)
