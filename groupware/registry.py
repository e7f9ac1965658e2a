"""Discovery, validation and order of plugins. The only module that imports them.

Shipped plugins are found by listing the package `plugins`, foreign ones by the entry-point group `groupware.plugins`. The
registry hangs on the app, so that a test builds an app with any subset. A fault names the plugin and the field.
"""

import importlib
import logging
import pkgutil
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path

from flask import current_app

from groupware.errors import ConfigurationError
from groupware.i18n import lazy_gettext
from groupware.notifications.enums import Channel
from groupware.plugin import (
    CONTRACT,
    AttachmentOwner,
    EventKind,
    Job,
    NotificationKind,
    Permission,
    Plugin,
    Rule,
    Scope,
    SearchKind,
    SearchProvider,
    TopicKind,
)
from groupware.text.folding import fold

ENTRY_POINTS = "groupware.plugins"
CAPABILITIES = "groupware.capabilities"
"""Where the protocols stand that a plugin can provide. By name: that module asks the registry."""
CORE = (
    "portal",
    "directory",
    "administration",
    "auth",
    "profile",
    "notifications",
    "realtime",
    "systems",
    "search",
    "attachments",
    "guards",
    "guests",
    "disclosure",
    "incidents",
    "help",
    "api",
    "webhooks",
)
"""Core features with pages, declared with the same `Plugin` object."""

RESERVED = frozenset(
    {
        "api",
        "admin",
        "login",
        "logout",
        "session",
        "static",
        "dav",
        "scim",
        "healthz",
        "readyz",
        "core",
        "core_",
        "plugins",
        *CORE,
    }
)
ROOT_URLS = ("/dav/", "/.well-known/")
"""Below which plugins may have addresses outside of their own."""
_log = logging.getLogger(__name__)
_ID = re.compile(r"[a-z][a-z0-9_]{1,30}")
_SCOPE = re.compile(r"([a-z][a-z0-9_]*)(\.[a-z0-9_]+)?:(read|write)")
_COMMAND = re.compile(r"[^\s/／]{1,20}")
_PERMISSION = re.compile(r"[a-z][a-z0-9_]*:[a-z][a-z0-9_]*:[a-z][a-z0-9_]*")


class Registry:
    """The plugins of one app, in menu order."""

    def __init__(self, plugins: Iterable[Plugin]) -> None:
        self.plugins = tuple(sorted(plugins, key=lambda plugin: (plugin.order, plugin.id)))
        self._by_id = {plugin.id: plugin for plugin in self.plugins}
        _validate(self.plugins)
        self.permissions: dict[str, Permission] = {
            p.id: p for plugin in self.plugins for p in plugin.permissions
        }
        self.rules: dict[str, Rule] = {r.id: r for plugin in self.plugins for r in _rules(plugin)}
        self.events: dict[str, EventKind] = {e.id: e for plugin in self.plugins for e in plugin.events}
        self.jobs: dict[str, Job] = {job.id: job for plugin in self.plugins for job in plugin.jobs}
        self.notifications: dict[str, NotificationKind] = {
            kind.id: kind for plugin in self.plugins for kind in plugin.notifications
        }
        self.scopes: dict[str, Scope] = {
            scope.id: scope for plugin in self.plugins for scope in plugin.scopes
        }
        self.attachment_owners: dict[str, AttachmentOwner] = {
            owner.id: owner for plugin in self.plugins for owner in plugin.attachments
        }
        self.search_kinds: dict[str, SearchKind] = {
            kind.id: kind for plugin in self.plugins for kind in plugin.search if isinstance(kind, SearchKind)
        }
        self.topics: dict[str, tuple[Plugin, TopicKind]] = {
            kind.id: (plugin, kind) for plugin in self.plugins for kind in plugin.topics
        }
        self.implied_by = _implied_by(self.permissions)

    def __iter__(self) -> Iterator[Plugin]:
        return iter(self.plugins)

    def __contains__(self, plugin_id: str) -> bool:
        return plugin_id in self._by_id

    def get(self, plugin_id: str) -> Plugin | None:
        """The plugin with that id, or None."""
        return self._by_id.get(plugin_id)

    def is_core(self, plugin_id: str) -> bool:
        """Whether it is a feature of the house that cannot be switched off."""
        return plugin_id in CORE

    def rules_of(self, plugin: Plugin) -> tuple[Rule, ...]:
        """The rules of a plugin, the built-in one included."""
        return _rules(plugin)

    def owner_of_rule(self, rule_id: str) -> Plugin | None:
        """The plugin that declares a rule."""
        return self._by_id.get(rule_id.split(".", 1)[0])

    def notifications_of(self, event: str) -> tuple[NotificationKind, ...]:
        """What people are told when an event of this kind happens."""
        return tuple(kind for kind in self.notifications.values() if kind.event == event)

    def satisfying(self, permission: str) -> frozenset[str]:
        """The permissions whose holder holds `permission`: itself and all that imply it. KeyError if undeclared."""
        return self.implied_by[permission]


def registry() -> Registry:
    """The registry of the current app."""
    found: Registry = current_app.extensions["groupware_registry"]
    return found


def core_plugins() -> list[Plugin]:
    """The features of the house."""
    return [_load(f"groupware.{name}.plugin", f"groupware.{name}") for name in CORE]


def import_models(plugins: Iterable[Plugin]) -> None:
    """Make every table known: `models.py` of the house's packages and of the plugins, whoever else imports them or not."""
    house = Path(__file__).resolve().parent
    names = [f"groupware.{file.parent.name}.models" for file in sorted(house.glob("*/models.py"))]
    names += ["groupware.caches", "groupware.idempotency"]
    names += [f"{plugin.package}.models" for plugin in plugins if (folder(plugin) / "models.py").is_file()]
    for name in names:
        importlib.import_module(name)


def discovered(disabled: Iterable[str] = ()) -> list[Plugin]:
    """Shipped and foreign plugins except the disabled ones. Raises ConfigurationError for what cannot be imported.

    A disabled plugin that is not there is only warned of: it may be a slip, or a package that was removed meanwhile, which
    must block nothing.
    """
    off = set(disabled)
    names = [
        info.name for info in pkgutil.iter_modules(importlib.import_module("plugins").__path__) if info.ispkg
    ]
    points = sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name)
    there = {*names, *(point.name for point in points)}
    for name in sorted(off - there):
        known = ", ".join(sorted(there))
        _log.warning("disabled_plugins names %r, and there is no such plugin; there are: %s", name, known)
    found = [_load(f"plugins.{name}.plugin", f"plugins.{name}") for name in sorted(names) if name not in off]
    for point in points:
        if point.name in off:
            continue
        try:
            found.append(replace(_checked(point.load(), point.name), package=point.module.rpartition(".")[0]))
        except ImportError as error:
            raise ConfigurationError(f"plugin {point.name!r} cannot be imported: {error}") from error
    return found


def _load(module: str, package: str) -> Plugin:
    try:
        loaded = importlib.import_module(module)
    except ImportError as error:
        raise ConfigurationError(f"plugin {package!r} cannot be imported: {error}") from error
    return replace(_checked(getattr(loaded, "plugin", None), package), package=package)


def _checked(value: object, name: str) -> Plugin:
    if not isinstance(value, Plugin):
        raise ConfigurationError(f"plugin {name!r}: its plugin.py has no Plugin named 'plugin'")
    return value


def folder(plugin: Plugin) -> Path:
    """Where the package of a plugin lies; a plugin made in a test has none of its own."""
    if not plugin.package:
        return Path("/nonexistent")
    module = importlib.import_module(plugin.package)
    return Path(str(module.__file__)).resolve().parent


def enabled_rule(plugin: Plugin) -> str:
    """The id of the built-in rule that switches a plugin on and off."""
    return f"{plugin.id}.enabled"


def _rules(plugin: Plugin) -> tuple[Rule, ...]:
    declared = (*plugin.rules, *(_channels_rule(kind) for kind in plugin.notifications))
    if plugin.id in CORE:
        return declared
    built_in = Rule(
        id=enabled_rule(plugin),
        title=lazy_gettext("In use"),
        help=lazy_gettext(
            "Switched off, the function disappears from menu, portal and search. Its data stays."
        ),
        default=True,
    )
    return (built_in, *declared)


def _channels_rule(kind: NotificationKind) -> Rule:
    return Rule(
        id=kind.channels_rule,
        title=lazy_gettext("How people are told: %(kind)s", kind=kind.title),
        help=lazy_gettext("Holds for people who have not chosen otherwise in their own settings."),
        default=kind.channels,
        choices=tuple((channel.value, channel.label) for channel in Channel),
    )


def _implied_by(permissions: dict[str, Permission]) -> dict[str, frozenset[str]]:
    holders = {name: {name} for name in permissions}
    changed = True
    while changed:
        changed = False
        for name, permission in permissions.items():
            for implied in permission.implies:
                missing = holders[name] - holders[implied]
                if missing:
                    holders[implied] |= missing
                    changed = True
    return {name: frozenset(values) for name, values in holders.items()}


def _validate(plugins: tuple[Plugin, ...]) -> None:
    seen: set[str] = set()
    mounts: dict[str, str] = {}
    providers: dict[type, str] = {}
    for plugin in plugins:
        if plugin.id in seen:
            raise ConfigurationError(f"plugin {plugin.id!r}: field 'id': two plugins have this id")
        seen.add(plugin.id)
        _validate_one(plugin)
        if plugin.blueprint is not None and plugin.url_prefix:
            other = mounts.setdefault(plugin.url_prefix, plugin.id)
            if other != plugin.id:
                raise ConfigurationError(f"plugin {plugin.id!r}: field 'mount': {other!r} has it")
        _validate_root_urls(plugin, mounts)
    declared = {p.id for plugin in plugins for p in plugin.permissions}
    _validate_commands(plugins, declared)
    for plugin in plugins:
        for permission in plugin.permissions:
            for implied in permission.implies:
                if implied not in declared:
                    _fault(plugin, "permissions", f"{permission.id!r} implies the unknown {implied!r}")
        for item in plugin.nav:
            if item.permission is not None and item.permission not in declared:
                _fault(plugin, "nav", f"unknown permission {item.permission!r}")
        for capability, provider in plugin.provides.items():
            if capability.__module__ != CAPABILITIES:
                _fault(plugin, "provides", f"{capability.__name__} is none of {CAPABILITIES}")
            if not isinstance(provider, capability):
                _fault(plugin, "provides", f"what provides {capability.__name__} lacks some of its methods")
            other = providers.setdefault(capability, plugin.id)
            if other != plugin.id:
                _fault(plugin, "provides", f"{other!r} provides {capability.__name__} already")


def _validate_commands(plugins: tuple[Plugin, ...], permissions: set[str]) -> None:
    names: dict[str, str] = {}
    for plugin in plugins:
        for command in plugin.commands:
            if not command.names:
                _fault(plugin, "commands", f"{command.id!r} has no name")
            if command.permission is not None and command.permission not in permissions:
                _fault(plugin, "commands", f"unknown permission {command.permission!r}")
            for name in command.names:
                if not _COMMAND.fullmatch(name):
                    _fault(plugin, "commands", f"{name!r} holds a space or a slash, or is too long")
                other = names.setdefault(fold(name), command.id)
                if other != command.id:
                    _fault(plugin, "commands", f"{other!r} has the name {name!r}")


def _validate_root_urls(plugin: Plugin, mounts: dict[str, str]) -> None:
    for root in plugin.root_urls:
        if not root.path.startswith(ROOT_URLS):
            _fault(plugin, "root_urls", f"{root.path!r} is below none of {', '.join(ROOT_URLS)}")
        other = mounts.setdefault(root.path, plugin.id)
        if other != plugin.id:
            _fault(plugin, "root_urls", f"{other!r} has {root.path!r}")


def _validate_one(plugin: Plugin) -> None:
    is_core = plugin.package.startswith("groupware.")
    if not _ID.fullmatch(plugin.id):
        _fault(plugin, "id", "lower-case letters, digits and _ only, beginning with a letter")
    if plugin.id in RESERVED and not is_core:
        _fault(plugin, "id", "this id is reserved for the house")
    if plugin.contract != CONTRACT:
        _fault(plugin, "contract", f"written for contract {plugin.contract}, this is contract {CONTRACT}")
    if plugin.mount is not None and not is_core:
        _fault(plugin, "mount", "only features of the house choose their address")
    if plugin.blueprint is not None and plugin.blueprint.name != plugin.id:
        _fault(plugin, "blueprint", f"is named {plugin.blueprint.name!r}, must be named like the plugin")
    if plugin.in_menu and plugin.endpoint is None:
        _fault(plugin, "endpoint", "a plugin in the menu needs the endpoint that its item opens")
    for permission in plugin.permissions:
        if not _PERMISSION.fullmatch(permission.id) or not permission.id.startswith(plugin.id + ":"):
            _fault(plugin, "permissions", f"{permission.id!r} is not {plugin.id}:<resource>:<action>")
    for name, values in (
        ("permissions", [p.id for p in plugin.permissions]),
        ("rules", [r.id for r in plugin.rules]),
        ("portlets", [p.id for p in plugin.portlets]),
        ("events", [e.id for e in plugin.events]),
        ("topics", [t.id for t in plugin.topics]),
        ("notifications", [n.id for n in plugin.notifications]),
        ("search", [s.id for s in plugin.search]),
        ("records", [r.id for r in plugin.records]),
        ("attachments", [a.id for a in plugin.attachments]),
        ("jobs", [j.id for j in plugin.jobs]),
        ("scopes", [s.id for s in plugin.scopes]),
        ("commands", [c.id for c in plugin.commands]),
        ("sockets", [m.id for m in plugin.sockets]),
    ):
        if len(set(values)) != len(values):
            _fault(plugin, name, "holds the same id twice")
    for name, values in (
        ("rules", [r.id for r in plugin.rules]),
        ("portlets", [p.id for p in plugin.portlets]),
        ("events", [e.id for e in plugin.events]),
        ("topics", [t.id for t in plugin.topics]),
        ("notifications", [n.id for n in plugin.notifications]),
        ("search", [s.id for s in plugin.search]),
        ("records", [r.id for r in plugin.records]),
        ("attachments", [a.id for a in plugin.attachments]),
        ("jobs", [j.id for j in plugin.jobs]),
        ("commands", [c.id for c in plugin.commands]),
        ("sockets", [m.id for m in plugin.sockets]),
    ):
        for value in values:
            if not value.startswith(plugin.id + "."):
                _fault(plugin, name, f"{value!r} must begin with {plugin.id!r} and a dot")
    _validate_companion(plugin)
    _validate_details(plugin)
    _validate_records(plugin)


def _validate_records(plugin: Plugin) -> None:
    for record in plugin.records:
        if (record.find is None) != (record.exhibit is None):
            _fault(plugin, "records", f"{record.id!r} is found and not copied, or the reverse")
        if (record.part is None) != (record.whole is None):
            _fault(plugin, "records", f"{record.id!r} has parts of no whole, or the reverse")


def _validate_companion(plugin: Plugin) -> None:
    found = plugin.companion
    if found is None:
        return
    if not plugin.in_menu:
        _fault(plugin, "companion", "its number stands at an item of the menu, and there is none")
    for endpoint in (found.count, found.panel):
        if not endpoint.startswith(f"{plugin.id}."):
            _fault(plugin, "companion", f"{endpoint!r} is no page of the plugin")
    if not re.fullmatch(r"[a-z]", found.letter):
        _fault(plugin, "companion", "its letter is one of a to z")


def _validate_details(plugin: Plugin) -> None:
    for preview in plugin.previews:
        if not preview.endpoint.startswith(f"{plugin.id}."):
            _fault(plugin, "previews", f"{preview.endpoint!r} is no page of the plugin")
    for rule in plugin.rules:
        _validate_rule(plugin, rule)
    for scope in plugin.scopes:
        found = _SCOPE.fullmatch(scope.id)
        if found is None or (found[1] != plugin.id and not plugin.package.startswith("groupware.")):
            _fault(plugin, "scopes", f"{scope.id!r} is not {plugin.id}:read or {plugin.id}:write")
    for topic in plugin.topics:
        if bool(topic.signals) != (topic.may_signal is not None):
            _fault(plugin, "topics", f"{topic.id!r} has signals and nobody who may send them, or the reverse")
    fields = {event.id: event.fields for event in plugin.events}
    for kind in plugin.notifications:
        if kind.subject not in fields.get(kind.event, ()):
            _fault(
                plugin, "notifications", f"{kind.id!r}: no event {kind.event!r} with a field {kind.subject!r}"
            )
        if not kind.about.startswith(plugin.id + "."):
            _fault(plugin, "notifications", f"{kind.id!r}: its thing must begin with {plugin.id!r} and a dot")
        if not set(kind.channels) <= set(Channel):
            _fault(plugin, "notifications", f"{kind.id!r}: channels are {', '.join(Channel)}")
    for searched in plugin.search:
        if isinstance(searched, SearchProvider) or searched.containers is not None:
            continue
        if not hasattr(searched.model, "access"):
            _fault(plugin, "search", f"{searched.id!r}: neither containers nor a model that declares access")


def _validate_rule(plugin: Plugin, rule: Rule) -> None:
    if rule.id == f"{plugin.id}.enabled":
        _fault(plugin, "rules", f"{rule.id!r} is built in")
    if rule.kind == "int" and (rule.minimum is None or rule.maximum is None):
        _fault(plugin, "rules", f"{rule.id!r} is a number without bounds")
    values = rule.default if isinstance(rule.default, tuple) else (rule.default,)
    if rule.choices and not set(values) <= {choice for choice, _ in rule.choices}:
        _fault(plugin, "rules", f"the default of {rule.id!r} is none of its choices")


def _fault(plugin: Plugin, field: str, reason: str) -> None:
    raise ConfigurationError(f"plugin {plugin.id!r}: field {field!r}: {reason}")
