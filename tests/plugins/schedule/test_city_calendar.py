"""Events of the city and its organisations: where they are shown, whom they make busy, and what transfers do to that."""

from datetime import timedelta

import pytest

from groupware import clock
from groupware.access.principals import rebuild
from groupware.caches import bump
from groupware.db import session, unit
from groupware.directory.models import Appointment
from groupware.errors import Invalid
from groupware.testing.signing_in import csrf_token
from plugins.schedule.permissions import MANAGE
from plugins.schedule.queries.free import busy_people
from plugins.schedule.services import events, spanning
from tests.plugins.schedule.conftest import MORNING


@pytest.fixture
def director(office):
    """A director of 福祉局."""
    person = office.factory.person("局長 一", office.welfare, office.factory.post("局長", 10))
    office.write(lambda _: rebuild(), office.mayor)
    return person


def council(office, **changes):
    """A day of the council, entered by whoever keeps the calendar of the city."""
    office.grant(office.secretary, MANAGE, office.city)
    values = {"title": "市議会 本会議", "calendar_unit_id": office.city, "engaged": ("rank:10",)}
    return office.enter(office.secretary, **(values | changes))


def busy(office, people, after=0):
    day = clock.local(MORNING).date() + timedelta(days=after)
    found = office.read(lambda _: busy_people(people, day, 1), office.organiser)
    return [sum(clock.local(begins).date() == day for begins, _ in found.get(one, ())) for one in people]


def follow(office):
    return office.write(lambda who: spanning.follow_transfers(who.now), office.mayor)


def test_council_day_makes_busy_whom_it_means_and_nobody_else(office, director):
    council(office, calendar_unit_id=office.city)
    assert busy(office, [office.mayor, director, office.organiser]) == [1, 1, 0]
    assert [one.title for one in office.seen(office.outsider, director)] == ["市議会 本会議"]


def test_calendar_of_a_bureau_means_its_own_people_alone(office, director):
    other = office.factory.person("局長 二", office.environment, office.factory.post("局長 ", 10))
    office.grant(office.organiser, MANAGE, office.welfare)
    office.enter(calendar_unit_id=office.welfare, engaged=("rank:10",))
    assert busy(office, [director, other, office.mayor]) == [1, 0, 0]


def test_transfer_of_a_day_is_followed_by_the_day(office, director):
    uid = council(office, rule="FREQ=DAILY;COUNT=3", holidays="keep")
    with office.app.app_context(), unit("write"):
        held = session.query(Appointment).filter_by(person_id=director).one()
        held.valid_to = clock.today() + timedelta(days=1)
        successor = Appointment(
            person_id=office.colleague,
            unit_id=office.welfare,
            post_id=held.post_id,
            kind="concurrent",
            valid_from=held.valid_to,
        )
        session.add(successor)
        session.flush()
        rebuild([director, office.colleague])
        bump("directory")
    assert follow(office) == 1
    assert [busy(office, [director, office.colleague], after) for after in range(3)] == [
        [1, 0],
        [0, 1],
        [0, 1],
    ]
    assert follow(office) == 0
    office.write(events.cancel, office.secretary, uid)
    assert busy(office, [director, office.colleague]) == [0, 0]


def test_only_who_keeps_the_calendar_makes_people_busy(office):
    with pytest.raises(Invalid) as caught:
        office.enter(calendar_unit_id=office.shelter, engaged=(f"unit:{office.shelter}",))
    assert "engaged" in caught.value.fields
    uid = office.enter(engaged=("rank:10",))
    assert office.stored(uid).calendar_unit_id is None
    assert busy(office, [office.mayor]) == [0]


def test_city_stands_in_every_calendar(office, director, sign_in):
    council(office)
    outsider = sign_in(office.outsider)
    for path in ("?day=2026-11-24", "day?day=2026-11-24", "week?day=2026-11-24", "month?day=2026-11-24"):
        assert "市議会 本会議" in outsider.get(f"/schedule/{path}").text, path
    client = sign_in(office.secretary)
    page = client.get("/schedule/new").text
    assert "予定ありにする人" in page
    assert "予定ありにする人" not in outsider.get("/schedule/new").text
    sent = {
        "title": "本会議",
        "starts_on": "2026-11-25",
        "starts_time": "10:00",
        "ends_time": "17:00",
        "visibility": "everyone",
        "kind_id": "0",
        "calendar_unit_id": office.city,
        "engaged": "rank:10",
        "holidays": "keep",
        "repeats": "",
        "csrf_token": csrf_token(client, "/schedule/new"),
    }
    answer = client.post("/schedule/new", data=sent)
    assert answer.status_code == 302
    assert "局長級以上" in client.get(answer.location).text
    assert busy(office, [director], 1) == [1]
