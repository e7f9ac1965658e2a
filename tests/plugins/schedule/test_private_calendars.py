"""Private calendars: what programs keep in them, for whom, how much, and what they find again."""

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from groupware import clock
from groupware.db import session, unit
from groupware.directory.models import Person
from groupware.directory.people_index import reindex
from groupware.errors import NotFound
from plugins.schedule.models import CalendarProperty, PrivateCalendar
from plugins.schedule.queries import private as queries
from plugins.schedule.rules import PRIVATE_CALENDARS, PRIVATE_ENTRIES
from plugins.schedule.services import private as services
from plugins.schedule.views.dav import private_reports
from tests.plugins.schedule.phones import C, D, Phone, addresses, event, props, texts

NUMBER = "123456789018"
TASK = "BEGIN:VTODO\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\n{lines}END:VTODO\r\n"


@pytest.fixture
def phone(office):
    found = Phone(office, office.organiser)
    found.calendar()
    return found


@pytest.fixture
def tasks(phone):
    return made(phone, "tasks")


def made(phone, slug, inner="", method="MKCALENDAR"):
    name = "mkcalendar" if method == "MKCALENDAR" else "mkcol"
    space = "c" if method == "MKCALENDAR" else "d"
    body = (
        f'<{space}:{name} xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:a="http://apple.com/ns/ical/">'
        f"<d:set><d:prop>{inner}</d:prop></d:set></{space}:{name}>"
    )
    answer = phone.call(method, f"{phone.home}{slug}/", body if inner else "")
    assert answer.status_code == 201, answer.data
    return f"{phone.home}{slug}/"


def whole(*components):
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\n" + "".join(components) + "END:VCALENDAR\r\n"


def task(uid, *lines):
    return whole(TASK.format(uid=uid, lines="".join(f"{line}\r\n" for line in lines)))


def put(phone, calendar, name, text, **headers):
    return phone.call("PUT", calendar + name, text, Content_Type="text/calendar", **headers)


def condition(answer):
    return ET.fromstring(answer.data)[0].tag.rpartition("}")[2]


def found(phone, calendar, inner, kind="VTODO"):
    answer = phone.report(
        '<c:calendar-query><d:prop><d:getetag/></d:prop><c:filter><c:comp-filter name="VCALENDAR">'
        f'<c:comp-filter name="{kind}">{inner}</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>',
        calendar,
    )
    assert answer.status_code == 207, answer.data
    return sorted(one.rpartition("/")[2] for one in addresses(answer))


def patched(phone, address, *, removed="", **values):
    names = {name: name.replace("__", ":") for name in values}
    inner = "".join(f"<{names[name]}>{value}</{names[name]}>" for name, value in values.items())
    body = (
        '<d:propertyupdate xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:ic="http://apple.com/ns/ical/">'
        f"<d:set><d:prop>{inner}</d:prop></d:set>"
        f"<d:remove><d:prop>{removed}</d:prop></d:remove></d:propertyupdate>"
    )
    answer = phone.call("PROPPATCH", address, body)
    assert answer.status_code == 207, answer.data
    return [one.text for one in ET.fromstring(answer.data).iter(f"{D}status")]


def said(phone, address, name):
    answer = phone.call("PROPFIND", address, props(name))
    local = name.rpartition(":")[2]
    return next(
        (one.text for one in ET.fromstring(answer.data).iter() if one.tag.endswith("}" + local)), None
    )


def test_list_of_tasks_is_kept_to_the_letter_for_the_person_alone(office, phone, tasks):
    text = task("t1", "SUMMARY:回覧を出す", "X-COLOUR:red", "DUE;VALUE=DATE:20261125")
    answer = put(phone, tasks, "a b@c.ics", text, If_None_Match="*")
    assert answer.status_code == 201
    back = phone.call("GET", tasks + "a%20b@c.ics")
    assert (back.get_data(as_text=True), back.headers["ETag"]) == (text, answer.headers["ETag"])
    put(phone, tasks, "e.ics", event(uid="e1"))
    assert office.seen(office.organiser, office.organiser) == []
    assert phone.call("GET", phone.calendar()).get_data(as_text=True).count("BEGIN:VEVENT") == 0
    other = Phone(office, office.colleague)
    other.calendar()
    assert other.call("PROPFIND", tasks).status_code == 404
    assert other.call("GET", f"{other.home}tasks/e.ics").status_code == 404
    assert other.call("DELETE", tasks).status_code == 404
    assert tasks in addresses(phone.call("PROPFIND", phone.home, props("d:resourcetype"), depth="1"))
    assert phone.call("GET", tasks).get_data(as_text=True).count("BEGIN:V") == 3


def test_calendar_that_is_deleted_is_gone_with_everything_in_it(office, phone, tasks):
    put(phone, tasks, "1.ics", task("t1"))
    patched(phone, tasks, d__displayname="やること")
    token = phone.sync(calendar=tasks)[0]
    assert phone.call("DELETE", tasks).status_code == 204
    assert phone.call("PROPFIND", tasks).status_code == 404
    assert made(phone, "tasks") == tasks
    assert said(phone, tasks, "d:displayname") == "tasks"
    assert phone.call("GET", tasks + "1.ics").status_code == 404
    old = phone.report(
        f"<d:sync-collection><d:sync-token>{token}</d:sync-token><d:prop/></d:sync-collection>", tasks
    )
    assert condition(old) == "valid-sync-token"


@pytest.mark.parametrize("method", ["MKCALENDAR", "MKCOL"])
def test_calendar_is_made_as_it_is_asked_for(phone, method):
    kind = "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>" if method == "MKCOL" else ""
    inner = (
        f"{kind}<d:displayname>買い物</d:displayname><a:calendar-color>#ff0000ff</a:calendar-color>"
        '<c:supported-calendar-component-set><c:comp name="VTODO"/></c:supported-calendar-component-set>'
    )
    calendar = made(phone, "9A1F", inner, method)
    assert said(phone, calendar, "d:displayname") == "買い物"
    answer = phone.call("PROPFIND", calendar, props("c:supported-calendar-component-set"))
    assert [one.get("name") for one in ET.fromstring(answer.data).iter(f"{C}comp")] == ["VTODO"]
    refused = put(phone, calendar, "e.ics", event(uid="e1"))
    assert (refused.status_code, condition(refused)) == (403, "supported-calendar-component")


def test_calendar_is_not_made_where_something_is_or_nothing_may_be(office, phone, tasks):
    again = phone.call("MKCALENDAR", tasks)
    assert (again.status_code, condition(again)) == (405, "resource-must-be-null")
    for path, status in ((f"{phone.home}personal/", 405), ("/dav/calendars/x/y/", 404), ("/dav/other/", 404)):
        assert phone.call("MKCALENDAR", path).status_code == status
    assert phone.call("MKCOL", f"{phone.home}folder/").status_code == 403
    body = '<c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop><d:getetag>1</d:getetag></d:prop></d:set></c:mkcalendar>'
    assert phone.call("MKCALENDAR", f"{phone.home}odd/", body).status_code == 403
    assert phone.call("PROPFIND", f"{phone.home}odd/").status_code == 404
    office.set_rule(PRIVATE_CALENDARS, 1)
    assert phone.call("MKCALENDAR", f"{phone.home}more/").status_code == 507
    office.set_rule(PRIVATE_CALENDARS, 0)
    assert phone.call("MKCALENDAR", f"{phone.home}more/").status_code == 403
    assert put(phone, tasks, "1.ics", task("t1")).status_code == 201


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (whole(), "valid-calendar-object-resource"),
        (
            task("a").replace("END:VCALENDAR", TASK.format(uid="b", lines="") + "END:VCALENDAR"),
            "valid-calendar-object-resource",
        ),
        (task("a").replace("VERSION", "METHOD:REQUEST\r\nVERSION"), "valid-calendar-object-resource"),
        (task("a", "DTSTART:20261124T000000Z", "RRULE:FREQ=SECONDLY"), "valid-calendar-data"),
        (
            task("a", "DTSTART:20261124T000000Z", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
            "valid-calendar-data",
        ),
        (task("a", "DTSTART:00010101T000000Z"), "valid-calendar-data"),
        (task("a", "ATTACH;ENCODING=BASE64;VALUE=BINARY:aGFsbG8="), "valid-calendar-data"),
        (task("a", "DESCRIPTION:" + "x" * services.LONGEST_TEXT), "max-resource-size"),
        ("BEGIN:VCARD\r\nEND:VCARD\r\n", "valid-calendar-data"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_the_name_of_its_fault(phone, tasks, text, expected):
    answer = put(phone, tasks, "1.ics", text)
    assert (answer.status_code, condition(answer)) == (403, expected)
    assert phone.call("GET", tasks + "1.ics").status_code == 404


def test_same_uid_twice_and_an_individual_number_are_refused(phone, tasks):
    put(phone, tasks, "1.ics", task("same"))
    twice = put(phone, tasks, "2.ics", task("same"))
    assert condition(twice) == "no-uid-conflict"
    assert tasks + "1.ics" in twice.get_data(as_text=True)
    for lines in (f"SUMMARY:{NUMBER}", f"X-NOTE:{NUMBER}", f"CATEGORIES:{NUMBER}"):
        assert put(phone, tasks, "3.ics", task("t3", lines)).status_code == 422
    assert put(phone, tasks, "3.ics", task(NUMBER)).status_code == 201
    assert put(phone, tasks, "1.ics", task("other")).status_code == 204
    assert put(phone, tasks, "2.ics", task("same")).status_code == 201


def test_person_has_room_for_so_much_and_no_more(office, phone, tasks):
    office.set_rule(PRIVATE_ENTRIES, 2)
    other = made(phone, "notes")
    for calendar, name in ((tasks, "1"), (other, "2")):
        assert put(phone, calendar, f"{name}.ics", task(name)).status_code == 201
    full = put(phone, tasks, "3.ics", task("3"))
    assert (full.status_code, condition(full)) == (507, "quota-not-exceeded")
    assert put(phone, tasks, "1.ics", task("1", "SUMMARY:neu")).status_code == 204
    assert phone.call("DELETE", other + "2.ics").status_code == 204
    assert put(phone, tasks, "3.ics", task("3")).status_code == 201
    row = office.read(lambda actor: queries.calendar(actor.person_id, "tasks"), office.organiser)
    stored = office.read(lambda _: queries.texts(row.id), office.organiser)
    assert (row.entries, row.size) == (2, sum(len(one.text.encode()) for one in stored))


def test_program_that_has_not_seen_the_last_state_does_not_overwrite_it(phone, tasks):
    tag = put(phone, tasks, "1.ics", task("1")).headers["ETag"]
    new = put(phone, tasks, "1.ics", task("1", "SUMMARY:neu"), If_Match=tag).headers["ETag"]
    assert new != tag
    assert put(phone, tasks, "1.ics", task("1"), If_Match=tag).status_code == 412
    assert put(phone, tasks, "1.ics", task("1"), If_None_Match="*").status_code == 412
    assert phone.call("DELETE", tasks + "1.ics", If_Match=tag).status_code == 412
    assert phone.call("DELETE", tasks + "1.ics", If_Match=new).status_code == 204
    assert phone.call("DELETE", tasks + "1.ics").status_code == 404
    assert put(phone, tasks, "1.ics", task("1"), If_None_Match="*").status_code == 201


def test_program_is_told_what_changed_in_parts_and_what_is_gone(phone, tasks):
    for name in ("1", "2", "3"):
        put(phone, tasks, f"{name}.ics", task(name))
    part = (
        "<d:sync-collection><d:sync-token>{}</d:sync-token><d:sync-level>1</d:sync-level>"
        "<d:limit><d:nresults>2</d:nresults></d:limit><d:prop><d:getetag/></d:prop></d:sync-collection>"
    )
    first = phone.report(part.format(""), tasks)
    token = ET.fromstring(first.data).findtext(f"{D}sync-token")
    assert "507" in first.get_data(as_text=True)
    put(phone, tasks, "1.ics", task("1", "SUMMARY:neu"))
    token, there, _ = phone.sync(token, tasks)
    assert there == ["3.ics"]
    token, there, gone = phone.sync(token, tasks)
    assert (there, gone) == (["1.ics"], [])
    phone.call("DELETE", tasks + "2.ics")
    put(phone, tasks, "4.ics", task("4"))
    token, there, gone = phone.sync(token, tasks)
    assert (there, gone) == (["4.ics"], ["2.ics"])
    assert phone.sync(token, tasks)[1:] == ([], [])
    other = made(phone, "other")
    assert condition(phone.report(part.format(token), other)) == "valid-sync-token"


def test_multiget_answers_what_is_there_and_what_is_not(phone, tasks):
    put(phone, tasks, "1.ics", task("1"))
    answer = phone.report(
        "<c:calendar-multiget><d:prop><d:getetag/><c:calendar-data/></d:prop>"
        f"<d:href>{tasks}1.ics</d:href><d:href>{tasks}2.ics</d:href></c:calendar-multiget>",
        tasks,
    )
    assert texts(answer) == [task("1")]
    assert answer.get_data(as_text=True).count("404 Not Found") == 1


def test_query_finds_by_words_by_absence_by_alarm_and_by_time(phone, tasks):
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:!", "TRIGGER:-PT15M", "END:VALARM")
    put(phone, tasks, "a", task("a", "SUMMARY:申請書", "CATEGORIES:窓口,至急", "DUE:20261125T000000Z"))
    put(phone, tasks, "b", task("b", "SUMMARY:Report", "COMPLETED:20261120T000000Z"))
    put(phone, tasks, "c", task("c", "DTSTART:20261126T000000Z", *alarm))
    put(phone, tasks, "d", event(uid="d", title="申請書"))
    prop = '<c:prop-filter name="{}"><c:text-match{}>{}</c:text-match></c:prop-filter>'
    time = '<c:time-range start="2026{}Z" end="2026{}Z"/>'
    assert found(phone, tasks, "") == ["a", "b", "c"]
    assert found(phone, tasks, prop.format("SUMMARY", "", "report")) == ["b"]
    assert found(phone, tasks, prop.format("SUMMARY", ' collation="i;octet"', "report")) == []
    assert found(phone, tasks, prop.format("CATEGORIES", "", "至急")) == ["a"]
    assert found(phone, tasks, '<c:prop-filter name="COMPLETED"><c:is-not-defined/></c:prop-filter>') == [
        "a",
        "c",
    ]
    assert found(phone, tasks, time.format("1124T000000", "1125T000000")) == ["a"]
    assert found(phone, tasks, time.format("1119T000000", "1121T000000")) == ["b"]
    assert found(phone, tasks, '<c:comp-filter name="VALARM"/>') == ["c"]
    assert found(phone, tasks, '<c:comp-filter name="VALARM"><c:is-not-defined/></c:comp-filter>') == [
        "a",
        "b",
    ]
    early = '<c:comp-filter name="VALARM">' + time.format("1125T234000", "1125T235000") + "</c:comp-filter>"
    assert found(phone, tasks, early) == ["c"]
    assert found(phone, tasks, early.replace("1125T234000", "1125T234600")) == []
    odd = phone.report(
        '<c:calendar-query><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VTODO">'
        + prop.format("SUMMARY", ' collation="i;odd"', "x")
        + "</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>",
        tasks,
    )
    assert condition(odd) == "supported-collation"


def test_single_times_of_a_repeated_task_are_told_with_the_one_that_differs(phone, tasks):
    series = TASK.format(
        uid="s",
        lines="DTSTART:20261124T010000Z\r\nDUE:20261124T020000Z\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\n"
        "EXDATE:20261208T010000Z\r\n",
    )
    moved = TASK.format(
        uid="s",
        lines="RECURRENCE-ID:20261201T010000Z\r\nDTSTART:20261202T030000Z\r\nDUE:20261202T040000Z\r\nSUMMARY:別\r\n",
    )
    put(phone, tasks, "s", whole(series, moved))
    query = (
        '<c:calendar-query><d:prop><c:calendar-data><c:expand start="20261120T000000Z" end="20270101T000000Z"/>'
        '</c:calendar-data></d:prop><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VTODO">'
        '<c:time-range start="20261120T000000Z" end="20270101T000000Z"/></c:comp-filter></c:comp-filter>'
        "</c:filter></c:calendar-query>"
    )
    (text,) = texts(phone.report(query, tasks))
    lines = text.split("\r\n")
    assert [one for one in lines if one.startswith("DTSTART")] == [
        "DTSTART:20261124T010000Z",
        "DTSTART:20261202T030000Z",
        "DTSTART:20261215T010000Z",
    ]
    assert [one for one in lines if one.startswith("RECURRENCE-ID")] == [
        "RECURRENCE-ID:20261124T010000Z",
        "RECURRENCE-ID:20261201T010000Z",
        "RECURRENCE-ID:20261215T010000Z",
    ]
    assert "RRULE" not in text


def test_busy_times_of_a_private_calendar_are_its_own(office, phone, tasks):
    put(phone, tasks, "1", event(uid="1"))
    put(
        phone,
        tasks,
        "2",
        event("TRANSP:TRANSPARENT", uid="2", starts="20261125T100000", ends="20261125T110000"),
    )
    ask = '<c:free-busy-query><c:time-range start="20261123T000000Z" end="20261130T000000Z"/></c:free-busy-query>'
    mine = phone.report(ask, tasks).get_data(as_text=True)
    assert [one for one in mine.split("\r\n") if one.startswith("FREEBUSY")] == [
        "FREEBUSY;FBTYPE=BUSY:20261124T010000Z/20261124T020000Z"
    ]
    assert "FREEBUSY" not in phone.report(ask).get_data(as_text=True).replace("VFREEBUSY", "")


def test_name_and_colour_are_set_for_the_programs_of_the_person_alone(office, phone, tasks):
    own = phone.calendar()
    for address in (own, tasks):
        assert patched(phone, address, d__displayname="赤 &amp; 青", **{"ic__calendar-color": "#123456"}) == [
            "HTTP/1.1 200 OK"
        ]
        assert said(phone, address, "d:displayname") == "赤 & 青"
        assert patched(phone, address, removed="<d:displayname/>") == ["HTTP/1.1 200 OK"]
    assert said(phone, own, "d:displayname") == "自分の予定"
    assert said(phone, tasks, "d:displayname") == "tasks"
    both = patched(phone, tasks, d__displayname="neu", d__getetag="1")
    assert both == ["HTTP/1.1 403 Forbidden", "HTTP/1.1 424 Failed Dependency"]
    assert said(phone, tasks, "d:displayname") == "tasks"
    assert patched(phone, phone.home, d__displayname="neu") == ["HTTP/1.1 403 Forbidden"]
    refused = phone.call(
        "PROPPATCH",
        tasks,
        f'<d:propertyupdate xmlns:d="DAV:"><d:set><d:prop><d:displayname>{NUMBER}</d:displayname></d:prop></d:set></d:propertyupdate>',
    )
    assert refused.status_code == 422


def test_service_writes_into_no_calendar_of_somebody_else(office, phone, tasks):
    with pytest.raises(NotFound):
        office.write(services.put, office.colleague, "tasks", "1", task("1").encode(), lambda _: None)
    with pytest.raises(NotFound):
        office.write(services.drop, office.colleague, "tasks")


def test_question_that_would_parse_too_much_is_refused(phone, tasks, monkeypatch):
    put(phone, tasks, "1", task("1", "SUMMARY:x", "DTSTART:20261124T000000Z", "RRULE:FREQ=DAILY"))
    monkeypatch.setattr(private_reports, "_MOST_TIMES", 30)
    expand = (
        '<c:calendar-query><d:prop><c:calendar-data><c:expand start="20261124T000000Z" end="2026{}T000000Z"/>'
        '</c:calendar-data></d:prop><c:filter><c:comp-filter name="VCALENDAR"/></c:filter></c:calendar-query>'
    )
    assert texts(phone.report(expand.format("1201"), tasks))[0].count("BEGIN:VTODO") == 7
    assert phone.report(expand.format("1231"), tasks).status_code == 507
    monkeypatch.setattr(private_reports, "_MOST_PARSED", 10)
    assert found(phone, tasks, "") == ["1"]
    words = (
        '<c:calendar-query><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VTODO"><c:prop-filter name="SUMMARY"/>'
        "</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"
    )
    assert phone.report(words, tasks).status_code == 507


def test_calendars_of_who_left_are_erased_after_a_while(office, phone, tasks):
    patched(phone, tasks, d__displayname="neu")
    other = Phone(office, office.colleague)
    other.calendar()
    made(other, "tasks")
    left = clock.today()
    with office.app.app_context(), unit("write"):
        session.get(Person, office.organiser).left_on = left
        services.forget_leavers(left + services.AFTER_LEAVING - timedelta(days=1))
        assert session.query(PrivateCalendar).count() == 2
        services.forget_leavers(left + services.AFTER_LEAVING)
        assert [one.person_id for one in session.query(PrivateCalendar)] == [office.colleague]
        assert session.query(CalendarProperty).count() == 0


def searched(phone, path, name, words, test=""):
    body = (
        f'<d:principal-property-search xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:cs="http://calendarserver.org/ns/"{test}>'
        f"<d:property-search><d:prop><{name}/></d:prop><d:match>{words}</d:match></d:property-search>"
        "<d:prop><d:displayname/></d:prop></d:principal-property-search>"
    )
    answer = phone.call("REPORT", path, body)
    assert answer.status_code == 207, answer.data
    return [one.text for one in ET.fromstring(answer.data).iter(f"{D}displayname")]


def test_person_is_found_by_name_as_in_the_directory_and_by_nothing_else(office, phone):
    with office.app.app_context(), unit("write"):
        reindex()
    assert searched(phone, "/dav/", "d:displayname", "すずき") == ["鈴木 蓮"]
    assert searched(phone, "/dav/principals/", "d:displayname", "鈴木") == ["鈴木 蓮"]
    assert searched(phone, "/dav/", "d:displayname", "") == []
    assert searched(phone, "/dav/", "d:owner", "鈴木") == []
    with office.app.app_context(), unit("write"):
        session.get(Person, office.colleague).email = "Ren@example.jp"
    assert searched(phone, "/dav/", "cs:email-address-set", "ren@example.jp") == ["鈴木 蓮"]


def test_page_lists_private_calendars_gives_them_as_files_and_deletes_them(sign_in, office, phone, tasks):
    put(phone, tasks, "1", task("t1", "SUMMARY:回覧"))
    patched(phone, tasks, d__displayname="やること &amp; メモ")
    office.app.config["WTF_CSRF_ENABLED"] = False
    browser, other = sign_in(office.organiser), sign_in(office.colleague)
    page = browser.get("/schedule/programs").get_data(as_text=True)
    uid = re.search(r"/schedule/private/([\w-]{36})\.ics", page)[1]
    assert "やること &amp; メモ" in page
    file = browser.get(f"/schedule/private/{uid}.ics")
    assert "SUMMARY:回覧" in file.get_data(as_text=True)
    assert "個人用カレンダー" not in other.get("/schedule/programs").get_data(as_text=True)
    assert other.get(f"/schedule/private/{uid}.ics").status_code == 404
    assert other.post(f"/schedule/private/{uid}/delete").status_code == 404
    assert browser.post(f"/schedule/private/{uid}/delete").status_code == 303
    assert phone.call("PROPFIND", tasks).status_code == 404
