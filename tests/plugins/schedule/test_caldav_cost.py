"""What calendar programs cost: statements as literals, however much is in the calendar."""

from datetime import timedelta

import pytest

from groupware.db import session
from groupware.jobs.models import QueuedJob
from groupware.notifications.services import DELIVER
from tests.plugins.schedule.conftest import MORNING
from tests.plugins.schedule.phones import WEEKLY, Phone, event, participants, texts, with_override

WINDOW = 'start="20261123T000000Z" end="20261224T000000Z"'
FILTER = (
    f'<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range {WINDOW}/>'
    "</c:comp-filter></c:comp-filter></c:filter>"
)
EXPANDED = f"<c:calendar-data><c:expand {WINDOW}/></c:calendar-data>"
QUESTIONS = {
    "range": (
        f"<c:calendar-query><d:prop><d:getetag/><c:calendar-data/></d:prop>{FILTER}</c:calendar-query>",
        5,
    ),
    "expand": (f"<c:calendar-query><d:prop>{EXPANDED}</d:prop>{FILTER}</c:calendar-query>", 6),
    "busy": (f"<c:free-busy-query><c:time-range {WINDOW}/></c:free-busy-query>", 4),
    "first look": ("<d:sync-collection><d:sync-token/><d:prop><d:getetag/></d:prop></d:sync-collection>", 6),
}


@pytest.fixture
def phone(office):
    made = Phone(office, office.organiser)
    made.sync()
    return made


def cost_of(statements):
    """Without the poll of the caches, which is due with every look in a test."""
    return sum("core_cache_versions" not in text for text in statements.texts)


def filled(phone, number):
    for one in range(number):
        text = event(*([WEEKLY] if one % 2 else []), uid=f"e-{number}-{one}", title=f"予定{one}")
        assert phone.put(f"{number}-{one}.ics", text).status_code == 201


def test_questions_cost_the_same_for_four_events_and_for_forty(phone, count_queries):
    cost, answers, calendar = {}, {}, phone.calendar()
    for number in (4, 36):
        filled(phone, number)
        for name, (body, _) in QUESTIONS.items():
            with count_queries() as statements:
                answers[name] = phone.report(body, calendar)
            cost.setdefault(name, []).append(cost_of(statements))
    assert cost == {name: [literal, literal] for name, (_, literal) in QUESTIONS.items()}
    assert len(texts(answers["range"])) == 40
    assert sum(text.count("BEGIN:VEVENT") for text in texts(answers["expand"])) == 20 + 20 * 4


def test_many_addresses_and_changed_occurrences_cost_one_statement_more(phone, count_queries):
    filled(phone, 20)
    series = event(WEEKLY, uid="s", title="定例会")
    phone.put("s.ics", with_override(series, "20261201T100000", "20261202T130000", "20261202T140000"))
    addresses = "".join(f"<d:href>{phone.home}personal/20-{one}.ics</d:href>" for one in range(20))
    body = "<c:calendar-multiget><d:prop><c:calendar-data/></d:prop>{}</c:calendar-multiget>"
    calendar = phone.calendar()
    with count_queries() as statements:
        found = phone.report(body.format(addresses), calendar)
    assert (cost_of(statements), len(texts(found))) == (6, 20)
    addresses += f"<d:href>{phone.home}personal/s.ics</d:href>"
    with count_queries() as statements:
        found = phone.report(body.format(addresses), calendar)
    assert (cost_of(statements), len(texts(found))) == (7, 21)


def put(phone, count_queries, name, text):
    calendar = phone.calendar()
    with count_queries() as statements:
        answer = phone.call("PUT", calendar + name, text, Content_Type="text/calendar")
    assert answer.status_code in (201, 204)
    assert answer.headers["ETag"] == phone.call("GET", calendar + name).headers["ETag"]
    return cost_of(statements)


def test_writing_costs_so_many_statements_and_no_more(office, phone, count_queries):
    phone.put("first.ics", event(uid="first"))
    single, series = event(uid="a"), event(WEEKLY, uid="b")
    moved = single.replace("20261124T10", "20261124T13").replace("20261124T11", "20261124T14")
    cost = {
        "new": put(phone, count_queries, "a.ics", single),
        "the same again": put(phone, count_queries, "a.ics", single),
        "another title": put(phone, count_queries, "a.ics", single.replace("打合せ", "会議")),
        "another time": put(phone, count_queries, "a.ics", moved.replace("打合せ", "会議")),
        "series": put(phone, count_queries, "b.ics", series),
    }
    # PostgreSQL locks whose turn it is, and writes the words of a text and what finds it in one row.
    is_sqlite = office.app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
    assert list(cost.values()) == ([18, 11, 30, 41, 18] if is_sqlite else [18, 12, 28, 39, 18]), cost
    seen = office.seen(office.organiser, office.organiser)
    assert [one.starts_at - MORNING for one in seen if one.title == "会議"] == [timedelta(hours=5)]


def test_event_of_one_person_leaves_no_work_for_later(office):
    def waiting():
        return office.read(
            lambda _: session.query(QueuedJob).filter_by(kind=DELIVER).count(), office.organiser
        )

    office.enter()
    assert waiting() == 0
    office.enter(participants=participants(office))
    assert waiting() == 1
