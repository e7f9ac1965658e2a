"""Facility booking as a function of the groupware: read this first."""

from groupware.capabilities import Reservable
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import CONTRACT, Plugin
from plugins.facility.events import EVENTS
from plugins.facility.permissions import PERMISSIONS
from plugins.facility.reservable import Reservations
from plugins.facility.rules import RULES
from plugins.facility.views import blueprint

plugin = Plugin(
    id="facility",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Facilities"),
    short_title=lazy_pgettext("short menu", "Facilities"),
    summary=lazy_gettext("Rooms, cars and equipment, and who has them when."),
    icon="door-open",
    order=20,
    in_menu=False,
    blueprint=blueprint,
    permissions=PERMISSIONS,
    rules=RULES,
    events=EVENTS,
    provides={Reservable: Reservations()},
)
