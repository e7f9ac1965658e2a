"""Notices of business systems: whom they reach, what a key is good for, when they vanish."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from groupware import clock
from groupware.audit.models import AuditRecord
from groupware.db import session, unit
from groupware.directory.models import Person
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.notifications.models import Notice
from groupware.notifications.queries import timeline
from groupware.portal.services import launcher
from groupware.systems.models import SystemNotice, SystemReceiver
from groupware.systems.services import Draft, Receiver, post, tidy, withdraw
from groupware.systems.services.notices import KEPT, voice_of

CLERK, STRANGER = Receiver(staff_number="100001"), Receiver(staff_number="100003")


def draft(key="k1", *receivers, **values):
    return Draft(
        key=key, title=values.pop("title", "決裁待ちの案件"), receivers=receivers or (CLERK,), **values
    )


@pytest.fixture
def send(app, caller):
    def call(*args, **values):
        with app.app_context(), unit("write"):
            return post(caller(), draft(*args, **values))

    return call


@pytest.fixture
def told(app, factory, city):
    """`told(person)`: title and system of every line in the timeline once the worker has been there."""

    def lines(person_id):
        city.work()
        who = factory.actor(person_id)
        with app.app_context(), unit("read"):
            return [(line.title, line.detail) for line in timeline(who).lines]

    return lines


def test_notice_to_a_person_stands_in_their_timeline_only(city, send, told):
    done = send()
    assert (done.is_new, done.receivers, done.skipped) == (True, 1, ())
    assert told(city.clerk) == [("決裁待ちの案件", "電子決裁")]
    assert told(city.colleague) == []


def test_notice_to_a_unit_reaches_its_people_and_with_below_those_below(city, send, told):
    send("k1", Receiver(unit_code="S1"))
    assert len(told(city.clerk)) == len(told(city.colleague)) == 1
    assert told(city.stranger) == []
    send("k2", Receiver(unit_code="B1"))
    assert told(city.stranger) == []
    send("k3", Receiver(unit_code="B1", with_below=True))
    assert len(told(city.stranger)) == 1


def test_line_leads_to_the_system(city, send, sign_in, app):
    send(url="https://kessai.example.jp/case/5")
    city.work()
    with app.app_context(), unit("read"):
        line = session.scalars(select(Notice.id)).one()
    answer = sign_in(city.clerk).get(f"/notifications/{line}")
    answer.close()
    assert answer.location == "https://kessai.example.jp/case/5"


def test_same_call_again_changes_nothing(city, app, send, told):
    send()
    again = send()
    assert (again.is_new, again.receivers) == (False, 1)
    assert len(told(city.clerk)) == 1
    with app.app_context(), unit("read"):
        assert session.scalar(select(Notice.count)) == 1


def test_key_of_another_notice_is_a_conflict(send):
    send()
    with pytest.raises(Conflict) as refusal:
        send(title="別の案件")
    assert refusal.value.code == "key_reused"


def test_two_systems_may_use_the_same_key(city, app, caller, send):
    other = city.token(city.link("財務会計", "https://zaimu.example.jp/"))
    send()
    with app.app_context(), unit("write"):
        assert post(caller(other.id), draft(title="別の案件")).is_new


def test_unknown_receiver_refuses_everything_and_is_named(app, send):
    with pytest.raises(Invalid) as refusal:
        send("k1", CLERK, Receiver(staff_number="999999"), Receiver(unit_code="X9"))
    assert refusal.value.code == "unknown_receivers"
    assert list(refusal.value.fields) == ["receivers/1", "receivers/2"]
    with app.app_context(), unit("read"):
        assert session.scalar(select(func.count()).select_from(SystemNotice)) == 0


def test_unknown_receiver_can_be_skipped_and_is_reported(city, send, told):
    done = send("k1", CLERK, Receiver(staff_number="999999"), skips_unknown=True)
    assert (done.receivers, done.skipped) == (1, ("999999",))
    assert len(told(city.clerk)) == 1
    with pytest.raises(Invalid):
        send("k2", Receiver(staff_number="999999"), skips_unknown=True)


def test_person_who_has_left_is_unknown(app, city, send):
    with app.app_context(), unit("write"):
        session.get(Person, city.clerk).left_on = clock.today()
    with pytest.raises(Invalid):
        send()


def test_receiver_who_comes_twice_is_told_once(city, app, send, told):
    send("k1", CLERK, CLERK, Receiver(unit_code="S1"))
    assert len(told(city.clerk)) == 1
    with app.app_context(), unit("read"):
        assert session.scalar(select(Notice.count).where(Notice.person_id == city.clerk)) == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"url": "https://evil.example.jp/"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://kessai.example.jp@evil.example.jp/"}, "url"),
        ({"title": "　 "}, "title"),
        ({"expires_at": clock.now() - timedelta(minutes=1)}, "expires_at"),
        ({"expires_at": clock.now() + timedelta(days=400)}, "expires_at"),
    ],
)
def test_faulty_notice_is_refused_at_its_field(send, values, field):
    with pytest.raises(Invalid) as refusal:
        send(**values)
    assert list(refusal.value.fields) == [field]


def test_withdrawn_notice_vanishes_and_its_key_stays_taken(city, app, caller, send, told):
    send("k1", Receiver(unit_code="S1"))
    assert len(told(city.clerk)) == 1
    for _ in range(2):
        with app.app_context(), unit("write"):
            withdraw(caller(), "k1")
    assert told(city.clerk) == []
    with app.app_context(), unit("read"):
        assert session.scalars(select(Notice)).all() == []
        assert session.scalars(select(SystemNotice.title)).one() == ""
    with pytest.raises(Conflict) as refusal:
        send("k1", Receiver(unit_code="S1"))
    assert refusal.value.code == "withdrawn"


def test_notice_that_is_withdrawn_before_the_worker_came_reaches_nobody(city, app, caller, send, told):
    send()
    with app.app_context(), unit("write"):
        withdraw(caller(), "k1")
    assert told(city.clerk) == []


def test_key_of_another_system_cannot_be_withdrawn(city, app, caller, send, told):
    send()
    other = city.token(city.link("財務会計", "https://zaimu.example.jp/"))
    with pytest.raises(NotFound), app.app_context(), unit("write"):
        withdraw(caller(other.id), "k1")
    assert len(told(city.clerk)) == 1


def test_notice_that_is_over_vanishes_and_its_key_is_forgotten_later(city, app, caller, send, told):
    send(expires_at=clock.now() + timedelta(days=1))
    assert len(told(city.clerk)) == 1
    with clock.frozen(clock.now() + timedelta(days=1, minutes=1)):
        assert told(city.clerk) == []
        with app.app_context(), unit("read"):
            assert session.scalars(select(Notice)).all() == []
    with clock.frozen(clock.now() + KEPT + timedelta(days=2)):
        with app.app_context(), unit("write"):
            tidy(voice_of(caller()))
        with app.app_context(), unit("read"):
            assert session.scalars(select(SystemNotice)).all() == []
            assert session.scalars(select(SystemReceiver)).all() == []


def test_system_that_was_taken_off_the_portal_can_send_nothing(city, app, send, told):
    send()
    with app.app_context(), unit("write"):
        launcher.remove_link(city.boss, city.uid)
    with pytest.raises(Denied):
        send("k2")
    assert told(city.clerk) == []


def test_audit_names_the_system_and_not_what_it_said(app, send):
    send()
    with app.app_context(), unit("read"):
        record = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "systems.notice_posted")
        ).one()
    assert record.person_id is None
    assert "決裁待ち" not in str(record.details)


def test_five_thousand_receivers_are_taken_in_one_call(app, city, send):
    with app.app_context(), unit("write"):
        people = [
            Person(staff_number=f"2{number:05d}", display_name="職員", legal_name="職員")
            for number in range(5000)
        ]
        session.add_all(people)
    done = send("k1", *(Receiver(staff_number=f"2{number:05d}") for number in range(5000)))
    assert done.receivers == 5000
