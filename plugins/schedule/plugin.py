"""The schedule as a function of the groupware: read this first."""

from groupware.capabilities import Appointing
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import CONTRACT, NavItem, Plugin, Portlet, RecordKind, Scope, TopicKind
from plugins.schedule import portlets
from plugins.schedule.api import COLLECTIONS
from plugins.schedule.appointing import Appointments
from plugins.schedule.commands import COMMANDS
from plugins.schedule.enums import OWNER, POLL, SPECIAL
from plugins.schedule.events import EVENT, EVENTS, UNIT
from plugins.schedule.files import OWNERS
from plugins.schedule.forms_programs import FEED, FEED_TIMES, SYNC
from plugins.schedule.jobs import JOBS
from plugins.schedule.models import Event, Poll, SpecialRequest
from plugins.schedule.notifications import NOTIFICATIONS
from plugins.schedule.permissions import KIND_MANAGE, PERMISSIONS, SECRETARY_MANAGE
from plugins.schedule.previews import PREVIEWS
from plugins.schedule.queries.events import is_readable
from plugins.schedule.rules import RULES
from plugins.schedule.search import FOUND
from plugins.schedule.seed import seed
from plugins.schedule.services import poll_records, polls, special_records
from plugins.schedule.services.announcing import may_follow
from plugins.schedule.services.events import withdraw
from plugins.schedule.services.retention import exhibit, expired, find, purge
from plugins.schedule.views import blueprint
from plugins.schedule.views.dav import ROOT_URLS

plugin = Plugin(
    id="schedule",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Schedule"),
    short_title=lazy_pgettext("short menu", "Schedule"),
    summary=lazy_gettext("Who is where when, and when all of them have time."),
    icon="calendar-days",
    order=10,
    endpoint="schedule.start",
    blueprint=blueprint,
    nav=(
        NavItem(endpoint="schedule.index", label=lazy_gettext("Organisation, week")),
        NavItem(endpoint="schedule.day", label=lazy_gettext("Organisation, day")),
        NavItem(endpoint="schedule.week", label=lazy_gettext("My week")),
        NavItem(endpoint="schedule.month", label=lazy_gettext("My month")),
        NavItem(endpoint="schedule.listing", label=lazy_gettext("List")),
        NavItem(endpoint="schedule.year", label=lazy_gettext("Fiscal year")),
        NavItem(endpoint="schedule.free", label=lazy_gettext("Free time")),
        NavItem(endpoint="schedule.polls", label=lazy_pgettext("schedule", "Date polls")),
        NavItem(endpoint="schedule.programs", label=lazy_pgettext("schedule", "Phone")),
        NavItem(endpoint="schedule.special", label=lazy_pgettext("schedule", "Special posts")),
        NavItem(endpoint="schedule.kinds", label=lazy_gettext("Kinds of events"), permission=KIND_MANAGE),
        NavItem(
            endpoint="schedule.secretaries",
            label=lazy_pgettext("schedule", "Secretaries"),
            permission=SECRETARY_MANAGE,
        ),
        NavItem(
            endpoint="schedule.new",
            label=lazy_pgettext("event", "New"),
            icon="calendar-plus",
            is_primary=True,
        ),
    ),
    portlets=(
        Portlet(
            id="schedule.day",
            title=lazy_gettext("My day"),
            icon="calendar-days",
            template="schedule/_portlet_day.html",
            load=portlets.day,
            column="main",
            order=10,
            endpoint="schedule.week",
        ),
        Portlet(
            id="schedule.section",
            title=lazy_gettext("My section's day"),
            icon="users",
            template="schedule/_portlet_section.html",
            load=portlets.section,
            column=None,
            endpoint="schedule.day",
        ),
    ),
    permissions=PERMISSIONS,
    rules=RULES,
    events=EVENTS,
    notifications=NOTIFICATIONS,
    topics=(
        TopicKind(id=EVENT, may_follow=is_readable),
        TopicKind(id=UNIT, may_follow=may_follow),
    ),
    records=(
        RecordKind(
            id=OWNER,
            title=lazy_gettext("Events"),
            model=Event,
            default_years=3,
            expired=expired,
            purge=purge,
            find=find,
            exhibit=exhibit,
            withdraw=withdraw,
        ),
        RecordKind(
            id=POLL,
            title=lazy_pgettext("schedule", "Date polls"),
            model=Poll,
            default_years=3,
            expired=poll_records.expired,
            purge=poll_records.purge,
            find=poll_records.find,
            exhibit=poll_records.exhibit,
            withdraw=polls.withdraw,
        ),
        RecordKind(
            id=SPECIAL,
            title=lazy_gettext("Requests for an appointment with special posts"),
            model=SpecialRequest,
            default_years=3,
            expired=special_records.expired,
            purge=special_records.purge,
            find=special_records.find,
            exhibit=special_records.exhibit,
            withdraw=special_records.take_away,
        ),
    ),
    attachments=OWNERS,
    previews=PREVIEWS,
    provides={Appointing: Appointments()},
    search=(FOUND,),
    jobs=JOBS,
    seed=seed,
    api=COLLECTIONS,
    commands=COMMANDS,
    root_urls=ROOT_URLS,
    scopes=(
        Scope(id="schedule:read", title=lazy_gettext("Read calendars and find free time")),
        Scope(id="schedule:write", title=lazy_gettext("Enter, change and answer events")),
        Scope(id=FEED, title=lazy_gettext("Show the calendar in a program that subscribes to it")),
        Scope(
            id=FEED_TIMES,
            title=lazy_gettext("Show the times of the calendar in a program that subscribes to it"),
        ),
        Scope(id=SYNC, title=lazy_gettext("Sync the calendar of a phone or calendar program (CalDAV)")),
    ),
)
