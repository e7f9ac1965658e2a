"""The telephone list."""

import pytest

from tests.core.directory_pages.conftest import own


@pytest.fixture
def client(city, sign_in):
    """The browser of somebody in 福祉局."""
    city.person("東 課長", "保護課", "課長", kana="あずま かちょう", extension="3001", phone="078-000-0001")
    city.person("西 主事", "保護課", "主事", kana="にし しゅじ", extension="3002")
    city.person("南 局長", "福祉局", "局長", kana="みなみ きょくちょう", extension="3000")
    return sign_in(city.people["西 主事"])


def test_phone_list_shows_ones_own_bureau_by_official_order(city, client):
    page = client.get("/directory/phones").text
    assert "電話番号表 福祉局" in page
    body = page.split('class="phone-columns')[1]
    places = [body.index(text) for text in ("078-322-5000", "南 局長", "保護課", "東 課長", "西 主事")]
    assert places == sorted(places)
    assert "3001" in body
    assert "078-000-0001" in body


def test_phone_list_leaves_out_units_without_people(city, client):
    body = client.get("/directory/phones").text.split('class="phone-columns')[1]
    assert ">総務課<" not in body


def test_phone_list_by_kana_stands_under_the_rows_of_the_kana_table(city, client):
    city.person("北 Smith", "保護課", "主事", kana="Smith")
    city.person("英語 名", "保護課", "主事")
    body = client.get("/directory/phones?order=kana").text.split('class="phone-columns')[1]
    places = [
        body.index(text)
        for text in (">あ<", "東 課長", ">な<", "西 主事", ">ま<", "南 局長", ">他<", "英語 名", "北 Smith")
    ]
    assert places == sorted(places)


def test_phone_list_by_kana_has_everybody_once(city, client):
    city.appoint("東 課長", "福祉総務課", "課長", "concurrent")
    body = client.get("/directory/phones?order=kana").text.split('class="phone-columns')[1]
    assert body.count("東 課長") == 1
    body = client.get("/directory/phones").text.split('class="phone-columns')[1]
    assert body.count("東 課長") == 2
    assert "(兼務)" in body


def test_phone_list_of_another_unit_and_day(city, client):
    page = client.get(f"/directory/phones?unit={city.units['建設局']}").text
    assert "empty-state" in page
    page = client.get(f"/directory/phones?unit={city.units['福祉局']}&on=R1.5.1").text
    assert "2019年5月1日" in page


def test_phone_list_that_is_too_long_offers_the_export(city, client, monkeypatch):
    monkeypatch.setattr("groupware.directory.views.phones.MOST", 2)
    page = client.get("/directory/phones").text
    assert "1ページに表示できません" in page
    assert "phones.xlsx" in page


def test_phone_export_has_units_and_people(city, client):
    text = client.get("/directory/phones.csv").data.decode("utf-8-sig")
    assert "福祉局 保護課,課長,東 課長,あずま かちょう,3001,078-000-0001," in text
    assert "078-322-5000" in text
    assert client.get("/directory/phones.xlsx?order=kana").data[:2] == b"PK"


@pytest.mark.parametrize("number", [1, 3])
def test_phone_list_takes_the_same_queries_however_many_people(city, client, count_queries, number):
    for index in range(number):
        city.person(f"職員 {index}", "保護課", "主事")
    client.get("/directory/phones")
    with count_queries() as statements:
        client.get("/directory/phones")
    assert own(statements) == 1
