"""The page of jobs: what waits, what failed, doing it again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from groupware import clock
from groupware.audit.models import AuditRecord
from groupware.db import session
from groupware.jobs.enums import JobState
from groupware.jobs.models import QueuedJob
from groupware.testing.signing_in import csrf_token

PAGE = "/admin/jobs"


@pytest.fixture
def administrator(city, sign_in):
    """Somebody who manages the installation."""
    return sign_in(city.system_administrator, elevated=True)


@pytest.fixture
def job(write):
    """`job(state, …)` is the id of a job of the kind 監査の封印, or another."""

    def make(state=JobState.FAILED, kind="bulletin.unknown", **values):
        with write() as current:
            row = QueuedJob(
                kind=kind,
                state=state.value,
                due_at=values.pop("due_at", clock.now()),
                attempts=8,
                last_error="Traceback\nZeroDivisionError: on purpose",
                leased_until=clock.now() if state is JobState.RUNNING else None,
                created_at=clock.now(),
                **values,
            )
            current.add(row)
            current.flush()
            return row.id

    return make


def send(client, job_id, verb):
    return client.post(f"{PAGE}/{job_id}/{verb}", data={"csrf_token": csrf_token(client, PAGE)})


def state_of(read, job_id):
    with read():
        return session.scalar(select(QueuedJob.state).where(QueuedJob.id == job_id))


def test_failed_jobs_come_first_with_their_error(administrator, job):
    job()
    page = administrator.get(PAGE).text
    assert "ZeroDivisionError: on purpose" in page
    assert "bulletin.unknown" in page


def test_kind_is_named_in_words_and_lag_is_said(administrator, job):
    job(JobState.WAITING, "administration.seal", due_at=clock.now() - timedelta(minutes=5))
    page = administrator.get(PAGE).text
    assert "監査ログの封印" in page
    assert "300秒" in page


def test_job_of_a_function_that_is_gone_is_not_late(administrator, job):
    job(JobState.WAITING, due_at=clock.now() - timedelta(hours=5))
    assert "groupware worker" not in administrator.get(f"{PAGE}?state=waiting").text


def test_failed_job_is_done_again_and_that_is_audited(administrator, job, read):
    failed = job()
    assert send(administrator, failed, "run").status_code == 303
    assert state_of(read, failed) == JobState.WAITING
    with read():
        assert (
            session.scalars(select(AuditRecord).where(AuditRecord.action == "job.run_again")).one().object_id
            == failed
        )


def test_failed_job_is_cancelled(administrator, job, read):
    failed = job()
    assert send(administrator, failed, "cancel").status_code == 303
    assert state_of(read, failed) == JobState.CANCELLED


@pytest.mark.parametrize("verb", ["run", "cancel"])
def test_running_job_is_left_alone(administrator, job, read, verb):
    running = job(JobState.RUNNING)
    assert send(administrator, running, verb).status_code == 409
    assert state_of(read, running) == JobState.RUNNING


def test_repeating_job_cannot_be_cancelled(administrator, job, read):
    repeating = job(JobState.WAITING, "administration.seal")
    assert send(administrator, repeating, "cancel").status_code == 409
    assert state_of(read, repeating) == JobState.WAITING


def test_job_that_does_not_exist_is_not_found(administrator):
    assert send(administrator, 999, "run").status_code == 404
    assert administrator.get(f"{PAGE}?state=nonsense").status_code == 404


def test_function_administrators_see_no_jobs(city, sign_in):
    assert sign_in(city.administrator, elevated=True).get(PAGE).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_page_takes_the_same_queries_for_many_jobs(administrator, job, count_queries, number):
    for _ in range(number):
        job()
    administrator.get(PAGE)
    with count_queries() as statements:
        administrator.get(PAGE)
    # Session, principals with grants, numbers of the tabs, the list, the lag.
    assert len([text for text in statements.texts if "core_cache_versions" not in text]) == 5


def test_list_leaves_as_csv(administrator, job):
    job()
    text = administrator.get(f"{PAGE}.csv?state=failed").get_data(as_text=True)
    assert "ZeroDivisionError: on purpose" in text
