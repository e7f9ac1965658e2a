"""Looking for what is free: now, for how many, with what, and when next."""

from datetime import timedelta

import pytest

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.directory.picking import Ref
from plugins.facility.enums import Right
from plugins.facility.queries.facilities import Filter, seen
from plugins.facility.queries.finding import found_for, free_ids
from tests.plugins.facility.conftest import at, span

TOMORROW = (clock.today() + timedelta(days=1)).isoformat()


def find(hall, wanted, **filters):
    """Names of what is free, and of what is free later with the time."""

    def look(who):
        free, later = found_for(seen(who, Filter(**filters)), wanted, who.now)
        return [one.name for one in free], [(one.name, found.starts_at) for one, found in later]

    return hall.read(look, hall.booker)


def test_what_is_taken_is_free_later(hall):
    hall.book(times=[span(9.5, 10.25)])
    assert find(hall, span(10, 11)) == (["502会議室"], [("501会議室", at(10, 15))])


def test_next_time_steps_over_every_booking_and_the_night(hall):
    hall.book(times=[span(18, 19), span(19.5, 21)])
    hall.book(times=[span(8, 9, day=2)])
    assert find(hall, span(18, 19), text="501") == ([], [("501会議室", at(9, day=2))])


def test_next_time_keeps_pauses_and_the_unit(hall):
    hall.set_terms(hall.room, minutes_before=10, minutes_after=10, unit_minutes=30)
    hall.book(times=[span(10, 11)])
    assert find(hall, span(10, 11), text="501") == ([], [("501会議室", at(11, 30))])


def test_room_that_is_full_for_two_weeks_has_no_next_time(hall):
    for day in range(1, 16):
        hall.book(hall.keeper, times=[span(8, 21, day=day)])
    assert find(hall, span(10, 11), text="501") == ([], [])


def test_closed_is_not_free(hall):
    hall.set_terms(hall.room, closes="12:00")
    assert find(hall, span(13, 14), text="501") == ([], [("501会議室", at(8, day=2))])


def test_narrowing_by_size_features_building_and_words(hall):
    hall.add_room(
        "講堂", kana="こうどう", capacity=200, building="別館", features=("マイク設備", "車椅子対応")
    )
    names = lambda **filters: find(hall, span(10, 11), **filters)[0]  # noqa: E731  only here
    assert names(capacity=30) == ["502会議室", "講堂"]
    assert names(building="別館") == names(text="コウドウ") == names(text="別館 講") == ["講堂"]
    page = hall.read(lambda who: seen(who, Filter(kind="car")), hall.booker)
    assert page == []


def test_equipment_is_free_while_enough_is_left(hall):
    beamers = hall.add_room("プロジェクター", quantity=2)
    places = hall.read(lambda who: seen(who, Filter(uids=(beamers,))), hall.booker)
    assert hall.read(lambda _: bool(free_ids(places, [span(10, 11)], 2)), hall.booker)
    assert not hall.read(lambda _: bool(free_ids(places, [span(10, 11)], 3)), hall.booker)


@pytest.mark.parametrize(
    "query",
    [
        "",
        f"day={TOMORROW}&from=10:00&to=11:00&capacity=20",
        "from=25:00&to=x&capacity=-4&feature=x&feature=99999&kind=none",
        f"day={TOMORROW}&from=11:00&to=10:00&q=%E4%BC%9A%E8%AD%B0",
        "capacity=99999999999999999999",
        "day=9999-12-31&from=23:00&to=23:30",
        "day=0001-01-01&from=00:00&to=00:30",
    ],
)
def test_page_answers_whatever_is_asked(hall, sign_in, query):
    hall.add_room("秘書室", rights={Right.BOOK: (Ref(PrincipalKind.PERSON, hall.colleague),)})
    answer = sign_in(hall.booker).get(f"/facility/search?{query}")
    assert answer.status_code == 200
    assert "秘書室" not in answer.text


def test_page_lists_so_many_and_says_that_there_are_more(hall, sign_in, monkeypatch):
    client = sign_in(hall.booker)
    address = f"/facility/search?day={TOMORROW}&from=10:00&to=11:00"
    assert "ほかに" not in client.get(address).text
    monkeypatch.setattr("plugins.facility.views.search.MOST_FREE", 1)
    page = client.get(address).text
    assert "501会議室" in page
    assert "502会議室" not in page
    assert "ほかに1件" in page


def test_page_leads_to_the_form_with_the_time(hall, sign_in):
    client = sign_in(hall.booker)
    page = client.get(f"/facility/search?day={TOMORROW}&from=13:00&to=15:00&capacity=20").text
    link = f"/facility/new?facility={hall.other}&amp;day={TOMORROW}&amp;at=1300&amp;until=1500"
    assert link in page
    assert "501会議室" not in page
    form = client.get(link.replace("&amp;", "&")).text
    assert 'value="15:00' in form
