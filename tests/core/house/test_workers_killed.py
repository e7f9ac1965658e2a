"""Workers are killed in the middle of their work: every job is done in the end, and none of them twice."""

import multiprocessing
import os
import signal
import time

from sqlalchemy import func, select

from groupware import jobs
from groupware.actor import system
from groupware.app import create_app
from groupware.config import load
from groupware.db import db, session, unit
from groupware.directory.models import Post
from groupware.jobs.enums import JobState
from groupware.jobs.models import QueuedJob
from groupware.plugin import CONTRACT, Job, Plugin
from groupware.worker import Worker

JOBS = 40
KILLED = 3
LEASE = 2
LONGEST = 60


def write_slowly(_actor, number):
    # The code is unique: a job whose work was done twice would fail for ever.
    session.add(Post(code=f"job-{number}", name="主事", rank=50))
    session.flush()
    time.sleep(0.05)


PLUGIN = Plugin(
    id="sample",
    contract=CONTRACT,
    title="Sample",
    summary="Sample.",
    icon="info",
    order=1,
    in_menu=False,
    jobs=(Job(id="sample.write", title="Write", run=write_slowly, lease=LEASE, attempts=20),),
)


def build(url, folder):
    return create_app(load(folder, {"GROUPWARE_DATABASE_URL": url, "GROUPWARE_SECRET_KEY": "x"}), [PLUGIN])


def work_for_ever(url, folder):
    worker = Worker(build(url, folder))
    while True:
        worker.run_due()
        time.sleep(0.05)


def test_no_job_is_lost_or_done_twice_when_workers_are_killed(app, tmp_path, fresh_database_url):
    ours = build(fresh_database_url, str(tmp_path))
    with ours.app_context():
        with unit("write"):
            for number in range(JOBS):
                jobs.enqueue(system(), "sample.write", {"number": number})
        db.engine.dispose()
    context = multiprocessing.get_context("spawn")

    def begin():
        process = context.Process(target=work_for_ever, args=(fresh_database_url, str(tmp_path)), daemon=True)
        process.start()
        return process

    def done():
        with ours.app_context(), unit("read"):
            return session.scalar(
                select(func.count())
                .select_from(QueuedJob)
                .where(QueuedJob.kind == "sample.write", QueuedJob.state == JobState.DONE.value)
            )

    def wait_for(number):
        deadline = time.monotonic() + LONGEST
        while done() < number:
            assert time.monotonic() < deadline, f"{done()} of {number} jobs are done"
            time.sleep(0.02)

    workers = [begin(), begin()]
    try:
        for turn in range(KILLED):
            wait_for(4 * (turn + 1))
            victim = workers.pop(0)
            os.kill(victim.pid, signal.SIGKILL)
            victim.join()
            workers.append(begin())
        wait_for(JOBS)
    finally:
        for process in workers:
            process.kill()
            process.join()
    with ours.app_context():
        with unit("read"):
            written = session.scalars(select(Post.code).where(Post.code.startswith("job-"))).all()
            begun_again = session.scalar(
                select(func.count()).select_from(QueuedJob).where(QueuedJob.attempts > 1)
            )
        db.engine.dispose()
    assert sorted(written) == sorted(f"job-{number}" for number in range(JOBS))
    assert begun_again > 0, "nobody was killed in the middle of a job"
