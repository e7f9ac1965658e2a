"""Rich text that people write: cleaned when it is stored, so that every page may show it as it is.

One allow-list for the whole house. Scripts and styles vanish with their contents, everything else that is not on the
list leaves its words behind. Links lead to http, https and mail addresses or to pages of this groupware, and tell
their target nothing about us.
"""

import re
from html import escape
from html.parser import HTMLParser
from typing import Final

import nh3

_TAGS: Final = frozenset({
    "a", "b", "blockquote", "br", "caption", "code", "del", "div", "em", "h2", "h3", "h4", "hr", "i",
    "li", "mark", "ol", "p", "pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "u", "ul",
})  # fmt: skip
_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_DROPPED: Final = frozenset({"script", "style", "template", "title", "textarea", "select"})
_SCHEMES: Final = frozenset({"http", "https", "mailto"})
# A browser reads //host and /\host as another machine.
_FOREIGN: Final = re.compile(r"[\s\x00-\x20]*[/\\][\s\x00-\x20]*[/\\]")
# Pasted documents bring headings that the page around them keeps for itself, or that nobody can tell apart.
_HEADING: Final = re.compile(r"(</?h)([156])(?=[\s>/])", re.IGNORECASE)
_TAG: Final = re.compile(r"<[a-zA-Z/!]")
_BLOCKS: Final = frozenset({
    "blockquote", "caption", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "table", "tbody", "tfoot", "thead", "tr", "ul",
})  # fmt: skip


def _own_page(url: str) -> str | None:
    return None if _FOREIGN.match(url) else url


def _cleaner(*, has_images: bool) -> nh3.Cleaner:
    images = {"img": {"src", "alt", "width", "height"}} if has_images else {}
    return nh3.Cleaner(
        tags=set(_TAGS) | set(images),
        attributes={**_ATTRIBUTES, **images},
        clean_content_tags=set(_DROPPED),
        url_schemes=set(_SCHEMES),
        url_relative=_own_page,
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


_TEXT: Final = _cleaner(has_images=False)
_TEXT_AND_IMAGES: Final = _cleaner(has_images=True)


def sanitise(source: str, *, has_images: bool = False) -> str:
    """`source` with nothing in it but what the allow-list names; `has_images` also keeps pictures.

    Guaranteed: `sanitise(sanitise(source)) == sanitise(source)`.
    """
    levelled = _HEADING.sub(lambda found: found[1] + ("2" if found[2] == "1" else "4"), source)
    return (_TEXT_AND_IMAGES if has_images else _TEXT).clean(levelled).strip()


def from_plain(text: str) -> str:
    """Paragraphs for text that was typed without an editor: an empty line parts them, other line ends stay."""
    parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return "".join(f"<p>{escape(part.strip(), quote=False)}</p>" for part in parts if part.strip()).replace(
        "\n", "<br>"
    )


def from_input(source: str, *, has_images: bool = False) -> str:
    """What arrives from an editor, or from its text area where scripts do not run, as clean rich text."""
    return sanitise(source if _TAG.search(source) else from_plain(source), has_images=has_images)


class _Reader(HTMLParser):
    """Collects the words, a line per block, a tab between cells."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.dropped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self.dropped += 1
        elif tag == "br" or tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append("\t")

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self.dropped = max(0, self.dropped - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.dropped:
            self.parts.append(data)


def to_plain(html: str) -> str:
    """The words of rich text, one line per block: for searching, previews, comparing."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


__all__ = ["from_input", "from_plain", "sanitise", "to_plain"]
