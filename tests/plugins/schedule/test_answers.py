"""Answers of those who are invited, and what the timeline tells."""

import pytest
from sqlalchemy import select

from groupware import clock
from groupware.db import session
from groupware.errors import Conflict, NotFound
from groupware.notifications.models import Notice
from groupware.testing.signing_in import csrf_token
from groupware.worker import Worker
from plugins.schedule.enums import Answer, Visibility
from plugins.schedule.notifications import KINDS
from plugins.schedule.queries.free import busy_people
from plugins.schedule.services import answering, events
from tests.plugins.schedule.conftest import MORNING


@pytest.fixture
def meeting(office):
    """The organiser, the colleague and the outsider at ten."""
    people = tuple(f"person:{one}" for one in (office.organiser, office.colleague, office.outsider))
    return office.enter(participants=people)


def busy(office, person):
    day = clock.local(MORNING).date()
    return len(office.read(lambda _: busy_people([person], day, 1), office.organiser).get(person, ()))


def test_whoever_stays_away_is_free_and_still_sees_the_event(office, meeting):
    assert busy(office, office.colleague) == 1
    office.write(answering.answer, office.colleague, meeting, Answer.DECLINED)
    assert busy(office, office.colleague) == 0
    assert len(office.seen(office.colleague, office.colleague)) == 1
    people = tuple(f"person:{one}" for one in (office.organiser, office.colleague))
    office.write(
        events.change, office.organiser, meeting, office.content(title="別", participants=people), version=1
    )
    assert busy(office, office.colleague) == 0
    office.write(answering.answer, office.colleague, meeting, Answer.ACCEPTED)
    assert busy(office, office.colleague) == 1


def test_only_those_who_are_invited_answer(office, meeting):
    with pytest.raises(Conflict):
        office.write(answering.answer, office.mayor, meeting, Answer.ACCEPTED)
    hidden = office.enter(visibility=Visibility.PRIVATE)
    with pytest.raises(NotFound):
        office.write(answering.answer, office.colleague, hidden, Answer.ACCEPTED)


def test_answer_on_the_page(office, meeting, sign_in):
    client = sign_in(office.colleague)
    token = csrf_token(client, f"/schedule/{meeting}")
    answer = client.post(f"/schedule/{meeting}/answer", data={"answer": "declined", "csrf_token": token})
    assert answer.status_code == 302
    assert "status-negative" in client.get(f"/schedule/{meeting}").text
    answer = client.post(f"/schedule/{meeting}/answer", data={"answer": "perhaps", "csrf_token": token})
    assert answer.status_code == 422


def told(office, read):
    Worker(office.app).run_due()
    with read():
        rows = session.execute(select(Notice.person_id, Notice.kind).where(Notice.kind.in_(KINDS)))
        return sorted((person, kind.partition(".")[2]) for person, kind in rows)


def test_participants_are_told_and_the_organiser_of_who_stays_away(office, meeting, read):
    assert told(office, read) == [(office.colleague, "invited"), (office.outsider, "invited")]
    office.write(answering.answer, office.colleague, meeting, Answer.ACCEPTED)
    office.write(answering.answer, office.outsider, meeting, Answer.DECLINED)
    assert (office.organiser, "answered") in told(office, read)
    office.write(events.cancel, office.organiser, meeting)
    assert {(office.colleague, "cancelled"), (office.outsider, "cancelled")} <= set(told(office, read))
