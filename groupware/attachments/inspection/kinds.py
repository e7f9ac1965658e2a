"""Kinds of files: what they are called, which endings they have, and to which group the bureau's rule counts them.

A kind is told by the content. Where contents of several kinds look alike (texts; the old office formats), the ending chooses
among those, and only among those.
"""

from dataclasses import dataclass
from enum import StrEnum

from groupware.i18n import lazy_gettext
from groupware.plugin import Text


class Group(StrEnum):
    """What a bureau allows or does not."""

    DOCUMENTS = "documents"
    MACROS = "macros"
    IMAGES = "images"
    ARCHIVES = "archives"
    CLOSED_ARCHIVES = "closed_archives"
    MEDIA = "media"
    PAGES = "pages"
    PROGRAMS = "programs"
    OTHERS = "others"

    @property
    def label(self) -> Text:
        """The words on screen."""
        return GROUP_LABELS[self]


GROUP_LABELS = {
    Group.DOCUMENTS: lazy_gettext("Documents, tables, presentations, texts, PDF"),
    Group.MACROS: lazy_gettext("Office files with macros"),
    Group.IMAGES: lazy_gettext("Pictures"),
    Group.ARCHIVES: lazy_gettext("Archives (ZIP)"),
    Group.CLOSED_ARCHIVES: lazy_gettext("Archives that cannot be looked into (7z, RAR, LZH, TAR)"),
    Group.MEDIA: lazy_gettext("Sound and video"),
    Group.PAGES: lazy_gettext("Web pages and SVG"),
    Group.PROGRAMS: lazy_gettext("Programs and scripts"),
    Group.OTHERS: lazy_gettext("Everything else, for example drawings"),
}
ALLOWED = (Group.DOCUMENTS, Group.MACROS, Group.IMAGES, Group.ARCHIVES, Group.MEDIA, Group.OTHERS)
"""What is allowed where no bureau has decided."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. The first ending is the usual one."""

    id: str
    group: Group
    media_type: str
    endings: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"

PDF = Kind("pdf", Group.DOCUMENTS, "application/pdf", ("pdf",))
TEXT = Kind(
    "text",
    Group.DOCUMENTS,
    "text/plain",
    (
        "txt",
        "csv",
        "tsv",
        "log",
        "md",
        "json",
        "xml",
        "ics",
        "vcf",
        "eml",
        "ini",
        "toml",
        "yaml",
        "yml",
        "sql",
        "geojson",
        "kml",
        "gml",
    ),
)
RTF = Kind("rtf", Group.DOCUMENTS, "application/rtf", ("rtf",))
DOCX = Kind("docx", Group.DOCUMENTS, f"{_OFFICE}.wordprocessingml.document", ("docx", "dotx"))
XLSX = Kind("xlsx", Group.DOCUMENTS, f"{_OFFICE}.spreadsheetml.sheet", ("xlsx", "xltx"))
PPTX = Kind("pptx", Group.DOCUMENTS, f"{_OFFICE}.presentationml.presentation", ("pptx", "ppsx", "potx"))
VSDX = Kind("vsdx", Group.DOCUMENTS, "application/vnd.ms-visio.drawing", ("vsdx",))
MACRO = Kind(
    "macro",
    Group.MACROS,
    "application/vnd.ms-excel.sheet.macroenabled.12",
    ("xlsm", "docm", "pptm", "xlsb", "xltm", "dotm", "xlam", "ppsm"),
)
OPEN_DOCUMENT = Kind("odf", Group.DOCUMENTS, f"{_OPEN}.text", ("odt", "ods", "odp", "odg"))
OLE = Kind(
    "ole",
    Group.DOCUMENTS,
    "application/x-ole-storage",
    ("doc", "xls", "ppt", "msg", "jtd", "jtt", "vsd", "mpp", "pub", "dot", "xlt", "pps"),
)
PROTECTED_OFFICE = Kind(
    "protected", Group.DOCUMENTS, "application/x-ole-storage",
    ("xlsx", "docx", "pptx", "xlsm", "docm", "pptm", "xlsb"),
)  # fmt: skip
DOCUWORKS = Kind("docuworks", Group.DOCUMENTS, "application/vnd.fujixerox.docuworks", ("xdw", "xbd"))
PNG = Kind("png", Group.IMAGES, "image/png", ("png",))
JPEG = Kind("jpeg", Group.IMAGES, "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"))
GIF = Kind("gif", Group.IMAGES, "image/gif", ("gif",))
WEBP = Kind("webp", Group.IMAGES, "image/webp", ("webp",))
BMP = Kind("bmp", Group.IMAGES, "image/bmp", ("bmp", "dib"))
TIFF = Kind("tiff", Group.IMAGES, "image/tiff", ("tif", "tiff"))
HEIF = Kind("heif", Group.IMAGES, "image/heif", ("heic", "heif", "avif"))
ZIP = Kind("zip", Group.ARCHIVES, "application/zip", ("zip", "kmz"))
CLOSED = Kind(
    "closed", Group.CLOSED_ARCHIVES, "application/x-compressed",
    ("7z", "rar", "lzh", "lha", "gz", "tgz", "bz2", "xz", "zst", "tar", "cab", "iso"),
)  # fmt: skip
MEDIA = Kind(
    "media",
    Group.MEDIA,
    "application/x-media",
    (
        "mp4",
        "m4v",
        "mov",
        "mp3",
        "m4a",
        "wav",
        "wma",
        "wmv",
        "avi",
        "mpg",
        "mpeg",
        "mkv",
        "webm",
        "ogg",
        "flac",
        "aac",
    ),
)
HTML = Kind("html", Group.PAGES, "text/html", ("html", "htm", "xhtml", "mht", "mhtml", "svg", "svgz"))
PROGRAM = Kind(
    "program",
    Group.PROGRAMS,
    "application/x-program",
    ("exe", "dll", "scr", "com", "sys", "ocx", "cpl", "msi", "msp", "msix", "appx", "bat", "cmd", "ps1", "psm1", "vbs", "vbe", "js",
     "jse", "mjs", "wsf", "wsh", "wsc", "hta", "lnk", "url", "pif", "reg", "scf", "inf", "jar", "class", "apk", "sh", "py", "pl",
     "rb", "php", "chm", "application", "gadget", "xll", "iqy", "settingcontent-ms", "deb", "rpm", "dmg"),
)  # fmt: skip
OTHER = Kind("other", Group.OTHERS, "application/octet-stream", ())

KINDS = (
    PDF, TEXT, RTF, DOCX, XLSX, PPTX, VSDX, MACRO, OPEN_DOCUMENT, OLE, DOCUWORKS, PNG, JPEG, GIF, WEBP, BMP, TIFF, HEIF, ZIP,
    CLOSED, MEDIA, HTML, PROGRAM,
)  # fmt: skip
BY_ENDING = {ending: kind for kind in KINDS for ending in kind.endings}
PICTURES = frozenset(
    {PNG.media_type, JPEG.media_type, GIF.media_type, WEBP.media_type, BMP.media_type, TIFF.media_type}
)
"""What is shown as a picture, after it was drawn anew."""
