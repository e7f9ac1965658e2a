"""Jobs: what waits, what failed and why, and how far the workers are behind."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.administration.views.base import blueprint, not_found, number_of
from groupware.i18n import gettext
from groupware.jobs.enums import JobState
from groupware.jobs.queries import MOST_OVER, NEWEST, OVER, PAGE, counts, lag, queued
from groupware.jobs.services import MANAGE, cancel, run_again
from groupware.registry import registry
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import requires

LATE = 60
"""Seconds of lag from which the page says that no worker seems to be at work."""


@blueprint.get("/jobs", endpoint="jobs")
@requires(MANAGE)
def jobs_page() -> str:
    """Jobs in a state, those that failed first of all."""
    numbers = counts()
    state = _state(JobState.FAILED if numbers[JobState.FAILED] else JobState.WAITING)
    before = number_of("before") or NEWEST
    found = _rows(state, before, PAGE + 1)
    rows = found[:PAGE]
    return render_template(
        "administration/jobs.html",
        tabs=[
            (str(one.label), url_for("administration.jobs", state=one.value), one is state, numbers[one])
            for one in JobState
        ],
        state=state,
        number=numbers[state],
        is_capped=state in OVER and numbers[state] == MOST_OVER,
        rows=rows,
        lag=round(lag(actor())),
        late=LATE,
        first_url=url_for("administration.jobs", state=state.value) if before != NEWEST else None,
        next_url=url_for("administration.jobs", state=state.value, before=rows[-1]["id"])
        if len(found) > PAGE
        else None,
    )


@blueprint.get("/jobs.<format>")
@requires(MANAGE)
def export_jobs(format: str) -> Response:  # noqa: A002  the word users know
    """The jobs in a state, as a file."""
    state = _state(JobState.WAITING)
    columns = [
        gettext("Number"),
        gettext("Job"),
        gettext("State"),
        gettext("Caused by"),
        gettext("Since"),
        gettext("Due"),
        gettext("Attempts"),
        gettext("Ended"),
        gettext("Last error"),
    ]
    rows = [
        [
            row["id"],
            row["title"],
            str(state.label),
            row["person"] or "",
            row["created_at"],
            row["due_at"],
            row["attempts"],
            row["finished_at"],
            row["last_error"],
        ]
        for row in _rows(state, NEWEST, 50_000)
    ]
    return table_response(gettext("Jobs"), columns, rows, format)


@blueprint.post("/jobs/<int:job_id>/run")
@requires(MANAGE)
def run_job(job_id: int) -> ResponseReturnValue:
    """Have a job done now."""
    run_again(actor(), job_id)
    flash(gettext("The job will be done in a moment."), "success")
    return redirect(url_for("administration.jobs", state=JobState.WAITING.value), 303)


@blueprint.post("/jobs/<int:job_id>/cancel")
@requires(MANAGE)
def cancel_job(job_id: int) -> ResponseReturnValue:
    """Let a job not be done."""
    cancel(actor(), job_id)
    flash(gettext("The job was cancelled."), "success")
    return redirect(url_for("administration.jobs", state=JobState.CANCELLED.value), 303)


def _state(otherwise: JobState) -> JobState:
    try:
        return JobState(request.args.get("state", otherwise.value))
    except ValueError as error:
        raise not_found() from error


def _rows(state: JobState, before: int, limit: int) -> list[dict[str, Any]]:
    known = registry().jobs
    rows = []
    for row in queued(state, before, limit):
        job = known.get(row.kind)
        rows.append(
            {
                **row._asdict(),
                "title": str(job.title) if job is not None else row.kind,
                "is_repeating": job is not None and job.every is not None,
                "error": row.last_error.strip().rpartition("\n")[2],
            }
        )
    return rows
