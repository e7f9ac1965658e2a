"""Date polls and requests for special posts for programs: the way from asking to the event, and who may not."""

import pytest

POLLS, REQUESTS = "/api/v1/schedule/polls", "/api/v1/schedule/special-requests"
SLOTS = [
    {"starts_at": f"2026-11-{day}T10:00:00+09:00", "ends_at": f"2026-11-{day}T11:00:00+09:00"}
    for day in (26, 27)
]
TIMES = SLOTS[0]


@pytest.fixture
def call(office, program):
    """`call(person, method, path, body)`; a body of a change goes with the tag of what was read."""
    programs = {}

    def run(person, method, path, body=None, **more):
        if person not in programs:
            programs[person] = program(person)
        if body is not None:
            more["json"] = body
        if method == "PATCH":
            more["headers"] = {"If-Match": programs[person]("GET", path).headers.get("ETag", "*")}
        return programs[person](method, path, **more)

    return run


def opened(office, call):
    body = {
        "title": "予算の打合せ",
        "slots": SLOTS,
        "participants": [f"person:{office.colleague}"],
        "guests": ["自治会長"],
        "answer_by": "2026-11-25T17:00:00+09:00",
    }
    made = call(office.organiser, "POST", POLLS, body)
    assert made.status_code == 201, made.text
    return made.headers["Location"]


def test_poll_is_asked_changed_answered_and_settled(office, call):
    place = opened(office, call)
    assert call(office.organiser, "PATCH", place, {"place": "庁議室"}).status_code == 200
    assert call(office.organiser, "PATCH", place, {"title": None}).status_code == 422
    slots = [one["id"] for one in call(office.colleague, "GET", place).json["slots"]]
    said = {"answers": [{"slot": slots[0], "choice": "no"}, {"slot": slots[1], "choice": "yes"}]}
    assert (
        call(office.colleague, "POST", f"{place}/answer", {"answers": said["answers"][:1]}).status_code == 422
    )
    found = call(office.colleague, "POST", f"{place}/answer", said).json
    assert [(one["yes"], one["no"], one["is_best"]) for one in found["slots"]] == [
        (0, 1, False),
        (1, 0, True),
    ]
    assert found["people"][0]["answers"][1] == {"slot": slots[1], "choice": "yes"}
    assert call(office.colleague, "POST", f"{place}/settle", {"slot": slots[1]}).status_code == 403
    assert call(office.organiser, "POST", f"{place}/settle", {"slot": 2**62}).status_code == 404
    settled = call(office.organiser, "POST", f"{place}/settle", {"slot": slots[1]}).json
    event = call(office.colleague, "GET", f"/api/v1/schedule/events/{settled['event']}").json
    assert (event["place"], event["guests"], settled["state"]) == ("庁議室", ["自治会長"], "settled")
    assert call(office.organiser, "POST", f"{place}/close").status_code == 409


def test_polls_are_listed_newest_first_and_only_to_those_they_concern(office, call):
    places = [opened(office, call) for _ in range(3)]
    call(office.organiser, "POST", f"{places[0]}/close")
    first = call(office.colleague, "GET", POLLS, query_string={"limit": 2}).json
    second = call(office.colleague, "GET", first["next"]).json
    assert [one["must_answer"] for one in first["items"] + second["items"]] == [True, True, False]
    assert second["next"] is None
    still_open = call(office.colleague, "GET", POLLS, query_string={"state": "open"}).json["items"]
    assert [one["uid"] for one in still_open] == [place.rpartition("/")[2] for place in places[:0:-1]]
    assert call(office.outsider, "GET", POLLS).json["items"] == []
    assert call(office.outsider, "GET", places[0]).status_code == 404
    assert call(office.outsider, "POST", f"{places[0]}/answer", {"answers": []}).status_code == 404


def asked(hall, call, **changes):
    body = {
        "person": hall.mayor,
        "title": "表敬訪問",
        **TIMES,
        "papers": "懇談メモ",
        "papers_due": "2026-11-25",
    }
    made = call(hall.organiser, "POST", REQUESTS, body | changes)
    assert made.status_code == 201, made.text
    return made.headers["Location"]


def test_request_is_made_arranged_and_fixed(hall, call):
    place = asked(hall, call)
    changed = call(hall.organiser, "PATCH", place, {"attendants": "会頭", "papers_due": None}).json
    assert (changed["attendants"], changed["papers_due"], changed["papers"]) == ("会頭", None, "懇談メモ")
    assert call(hall.organiser, "POST", f"{place}/assign", {}).status_code == 403
    version = call(hall.secretary, "POST", f"{place}/assign", {}).json["version"]
    assert call(hall.secretary, "POST", f"{place}/fix", {**TIMES, "version": 1}).status_code == 409
    fixed = call(
        hall.secretary, "POST", f"{place}/fix", {**TIMES, "version": version, "layer": "public"}
    ).json
    assert (fixed["state"], fixed["layer"], fixed["assignee"]) == ("fixed", "public", hall.secretary)
    event = call(hall.organiser, "GET", f"/api/v1/schedule/events/{fixed['event']}").json
    assert (event["title"], event["starts_at"]) == ("表敬訪問", "2026-11-26T01:00:00Z")
    assert call(hall.secretary, "POST", f"{place}/papers").json["has_papers"] is True
    assert call(hall.organiser, "POST", f"{place}/withdraw", {}).json["state"] == "withdrawn"
    assert call(hall.secretary, "POST", f"{place}/decline", {"reply": "出張"}).status_code == 409


def test_requests_concern_those_who_ask_and_those_who_arrange(hall, call):
    place = asked(hall, call)
    for person in (hall.organiser, hall.secretary, hall.mayor):
        assert [one["title"] for one in call(person, "GET", REQUESTS).json["items"]] == ["表敬訪問"]
    assert call(hall.secretary, "GET", REQUESTS, query_string={"state": "fixed"}).json["items"] == []
    assert call(hall.outsider, "GET", REQUESTS).json["items"] == []
    assert call(hall.outsider, "GET", place).status_code == 404
    for act, body in (("papers", None), ("withdraw", {}), ("decline", {"reply": "x"})):
        assert call(hall.outsider, "POST", f"{place}/{act}", body).status_code == 404, act


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (POLLS, {"title": "x", "slots": [], "answer_by": "2026-11-25T17:00:00Z"}),
        (POLLS, {"title": "x\x00", "slots": SLOTS, "answer_by": "2026-11-25T17:00:00Z", "guests": ["x"]}),
        (POLLS, {"title": "x", "slots": SLOTS, "answer_by": "9999-12-31T23:59:59Z", "guests": ["x"]}),
        (POLLS, {"title": "x", "slots": SLOTS, "answer_by": "0001-01-01T00:00:00+14:00", "guests": ["x"]}),
        (REQUESTS, {"person": 2**62, "title": "x", **TIMES}),
        (REQUESTS, {"person": 1, "title": "x", **TIMES, "papers_due": "0001-01-01"}),
        (REQUESTS, {"person": 1, "title": "x", "starts_at": "0001-01-01T00:00:00Z", "ends_at": "9999-12-31T23:59:59-14:00"}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(hall, call, path, body):
    answer = call(hall.organiser, "POST", path, body)
    assert answer.status_code in (400, 422), answer.text
