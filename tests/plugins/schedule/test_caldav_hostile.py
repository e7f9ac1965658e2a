"""Calendar programs that mean harm, and tokens that no longer hold: quick, clear, and nothing of anybody else."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import update

from groupware import clock
from groupware.api.models import AccessToken
from groupware.api.services import revoke
from groupware.auth.models import Account
from groupware.db import session
from groupware.directory.wall import AFFILIATED
from groupware.guards.enums import Act
from groupware.guards.rules import ZONE_RULES
from groupware.zones import Zone
from plugins.schedule.icalendar.parsing import parsed
from plugins.schedule.icalendar.reading import UnreadableError, family
from plugins.schedule.rules import DAV_COLLEAGUES
from plugins.schedule.services import paging
from tests.plugins.schedule.phones import WEEKLY, Phone, addresses, event, participants, props, texts

QUICK = 30.0
"""Seconds, on a machine that has much else to do; what is looked for here takes minutes or never ends."""


@pytest.fixture
def phone(office):
    return Phone(office, office.organiser)


def zone(rule="", more="", begins="19700101T000000", name="Nowhere"):
    lines = (f"DTSTART:{begins}", "TZOFFSETFROM:+0900", "TZOFFSETTO:+0500", rule and f"RRULE:{rule}", more)
    inner = "\r\n".join(line for line in lines if line)
    return f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\nBEGIN:STANDARD\r\n{inner}\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"


def within(block, text=""):
    text = (text or event()).replace("Asia/Tokyo", "Nowhere")
    return text.replace("BEGIN:VEVENT", f"{block}BEGIN:VEVENT", 1)


HOSTILE = {
    "a zone that changes every second": within(zone("FREQ=SECONDLY")),
    "and says so in two lines": within(zone("FREQ=SEC\r\n ONDLY")),
    "every minute for ten million times": within(zone("FREQ=MINUTELY;COUNT=10000000")),
    "every day since the year 1": within(zone("FREQ=DAILY", begins="00010101T000000")),
    "every day by its months": within(zone("FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=MO,TU")),
    "every second of a month": within(zone("FREQ=YEARLY;BYMONTH=1;BYHOUR=0,1,2;BYSECOND=0,1,2,3")),
    "whose beginning comes last": within(
        zone("FREQ=YEARLY;BYMONTH=1;BYDAY=MO,TU,WE,TH,FR", "DTSTART:00010101T000000")
    ),
    "with thousands of days": within(zone(more="RDATE:" + ",".join(["19700101T000000"] * 30_000))),
    "thousands of zones": within("".join(zone(name=f"Z{one}") for one in range(3000))),
    "thousands of people": event(*(f"ATTENDEE:mailto:a{one}@example.org" for one in range(20_000))),
    "thousands of exceptions": event(
        "RRULE:FREQ=DAILY", "EXDATE:" + ",".join(f"{one:08}T000000" for one in range(20260101, 20261232))
    ).replace("EXDATE:20260101T000000", "EXDATE:20000101T000000,20260101T000000"),
    "a length that nobody can read": event("DURATION:P9999999999999999999D").replace("DTEND", "X-END"),
    "a path": "/etc/hostname",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_are_refused_at_once(text):
    begun = time.monotonic()
    with pytest.raises(UnreadableError):
        family(text.encode())
    assert time.monotonic() - begun < QUICK


def test_ordinary_zones_of_other_programs_are_followed():
    outlook = zone("FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", begins="16010101T030000")
    assert family(within(outlook).encode()).master is not None
    lord_howe = zone("FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1,2,3,4,5,6,7;BYDAY=SU;UNTIL=20371231T000000Z")
    assert family(within(lord_howe).encode()).master is not None


def test_file_of_the_machine_is_not_read_where_its_name_is_sent(tmp_path):
    secret = tmp_path / "other.ics"
    secret.write_text(event(title="他人の予定"), encoding="utf-8")
    with pytest.raises(UnreadableError):
        parsed(str(secret))


def test_zone_that_one_text_defines_says_nothing_of_another():
    assert family(within(zone()).encode()).master is not None
    with pytest.raises(UnreadableError, match="Nowhere"):
        family(within("").encode())


def test_hostile_zone_is_refused_by_the_address_too(phone):
    begun = time.monotonic()
    refused = phone.put("z.ics", within(zone("FREQ=SECONDLY")))
    assert time.monotonic() - begun < QUICK
    assert refused.status_code == 403
    assert "valid-calendar-data" in refused.text
    assert phone.names() == []


# ---- XML ----


@pytest.mark.parametrize(
    "body",
    [
        "<d:propfind xmlns:d='DAV:'><d:prop>" + "<a/>" * 101 + "</d:prop></d:propfind>",
        f"<d:propfind xmlns:d='DAV:'><d:prop><{'a' * 300}/></d:prop></d:propfind>",
        "<d:propfind xmlns:d='DAV:'>" + "<a/>" * 20_001 + "</d:propfind>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '" + "&b;" * 1000 + "'>]><a>&c;</a>",
        "<?xml version='1.0' encoding='unknown'?><a/>",
        "<a>\x00</a>",
    ],
    ids=["many names", "long name", "many elements", "file", "entities", "encoding", "zero"],
)
def test_xml_that_costs_more_than_it_asks_for_is_refused(phone, body):
    assert phone.call("PROPFIND", "/dav/", body, depth="1").status_code == 422


def test_filter_of_very_many_conditions_is_not_followed(phone):
    condition = '<c:prop-filter name="SUMMARY"><c:text-match>x</c:text-match></c:prop-filter>'
    found = phone.report(
        '<c:calendar-query><d:prop/><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">'
        + condition * 60
        + "</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"
    )
    assert found.status_code == 403
    assert "supported-filter" in found.text


def test_more_addresses_than_anybody_has_entries_are_refused(phone):
    found = phone.report(
        "<c:calendar-multiget><d:prop/>" + "<d:href>/x</d:href>" * 10_001 + "</c:calendar-multiget>"
    )
    assert found.status_code == 507


def test_answer_that_would_say_a_long_text_very_often_is_not_made(phone, monkeypatch):
    monkeypatch.setattr(paging, "MOST_CHARACTERS", 3000)
    phone.put("s.ics", event(WEEKLY, "X-LONG:" + "x" * 1000))
    window = 'start="20261101T000000Z" end="20270101T000000Z"'
    body = (
        "<c:calendar-query><d:prop><c:calendar-data>{}</c:calendar-data></d:prop><c:filter>"
        f'<c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range {window}/>'
        "</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"
    )
    assert len(texts(phone.report(body.format("")))) == 1
    assert phone.report(body.format(f"<c:expand {window}/>")).status_code == 507


# ---- Who may ----


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (lambda _: update(AccessToken).values(expires_at=clock.now() - timedelta(seconds=1)), 401),
        (
            lambda office: (
                update(Account).where(Account.person_id == office.organiser).values(is_suspended=True)
            ),
            401,
        ),
        (lambda _: update(AccessToken).values(zone=Zone.INTERNET.value), 401),
    ],
    ids=["expired", "suspended", "of another network"],
)
def test_program_is_let_in_no_longer_once_its_token_does_not_hold(office, phone, end, status):
    phone.put("a.ics", event())
    calendar = phone.calendar()
    office.write(lambda _: session.execute(end(office)), office.organiser)
    window = '<c:free-busy-query><c:time-range start="20261101T000000Z" end="20270101T000000Z"/></c:free-busy-query>'
    assert phone.call("PROPFIND", calendar).status_code == status
    assert phone.report(window, calendar).status_code == status
    assert (
        phone.call("PUT", f"{calendar}b.ics", event(uid="b"), Content_Type="text/calendar").status_code
        == status
    )
    assert phone.call("DELETE", f"{calendar}a.ics").status_code == status
    assert len(office.seen(office.organiser, office.organiser)) == 1


def test_revoked_token_and_a_network_from_which_nothing_is_seen_are_refused(office, phone):
    calendar = phone.calendar()
    office.set_rule(ZONE_RULES[Act.VIEW], [Zone.NUMBER.value])
    assert phone.call("PROPFIND", calendar).status_code == 403
    assert "schedule" not in phone.call("PROPFIND", calendar).text
    office.set_rule(ZONE_RULES[Act.VIEW], [zone.value for zone in Zone])
    assert phone.call("PROPFIND", calendar).status_code == 207
    office.write(
        lambda actor: revoke(actor, session.query(AccessToken).filter_by(person_id=actor.person_id).one().id),
        office.organiser,
    )
    assert phone.call("PROPFIND", calendar).status_code == 401


def test_wall_stands_before_the_calendars_and_busy_times_of_the_city(office, factory):
    office.set_rule(DAV_COLLEAGUES, True)
    uid = office.enter(participants=participants(office))
    body = factory.unit("文化財団", kind=AFFILIATED)
    inside = Phone(office, factory.person("財団 一", body, factory.post("職員", 60)))
    phone = Phone(office, office.organiser)
    theirs = phone.calendar()
    inside.calendar()
    assert inside.call("PROPFIND", theirs).status_code == 404
    assert inside.call("GET", f"{theirs}{uid}.ics").status_code == 404
    assert inside.call("PROPFIND", f"/dav/principals/{theirs.split('/')[3]}/").status_code == 404
    listed = inside.call("PROPFIND", inside.home, props("d:displayname"), depth="1")
    assert [one.removeprefix(inside.home) for one in addresses(listed)][:2] == ["", "personal/"]
    assert "佐藤" not in listed.text
    question = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VFREEBUSY\r\nUID:1\r\nDTSTART:20261123T000000Z\r\n"
        f"DTEND:20261130T000000Z\r\nATTENDEE:urn:uuid:{theirs.split('/')[3]}\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n"
    )
    answer = inside.call("POST", f"{inside.home}outbox/", question)
    assert "3.7;Invalid calendar user" in answer.text
    assert "FREEBUSY;" not in answer.text
