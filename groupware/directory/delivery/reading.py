"""From bytes to lines: which files, which encoding, which rows. Nothing is guessed silently."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from groupware.directory.delivery.findings import Finding
from groupware.directory.delivery.layout import LAYOUTS

LARGEST_MB: Final = 64
"""Of one file, unpacked: a delivery of 100,000 people has some 15 MB."""

UTF_8, UTF_8_BOM, CP932 = "utf-8", "utf-8-sig", "cp932"
NAMES: Final = tuple(layout.file for layout in LAYOUTS)


def read_folder(folder: Path) -> dict[str, bytes]:
    """The CSV files of a folder, by name."""
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.suffix.lower() == ".csv")
    return {_plain(file.name): file.read_bytes() for file in files}


def unpack(uploads: Mapping[str, bytes]) -> dict[str, bytes]:
    """Uploaded files by name, with the CSV files of a zip in the place of the zip."""
    found: dict[str, bytes] = {}
    for name, content in uploads.items():
        if content[:4] == b"PK\x03\x04":
            found.update(_unzip(content))
        else:
            found[_plain(name)] = content
    return found


def _unzip(content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                name = _plain(entry.filename)
                if name not in NAMES:
                    # Told of, but not unpacked: an archive may hold any number of large files.
                    if not entry.is_dir():
                        yield name, b""
                else:
                    with archive.open(entry) as file:
                        # One byte too many tells that the file is too large, whatever the archive says of itself.
                        yield name, file.read(LARGEST_MB * 1024 * 1024 + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        return


def _plain(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name.lower()


def decode(files: Mapping[str, bytes], encoding: str | None = None) -> tuple[dict[str, str], list[Finding]]:
    """The texts of the files that belong to a delivery, and what is to be said about the set of files.

    Without `encoding` a file is UTF-8 if it is valid UTF-8, else CP932: text in CP932 is practically never valid UTF-8.
    """
    texts: dict[str, str] = {}
    findings: list[Finding] = []
    for layout in LAYOUTS:
        content = files.get(layout.file)
        if content is None:
            if layout.is_expected:
                findings.append(Finding("file_missing", layout.file))
        elif len(content) > LARGEST_MB * 1024 * 1024:
            findings.append(Finding("too_large", layout.file, details={"limit": str(LARGEST_MB)}))
        else:
            text = decoded(content, encoding)
            if text is None:
                findings.append(_undecodable(layout.file, content, encoding))
            else:
                texts[layout.file] = text
    findings += [Finding("unknown_file", name) for name in sorted(files) if name not in NAMES]
    return texts, findings


def decoded(content: bytes, encoding: str | None = None) -> str | None:
    """The text of a file without its byte order mark, by the encodings `decode` knows; None if it is none of them."""
    for candidate in (encoding,) if encoding else (UTF_8_BOM, CP932):
        try:
            return content.decode(candidate or UTF_8).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    return None


def _undecodable(file: str, content: bytes, encoding: str | None) -> Finding:
    """The line at which the reading stopped, by the encoding that came further."""
    furthest = 0
    for candidate in (encoding,) if encoding else (UTF_8, CP932):
        try:
            content.decode(candidate or UTF_8)
        except UnicodeDecodeError as error:
            furthest = max(furthest, error.start)
    line = content.count(b"\n", 0, furthest) + 1
    if encoding:
        return Finding("undecodable_as", file, line, details={"encoding": encoding})
    return Finding("undecodable", file, line)


class NotCsv(ValueError):
    """A line that is no CSV; what follows it cannot be read."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV text with the number of the line on which each begins; blank lines are passed over.

    Raises NotCsv at the first row that is none.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise NotCsv(line) from None
        if any(cell.strip() for cell in row):
            yield line, row
        line = reader.line_num + 1
