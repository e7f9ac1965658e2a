"""A section page as HTML: the words [画像1] or [image 1] in its text become the picture of that number."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, Final

from markupsafe import Markup, escape

_TOKENS: Final = re.compile(r"""(<[a-zA-Z/!](?:"[^"]*"|'[^']*'|[^'">])*>)""")
_MARK: Final = re.compile(r"[\[［]\s*(?:画像|image)\s*([0-9０-９]{1,3})\s*[\]］]", re.IGNORECASE)


def with_pictures(html: str, pictures: Sequence[Any], address: Callable[[Any], str]) -> Markup:
    """Sanitised `html` with the pictures (uid, number, alternative) where their marks stand, the others at the end.

    Only words are replaced, never anything inside a tag. A mark without a picture vanishes.
    """
    by_number = {one.number: one for one in pictures}
    used: set[int] = set()

    def picture(match: re.Match[str]) -> str:
        number = int(unicodedata.normalize("NFKC", match[1]))
        if number not in by_number:
            return ""
        used.add(number)
        return _image(by_number[number], address)

    tokens = _TOKENS.split(html)
    parts = [token if index % 2 else _MARK.sub(picture, token) for index, token in enumerate(tokens)]
    for index in range(1, len(parts) - 1, 2):
        stands_alone = parts[index] == "<p>" and parts[index + 2 : index + 3] == ["</p>"]
        if stands_alone and not _MARK.sub("", tokens[index + 1]).strip():
            parts[index], parts[index + 2] = '<figure class="picture">', "</figure>"
    rest = [one for one in pictures if one.number not in used]
    parts += [f'<figure class="picture">{_image(one, address)}</figure>' for one in rest]
    return Markup("".join(parts))  # noqa: S704  the text was sanitised when it was stored, the rest is escaped


def _image(one: Any, address: Callable[[Any], str]) -> str:
    return f'<img src="{escape(address(one))}" alt="{escape(one.alternative)}" loading="lazy">'


__all__ = ["with_pictures"]
