"""Plugins boot alone and together, a removed one blocks nothing, and a fault names the plugin and the field."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Blueprint
from sqlalchemy import inspect

from groupware.app import create_app
from groupware.capabilities import NothingReservable, Reservable
from groupware.config import Settings
from groupware.db import db
from groupware.errors import ConfigurationError
from groupware.migrations import runner
from groupware.plugin import (
    CONTRACT,
    Command,
    Companion,
    EventKind,
    Job,
    NavItem,
    Permission,
    Plugin,
    Portlet,
    PreviewKind,
    RecordKind,
    Rule,
    Scope,
    SearchProvider,
)
from groupware.registry import Registry, core_plugins, discovered
from groupware.testing.contract import check_plugin
from tests.contract.support import sample_person

SHIPPED = {plugin.id: plugin for plugin in discovered()}
SHOP = Plugin(
    id="shop",
    contract=CONTRACT,
    title="Shop",
    summary="Shop.",
    icon="tag",
    order=1,
    in_menu=False,
    package="shop",
)
RULE = Rule(id="shop.days", title="Days", help="", default=1, minimum=1, maximum=2)


def nothing(*_: object) -> None:
    """Stands where a plugin would do something."""


COMMAND = Command(id="shop.buy", names=("buy", "購入"), title="Buy", run=nothing)
RECORD = RecordKind(id="shop.thing", title="", model=Plugin, default_years=1, expired=nothing, purge=nothing)


# ---- Booting ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plugin_id", sorted(SHIPPED))
def test_plugin_boots_alone_and_keeps_the_contract(make_app, initialised, plugin_id):
    plugin = SHIPPED[plugin_id]
    app = initialised(make_app(chosen=[plugin]))
    check_plugin(app, plugin)
    client = sample_person(app)
    assert client.get("/").status_code == 200
    if plugin.endpoint is not None:
        assert client.get(f"{plugin.url_prefix}/").status_code == 200


def test_all_plugins_boot_together_and_keep_the_contract(make_app, initialised):
    app = initialised(make_app())
    registry = app.extensions["groupware_registry"]
    assert set(SHIPPED) <= {plugin.id for plugin in registry}
    for plugin in registry:
        check_plugin(app, plugin)
    client = sample_person(app)
    for plugin in registry:
        if plugin.in_menu:
            assert client.get(f"{plugin.url_prefix}/").status_code == 200, plugin.id


def test_house_boots_without_any_plugin(make_app, initialised):
    app = initialised(make_app(chosen=[]))
    assert [plugin.id for plugin in app.extensions["groupware_registry"] if plugin.id in SHIPPED] == []
    assert sample_person(app).get("/").status_code == 200


# ---- Removing ---------------------------------------------------------------------------------------------------------


def test_removed_plugin_leaves_its_tables_and_blocks_no_upgrade(tmp_path, empty_database_url):
    app = create_app(Settings(instance=tmp_path, database_url=empty_database_url, secret_key="for this test"))
    full, house = app.extensions["groupware_registry"], Registry(core_plugins())
    with app.app_context():
        engine = db.engine
        try:
            assert set(runner.upgrade(engine, full)) == {"core", *_with_tables(full)}
            before = set(inspect(engine).get_table_names())
            assert runner.pending(engine, house) == []
            assert runner.upgrade(engine, house) == []
            assert set(inspect(engine).get_table_names()) == before
            # It comes back to where it was.
            assert runner.pending(engine, full) == []
            assert runner.upgrade(engine, full) == []
        finally:
            engine.dispose()


def _with_tables(registry):
    return [history.id for history in runner.histories(registry) if history.id != "core"]


def test_each_history_has_a_version_table_of_its_own(make_app):
    app = make_app()
    with app.app_context():
        tables = set(inspect(db.engine).get_table_names())
        for history in runner.histories(app.extensions["groupware_registry"]):
            assert history.version_table in tables
            assert history.version_table.startswith(history.prefix)


@pytest.mark.parametrize("plugin_id", sorted(SHIPPED))
def test_plugin_that_the_configuration_leaves_out_is_not_there_at_all(make_app, initialised, plugin_id):
    app = initialised(make_app(disabled_plugins=(plugin_id,)))
    assert plugin_id not in app.extensions["groupware_registry"]
    assert sample_person(app).get(f"{SHIPPED[plugin_id].url_prefix}/").status_code == 404


def test_unknown_name_among_those_left_out_is_warned_of_and_blocks_nothing(caplog):
    with caplog.at_level("WARNING"):
        found = discovered(["buletin"])
    assert {plugin.id for plugin in found} == set(SHIPPED)
    assert "'buletin'" in caplog.text
    assert "bulletin" in caplog.text.replace("'buletin'", "")


def test_known_name_among_those_left_out_is_not_warned_of(caplog):
    with caplog.at_level("WARNING"):
        discovered(sorted(SHIPPED)[:1])
    assert caplog.text == ""


# ---- Faults -----------------------------------------------------------------------------------------------------------

FAULTS: dict[str, tuple[Callable[[Plugin], Plugin], str]] = {
    "id with a capital": (lambda p: replace(p, id="Shop"), "id"),
    "id that is reserved": (lambda p: replace(p, id="admin"), "id"),
    "contract of another version": (lambda p: replace(p, contract=CONTRACT + 1), "contract"),
    "address of its own": (lambda p: replace(p, mount="/here"), "mount"),
    "blueprint with another name": (lambda p: replace(p, blueprint=Blueprint("store", __name__)), "blueprint"),
    "capability that the house does not know": (lambda p: replace(p, provides={Plugin: SHOP}), "provides"),
    "capability that lacks its methods": (lambda p: replace(p, provides={Reservable: SHOP}), "provides"),
    "menu item that opens nothing": (lambda p: replace(p, in_menu=True), "endpoint"),
    "permission of somebody else": (
        lambda p: replace(p, permissions=(Permission(id="other:thing:do", title=""),)), "permissions",
    ),
    "permission in another shape": (
        lambda p: replace(p, permissions=(Permission(id="shop.thing", title=""),)), "permissions",
    ),
    "permission twice": (
        lambda p: replace(p, permissions=(Permission(id="shop:thing:do", title=""),) * 2), "permissions",
    ),
    "permission that implies nothing known": (
        lambda p: replace(p, permissions=(Permission(id="shop:thing:do", title="", implies=("shop:x:y",)),)), "permissions",
    ),
    "view behind an unknown permission": (
        lambda p: replace(p, nav=(NavItem(endpoint="shop.index", label="", permission="shop:x:y"),)), "nav",
    ),
    "rule of somebody else": (lambda p: replace(p, rules=(replace(RULE, id="other.days"),)), "rules"),
    "rule twice": (lambda p: replace(p, rules=(RULE, RULE)), "rules"),
    "rule that is built in": (lambda p: replace(p, rules=(Rule(id="shop.enabled", title="", help="", default=True),)), "rules"),
    "number without bounds": (lambda p: replace(p, rules=(replace(RULE, maximum=None),)), "rules"),
    "default that is no choice": (
        lambda p: replace(p, rules=(Rule(id="shop.c", title="", help="", default="x", choices=(("a", "A"),)),)), "rules",
    ),
    "portlet of somebody else": (
        lambda p: replace(p, portlets=(Portlet(id="news", title="", icon="", template="", load=dict),)), "portlets",
    ),
    "number without an item of the menu": (
        lambda p: replace(
            p, companion=Companion(count="shop.count", panel="shop.panel", module="", sheet="", letter="s")
        ),
        "companion",
    ),
    "event of somebody else": (lambda p: replace(p, events=(EventKind(id="thing", fields=()),)), "events"),
    "preview of a page of somebody else": (
        lambda p: replace(p, previews=(PreviewKind(endpoint="news.one", icon="", describe=nothing),)), "previews",
    ),
    "search twice": (
        lambda p: replace(p, search=(SearchProvider(id="shop.a", title="", icon="", find=lambda *_: ()),) * 2), "search",
    ),
    "kind of record of somebody else": (
        lambda p: replace(p, records=(replace(RECORD, id="thing"),)), "records",
    ),
    "record that is found and not copied": (
        lambda p: replace(p, records=(replace(RECORD, find=nothing),)), "records",
    ),
    "record with parts of no whole": (
        lambda p: replace(p, records=(replace(RECORD, part=Plugin),)), "records",
    ),
    "scope in another shape": (lambda p: replace(p, scopes=(Scope(id="shop:delete", title="Shop"),)), "scopes"),
    "scope that another function has": (
        lambda p: replace(p, scopes=(Scope(id="directory:read", title="Shop"),)), "scopes",
    ),
    "command of somebody else": (lambda p: replace(p, commands=(replace(COMMAND, id="thing"),)), "commands"),
    "command with a space in its name": (
        lambda p: replace(p, commands=(replace(COMMAND, names=("shop now",)),)), "commands",
    ),
    "command without a name": (lambda p: replace(p, commands=(replace(COMMAND, names=()),)), "commands"),
    "command with the name of another one": (
        lambda p: replace(p, commands=(COMMAND, replace(COMMAND, id="shop.sell", names=("ＢＵＹ",)))), "commands",
    ),
    "command behind an unknown permission": (
        lambda p: replace(p, commands=(replace(COMMAND, permission="shop:x:y"),)), "commands",
    ),
    "job of somebody else": (lambda p: replace(p, jobs=(Job(id="thing", title="Thing", every=1, run=nothing),)), "jobs"),
}  # fmt: skip


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_fault_stops_the_start_with_plugin_and_field(fault):
    change, field = FAULTS[fault]
    broken = change(SHOP)
    with pytest.raises(ConfigurationError) as stopped:
        Registry([*core_plugins(), broken])
    assert f"plugin {broken.id!r}" in str(stopped.value)
    assert f"field {field!r}" in str(stopped.value)


def test_two_plugins_of_one_id_are_a_fault():
    with pytest.raises(ConfigurationError, match="plugin 'shop': field 'id'"):
        Registry([SHOP, SHOP])


def test_two_providers_of_one_capability_are_a_fault():
    providers = [
        replace(SHOP, id=name, provides={Reservable: NothingReservable()}) for name in ("shop", "shed")
    ]
    with pytest.raises(ConfigurationError, match="plugin 'shop': field 'provides'"):
        Registry(providers)


def test_plugin_without_a_fault_starts():
    assert "shop" in Registry([*core_plugins(), replace(SHOP, rules=(RULE,))])


def test_package_that_cannot_be_imported_is_named(make_app, monkeypatch):
    def broken(name: str) -> object:
        raise ImportError(f"no module {name}")

    monkeypatch.setattr("groupware.registry.importlib.import_module", broken)
    with pytest.raises(ConfigurationError, match=r"groupware\.portal"):
        core_plugins()
