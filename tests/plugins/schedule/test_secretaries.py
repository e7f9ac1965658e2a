"""Secretaries: by person and by post, what they may do, who names them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from groupware import clock
from groupware.audit.models import AuditRecord
from groupware.caches import bump
from groupware.db import session, unit
from groupware.directory.models import Appointment
from groupware.errors import Denied, Invalid, NotFound
from groupware.testing.signing_in import csrf_token
from plugins.schedule.enums import Answer, Sight, Visibility
from plugins.schedule.permissions import SECRETARY_MANAGE, WRITE
from plugins.schedule.queries import events as queries
from plugins.schedule.queries.secretaries import named, secretaries_of, served
from plugins.schedule.rules import CHANGING, ENTERING
from plugins.schedule.services import answering, events, secretaries
from plugins.schedule.services.secretaries import Plan
from tests.plugins.schedule.conftest import MORNING


def plan(office, **changes):
    """The secretary acts for the mayor."""
    values = {"person_id": office.mayor, "secretaries": (f"person:{office.secretary}",)}
    return Plan(**(values | changes))


def served_by(office, person_id):
    return office.read(served, person_id)


def history(office, uid):
    event = office.stored(uid)
    return office.read(
        lambda _: [(one.act, one.made_by_name, one.made_for_name) for one in queries.history(event.id)],
        office.mayor,
    )


def movable(office, person, whose):
    """Titles of what somebody may drag in somebody's week."""
    return {one.title for one in office.seen(person, whose) if one.version}


def test_what_one_may_change_one_may_drag(office):
    office.write(secretaries.name, office.mayor, plan(office))
    uid = office.enter(office.mayor, title="来客")
    later = {"starts_at": MORNING + timedelta(hours=4), "participants": (f"person:{office.mayor}",)}
    office.enter(office.organiser, title="要望", **later)
    office.enter(office.mayor, title="歯科", visibility=Visibility.PRIVATE)
    assert movable(office, office.secretary, office.mayor) == {"来客"}
    assert movable(office, office.mayor, office.mayor) == {"歯科", "来客"}
    assert movable(office, office.outsider, office.mayor) == set()
    office.write(events.move, office.secretary, uid, MORNING, MORNING + timedelta(hours=1), version=1)
    office.grant(office.outsider, WRITE, office.shelter)
    assert movable(office, office.outsider, office.mayor) == {"要望"}
    office.set_rule(CHANGING, True)
    assert movable(office, office.mayor, office.mayor) == {"来客", "歯科", "要望"}


def test_secretary_of_a_person_enters_changes_and_answers_for_them(office):
    with pytest.raises(Denied):
        office.enter(office.secretary, organiser_id=office.mayor)
    office.write(secretaries.name, office.mayor, plan(office))
    office.set_rule(ENTERING, "granted")
    uid = office.enter(office.secretary, organiser_id=office.mayor)
    assert office.stored(uid).organiser_id == office.mayor
    own = office.enter(office.mayor, title="面談")
    office.write(events.change, office.secretary, own, office.content(title="来客"), version=1)
    meeting = office.enter(participants=(f"person:{office.organiser}",))
    office.set_rule(ENTERING, "everybody")
    people = (f"person:{office.organiser}", f"person:{office.mayor}")
    office.write(events.change, office.organiser, meeting, office.content(participants=people), version=1)
    office.write(answering.answer, office.secretary, meeting, Answer.ACCEPTED, person_id=office.mayor)
    assert history(office, uid) == [("created", "秘書 花", "港 太郎")]
    assert history(office, own) == [("created", "港 太郎", ""), ("changed", "秘書 花", "港 太郎")]
    assert history(office, meeting)[-1] == ("answered", "秘書 花", "港 太郎")
    with pytest.raises(Denied):
        office.write(answering.answer, office.outsider, meeting, Answer.DECLINED, person_id=office.mayor)


def test_secretary_sees_what_is_for_the_served_and_nothing_private(office):
    office.write(secretaries.name, office.mayor, plan(office))
    hidden = {"visibility": Visibility.PARTICIPANTS, "participants": (f"person:{office.mayor}",)}
    office.enter(**hidden)
    office.enter(office.mayor, visibility=Visibility.PRIVATE)
    assert sorted(one.sight for one in office.seen(office.secretary, office.mayor)) == [
        Sight.TIME,
        Sight.FULL,
    ]
    assert [one.sight for one in office.seen(office.outsider, office.mayor)] == [Sight.TIME, Sight.TIME]


def test_post_is_served_whoever_holds_it(office):
    office.write(secretaries.name, office.mayor, plan(office, follows_post=True))
    assert served_by(office, office.secretary) == {office.mayor}
    with office.app.app_context(), unit("write"):
        held = session.scalars(select(Appointment).where(Appointment.person_id == office.mayor)).one()
        held.valid_to = clock.today()
        post, held_unit = held.post_id, held.unit_id
    assert served_by(office, office.secretary) == set()
    successor = office.factory.person("新 市長", held_unit, post)
    office.write(lambda _: bump("directory"), office.organiser)
    assert served_by(office, office.secretary) == {successor}
    names = office.read(lambda who: secretaries_of(successor, who.today), successor)
    assert names == ["秘書 花"]


def test_secretariat_may_be_named_and_the_days_count(office):
    first = clock.today() + timedelta(days=3)
    dated = plan(
        office,
        secretaries=(f"unit:{office.environment}",),
        first_day=first,
        last_day=first + timedelta(days=1),
    )
    office.write(secretaries.name, office.mayor, dated)
    assert served_by(office, office.secretary) == set()
    with clock.frozen(clock.now() + timedelta(days=4)):
        assert served_by(office, office.secretary) == {office.mayor}
    with clock.frozen(clock.now() + timedelta(days=5)):
        assert served_by(office, office.secretary) == set()


def test_named_by_the_person_or_by_who_manages_secretaries_there(office):
    with pytest.raises(Denied):
        office.write(secretaries.name, office.outsider, plan(office))
    office.grant(office.outsider, SECRETARY_MANAGE, office.city)
    made = office.write(secretaries.name, office.outsider, plan(office))[0]
    assert [one.may_end for one in office.read(named, office.secretary)] == [False]
    assert office.read(named, office.colleague) == []
    with pytest.raises(NotFound):
        office.write(secretaries.end, office.secretary, made.uid)
    office.write(secretaries.end, office.mayor, made.uid)
    assert served_by(office, office.secretary) == set()
    with office.app.app_context(), unit("read"):
        kept = session.scalars(
            select(AuditRecord.action)
            .where(AuditRecord.action.startswith("schedule.secretary"))
            .order_by(AuditRecord.id)
        ).all()
    assert kept == ["schedule.secretary_named", "schedule.secretary_ended"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"secretaries": ()}, "secretaries"),
        ({"secretaries": ("everyone:0",)}, "secretaries"),
        ({"first_day": clock.today() - timedelta(days=4000)}, "first_day"),
        ({"last_day": clock.today() - timedelta(days=4000)}, "last_day"),
        ({"person_id": 999_999}, "person"),
    ],
)
def test_refused(office, changes, field):
    with pytest.raises(Invalid) as caught:
        office.write(secretaries.name, office.mayor, plan(office, **changes))
    assert field in caught.value.fields


def test_nobody_is_named_twice_nor_for_themselves(office):
    office.write(secretaries.name, office.mayor, plan(office))
    for who in (office.secretary, office.mayor):
        with pytest.raises(Invalid):
            office.write(secretaries.name, office.mayor, plan(office, secretaries=(f"person:{who}",)))


def test_pages(office, sign_in):
    client = sign_in(office.mayor)
    token = csrf_token(client, "/schedule/secretaries")
    data = {"follows": "post", "secretaries": f"person:{office.secretary}", "csrf_token": token}
    assert client.post("/schedule/secretaries", data=data).status_code == 302
    assert client.post("/schedule/secretaries", data=data).status_code == 422
    assert "秘書: 秘書 花" in client.get("/schedule/week?day=2026-11-24").text
    uid = office.read(named, office.mayor)[0].row.uid
    other = sign_in(office.secretary)
    assert "港 太郎" in other.get("/schedule/secretaries").text
    meeting = office.enter(participants=(f"person:{office.mayor}", f"person:{office.organiser}"))
    assert "港 太郎さんは出席しますか" in other.get(f"/schedule/{meeting}").text
    sent = {"answer": "accepted", "for": office.mayor, "csrf_token": csrf_token(other, "/schedule/new")}
    assert other.post(f"/schedule/{meeting}/answer", data=sent).status_code == 302
    assert "秘書 花 (港 太郎さんの代理) 出欠を回答" in other.get(f"/schedule/{meeting}").text
    answer = client.post(f"/schedule/secretaries/{uid}/end", data={"csrf_token": token})
    assert answer.status_code == 302
    assert "秘書: 秘書 花" not in client.get("/schedule/week?day=2026-11-24").text
