"""No page and no question of a calendar program walks over all events, spans or people: what SQLite plans for each statement."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event as listening

from groupware.db import db
from tests.plugins.schedule.conftest import MORNING
from tests.plugins.schedule.phones import Phone
from tests.plugins.schedule.phones import event as text_of
from tests.plugins.schedule.test_caldav_cost import QUESTIONS

LARGE = re.compile(
    r"SCAN (core_people|core_principals|core_person_principals|schedule_(events|spans|participants|invited|told|copies))\b"
)
GUEST = "ATTENDEE;CN=John Smith:mailto:john@example.org"
PAGES = (
    *("/schedule/", "/schedule/day", "/schedule/week", "/schedule/month", "/schedule/list", "/schedule/year"),
    *("/schedule/new", "/schedule/polls", "/schedule/special", "/schedule/programs", "/schedule/settings"),
    *("/schedule/rows", "/schedule/export/week.csv", "/schedule/export/list.csv", "/schedule/export.ics"),
)


@pytest.fixture
def planned(app):
    """From its call on, what SQLite plans for every statement that is executed."""
    found = {}
    with app.app_context():
        engine = db.engine

    def plan(connection, _cursor, statement, parameters, _context, is_many):
        if statement.lstrip().startswith(("SELECT", "WITH", "UPDATE", "DELETE")) and statement not in found:
            given = parameters[0] if is_many else parameters
            raw = connection.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", given)
            found[statement] = [row[3] for row in raw.fetchall()]

    def begin():
        listening.listen(engine, "before_cursor_execute", plan)
        return found

    yield begin
    listening.remove(engine, "before_cursor_execute", plan)


# PostgreSQL plans by what it knows of the rows, and here are few.
@pytest.mark.sqlite_only
def test_no_statement_walks_over_everything(office, rooms, sign_in, planned):
    uid = office.enter(
        participants=(f"person:{office.organiser}", f"unit:{office.shelter}"), rule="FREQ=DAILY;COUNT=9"
    )
    client, phone = sign_in(office.organiser), Phone(office, office.organiser)
    calendar = phone.calendar()
    client.get("/schedule/")
    phone.put("warm.ics", text_of(GUEST, uid="warm"))
    plans = planned()
    people = "&".join(f"participants=person%3A{one}" for one in (office.organiser, office.outsider))
    day = (MORNING + timedelta(days=1)).date()
    for page in (*PAGES, f"/schedule/{uid}", f"/schedule/{uid}/edit", f"/schedule/free?{people}&first={day}"):
        assert client.get(page).status_code == 200, page
    for body, _ in QUESTIONS.values():
        phone.report(body, calendar)
    assert phone.put("new.ics", text_of(GUEST, uid="new")).status_code == 201
    assert phone.get("new.ics").status_code == 200
    assert phone.call("DELETE", f"{calendar}new.ics").status_code == 204
    assert len(plans) > 60
    walked = {text: steps for text, steps in plans.items() if any(map(LARGE.match, steps))}
    assert not walked
