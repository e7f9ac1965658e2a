"""The portal as a feature of the house."""

from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import CONTRACT, NavItem, Permission, Plugin, Portlet, RecordKind
from groupware.portal import exhibits, portlets, retention
from groupware.portal.models import SectionPage
from groupware.portal.rules import RULES
from groupware.portal.search import PAGES
from groupware.portal.views import blueprint

plugin = Plugin(
    id="portal",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Portal"),
    summary=lazy_gettext("The first page: what is my day, what waits, what is new."),
    icon="house",
    order=0,
    endpoint="portal.index",
    mount="",
    blueprint=blueprint,
    nav=(
        NavItem(endpoint="portal.pages", label=lazy_gettext("Pages of the sections")),
        NavItem(
            endpoint="portal.links",
            label=lazy_gettext("Business systems"),
            permission="portal:launcher:manage",
        ),
    ),
    portlets=(
        Portlet(
            id="portal.pending",
            title=lazy_gettext("Needs your attention"),
            icon="clipboard-check",
            template="portal/_pending.html",
            load=portlets.pending,
            column="main",
            order=20,
            endpoint="portal.pending",
        ),
        Portlet(
            id="portal.launcher",
            title=lazy_gettext("Business systems"),
            icon="layout-grid",
            template="portal/_launcher.html",
            load=portlets.launcher,
            column="side",
            order=10,
        ),
        Portlet(
            id="portal.contacts",
            title=lazy_gettext("Help and contacts"),
            icon="life-buoy",
            template="portal/_contacts.html",
            load=portlets.contacts,
            column="side",
            order=60,
            endpoint="help.index",
        ),
        Portlet(
            id="portal.section_pages",
            title=lazy_gettext("Pages of the section"),
            icon="book-open",
            template="portal/_section_pages.html",
            load=portlets.section_pages,
            column=None,
            order=70,
            endpoint="portal.pages",
        ),
    ),
    permissions=(
        Permission(
            id="portal:layout:manage",
            title=lazy_gettext("Lay out the common and organisation portals"),
            is_elevated=True,
        ),
        Permission(
            id="portal:launcher:manage", title=lazy_gettext("Manage the business systems"), is_elevated=True
        ),
        Permission(
            id="portal:page:read",
            title=lazy_gettext("Read the pages of the sections"),
            given_to_all=True,
            is_audited=False,
        ),
        Permission(
            id="portal:page:write",
            title=lazy_gettext("Write the pages of the section"),
            implies=("portal:page:read",),
        ),
    ),
    rules=RULES,
    search=(PAGES,),
    records=(
        RecordKind(
            id="portal.section_page",
            title=lazy_gettext("Pages of the sections"),
            model=SectionPage,
            default_years=retention.YEARS,
            expired=retention.expired,
            purge=retention.purge,
            find=exhibits.find,
            exhibit=exhibits.exhibit,
        ),
    ),
)
