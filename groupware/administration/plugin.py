"""Administration as a feature of the house."""

import groupware.administration.views_accounts  # noqa: F401  registers its views
from groupware.administration import jobs
from groupware.administration.views import blueprint
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.jobs.services import tidy
from groupware.plugin import CONTRACT, Job, NavItem, Permission, Plugin

plugin = Plugin(
    id="administration",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Administration"),
    short_title=lazy_pgettext("short menu", "Administration"),
    summary=lazy_gettext("Rules, rights, accounts, functions and the audit."),
    icon="settings",
    order=990,
    endpoint="administration.index",
    mount="/admin",
    blueprint=blueprint,
    nav=(
        NavItem(
            endpoint="administration.accounts",
            label=lazy_gettext("Accounts"),
            permission="administration:account:manage",
        ),
        NavItem(
            endpoint="administration.rules",
            label=lazy_gettext("Rules"),
            permission="administration:rule:set",
        ),
        NavItem(
            endpoint="administration.plugins",
            label=lazy_gettext("Functions"),
            permission="administration:rule:set",
        ),
        NavItem(
            endpoint="administration.grants",
            label=lazy_gettext("Rights"),
            permission="administration:grant:manage",
        ),
        NavItem(
            endpoint="administration.roles",
            label=lazy_gettext("Roles"),
            permission="administration:grant:manage",
        ),
        NavItem(
            endpoint="administration.disposals",
            label=lazy_gettext("Retention and disposal"),
            permission="administration:record:dispose",
        ),
        NavItem(
            endpoint="administration.audit_log",
            label=lazy_gettext("Audit log"),
            permission="administration:audit:read",
        ),
    ),
    jobs=(
        Job(
            id="administration.tidy_jobs",
            title=lazy_gettext("Remove jobs that are long over"),
            every=3600,
            run=tidy,
        ),
        Job(
            id="administration.retention",
            title=lazy_gettext("Propose and erase records"),
            every=86_400,
            run=jobs.run_retention,
        ),
        Job(id="administration.seal", title=lazy_gettext("Seal the audit"), every=300, run=jobs.seal),
        Job(id="administration.forward", title=lazy_gettext("Forward the audit"), every=10, run=jobs.forward),
    ),
    permissions=(
        Permission(id="administration:rule:set", title=lazy_gettext("Set rules"), is_elevated=True),
        Permission(
            id="administration:grant:manage", title=lazy_gettext("Grant and revoke rights"), is_elevated=True
        ),
        Permission(
            id="administration:account:manage",
            title=lazy_gettext("Reset and unlock accounts"),
            is_elevated=True,
        ),
        Permission(
            id="administration:audit:read", title=lazy_gettext("Read the audit log"), is_elevated=True
        ),
        Permission(
            id="administration:record:dispose",
            title=lazy_gettext("Decide on retention, disposal and holds"),
            is_elevated=True,
        ),
        Permission(
            id="administration:system:manage",
            title=lazy_gettext("Manage the installation"),
            is_elevated=True,
            implies=(
                "administration:rule:set",
                "administration:grant:manage",
                "administration:account:manage",
                "portal:layout:manage",
                "portal:launcher:manage",
                "portal:page:write",
                "directory:batch:load",
                "directory:unit:manage",
            ),
        ),
    ),
)
