"""The worker runs what is due, and one failing job does not hold up the others."""

import pytest

from groupware.actor import Actor
from groupware.db import in_unit
from groupware.plugin import CONTRACT, Job, Plugin
from groupware.worker import Worker


def _plugin(*jobs):
    return Plugin(
        id="sample",
        contract=CONTRACT,
        title="Sample",
        summary="Sample.",
        icon="info",
        order=1,
        in_menu=False,
        jobs=jobs,
    )


@pytest.fixture
def ran():
    return []


def test_due_jobs_run_once_in_a_write_unit_as_the_system(make_app, ran):
    def run(actor: Actor) -> None:
        ran.append((actor.is_system, in_unit()))

    worker = Worker(make_app(chosen=[_plugin(Job(id="sample.tick", every=3600, run=run))]))
    worker.run_due()
    worker.run_due()
    assert ran == [(True, "write")]


def test_failing_job_does_not_hold_up_others(make_app, ran, caplog):
    def fail(_actor: Actor) -> None:
        raise ZeroDivisionError

    jobs = [
        Job(id="sample.fail", every=60, run=fail),
        Job(id="sample.tick", every=60, run=lambda _a: ran.append(1)),
    ]
    Worker(make_app(chosen=[_plugin(*jobs)])).run_due()
    assert ran == [1]
    assert "sample.fail" in caplog.text
