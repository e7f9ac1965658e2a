"""The catalogue tool, on a small tree of its own."""

import json
from pathlib import Path

import pytest

import catalogues

PLUGIN = "from groupware.i18n import gettext, ngettext, pgettext\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("groupware", "plugins/memo", "plugins/bulletin", "templates/memo"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "__init__.py").touch()
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    return tmp_path


def po(tree: Path, name: str) -> str:
    return (tree / "plugins" / name / f"translations/ja/LC_MESSAGES/{name}.po").read_text(encoding="utf-8")


def fill(tree: Path, domain: str, texts: dict[str, object]) -> int:
    file = tree / "texts.json"
    file.write_text(json.dumps(texts), encoding="utf-8")
    return catalogues.fill(domain, file)


def test_catalogue_with_an_untranslated_message_has_a_fault(tree: Path) -> None:
    (tree / "plugins/memo/views.py").write_text(PLUGIN + 'gettext("Caller")\n')
    catalogues.update([])
    assert catalogues.faults() == [
        'plugins/memo/translations/ja/LC_MESSAGES/memo.po: "Caller" is not translated'
    ]


def test_catalogue_filled_with_context_and_plural_is_complete(tree: Path) -> None:
    (tree / "plugins/memo/views.py").write_text(
        PLUGIN
        + 'gettext("Caller")\npgettext("button", "Confirm")\nngettext("%(num)s memo", "%(num)s memos", 2)\n'
    )
    texts = {"Caller": "相手先", "button\u0004Confirm": "確認する", "%(num)s memo": ["%(num)s件の伝言"]}
    assert fill(tree, "memo", texts) == 0
    assert catalogues.faults() == []
    assert [path.name for path in catalogues.compile_all()] == ["memo.mo"]


def test_fill_with_an_unknown_message_says_so(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "plugins/memo/views.py").write_text(PLUGIN + 'gettext("Caller")\n')
    assert fill(tree, "memo", {"Calller": "相手先"}) == 1
    assert "Calller" in capsys.readouterr().err


def test_update_after_a_message_vanished_drops_it_and_keeps_the_others(tree: Path) -> None:
    source = tree / "plugins/memo/views.py"
    source.write_text(PLUGIN + 'gettext("Caller")\ngettext("Call back")\n')
    fill(tree, "memo", {"Caller": "相手先", "Call back": "折り返し"})
    source.write_text(PLUGIN + 'gettext("Caller")\n')
    assert any("obsolete" in fault for fault in catalogues.faults())
    catalogues.update([])
    assert "Call back" not in po(tree, "memo")
    assert catalogues.faults() == []


def test_update_after_code_moved_to_another_package_takes_the_translation_along(tree: Path) -> None:
    source = tree / "plugins/memo/views.py"
    source.write_text(PLUGIN + 'gettext("Caller")\n')
    fill(tree, "memo", {"Caller": "相手先"})
    source.rename(tree / "plugins/bulletin/views.py")
    catalogues.update([])
    assert "相手先" in po(tree, "bulletin")
    assert catalogues.faults() == []


def test_message_with_two_japanese_texts_needs_a_context(tree: Path) -> None:
    for name, text in (("memo", "確認"), ("bulletin", "確定")):
        (tree / f"plugins/{name}/views.py").write_text(PLUGIN + 'gettext("Confirm")\n')
        fill(tree, name, {"Confirm": text})
    fill(tree, "memo", {"Confirm": "確認"})
    (fault,) = catalogues.faults()
    assert "give it a context" in fault


def test_translation_with_a_foreign_placeholder_has_a_fault(tree: Path) -> None:
    (tree / "plugins/memo/views.py").write_text(PLUGIN + 'gettext("Hello %(name)s")\n')
    fill(tree, "memo", {"Hello %(name)s": "%(nam)sさん"})
    assert any("placeholder" in fault for fault in catalogues.faults())


def test_template_of_a_package_is_covered_and_a_site_override_is_not(tree: Path) -> None:
    templates = tree / "plugins/memo/templates/memo"
    templates.mkdir(parents=True)
    (templates / "list.html").write_text("{{ _('Memos') }}")
    (tree / "templates/memo/list.html").write_text("{{ _('Notes') }}")
    catalogues.update([])
    assert "Memos" in po(tree, "memo")
    assert not (tree / "groupware/translations").exists()
