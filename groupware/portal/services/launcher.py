"""Manage the business systems that the portal offers."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select

from groupware import access, audit
from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.actor import Actor
from groupware.caches import bump
from groupware.db import session
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Invalid, NotFound
from groupware.i18n import gettext, pgettext
from groupware.portal.enums import CACHE, LAUNCHER_ICONS
from groupware.portal.models import LauncherAudience, LauncherLink
from groupware.portal.queries import launcher
from groupware.portal.services.texts import checked_title

MANAGE = "portal:launcher:manage"
URL_LENGTH = 2000
"""Characters."""

Audience = frozenset[tuple[str, int]]
"""Pairs of principal kind and what it refers to."""


@dataclass(frozen=True, slots=True)
class LinkForm:
    """A link as administrators enter it."""

    name: str
    url: str
    icon: str
    audience: Audience


def add_link(actor: Actor, entered: LinkForm) -> LauncherLink:
    """Offer a system, after those that are there. Raises Denied, Invalid with its fields."""
    access.require(actor, MANAGE)
    values = _checked(actor, entered)
    last = session.scalar(select(func.max(LauncherLink.official_order))) or 0
    link = LauncherLink(name=values.name, url=values.url, icon=values.icon, official_order=last + 1)
    session.add(link)
    session.flush()
    _address(link, values.audience)
    _done(actor, "portal.link_added", link)
    return link


def change_link(actor: Actor, uid: uuid.UUID, entered: LinkForm, version: int) -> LauncherLink:
    """Change a link that was read as `version`. Raises NotFound, Denied, Conflict, Invalid with its fields."""
    access.require(actor, MANAGE)
    link = _locked(uid)
    if link.version != version:
        raise Conflict(
            gettext(
                "Somebody else has changed this in the meantime. Please look at the differences before you save."
            ),
            code="changed",
        )
    values = _checked(actor, entered)
    link.name, link.url, link.icon = values.name, values.url, values.icon
    link.version += 1
    _address(link, values.audience)
    _done(actor, "portal.link_changed", link)
    return link


def remove_link(actor: Actor, uid: uuid.UUID) -> None:
    """Take a system off the portal. Raises NotFound, Denied."""
    access.require(actor, MANAGE)
    link = _locked(uid)
    _done(actor, "portal.link_removed", link)
    session.execute(delete(LauncherAudience).where(LauncherAudience.link_id == link.id))
    session.delete(link)
    session.flush()


def order_links(actor: Actor, uids: Sequence[str]) -> None:
    """Put the systems in this order. Raises Conflict if they are no longer the same ones."""
    access.require(actor, MANAGE)
    links = {
        str(link.uid): link
        for link in session.scalars(select(LauncherLink).order_by(LauncherLink.id).with_for_update())
    }
    if sorted(uids) != sorted(links):
        raise Conflict(
            gettext("Somebody else has changed this list. You now see the newest one; please try again."),
            code="changed",
        )
    for place, uid in enumerate(uids, start=1):
        links[uid].official_order = place
    bump(CACHE)
    audit.record(actor, "portal.links_ordered", object_type="core.launcher_link")


def move_link(actor: Actor, uid: uuid.UUID, move: str) -> None:
    """Move a system one place up or down; at the end nothing happens. Raises NotFound."""
    access.require(actor, MANAGE)
    statement = select(LauncherLink.uid).order_by(LauncherLink.official_order, LauncherLink.id)
    uids = list(session.scalars(statement))
    if uid not in uids:
        raise NotFound(gettext("The page you are looking for was not found."))
    at = uids.index(uid)
    to = at + {"up": -1, "down": 1}.get(move, 0)
    if 0 <= to < len(uids):
        uids.insert(to, uids.pop(at))
        order_links(actor, [str(one) for one in uids])


def _locked(uid: uuid.UUID) -> LauncherLink:
    link = session.scalar(select(LauncherLink).where(LauncherLink.uid == uid).with_for_update())
    if link is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return link


def _checked(actor: Actor, entered: LinkForm) -> LinkForm:
    problems: dict[str, object] = {}
    name = checked_title(entered.name, problems, "name", pgettext("business system", "Name"))
    url = entered.url.strip()
    if (problem := url_problem(url)) is not None:
        problems["url"] = problem
    if entered.icon not in LAUNCHER_ICONS:
        problems["icon"] = gettext("Please choose an icon.")
    audience = entered.audience & _known_audience(actor, entered.audience)
    if not audience:
        problems["everyone"] = gettext("Please choose who sees it.")
    if problems:
        raise Invalid(gettext("Please check your entries."), fields=problems)
    if (PrincipalKind.EVERYONE.value, 0) in audience:
        audience = frozenset({(PrincipalKind.EVERYONE.value, 0)})
    return LinkForm(name, url, entered.icon, audience)


def url_problem(url: str) -> str | None:
    """Why an address cannot stand behind an icon, or None: a full http or https address without a password in it."""
    if not url:
        return str(gettext("Please enter “%(field)s”.", field=pgettext("web", "Address")))
    if len(url) > URL_LENGTH:
        return str(
            gettext(
                "Please enter “%(field)s” with at most %(limit)d characters (now %(now)d).",
                field=pgettext("web", "Address"),
                limit=URL_LENGTH,
                now=len(url),
            )
        )
    try:
        parts = urlsplit(url)
        has_place = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        has_place = False
    if not has_place or parts.scheme not in ("http", "https") or re.search(r"[\s\x00-\x20\\]", url):
        return str(gettext("Please enter a full address that begins with http:// or https://."))
    if parts.username is not None or parts.password is not None:
        return str(gettext("Please enter the address without user name and password."))
    return None


def _known_audience(actor: Actor, wanted: Audience) -> Audience:
    known: dict[str, set[int]] = {
        PrincipalKind.EVERYONE.value: {0},
        PrincipalKind.UNIT_TREE.value: set(org_tree(actor.today).units),
        PrincipalKind.RANK.value: {rank for rank, _ in launcher.ranks()},
        PrincipalKind.DUTY_KIND.value: {ref for ref, _ in launcher.duty_kinds()},
        PrincipalKind.GROUP.value: {ref for ref, _ in launcher.groups()},
    }
    return frozenset((kind, ref) for kind, ref in wanted if ref in known.get(kind, ()))


def _address(link: LauncherLink, audience: Audience) -> None:
    session.execute(delete(LauncherAudience).where(LauncherAudience.link_id == link.id))
    for kind, ref in sorted(audience):
        session.add(LauncherAudience(link_id=link.id, principal_id=principal(PrincipalKind(kind), ref).id))
    session.flush()


def _done(actor: Actor, action: str, link: LauncherLink) -> None:
    bump(CACHE)
    audit.record(actor, action, link, object_type="core.launcher_link")


__all__ = [
    "Audience",
    "LinkForm",
    "add_link",
    "change_link",
    "move_link",
    "order_links",
    "remove_link",
    "url_problem",
]
