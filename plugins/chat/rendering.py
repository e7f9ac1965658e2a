"""What somebody wrote, as it is shown: a few marks are drawn, whom it names stands out, addresses are links.

The text is kept as it was typed and never read as HTML: every piece of it is escaped, and the tags are those of this module. Marks
follow Japanese writing, for which CommonMark was not made: `**重要。**次に` is bold though no space follows, an indentation by 　 and
every line break stay, a number of a list is the one that was typed, and an address ends where Japanese goes on. Time is linear in the
length: each line is read once for each level of quotes and lists, of which there are at most `LEVELS`.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from markupsafe import Markup, escape

from plugins.chat.queries.mentions import Named

LEVELS = 4
"""Lists and quotes within each other. What is deeper is shown as it was typed."""

_CODE = r"(?<!`)`(?P<code>[^`\n]+)`(?!`)"
_ADDRESS = (
    r"(?<![A-Za-z0-9])(?P<address>https?://(?=[A-Za-z0-9\[])"
    r"(?:(?!\*\*|~~)[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~])+)"
)
_RUN = r"(?P<run>\*+|~+)"
_MARKED = re.compile(r"[*~`]|https?://|^ *(?:[>＞]|- |[0-9]{1,3}\. )", re.MULTILINE)
"""What a text without any marks does not have: most have none, and are only escaped."""
_TAGS = {"**": "strong", "~~": "s"}
_QUOTE = re.compile(r"[>＞] ?")
_ITEM = re.compile(r"(?:-|(?P<number>[0-9]{1,3})\.) +(?=\S)")
_FENCE = re.compile(r"```[\w+#.-]*\s*")
_BLOCK = re.compile(r"<(?=/?(?:blockquote|li|ol|p|pre|ul)\b)")
_PAIRS = {")": "(", "]": "["}


def shown(text: str, named: Sequence[Named] = ()) -> Markup:
    """The text of a message for a page. Only those whom it was addressed to are marked, never what merely looks like it."""
    if not named and not _MARKED.search(text):
        return escape(text)
    return Markup(_drawn(text.split("\n"), _Words(named), LEVELS))  # noqa: S704  its pieces were escaped


def in_one_line(text: str) -> str:
    """The words of a text without its marks, for lists that show how a message begins."""
    if not _MARKED.search(text):
        return text
    return Markup(_BLOCK.sub(" <", shown(text))).striptags()  # noqa: S704  the tags are those of this module


def addresses_in(text: str) -> list[str]:
    """The addresses of a text that are links when it is shown, each once, those within code left out."""
    if "://" not in text:
        return []
    found = (one["address"] for one in _UNNAMED.pieces.finditer(text))
    return list(dict.fromkeys(_trimmed(one) for one in found if one))


class _Words:
    """How the words of a line are drawn."""

    def __init__(self, named: Sequence[Named]) -> None:
        self.marks = {f"@{one.label}": one.is_me for one in sorted(named, key=lambda one: one.is_me)}
        longest_first = sorted(self.marks, key=len, reverse=True)
        names = [f"(?P<name>{'|'.join(map(re.escape, longest_first))})"] if self.marks else []
        self.pieces = re.compile("|".join([*names, _CODE, _ADDRESS, _RUN]))

    def drawn(self, line: str) -> str:
        """A line. A mark that has no partner is a character like any other."""
        parts: list[str] = []
        opened: dict[str, int] = {}
        end = 0
        for found in self.pieces.finditer(line):
            parts.append(escape(line[end : found.start()]))
            end = found.end()
            kind, words = found.lastgroup, found[0]
            if kind == "name":
                parts.append(_mark(words, self.marks[words]))
            elif kind == "code":
                parts.append(Markup("<code>{}</code>").format(found["code"]))
            elif kind == "address":
                parts.append(_link(words))
            else:
                parts.append(words)
                _pair(parts, opened, line[: found.start()][-1:], line[end : end + 1])
        parts.append(escape(line[end:]))
        return "".join(parts)


def _pair(parts: list[str], opened: dict[str, int], before: str, after: str) -> None:
    """See whether the mark that was put last closes one that is open, or opens. `opened` says where, and never crosswise."""
    last, mark = len(parts) - 1, parts[-1]
    if mark not in _TAGS:
        return
    if mark in opened and not before.isspace():
        first = opened[mark]
        parts[first], parts[last] = f"<{_TAGS[mark]}>", f"</{_TAGS[mark]}>"
        for one in [one for one, place in opened.items() if place >= first]:
            del opened[one]
    elif after and not after.isspace():
        opened[mark] = last


def _mark(words: str, is_me: bool) -> str:
    return Markup('<span class="chat-mention{}">{}</span>').format(" is-me" if is_me else "", words)


def _trimmed(address: str) -> str:
    """The address without the punctuation that follows it."""
    counts = {one: address.count(one) for pair in _PAIRS.items() for one in pair}
    end = len(address)
    while end > 0:
        last = address[end - 1]
        if last in _PAIRS and counts[last] > counts[_PAIRS[last]]:
            counts[last] -= 1
        elif last not in ".,:;!?'*~":
            break
        end -= 1
    return address[:end]


def _link(words: str) -> str:
    address = _trimmed(words)
    return Markup('<a href="{0}" rel="noopener noreferrer" target="_blank">{0}</a>{1}').format(
        address, words[len(address) :]
    )


_UNNAMED = _Words(())


def _drawn(lines: Sequence[str], words: _Words, levels: int) -> str:
    """Some lines, with the code, quotes and lists among them."""
    parts = list(_parts(lines, levels))
    if len(parts) == 1 and parts[0][0] == "plain":
        return _plain(parts[0][1], words)
    return _blocks(parts, words, levels)


def _blocks(parts: Iterable[tuple[str, Sequence[str]]], words: _Words, levels: int) -> str:
    drawn: list[str] = []
    for kind, some in parts:
        if kind == "code":
            drawn.append(Markup("<pre><code>{}</code></pre>").format("\n".join(some)))
        elif kind == "quote":
            inner = [line[_width(_QUOTE, line) :] for line in some]
            drawn.append(f"<blockquote>{_drawn(inner, words, levels - 1)}</blockquote>")
        elif kind == "list":
            drawn.append(_list(some, words, levels))
        else:
            drawn.append(f"<p>{_plain(some, words)}</p>")
    return "".join(drawn)


def _plain(lines: Sequence[str], words: _Words) -> str:
    return "\n".join(map(words.drawn, lines))


def _parts(lines: Sequence[str], levels: int) -> Iterator[tuple[str, Sequence[str]]]:
    """The lines in stretches: `code` without its fences, `quote`, `list`, and `plain` without empty lines beside the others."""
    fences = [place for place, line in enumerate(lines) if line.rstrip() == "```"]
    begun = place = 0
    while place < len(lines):
        closing = bisect_right(fences, place)
        if closing < len(fences) and _FENCE.fullmatch(lines[place]):
            kind, first, last = "code", place + 1, fences[closing]
            following = last + 1
        elif levels and (end := _end(lines, place)) > place:
            kind, first, last = "quote" if _QUOTE.match(lines[place]) else "list", place, end
            following = last
        else:
            place += 1
            continue
        yield from _between(lines, begun, place)
        yield kind, lines[first:last]
        begun = place = following
    yield from _between(lines, begun, len(lines))


def _between(lines: Sequence[str], first: int, last: int) -> Iterator[tuple[str, Sequence[str]]]:
    while first and first < last and not lines[first].strip():
        first += 1
    while first < last < len(lines) and not lines[last - 1].strip():
        last -= 1
    if first < last:
        yield "plain", lines[first:last]


def _end(lines: Sequence[str], place: int) -> int:
    """Where the quote or list that begins there ends; the same place if none does."""
    if _QUOTE.match(lines[place]):
        while place < len(lines) and _QUOTE.match(lines[place]):
            place += 1
        return place
    item = _ITEM.match(lines[place])
    if item is None:
        return place
    is_numbered = item["number"] is not None
    while place < len(lines):
        item = _ITEM.match(lines[place])
        goes_on = lines[place].startswith("  ") and lines[place].strip()
        if not goes_on and (item is None or (item["number"] is not None) != is_numbered):
            break
        place += 1
    return place


def _list(lines: Sequence[str], words: _Words, levels: int) -> str:
    """Items, each with the lines that are indented below it. A number is the one that was typed."""
    items: list[tuple[str | None, list[str]]] = []
    width = 0
    for line in lines:
        item = _ITEM.match(line)
        if item is not None:
            width = item.end()
            items.append((item["number"], [line[width:]]))
        else:
            indented = len(line) - len(line.lstrip(" "))
            items[-1][1].append(line[min(width, indented) :])
    drawn = []
    for number, (first, *others) in items:
        value = f' value="{int(number)}"' if number is not None else ""
        below = _blocks(_parts(others, levels - 1), words, levels - 1)
        drawn.append(f"<li{value}>{words.drawn(first)}{below}</li>")
    tag = "ul" if items[0][0] is None else "ol"
    return f"<{tag}>{''.join(drawn)}</{tag}>"


def _width(mark: re.Pattern[str], line: str) -> int:
    found = mark.match(line)
    return found.end() if found is not None else 0


__all__ = ["LEVELS", "addresses_in", "in_one_line", "shown"]
