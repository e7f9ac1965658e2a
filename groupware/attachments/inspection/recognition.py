"""Telling a kind by its content: signatures first, then what lies inside an archive, last whether it is text at all."""

import re
import struct
import zipfile
from typing import BinaryIO

import puremagic

from groupware.attachments.inspection import kinds
from groupware.attachments.inspection.kinds import Kind

HEAD = 64 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PROGRAMS = (
    b"MZ", b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe",
    b"L\x00\x00\x00\x01\x14\x02\x00", b"#!", b"dex\n", b"ITSF",
)  # fmt: skip
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|script|svg|iframe)\b",
    re.IGNORECASE | re.DOTALL,
)
_SIGNATURES: tuple[tuple[bytes, int, Kind], ...] = (
    (b"%PDF-", 0, kinds.PDF),
    (b"\x89PNG\r\n\x1a\n", 0, kinds.PNG),
    (b"\xff\xd8\xff", 0, kinds.JPEG),
    (b"GIF87a", 0, kinds.GIF),
    (b"GIF89a", 0, kinds.GIF),
    (b"II*\x00", 0, kinds.TIFF),
    (b"MM\x00*", 0, kinds.TIFF),
    (b"{\\rtf", 0, kinds.RTF),
    (b"-lh", 2, kinds.CLOSED),
    (b"ustar", 257, kinds.CLOSED),
    (b"MSCF", 0, kinds.CLOSED),
)
_MEDIA_TYPES = {
    "image/bmp": kinds.BMP,
    "image/webp": kinds.WEBP,
    "image/heif": kinds.HEIF,
    "image/heic": kinds.HEIF,
    "image/avif": kinds.HEIF,
    "application/x-7z-compressed": kinds.CLOSED,
    "application/vnd.rar": kinds.CLOSED,
    "application/x-gzip": kinds.CLOSED,
    "application/gzip": kinds.CLOSED,
    "application/x-bzip2": kinds.CLOSED,
    "application/x-bzip": kinds.CLOSED,
    "application/x-xz": kinds.CLOSED,
    "application/zstd": kinds.CLOSED,
    "application/vnd.fujixerox.docuworks": kinds.DOCUWORKS,
}
_OFFICE = (("word/", kinds.DOCX), ("xl/", kinds.XLSX), ("ppt/", kinds.PPTX), ("visio/", kinds.VSDX))


def recognised(content: BinaryIO, ending: str) -> Kind:
    """The kind of a content; `ending` helps only where contents look alike. `OTHER` for what nobody knows."""
    content.seek(0)
    head = content.read(HEAD)
    if head.startswith(_PROGRAMS):
        return kinds.PROGRAM
    if head.startswith(_OLE):
        return _ole(content, head, ending)
    if head.startswith(_ZIP):
        return _zip(content)
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return kinds.BMP
    for signature, place, kind in _SIGNATURES:
        if head[place:].startswith(signature):
            return kind
    # Markup under the name of a text is opened as a text.
    if ending not in kinds.TEXT.endings and _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        return kinds.HTML
    if encoding_of(head) is not None:
        return _text(ending)
    return _by_magic(head)


def _text(ending: str) -> Kind:
    """Scripts are texts: there the ending is what a machine goes by."""
    named = kinds.BY_ENDING.get(ending, kinds.TEXT)
    return named if named in (kinds.PROGRAM, kinds.HTML) else kinds.TEXT


def _by_magic(head: bytes) -> Kind:
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return kinds.OTHER
    for match in matches:
        if match.mime_type in _MEDIA_TYPES:
            return _MEDIA_TYPES[match.mime_type]
        if match.mime_type.startswith(("video/", "audio/")):
            return kinds.MEDIA
    return kinds.OTHER


def _ole(content: BinaryIO, head: bytes, ending: str) -> Kind:
    """The old office formats; those with a password are new ones inside one ([MS-OFFCRYPTO] 2.3.2)."""
    if ending == "msi":
        return kinds.PROGRAM
    if len(head) < 512:
        return kinds.OTHER
    shift, first = struct.unpack_from("<H", head, 30)[0], struct.unpack_from("<I", head, 48)[0]
    if shift not in (9, 12):
        return kinds.OTHER
    # [MS-CFB] 2.2: sectors are counted after the head, which fills one; the directory begins at sector `first`.
    content.seek((first + 1) << shift)
    directory = content.read(8192)
    if "EncryptedPackage".encode("utf-16-le") in directory:
        return kinds.PROTECTED_OFFICE
    return kinds.OLE


def _zip(content: BinaryIO) -> Kind:
    """An office file if it has the parts of one, else an archive. The names decide, nothing is unpacked."""
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            names = set(archive.namelist())
            is_open_document = "mimetype" in names and _begins(archive, b"application/vnd.oasis.opendocument")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return kinds.OTHER
    if is_open_document:
        return kinds.OPEN_DOCUMENT
    if "[Content_Types].xml" in names:
        if any(name.lower().endswith(("vbaproject.bin", "xl/workbook.bin")) for name in names):
            return kinds.MACRO
        for folder, kind in _OFFICE:
            if any(name.startswith(folder) for name in names):
                return kind
    if "META-INF/MANIFEST.MF" in names or "classes.dex" in names:
        return kinds.PROGRAM
    return kinds.ZIP


def _begins(archive: zipfile.ZipFile, start: bytes) -> bool:
    with archive.open("mimetype") as entry:
        return entry.read(len(start)) == start


def encoding_of(head: bytes) -> str | None:
    """The encoding of a text that begins so, or None if it is none.

    Which of the Japanese encodings it is shows in what they cannot be; of those left the usual one is taken.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            return encoding if _decodes(head, encoding) else None
    if not head or any(byte < 32 and byte not in b"\t\n\r\f\x1b\x1a" for byte in head):
        return None
    if b"\x1b$" in head and _decodes(head, "iso2022_jp"):
        return "iso2022_jp"
    if _decodes(head, "utf-8"):
        return "utf-8"
    possible = [encoding for encoding in ("cp932", "euc_jp") if _decodes(head, encoding)]
    return min(possible, key=lambda encoding: _half_width(head, encoding), default=None)


def _half_width(head: bytes, encoding: str) -> int:
    """Half-width kana: what a text is full of when it is read in the other encoding."""
    return sum("\uff61" <= letter <= "\uff9f" for letter in head.decode(encoding, "ignore"))


def _decodes(head: bytes, encoding: str) -> bool:
    """Whether it does; a character that was cut at the end of a full sample is no fault."""
    for cut in range(4 if len(head) >= HEAD else 1):
        try:
            head[: len(head) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


__all__ = ["encoding_of", "recognised"]
