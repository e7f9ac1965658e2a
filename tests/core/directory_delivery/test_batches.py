"""Before its publication time a delivery is its loaders' secret; then it is applied as a whole or not at all."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from groupware import actor, clock
from groupware.access.enums import PrincipalKind
from groupware.audit.models import AuditRecord
from groupware.db import session
from groupware.directory.models import Batch, Person
from groupware.directory.queries.batches import batch_for, batches_for, changes_of, findings_of
from groupware.directory.services import applying, batches
from groupware.errors import Conflict, Denied, Invalid, NeedsElevation, NotFound
from tests.core.directory_delivery.conftest import APRIL
from tests.core.directory_delivery.edits import edited
from tests.core.directory_delivery.tables import contents, texts

MARCH = datetime(2026, 3, 24, 0, tzinfo=UTC)
LOAD = "directory:batch:load"
pytestmark = pytest.mark.usefixtures("november")


@pytest.fixture
def people(factory):
    """Two loaders and one who is none, by name."""
    unit = factory.unit("人事係")
    post = factory.post("主事", 50)
    made = {
        name: factory.person(name, unit, post, staff_number=f"H-{name}", is_kept_by_hand=True)
        for name in ("甲", "乙", "丙")
    }
    for name in ("甲", "乙"):
        factory.grant(PrincipalKind.PERSON, made[name], LOAD)
    return made


@pytest.fixture
def loader(factory, people):
    return factory.actor(people["甲"])


@pytest.fixture
def other(factory, people):
    """Somebody who may load deliveries, and did not load this one."""
    return factory.actor(people["乙"])


@pytest.fixture
def stranger(factory, people):
    """Somebody who may not load any."""
    return factory.actor(people["丙"])


@pytest.fixture
def staged(loader, sound, write):
    """A delivery that waits for 24 March."""
    with write():
        return batches.stage_batch(loader, sound, "春の異動", MARCH, APRIL).uid


def publish(write, instant=MARCH):
    with clock.frozen(instant), write():
        return batches.publish_due(actor.system("job"))


def state_of(read, uid):
    with read():
        return str(session.scalars(select(Batch.state).where(Batch.uid == uid)).one())


def test_staged_delivery_is_in_no_other_table(loader, sound, write, read, people):
    with read():
        before = contents("core_batches", "core_audit_records")
    with write():
        batches.stage_batch(loader, sound, "極秘の異動", MARCH, APRIL)
    with read():
        assert contents("core_batches", "core_audit_records") == before
        assert len(contents()["core_batches"]) == 1
        others = texts(contents("core_batches"))
    for secret in ("極秘の異動", "五百旗頭", "港湾", "nagisa"):
        assert secret not in others


def test_staged_delivery_is_known_to_its_loaders_only(staged, loader, other, read):
    with read():
        assert [batch.uid for batch in batches_for(loader)] == [staged]
        assert batch_for(loader, staged).counts["new"] == 7
        assert batches_for(other) == []
        with pytest.raises(NotFound):
            batch_for(other, staged)
        with pytest.raises(NotFound):
            batch_for(other, uuid4())


def test_named_loaders_see_it_too(staged, loader, other, people, write, read):
    with write():
        batches.name_loaders(loader, staged, [people["乙"]])
    with read():
        assert batch_for(other, staged).title == "春の異動"


def test_somebody_without_the_permission_is_denied_even_as_a_named_loader(
    staged, loader, stranger, people, write, read
):
    with write():
        batches.name_loaders(loader, staged, [people["丙"]])
    with read():
        with pytest.raises(Denied):
            batch_for(stranger, staged)
        with pytest.raises(Denied):
            batches_for(stranger)


def test_loader_must_have_given_the_password_again(staged, factory, people, read):
    loader = factory.actor(people["甲"], elevated=False)
    with read(), pytest.raises(NeedsElevation):
        batch_for(loader, staged)


def test_unknown_person_is_no_loader(staged, loader, write):
    with pytest.raises(Invalid), write():
        batches.name_loaders(loader, staged, [999_999])


def test_delivery_is_published_when_its_time_has_come_and_not_before(staged, write, read):
    assert publish(write, MARCH - timedelta(seconds=1)) == 0
    assert state_of(read, staged) == "staged"
    assert publish(write) == 1
    assert state_of(read, staged) == "published"
    assert publish(write) == 0
    with read():
        assert session.scalar(select(Person.id).where(Person.staff_number == "000001")) is not None


def test_published_delivery_is_known_to_everybody_with_the_permission_and_keeps_no_text(
    staged, write, read, other
):
    publish(write)
    with read():
        batch = batch_for(other, staged)
        assert batch.published_at == MARCH
        assert len(changes_of(batch, "new")) == 7
        assert session.scalars(select(Batch.files)).one() == {}


def test_delivery_without_a_time_waits_until_it_gets_one(loader, sound, write, read):
    with write():
        uid = batches.stage_batch(loader, sound, "異動", None, APRIL).uid
    assert publish(write) == 0
    with write():
        batches.schedule(loader, uid, None)
    assert publish(write) == 1


def test_withdrawn_delivery_is_forgotten(staged, loader, write, read):
    with write():
        batches.withdraw(loader, staged)
    assert publish(write) == 0
    with read():
        batch = session.scalars(select(Batch)).one()
        assert (batch.state, batch.files, batch.changes, batch.findings) == ("withdrawn", {}, [], [])


def test_published_delivery_cannot_be_withdrawn_or_moved(staged, loader, write):
    publish(write)
    with pytest.raises(Conflict), write():
        batches.withdraw(loader, staged)
    with pytest.raises(Conflict), write():
        batches.schedule(loader, staged, MARCH)


def test_stranger_cannot_withdraw_schedule_or_decline(staged, other, people, write, read):
    for act in (
        lambda: batches.withdraw(other, staged),
        lambda: batches.schedule(other, staged, None),
        lambda: batches.decline(other, staged, []),
        lambda: batches.compare_again(other, staged),
        lambda: batches.name_loaders(other, staged, [people["乙"]]),
    ):
        with pytest.raises(NotFound), write():
            act()
    assert state_of(read, staged) == "staged"


def test_faulty_delivery_fails_with_its_report_and_without_its_text(loader, faulty, write, read):
    with write():
        uid = batches.stage_batch(loader, faulty, "誤り", MARCH, APRIL).uid
    with read():
        batch = batch_for(loader, uid)
        assert (batch.state, batch.summary["faults"]) == ("failed", 18)
        assert {finding.file for finding in findings_of(batch)} == {
            "units.csv",
            "posts.csv",
            "people.csv",
            "appointments.csv",
        }
        assert session.scalars(select(Batch.files)).one() == {}
    assert publish(write) == 0


def test_delivery_that_became_faulty_meanwhile_fails_with_its_report(loader, sound, write, read):
    head = "組織コード,分担コード,職員番号,代理順,開始日,終了日\n"
    files = {**sound, "duties.csv": f"{head}0101,secretary,000004,0,R8.4.1,\n".encode()}
    with write():
        uid = batches.stage_batch(loader, files, "異動", MARCH, APRIL).uid
    with write():
        session.connection().exec_driver_sql("DELETE FROM core_duty_kinds WHERE code = 'secretary'")
    assert publish(write) == 0
    with read():
        batch = batch_for(loader, uid)
        assert batch.state == "failed"
        assert [finding.code for finding in findings_of(batch) if finding.is_fault] == ["unknown_duty"]


@pytest.mark.parametrize("place", ["_people", "_appointments", "_duties", "_end_with_units"])
def test_failure_on_the_way_leaves_everything_as_it_was(
    staged, write, read, monkeypatch, place, loader, caplog
):
    with read():
        before = contents("core_batches", "core_audit_records", "core_cache_versions")

    def broken(self):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(applying._Applying, place, broken)
    assert publish(write) == 0
    with read():
        assert contents("core_batches", "core_audit_records", "core_cache_versions") == before
        batch = batch_for(loader, staged)
        assert batch.state == "failed"
        assert [finding.code for finding in findings_of(batch)] == ["not_applied"]
    assert "could not be applied" in caplog.text


def test_one_that_fails_does_not_stop_the_next(staged, loader, sound, write, read, monkeypatch):
    with write():
        second = batches.stage_batch(loader, sound, "二つ目", MARCH, APRIL).uid
    original = applying._Applying._people
    calls = []

    def once_broken(self):
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("once")
        original(self)

    monkeypatch.setattr(applying._Applying, "_people", once_broken)
    assert publish(write) == 1
    assert (state_of(read, staged), state_of(read, second)) == ("failed", "published")


def test_database_refusing_a_row_fails_the_delivery_without_telling_the_log(
    staged, write, read, monkeypatch, caplog, loader
):
    original = applying._Applying._appointments

    def twice(self):
        self.plan.appointments_begun += self.plan.appointments_begun
        original(self)

    monkeypatch.setattr(applying._Applying, "_appointments", twice)
    assert publish(write) == 0
    with read():
        finding = findings_of(batch_for(loader, staged))[0]
    assert finding.code == "not_applied"
    assert "IntegrityError" in caplog.text
    assert "五百旗頭" not in caplog.text


def test_proposals_are_taken_unless_declined(loader, sound, write, read, deliver):
    deliver(sound, date(2025, 11, 20))
    new = "900006,五百旗頭 薫,イオキベ カオル,,,,事務,会計年度任用,R8.4.1,"
    files = edited(
        sound,
        ("people.csv", "000007,一", f"{new}\n000007,一"),
        ("appointments.csv", "000007,0201", "900006,0102,070,本務,R8.4.1,\n000007,0201"),
    )
    with write():
        uid = batches.stage_batch(loader, files, "異動", MARCH, APRIL).uid
    with read():
        assert batch_for(loader, uid).counts["continues"] == 1
    with write():
        batches.decline(loader, uid, ["900006", "000001"])
    with read():
        batch = batch_for(loader, uid)
        assert (batch.counts["continues"], batch.counts["new"], batch.declined) == (0, 1, ["900006"])
        assert batch.proposed == [("900006", "000006")]
    publish(write)
    with read():
        assert session.scalar(select(Person.id).where(Person.staff_number == "900006")) is not None


def test_difference_is_computed_anew_on_demand(staged, loader, write, read, deliver, sound):
    deliver(sound, date(2025, 11, 20))
    with read():
        assert batch_for(loader, staged).counts["new"] == 7
    with write():
        batches.compare_again(loader, staged)
    with read():
        batch = batch_for(loader, staged)
        assert (batch.counts["new"], batch.counts["unchanged"]) == (0, 8)


def test_every_step_is_audited_without_contents(staged, loader, write, read, people):
    with write():
        batches.name_loaders(loader, staged, [people["乙"]])
    with write():
        batches.schedule(loader, staged, MARCH)
    publish(write)
    with read():
        records = session.scalars(
            select(AuditRecord).where(AuditRecord.object_type == "directory.batch")
        ).all()
        assert [record.action for record in records] == [
            "directory.batch_staged",
            "directory.batch_shared",
            "directory.batch_scheduled",
            "directory.batch_published",
        ]
        assert [record.person_id for record in records] == [people["甲"]] * 3 + [None]
        assert "異動" not in repr([record.details for record in records])


@pytest.mark.parametrize("title", ["", "  ", "あ" * 201])
def test_title_must_be_there_and_fit(loader, sound, write, title):
    with pytest.raises(Invalid) as caught, write():
        batches.stage_batch(loader, sound, title, None, APRIL)
    assert "title" in caught.value.fields
