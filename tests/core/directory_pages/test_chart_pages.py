"""The org chart and the page of a unit, today and on other days."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from groupware import clock
from groupware.directory.models import DutyHolder, OrgUnitVersion
from tests.core.directory_pages.conftest import own

REORGANISED = date(2020, 4, 1)


@pytest.fixture
def client(city, sign_in):
    """The mayor's browser."""
    return sign_in(city.people["海野 市長"])


def rename(city, write, name, former):
    """Let a unit have had another name before `REORGANISED`."""
    with write() as session:
        version = session.scalars(
            select(OrgUnitVersion).where(OrgUnitVersion.unit_id == city.units[name])
        ).one()
        values = {"unit_id": version.unit_id, "parent_id": version.parent_id, "kind": version.kind}
        session.add(
            OrgUnitVersion(**values, name=former, valid_from=version.valid_from, valid_to=REORGANISED)
        )
        version.valid_from = REORGANISED
    city.settle()


def test_chart_shows_bureaus_with_head_phone_and_number(city, client):
    city.person("東 局長", "福祉局", "局長", kana="あずま きょくちょう")
    city.person("西 職員", "保護課", "主事")
    page = client.get("/directory/").text
    row = page.split('href="/directory/units/2"')[1].split("</a>")[0]
    assert "福祉局" in row
    assert "東 局長" in row
    assert "078-322-5000" in row
    assert "本庁舎3階" in row
    assert "2人" in row
    assert "保護課" not in page


def test_chart_names_no_head_where_several_share_the_highest_post(city, client):
    city.person("東 職員", "保護課", "主事")
    city.person("西 職員", "保護課", "主事")
    page = client.get("/directory/?open=all").text
    row = page.split(f'href="/directory/units/{city.units["保護課"]}"')[1].split("</a>")[0]
    assert "職員" not in row


def test_chart_opened_shows_every_unit_in_official_order(city, client):
    page = client.get("/directory/?open=all").text
    places = [page.index(f'href="/directory/units/{city.units[name]}"') for name in (
        "みなと市", "福祉局", "福祉総務課", "保護課", "建設局", "建設総務課", "道路課", "道路係",
    )]  # fmt: skip
    assert places == sorted(places)


def test_units_below_are_loaded_when_a_unit_is_opened(city, client):
    page = client.get("/directory/").text
    address = f"/directory/units/{city.units['福祉局']}/below"
    assert address in page
    fragment = client.get(address).text
    assert "総務課" in fragment
    assert "保護課" in fragment
    assert "<html" not in fragment


@pytest.mark.parametrize("day", ["2019-05-01", "R1.5.1", "令和元年5月1日", "２０１９．５．１"])
def test_chart_of_another_day_takes_western_and_era_dates(city, client, write, day):
    rename(city, write, "福祉局", "民生局")
    page = client.get("/directory/", query_string={"on": day}).text
    assert "民生局" in page
    assert "福祉局" not in page
    assert "2019年5月1日" in page
    assert f'href="/directory/units/{city.units["福祉局"]}?on=2019-05-01"' in page


def test_chart_with_a_date_that_is_none_says_so_at_the_field_and_shows_today(city, client):
    response = client.get("/directory/?on=2026-02-30")
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text
    assert 'value="2026-02-30"' in response.text
    assert "福祉局" in response.text


def test_chart_before_the_first_day_is_empty_and_says_what_to_do(client):
    response = client.get("/directory/?on=1990-01-01")
    assert response.status_code == 200
    assert "empty-state" in response.text


@pytest.mark.parametrize("number", [1, 3])
def test_chart_takes_the_same_queries_however_many_people(city, client, count_queries, number):
    for index in range(number):
        city.person(f"職員 {index}", "保護課", "主事")
    client.get("/directory/")
    with count_queries() as statements:
        client.get("/directory/")
    assert own(statements) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_unit_page_takes_the_same_queries_however_many_people(city, client, factory, count_queries, number):
    for index in range(number):
        factory.duty(city.person(f"職員 {index}", "保護課", "主事"), city.units["保護課"])
    address = f"/directory/units/{city.units['福祉局']}"
    client.get(address)
    with count_queries() as statements:
        client.get(address)
    assert own(statements) == 3


@pytest.mark.parametrize("number", [1, 3])
def test_unit_page_of_another_day_reads_tree_and_counts_besides(city, client, count_queries, number):
    for index in range(number):
        city.person(f"職員 {index}", "保護課", "主事")
    address = f"/directory/units/{city.units['福祉局']}?on=2019-05-01"
    client.get(address)
    with count_queries() as statements:
        client.get(address)
    assert own(statements) == 5


def test_unit_page_lists_people_by_section_post_and_roster(city, client, write):
    city.person("一 主事", "福祉総務課", "主事", kana="いち")
    city.person("二 課長", "福祉総務課", "課長", kana="に")
    city.person("三 主事", "保護課", "主事", kana="さん")
    city.person("四 局長", "福祉局", "局長", kana="よん")
    page = client.get(f"/directory/units/{city.units['福祉局']}").text
    names = ["四 局長", "二 課長", "一 主事", "三 主事"]
    table = page.split("<tbody>")[1]
    places = [table.index(name) for name in names]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("concurrent", "兼務"),
        ("cross_authority", "併任"),
        ("for_subordinate", "事務取扱"),
        ("for_superior", "職務代理"),
        ("secondment", "派遣・出向"),
    ],
)
def test_unit_page_marks_kinds_of_appointment(city, client, kind, word):
    city.person("東 課長", "福祉総務課", "課長")
    city.appoint("東 課長", "保護課", "課長", kind)
    table = client.get(f"/directory/units/{city.units['保護課']}").text.split("<tbody>")[1]
    assert "東 課長" in table
    assert word in table


def test_unit_page_lists_somebody_on_leave_without_the_reason(city, client):
    city.person("東 主事", "保護課", "主事")
    city.appoint("東 主事", "保護課", "主事", "leave", valid_from=clock.today() - timedelta(days=3))
    page = client.get(f"/directory/units/{city.units['保護課']}").text
    table = page.split("<tbody>")[1].split("</table>")[0]
    assert table.count("東 主事") == 1
    assert "長期不在" in table
    assert "休職" not in page


def test_unit_page_shows_holders_of_duties_and_deputies(city, client, factory, write):
    holder = city.person("東 主事", "保護課", "主事", extension="4444")
    deputy = city.person("西 主事", "保護課", "主事")
    for person_id in (holder, deputy):
        factory.duty(person_id, city.units["保護課"], "general_affairs")
    with write() as session:
        session.scalars(select(DutyHolder).where(DutyHolder.person_id == deputy)).one().deputy_order = 1
    card = client.get(f"/directory/units/{city.units['保護課']}").text.split('id="duties"')[1]
    assert card.index("総務担当者") < card.index("東 主事") < card.index("西 主事") < card.index("代理")
    assert "4444" in card


def test_unit_page_of_a_day_without_the_unit_offers_the_days_it_has(city, client):
    response = client.get(f"/directory/units/{city.units['保護課']}?on=2000-01-01")
    assert response.status_code == 200
    assert "2000年1月1日" in response.text
    assert "on=2010-04-01" in response.text


def test_unit_page_tells_former_names(city, client, write):
    rename(city, write, "保護課", "民生課")
    page = client.get(f"/directory/units/{city.units['保護課']}").text
    assert "民生課" in page.split('id="history"')[1]


def test_unit_page_of_an_unknown_unit_is_not_found(client):
    assert client.get("/directory/units/99999").status_code == 404
    assert client.get("/directory/units/99999/below").status_code == 404
    assert client.get("/directory/units/99999/members.csv").status_code == 404


def test_exports_of_chart_and_members_hold_units_and_people_but_no_legal_name(city, client):
    city.person("通称 桜", "保護課", "主事", legal_name="戸籍 桜子")
    chart = client.get("/directory/chart.csv").data.decode("utf-8-sig")
    assert "福祉局" in chart
    members = client.get(f"/directory/units/{city.units['福祉局']}/members.csv").data.decode("utf-8-sig")
    assert "通称 桜" in members
    assert "戸籍" not in members
    assert client.get("/directory/chart.xlsx").data[:2] == b"PK"
    assert client.get("/directory/chart.doc").status_code == 404
