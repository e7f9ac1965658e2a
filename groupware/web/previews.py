"""What addresses of the house lead to, as somebody may see it. Nothing is ever asked of another house.

An address is of the house when it names the host by which this page was asked for, or that of the setting `public_url`. Whatever
a reader may not see, or was switched off for them, has no preview, like an address that leads nowhere.
"""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from groupware import rules
from groupware.actor import Actor
from groupware.plugin import Linked, PreviewKind


@dataclass(frozen=True, slots=True)
class Preview:
    """What an address leads to."""

    url: str
    icon: str
    title: str
    detail: str


def previews(actor: Actor, addresses: Collection[str]) -> dict[str, Preview]:
    """Address → what it leads to, for those of the house of which the actor may know. A few queries for each kind of page there is.

    Guests have none: outside of their room nothing exists for them.
    """
    if not addresses or actor.is_guest:
        return {}
    kinds = {kind.endpoint: kind for plugin in rules.enabled(actor.unit_id) for kind in plugin.previews}
    asked: dict[str, dict[str, Linked]] = {}
    for address in addresses:
        found = _page_of(address)
        if found is not None and found[0] in kinds:
            asked.setdefault(found[0], {})[address] = found[1]
    return {
        address: preview
        for endpoint, pages in asked.items()
        for address, preview in _described(actor, kinds[endpoint], pages).items()
    }


def _described(actor: Actor, kind: PreviewKind, pages: dict[str, Linked]) -> dict[str, Preview]:
    hits = kind.describe(actor, list(dict.fromkeys(pages.values())))
    return {
        address: Preview(hit.url, kind.icon, hit.title, hit.detail)
        for address, page in pages.items()
        if (hit := hits.get(page)) is not None
    }


def _page_of(address: str) -> tuple[str, Linked] | None:
    """The endpoint and the page that an address of the house leads to."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if not _is_own(parts):
        return None
    path = parts.path.removeprefix(request.script_root)
    try:
        endpoint, arguments = current_app.url_map.bind(request.host).match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return None
    uid = arguments.get("uid")
    if not isinstance(uid, UUID) or len(arguments) > 1:
        return None
    return str(endpoint), Linked(uid, parts.query)


def _is_own(parts: SplitResult) -> bool:
    public = current_app.extensions["groupware_settings"].public_url
    return parts.netloc.lower() in {request.host.lower(), urlsplit(public).netloc.lower()} - {""}


__all__ = ["Preview", "previews"]
