"""Calendar files in and out, the addresses to subscribe to, and the page on which people give programs access."""

import base64
import io
import re
import zlib
from datetime import timedelta

import pytest
from werkzeug.datastructures import FileStorage

from groupware import clock
from groupware.api.services import issue, revoke
from groupware.auth.models import Account
from groupware.auth.passwords import hash_password
from groupware.caches import bump
from groupware.db import session, unit
from groupware.directory.models import Person
from plugins.schedule.enums import Visibility
from plugins.schedule.forms_programs import FEED, FEED_TIMES, SYNC
from plugins.schedule.rules import FEED_ZONES
from plugins.schedule.services import events, importing
from plugins.schedule.services.following import follow
from plugins.schedule.services.importing import Outcome, examine, take
from tests.plugins.schedule.conftest import MORNING
from tests.plugins.schedule.phones import WEEKLY, event, participants


@pytest.fixture(autouse=True)
def no_form_token(office):
    office.app.config["WTF_CSRF_ENABLED"] = False


def together(*texts):
    return (
        "".join(texts)
        .replace("END:VCALENDAR\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//phone//EN\r\n", "")
        .encode()
    )


def outcomes(lines):
    return [line.outcome for line in lines]


# ---- In ----


def test_file_is_taken_over_once_and_a_newer_one_changes_what_is_newer(office):
    content = together(event(WEEKLY, uid="a", title="定例会"), event(uid="b", title="面談"))
    assert outcomes(office.read(examine, office.organiser, content)) == [Outcome.NEW] * 2
    assert office.seen(office.organiser, office.organiser) == []
    office.write(take, office.organiser, content)
    assert sorted(one.title for one in office.seen(office.organiser, office.organiser)) == ["定例会", "面談"]
    assert outcomes(office.write(take, office.organiser, content)) == [Outcome.SAME] * 2
    newer = content.replace("面談".encode(), "面談(変更)".encode())
    assert outcomes(office.write(take, office.organiser, newer)) == [Outcome.SAME, Outcome.CHANGED]
    assert sorted(one.title for one in office.seen(office.organiser, office.organiser)) == [
        "定例会",
        "面談(変更)",
    ]


def test_what_cannot_be_taken_over_is_named_and_the_rest_comes_in(office):
    content = together(
        event(uid="a"),
        event(uid="b", ends="20361124T110000"),
        event("RRULE:FREQ=HOURLY", uid="c"),
        event("ATTENDEE:mailto:someone@example.org", uid="d"),
        event(uid="e", starts="nonsense", title="壊れた予定"),
        event("EXDATE:x", uid="f"),
    )
    lines = office.write(take, office.organiser, content)
    assert outcomes(lines) == [
        Outcome.NEW,
        Outcome.REFUSED,
        Outcome.REFUSED,
        Outcome.NEW,
        *[Outcome.REFUSED] * 2,
    ]
    assert [line.reason for line in lines if line.reason] == [
        "予定の長さは1年以内にしてください。",
        "1日に2回以上の繰り返しは登録できません。",
        *["予定の日時を読み取れません。"] * 2,
    ]
    assert (lines[4].title, lines[4].starts_at) == ("壊れた予定", None)


@pytest.mark.parametrize(
    "broken", ["TRIGGER:nonsense", "TRIGGER:-PT5M\r\nREPEAT:x", "no property at all", "DURATION:PT5\r\n;"]
)
def test_alarm_that_cannot_be_read_is_left_out_and_its_event_comes_in(office, broken):
    sound = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT30M\r\nEND:VALARM"
    content = together(
        event(f"BEGIN:VALARM\r\nACTION:DISPLAY\r\n{broken}\r\nEND:VALARM", sound, uid="a", title="面談"),
        event(sound, uid="b", title="定例会"),
    )
    lines = office.write(take, office.organiser, content)
    assert outcomes(lines) == [Outcome.NEW] * 2
    assert [line.reason for line in lines] == [
        "予定の前の通知に読み取れないものがあり、その通知だけ取り込みません。",
        "",
    ]
    assert outcomes(office.write(take, office.organiser, content)) == [Outcome.SAME] * 2


def test_line_that_is_none_is_left_out_and_its_event_comes_in(office):
    content = together(event("no property at all", uid="a"), event(uid="b"))
    assert outcomes(office.write(take, office.organiser, content)) == [Outcome.NEW] * 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x82\xa0", "UTF-8"),
        (b"BEGIN:VCALENDAR", "iCalendar"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "ありません"),
        (b" " * 5001, "MBを超えています"),
        (together(*(event(uid=str(n)) for n in range(11))), "11"),
    ],
    ids=["Shift_JIS", "cut off", "empty", "too large", "too many"],
)
def test_file_that_cannot_be_read_is_refused_with_a_sentence(office, sign_in, monkeypatch, content, words):
    monkeypatch.setattr(importing, "MOST_BYTES", 5000)
    monkeypatch.setattr(importing, "MOST_EVENTS", 10)
    sent = {"file": FileStorage(io.BytesIO(content), "a.ics"), "step": "check"}
    page = sign_in(office.organiser).post("/schedule/import", data=sent)
    assert page.status_code == 422
    assert words in page.text


def test_page_shows_every_line_and_takes_over_what_was_shown(office, sign_in):
    browser = sign_in(office.organiser)
    content = together(event(uid="a", title="面談"), event(uid="b", starts="x", title="壊れた予定"))
    sent = {"file": FileStorage(io.BytesIO(content), "a.ics"), "step": "check"}
    page = browser.post("/schedule/import", data=sent).text
    assert page.index("壊れた予定") < page.index("面談")
    held = re.search(r'name="held"[^>]*value="([^"]+)"', page).group(1)
    assert zlib.decompress(base64.b64decode(held)) == content
    assert browser.post("/schedule/import", data={"held": held, "step": "take"}).status_code == 303
    assert [one.title for one in office.seen(office.organiser, office.organiser)] == ["面談"]
    assert browser.post("/schedule/import", data={"held": "x", "step": "take"}).status_code == 422


# ---- Out ----


def test_event_leaves_as_a_file_as_much_of_it_as_one_sees(office, sign_in):
    uid = office.enter(text="議事", visibility=Visibility.TIME_AND_TITLE)
    assert "議事" in sign_in(office.organiser).get(f"/schedule/{uid}.ics").text
    outsider = sign_in(office.outsider)
    other = outsider.get(f"/schedule/{uid}.ics").text
    assert "予算の打合せ" in other
    assert "議事" not in other
    secret = office.enter(visibility=Visibility.PRIVATE)
    assert outsider.get(f"/schedule/{secret}.ics").status_code == 404


def test_time_of_the_own_calendar_leaves_as_a_file(office, sign_in):
    office.enter(title="今日")
    office.enter(title="来月", starts_at=MORNING + timedelta(days=40))
    browser = sign_in(office.organiser)
    found = browser.get("/schedule/export.ics?first=2026-11-24&last=2026-11-30").text
    assert "今日" in found
    assert "来月" not in found
    assert found.count("BEGIN:VTIMEZONE") == 1
    assert browser.get("/schedule/export.ics?first=2020-01-01&last=2030-01-01").status_code == 422


# ---- Addresses to subscribe to ----


def address(office, scope):
    actor = office.actor(office.organiser)
    with office.app.app_context(), unit("write"):
        made = issue(actor, "照会", [scope], 30)
    return made, f"/schedule/feed/{made.secret}.ics"


@pytest.fixture
def zoned(office):
    office.set_rule(FEED_ZONES, ["lgwan", "internet"])
    return office


def test_address_shows_the_calendar_until_it_is_revoked(zoned):
    zoned.enter(title="予算", participants=participants(zoned))
    made, path = address(zoned, FEED)
    client = zoned.app.test_client()
    assert "SUMMARY:予算" in client.get(path).text
    zoned.write(revoke, zoned.organiser, made.id)
    assert client.get(path).status_code == 404
    assert client.get("/schedule/feed/gwt_unknown.ics").status_code == 404


def test_address_with_the_times_alone_says_no_more(zoned):
    zoned.enter(title="予算", place="市長室", text="議事")
    _, path = address(zoned, FEED_TIMES)
    found = zoned.app.test_client().get(path).text
    assert "BEGIN:VEVENT" in found
    assert not re.search("予算|市長室|議事|佐藤", found)


def test_address_answers_unchanged_until_something_changes(zoned):
    with zoned.app.app_context(), unit("write"):
        follow([zoned.organiser])
    uid = zoned.enter()
    _, path = address(zoned, FEED)
    client = zoned.app.test_client()
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    zoned.write(events.cancel, zoned.organiser, uid)
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_address_of_somebody_who_left_is_an_address_that_never_was(zoned):
    _, path = address(zoned, FEED)
    unknown = zoned.app.test_client().get("/schedule/feed/gwt_unknown.ics")
    assert zoned.app.test_client().get(path).status_code == 200
    with zoned.app.app_context(), unit("write"):
        session.get_one(Person, zoned.organiser).left_on = clock.today()
        bump("accounts")
    gone = zoned.app.test_client().get(path)
    assert gone.status_code == unknown.status_code == 404
    without_tokens = [
        re.sub(r'(content|nonce)="[^"]*"|nonce-[^\']*', "", one.text) for one in (gone, unknown)
    ]
    assert without_tokens[0] == without_tokens[1]
    assert set(gone.headers.keys()) == set(unknown.headers.keys())


def test_address_tells_what_its_person_sees_and_no_proxy_keeps_it(zoned):
    zoned.enter(title="通院", visibility=Visibility.PRIVATE)
    zoned.enter(zoned.colleague, title="人事の相談", visibility=Visibility.PRIVATE)
    invited = participants(zoned)
    zoned.enter(zoned.colleague, title="査定", visibility=Visibility.PARTICIPANTS, participants=invited)
    zoned.enter(zoned.outsider, title="環境局の予定")
    _, path = address(zoned, FEED)
    answer = zoned.app.test_client().get(path)
    assert sorted(re.findall(r"SUMMARY:(.+)\r\n", answer.text)) == ["査定", "通院"]
    for one in (
        answer,
        zoned.app.test_client().get(path, headers={"If-None-Match": answer.headers.get("ETag", "")}),
    ):
        assert "private" in one.headers["Cache-Control"]
        assert "public" not in one.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers


def test_address_works_only_where_the_bureau_allows_it(office):
    _, path = address(office, FEED)
    office.set_rule(FEED_ZONES, [])
    assert office.app.test_client().get(path).status_code == 404
    _, other = address(office, SYNC)
    assert office.app.test_client().get(other).status_code == 404


# ---- The page ----


def test_person_gives_and_takes_back_access(office, sign_in):
    with office.app.app_context(), unit("write"):
        account = session.query(Account).filter_by(person_id=office.organiser).one()
        account.password_hash = hash_password("a long password 1")
    browser = sign_in(office.organiser)
    sent = {"kind": SYNC, "name": "公用iPhone", "password": "wrong"}
    assert browser.post("/schedule/programs", data=sent).status_code == 422
    shown = browser.post("/schedule/programs", data=sent | {"password": "a long password 1"}).text
    assert "http://localhost/dav/" in shown
    assert re.search(r"gwt_[\w-]{40}", shown)
    page = browser.get("/schedule/programs").text
    assert "公用iPhone" in page
    token = re.search(r"/schedule/programs/(\d+)/revoke", page).group(1)
    assert browser.post(f"/schedule/programs/{token}/revoke").status_code == 303
    assert "公用iPhone" not in browser.get("/schedule/programs").text
