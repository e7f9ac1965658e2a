"""The form makes it easy: titles of the bureau, and a word before something is entered twice."""

from datetime import timedelta

import pytest

from plugins.schedule.enums import Visibility
from plugins.schedule.rules import TITLES, offered_titles
from plugins.schedule.services import events
from plugins.schedule.services.twins import Twins
from tests.plugins.schedule.conftest import MORNING
from tests.plugins.schedule.test_pages import form_of, send

TEN = MORNING + timedelta(hours=2)
HOUR = timedelta(hours=1)


def create(office, person, **changes):
    key = changes.pop("key", "")
    return office.write(events.create, person, office.content(**changes), may_be_twin=False, key=key)


def test_same_title_at_the_same_time_for_the_same_people_is_noticed(office):
    people = (f"person:{office.organiser}", f"person:{office.colleague}")
    uid = office.enter(participants=people)
    with pytest.raises(Twins) as caught:
        create(
            office, office.colleague, participants=people, starts_at=TEN + HOUR / 2, ends_at=TEN + 2 * HOUR
        )
    assert [one.uid for one in caught.value.twins] == [uid]
    create(office, office.colleague, participants=people, title="別の打合せ")
    create(office, office.colleague, participants=people, starts_at=TEN + HOUR)
    create(office, office.outsider)
    # Programs and the same form sent twice are not asked.
    assert create(office, office.mayor, key="once") == create(office, office.mayor, key="once")
    office.enter(participants=people)


def test_nobody_learns_of_hidden_events_by_it(office):
    office.enter(visibility=Visibility.PRIVATE, title="面談")
    participants = (f"person:{office.organiser}",)
    create(office, office.outsider, title="面談", participants=participants)


def test_occurrences_of_a_series_count(office):
    office.enter(rule="FREQ=WEEKLY")
    with pytest.raises(Twins):
        create(office, office.organiser, starts_at=TEN + timedelta(days=21))


def test_form_asks_once(office, sign_in):
    office.enter()
    client = sign_in(office.organiser)
    values = form_of(office)
    answer = send(client, "/schedule/new", values)
    assert answer.status_code == 409
    assert "同じ件名の予定が、この時間にすでに登録されています。" in answer.text
    assert send(client, "/schedule/new", {**values, "may_be_twin": "1"}).status_code == 302


def test_titles_of_the_bureau_are_proposed_and_any_other_may_be_written(office, sign_in):
    office.set_rule(TITLES, "庁議, 課内会議、 庁議\n出前講座", office.welfare)
    assert office.read(lambda _: offered_titles(office.shelter), office.organiser) == [
        "庁議",
        "課内会議",
        "出前講座",
    ]
    client = sign_in(office.organiser)
    page = client.get("/schedule/new").text
    assert '<option value="出前講座">' in page
    assert 'list="event-titles"' in page
    assert send(client, "/schedule/new", form_of(office, title="自由な件名")).status_code == 302
