"""The texts of many entries, a page of them at a time: what one answer needs in memory is bounded, however full a calendar is."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from groupware.actor import Actor
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.schedule.queries import programs
from plugins.schedule.queries.programs import Entry
from plugins.schedule.services import telling

PAGE: Final = 200
MOST_CHARACTERS: Final = 20_000_000
"""Of iCalendar in one answer: each single time of a series says again all that the series says."""

Keeping = Callable[[dict[int, tuple[int, str]]], object]
"""What is done with the texts that were made and can be kept (`telling.keep`)."""


class TooMuchError(Invalid):
    """An answer that would be too long to be made."""

    default_code = "too_many"

    def __init__(self) -> None:
        super().__init__(gettext("Too many events. Please ask for a shorter time."))


def told(actor: Actor, owner: int, entries: Sequence[Entry], keeping: Keeping) -> Iterator[tuple[Entry, str]]:
    """Entries with their texts, in pages of `PAGE`; of those that were read without their texts each page is read again."""
    for begin in range(0, len(entries), PAGE):
        page = entries[begin : begin + PAGE]
        if not all(one.is_loaded for one in page):
            by_root = {
                one.root: one for one in programs.entries(actor, owner, roots_of(page), has_texts=True)
            }
            page = [by_root[one.root] for one in page if one.root in by_root]
        found, made = telling.texts(actor, owner, page)
        if made:
            keeping(made)
        yield from ((one, found[one.root]) for one in page if one.root in found)


def roots_of(entries: Sequence[Entry]) -> list[int]:
    """The families of entries."""
    return [one.root for one in entries]


def whole(actor: Actor, owner: int, entries: Sequence[Entry], keeping: Keeping, name: str = "") -> str:
    """One calendar with everything that entries say. Raises TooMuchError beyond `MOST_CHARACTERS`."""
    found, length = [], 0
    for _, text in told(actor, owner, entries, keeping):
        length += len(text)
        if length > MOST_CHARACTERS:
            raise TooMuchError
        found.append(text)
    return telling.calendar_of(found, name)
