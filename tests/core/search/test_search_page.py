"""The page behind the search box."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from sqlalchemy import delete

from groupware import search as searching
from groupware.access.enums import PrincipalKind
from groupware.directory.people_index import reindex
from groupware.plugin import SearchHit
from groupware.portal.models import SectionPage
from groupware.rules.services import set_rule
from groupware.search.models import IndexState

QUERIES = 6


def hits(number):
    return [
        SearchHit(title=f"note {one:03d}", url=f"/n/{one}", detail="a <b>detail") for one in range(number)
    ]


def test_header_box_leads_to_the_page(clerk, sign_in):
    assert '<form class="header-search" role="search" action="/search"' in sign_in(clerk).get("/").text


def test_nothing_asked_says_what_can_be_found(clerk, sign_in, answers):
    assert "何をお探しですか。" in sign_in(clerk).get("/search").text
    assert answers.asked == []


@pytest.mark.parametrize("text", ["a", "あ", "ｱ", " 1 "])
def test_single_letter_is_too_short(clerk, sign_in, answers, text):
    assert "2文字以上入力してください。" in sign_in(clerk).get("/search", query_string={"q": text}).text
    assert answers.asked == []


def test_single_kanji_is_a_name(clerk, sign_in, answers):
    sign_in(clerk).get("/search", query_string={"q": "林"})
    assert answers.asked == [("林", 21)]


def test_nothing_found_says_so_and_escapes_the_words(clerk, sign_in):
    text = sign_in(clerk).get("/search", query_string={"q": "<script>x"}).text
    assert "「&lt;script&gt;x」は見つかりませんでした。" in text


def test_results_are_grouped_counted_and_marked(clerk, sign_in, answers):
    answers.notes = hits(3)
    text = sign_in(clerk).get("/search", query_string={"q": "note"}).text
    assert text.count("<mark>note</mark>") == 3
    assert "a &lt;b&gt;detail" in text
    assert "<span>Notes</span></h2>" in text


def test_overview_shows_five_and_counts_up_to_twenty(clerk, sign_in, answers):
    answers.notes = hits(30)
    text = sign_in(clerk).get("/search", query_string={"q": "note"}).text
    assert text.count('href="/n/') == 5
    assert "20+" in text
    assert 'href="/search?q=note&amp;in=sample.notes"' in text


def test_one_kind_alone_shows_a_hundred_and_asks_for_more_words(clerk, sign_in, answers):
    answers.notes = hits(130)
    text = sign_in(clerk).get("/search", query_string={"q": "note", "in": "sample.notes"}).text
    assert text.count('href="/n/') == 100
    assert "最初の100件を表示しています。" in text


def test_unknown_kind_shows_everything(clerk, sign_in, answers):
    answers.notes = hits(1)
    assert 'href="/n/0"' in sign_in(clerk).get("/search", query_string={"q": "note", "in": "x"}).text


def test_kind_without_hits_looked_at_alone_says_so(clerk, sign_in):
    text = sign_in(clerk).get("/search", query_string={"q": "ポータル", "in": "sample.notes"}).text
    assert "この種類では見つかりませんでした。" in text


def test_people_come_first_whatever_the_order_of_functions(clerk, write, sign_in, answers):
    with write():
        reindex([clerk])
    answers.notes = [SearchHit(title="林の手入れ", url="/n/1")]
    text = sign_in(clerk).get("/search", query_string={"q": "林"}).text
    assert text.index("<mark>林</mark> 葵") < text.index("<mark>林</mark>の手入れ")


def test_switched_off_function_is_not_asked(clerk, factory, write, sign_in, answers):
    factory.grant(PrincipalKind.PERSON, clerk, "administration:rule:set")
    actor = factory.actor(clerk)
    with write():
        set_rule(actor, "sample.enabled", None, False)
    sign_in(clerk).get("/search", query_string={"q": "note"})
    assert answers.asked == []


def test_long_query_is_cut(clerk, sign_in, answers):
    sign_in(clerk).get("/search", query_string={"q": "x" * 500})
    assert answers.asked == [("x" * 100, 21)]


def test_search_needs_sign_in(client):
    assert client.get("/search?q=note").status_code == 302


def test_help_is_found_in_the_box(clerk, sign_in):
    text = sign_in(clerk).get("/search", query_string={"q": "印刷と出力"}).text
    assert 'href="/help/help/printing"' in text


@pytest.fixture
def pages(factory, write):
    """`pages(title, html, …)` writes a page of 総務課 at noon of a day in May."""
    section = factory.unit("税務課", factory.unit("湊市"))

    def plant(title, html="<p>旅費の手引き</p>", day=1, unit_id=section, **values):
        at = datetime(2026, 5, day, 3, tzinfo=UTC)
        with write() as session:
            page = SectionPage(
                unit_id=unit_id, title=title, html=html, created_at=at, changed_at=at, **values
            )
            session.add(page)
            session.flush()
            searching.index("portal.page", [page.id])

    plant.section = section
    return plant


def test_documents_are_listed_in_one_order_with_their_words_marked(clerk, sign_in, pages):
    pages("様式集", day=1)
    pages("旅費の様式", day=2)
    pages("手引き", "<p>前置き</p><p>旅費は<b>翌月</b>に支払う</p>", day=3)
    text = sign_in(clerk).get("/search", query_string={"q": "旅費"}).text
    assert "件名に含むもの、新しいものの順" in text
    assert text.index("<mark>旅費</mark>の様式") < text.index(">手引き<") < text.index(">様式集<")
    assert "<mark>旅費</mark>は翌月に支払う" in text
    assert "税務課</p>" in text


def test_more_results_are_a_link_and_lead_back(clerk, sign_in, pages):
    for day in range(1, 24):
        pages(f"旅費{day:02d}", day=day)
    client = sign_in(clerk)
    first = client.get("/search", query_string={"q": "旅費"}).text
    assert "20+" in first
    assert "旅費</mark>04" in first
    assert "旅費</mark>03" not in first
    (address,) = re.findall(r'href="(/search[^"]*after=[^"]*)"', first)
    second = client.get(unescape(address)).text
    assert [day for day in range(1, 24) if f"旅費</mark>{day:02d}" in second] == [1, 2, 3]
    assert "最初の結果に戻る" in second


@pytest.mark.parametrize(
    ("narrowing", "expected"),
    [
        ({"since": "R8.5.2"}, [2, 3]),
        ({"until": "令和８年５月２日"}, [1, 2]),
        ({"since": "2026-05-02", "until": "2026/5/2"}, [2]),
        ({"since": "0001-01-01", "until": "9999-12-31"}, [1, 2, 3]),
        ({"in": "portal.page"}, [1, 2, 3]),
        ({"in": "sample.notes"}, []),
    ],
)
def test_results_are_narrowed_by_period_and_function(clerk, sign_in, pages, narrowing, expected):
    for day in (1, 2, 3):
        pages(f"旅費{day}", day=day)
    text = sign_in(clerk).get("/search", query_string={"q": "旅費", **narrowing}).text
    assert [day for day in (1, 2, 3) if f"旅費</mark>{day}" in text] == expected


def test_results_are_narrowed_by_organisation_and_author(clerk, sign_in, pages, factory):
    other = factory.unit("会計課", factory.unit("港市"))
    pages("旅費1", changed_by=clerk)
    pages("旅費2", unit_id=other)
    client = sign_in(clerk)
    text = client.get("/search", query_string={"q": "旅費", "unit": other}).text
    assert ("旅費</mark>1" in text, "旅費</mark>2" in text) == (False, True)
    text = client.get("/search", query_string={"q": "旅費", "person": f"person:{clerk}"}).text
    assert ("旅費</mark>1" in text, "旅費</mark>2" in text) == (True, False)
    assert 'value="person:1"' in text


def test_date_that_is_none_is_said_at_its_field(clerk, sign_in, pages):
    pages("旅費")
    text = sign_in(clerk).get("/search", query_string={"q": "旅費", "since": "きのう"}).text
    assert text.count("日付は 2026-11-22、R8.11.22、令和8年11月22日 のように入力してください。") == 2
    assert "旅費</mark>" not in text


def test_nothing_within_the_conditions_offers_to_clear_them(clerk, sign_in, pages):
    pages("旅費", day=1)
    text = sign_in(clerk).get("/search", query_string={"q": "旅費", "since": "R8.6.1"}).text
    assert "条件を消すと見つかるかもしれません。" in text


def test_cursor_that_is_none_is_an_error_of_the_visitor(clerk, sign_in, pages):
    assert sign_in(clerk).get("/search", query_string={"q": "旅費", "after": "x"}).status_code == 422


def test_words_with_a_minus_leave_out_what_other_kinds_find(clerk, sign_in, answers):
    answers.notes = [SearchHit(title="研修", url="/n/1"), SearchHit(title="研修の中止", url="/n/2")]
    text = sign_in(clerk).get("/search", query_string={"q": "研修 -中止"}).text
    assert ('href="/n/1"' in text, 'href="/n/2"' in text) == (True, False)
    assert answers.asked == [("研修", 21)]


def test_index_that_is_not_complete_yet_is_said(clerk, sign_in, write):
    with write() as session:
        session.execute(delete(IndexState))
    assert "索引を作成しています" in sign_in(clerk).get("/search", query_string={"q": "旅費"}).text


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_as_much_for_one_hit_as_for_three(clerk, sign_in, pages, count_queries, number):
    for day in range(1, number + 1):
        pages(f"旅費{day}", day=day)
    client = sign_in(clerk)
    client.get("/search", query_string={"q": "旅費"})
    with count_queries() as statements:
        client.get("/search", query_string={"q": "旅費"})
    assert len([one for one in statements.texts if "core_cache_versions" not in one]) == QUERIES
