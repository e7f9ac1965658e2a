"""Common free time: of numbers and hours alone, against a slow reference, and on its page."""

from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupware import clock
from plugins.schedule.enums import Visibility
from plugins.schedule.queries.free import Search, best, common, runs
from plugins.schedule.rules import HIDDEN
from tests.plugins.schedule.conftest import MORNING

pure = settings(deadline=None, database=None, derandomize=True, max_examples=60)
DAY = date(2026, 11, 24)


def at(hour, minute=0, day=DAY):
    return clock.midnight(day) + timedelta(hours=hour, minutes=minute)


def search(**changes):
    return Search(**({"days": [DAY], "begins": 9, "ends": 12, "length": 60} | changes))


def hours(slots):
    return [f"{clock.local(one.starts_at):%H:%M}" for one in slots]


def test_times_at_which_everybody_is_free():
    people = {1: [(at(9), at(10))], 2: [(at(10, 30), at(11))]}
    assert hours(common(search(), people, {})) == ["11:00"]
    assert hours(common(search(length=30), people, {})) == ["10:00", "11:00", "11:30"]


def test_time_to_get_there_is_free_as_well():
    assert hours(common(search(margin=30), {1: [(at(9), at(10))]}, {})) == ["10:30", "11:00"]


def test_one_of_the_rooms_or_all_of_them():
    rooms = {"a": [(at(9), at(10))], "b": [(at(10), at(11))]}
    slots = common(search(), {1: []}, rooms)
    assert [(hour, one.rooms) for hour, one in zip(hours(slots), slots, strict=True)] == [
        ("09:00", ("b",)),
        ("10:00", ("a",)),
        ("10:30", ("a",)),
        ("11:00", ("a", "b")),
    ]
    assert hours(common(search(), {1: []}, rooms, all_rooms=True)) == ["11:00"]


def test_who_is_missing_where_one_may():
    people = {1: [(at(9), at(11))], 2: [(at(11), at(12))]}
    assert common(search(), people, {}) == []
    slots = common(search(), people, {}, may_miss=1)
    assert [(hour, one.missing) for hour, one in zip(hours(slots), slots, strict=True)] == [
        ("09:00", (1,)),
        ("09:30", (1,)),
        ("10:00", (1,)),
        ("11:00", (2,)),
    ]


def test_event_over_midnight_and_of_several_days():
    days = [DAY + timedelta(days=n) for n in range(3)]
    people = {1: [(at(11), at(10, day=days[1]))]}
    slots = common(search(days=days), people, {})
    assert [(one.starts_at - at(0)) // timedelta(days=1) for one in slots] == [
        0,
        0,
        0,
        1,
        1,
        1,
        2,
        2,
        2,
        2,
        2,
    ]


def test_nothing_before_now():
    assert hours(common(search(not_before=at(10, 10)), {1: []}, {})) == ["10:30", "11:00"]


def test_proposals_lie_on_different_half_days():
    days = [DAY, DAY + timedelta(days=1)]
    slots = common(search(days=days, ends=16), {1: []}, {})
    assert hours(best(slots)) == ["09:00", "13:00", "09:00"]
    assert runs(slots)[0] == (at(9), at(16))


@pure
@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.integers(0, 48 * 4), st.integers(1, 40)), min_size=1, max_size=12
    ),
    st.sampled_from([30, 45, 60, 120]),
)
def test_slots_are_exactly_the_times_that_overlap_nothing(taken, length):
    people = {n: [] for n in range(1, 5)}
    for person, quarter, quarters in taken:
        begins = at(0) + timedelta(minutes=15 * quarter)
        people[person].append((begins, begins + timedelta(minutes=15 * quarters)))
    days = [DAY, DAY + timedelta(days=1)]
    expected = []
    for day in days:
        moment = at(9, day=day)
        while moment + timedelta(minutes=length) <= at(18, day=day):
            ends = moment + timedelta(minutes=length)
            if not any(b < ends and e > moment for times in people.values() for b, e in times):
                expected.append(moment)
            moment += timedelta(minutes=30)
    found = common(search(days=days, ends=18, length=length), people, {})
    assert [one.starts_at for one in found] == expected


# ---- The page ----


def proposals(text):
    return [unescape(part.split('"', 1)[0]) for part in text.split('class="free-proposal" href="')[1:]]


def ask(office, client, *people, **more):
    values = "&".join(
        [*(f"participants=person:{one}" for one in people), *(f"{k}={v}" for k, v in more.items())]
    )
    return client.get(f"/schedule/free?first=2026-11-24&days=5&length=60&{values}")


@pytest.mark.parametrize("visibility", list(Visibility))
def test_busy_is_busy_whoever_may_see_it_and_the_page_says_no_more(office, sign_in, visibility):
    office.set_rule(HIDDEN, "nothing")
    viewers = (f"person:{office.mayor}",) if visibility is Visibility.CHOSEN else ()
    office.enter(
        starts_at=MORNING, ends_at=MORNING + timedelta(hours=9), visibility=visibility, viewers=viewers
    )
    text = ask(office, sign_in(office.outsider), office.organiser).text
    assert "予算の打合せ" not in text
    first = parse_qs(urlsplit(proposals(text)[0]).query)
    assert (first["day"], first["from"]) == (["2026-11-24"], ["17:00"])


def test_event_shown_as_free_does_not_count(office, sign_in):
    office.enter(starts_at=MORNING, ends_at=MORNING + timedelta(hours=10), is_busy=False)
    text = ask(office, sign_in(office.outsider), office.organiser).text
    assert parse_qs(urlsplit(proposals(text)[0]).query)["from"] == ["08:00"]


def test_one_step_leads_from_a_proposal_to_the_form(office, sign_in):
    office.enter(starts_at=MORNING, ends_at=MORNING + timedelta(hours=10))
    client = sign_in(office.outsider)
    page = client.get(proposals(ask(office, client, office.organiser, office.colleague).text)[0]).text
    assert 'value="2026-11-25"' in page
    assert 'value="08:00"' in page
    assert f'value="person:{office.colleague}"' in page


def test_nearest_times_where_there_is_none_for_all(office, sign_in):
    everything = {"starts_at": MORNING, "ends_at": MORNING + timedelta(days=7)}
    office.enter(**everything)
    client = sign_in(office.outsider)
    text = ask(office, client, office.organiser, office.colleague).text
    assert "都合がつかない人: 佐藤 葵" in text
    office.enter(office.colleague, **everything)
    text = ask(office, client, office.organiser, office.colleague).text
    assert "共通の空き時間はありません。" in text


def test_search_that_makes_no_sense(office, sign_in):
    client = sign_in(office.organiser)
    for query in (
        "length=-5&days=100000&margin=x",
        "first=0001-01-01",
        "participants=nobody",
        "rooms=x",
        "x=1",
    ):
        assert client.get(f"/schedule/free?{query}").status_code == 200, query


def test_free_time_takes_the_same_queries_for_two_people_and_for_forty(office, sign_in, count_queries):
    clerk = office.factory.post("書記", 50)
    for n in range(40):
        office.factory.person(f"職員 {n}", office.waste, clerk)
    client = sign_in(office.organiser)
    numbers = []
    for unit in (office.welfare, office.waste):
        path = f"/schedule/free?participants=unit_tree:{unit}&length=60"
        client.get(path)
        office.app.extensions["groupware_versions"].poll_seconds = 3600
        client.get(path)
        with count_queries() as statements:
            assert client.get(path).status_code == 200
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] <= 10
