"""Date polls: who asks and answers, what is held meanwhile, and what becomes of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from groupware import clock
from groupware.capabilities import Clashes
from groupware.db import session, unit
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.notifications.models import Notice
from groupware.testing.signing_in import csrf_token
from groupware.worker import Worker
from plugins.schedule.enums import Choice, PollState
from plugins.schedule.models import Participant, Poll
from plugins.schedule.notifications import POLL_KINDS
from plugins.schedule.queries import polls as queries
from plugins.schedule.queries.free import busy_people
from plugins.schedule.services import events, polls, secretaries
from plugins.schedule.services.poll_content import Plan
from tests.plugins.schedule.conftest import MORNING

FIRST = MORNING + timedelta(days=3, hours=2)
YES, MAYBE, NO = Choice


def plan(office, **changes):
    """Two dates for the colleague, the outsider and a guest."""
    values = {
        "title": "来年度予算の打合せ",
        "slots": tuple((FIRST + timedelta(days=n), FIRST + timedelta(days=n, hours=1)) for n in range(2)),
        "participants": (f"person:{office.colleague}", f"person:{office.outsider}"),
        "guests": ("県庁 山田",),
        "answer_by": MORNING + timedelta(days=2),
    }
    return Plan(**(values | changes))


@pytest.fixture
def asked(office):
    """The uid of the poll."""
    return office.write(polls.create, office.organiser, plan(office))


def poll_of(office, uid):
    return office.read(queries.opened, office.organiser, uid)


def result(office, uid):
    shown = poll_of(office, uid)
    return office.read(lambda _: queries.result(shown.id), office.organiser)


def say(office, who, uid, *choices, **values):
    slots = [tally.slot.id for tally in result(office, uid).slots]
    return office.write(polls.answer, who, uid, dict(zip(slots, choices, strict=False)), **values)


def told(office, person):
    Worker(office.app).run_due()
    with office.app.app_context(), unit("read"):
        kinds = session.scalars(
            select(Notice.kind).where(Notice.person_id == person).order_by(Notice.id)
        ).all()
    return [kind for kind in kinds if kind in POLL_KINDS or kind == "schedule.invited"]


def test_answers_are_counted_and_the_best_date_stands_out(office, asked):
    say(office, office.colleague, asked, YES, NO, comment="午後は 不可")
    say(office, office.outsider, asked, YES, MAYBE)
    guest = next(one for one in result(office, asked).people if one.is_guest)
    say(office, office.organiser, asked, MAYBE, YES, respondent_id=guest.id)
    found = result(office, asked)
    assert [dict(tally.counts) for tally in found.slots] == [{YES: 2, MAYBE: 1}, {NO: 1, MAYBE: 1, YES: 1}]
    assert [tally.is_best for tally in found.slots] == [True, False]
    assert [one.answered_by_name for one in found.people] == ["", "", "佐藤 葵"]
    say(office, office.colleague, asked, NO, NO)
    assert result(office, asked).slots[0].counts[NO] == 1


def test_only_who_is_asked_sees_and_answers(office, asked):
    with pytest.raises(NotFound):
        office.read(queries.opened, office.secretary, asked)
    with pytest.raises(Conflict):
        say(office, office.organiser, asked, YES, YES)
    someone = result(office, asked).people[1]
    with pytest.raises(Denied):
        say(office, office.colleague, asked, YES, YES, respondent_id=someone.id)
    office.write(
        secretaries.name,
        office.outsider,
        secretaries.Plan(person_id=office.outsider, secretaries=(f"person:{office.secretary}",)),
    )
    say(office, office.secretary, asked, YES, YES, respondent_id=someone.id)
    assert result(office, asked).people[1].answered_by_name == "秘書 花"
    with pytest.raises(Denied):
        office.write(polls.close, office.colleague, asked)


def test_settling_makes_the_event_and_who_can_attends(office, asked):
    say(office, office.colleague, asked, YES, NO)
    say(office, office.outsider, asked, MAYBE, YES)
    slot = result(office, asked).slots[0].slot
    made = office.write(polls.settle, office.organiser, asked, slot.id)
    event = office.stored(made)
    assert (event.title, event.starts_at) == ("来年度予算の打合せ", FIRST)
    with office.app.app_context(), unit("read"):
        answers = dict(
            session.execute(
                select(Participant.person_id, Participant.answer).where(Participant.event_id == event.id)
            ).all()
        )
    assert answers == {
        office.organiser: "accepted",
        office.colleague: "accepted",
        office.outsider: "needs_action",
    }
    assert poll_of(office, asked).event_uid == made
    for late in (polls.settle, polls.close):
        with pytest.raises(Conflict):
            office.write(late, office.organiser, asked, *([slot.id] if late is polls.settle else []))
    with pytest.raises(Conflict):
        say(office, office.colleague, asked, NO, NO)


def test_held_dates_vanish_when_one_is_settled_and_nobody_is_told_of_them(office):
    uid = office.write(polls.create, office.organiser, plan(office, holds=True))
    assert len(office.seen(office.colleague, office.colleague)) == 2
    assert told(office, office.colleague) == ["schedule.poll_opened"]
    say(office, office.colleague, uid, YES, NO)
    day = clock.local(FIRST).date() + timedelta(days=1)
    busy = office.read(lambda _: busy_people([office.colleague], day, 1), office.organiser)
    assert [begins for begins, _ in busy.get(office.colleague, ())] == [FIRST]
    office.write(
        polls.change, office.organiser, uid, plan(office, holds=True, slots=plan(office).slots[:1]), version=1
    )
    assert [one.starts_at for one in office.seen(office.colleague, office.colleague)] == [FIRST]
    office.write(polls.settle, office.organiser, uid, result(office, uid).slots[0].slot.id)
    found = office.seen(office.colleague, office.colleague)
    assert [(one.title, one.is_tentative) for one in found] == [("来年度予算の打合せ", False)]
    assert told(office, office.colleague)[-1] == "schedule.invited"


def test_room_that_cannot_be_had_settles_nothing(office, asked, monkeypatch):
    slot = result(office, asked).slots[0].slot

    def taken(*_args, **_values):
        raise Clashes("使用中です。", [])

    monkeypatch.setattr("plugins.schedule.services.events.reserve", taken)
    with pytest.raises(Clashes):
        office.write(polls.settle, office.organiser, asked, slot.id)
    assert poll_of(office, asked).state == PollState.OPEN
    assert office.seen(office.colleague, office.colleague) == []


def test_changed_dates_keep_answers_and_ask_again_for_new_ones(office, asked):
    say(office, office.colleague, asked, YES, NO)
    kept, _ = plan(office).slots
    new = (FIRST + timedelta(days=5), FIRST + timedelta(days=5, hours=1))
    office.write(
        polls.change,
        office.organiser,
        asked,
        plan(office, slots=(kept, new), participants=(f"person:{office.colleague}",)),
        version=1,
    )
    found = result(office, asked)
    assert [tally.slot.starts_at for tally in found.slots] == [kept[0], new[0]]
    assert [tally.counts[YES] for tally in found.slots] == [1, 0]
    assert [one.name for one in found.people] == ["鈴木 蓮", "県庁 山田"]
    assert found.answered == 0
    with pytest.raises(Conflict):
        office.write(polls.change, office.organiser, asked, plan(office), version=1)


def test_reminder_and_deadline_reach_those_they_concern(office, asked):
    say(office, office.colleague, asked, YES, YES)
    assert told(office, office.outsider) == ["schedule.poll_opened"]
    with clock.frozen(MORNING + timedelta(days=1, minutes=1)):
        assert told(office, office.outsider)[-1] == "schedule.poll_reminded"
        assert "schedule.poll_reminded" not in told(office, office.colleague)
    with clock.frozen(MORNING + timedelta(days=2, minutes=1)):
        assert told(office, office.organiser)[-1] == "schedule.poll_expired"
        with pytest.raises(Conflict):
            say(office, office.outsider, asked, YES, YES)
        guest = next(one for one in result(office, asked).people if one.is_guest)
        say(office, office.organiser, asked, YES, YES, respondent_id=guest.id)


def test_deadline_that_was_moved_reminds_at_the_new_time_alone(office, asked):
    later = plan(office, answer_by=MORNING + timedelta(days=3))
    office.write(polls.change, office.organiser, asked, later, version=1)
    with clock.frozen(MORNING + timedelta(days=1, minutes=1)):
        assert "schedule.poll_reminded" not in told(office, office.outsider)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"slots": ()}, "slots"),
        ({"slots": ((FIRST, FIRST),)}, "slots"),
        ({"slots": ((MORNING - timedelta(days=1), MORNING),)}, "slots"),
        (
            {
                "slots": tuple(
                    (FIRST + timedelta(days=n), FIRST + timedelta(days=n, hours=1)) for n in range(41)
                )
            },
            "slots",
        ),
        ({"answer_by": MORNING}, "answer_by"),
        ({"participants": (), "guests": ()}, "participants"),
        ({"guests": ("あ" * 101,)}, "guests"),
    ],
)
def test_refused(office, changes, field):
    with pytest.raises(Invalid) as caught:
        office.write(polls.create, office.organiser, plan(office, **changes))
    assert field in caught.value.fields


def test_answer_must_be_complete(office, asked):
    with pytest.raises(Invalid):
        say(office, office.colleague, asked, YES)
    with pytest.raises(Invalid):
        say(office, office.colleague, asked, YES, NO, comment="長" * 501)


def test_pages(office, sign_in):
    client = sign_in(office.organiser)
    page = client.get("/schedule/polls/new?slot=2026-11-27T10:00/2026-11-27T11:00&slot=x").text
    assert 'value="2026-11-27"' in page
    assert 'value="2026-12-01"' in client.get("/schedule/polls/new").text  # to be answered within a week
    missing = client.post(
        "/schedule/polls/new",
        data={"csrf_token": csrf_token(client, "/schedule/polls/new"), "answer_time": "17:00"},
    )
    assert "回答期限(日): このフィールドは必須です。" in missing.text
    data = {
        "title": "日程の相談",
        "participants": [f"person:{office.colleague}"],
        "answer_on": "2026-11-26",
        "answer_time": "17:00",
        "day": ["2026-11-27", "R8.11.30"],
        "begins": ["10:00", "9:30"],
        "ends": ["11:00", "10:30"],
        "form_key": "once",
        "csrf_token": csrf_token(client, "/schedule/polls/new"),
    }
    wrong = client.post("/schedule/polls/new", data=data | {"ends": ["9:00", "x"]})
    assert wrong.status_code == 422
    assert "日程の相談" in wrong.text
    answer = client.post("/schedule/polls/new", data=data)
    assert answer.status_code == 302
    assert client.post("/schedule/polls/new", data=data).location == answer.location
    with office.app.app_context(), unit("read"):
        uid = session.scalars(select(Poll.uid)).one()
    office.enter(office.colleague, title="出張", starts_at=MORNING + timedelta(days=3, hours=2))
    asked = sign_in(office.colleague)
    assert "回答してください" in asked.get("/schedule/polls").text
    page = asked.get(f"/schedule/polls/{uid}").text
    assert "10:00–11:00 出張" in page
    slots = [tally.slot.id for tally in result(office, uid).slots]
    sent = {
        "csrf_token": csrf_token(asked, "/schedule/new"),
        "comment": "終日でも可",
        f"choice-{slots[0]}": "no",
    }
    assert asked.post(f"/schedule/polls/{uid}/answer", data=sent).status_code == 422
    sent[f"choice-{slots[1]}"] = "yes"
    assert asked.post(f"/schedule/polls/{uid}/answer", data=sent).status_code == 302
    assert "終日でも可" in client.get(f"/schedule/polls/{uid}").text
    assert "鈴木 蓮,×,○,終日でも可" in client.get(f"/schedule/export/polls/{uid}.csv").text
    assert "鈴木 蓮" not in client.get(f"/schedule/polls/{uid}/settle?slot={slots[1]}").text
    settled = client.post(
        f"/schedule/polls/{uid}/settle",
        data={"slot": slots[1], "csrf_token": csrf_token(client, "/schedule/new")},
    )
    assert "日程の相談" in client.get(settled.location).text
    with office.app.app_context(), unit("read"):
        event = session.scalars(select(Poll.event_uid)).one()
    assert f"/schedule/{event}" in client.get(f"/schedule/polls/{uid}").text
    office.write(events.cancel, office.organiser, event)
    assert f"/schedule/{event}" not in client.get(f"/schedule/polls/{uid}").text
    outsider = sign_in(office.outsider)
    for path in (
        f"polls/{uid}",
        f"polls/{uid}/edit",
        f"polls/{uid}/settle?slot=1",
        f"export/polls/{uid}.csv",
    ):
        assert outsider.get(f"/schedule/{path}").status_code == 404, path
