"""The list of the people search: filters, order, pages, exports."""

import re

import pytest

from groupware.db import unit
from groupware.directory.portlets import section
from groupware.directory.search import find_people
from tests.core.directory_pages.conftest import own


@pytest.fixture
def client(city, sign_in):
    """The mayor's browser."""
    return sign_in(city.people["海野 市長"])


@pytest.fixture
def crowd(city):
    """Five people called 佐藤 in one section."""
    for index in range(5):
        city.person(
            f"佐藤 {index}",
            "保護課",
            "主事",
            kana=f"さとう {'あいうえお'[4 - index]}",
            extension=f"30{index}0",
        )
    return city


def names(page):
    """The names of the list, in order."""
    return re.findall(r'class="person-name" href="[^"]+" data-row-link>([^<]+)<', page)


def test_people_page_without_words_lists_everybody_by_official_order(crowd, client):
    crowd.person("東 局長", "福祉局", "局長")
    page = client.get("/directory/people").text
    assert names(page)[:2] == ["海野 市長", "東 局長"]
    assert "7人" in page


def test_people_page_shows_unit_post_extension_and_the_mark_of_absence(city, client):
    city.person("東 主事", "保護課", "主事", extension="4567", email="a@example.jp", staff_number="000777")
    city.appoint("東 主事", "保護課", "主事", "leave")
    page = client.get("/directory/people?q=東").text.split("<tbody>")[1]
    for text in ("福祉局 保護課", "主事", "4567", "mailto:a@example.jp", "000777", "長期不在"):
        assert text in page
    assert "休職" not in page


def test_people_page_says_when_nobody_matches(city, client):
    response = client.get("/directory/people?q=いない名前")
    assert response.status_code == 200
    assert "該当する職員はいません" in response.text


def test_people_page_sorts_by_link_and_turns_the_order(crowd, client):
    page = client.get("/directory/people?q=佐藤&sort=kana").text
    assert names(page) == ["佐藤 4", "佐藤 3", "佐藤 2", "佐藤 1", "佐藤 0"]
    assert 'aria-sort="ascending"' in page
    turned = re.search(r'href="([^"]*sort=kana[^"]*order=descending[^"]*)"', page)
    assert names(client.get(turned[1].replace("&amp;", "&")).text)[0] == "佐藤 0"


def test_people_page_pages_by_the_last_person_and_back(crowd, client, monkeypatch):
    monkeypatch.setattr("groupware.directory.views.people.PAGE", 2)
    page = client.get("/directory/people?q=佐藤&sort=extension").text
    assert names(page) == ["佐藤 0", "佐藤 1"]
    following = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    crowd.person("佐藤 新人", "保護課", "主事", extension="0001")
    page = client.get(following).text
    assert names(page) == ["佐藤 2", "佐藤 3"]
    before = re.search(r'rel="prev" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert names(client.get(before).text) == ["佐藤 0", "佐藤 1"]


def test_people_page_for_printing_has_everybody_on_one_page(crowd, client, monkeypatch):
    monkeypatch.setattr("groupware.directory.views.people.PAGE", 2)
    assert len(names(client.get("/directory/people?q=佐藤&print=1").text)) == 5


def test_people_page_filters_by_unit_with_all_below(crowd, client):
    assert len(names(client.get(f"/directory/people?unit={crowd.units['福祉局']}").text)) == 5
    assert names(client.get(f"/directory/people?unit={crowd.units['建設局']}").text) == []


def test_people_page_survives_senseless_arguments(city, client):
    response = client.get("/directory/people?unit=x&post=&employment=%00&sort=evil&order=?&after=99&q=%25")
    assert response.status_code == 200


def test_people_export_holds_all_that_is_found_and_no_legal_name(crowd, client, monkeypatch):
    monkeypatch.setattr("groupware.directory.views.people.PAGE", 2)
    crowd.change("佐藤 0", legal_name="戸籍 零", staff_number="007")
    text = client.get("/directory/people.csv?q=佐藤").data.decode("utf-8-sig")
    assert text.count("佐藤") == 5
    assert "007" in text
    assert "戸籍" not in text
    assert client.get("/directory/people.xlsx?q=佐藤").data[:2] == b"PK"


def test_people_pages_need_a_sign_in(city, app):
    for path in ("/directory/people", "/directory/people.csv", "/directory/", "/directory/phones"):
        assert app.test_client().get(path).status_code == 302


@pytest.mark.parametrize("number", [1, 3])
def test_people_page_takes_the_same_queries_however_many_people(city, client, count_queries, number):
    for index in range(number):
        city.person(f"佐藤 {index}", "保護課", "主事")
    client.get("/directory/people")
    with count_queries() as statements:
        client.get("/directory/people?q=佐藤")
    assert own(statements) == 3


def test_search_box_finds_people_with_their_place(city, app, factory):
    city.person("佐藤 花子", "保護課", "主事", extension="2345")
    actor = factory.actor(city.people["海野 市長"])
    with app.test_request_context(), unit("read"):
        hits = find_people(actor, "佐藤", 5)
        assert find_people(actor, "  ", 5) == []
    assert [(hit.title, hit.detail) for hit in hits] == [("佐藤 花子", "福祉局 保護課 主事 2345")]
    assert hits[0].url == f"/directory/people/{city.uid('佐藤 花子')}"


def test_portlet_shows_the_people_of_ones_section(city, app, factory, count_queries):
    city.person("東 課長", "保護課", "課長")
    city.person("西 主事", "保護課", "主事")
    city.appoint("東 課長", "道路課", "係長", "concurrent")
    actor = factory.actor(city.people["西 主事"])
    with app.app_context(), unit("read"):
        section(actor)
        with count_queries() as statements:
            shown = section(actor)
    assert [person.display_name for person in shown["people"]] == ["東 課長", "西 主事"]
    assert shown["number"] == 2
    assert own(statements) == 1
