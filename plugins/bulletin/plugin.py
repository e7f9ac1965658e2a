"""The board as a function of the groupware: read this first."""

from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import (
    CONTRACT,
    NavItem,
    PendingSource,
    Plugin,
    Portlet,
    RecordKind,
    Scope,
    TopicKind,
)
from plugins.bulletin import portlets
from plugins.bulletin.api import COLLECTIONS
from plugins.bulletin.commands import COMMANDS
from plugins.bulletin.events import EVENTS, POSTING, WRITING
from plugins.bulletin.files import OWNERS
from plugins.bulletin.models import Posting
from plugins.bulletin.notifications import NOTIFICATIONS
from plugins.bulletin.permissions import APPROVE, CATEGORY_MANAGE, PERMISSIONS, READ
from plugins.bulletin.previews import PREVIEWS
from plugins.bulletin.queries.postings import is_open_to_comments, is_readable
from plugins.bulletin.rules import RULES
from plugins.bulletin.search import POSTINGS
from plugins.bulletin.seed import seed
from plugins.bulletin.services import exhibits
from plugins.bulletin.services.retention import expired, purge
from plugins.bulletin.services.withdrawing import withdraw
from plugins.bulletin.views import blueprint

plugin = Plugin(
    id="bulletin",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Information"),
    short_title=lazy_pgettext("short menu", "Notices"),
    summary=lazy_gettext("What the city tells its staff, and who has read it."),
    icon="megaphone",
    order=30,
    endpoint="bulletin.index",
    blueprint=blueprint,
    badge=portlets.unread_badge,
    nav=(
        NavItem(endpoint="bulletin.index", label=lazy_pgettext("posting", "On display")),
        NavItem(
            endpoint="bulletin.unread", label=lazy_pgettext("postings", "Unread"), badge=portlets.unread_badge
        ),
        NavItem(
            endpoint="bulletin.unconfirmed",
            label=lazy_pgettext("postings", "To confirm"),
            badge=portlets.unconfirmed_badge,
        ),
        NavItem(endpoint="bulletin.own", label=lazy_gettext("Own postings and drafts")),
        NavItem(endpoint="bulletin.ended", label=lazy_pgettext("postings", "Ended")),
        NavItem(
            endpoint="bulletin.approvals",
            label=lazy_gettext("Awaiting approval"),
            permission=APPROVE,
            badge=portlets.awaiting_badge,
        ),
        NavItem(endpoint="bulletin.every", label=lazy_gettext("All postings"), permission=READ),
        NavItem(endpoint="bulletin.categories", label=lazy_gettext("Categories"), permission=CATEGORY_MANAGE),
        NavItem(endpoint="bulletin.new", label=lazy_pgettext("posting", "New"), icon="plus", is_primary=True),
    ),
    portlets=(
        Portlet(
            id="bulletin.honour",
            title=lazy_gettext("Message"),
            icon="megaphone",
            template="bulletin/_portlet_honour.html",
            load=portlets.honour,
            column="top",
            order=10,
        ),
        Portlet(
            id="bulletin.information",
            title=lazy_pgettext("menu", "Information"),
            icon="megaphone",
            template="bulletin/_portlet_information.html",
            load=portlets.information,
            column="main",
            order=30,
            endpoint="bulletin.index",
        ),
    ),
    pending=(
        PendingSource(id="bulletin.unconfirmed", load=portlets.pending),
        PendingSource(id="bulletin.awaiting", load=portlets.awaiting),
    ),
    permissions=PERMISSIONS,
    rules=RULES,
    events=EVENTS,
    topics=(
        TopicKind(id=POSTING, may_follow=is_readable, signals=(WRITING,), may_signal=is_open_to_comments),
    ),
    notifications=NOTIFICATIONS,
    previews=PREVIEWS,
    search=(POSTINGS,),
    records=(
        RecordKind(
            id="bulletin.posting",
            title=lazy_gettext("Postings"),
            model=Posting,
            default_years=3,
            expired=expired,
            purge=purge,
            find=exhibits.find,
            exhibit=exhibits.exhibit,
            withdraw=withdraw,
        ),
    ),
    attachments=OWNERS,
    seed=seed,
    api=COLLECTIONS,
    commands=COMMANDS,
    scopes=(
        Scope(id="bulletin:read", title=lazy_gettext("Read postings")),
        Scope(id="bulletin:write", title=lazy_gettext("Write, publish and confirm postings")),
    ),
)
