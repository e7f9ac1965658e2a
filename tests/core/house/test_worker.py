"""Jobs: done once, tried again, never lost; one that fails does not hold up the others."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from groupware import clock, jobs
from groupware.actor import Actor, system
from groupware.db import in_unit, session, unit
from groupware.jobs.enums import JobState
from groupware.jobs.models import QueuedJob
from groupware.plugin import CONTRACT, Job, Plugin
from groupware.worker import Worker


def sample(*declared: Job) -> Plugin:
    return Plugin(
        id="sample",
        contract=CONTRACT,
        title="Sample",
        summary="Sample.",
        icon="info",
        order=1,
        in_menu=False,
        jobs=declared,
    )


@pytest.fixture
def ran():
    return []


@pytest.fixture
def build(make_app, ran):
    """An app with a job that repeats, one that takes a payload and notes it, and one that always fails."""

    def tick(actor: Actor) -> None:
        ran.append((actor.is_system, in_unit()))

    def call(_actor: Actor) -> None:
        ran.append(in_unit())
        with unit("read"):
            ran.append(in_unit())

    def greet(_actor: Actor, name: str) -> None:
        ran.append(name)

    def stumble(_actor: Actor) -> None:
        ran.append("stumbled")
        raise ZeroDivisionError("on purpose")

    return make_app(
        chosen=[
            sample(
                Job(id="sample.tick", title="Tick", every=3600, run=tick),
                Job(id="sample.call", title="Call", run=call, own_units=True),
                Job(id="sample.greet", title="Greet", run=greet),
                Job(id="sample.stumble", title="Stumble", run=stumble, attempts=2),
            )
        ]
    )


def rows(app, kind: str) -> list[QueuedJob]:
    with app.app_context(), unit("read"):
        return list(session.scalars(select(QueuedJob).where(QueuedJob.kind == kind).order_by(QueuedJob.id)))


def put(app, kind: str, payload=None, **options) -> bool:
    with app.app_context(), unit("write"):
        return jobs.enqueue(system(), kind, payload, **options)


def test_repeating_job_is_done_as_the_system_in_a_write_unit_and_again_after_its_time(build, ran):
    worker = Worker(build)
    worker.run_due()
    worker.run_due()
    assert ran == [(True, "write")]
    with clock.frozen(clock.now() + timedelta(seconds=3601)):
        worker.run_due()
    assert len(ran) == 2


def test_job_with_own_units_holds_up_nobody_while_it_waits(build, ran):
    put(build, "sample.call")
    Worker(build).run_due()
    assert ran[:2] == [None, "read"]
    assert [row.state for row in rows(build, "sample.call")] == [JobState.DONE]


def test_two_workers_do_a_repeating_job_once(build, ran):
    Worker(build).run_due()
    Worker(build).run_due()
    assert len(ran) == 1


def test_queued_job_gets_its_payload_and_is_done_once(build, ran):
    put(build, "sample.greet", {"name": "葵"})
    worker = Worker(build)
    worker.run_due()
    worker.run_due()
    assert ran.count("葵") == 1
    assert [row.state for row in rows(build, "sample.greet")] == [JobState.DONE]


def test_same_key_makes_one_job(build, ran):
    assert put(build, "sample.greet", {"name": "葵"}, key="greet-1")
    assert not put(build, "sample.greet", {"name": "樹"}, key="greet-1")
    Worker(build).run_due()
    assert [one for one in ran if isinstance(one, str)] == ["葵"]


def test_job_is_not_begun_before_it_is_due(build, ran):
    put(build, "sample.greet", {"name": "葵"}, due_at=clock.now() + timedelta(minutes=5))
    Worker(build).run_due()
    assert "葵" not in ran
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        Worker(build).run_due()
    assert "葵" in ran


def test_job_of_a_unit_that_was_rolled_back_does_not_exist(build):
    def enqueue_and_fail() -> None:
        with build.app_context(), unit("write"):
            jobs.enqueue(system(), "sample.greet", {"name": "葵"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        enqueue_and_fail()
    assert rows(build, "sample.greet") == []


def test_failing_job_is_tried_again_after_a_pause_and_in_the_end_waits_for_somebody(build, ran, caplog):
    put(build, "sample.stumble")
    put(build, "sample.greet", {"name": "葵"})
    worker = Worker(build)
    worker.run_due()
    worker.run_due()
    assert (ran.count("stumbled"), ran.count("葵")) == (1, 1)
    assert "sample.stumble" in caplog.text
    waiting = rows(build, "sample.stumble")[0]
    assert (waiting.state, waiting.attempts) == (JobState.WAITING, 1)
    assert "on purpose" in waiting.last_error
    with clock.frozen(clock.now() + timedelta(seconds=11)):
        worker.run_due()
    assert ran.count("stumbled") == 2
    assert rows(build, "sample.stumble")[0].state == JobState.FAILED


def test_job_of_a_worker_that_died_is_done_by_another_after_the_lease(build, ran):
    put(build, "sample.greet", {"name": "葵"})
    begun = clock.now()
    with build.app_context(), unit("write"):
        session.execute(
            update(QueuedJob)
            .where(QueuedJob.kind == "sample.greet")
            .values(state=JobState.RUNNING.value, attempts=1, leased_until=begun + timedelta(seconds=300))
        )
    Worker(build).run_due()
    assert "葵" not in ran
    with clock.frozen(begun + timedelta(seconds=301)):
        Worker(build).run_due()
    assert ran.count("葵") == 1


def test_job_that_takes_worker_after_worker_with_it_fails_in_the_end(build, ran):
    put(build, "sample.stumble")
    with build.app_context(), unit("write"):
        session.execute(
            update(QueuedJob)
            .where(QueuedJob.kind == "sample.stumble")
            .values(state=JobState.RUNNING.value, attempts=2, leased_until=clock.now() - timedelta(seconds=1))
        )
    Worker(build).run_due()
    assert "stumbled" not in ran
    row = rows(build, "sample.stumble")[0]
    assert (row.state, row.last_error) == (JobState.FAILED, "The worker did not come back.")


def test_worker_that_lost_its_lease_leaves_nothing_behind(make_app):
    """It comes back after another one has begun the job: what it wrote is rolled back."""
    written = []

    def slow(_actor: Actor) -> None:
        row = session.scalars(select(QueuedJob).where(QueuedJob.kind == "sample.slow")).one()
        row.last_error = "a trace of the slow one"
        session.flush()
        session.execute(
            update(QueuedJob).where(QueuedJob.id == row.id).values(attempts=QueuedJob.attempts + 1)
        )
        written.append(row.id)

    app = make_app(chosen=[sample(Job(id="sample.slow", title="Slow", run=slow))])
    put(app, "sample.slow")
    Worker(app).run_due()
    row = rows(app, "sample.slow")[0]
    assert len(written) == 1
    assert (row.state, row.attempts) == (JobState.WAITING, 1)
    assert "begun again by another worker" in row.last_error


def test_job_of_a_plugin_that_is_gone_stays_and_is_not_begun(build, make_app, ran):
    put(build, "sample.greet", {"name": "葵"})
    Worker(make_app(chosen=[])).run_due()
    assert ran == []
    assert rows(build, "sample.greet")[0].state == JobState.WAITING


def test_job_that_nobody_declares_or_that_repeats_cannot_be_queued(build):
    for kind in ("sample.unknown", "sample.tick"):
        with pytest.raises(KeyError):
            put(build, kind)
