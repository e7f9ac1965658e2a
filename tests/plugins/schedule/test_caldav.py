"""Phones and calendar programs: what they find, write, move and lose, as the protocol says it."""

import re
from datetime import timedelta

import pytest

from plugins.schedule.enums import Answer
from plugins.schedule.queries.events import history as history_of
from plugins.schedule.rules import CHANGING
from plugins.schedule.services import events
from plugins.schedule.services.answering import answer
from tests.plugins.schedule.conftest import MORNING
from tests.plugins.schedule.phones import (
    WEEKLY,
    Phone,
    addresses,
    event,
    participants,
    props,
    starts_of,
    texts,
    with_override,
)


@pytest.fixture
def phone(office):
    return Phone(office, office.organiser)


def test_program_finds_the_calendar_from_the_well_known_address(office, phone):
    found = phone.client.get("/.well-known/caldav")
    assert (found.status_code, found.location) == (301, "/dav/")
    assert phone.calendar().startswith("/dav/calendars/")
    listed = phone.call("PROPFIND", phone.home, props("d:resourcetype", "d:displayname"), depth="1")
    assert listed.status_code == 207
    assert [one.removeprefix(phone.home) for one in addresses(listed)] == [
        "",
        "personal/",
        "inbox/",
        "outbox/",
    ]
    assert "calendar-access" in phone.call("OPTIONS", "/dav/").headers["DAV"]


def test_stranger_is_asked_for_a_token_and_a_wrong_scope_is_refused(office, phone):
    calendar = phone.calendar()
    bare = office.app.test_client().open(calendar, method="PROPFIND")
    assert (bare.status_code, bare.headers["WWW-Authenticate"][:5]) == (401, "Basic")
    other = Phone(office, office.organiser, "schedule:read")
    assert other.call("PROPFIND", calendar).status_code == 403
    assert Phone(office, office.outsider).call("PROPFIND", calendar).status_code == 404


def test_what_a_phone_enters_stands_in_the_calendar_and_comes_back_to_the_letter(office, phone):
    text = event(
        "X-PHONE-COLOUR:red",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:!",
        "TRIGGER:-PT10M",
        "END:VALARM",
    )
    made = phone.put("a b.ics", text, If_None_Match="*")
    assert made.status_code == 201
    back = phone.get("a b.ics")
    assert back.get_data(as_text=True) == text
    assert back.headers["ETag"] == made.headers["ETag"]
    (item,) = office.seen(office.organiser, office.organiser)
    assert (item.title, item.starts_at) == ("打合せ", MORNING + timedelta(hours=2))
    assert phone.put("a b.ics", text, If_None_Match="*").status_code == 412
    assert phone.get("a b.ics").status_code == 200


def test_event_that_is_moved_on_the_page_moves_on_the_phone_with_its_alarm(office, phone):
    phone.put(
        "1.ics", event("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:!", "TRIGGER:-PT10M", "END:VALARM")
    )
    before = phone.get("1.ics")
    (item,) = office.seen(office.organiser, office.organiser)
    starts_at, ends_at = MORNING + timedelta(hours=4), MORNING + timedelta(hours=5)
    office.write(events.move, office.organiser, item.uid, starts_at, ends_at, version=item.version)
    after = phone.get("1.ics")
    assert after.headers["ETag"] != before.headers["ETag"]
    assert "DTSTART;TZID=Asia/Tokyo:20261124T120000" in after.text
    assert "BEGIN:VALARM" in after.text
    assert "UID:meeting-1" in after.text


def test_phone_moves_an_event_and_a_stale_one_is_refused(office, phone):
    uid = office.enter(title="予算")
    name = f"{uid}.ics"
    seen = phone.get(name)
    moved = seen.text.replace("20261124T100000", "20261124T140000").replace(
        "20261124T110000", "20261124T150000"
    )
    assert phone.put(name, moved, If_Match=seen.headers["ETag"]).status_code == 204
    assert office.stored(uid).starts_at == MORNING + timedelta(hours=6)
    assert phone.put(name, seen.text, If_Match=seen.headers["ETag"]).status_code == 412
    assert office.stored(uid).starts_at == MORNING + timedelta(hours=6)
    event_id = office.stored(uid).id
    history = office.read(lambda _: history_of(event_id), office.organiser)
    assert [(one.act, one.made_by_name) for one in history] == [
        ("created", "佐藤 葵"),
        ("changed", "佐藤 葵"),
    ]


# ---- Series ----


def test_changed_and_deleted_occurrences_of_a_series_go_both_ways(office, phone):
    series = event(WEEKLY, title="定例会")
    assert phone.put("s.ics", series).status_code == 201
    changed = with_override(series, "20261201T100000", "20261202T130000", "20261202T140000", "SUMMARY:臨時")
    assert phone.put("s.ics", changed).status_code == 204
    assert starts_of(office) == [
        ("24 10", "定例会"),
        ("02 13", "臨時"),
        ("08 10", "定例会"),
        ("15 10", "定例会"),
    ]
    fewer = changed.replace(WEEKLY, f"{WEEKLY}\r\nEXDATE;TZID=Asia/Tokyo:20261208T100000")
    assert phone.put("s.ics", fewer).status_code == 204
    assert starts_of(office) == [("24 10", "定例会"), ("02 13", "臨時"), ("15 10", "定例会")]
    again = series.replace(WEEKLY, f"{WEEKLY}\r\nEXDATE;TZID=Asia/Tokyo:20261208T100000")
    assert phone.put("s.ics", again).status_code == 204
    assert starts_of(office) == [("24 10", "定例会"), ("01 10", "定例会"), ("15 10", "定例会")]


def test_series_in_a_zone_with_summer_time_stays_at_its_wall_clock(office, phone):
    text = event(WEEKLY, starts="20270301T180000", ends="20270301T190000").replace(
        "Asia/Tokyo", "America/New_York"
    )
    assert phone.put("ny.ics", text).status_code == 201
    seen = office.seen(office.organiser, office.organiser, 150)
    assert [f"{one.begins:%m%d %H}" for one in seen] == ["0302 08", "0309 08", "0316 07", "0323 07"]


def test_expanded_month_has_the_single_times_and_the_changed_one(office, phone):
    series = event(WEEKLY, title="定例会")
    phone.put("s.ics", with_override(series, "20261201T100000", "20261202T130000", "20261202T140000"))
    window = 'start="20261124T000000Z" end="20261210T000000Z"'
    found = phone.report(
        f"<c:calendar-query><d:prop><c:calendar-data><c:expand {window}/></c:calendar-data></d:prop>"
        f'<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range {window}/>'
        "</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"
    )
    (text,) = texts(found)
    assert re.findall(r"^DTSTART:(\S+)", text, re.MULTILINE) == [
        "20261124T010000Z",
        "20261202T040000Z",
        "20261208T010000Z",
    ]
    assert re.findall(r"^RECURRENCE-ID:(\S+)", text, re.MULTILINE) == [
        "20261124T010000Z",
        "20261201T010000Z",
        "20261208T010000Z",
    ]
    assert "RRULE" not in text


def test_series_that_avoids_closed_days_is_told_as_it_takes_place(office, phone):
    monday = MORNING - timedelta(days=1) + timedelta(hours=2)
    uid = office.enter(starts_at=monday, rule="FREQ=WEEKLY;COUNT=3", holidays="next", title="朝会")
    text = phone.get(f"{uid}.ics").text
    # 23 November 2026 is a holiday: the first one is on Tuesday.
    assert "RECURRENCE-ID;TZID=Asia/Tokyo:20261123T100000" in text
    assert "DTSTART;TZID=Asia/Tokyo:20261124T100000" in text
    assert phone.put(f"{uid}.ics", text).status_code == 204
    assert len(starts_of(office)) == 3


# ---- People ----


def test_invited_person_answers_on_the_phone_but_may_not_move(office):
    uid = office.enter(participants=participants(office))
    phone = Phone(office, office.colleague)
    seen = phone.get(f"{uid}.ics").text
    unfolded = seen.replace("\r\n ", "")
    assert "PARTSTAT=NEEDS-ACTION" in unfolded
    said = unfolded.replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=TENTATIVE")
    assert phone.put(f"{uid}.ics", said).status_code == 204
    assert "PARTSTAT=TENTATIVE" in Phone(office, office.organiser).get(f"{uid}.ics").text.replace("\r\n ", "")
    moved = said.replace("20261124T100000", "20261124T120000").replace("20261124T110000", "20261124T130000")
    assert phone.put(f"{uid}.ics", moved).status_code == 403
    assert office.stored(uid).starts_at == MORNING + timedelta(hours=2)
    office.set_rule(CHANGING, True)
    assert phone.put(f"{uid}.ics", moved).status_code == 204


def test_who_was_invited_and_deletes_declines_and_no_longer_has_it(office):
    uid = office.enter(participants=participants(office))
    phone = Phone(office, office.colleague)
    assert phone.call("DELETE", phone.calendar() + f"{uid}.ics").status_code == 204
    assert phone.names() == []
    assert phone.get(f"{uid}.ics").status_code == 404
    assert "PARTSTAT=DECLINED" in Phone(office, office.organiser).get(f"{uid}.ics").text.replace("\r\n ", "")
    office.write(answer, office.colleague, uid, Answer.ACCEPTED)
    assert phone.names() == [f"{uid}.ics"]


def test_organiser_who_deletes_cancels_for_all(office, phone):
    uid = office.enter(participants=participants(office))
    assert phone.call("DELETE", phone.calendar() + f"{uid}.ics").status_code == 204
    assert office.seen(office.colleague, office.colleague) == []
    assert phone.call("DELETE", phone.calendar() + f"{uid}.ics").status_code == 404


def test_attendees_become_participants_and_guests(office, phone):
    other = Phone(office, office.colleague)
    other.calendar()
    uid = other.home.split("/")[3]
    people = (f"ATTENDEE;CN=鈴木:urn:uuid:{uid}", "ATTENDEE;CN=John Smith:mailto:john@example.org")
    assert phone.put("m.ics", event(*people)).status_code == 201
    assert [one.title for one in office.seen(office.colleague, office.colleague)] == ["打合せ"]
    (item,) = office.seen(office.organiser, office.organiser)
    text = other.get(f"{item.uid}.ics").text.replace("\r\n ", "")
    assert "John Smith" in text
    assert "PARTSTAT=NEEDS-ACTION" in text
    assert phone.put("m.ics", event(people[1])).status_code == 204
    assert office.seen(office.colleague, office.colleague) == []


# ---- Changes ----


def test_sync_tells_what_is_new_changed_and_gone_and_nothing_else(office, phone):
    kept = office.enter(title="残る")
    token, there, gone = phone.sync()
    assert (there, gone) == ([f"{kept}.ics"], [])
    assert phone.sync(token)[1:] == ([], [])
    phone.put("x.ics", event())
    second, there, gone = phone.sync(token)
    assert (there, gone) == (["x.ics"], [])
    phone.call("DELETE", phone.calendar() + "x.ics")
    office.enter(title="来る", participants=participants(office))
    third, there, gone = phone.sync(second)
    assert (len(there), gone) == (1, ["x.ics"])
    assert phone.sync(third)[1:] == ([], [])
    assert (
        phone.report(
            f"<d:sync-collection><d:sync-token>{third}9</d:sync-token></d:sync-collection>"
        ).status_code
        == 403
    )


def test_person_taken_out_of_an_event_loses_it(office):
    uid = office.enter(participants=participants(office))
    phone = Phone(office, office.colleague)
    token, there, _ = phone.sync()
    assert there == [f"{uid}.ics"]
    content = office.content()
    office.write(events.change, office.organiser, uid, content, version=office.stored(uid).version)
    assert phone.sync(token)[1:] == ([], [f"{uid}.ics"])
