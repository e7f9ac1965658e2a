"""How bookings are shown: what they are for, as far as whoever looks may know, and whose they are."""

from groupware.directory.tree import org_tree
from groupware.i18n import gettext, pgettext
from groupware.web.boundary import actor
from plugins.facility.queries.bookings import Item
from plugins.facility.queries.facilities import Place


def what_for(place: Place, item: Item) -> str:
    """The purpose of a booking, or that there is one."""
    if item.is_blocking:
        return item.title or gettext("Out of use")
    if item.shows_title(actor(), can_decide=place.can_decide):
        return item.title
    return str(pgettext("booking", "Booked"))


def unit_names() -> dict[int | None, str]:
    """Today's names of organisations."""
    return {unit.id: unit.name for unit in org_tree(actor().today)}
