"""The first page of administration: what this person may administer, and whom to ask otherwise."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, url_for

from groupware import access, rules
from groupware.actor import Actor
from groupware.administration.queries import administrators_of, delegable_permissions, realm
from groupware.administration.views.base import blueprint
from groupware.directory.tree import org_tree
from groupware.i18n import lazy_gettext
from groupware.registry import registry
from groupware.web.boundary import actor
from groupware.web.gate import signed_in


@dataclass(frozen=True, slots=True)
class Card:
    """One subject of administration."""

    title: Any
    text: Any
    icon: str
    endpoint: str
    permission: str
    address: Callable[[Actor], dict[str, Any]] = lambda _who: {}
    """What the address takes besides."""


def _portal(who: Actor) -> dict[str, Any]:
    """The common portal for those who lay out everything, otherwise that of their first organisation."""
    reach = realm(who, "portal:layout:manage", org_tree(who.today))
    return {"name": "common" if reach.everywhere or not reach.roots else f"unit-{reach.roots[0]}"}


CARDS = (
    Card(
        lazy_gettext("Accounts"),
        lazy_gettext("Reset passwords, lift locks, print first passwords."),
        "key-round",
        "administration.accounts",
        "administration:account:manage",
    ),
    Card(
        lazy_gettext("Rules"),
        lazy_gettext("How each function behaves in your organisations: deadlines, approvals, limits."),
        "sliders-horizontal",
        "administration.rules",
        "administration:rule:set",
    ),
    Card(
        lazy_gettext("Functions"),
        lazy_gettext("Switch functions on and off for an organisation."),
        "layout-grid",
        "administration.plugins",
        "administration:rule:set",
    ),
    Card(
        lazy_gettext("Rights"),
        lazy_gettext("Who may do what, by whom it was granted, until when; grant and revoke."),
        "shield-check",
        "administration.grants",
        "administration:grant:manage",
    ),
    Card(
        lazy_gettext("Roles"),
        lazy_gettext("Groups of people who share rights, such as system administrators."),
        "users-round",
        "administration.roles",
        "administration:grant:manage",
    ),
    Card(
        lazy_gettext("Webhooks"),
        lazy_gettext("Other systems that are told when something happens; what became of the calls."),
        "share-2",
        "administration.webhooks",
        "administration:system:manage",
    ),
    Card(
        lazy_gettext("Transfers"),
        lazy_gettext("Load deliveries of the personnel department and look at what they would change."),
        "upload",
        "directory.deliveries",
        "directory:batch:load",
    ),
    Card(
        lazy_gettext("Duties and groups"),
        lazy_gettext("Who is in charge of what in your organisations, shared groups, section accounts."),
        "id-card",
        "directory.duties",
        "directory:unit:manage",
    ),
    Card(
        lazy_gettext("Arrange the portal"),
        lazy_gettext("What stands where on the common portal and on those of your organisations."),
        "layout-dashboard",
        "portal.arrange",
        "portal:layout:manage",
        _portal,
    ),
    Card(
        lazy_gettext("Business systems"),
        lazy_gettext("The icons of other systems on the portal and who sees them."),
        "external-link",
        "portal.links",
        "portal:launcher:manage",
    ),
    Card(
        lazy_gettext("Retention and disposal"),
        lazy_gettext("Records whose retention has ended: dispose, extend, transfer; holds."),
        "archive",
        "administration.disposals",
        "administration:record:dispose",
    ),
    Card(
        lazy_gettext("Requests for disclosure"),
        lazy_gettext("Search everything, protect, blacken and hand out what somebody has a right to see."),
        "search",
        "disclosure.index",
        "disclosure:case:manage",
    ),
    Card(
        lazy_gettext("Security incidents"),
        lazy_gettext("Reports of what went wrong; keep evidence, end sessions and tokens."),
        "triangle-alert",
        "incidents.index",
        "incidents:incident:manage",
    ),
    Card(
        lazy_gettext("Files with individual numbers"),
        lazy_gettext("Files that seem to hold an individual number: ask who added them, release them."),
        "file-text",
        "attachments.suspected",
        "attachments:file:release",
    ),
    Card(
        lazy_gettext("Jobs"),
        lazy_gettext("What the installation does by itself: what waits, what failed and why."),
        "clock",
        "administration.jobs",
        "administration:system:manage",
    ),
    Card(
        lazy_gettext("Mail about what is new"),
        lazy_gettext("The mail server, what waits, and addresses that take no mail."),
        "mail",
        "notifications.mail",
        "administration:system:manage",
    ),
    Card(
        lazy_gettext("Audit log"),
        lazy_gettext("Who did what, when, from where; as CSV and Excel."),
        "scroll-text",
        "administration.audit_log",
        "administration:audit:read",
    ),
)


@blueprint.get("/")
@signed_in
def index() -> str:
    """What the person may administer."""
    who = actor()
    return render_template(
        "administration/index.html",
        cards=_cards(who),
        functions=_functions(who),
        is_elevated=who.is_elevated,
        administrators=administrators_of(who.unit_id, who.today),
    )


def _cards(who: Actor) -> list[dict[str, Any]]:
    passes_on = bool(delegable_permissions(who))
    return [
        {
            "title": card.title,
            "text": card.text,
            "icon": card.icon,
            "url": url_for(card.endpoint, **card.address(who)),
        }
        for card in CARDS
        if card.endpoint in current_app.view_functions
        and (
            access.holds_somewhere(who, card.permission)
            or (card.endpoint == "administration.grants" and passes_on)
        )
    ]


def _functions(who: Actor) -> list[dict[str, Any]]:
    """Pages of functions that administer them: their views behind a permission that asks for the password again."""
    known = registry()
    return [
        {"title": plugin.title, "text": item.label, "icon": plugin.icon, "url": url_for(item.endpoint)}
        for plugin in known
        if not known.is_core(plugin.id) and rules.is_enabled(plugin, who.unit_id)
        for item in plugin.nav
        if item.permission is not None
        and known.permissions[item.permission].is_elevated
        and access.holds_somewhere(who, item.permission)
    ]
