"""Answers with a file: any range of it, in pieces that hold nobody up, and never so that a browser would run it."""

from collections.abc import Iterator

from flask import Response, current_app, request

from groupware import offload
from groupware.attachments.names import disposition
from groupware.attachments.queries import File
from groupware.attachments.storage import Vault, vault
from groupware.config import Settings

PIECE = 256 * 1024
"""Bytes that are in memory for one download at a time."""
SANDBOX = "default-src 'none'; sandbox"


def deliver(file: File) -> Response:
    """The file to be saved, or the range of it that was asked for. The caller has decided that it may leave."""
    response = _accelerated(file) or _streamed(file)
    response.headers["Content-Disposition"] = disposition(file.name)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _accelerated(file: File) -> Response | None:
    """nginx sends it, if it is told to and the content lies there as it is."""
    settings: Settings = current_app.extensions["groupware_settings"]
    store = vault()
    if not settings.files_accel or (path := store.plain_path(file.address, file.size)) is None:
        return None
    inside = path.relative_to(store.folder).as_posix()
    response = Response(content_type=file.media_type)
    response.headers["X-Accel-Redirect"] = f"{settings.files_accel.rstrip('/')}/{inside}"
    return response


def _streamed(file: File) -> Response:
    tag = file.digest
    asked = request.range if _is_same(tag) else None
    span = asked.range_for_length(file.size) if asked is not None else None
    if asked is not None and span is None and asked.units == "bytes" and len(asked.ranges) == 1:
        refused = Response(status=416)
        refused.headers["Content-Range"] = f"bytes */{file.size}"
        return refused
    start, stop = span if span is not None else (0, file.size)
    is_known = span is None and tag in request.if_none_match
    has_body = request.method != "HEAD" and not is_known
    body = pieces(vault(), file, start, stop) if has_body else iter(())
    response = Response(body, 304 if is_known else 206 if span is not None else 200)
    response.content_type = file.media_type
    response.headers["Accept-Ranges"] = "bytes"
    response.set_etag(tag)
    if not is_known:
        response.content_length = stop - start
    if span is not None:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.size}"
    return response


def _is_same(tag: str) -> bool:
    """Whether a range may be sent: a download that goes on wants the rest of the same content."""
    condition = request.if_range
    return condition.date is None and condition.etag in (None, tag)


def pieces(store: Vault, file: File, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """A file from `start` up to `stop`, piece by piece, read off the loop."""
    left = (file.size if stop is None else stop) - start
    content = offload.run(store.open, file.address, file.digest)
    try:
        content.seek(start)
        while left > 0:
            piece = offload.run(content.read, min(PIECE, left))
            if not piece:
                raise EOFError(f"{left} bytes of {file.address} are missing")
            left -= len(piece)
            yield piece
    finally:
        content.close()


__all__ = ["PIECE", "SANDBOX", "deliver", "pieces"]
