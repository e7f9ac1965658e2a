"""Help: what is listed, how it is rendered, what is found, whom to ask."""

import re
from datetime import date

import pytest

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.auth.models import Preference
from groupware.db import unit
from groupware.directory.models import DutyHolder
from groupware.help.pages import HelpPage, matching, pages_of, rendered
from groupware.help.queries import administrators_of
from groupware.plugin import CONTRACT, Plugin
from groupware.registry import core_plugins
from groupware.rules.services import set_rule
from groupware.search.highlight import snippet
from groupware.setup import initialise
from groupware.testing.contract import faults


def address(plugin_id, name):
    return f"/help/{plugin_id}/{name}"


@pytest.fixture
def written(tmp_path):
    """`written(text)` is a page of help."""

    def write(text):
        file = tmp_path / "page.md"
        file.write_text(text, encoding="utf-8")
        return HelpPage("sample", "page", "Page", file)

    return write


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A function that brings help, as a package on the import path."""
    home = tmp_path / "packages" / "sample_with_help"
    (home / "help" / "ja").mkdir(parents=True)
    (home / "__init__.py").touch()
    (home / "help" / "ja" / "index.md").write_text("# 見本の使い方\n\n最初の手順です。\n", encoding="utf-8")
    (home / "help" / "ja" / "more.md").write_text("# もっと詳しく\n\n<b>x</b>\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(home.parent))
    return "sample_with_help"


@pytest.fixture
def app(make_app, package):
    plugin = Plugin(
        id="sample",
        contract=CONTRACT,
        title="見本",
        summary="A function for tests.",
        icon="inbox",
        order=1,
        in_menu=False,
        package=package,
    )
    built = make_app(chosen=[plugin])
    with built.app_context(), unit("write"):
        initialise()
    return built


@pytest.fixture
def section(factory):
    return factory.unit("総務課", factory.unit("総務局", factory.unit("みなと市")))


@pytest.fixture
def clerk(factory, section):
    return factory.person("佐藤 葵", section, factory.post("主事", 50))


def test_index_lists_every_function_that_brings_help(clerk, sign_in):
    text = sign_in(clerk).get("/help/").text
    for title in (
        "はじめての方へ",
        "キーボードと読み上げ",
        "印刷と出力",
        "ポータルの見方",
        "見本の使い方",
        "もっと詳しく",
    ):
        assert title in text
    assert text.index("はじめての方へ") < text.index("見本の使い方")


def test_first_page_of_a_function_is_its_index(clerk, sign_in):
    text = sign_in(clerk).get("/help/sample").text
    assert "<h1>見本の使い方" in text
    assert "最初の手順です。" in text
    assert "わからないときは" in text


@pytest.mark.parametrize(
    "path", ["/help/attic", "/help/sample/attic", "/help/sample/..%2f..%2fplugin", "/help/attic/index"]
)
def test_page_that_does_not_exist_is_not_found(clerk, sign_in, path):
    assert sign_in(clerk).get(path).status_code == 404


def test_help_of_a_switched_off_function_vanishes(clerk, factory, write, sign_in):
    factory.grant(PrincipalKind.PERSON, clerk, "administration:rule:set")
    actor = factory.actor(clerk)
    with write():
        set_rule(actor, "sample.enabled", None, False)
    client = sign_in(clerk)
    assert client.get("/help/sample").status_code == 404
    assert "見本の使い方" not in client.get("/help/").text
    assert "見本の使い方" not in client.get("/help/?q=手順").text


def test_help_is_japanese_where_the_other_language_is_missing(clerk, write, sign_in):
    with write() as session:
        session.add(Preference(person_id=clerk, locale="en"))
    client = sign_in(clerk)
    assert "見本の使い方" in client.get("/help/sample").text
    assert "First steps" in client.get("/help/").text


def test_search_in_help_finds_words_in_title_before_words_in_text(clerk, sign_in):
    text = sign_in(clerk).get("/help/", query_string={"q": "印刷"}).text
    found = text.split('class="items', 1)[1]
    assert found.index("印刷と出力") < found.index("はじめての方へ") if "はじめての方へ" in found else True
    assert "<mark>印刷</mark>" in found


def test_search_in_help_without_result_says_so(clerk, sign_in):
    assert "「xyzzy」を含む説明は見つかりませんでした。" in sign_in(clerk).get("/help/?q=xyzzy").text


def test_help_needs_sign_in(client):
    assert client.get("/help/").status_code == 302


def test_html_and_pictures_are_not_rendered(written):
    page = written("# T\n\n<script>alert(1)</script> ![a](http://x/y.png) [bad](javascript:alert(1))\n")
    body = str(rendered(page, address).body)
    assert "<script" not in body
    assert "<img" not in body
    assert 'href="javascript' not in body


def test_headings_become_the_table_of_contents(written):
    made = rendered(written("# Title\n\n## One\n\n### Half\n\n## Two `x`\n"), address)
    assert [(one.id, one.text, one.level) for one in made.headings] == [
        ("section-1", "One", 2),
        ("section-2", "Half", 3),
        ("section-3", "Two x", 2),
    ]
    assert "<h1" not in made.body
    assert '<h2 id="section-1">One</h2>' in made.body


def test_links_lead_to_pages_of_help(written):
    body = rendered(
        written("[a](other.md) [b](../portal/arrange.md#x) [c](/portal/pages) [d](#e)"), address
    ).body
    for href in ("/help/sample/other", "/help/portal/arrange#x", "/portal/pages", "#e"):
        assert f'href="{href}"' in body


def test_changed_file_is_read_again(written):
    page = written("# T\n\nold\n")
    assert "old" in rendered(page, address).body
    written("# T\n\nnewer\n")
    assert "newer" in rendered(page, address).body


def test_matching_needs_all_words_and_folds_them(written):
    page = written("# T\n\nﾊﾟｿｺﾝで印刷する\n")
    assert [found for found, _words in matching([page], "ぱそこん 印刷")] == [page]
    assert matching([page], "ぱそこん 掃除") == []
    assert matching([page], "") == []


def test_line_break_of_the_file_is_no_space_in_japanese(written):
    page = written("# 題\n\n操作履歴に\n**残ります**。\nExcelから\n\nThe last\n*word* is\nhere.\n")
    ((_, words),) = matching([page], "残ります")
    assert words == "操作履歴に残ります。Excelから"
    ((_, words),) = matching([page], "last word")
    assert words == "The last word is here."
    body = rendered(page, address).body
    assert "操作履歴に<strong>残ります</strong>。Excelから" in body
    assert "The last <em>word</em> is here." in body


def test_snippet_of_a_long_line_shows_the_word():
    line = "あ" * 300 + "目印" + "い" * 300
    found = snippet(line, "目印")
    assert "目印" in found
    assert len(found) <= 142
    assert found.startswith("…")
    assert found.endswith("…")


def test_every_link_between_help_pages_leads_somewhere():
    plugins = {plugin.id: plugin for plugin in core_plugins()}
    wrong = []

    def check(plugin_id, name):
        plugin = plugins.get(plugin_id)
        if plugin is not None and name not in {page.name for page in pages_of(plugin, locale)}:
            wrong.append((plugin_id, name))
        return "/x"

    for locale in ("ja", "en"):
        for plugin in plugins.values():
            for page in pages_of(plugin, locale):
                rendered(page, check)
    assert wrong == []


@pytest.mark.parametrize("plugin_id", ["help", "portal", "search"])
def test_help_exists_in_both_languages_with_the_same_pages(app, plugin_id):
    plugin = next(plugin for plugin in core_plugins() if plugin.id == plugin_id)
    japanese, english = ([page.name for page in pages_of(plugin, locale)] for locale in ("ja", "en"))
    assert japanese == english
    assert [fault for fault in faults(app, plugin) if "help" in fault] == []
    for page in pages_of(plugin, "ja"):
        assert re.search(r"[ぁ-ん]", page.title + page.file.read_text(encoding="utf-8"))


@pytest.fixture
def ask(read):
    def find(unit_id, day=None):
        with read():
            return [
                (one.display_name, one.unit_name, one.is_deputy)
                for one in administrators_of(unit_id, day or clock.today())
            ]

    return find


def test_administrators_of_the_unit_itself_come_first(factory, section, clerk, ask):
    factory.duty(clerk, section)
    assert ask(section) == [("佐藤 葵", "総務課", False)]


def test_administrators_of_the_nearest_organisation_above_help_out(factory, section, clerk, ask):
    bureau = factory.unit("文化局", None)
    hall = factory.unit("文化課", bureau)
    factory.duty(clerk, bureau)
    assert ask(hall) == [("佐藤 葵", "文化局", False)]
    assert ask(section) == []
    assert ask(None) == []


def test_deputies_are_named_after_the_holder_and_former_holders_not_at_all(
    factory, section, clerk, write, ask
):
    post = factory.post("係長", 30)
    deputy = factory.person("あ 代理", section, post, kana="あ")
    former = factory.person("い 前任", section, post, kana="い")
    kind = factory.duty(clerk, section)
    with write() as session:
        for person_id, order, end in ((deputy, 1, date(9999, 12, 31)), (former, 0, clock.today())):
            session.add(
                DutyHolder(
                    kind_id=kind,
                    unit_id=section,
                    person_id=person_id,
                    deputy_order=order,
                    valid_from=date(2010, 4, 1),
                    valid_to=end,
                )
            )
    assert ask(section) == [("佐藤 葵", "総務課", False), ("あ 代理", "総務課", True)]
