"""What a picture file is, told by its content and never by its name."""

_SIGNATURES = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))


def media_type_of(content: bytes) -> str | None:
    """`image/jpeg`, `image/png`, or None for anything else."""
    return next((media_type for start, media_type in _SIGNATURES if content.startswith(start)), None)


__all__ = ["media_type_of"]
