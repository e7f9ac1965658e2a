"""Lists, single objects, creation and change over the wire, as every collection has them."""

import pytest
from sqlalchemy import func, select

from groupware import clock
from groupware.api.limiting import Limits
from groupware.config import load
from groupware.db import session, unit
from groupware.errors import TooMany
from plugins.bulletin.models import Posting, Reading

PEOPLE, POSTINGS = "/api/v1/directory/people", "/api/v1/bulletin/postings"


@pytest.fixture
def reader(factory, section):
    """Another clerk of the section."""
    return factory.person("鈴木 一郎", section, factory.post("主任", 40), kana="すずき いちろう")


def test_list_goes_on_after_the_last_item_until_there_is_none(factory, section, person, program):
    clerk = factory.post("主事補", 60)
    for number in range(6):
        factory.person(f"職員 {number}", section, clerk)
    seen, path = [], f"{PEOPLE}?limit=3"
    while path is not None:
        answer = program.get(path)
        seen += [item["display_name"] for item in answer.json["items"]]
        path = answer.json["next"]
        assert ("Link" in answer.headers) == (path is not None)
    assert sorted(seen) == sorted(["佐藤 花子", *(f"職員 {number}" for number in range(6))])
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=x", "limit"),
        ("cursor=%00", "cursor"),
        ("cursor=W10", "cursor"),
        ("cursor=WyJ4Il0", "cursor"),
        ("unit=0", "unit"),
        ("q=%00", "q"),
        ("nothing=1", "nothing"),
    ],
)
def test_argument_that_makes_no_sense_is_named(program, query, name):
    answer = program.get(f"{PEOPLE}?{query}")
    assert answer.status_code == 422
    assert [error["parameter"] for error in answer.json["errors"]] == [name]


def test_single_object_that_is_known_already_is_not_sent_again(program):
    uid = program.get(PEOPLE).json["items"][0]["uid"]
    first = program.get(f"{PEOPLE}/{uid}")
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = program.call("GET", f"{PEOPLE}/{uid}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert not first.headers["ETag"].startswith("W/")


def test_posting_is_created_once_for_its_key(app, program, posting):
    headers = {"Idempotency-Key": "2026-04-01"}
    answers = [program.call("POST", POSTINGS, json=posting, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert answers[0].json["phase"] == "displayed"
    other = program.call("POST", POSTINGS, json=posting | {"title": "別"}, headers=headers)
    assert (other.status_code, other.json["code"]) == (409, "key_reused")
    with app.app_context(), unit("read"):
        assert session.scalar(select(func.count()).select_from(Posting)) == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": ""}, "#/title"),
        ({"title": None}, "#/title"),
        ({"category": "018e96f4-a800-76cd-8050-2b1da1073d0e"}, "#/category"),
        ({"audience": ["planet:1"]}, "#/audience"),
        ({"audience": ["person:999999"]}, "#/audience"),
        ({"shown_to": "2001-01-01T00:00:00+09:00"}, "#/shown_to"),
        ({"shown_to": "2001-01-01T00:00:00"}, "#/shown_to"),
        ({"colour": "red"}, "#/colour"),
        ({"sender": "post:999"}, "#/sender"),
        ({"html": "a\x00"}, "#/html"),
    ],
)
def test_value_at_fault_is_pointed_at(program, posting, change, pointer):
    answer = program.post(POSTINGS, json=posting | change)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json["errors"]]


def test_change_needs_the_tag_of_what_was_seen(program, posting):
    made = program.post(POSTINGS, json=posting)
    path, tag = made.headers["Location"], made.headers["ETag"]
    assert program.call("PATCH", path, json={"title": "中止"}).status_code == 428
    changed = program.call("PATCH", path, json={"title": "中止"}, headers={"If-Match": tag})
    assert (changed.json["title"], changed.json["edition"]) == ("中止", 2)
    late = program.call("PATCH", path, json={"title": "延期"}, headers={"If-Match": tag})
    assert (late.status_code, late.json["code"]) == (412, "changed")
    assert program.get(path).json["title"] == "中止"


def test_reader_confirms_and_the_author_sees_who_has(program, program_of, posting, reader):
    confirm_by = clock.today().replace(year=clock.today().year + 1).isoformat()
    path = program.post(POSTINGS, json=posting | {"confirm_by": confirm_by}).headers["Location"]
    mine = program_of(reader)
    assert [item["title"] for item in mine.get(f"{POSTINGS}?view=unconfirmed").json["items"]] == [
        "庁舎の停電"
    ]
    assert mine.post(f"{path}/read").json["is_read"] is True
    assert mine.post(f"{path}/confirm", json={"edition": 2}).status_code == 409
    assert mine.post(f"{path}/confirm", json={"edition": 1}).json["is_confirmed"] is True
    assert mine.get(f"{path}/receipts").status_code == 403
    found = program.get(
        f"{path}/receipts?unit={program.get('/api/v1/directory/units?limit=2').json['items'][1]['id']}"
    )
    assert (found.json["total"], found.json["read"], found.json["confirmed"]) == (2, 1, 1)
    assert {one["display_name"] for one in found.json["receivers"]} == {"佐藤 花子", "鈴木 一郎"}


def test_author_withdraws_and_deletes_and_nobody_else_may(program, program_of, posting, reader):
    path = program.post(POSTINGS, json=posting).headers["Location"]
    other = program_of(reader)
    assert other.post(f"{path}/withdraw").status_code == 403
    assert other.call("DELETE", path).status_code == 403
    assert program.post(f"{path}/withdraw").json["phase"] == "ended"
    assert program.call("DELETE", path).status_code == 204
    assert program.get(path).status_code == 404


def test_posting_to_others_does_not_exist_for_whom_it_does_not_address(
    program, program_of, posting, elsewhere
):
    path = program.post(POSTINGS, json=posting).headers["Location"]
    other = program_of(elsewhere)
    absent = other.get(f"{POSTINGS}/018e96f4-a800-76cd-8050-2b1da1073d0e")
    hidden = other.get(path)
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json | {"request_id": ""} == absent.json | {"request_id": ""}


def test_token_with_the_scope_to_read_writes_nothing(app, program_of, person, posting):
    reading = program_of(person, "bulletin:read")
    assert reading.post(POSTINGS, json=posting).json["code"] == "insufficient_scope"
    with app.app_context(), unit("read"):
        assert session.scalar(select(func.count()).select_from(Posting)) == 0


def test_looking_does_not_count_as_reading(app, program, program_of, posting, reader):
    path = program.post(POSTINGS, json=posting).headers["Location"]
    assert program_of(reader).get(path).json["is_read"] is False
    with app.app_context(), unit("read"):
        assert session.scalar(select(func.count()).select_from(Reading)) == 0


def test_body_that_is_no_json_or_too_large_is_refused(program, posting):
    assert program.post(POSTINGS, data="x", content_type="text/plain").status_code == 415
    assert program.post(POSTINGS, data="{", content_type="application/json").status_code == 422
    large = program.post(POSTINGS, json=posting | {"html": "長" * 600_000})
    assert large.status_code == 413
    assert large.mimetype == "application/problem+json"


def test_lists_cost_the_same_however_long(factory, section, program, count_queries, person):
    clerk = factory.post("主事補", 60)
    factory.person("職員 0", section, clerk)
    program.get(PEOPLE)
    with count_queries() as few:
        program.get(PEOPLE)
    for number in range(1, 8):
        factory.person(f"職員 {number}", section, clerk)
    program.get(PEOPLE)
    with count_queries() as many:
        program.get(PEOPLE)
    assert len(many) == len(few)


def test_affiliated_body_is_a_world_of_its_own(factory, program_of, person):
    body = factory.unit("みなと市文化財団", kind="外郭団体")
    inside = factory.person("外山 明", body, factory.post("職員", 70))
    mine = program_of(inside)
    assert [one["display_name"] for one in mine.get(PEOPLE).json["items"]] == ["外山 明"]
    assert [one["name"] for one in mine.get("/api/v1/directory/units").json["items"]] == ["みなと市文化財団"]
    uid = next(o for o in program_of(person).get(PEOPLE).json["items"] if o["display_name"] == "佐藤 花子")[
        "uid"
    ]
    assert mine.get(f"{PEOPLE}/{uid}").status_code == 404


def test_people_never_come_with_their_legal_name(app, factory, section, program):
    factory.person("通称 花", section, factory.post("主事補", 60), legal_name="戸籍 花")
    answer = program.get(PEOPLE)
    assert "通称 花" in answer.text
    assert "戸籍" not in answer.text


def test_what_is_new_is_listed_and_marked_as_read(app, program, program_of, posting, reader, work_off):
    program.post(POSTINGS, json=posting)
    work_off()
    mine = program_of(reader)
    (line,) = mine.get("/api/v1/notifications?unread=true").json["items"]
    assert line["title"] == "庁舎の停電"
    assert program.post(f"/api/v1/notifications/{line['id']}/read").status_code == 404
    assert mine.post(f"/api/v1/notifications/{line['id']}/read").status_code == 204
    assert mine.get("/api/v1/notifications?unread=true").json["items"] == []


def test_search_finds_what_the_person_may_see(program, program_of, posting, elsewhere):
    program.post(POSTINGS, json=posting)
    found = program.get("/api/v1/search?q=停電").json["items"]
    assert [one["title"] for one in found] == ["庁舎の停電"]
    assert program_of(elsewhere).get("/api/v1/search?q=停電").json["items"] == []


# ---- Limits ------------------------------------------------------------------------------------------------------------


def test_program_that_calls_too_often_is_told_when_to_come_again(make_app, app, program):
    app.extensions["groupware_api_limits"] = Limits(
        load(app.instance_path, {"GROUPWARE_API_CALLS_PER_MINUTE": "2"})
    )
    answers = [program.get("/api/v1/token") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 120
    assert answers[2].json["code"] == "too_many"


def test_address_that_guesses_tokens_must_wait_even_with_a_right_one(app, program):
    app.extensions["groupware_api_limits"] = Limits(
        load(app.instance_path, {"GROUPWARE_API_FAILURES_PER_MINUTE": "2"})
    )
    for _ in range(2):
        assert program.get("/api/v1/token", headers={"Authorization": "Bearer gwt_no"}).status_code == 401
    assert program.get("/api/v1/token").status_code == 429


def test_redis_that_is_away_lets_nobody_wait(app):
    settings = load(
        app.instance_path,
        {"GROUPWARE_REDIS_URL": "redis://127.0.0.1:1/0", "GROUPWARE_API_CALLS_PER_MINUTE": "1"},
    )
    counters = Limits(settings)
    counters.count_call("token-1")
    with pytest.raises(TooMany):
        counters.count_call("token-1")
