"""Contents in an S3-compatible store, by settings; the extra `s3` brings boto3, which nothing else imports.

Keys are `<prefix>ab/cd/<address>`. Access keys come from where boto3 looks for them (environment, files, the machine's role), never
from our settings. A store that is away is an error of this request or job; an upload that was acknowledged lies in the local
parts until it is finished.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from groupware.errors import ConfigurationError

ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
READ_AHEAD = 1024 * 1024


class S3Backend:
    """Contents as objects of a bucket."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    @classmethod
    def connected(cls, endpoint: str, bucket: str, prefix: str) -> "S3Backend":
        """The bucket at an endpoint (empty: that of the provider). ConfigurationError without the extra."""
        try:
            import boto3  # noqa: PLC0415  optional: only installations with such a store have it
            from botocore.config import Config  # noqa: PLC0415
        except ImportError as error:
            raise ConfigurationError(
                "files_s3_bucket: needs the extra s3: pip install groupware[s3]"
            ) from error
        # Checksums that S3 alone knows confuse its likes.
        config = Config(
            retries={"max_attempts": 5, "mode": "standard"},
            connect_timeout=10,
            read_timeout=60,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return cls(boto3.client("s3", endpoint_url=endpoint or None, config=config), bucket, prefix)

    def _key(self, address: str) -> str:
        return f"{self._prefix}{address[:2]}/{address[2:4]}/{address}"

    def keep(self, source: Path, address: str) -> None:
        """Have what lies in `source` under its address; an object appears whole or not at all."""
        if not self.has(address):
            self._client.upload_file(str(source), self._bucket, self._key(address))

    def open(self, address: str) -> BinaryIO:
        """What lies under an address. FileNotFoundError if nothing does."""
        size = self._size(address)
        if size is None:
            raise FileNotFoundError(address)
        return cast(
            "BinaryIO",
            io.BufferedReader(_Object(self._client, self._bucket, self._key(address), size), READ_AHEAD),
        )

    def has(self, address: str) -> bool:
        """Whether something lies there."""
        return self._size(address) is not None

    def _size(self, address: str) -> int | None:
        from botocore.exceptions import ClientError  # noqa: PLC0415  optional

        try:
            return int(self._client.head_object(Bucket=self._bucket, Key=self._key(address))["ContentLength"])
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ABSENT:
                return None
            raise

    def remove(self, address: str) -> None:
        """Let nothing lie there."""
        self._client.delete_object(Bucket=self._bucket, Key=self._key(address))

    def addresses(self) -> Iterator[tuple[str, float]]:
        """Everything that lies there, with the time of its writing (seconds since 1970)."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._prefix
        )
        for page in pages:
            for one in page.get("Contents", ()):
                name = one["Key"].removeprefix(self._prefix)
                if name.count("/") == 2 and len(name.rpartition("/")[2]) == 64:
                    yield name.rpartition("/")[2], one["LastModified"].timestamp()

    def local_path(self, address: str) -> Path | None:
        """None: it lies elsewhere."""
        return None


class _Object(io.RawIOBase):
    """An object as a file that can be read from anywhere: each read asks for a range."""

    def __init__(self, client: Any, bucket: str, key: str, size: int) -> None:
        super().__init__()
        self._client, self._bucket, self._key, self._size, self._at = client, bucket, key, size, 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """The place."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        self._at = max(0, {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence] + offset)
        return self._at

    def readinto(self, buffer: "bytearray | memoryview", /) -> int:  # type: ignore[override]  # any writable buffer
        """Read what a range gives."""
        wanted = min(len(buffer), self._size - self._at)
        if wanted <= 0:
            return 0
        span = f"bytes={self._at}-{self._at + wanted - 1}"
        body = self._client.get_object(Bucket=self._bucket, Key=self._key, Range=span)["Body"]
        content = body.read()
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)


__all__ = ["S3Backend"]
