"""The directory as a feature of the house."""

from groupware.directory.api import COLLECTIONS
from groupware.directory.commands import COMMANDS
from groupware.directory.portlets import section
from groupware.directory.search import find_duties, find_people, find_units
from groupware.directory.services.batches import publish_due
from groupware.directory.views_deliveries import blueprint
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import CONTRACT, Job, NavItem, Permission, Plugin, Portlet, Scope, SearchProvider

plugin = Plugin(
    id="directory",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Directory"),
    short_title=lazy_pgettext("short menu", "Directory"),
    summary=lazy_gettext("Who works where, and how to reach them."),
    icon="users",
    order=900,
    endpoint="directory.index",
    blueprint=blueprint,
    nav=(
        NavItem(endpoint="directory.index", label=lazy_gettext("Org chart"), icon="network"),
        NavItem(endpoint="directory.people", label=lazy_gettext("People search"), icon="search"),
        NavItem(endpoint="directory.phones", label=lazy_gettext("Telephone list"), icon="phone"),
        NavItem(endpoint="directory.groups", label=lazy_gettext("Groups"), icon="users-round"),
        NavItem(
            endpoint="directory.duties",
            label=lazy_gettext("Duties"),
            icon="id-card",
            permission="directory:unit:manage",
        ),
        NavItem(
            endpoint="directory.accounts",
            label=lazy_gettext("Section accounts"),
            icon="building-2",
            permission="directory:unit:manage",
        ),
        NavItem(
            endpoint="directory.deliveries",
            label=lazy_gettext("Deliveries"),
            icon="upload",
            permission="directory:batch:load",
        ),
    ),
    portlets=(
        Portlet(
            id="directory.section",
            title=lazy_gettext("People of my section"),
            icon="users",
            template="directory/_section.html",
            load=section,
            column="side",
            order=40,
            endpoint="directory.phones",
        ),
    ),
    commands=COMMANDS,
    search=(
        SearchProvider(id="directory.people", title=lazy_gettext("Staff"), icon="users", find=find_people),
        SearchProvider(
            id="directory.units", title=lazy_gettext("Organisations"), icon="network", find=find_units
        ),
        SearchProvider(id="directory.duties", title=lazy_gettext("Duties"), icon="id-card", find=find_duties),
    ),
    jobs=(
        Job(
            id="directory.publish_due",
            title=lazy_gettext("Publish deliveries whose time has come"),
            every=60,
            run=publish_due,
        ),
    ),
    permissions=(
        Permission(
            id="directory:person:read",
            title=lazy_gettext("Look people up"),
            given_to_all=True,
            is_audited=False,
        ),
        Permission(id="directory:legal_name:read", title=lazy_gettext("See legal names"), is_elevated=True),
        Permission(
            id="directory:batch:load",
            title=lazy_gettext("Load deliveries of the personnel department"),
            is_elevated=True,
        ),
        Permission(
            id="directory:unit:manage",
            title=lazy_gettext("Manage duties, groups and section accounts of organisations"),
            is_elevated=True,
        ),
    ),
    api=COLLECTIONS,
    scopes=(Scope(id="directory:read", title=lazy_gettext("Read the directory")),),
)
