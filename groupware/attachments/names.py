"""File names as they come and as they leave."""

import re
import unicodedata
from urllib.parse import quote

LONGEST = 200
"""Characters of a name that is kept; file systems take 255 bytes, which are 85 kanji, and cut by themselves."""
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
# What turns the order of letters round, or cannot be seen: 「gpj.exe」 must not look like 「exe.jpg」.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def cleaned(name: str) -> str:
    """A name as it is kept: without folders and what no file system takes, kana composed, never empty."""
    last = re.split(r"[/\\]", name)[-1]
    # Macintoshes send 「が」 as two characters.
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", last))
    text = _UNFIT.sub("_", text).strip(" .")
    if len(text) > LONGEST:
        stem, ending = split(text)
        text = stem[: LONGEST - len(ending)] + ending
    return text or "file"


def split(name: str) -> tuple[str, str]:
    """(stem, ending with its dot); an ending has at most ten letters or digits."""
    found = re.fullmatch(r"(.+?)(\.[A-Za-z0-9]{1,10})", name, re.DOTALL)
    return (found[1], found[2]) if found else (name, "")


def ending(name: str) -> str:
    """The ending without its dot, in lower-case letters; empty if there is none."""
    return split(name)[1][1:].lower()


def disposition(name: str, way: str = "attachment") -> str:
    """The value of Content-Disposition (RFC 6266): the name as it is (RFC 8187), and one in ASCII for what is very old."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem, last = split(plain)
    plain = re.sub(r'["\\%;]', "_", f"{stem.strip() or 'file'}{last}")
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def numbered(names: list[str]) -> list[str]:
    """The names with a number where one is there already, as in an archive that holds them all."""
    taken: set[str] = set()
    found = []
    for name in names:
        stem, last = split(name)
        chosen, number = name, 2
        while chosen.casefold() in taken:
            chosen, number = f"{stem} ({number}){last}", number + 1
        taken.add(chosen.casefold())
        found.append(chosen)
    return found


__all__ = ["LONGEST", "cleaned", "disposition", "ending", "numbered", "split"]
