"""What every plugin must keep, checked from its declaration. Authors of foreign plugins call `check_plugin` in a test.

Each check raises AssertionError with the plugin and the field at fault.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from groupware.plugin import Plugin
from groupware.registry import folder, registry
from groupware.web.gate import declaration

HEADING = re.compile(r"^# \S", re.MULTILINE)


def check_plugin(app: Flask, plugin: Plugin) -> None:
    """Check a plugin that `app` has loaded."""
    for fault in faults(app, plugin):
        raise AssertionError(f"plugin {plugin.id!r}: {fault}")


def faults(app: Flask, plugin: Plugin) -> Iterator[str]:
    """Everything that is wrong with a plugin, in words."""
    yield from _route_faults(app, plugin)
    yield from _icon_faults(app, plugin)
    yield from _text_faults(plugin)
    yield from _help_faults(plugin)


def _route_faults(app: Flask, plugin: Plugin) -> Iterator[str]:
    with app.app_context():
        known = registry().permissions
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] != plugin.id:
            continue
        access = declaration(app.view_functions[rule.endpoint])
        if access is None:
            yield f"route {rule.rule}: the view declares no access"
        elif access.permission is not None and access.permission not in known:
            yield f"route {rule.rule}: unknown permission {access.permission!r}"
    for field, endpoint in _endpoints(plugin):
        if endpoint not in app.view_functions:
            yield f"field {field!r}: there is no endpoint {endpoint!r}"


def _endpoints(plugin: Plugin) -> Iterator[tuple[str, str]]:
    if plugin.endpoint is not None:
        yield "endpoint", plugin.endpoint
    for item in plugin.nav:
        yield "nav", item.endpoint
    for portlet in plugin.portlets:
        if portlet.endpoint is not None:
            yield "portlets", portlet.endpoint


def _icon_faults(app: Flask, plugin: Plugin) -> Iterator[str]:
    sprite = app.extensions["groupware_assets"].locate("vendor/icons.svg")
    text = sprite.read_text(encoding="utf-8") if sprite is not None else ""
    icons = [
        plugin.icon,
        *(i.icon for i in plugin.nav),
        *(p.icon for p in plugin.portlets),
        *(s.icon for s in plugin.search),
    ]
    for icon in icons:
        if icon and f'id="{icon}"' not in text:
            yield f"icon {icon!r} is not in static/icons.txt"


def _text_faults(plugin: Plugin) -> Iterator[str]:
    texts = {"title": plugin.title, "summary": plugin.summary}
    texts |= {f"permissions.{p.id}": p.title for p in plugin.permissions}
    texts |= {f"rules.{r.id}": r.title for r in plugin.rules}
    texts |= {f"portlets.{p.id}": p.title for p in plugin.portlets}
    for field, text in texts.items():
        if not str(text).strip():
            yield f"field {field!r} is empty"


def _help_faults(plugin: Plugin) -> Iterator[str]:
    if not plugin.in_menu or not plugin.package:
        return
    home = folder(plugin) / "help"
    for locale in ("ja", "en"):
        page = home / locale / "index.md"
        if not page.is_file():
            yield f"there is no help page help/{locale}/index.md"
        elif not HEADING.match(page.read_text(encoding="utf-8")):
            yield f"help/{locale}/index.md does not begin with a heading"
    yield from _missing_translations(home)


def _missing_translations(home: Path) -> Iterator[str]:
    names = {locale: {page.name for page in (home / locale).glob("*.md")} for locale in ("ja", "en")}
    for name in sorted(names["ja"] ^ names["en"]):
        yield f"help page {name} exists in one language only"
