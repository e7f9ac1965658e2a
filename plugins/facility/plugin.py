"""Facility booking as a function of the groupware: read this first."""

from groupware.capabilities import Reservable
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import CONTRACT, NavItem, PendingSource, Plugin, Portlet, RecordKind, Scope, TopicKind
from plugins.facility import portlets
from plugins.facility.api import COLLECTIONS
from plugins.facility.commands import COMMANDS
from plugins.facility.events import EVENTS, FACILITY, GROUP
from plugins.facility.files import OWNERS
from plugins.facility.jobs import JOBS
from plugins.facility.models import Reservation, Trip
from plugins.facility.notifications import NOTIFICATIONS
from plugins.facility.permissions import MANAGE, PERMISSIONS
from plugins.facility.previews import PREVIEWS
from plugins.facility.queries.facilities import is_group_seen, is_seen
from plugins.facility.queries.requests import decides
from plugins.facility.reservable import Reservations
from plugins.facility.rules import RULES
from plugins.facility.search import FACILITIES
from plugins.facility.seed import seed
from plugins.facility.services.retention import expired, expired_trips, purge, purge_trips
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
        NavItem(endpoint="facility.search", label=lazy_gettext("Find a free one")),
        NavItem(endpoint="facility.own", label=lazy_gettext("My bookings")),
        NavItem(
            endpoint="facility.requests",
            label=lazy_gettext("Tentative bookings"),
            is_shown=decides,
            badge=portlets.waiting_badge,
        ),
        NavItem(endpoint="facility.desk", label=lazy_pgettext("loan", "Equipment desk"), is_shown=decides),
        NavItem(
            endpoint="facility.usage_report",
            label=lazy_pgettext("usage", "Use of facilities"),
            is_shown=decides,
        ),
        NavItem(endpoint="facility.manage", label=lazy_gettext("Manage facilities"), permission=MANAGE),
        NavItem(
            endpoint="facility.new", label=lazy_pgettext("booking", "Book"), icon="plus", is_primary=True
        ),
    ),
    portlets=(
        Portlet(
            id="facility.today",
            title=lazy_gettext("My coming bookings"),
            icon="door-open",
            template="facility/_portlet_today.html",
            load=portlets.today,
            column="side",
            order=60,
            endpoint="facility.own",
        ),
    ),
    pending=(PendingSource(id="facility.requests", load=portlets.pending),),
    permissions=PERMISSIONS,
    rules=RULES,
    events=EVENTS,
    notifications=NOTIFICATIONS,
    jobs=JOBS,
    provides={Reservable: Reservations()},
    attachments=OWNERS,
    previews=PREVIEWS,
    search=(FACILITIES,),
    records=(
        RecordKind(
            id="facility.reservation",
            title=lazy_gettext("Bookings of facilities"),
            model=Reservation,
            default_years=1,
            expired=expired,
            purge=purge,
        ),
        RecordKind(
            id="facility.trip",
            title=lazy_gettext("Driving logs with alcohol checks"),
            model=Trip,
            default_years=1,
            expired=expired_trips,
            purge=purge_trips,
        ),
    ),
    topics=(TopicKind(id=FACILITY, may_follow=is_seen), TopicKind(id=GROUP, may_follow=is_group_seen)),
    api=COLLECTIONS,
    commands=COMMANDS,
    scopes=(
        Scope(id="facility:read", title=lazy_gettext("Read facilities and bookings")),
        Scope(id="facility:write", title=lazy_gettext("Book facilities, change and cancel bookings")),
    ),
    seed=seed,
)
