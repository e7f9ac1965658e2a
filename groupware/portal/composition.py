"""A tab as blocks of HTML: every portlet is asked once, in the order in which it is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app, url_for
from markupsafe import Markup

from groupware.actor import Actor
from groupware.db import session
from groupware.plugin import Portlet
from groupware.portal.arrangement import Columns
from groupware.portal.enums import COLUMNS
from groupware.portal.queries.contents import default_columns, portlets, top
from groupware.portal.queries.shared import Content, shared
from groupware.portal.queries.tabs import Tab


@dataclass(frozen=True, slots=True)
class Block:
    """Something that stands on a tab. `html` is None where a portlet failed."""

    key: str
    title: str
    icon: str
    html: Markup | None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Composed:
    """What a tab shows."""

    top: list[Block]
    columns: dict[str, list[Block]]


def compose(tab: Tab, actor: Actor) -> Composed:
    """Ask the portlets of a tab. On the tab of an organisation they answer for that organisation."""
    offered = portlets(actor)
    frame: dict[str, Any] = {}
    current_app.update_template_context(frame)
    columns: Columns = tab.layout.columns or default_columns(tab.owner, offered.values())
    about = replace(actor, unit_id=tab.unit.id) if tab.unit is not None else actor
    return Composed(
        [block for one in top(offered.values()) if (block := _portlet(one, about, frame)) is not None],
        {column: list(_blocks(columns[column], offered, about, frame)) for column in COLUMNS},
    )


def _blocks(
    keys: Iterable[str],
    offered: dict[str, Portlet],
    actor: Actor,
    frame: dict[str, Any],
) -> Iterable[Block]:
    written: dict[str, Content] = shared().contents
    for key in keys:
        if key in written:
            content = written[key]
            html = _rendered("portal/_content.html", frame, {"content": content})
            yield Block(key, content.title, "", html)
        elif key in offered and (block := _portlet(offered[key], actor, frame)) is not None:
            yield block


def _portlet(portlet: Portlet, actor: Actor, frame: dict[str, Any]) -> Block | None:
    """The portlet's block; None where it has nothing to show. One that fails does not take the portal with it."""
    url = url_for(portlet.endpoint) if portlet.endpoint is not None else None
    try:
        values = portlet.load(actor)
        if not values:
            return None
        html = _rendered(portlet.template, frame, values)
    except Exception:
        if current_app.testing:
            raise
        current_app.logger.exception("the portlet %s failed", portlet.id)
        session.rollback()  # PostgreSQL answers nothing more in a transaction in which a statement has failed
        return Block(portlet.id, str(portlet.title), portlet.icon, None, url)
    return Block(portlet.id, str(portlet.title), portlet.icon, html, url)


def _rendered(name: str, frame: dict[str, Any], values: Mapping[str, Any]) -> Markup:
    """What Flask's `render_template` does, but for asking the context processors once for all blocks."""
    template = current_app.jinja_env.get_template(name)
    return Markup(template.render({**frame, **values}))  # noqa: S704  templates escape by themselves


__all__ = ["Block", "Composed", "compose"]
