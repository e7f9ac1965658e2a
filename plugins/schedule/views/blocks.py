"""The block of an occurrence in a calendar, as HTML.

The week of a section shows some hundred and sixty of them: as a macro of a template they took an eighth of its time.
"""

from datetime import date

from markupsafe import Markup

from groupware.i18n import pgettext
from groupware.text.escaping import escaped
from plugins.schedule.queries.spans import Item
from plugins.schedule.wording import item_words, times_of, wall_text

KEYS = "Alt+ArrowUp Alt+ArrowDown Alt+ArrowLeft Alt+ArrowRight"
"""What moves a block; `static/calendar.js` does it."""


def block(
    item: Item, day: date, home: str, lock: Markup, place: str = "", *, has_place: bool = True
) -> Markup:
    """What the cell of `day` shows of an occurrence; what may be opened is a link.

    `home` is the address of the schedule, `lock` the sign of what is not for everybody, `place` the classes that put it among hours.
    """
    look = (
        f"event hue-{item.hue}"
        f"{' is-tentative' if item.is_tentative else ''}{'' if item.has_page else ' is-hidden'}"
        f"{' is-whole' if item.is_all_day else ''}{' is-important' if item.is_important else ''}"
    )
    said = escaped(item_words(item))
    if has_place and item.place:
        said += f' <span class="event-place">{escaped(item.place)}</span>'
    times = times_of(item, day)
    when = f'<span class="event-time">{escaped(times)}</span>' if times else ""
    look = escaped(f"{look} {place}" if place else look)
    if not item.has_page:
        return Markup(f'<span class="{look}">{when}{said}</span>')  # noqa: S704  every text is escaped above
    if not item.is_open:
        said = f"{lock} {said}"
    if item.is_tentative:
        words = escaped(pgettext("event", "Tentative"))
        said = f'<span class="visually-hidden">{words} </span>{said}'
    return Markup(f'<a{_address(item, home)} class="{look}">{when}{said}</a>')  # noqa: S704  every text is escaped above


def _address(item: Item, home: str) -> str:
    """Where its page is, and what may be moved by dragging."""
    uid, original = str(item.uid), escaped(item.original) if item.is_repeated else ""
    link = f'href="{escaped(home)}{uid}{f"?at={original}" if original else ""}"'
    if not item.version:
        return f" {link}"
    moved = f"{uid} {item.version} {original}".rstrip()
    return (
        f' data-event="{moved}" data-from="{wall_text(item.begins)}" data-to="{wall_text(item.ends)}"'
        f' aria-keyshortcuts="{KEYS}" {link}'
    )
