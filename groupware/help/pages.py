"""The pages of help: Markdown files in `help/<locale>/` of each plugin's package, `index.md` first.

HTML and pictures in them are not rendered. A link to `other.md` leads to that page of the same plugin, one to
`../<plugin>/other.md` to a page of another.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from unicodedata import east_asian_width

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from groupware.plugin import Plugin
from groupware.registry import folder
from groupware.search.highlight import snippet
from groupware.text.folding import fold

INDEX: Final = "index"
FALLBACK: Final = "ja"

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
_PAGE_LINK: Final = re.compile(r"(?:\.\./([a-z][a-z0-9_]*)/)?([a-z0-9][a-z0-9_-]*)\.md(#.*)?")
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")
_MARKDOWN.disable(["image", "html_block", "html_inline"])

Address = Callable[[str, str], str]
"""Plugin id and name of a page → its address."""


@dataclass(frozen=True, slots=True)
class HelpPage:
    """A page of help in one language."""

    plugin_id: str
    name: str
    title: str
    file: Path


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the table of contents."""

    id: str
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as it is shown: its body without the title, and the headings in it."""

    body: Markup
    headings: list[Heading]


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was read."""

    title: str
    text: str
    words: str
    """Plain words, for searching and snippets."""


def pages_of(plugin: Plugin, locale: str) -> list[HelpPage]:
    """The pages of a plugin in a language, the first one first; in Japanese where that language has none."""
    home = folder(plugin) / "help"
    place = home / locale if (home / locale / f"{INDEX}.md").is_file() else home / FALLBACK
    if not place.is_dir():
        return []
    files = sorted(place.glob("*.md"), key=lambda file: (file.stem != INDEX, file.stem))
    return [
        HelpPage(plugin.id, file.stem, read(file).title, file) for file in files if _NAME.fullmatch(file.stem)
    ]


def read(file: Path) -> Source:
    """The file's title and text, kept until the file changes."""
    state = file.stat()
    return _read(file, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=512)
def _read(file: Path, _changed: int, _size: int) -> Source:
    text = file.read_text(encoding="utf-8")
    tokens = _MARKDOWN.parse(text)
    title = next(_texts_of(tokens, "h1"), file.stem)
    words = [_plain(token) for token in tokens if token.type in ("inline", "fence", "code_block")]
    return Source(title, text, "\n".join(word for word in words if word and word != title))


def rendered(page: HelpPage, address: Address) -> Rendered:
    """The page as HTML."""
    tokens = _MARKDOWN.parse(read(page.file).text)
    headings: list[Heading] = []
    body: list[Token] = []
    is_title = False
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            is_title = True
        if is_title:
            is_title = token.type != "heading_close"
            continue
        if token.type == "heading_open":
            heading = Heading(f"section-{len(headings) + 1}", _plain(tokens[index + 1]), int(token.tag[1:]))
            token.attrSet("id", heading.id)
            headings.append(heading)
        elif token.type == "inline":
            _lead_links(token, page, address)
        body.append(token)
    html = _MARKDOWN.renderer.render(body, _MARKDOWN.options, {})
    return Rendered(Markup(html), headings)  # noqa: S704  our own files, rendered without HTML


def matching(pages: list[HelpPage], text: str) -> list[tuple[HelpPage, str]]:
    """The pages that hold all words of `text`, those with a word in the title first, each with the words around it."""
    words = fold(text).split()
    found = []
    for page in pages:
        source = read(page.file)
        title, content = fold(page.title), fold(source.words)
        if words and all(word in title or word in content for word in words):
            found.append((not any(word in title for word in words), page, snippet(source.words, text)))
    return [(page, words_around) for _rank, page, words_around in sorted(found, key=lambda one: one[0])]


def _texts_of(tokens: list[Token], tag: str) -> Iterator[str]:
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == tag:
            yield _plain(tokens[index + 1])


def _plain(token: Token) -> str:
    if token.children is None:
        return token.content.strip()
    return "".join(
        _at_break(token.children, index) if child.type in ("softbreak", "hardbreak") else child.content
        for index, child in enumerate(token.children)
    ).strip()


def _at_break(children: Sequence[Token], index: int) -> str:
    """What a line break in a file stands for: a space between words of Latin letters, nothing in Japanese."""
    before = next((child.content for child in reversed(children[:index]) if child.content), "")
    after = next((child.content for child in children[index + 1 :] if child.content), "")
    return "" if any(east_asian_width(one) in "WF" for one in before[-1:] + after[:1]) else " "


def _rendered_break(_renderer: Any, children: Sequence[Token], index: int, *_: Any) -> str:
    return _at_break(children, index)


_MARKDOWN.add_render_rule("softbreak", _rendered_break)


def _lead_links(inline: Token, page: HelpPage, address: Address) -> None:
    for child in inline.children or ():
        match = _PAGE_LINK.fullmatch(str(child.attrGet("href") or "")) if child.type == "link_open" else None
        if match is not None:
            child.attrSet("href", address(match[1] or page.plugin_id, match[2]) + (match[3] or ""))


__all__ = ["INDEX", "Heading", "HelpPage", "Rendered", "matching", "pages_of", "read", "rendered"]
