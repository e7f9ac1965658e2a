"""Facility booking as a function of the groupware: read this first."""

from groupware.capabilities import Reservable
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import CONTRACT, NavItem, Plugin
from plugins.facility.events import EVENTS
from plugins.facility.permissions import PERMISSIONS
from plugins.facility.reservable import Reservations
from plugins.facility.rules import RULES
from plugins.facility.seed import seed
from plugins.facility.views import blueprint

plugin = Plugin(
    id="facility",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Facilities"),
    short_title=lazy_pgettext("short menu", "Facilities"),
    summary=lazy_gettext("Rooms, cars and equipment, and who has them when."),
    icon="door-open",
    order=20,
    endpoint="facility.index",
    blueprint=blueprint,
    nav=(
        NavItem(endpoint="facility.index", label=lazy_gettext("Who has what")),
        NavItem(endpoint="facility.own", label=lazy_gettext("My bookings")),
        NavItem(
            endpoint="facility.new", label=lazy_pgettext("booking", "Book"), icon="plus", is_primary=True
        ),
    ),
    permissions=PERMISSIONS,
    rules=RULES,
    events=EVENTS,
    provides={Reservable: Reservations()},
    seed=seed,
)
