"""Records that a request for disclosure looks for: events, date polls, and requests for special posts."""

from datetime import timedelta

import pytest

from groupware import clock
from plugins.schedule.services import poll_records, polls, retention, special, special_records
from tests.plugins.schedule.conftest import MORNING
from tests.plugins.schedule.test_polls import plan as poll_plan
from tests.plugins.schedule.test_special import plan as request_plan

TODAY = clock.local(MORNING).date()
DAY = timedelta(days=1)


@pytest.mark.parametrize("records", [retention, poll_records, special_records])
def test_records_are_found_by_words_days_and_organisation(hall, records):
    hall.enter(title="髙橋 市長の表敬", starts_at=MORNING)
    hall.write(polls.create, hall.organiser, poll_plan(hall, title="髙橋 市長の表敬"))
    hall.write(special.request, hall.organiser, request_plan(hall, title="髙橋 市長の表敬"))

    def titles(words=("高橋",), since=TODAY, until=TODAY, units=None):
        rows = hall.read(lambda _: records.find(words, since, until, units, 10), hall.organiser)
        return [row.title for row in rows]

    found = ["髙橋 市長の表敬"]
    assert titles() == titles(units=frozenset({hall.shelter})) == titles(since=None, until=None) == found
    assert titles(("高橋", "表敬")) == found
    assert titles(("高橋", "佐藤")) == []
    assert titles(units=frozenset({hall.waste})) == []
    assert titles(since=TODAY + DAY, until=None) == titles(since=None, until=TODAY - DAY) == []
