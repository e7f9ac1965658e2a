"""The page behind the search box."""

import pytest

from groupware.access.enums import PrincipalKind
from groupware.directory.people_index import reindex
from groupware.plugin import SearchHit
from groupware.rules.services import set_rule


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
