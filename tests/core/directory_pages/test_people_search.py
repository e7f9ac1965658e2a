"""What the people search finds, and in which order."""

from datetime import timedelta

import pytest

from groupware import clock
from groupware.directory.queries import people_search
from groupware.directory.queries.people_search import Wanted, found_people
from tests.core.directory_pages.conftest import own


@pytest.fixture
def names(city, read):
    """`names("佐藤")`: who is found, by name, in order."""

    def search(text="", **values):
        by_id = {person_id: name for name, person_id in city.people.items()}
        with read():
            return [by_id[person_id] for person_id in found_people(Wanted(text, **values)).people]

    return search


@pytest.fixture
def people(city):
    """A handful of people whose names are like one another."""
    city.person("佐藤 花子", "保護課", "主事", kana="さとう はなこ", staff_number="000120", extension="2345")
    city.person(
        "佐藤 一郎", "福祉総務課", "課長", kana="さとう いちろう", staff_number="002345", extension="3001"
    )
    city.person("伊佐藤 次郎", "福祉総務課", "係長", kana="いさとう じろう", staff_number="000122")
    city.person("髙橋 聡", "道路係", "主事", kana="たかはし さとし", staff_number="000123", extension="3003")
    city.person("林 東", "建設総務課", "主事", kana="はやし あずま", staff_number="000124")
    city.person("小林 優", "建設総務課", "主事", kana="こばやし ゆう", staff_number="000125")
    return city


@pytest.mark.parametrize(
    "text", ["髙橋", "高橋", "タカハシ", "ﾀｶﾊｼ", "たかはし", "高橋　聡", "橋聡", "000123", "123", "3003"]
)
def test_search_finds_a_person_however_the_name_or_number_is_written(people, names, text):
    assert names(text) == ["髙橋 聡"]


def test_search_for_several_words_wants_all_of_them(people, names):
    assert names("佐藤 花子") == ["佐藤 花子"]
    assert names("さとう 2345") == ["佐藤 一郎", "佐藤 花子"]
    assert names("佐藤 髙橋") == []


def test_search_puts_beginnings_before_what_merely_contains_the_word(people, names):
    assert names("佐藤") == ["佐藤 一郎", "佐藤 花子", "伊佐藤 次郎"]


def test_search_puts_an_exact_extension_or_number_first(people, names):
    assert names("2345") == ["佐藤 一郎", "佐藤 花子"]
    people.change("佐藤 一郎", staff_number="023456")
    assert names("2345") == ["佐藤 花子", "佐藤 一郎"]


def test_search_for_one_character_means_the_beginning_of_a_name(people, names):
    assert names("林") == ["林 東"]


def test_search_for_two_kana_means_the_beginning_of_a_name(people, names):
    assert names("さと") == ["佐藤 一郎", "佐藤 花子", "髙橋 聡"]


def test_search_for_a_unit_finds_everybody_in_it_and_below(people, names):
    assert names("道路課") == ["髙橋 聡"]
    assert names("総務課") == ["佐藤 一郎", "伊佐藤 次郎", "小林 優", "林 東"]
    assert names("ソウムカ") == ["佐藤 一郎", "伊佐藤 次郎"]


def test_search_for_the_municipality_does_not_find_everybody(people, names):
    assert names("みなと市") == ["海野 市長"]


def test_search_for_a_post_and_a_unit_wants_both(people, names):
    assert names("課長") == ["佐藤 一郎"]
    assert names("福祉局 主事") == ["佐藤 花子"]
    assert names("建設局 佐藤") == []


def test_search_finds_a_concurrent_post_too(people, names):
    people.appoint("佐藤 花子", "道路課", "係長", "concurrent")
    assert names("道路課") == ["佐藤 花子", "髙橋 聡"]
    assert names(unit_id=people.units["建設局"], sort="kana") == ["小林 優", "佐藤 花子", "髙橋 聡", "林 東"]


def test_search_finds_nobody_by_the_legal_name(people, names):
    people.person("通称 桜", "保護課", "主事", legal_name="戸籍 桜子")
    assert names("戸籍") == []
    assert names("通称") == ["通称 桜"]


def test_search_leaves_out_who_has_left_and_who_is_yet_to_come(people, names):
    people.change("佐藤 花子", left_on=clock.today())
    people.change("佐藤 一郎", hired_on=clock.today() + timedelta(days=1))
    assert names("佐藤") == ["伊佐藤 次郎"]


def test_search_treats_signs_of_like_as_letters(people, names):
    assert names("%") == []
    assert names("佐_") == []
    assert names("\\\\藤") == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"unit": "福祉局"}, ["佐藤 一郎", "伊佐藤 次郎", "佐藤 花子"]),
        ({"post": "主事"}, ["佐藤 花子", "小林 優", "林 東", "髙橋 聡"]),
    ],
)
def test_filters_without_words_list_by_official_order(people, names, values, expected):
    unit_id = people.units.get(values.get("unit"))
    post_id = people.posts.get(values.get("post"))
    assert names(unit_id=unit_id, post_id=post_id) == expected


def test_filter_by_employment_type_leaves_the_others_out(people, names):
    people.change("林 東", employment_type="fiscal_year")
    assert names(employment_type="fiscal_year") == ["林 東"]


def test_sorting_by_extension_puts_people_without_one_last_both_ways(people, names):
    ascending = names("佐藤", sort="extension")
    assert ascending == ["佐藤 花子", "佐藤 一郎", "伊佐藤 次郎"]
    assert names("佐藤", sort="extension", is_descending=True) == ["佐藤 一郎", "佐藤 花子", "伊佐藤 次郎"]


def test_sorting_by_kana_and_number_follows_them(people, names):
    assert names("佐藤", sort="kana") == ["伊佐藤 次郎", "佐藤 一郎", "佐藤 花子"]
    assert names("佐藤", sort="number", is_descending=True) == ["佐藤 一郎", "伊佐藤 次郎", "佐藤 花子"]


def test_search_says_when_too_many_match(people, read, monkeypatch):
    monkeypatch.setattr(people_search, "LIMIT", 1)
    with read():
        assert found_people(Wanted("佐藤")).is_capped
        assert not found_people(Wanted("髙橋")).is_capped


@pytest.mark.parametrize(
    ("text", "queries"),
    [("", 0), ("林", 1), ("佐藤", 2), ("さとう はなこ", 2), ("総務課 佐藤", 2), ("000120", 1)],
)
def test_search_asks_the_database_no_more_than_it_must(people, read, count_queries, text, queries):
    with read():
        found_people(Wanted("あ"))
    with read(), count_queries() as statements:
        found_people(Wanted(text))
    assert own(statements) == queries
