"""The documentation names everything there is, and its examples run."""

import importlib
import re
import sys
from dataclasses import fields, replace

import pytest
from click.testing import CliRunner

from groupware import plugin as contract
from groupware.commands import cli
from groupware.commands.reference import reference_lines
from groupware.i18n import speaking
from groupware.skeleton import write_skeleton
from groupware.testing.contract import faults
from tests.contract.support import DOCS, sample_person

PARTS = (
    *(
        "Plugin",
        "NavItem",
        "Portlet",
        "Companion",
        "PendingSource",
        "PendingItem",
        "Permission",
        "Rule",
        "EventKind",
        "TopicKind",
        "SocketMessage",
    ),
    *(
        "NotificationKind",
        "About",
        "SearchKind",
        "SearchText",
        "Containers",
        "SearchProvider",
        "SearchHit",
        "RecordKind",
        "Exhibit",
        "Job",
    ),
    *(
        "Scope",
        "Collection",
        "Call",
        "Operation",
        "Slice",
        "AttachmentOwner",
        "Owned",
        "RootUrl",
        "PreviewKind",
        "Linked",
        "Command",
        "CommandPlace",
        "Says",
        "Opens",
        "Answers",
    ),
)


@pytest.fixture
def importable(tmp_path, monkeypatch):
    """A folder on the import path whose modules are forgotten afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    known = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - known:
        if name.partition(".")[0] in ("greeting", "tea_room"):
            del sys.modules[name]


@pytest.mark.parametrize("part", PARTS)
def test_contract_page_names_every_field(part):
    text = (DOCS / "plugin-contract.md").read_text(encoding="utf-8")
    for field in fields(getattr(contract, part)):
        assert f"`{field.name}`" in text or f"`{field.name}(" in text, f"{part}.{field.name}"


def test_contract_page_covers_every_part():
    declared = {
        name for name in vars(contract) if isinstance(getattr(contract, name), type) and name[0].isupper()
    }
    declared = {name for name in declared if getattr(contract, name).__module__ == contract.__name__}
    assert declared == set(PARTS)


def test_tutorial_plugin_runs(make_app, importable, initialised):
    text = (DOCS / "tutorial-plugin.md").read_text(encoding="utf-8")
    files = re.findall(r"^`plugins/(\S+)`\n\n```\w+\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert files[0][0] == "greeting/plugin.py"
    for name, content in files:
        file = importable / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    (importable / "greeting" / "__init__.py").touch()
    plugin = importlib.import_module("greeting.plugin").plugin
    app = initialised(make_app(chosen=[plugin]))
    assert list(faults(app, plugin)) == []
    client = sample_person(app)
    assert "Good morning" in client.get("/greeting/", headers={"Accept-Language": "en"}).text


def test_new_plugin_keeps_the_contract_unasked(make_app, importable, initialised):
    done = CliRunner().invoke(cli, ["new-plugin", "tea_room", "--into", str(importable)])
    assert done.exit_code == 0, done.output
    assert str(importable / "tea_room" / "plugin.py") in done.output
    assert "make reference" in done.output
    plugin = importlib.import_module("tea_room.plugin").plugin
    app = initialised(make_app(chosen=[contract_with_package(plugin)]))
    assert list(faults(app, contract_with_package(plugin))) == []
    client = sample_person(app)
    response = client.get("/tea_room/")
    assert response.status_code == 200
    assert "Tea room" in response.text


def test_new_plugin_brings_a_test_that_finds_what_is_missing(importable, tmp_path_factory):
    write_skeleton("tea_room", importable, "tea_room")
    contract_test = importlib.import_module("tea_room.test_contract").test_plugin_keeps_the_contract
    contract_test(tmp_path_factory.mktemp("whole"))
    (importable / "tea_room" / "help" / "en" / "index.md").unlink()
    with pytest.raises(AssertionError, match="there is no help page help/en/index"):
        contract_test(tmp_path_factory.mktemp("broken"))


def test_new_plugin_overwrites_nothing_and_refuses_an_impossible_name(importable):
    for name in ("tea_room", "Tea", "admin"):
        (importable / "tea_room").mkdir(exist_ok=True)
        done = CliRunner().invoke(cli, ["new-plugin", name, "--into", str(importable)])
        assert done.exit_code == 1, name
    assert list((importable / "tea_room").iterdir()) == []


def contract_with_package(plugin):
    """As the registry would have loaded it."""
    return replace(plugin, package="tea_room")


def test_reference_page_lists_what_is_declared_today(app):
    with app.app_context(), speaking("en"):
        lines = list(reference_lines(app.extensions["groupware_registry"]))
    assert (DOCS / "reference.md").read_text(encoding="utf-8").splitlines() == lines, "run: make reference"
