"""Small edits of a delivery, as the next month's would have."""

from groupware.directory.delivery.reading import decode


def edited(
    files: dict[str, bytes], *changes: tuple[str, str, str], encoding: str = "utf-8-sig"
) -> dict[str, bytes]:
    """The delivery with texts replaced: (file, old, new). Every old text must occur."""
    texts, _ = decode(files)
    for name, old, new in changes:
        assert old in texts[name], (name, old)
        texts[name] = texts[name].replace(old, new)
    return {name: text.encode(encoding) for name, text in texts.items()}


def without(files: dict[str, bytes], name: str, *starts: str) -> dict[str, bytes]:
    """The delivery without the lines that begin with one of `starts`."""
    texts, _ = decode(files)
    kept = [line for line in texts[name].splitlines() if not line.startswith(starts)]
    return {**{n: t.encode() for n, t in texts.items()}, name: ("\r\n".join(kept) + "\r\n").encode()}


def with_lines(files: dict[str, bytes], name: str, *lines: str) -> dict[str, bytes]:
    """The delivery with further lines."""
    texts, _ = decode(files)
    texts[name] = texts[name].rstrip("\r\n") + "\n" + "\n".join(lines) + "\n"
    return {n: t.encode() for n, t in texts.items()}


def with_column(files: dict[str, bytes], name: str, header: str, values: dict[str, str]) -> dict[str, bytes]:
    """The delivery with a further column; `values` by the beginning of a line, empty for the others."""
    texts, _ = decode(files)
    head, *rows = texts[name].splitlines()
    filled = [
        f"{row},{next((value for start, value in values.items() if row.startswith(start)), '')}"
        for row in rows
    ]
    texts[name] = "\n".join([f"{head},{header}", *filled, ""])
    return {n: t.encode() for n, t in texts.items()}
