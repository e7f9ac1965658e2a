"""What `base.html` shows around every page: header, menu with badges, section bar, preferences."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_wtf.csrf import generate_csrf

from groupware import clock, rules
from groupware.access import holds_somewhere
from groupware.actor import Actor
from groupware.auth.loading import SignedIn
from groupware.config import Settings
from groupware.i18n import current_locale, gettext, lazy_gettext, lazy_pgettext
from groupware.notifications.queries import at_the_bell
from groupware.plugin import Companion, NavItem, Plugin
from groupware.portal.rules import menu_labels, menu_order
from groupware.registry import folder, registry
from groupware.web.boundary import current_plugin, signed_in_person

LABELS = {
    "production": lazy_pgettext("instance", "Production"),
    "demo": lazy_pgettext("instance", "Demo"),
    "verification": lazy_gettext("Verification"),
    "training": lazy_gettext("Training"),
}
REHEARSALS = ("verification", "training")
"""Instances that must not be taken for the real one: their label is loud."""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One function in the main menu."""

    id: str
    label: str
    short_label: str
    icon: str
    url: str
    badge: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class ShellCompanion:
    """What a function keeps at hand: where its number and its panel are asked for. No panel on the function's own pages."""

    id: str
    label: str
    icon: str
    url: str
    count_url: str
    panel_url: str | None
    module: str
    sheet: str
    letter: str


@dataclass(frozen=True, slots=True)
class Preferences:
    """How the person wants the pages to look."""

    theme: str = ""
    text_size: str = "standard"
    density: str = "comfortable"
    locale: str = "ja"
    date_style: str = "western"
    has_shortcuts: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """The section bar of the plugin whose page is shown."""

    title: str
    icon: str
    help_url: str | None
    links: list[tuple[str, str, bool, int]]
    primary: tuple[str, str, str] | None
    menus: list[tuple[str, list[tuple[str, str, bool, int]]]] = field(default_factory=list)
    """Views that stand in menus behind the links: what a menu is called, and its links."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where the timeline is, and how much of it is unread (up to 100)."""

    url: str
    count: int


@dataclass(frozen=True, slots=True)
class ShellPerson:
    """The signed-in person in the header."""

    display_name: str
    unit_name: str
    post_name: str
    photo_url: str | None
    url: str
    acting_as: str = ""


@dataclass(frozen=True, slots=True)
class Elevation:
    """Administration mode: how many minutes it still lasts, and where it is ended."""

    minutes: int
    end_url: str


@dataclass(slots=True)
class Shell:
    """The frame of a page. Attributes that cost a query are computed when a template first asks."""

    municipality: str
    instance_label: str
    is_rehearsal: bool
    preferences: Preferences
    person: ShellPerson | None = None
    menu: list[MenuItem] = field(default_factory=list)
    companions: list[ShellCompanion] = field(default_factory=list)
    section: Section | None = None
    home_url: str = "/"
    help_url: str = "/help/"
    """Guests have neither help nor search, and a home of their own."""
    search_url: str = "/search"
    timeline: Timeline | None = None
    locale_links: list[tuple[str, str, bool]] = field(default_factory=list)
    profile_links: list[tuple[str, str, str]] = field(default_factory=list)
    sign_out_url: str = "/logout"
    administration_url: str | None = None
    elevation: Elevation | None = None
    hand_over_url: str | None = None
    is_printing: bool = False
    today: date = field(default_factory=clock.today)


def plain_shell() -> Shell:
    """The frame for those who are not signed in; needs no database."""
    settings: Settings = current_app.extensions["groupware_settings"]
    is_rehearsal = settings.label in REHEARSALS
    return Shell(
        municipality=settings.municipality,
        instance_label=str(LABELS["demo" if settings.demo and not is_rehearsal else settings.label]),
        is_rehearsal=is_rehearsal,
        preferences=Preferences(locale=current_locale.get()),
        locale_links=_locale_links(),
        is_printing="print" in request.args,
    )


def shell() -> Shell:
    """The frame of the current page, made once per request."""
    if "shell" in g:
        made: Shell = g.shell
        return made
    signed_in = signed_in_person()
    frame = plain_shell()
    if signed_in is not None:
        _fill(frame, signed_in)
    elif (who := g.get("actor")) is not None and who.is_guest:
        frame.search_url, frame.home_url, frame.help_url = "", "/guests/", ""
    g.shell = frame
    return frame


def _fill(frame: Shell, signed_in: SignedIn) -> None:
    actor = signed_in.actor
    frame.preferences = Preferences(
        theme=signed_in.theme,
        text_size=signed_in.text_size,
        density=signed_in.density,
        locale=signed_in.locale,
        date_style=signed_in.date_style,
        has_shortcuts=signed_in.has_shortcuts,
    )
    frame.person = ShellPerson(
        display_name=signed_in.display_name,
        unit_name=signed_in.unit_name,
        post_name=signed_in.post_name,
        photo_url=_optional_url("directory.photo", uid=signed_in.person_uid) if signed_in.has_photo else None,
        url=_optional_url("directory.person", uid=signed_in.person_uid) or "",
        acting_as=gettext("%(section)s (section account)", section=signed_in.acting_as)
        if actor.on_behalf_of is not None
        else signed_in.acting_as,
    )
    if signed_in.is_shared_device:
        frame.hand_over_url = _optional_url("auth.hand_over")
    if actor.elevated_until is not None and actor.is_elevated:
        frame.elevation = Elevation(
            ceil((actor.elevated_until - actor.now).total_seconds() / 60),
            _optional_url("auth.stop_elevation") or "",
        )
    frame.search_url = _optional_url("search.index") or ""
    frame.timeline = Timeline(
        _optional_url("notifications.index") or "", at_the_bell(actor, signed_in.unread_notices)
    )
    current = current_plugin()
    labels = menu_labels(rules.value_for(actor, "portal.menu_labels"))
    for plugin in in_menu_order(rules.enabled(actor.unit_id), rules.value_for(actor, "portal.menu_order")):
        if not plugin.in_menu or plugin.id == "administration":
            continue
        frame.menu.append(
            MenuItem(
                plugin.id,
                labels.get(plugin.id) or str(plugin.title),
                labels.get(plugin.id) or str(plugin.short_title or plugin.title),
                plugin.icon,
                url_for(str(plugin.endpoint)),
                plugin.badge(actor) if plugin.badge is not None else 0,
                plugin is current,
            )
        )
        if plugin.companion is not None:
            frame.companions.append(_companion(plugin, plugin.companion, frame.menu[-1]))
    if current is not None:
        frame.section = _section(current, signed_in, labels.get(current.id) or str(current.title))
    frame.profile_links = [
        (str(label), url, icon)
        for label, endpoint, icon in PROFILE_LINKS
        if (url := _optional_url(endpoint)) is not None
    ]
    if any(_administers(signed_in, name) for name in _administration_permissions()):
        frame.administration_url = _optional_url("administration.index")


def _companion(plugin: Plugin, companion: Companion, item: MenuItem) -> ShellCompanion:
    return ShellCompanion(
        plugin.id,
        item.label,
        plugin.icon,
        item.url,
        url_for(companion.count),
        None if item.is_current else url_for(companion.panel),
        companion.module,
        companion.sheet,
        companion.letter.upper(),
    )


def in_menu_order(plugins: Iterable[Plugin], wanted: str) -> list[Plugin]:
    """The plugins that the rule names in its order, then the others in theirs."""
    places = {name: place for place, name in enumerate(menu_order(wanted))}
    return sorted(plugins, key=lambda plugin: places.get(plugin.id, len(places)))


PROFILE_LINKS = (
    (lazy_gettext("Personal settings"), "profile.index", "settings"),
    (lazy_gettext("Sessions and password"), "auth.sessions", "key-round"),
    (lazy_gettext("Switch post or section account"), "auth.acting", "repeat"),
    (lazy_gettext("Report a security incident"), "incidents.new", "triangle-alert"),
)


def _administration_permissions() -> list[str]:
    return [name for name, permission in registry().permissions.items() if permission.is_elevated]


def _administers(signed_in: SignedIn, permission: str) -> bool:
    return holds_somewhere(signed_in.actor, permission)


def _section(plugin: Plugin, signed_in: SignedIn, title: str) -> Section | None:
    items = [item for item in plugin.nav if _is_for(signed_in.actor, item)]
    primary = next((i for i in items if i.is_primary), None)
    groups: dict[str, list[tuple[str, str, bool, int]]] = {"": []}
    for item in items:
        if not item.is_primary:
            groups.setdefault(str(item.group), []).append(_link(item, signed_in.actor))
    return Section(
        title=title,
        icon=plugin.icon,
        help_url=_help_url(plugin),
        links=groups.pop(""),
        primary=(str(primary.label), url_for(primary.endpoint), primary.icon or "plus") if primary else None,
        menus=list(groups.items()),
    )


def _link(item: NavItem, actor: Actor) -> tuple[str, str, bool, int]:
    count = item.badge(actor) if item.badge is not None else 0
    return str(item.label), url_for(item.endpoint), request.endpoint == item.endpoint, count


def _is_for(actor: Actor, item: NavItem) -> bool:
    if item.permission is not None and not holds_somewhere(actor, item.permission):
        return False
    return item.is_shown is None or item.is_shown(actor)


def _help_url(plugin: Plugin) -> str | None:
    """The plugin's own help, or all of it where the plugin brings none; help itself needs no way to help."""
    if plugin.id == "help":
        return None
    if _has_help(folder(plugin)):
        return _optional_url("help.plugin", plugin_id=plugin.id)
    return _optional_url("help.index")


@cache
def _has_help(plugin_folder: Path) -> bool:
    return (plugin_folder / "help" / "ja" / "index.md").is_file()


def _locale_links() -> list[tuple[str, str, bool]]:
    url = _optional_url("auth.language")
    if url is None:
        return []
    current = current_locale.get()
    return [
        (name, f"{url}?locale={code}", code == current)
        for code, name in (("ja", "日本語"), ("en", "English"))
    ]


def _optional_url(endpoint: str, **values: Any) -> str | None:
    """The address of an endpoint, or None if this installation has none of that name."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def install(app: Flask) -> None:
    """Give every template `shell`, `csrf_token` and the helpers of the frame."""

    app.jinja_env.globals["optional_url"] = _optional_url

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {"shell": _Lazy(shell), "csrf_token": generate_csrf, "csp_nonce": g.get("csp_nonce", "")}


class _Lazy:
    """The shell, made only if the template looks at it: a fragment does not pay for the menu."""

    def __init__(self, make: Callable[[], Shell]) -> None:
        self._make = make
        self._made: Shell | None = None

    def __getattr__(self, name: str) -> Any:
        if self._made is None:
            self._made = self._make()
        return getattr(self._made, name)


__all__ = ["MenuItem", "Preferences", "Section", "Shell", "install", "plain_shell", "shell"]
