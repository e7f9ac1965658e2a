"""The pages: what they show, what they refuse, how much they ask of the database."""

import re
import uuid

import pytest

from groupware.db import unit
from groupware.directory.people_index import reindex
from groupware.testing.signing_in import csrf_token
from plugins.schedule.enums import Visibility
from plugins.schedule.permissions import WRITE
from plugins.schedule.queries.events import names

PAGE = "/schedule/?day=2026-11-24"


def form_of(office, **changes):
    """What the form sends."""
    values = {
        "title": "予算の打合せ",
        "starts_on": "2026-11-24",
        "starts_time": "10:00",
        "ends_time": "11:00",
        "participants": [f"person:{office.organiser}"],
        "visibility": "everyone",
        "kind_id": "0",
        "calendar_unit_id": "0",
        "holidays": "keep",
        "repeats": "",
        "form_key": uuid.uuid4().hex,
    }
    return values | changes


def send(client, path, data, page="/schedule/new"):
    return client.post(path, data={**data, "csrf_token": csrf_token(client, page)})


def test_event_entered_in_the_form_stands_on_every_view(office, sign_in):
    client = sign_in(office.organiser)
    answer = send(client, "/schedule/new", form_of(office, place="第1会議室"))
    assert answer.status_code == 302
    assert "2026年11月24日(火) 10:00–11:00" in client.get(answer.location).text
    for path in (PAGE, "/schedule/day?day=2026-11-24", "/schedule/week?day=2026-11-24"):
        text = client.get(path).text
        assert "予算の打合せ" in text, path
        assert "10:00–11:00" in text, path
        assert "第1会議室" in text, path


def test_title_is_text_and_no_markup(office, sign_in):
    client = sign_in(office.organiser)
    send(client, "/schedule/new", form_of(office, title="<b>太字</b>"))
    for path in (PAGE, "/schedule/day?day=2026-11-24", "/schedule/week?day=2026-11-24"):
        assert "<b>太字" not in client.get(path).text
        assert "&lt;b&gt;太字" in client.get(path).text


def test_addresses_that_nobody_typed_show_nothing_wrong(office, sign_in):
    client = sign_in(office.organiser)
    uid = office.enter(rule="FREQ=DAILY;COUNT=3")
    unnamed = office.factory.unit("会計室", office.city)
    for at in ("0001-01-01T00:00", "9999-12-31T23:59"):
        assert client.get(f"/schedule/{uid}?at={at}").status_code == 200, at
        data = form_of(office, scope="one", at=at, version="1")
        assert send(client, f"/schedule/{uid}/edit", data).status_code == 404, at
    for query in ("first=9999-12-31", f"participants=unit:{unnamed}", f"participants=duty:1:{office.city}"):
        assert client.get(f"/schedule/free?{query}").status_code == 200, query


def test_address_of_the_form_says_from_which_day_to_which(office, sign_in):
    client = sign_in(office.organiser)
    text = client.get("/schedule/new?day=2026-11-24&until=2026-11-26&all_day=1").text
    assert re.search(r'name="ends_on"[^>]*value="2026-11-26"', text)
    for until in ("2026-11-24", "2026-11-01", "2028-11-24", "9999-12-31", "gestern"):
        text = client.get(f"/schedule/new?day=2026-11-24&until={until}").text
        assert re.search(r'name="ends_on"[^>]*value=""', text), until


def test_every_row_and_day_has_a_way_to_enter_an_event(office, sign_in):
    client = sign_in(office.organiser)
    person = f"for={office.read(lambda _: names([office.colleague]), office.colleague)[office.colleague].uid}"
    for path in ("/schedule/?day=2026-11-24", "/schedule/day?day=2026-11-24"):
        assert f"/schedule/new?{person}&amp;day=2026-11-24" in client.get(path).text, path
    assert "&amp;day=2026-11-26" in client.get("/schedule/month?day=2026-11-24").text


@pytest.mark.parametrize(
    ("chosen", "rule", "words"),
    [
        (
            {"repeats": "monthly_weekday", "places": ["1", "3"], "weekdays": ["TU"]},
            "FREQ=MONTHLY;BYDAY=1TU,3TU",
            "毎月 第1火曜日・第3火曜日",
        ),
        ({"repeats": "monthly_weekday", "places": ["-1"]}, "FREQ=MONTHLY;BYDAY=-1TU", "毎月 最終火曜日"),
        ({"repeats": "monthly_weekday"}, "FREQ=MONTHLY;BYDAY=4TU", "毎月 第4火曜日"),
        ({"repeats": "monthly", "interval": "3"}, "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=24", "3か月ごと 24日"),
        ({"repeats": "biweekly"}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2週間ごと 火曜日"),
        (
            {"repeats": "weekly", "interval": "3", "weekdays": ["TU", "TH"]},
            "FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,TH",
            "3週間ごと 火・木曜日",
        ),
        ({"repeats": "weekly", "interval": ""}, "FREQ=WEEKLY;BYDAY=TU", "毎週 火曜日"),
    ],
)
def test_repetition_is_chosen_and_shown_again(office, sign_in, chosen, rule, words):
    client = sign_in(office.organiser)
    answer = send(client, "/schedule/new", form_of(office, **chosen))
    uid = uuid.UUID(answer.location.rpartition("/")[2])
    assert office.stored(uid).rule == rule
    assert words in client.get(answer.location).text
    page = client.get(f"/schedule/{uid}/edit").text
    assert f'<option selected value="{chosen["repeats"]}">' in page
    for name in ("places", "weekdays"):
        for value in chosen.get(name, ()):
            assert re.search(rf'<input checked[^>]*name="{name}"[^>]*value="{value}"', page), value
    kept = {name: value for name, value in chosen.items() if name != "interval"}
    again = form_of(office, **kept, interval=chosen.get("interval", "1"), version="1", place="会議室")
    assert send(client, f"/schedule/{uid}/edit", again).status_code == 302
    assert office.stored(uid).rule == rule


def test_interval_that_is_none_is_refused(office, sign_in):
    client = sign_in(office.organiser)
    for interval in ("0", "-1", "100", "zwei", "9" * 30):
        data = form_of(office, repeats="daily", interval=interval)
        assert send(client, "/schedule/new", data).status_code == 422, interval


def test_form_that_is_refused_keeps_what_was_typed(office, sign_in):
    client = sign_in(office.organiser)
    answer = send(client, "/schedule/new", form_of(office, title="", text="持ち物", ends_time="09:00"))
    assert answer.status_code == 422
    assert "「件名」を入力してください。" in answer.text
    assert "持ち物" in answer.text
    answer = send(client, "/schedule/new", form_of(office, starts_on="昨日"))
    assert answer.status_code == 422
    for changes in (
        {"starts_on": "0001-01-01"},
        {"ends_on": "9999-12-31"},
        {"repeats": "dates", "dates": "9999-12-31"},
    ):
        assert send(client, "/schedule/new", form_of(office, **changes)).status_code == 422, changes
    answer = send(client, "/schedule/new", form_of(office, repeats="dates", dates="2026-12-01 いつか"))
    assert "日付は「2026-11-22」のように" in answer.text


def test_names_are_pasted_without_scripts(office, sign_in):
    with office.app.app_context(), unit("write"):
        reindex()
    client = sign_in(office.organiser)
    answer = send(client, "/schedule/new", form_of(office, participants_text="鈴木 蓮\n田中湊"))
    assert answer.status_code == 302
    text = client.get(answer.location).text
    assert "鈴木 蓮" in text
    assert "田中 湊" in text


def test_repetition_of_the_form(office, sign_in):
    client = sign_in(office.organiser)
    for changes, words in (
        (
            {"repeats": "weekly", "weekdays": ["TU", "TH"], "repeats_until": "2026-12-31"},
            "毎週 火・木曜日(2026年12月31日まで)",
        ),
        ({"repeats": "monthly_weekday", "holidays": "next"}, "毎月 第4火曜日(休日のときは次の開庁日)"),
        ({"repeats": "month_end"}, "毎月 末日"),
        ({"repeats": "dates", "dates": "2026-12-01\nR8.12.8"}, "選んだ日(3日)"),
    ):
        answer = send(client, "/schedule/new", form_of(office, may_be_twin="1", **changes))
        assert answer.status_code == 302, changes
        assert words in client.get(answer.location).text
        edit = client.get(f"{answer.location}/edit").text
        assert f'<option selected value="{changes["repeats"]}">' in edit
        kept = dict(changes, version="1")
        assert send(client, f"{answer.location}/edit", form_of(office, **kept)).status_code == 302
        assert words in client.get(answer.location).text


def test_change_and_delete_on_the_pages(office, sign_in):
    uid = office.enter()
    client = sign_in(office.organiser)
    changed = form_of(office, title="予算の調整", version="1")
    assert send(client, f"/schedule/{uid}/edit", changed).status_code == 302
    answer = send(client, f"/schedule/{uid}/edit", {**changed, "title": "別"})
    assert answer.status_code == 409
    assert "編集中に、ほかの人がこの予定を変更しました。" in answer.text
    page = client.get(f"/schedule/{uid}").text
    assert "予算の調整" in page
    assert "変更: 件名" in page
    assert send(client, f"/schedule/{uid}/cancel", {}).status_code == 302
    assert client.get(f"/schedule/{uid}").status_code == 404


def test_hidden_event_and_absent_event_are_answered_alike(office, sign_in):
    uid, absent = office.enter(visibility=Visibility.PRIVATE), uuid.uuid4()
    client = sign_in(office.outsider)
    for path in ("", "/edit"):
        answers = [client.get(f"/schedule/{one}{path}") for one in (uid, absent)]
        assert [one.status_code for one in answers] == [404, 404]
        assert without_ids(answers[0].text) == without_ids(answers[1].text)
    for path in ("/edit", "/cancel"):
        answers = [
            send(client, f"/schedule/{one}{path}", form_of(office, version="1")) for one in (uid, absent)
        ]
        assert [one.status_code for one in answers] == [404, 404]
    text = client.get(f"/schedule/?day=2026-11-24&unit={office.shelter}").text
    assert "予算の打合せ" not in text
    assert "予定あり" in text
    assert str(uid) not in text


def without_ids(text):
    """A page without what differs from request to request."""
    return re.sub(r'[0-9a-f]{32}|nonce="[^"]*"|content="[^"]*"|value="[^"]*"', "", text)


def test_time_and_title_only(office, sign_in):
    uid = office.enter(visibility=Visibility.TIME_AND_TITLE, place="秘密の部屋", text="極秘")
    text = sign_in(office.outsider).get(f"/schedule/{uid}").text
    assert "予算の打合せ" in text
    assert "秘密の部屋" not in text
    assert "極秘" not in text
    assert "佐藤 葵" not in text


def test_form_for_somebody_else_names_them_and_the_secretary_enters_for_them(office, sign_in):
    office.grant(office.secretary, WRITE, office.city)
    client = sign_in(office.secretary)
    mayor = office.read(lambda _: names([office.mayor]), office.mayor)[office.mayor].uid
    page = client.get(f"/schedule/new?for={mayor}&day=2026-11-25").text
    assert "港 太郎さんの予定として代理登録します。" in page
    data = form_of(office, participants=[f"person:{office.mayor}"], organiser=str(mayor))
    answer = send(client, "/schedule/new", data)
    text = client.get(answer.location).text
    assert "登録者" in text
    assert "秘書 花" in text


def test_addresses_that_make_no_sense(office, sign_in):
    client = sign_in(office.organiser)
    for path in (
        "?day=9999-99-99",
        "?day=0001-01-01",
        "?page=-1",
        "day?day=x",
        "week?day=",
        "new?from=x&to=25:00",
    ):
        assert client.get(f"/schedule/{path}").status_code == 200, path
    for path in ("?unit=999999", "?group=nobody", f"week?person={uuid.uuid4()}", f"new?for={uuid.uuid4()}"):
        assert client.get(f"/schedule/{path}").status_code == 404, path


@pytest.mark.parametrize("number", [2, 48])
@pytest.mark.parametrize("path", [PAGE, "/schedule/day?day=2026-11-24"])
def test_organisation_takes_the_same_queries_however_many_people(
    office, sign_in, count_queries, path, number
):
    clerk = office.factory.post("書記", 50)
    people = [office.factory.person(f"職員 {n}", office.shelter, clerk) for n in range(number)]
    for person in people:
        office.enter(person)
    client = sign_in(office.organiser)
    client.get(path)
    office.app.extensions["groupware_versions"].poll_seconds = 3600
    client.get(path)
    with count_queries() as statements:
        assert client.get(path).text.count("予算の打合せ") == number
    # The session with its person, grants, the menu's badge, names, people, organisations, groups, what is at hand,
    # where the topics stand that the page follows.
    assert len(statements) == 9, "\n".join(statements.texts)


def test_month_shows_what_its_days_hold_and_leaves_as_a_table(office, sign_in):
    office.enter(rule="FREQ=WEEKLY", place="第1会議室")
    office.enter(visibility=Visibility.PRIVATE)
    client = sign_in(office.organiser)
    assert client.get("/schedule/month?day=2026-12-10").text.count("予算の打合せ") == 5
    text = client.get("/schedule/export/month.csv?day=2026-12-10").text
    assert text.count("予算の打合せ") == 5
    person = office.read(lambda _: names([office.organiser]), office.organiser)[office.organiser].uid
    text = sign_in(office.outsider).get(f"/schedule/month?day=2026-11-10&person={person}").text
    assert text.count("予定あり") == 1


def test_leave_in_one_click(office, sign_in):
    client = sign_in(office.organiser)
    answer = send(client, "/schedule/leave", {"day": "2026-11-27", "form_key": "once"}, "/schedule/week")
    assert answer.status_code == 302
    assert "2026年11月27日(金) 終日" in client.get(answer.location).text
    assert "休暇" in client.get(PAGE).text
    for day in ("", "x", "0001-01-01", "9999-12-31"):
        assert send(client, "/schedule/leave", {"day": day}).status_code == 422, day


def test_dragging_moves_an_event_once_and_says_where_to(office, sign_in):
    uid = office.enter()
    client = sign_in(office.organiser)
    headers = {"X-CSRFToken": csrf_token(client, "/schedule/new"), "Accept": "application/json"}
    sent = {"starts": "2026-11-25T13:00", "ends": "2026-11-25T14:30", "version": 1}
    answer = client.post(f"/schedule/{uid}/move", json=sent, headers=headers)
    assert answer.json == {
        "uid": str(uid),
        "version": 2,
        "message": "「予算の打合せ」を2026年11月25日(水) 13:00–14:30に移動しました。",
    }
    assert client.post(f"/schedule/{uid}/move", json=sent, headers=headers).status_code == 409
    for wrong in (
        {},
        {**sent, "starts": "x"},
        {**sent, "version": "2"},
        {**sent, "ends": "0001-01-01T00:00", "version": 2},
        [],
    ):
        assert client.post(f"/schedule/{uid}/move", json=wrong, headers=headers).status_code == 422, wrong


def test_dragging_moves_one_occurrence_of_a_series(office, sign_in):
    uid = office.enter(rule="FREQ=WEEKLY;COUNT=3")
    client = sign_in(office.organiser)
    assert f'data-event="{uid} 1 2026-11-24T10:00"' in client.get(PAGE).text
    headers = {"X-CSRFToken": csrf_token(client, "/schedule/new"), "Accept": "application/json"}
    sent = {"starts": "2026-11-25T13:00", "ends": "2026-11-25T14:00", "at": "2026-11-24T10:00", "version": 1}
    answer = client.post(f"/schedule/{uid}/move", json=sent, headers=headers)
    assert answer.json["uid"] != str(uid)
    assert answer.json["message"] == (
        "「予算の打合せ」を、今回だけ2026年11月25日(水) 13:00–14:00に移動しました。"
    )
    assert [one.begins.hour for one in office.seen(office.organiser, office.organiser, 30)] == [13, 10, 10]
    assert f'data-event="{answer.json["uid"]} 1"' in client.get(PAGE).text
    for at, status in (
        ("2026-11-24T10:00", 404),
        ("2026-11-23T10:00", 404),
        ("0001-01-01T00:00", 404),
        ("x", 409),
        (["2026-12-01T10:00"], 409),
    ):
        wrong = {**sent, "at": at, "version": 2}
        assert client.post(f"/schedule/{uid}/move", json=wrong, headers=headers).status_code == status, at


def test_only_ones_own_events_can_be_dragged(office, sign_in):
    people = (f"person:{office.organiser}", f"person:{office.colleague}")
    office.enter(participants=people)
    office.enter(rule="FREQ=WEEKLY;COUNT=3")
    for person, number in ((office.organiser, 3), (office.colleague, 0)):
        assert sign_in(person).get(PAGE).text.count("data-event=") == number


def test_week_leaves_as_a_table(office, sign_in):
    office.enter(place="第1会議室")
    text = sign_in(office.organiser).get("/schedule/export/week.csv?day=2026-11-24").text
    assert "佐藤 葵,係長,,10:00–11:00 予算の打合せ 第1会議室" in text
