"""XML as WebDAV speaks it: read without document types and entities, written as text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from xml.etree.ElementTree import Element, ParseError, TreeBuilder
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from flask import Response

from groupware.errors import Invalid
from groupware.i18n import gettext

D, C, CS, IC = (
    "DAV:",
    "urn:ietf:params:xml:ns:caldav",
    "http://calendarserver.org/ns/",
    "http://apple.com/ns/ical/",
)
_PREFIXES: Final = {D: "d", C: "c", CS: "cs", IC: "ic"}
_OPEN: Final = " ".join(f'xmlns:{prefix}="{space}"' for space, prefix in _PREFIXES.items())
_CONTROL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MOST_ELEMENTS: Final = 20_000
MOST_NAMES: Final = 100
"""Properties that are asked for at once: each is answered for every entry, also where nobody knows it."""
LONGEST_NAME: Final = 200
DEEPEST: Final = 50


def parsed(body: bytes) -> Element | None:
    """The root of a body; None for an empty one. Raises Invalid for what is no XML, and for a document type."""
    if not body.strip():
        return None
    builder, parser = TreeBuilder(), expat.ParserCreate(namespace_separator="}")
    seen = depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal seen, depth
        seen, depth = seen + 1, depth + 1
        if seen > MOST_ELEMENTS or depth > DEEPEST or len(name) > LONGEST_NAME:
            raise _refused()
        builder.start("{" + name if "}" in name else name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(name)

    def doctype(*_: object) -> None:
        raise _refused()

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    # Without a document type there are no entities, and nothing that one could blow up or fetch.
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(body, True)
        found = builder.close()
    except (expat.ExpatError, ParseError, AssertionError, ValueError, LookupError):
        raise _refused() from None
    if any(len(prop) > MOST_NAMES for prop in found.iter(f"{{{D}}}prop")):
        raise _refused()
    return found


def _refused() -> Invalid:
    return Invalid(gettext("This is no XML that could be read."), code="xml")


def split(name: str) -> tuple[str, str]:
    """Namespace and local name."""
    space, _, local = name.removeprefix("{").rpartition("}")
    return space, local


def tag(name: str, inner: str = "", attributes: Mapping[str, str] | None = None) -> str:
    """An element with its content, which is XML already."""
    space, local = split(name)
    prefix = _PREFIXES.get(space)
    shown = f"{prefix}:{local}" if prefix else local
    extra = "" if prefix else f" xmlns={quoteattr(space)}"
    extra += "".join(f" {key}={quoteattr(value)}" for key, value in (attributes or {}).items())
    return f"<{shown}{extra}>{inner}</{shown}>" if inner else f"<{shown}{extra}/>"


def dav(local: str, inner: str = "") -> str:
    """An element of WebDAV."""
    return f"<d:{local}>{inner}</d:{local}>" if inner else f"<d:{local}/>"


def cal(local: str, inner: str = "") -> str:
    """An element of CalDAV."""
    return f"<c:{local}>{inner}</c:{local}>" if inner else f"<c:{local}/>"


def href(address: str) -> str:
    """A link."""
    return f"<d:href>{escape(address)}</d:href>"


def text(value: str) -> str:
    """Text as XML may hold it; control characters have no place there."""
    return escape(_CONTROL.sub("", value)).replace("\r", "&#13;")


def response(address: str, found: Sequence[str], missing: Iterable[str] = ()) -> str:
    """What is known of one address: elements that are there, names that are not."""
    parts = [href(address)]
    absent = "".join(tag(name) for name in missing)
    if found or not absent:
        parts.append(_propstat("".join(found), "200 OK"))
    if absent:
        parts.append(_propstat(absent, "404 Not Found"))
    return dav("response", "".join(parts))


def refused(address: str, names: Iterable[str], others: Iterable[str] = ()) -> str:
    """Properties that nobody may set, and others that were therefore not set either."""
    condition = dav("error", dav("cannot-modify-protected-property"))
    parts = href(address) + _propstat("".join(map(tag, names)), "403 Forbidden", condition)
    if failed := "".join(map(tag, others)):
        parts += _propstat(failed, "424 Failed Dependency")
    return dav("response", parts)


def _propstat(props: str, status: str, error: str = "") -> str:
    return f"<d:propstat><d:prop>{props}</d:prop><d:status>HTTP/1.1 {status}</d:status>{error}</d:propstat>"


def gone(address: str, status: str = "404 Not Found", error: str = "") -> str:
    """An address of which there is only a status to tell."""
    inner = href(address) + f"<d:status>HTTP/1.1 {status}</d:status>"
    return dav("response", inner + (dav("error", error) if error else ""))


def multistatus(responses: Iterable[str], extra: str = "") -> Response:
    """The answer to PROPFIND and REPORT."""
    return document("d:multistatus", "".join(responses) + extra, 207)


def error(condition: str, status: int = 403) -> Response:
    """A condition of the standards that was not met, as they name it."""
    return document("d:error", condition, status)


def document(name: str, inner: str, status: int) -> Response:
    """A document with all namespaces declared."""
    body = f'<?xml version="1.0" encoding="utf-8"?>\n<{name} {_OPEN}>{inner}</{name}>'
    return Response(body, status, mimetype="application/xml")
