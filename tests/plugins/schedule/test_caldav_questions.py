"""Calendar programs that look at colleagues, ask for busy times and words, and send what nobody can read."""

import re
import sys
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from plugins.schedule.enums import Visibility
from plugins.schedule.queries.programs import Entry
from plugins.schedule.rules import DAV_COLLEAGUES
from plugins.schedule.services import paging
from plugins.schedule.views.dav import reports
from tests.plugins.schedule.conftest import MORNING
from tests.plugins.schedule.phones import (
    WEEKLY,
    D,
    Phone,
    addresses,
    event,
    participants,
    props,
    texts,
    with_override,
)


@pytest.fixture
def phone(office):
    return Phone(office, office.organiser)


# ---- Colleagues ----


def test_calendar_of_a_colleague_shows_what_the_page_would(office):
    office.set_rule(DAV_COLLEAGUES, True)
    office.enter(title="公開の会議", text="中身")
    office.enter(title="秘密の面談", visibility=Visibility.PRIVATE, starts_at=MORNING + timedelta(hours=5))
    phone = Phone(office, office.colleague)
    phone.calendar()
    listed = phone.call("PROPFIND", phone.home, props("d:displayname"), depth="1")
    calendar = next(one for one in addresses(listed) if len(one.removeprefix(phone.home)) > 30)
    found = phone.report("<c:calendar-query><d:prop><c:calendar-data/></d:prop></c:calendar-query>", calendar)
    all_text = "".join(texts(found))
    assert "公開の会議" in all_text
    assert "秘密" not in all_text
    assert all_text.count("BEGIN:VEVENT") == 2
    assert phone.call("PUT", calendar + "n.ics", event(), Content_Type="text/calendar").status_code == 403
    office.set_rule(DAV_COLLEAGUES, False)
    assert phone.call("PROPFIND", calendar).status_code == 404


def test_private_occurrence_of_an_open_series_stays_private(office, phone):
    office.set_rule(DAV_COLLEAGUES, True)
    series = event(WEEKLY, title="定例会", uid="s")
    secret = with_override(
        series, "20261201T100000", "20261201T100000", "20261201T110000", "SUMMARY:人事の話"
    )
    secret = secret.replace("SUMMARY:人事の話", "SUMMARY:人事の話\r\nCLASS:PRIVATE")
    phone.put("s.ics", secret)
    other = Phone(office, office.colleague)
    other.calendar()
    listed = other.call("PROPFIND", other.home, props("d:displayname"), depth="1")
    calendar = next(one for one in addresses(listed) if len(one.removeprefix(other.home)) > 30)
    found = other.report("<c:calendar-query><d:prop><c:calendar-data/></d:prop></c:calendar-query>", calendar)
    assert "定例会" in texts(found)[0]
    assert "人事" not in texts(found)[0]


# ---- Questions ----


def test_busy_times_are_told_in_report_and_outbox(office, phone):
    office.enter(participants=participants(office))
    window = 'start="20261123T000000Z" end="20261130T000000Z"'
    found = phone.report(f"<c:free-busy-query><c:time-range {window}/></c:free-busy-query>")
    assert "FREEBUSY;FBTYPE=BUSY:20261124T010000Z/20261124T020000Z" in found.text
    other = Phone(office, office.colleague)
    other.calendar()
    address = f"urn:uuid:{other.home.split('/')[3]}"
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "METHOD:REQUEST",
        "BEGIN:VFREEBUSY",
        "UID:1",
        "DTSTART:20261123T000000Z",
    )
    lines += (
        "DTEND:20261130T000000Z",
        f"ATTENDEE:{address}",
        "ATTENDEE:mailto:who@example.org",
        "END:VFREEBUSY",
    )
    answer = phone.call("POST", f"{phone.home}outbox/", "\r\n".join([*lines, "END:VCALENDAR", ""]))
    assert "BUSY:20261124T010000Z/20261124T020000Z" in answer.text
    assert answer.text.count("3.7;Invalid calendar user") == 1


def test_text_filter_finds_by_words_of_a_property(office, phone):
    office.enter(title="予算の打合せ")
    office.enter(title="防災訓練", starts_at=MORNING + timedelta(hours=5))
    found = phone.report(
        '<c:calendar-query><d:prop><c:calendar-data/></d:prop><c:filter><c:comp-filter name="VCALENDAR">'
        '<c:comp-filter name="VEVENT"><c:prop-filter name="SUMMARY"><c:text-match>防災</c:text-match></c:prop-filter>'
        "</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"
    )
    assert len(texts(found)) == 1
    assert "防災訓練" in texts(found)[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"garbage", "iCalendar"),
        (event(title="x").encode("utf-16"), "UTF-8"),
        (event("RRULE:FREQ=SECONDLY").encode(), "繰り返"),
        (event("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30").encode(), "ありません"),
        (event(ends="20361124T110000").encode(), "1年"),
        (event().replace("Asia/Tokyo", "Mars/Olympus").encode(), "Mars/Olympus"),
    ],
    ids=["malformed", "not UTF-8", "every second", "never", "ten years", "unknown zone"],
)
def test_what_cannot_be_an_event_is_refused_with_a_reason(office, phone, text, words):
    refused = phone.put("bad.ics", text)
    assert refused.status_code in (403, 422)
    assert words in (refused.text if refused.status_code == 403 else str(refused.json))
    assert phone.names() == []


@pytest.mark.parametrize("body", ["<a", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "<a>" * 80 + "</a>" * 80])
def test_hostile_xml_is_refused(office, phone, body):
    assert phone.call("PROPFIND", "/dav/", body).status_code == 422


def test_first_look_at_a_large_calendar_comes_in_parts(office, phone):
    for number in range(5):
        office.enter(title=str(number), starts_at=MORNING + timedelta(hours=number))
    body = "<d:sync-collection><d:sync-token>{}</d:sync-token><d:limit><d:nresults>2</d:nresults></d:limit></d:sync-collection>"
    found, token = [], ""
    while True:
        answer = phone.report(body.format(token)).text
        found += re.findall(r"[\w-]{36}\.ics", answer)
        token = re.search(r"<d:sync-token>(.*?)</d:sync-token>", answer).group(1)
        if "507" not in answer:
            break
    assert len(found) == len(set(found)) == 5
    assert phone.sync(token)[1:] == ([], [])


def test_large_answers_are_made_page_by_page_and_have_an_end(office, phone, monkeypatch):
    for number in range(5):
        phone.put(f"{number}.ics", event("X-LONG:" + "x" * 900, uid=f"e{number}"))
    query = "<c:calendar-query><d:prop><c:calendar-data/></d:prop></c:calendar-query>"
    look = "<d:sync-collection><d:sync-token>{}</d:sync-token><d:prop><c:calendar-data/></d:prop></d:sync-collection>"
    searched = (
        '<c:calendar-query><d:prop/><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">'
        '<c:prop-filter name="SUMMARY"><c:text-match>打合せ</c:text-match></c:prop-filter>'
        "</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"
    )
    plain = phone.report(query).data
    monkeypatch.setattr(sys.modules[Entry.__module__], "AT_ONCE", 2)
    monkeypatch.setattr(paging, "PAGE", 2)
    assert phone.report(query).data == plain
    assert len(addresses(phone.report(searched))) == 5
    monkeypatch.setattr(paging, "MOST_CHARACTERS", 3000)
    monkeypatch.setattr(reports, "MOST_PARSED", 3000)
    for body in (query, searched):
        refused = phone.report(body)
        assert refused.status_code == 507
        assert "number-of-matches-within-limits" in refused.text
    assert phone.call("GET", phone.calendar()).status_code == 507
    told, token, looks = [], "", 0
    while len(told) < 5:
        answer = phone.report(look.format(token))
        assert answer.status_code == 207
        told, looks = told + texts(answer), looks + 1
        token = ET.fromstring(answer.data).findtext(f"{D}sync-token")
    assert (len(set(told)), looks) == (5, 4)


def test_inbox_is_asked_as_programs_ask_and_is_always_empty(office, phone):
    phone.calendar()
    inbox = f"{phone.home}inbox/"
    office.enter(office.colleague, participants=participants(office))
    found = phone.call("PROPFIND", inbox, props("d:sync-token", "d:supported-report-set"), depth="1")
    assert addresses(found) == [inbox]
    assert "calendar-multiget" in found.text
    token, there, gone = phone.sync(calendar=inbox)
    assert f"<d:sync-token>{token}</d:sync-token>" in found.text
    assert (there, gone, phone.sync(token, inbox)[0]) == ([], [], token)
    assert addresses(phone.report("<c:calendar-query><d:prop/></c:calendar-query>", inbox)) == []
    wanted = f"<c:calendar-multiget><d:prop/><d:href>{inbox}x.ics</d:href></c:calendar-multiget>"
    assert "404" in phone.report(wanted, inbox).text
    window = '<c:free-busy-query><c:time-range start="20261101T000000Z"/></c:free-busy-query>'
    assert phone.report(window, inbox).status_code == 403


def test_alarm_is_found_by_the_time_at_which_it_goes_off(office, phone):
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:!", "TRIGGER:-PT15M", "END:VALARM")
    phone.put("1.ics", event(WEEKLY, *alarm))
    phone.put("2.ics", event(uid="2"))
    ask = (
        '<c:calendar-query><d:prop><d:getetag/></d:prop><c:filter><c:comp-filter name="VCALENDAR">'
        '<c:comp-filter name="VEVENT"><c:comp-filter name="VALARM"><c:time-range start="{}" end="{}"/></c:comp-filter>'
        "</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"
    )
    times = (("20261201T004500Z", "20261201T004600Z"), ("20261201T005000Z", "20261201T010000Z"))
    assert [len(addresses(phone.report(ask.format(*one)))) for one in times] == [1, 0]
