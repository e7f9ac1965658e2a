"""What the people picker is answered while somebody chooses, and the field that takes the choice."""

import re

import pytest
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from groupware.db import unit
from groupware.directory.enums import GroupKind
from groupware.directory.forms import PickerField
from groupware.directory.models import Group, GroupMember
from groupware.directory.queries.pasted import MOST_LINES, resolve_lines
from groupware.errors import Invalid
from tests.core.directory_pages.conftest import own


@pytest.fixture
def client(city, sign_in):
    """The browser of 東 課長, in a city with a few people."""
    city.person("東 課長", "保護課", "課長", kana="あずま かちょう", staff_number="000120")
    city.person("西 主事", "保護課", "主事", kana="にし しゅじ", staff_number="000121")
    city.person("西 主事2", "道路課", "主事", kana="にし しゅじに", staff_number="000122")
    city.person("佐藤 花子", "道路課", "主事", kana="さとう はなこ", staff_number="000130")
    city.person("佐藤　花子", "保護課", "主事", kana="さとう はなこ", staff_number="000131")
    return sign_in(city.people["東 課長"])


def offered(fragment):
    """(value, label) of everything that a fragment offers, in order."""
    return re.findall(r'data-value="([^"]+)" data-label="([^"]+)"', fragment)


def labels(fragment):
    """The labels alone."""
    return [label for _, label in offered(fragment)]


def test_type_ahead_for_people_offers_people_only(city, client):
    fragment = client.get("/directory/pick/search?mode=people&q=ニシ").text
    assert offered(fragment) == [
        (f"person:{city.people['西 主事']}", "西 主事"),
        (f"person:{city.people['西 主事2']}", "西 主事2"),
    ]
    assert "福祉局 保護課 主事" in fragment
    assert "<html" not in fragment


def test_type_ahead_for_principals_offers_units_ranks_and_posts_first(city, client):
    assert labels(client.get("/directory/pick/search?mode=principals&q=保護").text)[:1] == ["保護課(全体)"]
    assert labels(client.get("/directory/pick/search?mode=principals&q=福祉局").text)[:2] == [
        "福祉局(全体)",
        "福祉局(直属)",
    ]
    assert labels(client.get("/directory/pick/search?mode=principals&q=課長").text)[:2] == [
        "課長",
        "課長級以上",
    ]
    assert labels(client.get("/directory/pick/search?mode=principals&q=総務担当").text) == ["総務担当者"]
    assert labels(client.get("/directory/pick/search?mode=principals&q=全職員").text) == ["全職員"]


def test_type_ahead_for_principals_knows_a_unit_by_bureau_and_name(city, client):
    found = labels(client.get("/directory/pick/search?mode=principals&q=建設局 総務課").text)
    assert found[0] == "総務課(全体)"
    assert len(found) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_type_ahead_takes_the_same_queries_however_many_match(city, client, count_queries, number):
    for index in range(number):
        city.person(f"渡辺 {index}", "保護課", "主事")
    client.get("/directory/pick/search?mode=people&q=x")
    with count_queries() as statements:
        client.get("/directory/pick/search?mode=people&q=渡辺")
    assert own(statements) == 3
    with count_queries() as statements:
        client.get("/directory/pick/search?mode=principals&q=渡辺")
    assert own(statements) == 5


def test_units_open_level_by_level_with_their_people(city, client):
    first = client.get("/directory/pick/units?mode=people").text
    assert "福祉局" in first
    assert "みなと市" in first
    assert "保護課" not in first
    inside = client.get(f"/directory/pick/units?mode=people&unit={city.units['保護課']}").text
    assert labels(inside) == ["東 課長", "佐藤　花子", "西 主事"]


def test_units_may_themselves_be_chosen_where_that_is_meant(city, client):
    inside = client.get(f"/directory/pick/units?mode=principals&unit={city.units['福祉局']}").text
    assert labels(inside) == ["福祉局(全体)", "福祉局(直属)"]
    lowest = client.get(f"/directory/pick/units?mode=principals&unit={city.units['保護課']}").text
    assert labels(lowest)[:2] == ["保護課(全体)", "東 課長"]


def test_standing_choices_are_everyone_ranks_posts_and_duties(city, client):
    found = labels(client.get("/directory/pick/standing").text)
    assert found[:3] == ["全職員", "市長級以上", "局長級以上"]
    assert "主事級以上" not in found
    assert "主事" in found
    assert "機能管理者" in found


@pytest.fixture
def groups(city, client, write):
    """A shared group, and personal ones of two people."""
    made = {}
    with write() as session:
        for name, kind, owner in (
            ("共有", GroupKind.SHARED, None),
            ("自分の", GroupKind.PERSONAL, "東 課長"),
            ("他人の", GroupKind.PERSONAL, "西 主事"),
        ):
            group = Group(kind=kind, name=name, owner_id=city.people[owner] if owner else None)
            session.add(group)
            session.flush()
            session.add(GroupMember(group_id=group.id, person_id=city.people["西 主事"]))
            made[name] = group.id
    return made


def test_groups_offered_are_ones_own_shared_ones_and_roles(groups, client):
    fragment = client.get("/directory/pick/groups?mode=people").text
    assert "自分の" in fragment
    assert "共有" in fragment
    assert "システム管理者" in fragment
    assert "他人の" not in fragment
    assert "data-pick " not in fragment


def test_group_is_a_choice_of_its_own_for_principals(groups, client):
    fragment = client.get("/directory/pick/groups?mode=principals").text
    assert (f"group:{groups['共有']}", "共有") in offered(fragment)


def test_people_of_a_group_are_loaded_but_not_those_of_somebody_elses(groups, city, client):
    assert labels(client.get(f"/directory/pick/groups?mode=people&group={groups['共有']}").text) == [
        "西 主事"
    ]
    assert client.get(f"/directory/pick/groups?mode=people&group={groups['他人の']}").status_code == 404


def test_recent_choices_are_empty_at_first_and_say_so(city, client):
    assert "次回から" in client.get("/directory/pick/recent?mode=people").text


def test_pasted_lines_are_found_asked_about_or_missing(city, client, app):
    app.config["WTF_CSRF_ENABLED"] = False
    text = "000120\t東 課長\n121\nにし しゅじに\n佐藤花子\n存在しない\n\n佐藤花子\t保護課"
    fragment = client.post("/directory/pick/paste", data={"field": "a_text", "a_text": text}).text
    rest, at_once = fragment.split("data-pick-now")
    assert labels(at_once) == ["東 課長", "西 主事", "西 主事2", "佐藤　花子"]
    assert "「佐藤花子」はどの職員ですか" in rest
    assert 'data-ambiguous="佐藤花子"' in rest
    assert set(labels(rest)) == {"佐藤 花子", "佐藤　花子"}
    assert "<span data-unresolved>存在しない</span>" in rest


def test_pasted_lines_take_the_same_queries_however_many_are_whole_names(city, client, read, count_queries):
    with read():
        resolve_lines("西 主事")
    for text in ("西 主事", "西 主事\n東 課長\nにし しゅじに"):
        with read(), count_queries() as statements:
            assert not resolve_lines(text).missing
        assert own(statements) == 2


def test_pasted_lines_beyond_the_limit_are_refused(city, read):
    with read(), pytest.raises(Invalid):
        resolve_lines("\n".join(f"行{number}" for number in range(MOST_LINES + 1)))


def test_picker_pages_need_a_sign_in(city, app):
    for name in ("search?q=a", "units", "groups", "standing", "recent"):
        assert app.test_client().get(f"/directory/pick/{name}").status_code == 302


class ChoiceForm(FlaskForm):
    """A form with both kinds of field."""

    people = PickerField("参加者")
    one = PickerField("担当", is_multiple=False)
    audience = PickerField("公開先", mode="principals")


@pytest.fixture
def submit(app, client):
    """`submit(people=[…], …)` is the form after it was sent, and whether it is valid."""

    def send(**values):
        data = MultiDict([(name, one) for name, many in values.items() for one in many])
        with app.test_request_context(method="POST"), unit("read"):
            form = ChoiceForm(data, meta={"csrf": False})
            is_valid = form.validate()
            chosen = {name: [choice.label for choice in form[name].chosen] for name in ("people", "audience")}
            return form, is_valid, chosen

    return send


def test_field_takes_values_of_its_mode(city, submit):
    form, is_valid, chosen = submit(
        people=[f"person:{city.people['東 課長']}", ""],
        audience=[f"unit:{city.units['保護課']}", "everyone:0"],
    )
    assert is_valid
    assert form.people.person_ids == [city.people["東 課長"]]
    assert chosen["audience"] == ["保護課(直属)", "全職員"]


@pytest.mark.parametrize(
    "values",
    [{"people": ["everyone:0"]}, {"audience": ["robot:1"]}, {"one": ["person:1", "person:2"]}],
)
def test_field_refuses_what_cannot_be_chosen_there(city, submit, values):
    form, is_valid, _ = submit(**values)
    assert not is_valid
    assert form[next(iter(values))].errors


def test_field_resolves_lines_that_were_not_looked_up(city, submit):
    form, is_valid, chosen = submit(people_text=["121\n東 課長"])
    assert is_valid
    assert chosen["people"] == ["西 主事", "東 課長"]
    assert form.people.text == ""


def test_field_gives_back_lines_that_are_open(city, submit):
    form, is_valid, chosen = submit(people_text=["東 課長\n佐藤花子\n存在しない"])
    assert not is_valid
    assert chosen["people"] == ["東 課長"]
    assert form.people.text == "存在しない"
    (line, several) = form.people.ambiguous[0]
    assert line == "佐藤花子"
    assert len(several) == 2


def test_field_takes_the_answer_to_an_ambiguous_line(city, submit):
    form, is_valid, _ = submit(people=[f"person:{city.people['佐藤 花子']}"], people_text=["佐藤花子"])
    assert is_valid
    assert form.people.person_ids == [city.people["佐藤 花子"]]


def test_field_is_shown_again_when_only_looking_up_was_asked_for(city, submit):
    form, is_valid, chosen = submit(people_text=["東 課長"], people_find=["1"])
    assert not is_valid
    assert chosen["people"] == ["東 課長"]
    assert form.people.errors
