"""The chat as a function of the groupware: read this first."""

from groupware.capabilities import Conversing
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import (
    CONTRACT,
    Companion,
    NavItem,
    PendingSource,
    Plugin,
    Portlet,
    RecordKind,
    Scope,
    TopicKind,
)
from plugins.chat import portlets
from plugins.chat.api import COLLECTIONS
from plugins.chat.api_automatic import CALLS
from plugins.chat.api_tasks import TASKS
from plugins.chat.commands import COMMANDS
from plugins.chat.enums import EXTRACT, LOG, NOTE, ROOM, TASK
from plugins.chat.events import EVENTS, TOPIC, WRITING_SIGNAL
from plugins.chat.jobs import JOBS
from plugins.chat.meeting_places import MeetingPlaces
from plugins.chat.models import Extract, LogExport, Message, Note, Room, Task
from plugins.chat.notifications import NOTIFICATIONS
from plugins.chat.permissions import (
    KEEP,
    LOGS,
    MANAGE_GUESTS,
    MANAGE_RETENTION,
    MANAGE_TEMPLATES,
    MANAGE_UNIT_ROOMS,
    PERMISSIONS,
    USAGE,
)
from plugins.chat.previews import PREVIEWS
from plugins.chat.queries.own_rooms import unread_rooms
from plugins.chat.queries.rooms import is_readable
from plugins.chat.queries.writing import may_tell
from plugins.chat.record_files import OWNERS
from plugins.chat.rules import RULES
from plugins.chat.search import MESSAGES, NOTES
from plugins.chat.seed import seed
from plugins.chat.services import exhibits, logs, note_exhibits, records, task_exhibits, webhooks
from plugins.chat.services.retention import expired, purge
from plugins.chat.services.rooms import withdraw
from plugins.chat.sockets import SOCKETS
from plugins.chat.views import blueprint
from plugins.chat.views.year_end import is_in_season

_MORE = lazy_pgettext("section menu", "More")
_KEEPING = lazy_pgettext("section menu", "Administration")

plugin = Plugin(
    id="chat",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Chat"),
    short_title=lazy_pgettext("short menu", "Chat"),
    summary=lazy_gettext("Rooms, conversations of two, and who has read what."),
    icon="message-circle",
    order=25,
    endpoint="chat.index",
    blueprint=blueprint,
    nav=(
        NavItem(endpoint="chat.index", label=lazy_gettext("Rooms"), badge=unread_rooms),
        NavItem(endpoint="chat.unread", label=lazy_pgettext("rooms", "Unread")),
        NavItem(endpoint="chat.addressed", label=lazy_gettext("Addressed to you")),
        NavItem(endpoint="chat.my_tasks", label=lazy_gettext("My tasks")),
        NavItem(endpoint="chat.search", label=lazy_gettext("Search messages")),
        NavItem(endpoint="chat.bookmarks", label=lazy_gettext("Bookmarks")),
        NavItem(endpoint="chat.desks", label=lazy_gettext("Enquiry desks")),
        NavItem(endpoint="chat.directory", label=lazy_gettext("Open rooms"), group=_MORE),
        NavItem(endpoint="chat.scheduled", label=lazy_gettext("Scheduled messages"), group=_MORE),
        NavItem(endpoint="chat.records", label=lazy_pgettext("chat", "Records"), group=_MORE),
        NavItem(
            endpoint="chat.unit_rooms",
            label=lazy_gettext("Rooms of organisations"),
            permission=MANAGE_UNIT_ROOMS,
            group=_KEEPING,
        ),
        NavItem(
            endpoint="chat.neglected",
            label=lazy_gettext("Rooms to look after"),
            permission=KEEP,
            group=_KEEPING,
        ),
        NavItem(
            endpoint="chat.guests",
            label=lazy_gettext("Guests from outside"),
            permission=MANAGE_GUESTS,
            group=_KEEPING,
        ),
        NavItem(
            endpoint="chat.usage", label=lazy_gettext("Use of the chat"), permission=USAGE, group=_KEEPING
        ),
        NavItem(endpoint="chat.logs", label=lazy_gettext("Log exports"), permission=LOGS, group=_KEEPING),
        NavItem(
            endpoint="chat.retentions",
            label=lazy_gettext("Retention of rooms"),
            permission=MANAGE_RETENTION,
            group=_KEEPING,
        ),
        NavItem(
            endpoint="chat.year_end",
            label=lazy_gettext("Year-end review"),
            is_shown=is_in_season,
        ),
        NavItem(
            endpoint="chat.room_templates",
            label=lazy_gettext("Templates of rooms"),
            permission=MANAGE_TEMPLATES,
            group=_KEEPING,
        ),
        NavItem(endpoint="chat.new", label=lazy_gettext("Open a room"), icon="plus", is_primary=True),
    ),
    companion=Companion(
        count="chat.count", panel="chat.panel", module="chat/panel", sheet="chat/chat.css", letter="c"
    ),
    portlets=(
        Portlet(
            id="chat.rooms",
            title=lazy_pgettext("menu", "Chat"),
            icon="message-circle",
            template="chat/_portlet_rooms.html",
            load=portlets.rooms,
            column="side",
            order=50,
            endpoint="chat.index",
        ),
    ),
    pending=(PendingSource(id="chat.tasks", load=portlets.pending),),
    permissions=PERMISSIONS,
    rules=RULES,
    events=EVENTS,
    topics=(TopicKind(id=TOPIC, may_follow=is_readable, signals=(WRITING_SIGNAL,), may_signal=may_tell),),
    sockets=SOCKETS,
    seed=seed,
    previews=PREVIEWS,
    search=(MESSAGES, NOTES),
    notifications=NOTIFICATIONS,
    api=(*COLLECTIONS, TASKS),
    calls=CALLS,
    commands=COMMANDS,
    scopes=(
        Scope(id="chat:read", title=lazy_gettext("Read rooms and messages")),
        Scope(id="chat:write", title=lazy_gettext("Open rooms and write messages")),
        Scope(id=webhooks.SCOPE, title=lazy_gettext("Post messages in one room"), is_for_systems=True),
    ),
    records=(
        RecordKind(
            id=ROOM,
            title=lazy_gettext("Chat rooms"),
            model=Room,
            default_years=3,
            expired=expired,
            purge=purge,
            find=exhibits.find,
            exhibit=exhibits.exhibit,
            part=Message,
            whole=exhibits.room_of,
            withdraw=withdraw,
        ),
        RecordKind(
            id=NOTE,
            title=lazy_gettext("Notes of chat rooms"),
            model=Room,
            default_years=3,
            expired=note_exhibits.expired,
            purge=note_exhibits.purge,
            find=note_exhibits.find,
            exhibit=note_exhibits.exhibit,
            part=Note,
            whole=note_exhibits.room_of,
        ),
        RecordKind(
            id=TASK,
            title=lazy_gettext("Tasks of chat rooms"),
            model=Room,
            default_years=3,
            expired=task_exhibits.expired,
            purge=task_exhibits.purge,
            find=task_exhibits.find,
            exhibit=task_exhibits.exhibit,
            part=Task,
            whole=task_exhibits.room_of,
        ),
        RecordKind(
            id=EXTRACT,
            title=lazy_gettext("Chat records"),
            model=Extract,
            default_years=3,
            expired=records.expired,
            purge=records.purge,
            find=records.find,
            exhibit=records.exhibit,
            withdraw=records.withdraw,
        ),
        RecordKind(
            id=LOG,
            title=lazy_gettext("Log exports"),
            model=LogExport,
            default_years=5,
            expired=logs.expired,
            purge=logs.purge,
            withdraw=logs.withdraw,
        ),
    ),
    attachments=OWNERS,
    jobs=JOBS,
    provides={Conversing: MeetingPlaces()},
)
