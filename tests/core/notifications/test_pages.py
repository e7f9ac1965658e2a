"""The page 新着: reading, marking, choosing."""

import re

import pytest
from sqlalchemy import select

from groupware.actor import system
from groupware.db import session, unit
from groupware.notifications.models import Notice
from groupware.rules.services import set_rule
from groupware.testing.signing_in import csrf_token
from tests.core.notifications.conftest import HIDDEN

PAGE = "/notifications/"


@pytest.fixture
def client(shop, sign_in):
    """The buyer's browser."""
    return sign_in(shop.buyer)


def bell(client):
    """The number at the bell."""
    page = client.get("/").text
    link = re.search(r'<a class="header-tool" href="/notifications/".*?</a>', page, re.DOTALL)[0]
    number = re.search(r'class="badge[^"]*"[^>]*>(?:<[^>]*>)*\s*([0-9+]+)', link)
    return number[1] if number else ""


def line_of(app, person):
    with app.app_context(), unit("read"):
        return session.scalars(select(Notice.id).where(Notice.person_id == person)).one()


def test_lines_stand_newest_first_with_their_number_at_the_bell(client, shop):
    shop.sell(1)
    shop.work()
    shop.sell(2)
    shop.work()
    page = client.get(PAGE).text
    assert page.index("品物 2") < page.index("品物 1")
    assert bell(client) == "2"


def test_lines_about_the_same_thing_stand_as_one_and_are_read_together(app, client, shop):
    shop.sell(1)
    shop.work()
    shop.smash(1, is_urgent=True)
    shop.sell(2)
    shop.work()
    page = client.get(PAGE).text
    assert page.count("品物 1<") == 1
    assert "壊れました、売れました" in page
    assert "至急" in page
    assert bell(client) == "2"
    first = re.findall(r'href="/notifications/(\d+)"[^>]*>品物 1<', page)[0]
    client.get(f"{PAGE}{first}").close()
    assert bell(client) == "1"
    again = client.get(PAGE).text
    assert again.count("品物 1<") == 1
    assert "至急" not in again


def test_thing_that_was_read_and_happens_again_says_only_what_is_new(client, shop):
    shop.sell(1)
    shop.work()
    page = client.get(PAGE).text
    client.post(f"{PAGE}read", data={"csrf_token": csrf_token(client, PAGE)})
    shop.smash(1)
    shop.work()
    page = client.get(f"{PAGE}?unread=1").text
    assert "壊れました" in page
    assert "売れました" not in page


def test_following_a_line_reads_it(app, client, shop):
    shop.sell(1)
    shop.work()
    answer = client.get(f"{PAGE}{line_of(app, shop.buyer)}")
    answer.close()
    assert answer.location == "/shop/1"
    assert bell(client) == ""
    assert "品物 1" not in client.get(f"{PAGE}?unread=1").text
    assert "品物 1" in client.get(PAGE).text


def test_line_of_somebody_else_is_not_found(app, client, shop):
    shop.sell(1)
    shop.work()
    assert client.get(f"{PAGE}{line_of(app, shop.other)}").status_code == 404


def test_line_about_what_may_not_be_seen_is_not_shown_and_leads_nowhere(app, client, shop):
    shop.sell(HIDDEN)
    shop.work()
    answer = client.get(f"{PAGE}{line_of(app, shop.buyer)}", follow_redirects=True)
    assert "表示できません" in answer.text
    assert f"品物 {HIDDEN}" not in answer.text


def test_line_that_leads_nowhere_is_not_counted_for_ever(client, shop):
    shop.sell(HIDDEN)
    shop.work()
    assert bell(client) == "1"
    client.get(PAGE).close()
    assert bell(client) == ""


def test_all_are_marked_as_read_but_not_what_came_after_the_page(client, shop):
    shop.sell(1)
    shop.work()
    page = client.get(PAGE).text
    until = re.search(r'name="until" value="([^"]+)"', page)[1]
    shop.sell(2)
    shop.work()
    answer = client.post(f"{PAGE}read", data={"csrf_token": csrf_token(client, PAGE), "until": until})
    assert answer.status_code == 303
    unread = client.get(f"{PAGE}?unread=1").text
    assert "品物 2" in unread
    assert "品物 1" not in unread


def test_kinds_are_chosen(client, shop):
    page = f"{PAGE}settings"
    assert 'value="shop.sold:timeline" checked' in client.get(page).text
    client.post(page, data={"csrf_token": csrf_token(client, page), "quiet_until": "", "quiet_from": ""})
    assert 'value="shop.sold:timeline">' in client.get(page).text
    shop.sell(1)
    shop.work()
    assert bell(client) == ""


def test_list_goes_on_after_fifty_lines(client, shop):
    for item in range(51):
        shop.sell(item)
    shop.work()
    first = client.get(PAGE).text
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = client.get(following).text
    shown = [set(re.findall(r"品物 (\d+)<", page)) for page in (first, second)]
    assert [len(one) for one in shown] == [50, 1]
    assert len(shown[0] | shown[1]) == 51


@pytest.mark.parametrize(
    "nonsense", ["x", "1e400-1", "nan-1", "-", "99999999999999999999-1", "1-99999999999999999999"]
)
def test_place_that_makes_no_sense_shows_the_beginning(client, shop, nonsense):
    shop.sell(1)
    shop.work()
    assert "品物 1" in client.get(f"{PAGE}?before={nonsense}").text


def test_number_that_no_key_can_be_is_a_page_that_is_not_there(client, shop):
    answer = client.get(f"{PAGE}{'9' * 25}")
    assert answer.status_code == 404
    assert "お探しのページは見つかりません" in answer.text


@pytest.mark.parametrize("since", ["", "x", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_announcements_since_what_is_no_time_are_those_of_the_last_minutes(client, shop, since):
    answer = client.get("/notifications/announcements", query_string={"since": since})
    assert answer.status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_page_takes_five_queries_however_many_lines(client, shop, count_queries, number):
    for item in range(number):
        shop.sell(item)
    shop.work()
    client.get(PAGE)
    with count_queries() as statements:
        client.get(PAGE)
    # Session with the number at the bell, lines, what is unread about their things, numbers by function, principals
    # with grants for the menu.
    assert len([text for text in statements.texts if "core_cache_versions" not in text]) == 5


def test_function_that_is_switched_off_tells_nothing_until_it_is_back(app, client, shop):
    shop.sell(1)
    shop.work()
    for is_on in (False, True):
        with app.app_context(), unit("write"):
            set_rule(system(), "shop.enabled", shop.section, is_on)
        assert bell(client) == ("1" if is_on else "")
        assert ("品物 1" in client.get(PAGE).text) is is_on
