"""Pages of deliveries: the list, a new one, its faults or its difference, its publication."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import audit, clock
from groupware.config import Settings
from groupware.db import unit
from groupware.directory.delivery.labels import FIELD_LABELS, KIND_LABELS, place_text
from groupware.directory.delivery.plan import KINDS
from groupware.directory.enums import BatchState
from groupware.directory.exports_deliveries import changes_table, deliveries_table, findings_table
from groupware.directory.forms_deliveries import LAYOUT, DeliveryForm, LoadersForm, PublicationForm
from groupware.directory.queries.batches import (
    LOAD,
    BatchView,
    batch_for,
    batches_for,
    changes_of,
    findings_of,
    loaders_of,
)
from groupware.directory.queries.snapshot import directory_version
from groupware.directory.services import batches as services
from groupware.directory.views.frame import blueprint
from groupware.errors import DomainError, Invalid
from groupware.i18n import gettext
from groupware.web.boundary import actor, afterwards
from groupware.web.exports import table_response
from groupware.web.gate import own_units, requires
from groupware.web.refusals import show_refusal

SHOWN = 200
"""Rows of a page; all of them leave as a table."""


@blueprint.get("/deliveries")
@requires(LOAD)
def deliveries() -> str:
    """The deliveries that the person may see."""
    found = batches_for(actor())
    return render_template("directory/deliveries/list.html", batches=found, state_of=_state)


@blueprint.get("/deliveries.<format>")
@requires(LOAD)
def deliveries_export(format: str) -> Response:  # noqa: A002  the word users know
    """The same list as a table."""
    columns, rows = deliveries_table((batch, _state(batch)[1]) for batch in batches_for(actor()))
    return table_response(gettext("Deliveries"), columns, rows, format)


@blueprint.get("/deliveries/new")
@requires(LOAD)
def new_delivery() -> str:
    """The form for a new one."""
    form = DeliveryForm()
    form.effective_on.data = clock.today().isoformat()
    return render_template("directory/deliveries/new.html", form=form)


@blueprint.post("/deliveries/new")
@own_units
@requires(LOAD)
def submit_delivery() -> ResponseReturnValue:
    """Examine the files, which takes seconds, and keep them or the list of their faults."""
    form = DeliveryForm()
    try:
        with unit("read"):
            if not form.validate() or form.effective_on.day is None:
                return render_template("directory/deliveries/new.html", form=form), 422
            examined = services.examine_files(
                actor(), form.contents, form.effective_on.day, encoding=form.encoding.data or None
            )
            people = form.co_loaders.person_ids
        with unit("write"):
            kept = services.keep(actor(), examined, form.title.data or "", co_loaders=people)
            uid, is_sound = kept.uid, kept.state == BatchState.STAGED
    except Invalid as error:
        show_refusal(form, error)
        with unit("read"):
            return render_template("directory/deliveries/new.html", form=form), 422
    if is_sound:
        flash(
            gettext("The files were read. Please check the difference and decide on the publication."),
            "success",
        )
    else:
        flash(gettext("The files have faults. Nothing was taken. Please have them mended."), "error")
    return redirect(url_for("directory.delivery", uid=uid), 303)


@blueprint.get("/deliveries/<uuid:uid>")
@requires(LOAD)
def delivery(uid: UUID) -> ResponseReturnValue:
    """A delivery: its faults, or its difference and what is decided about it."""
    batch = batch_for(actor(), uid)
    _note_view(batch)
    return _page(batch)


@blueprint.get("/deliveries/<uuid:uid>/state")
@requires(LOAD)
def delivery_state(uid: UUID) -> Response:
    """The state alone, asked for while a publication is due; once it is done, the page is loaded anew."""
    batch = batch_for(actor(), uid)
    response = make_response(render_template("directory/deliveries/_state.html", **_words(batch)))
    if not _is_due(batch):
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.post("/deliveries/<uuid:uid>/publication")
@requires(LOAD)
def schedule_delivery(uid: UUID) -> ResponseReturnValue:
    """Decide when it is published."""
    form = PublicationForm()
    batch = batch_for(actor(), uid)
    if not form.validate():
        return _page(batch, publication=form), 422
    services.schedule(actor(), uid, form.instant(_zone()))
    if form.when.data == "now":
        flash(gettext("The delivery is published within a minute."), "success")
    else:
        flash(gettext("The publication time was saved."), "success")
    return redirect(url_for("directory.delivery", uid=uid), 303)


@blueprint.post("/deliveries/<uuid:uid>/withdrawal")
@requires(LOAD)
def withdraw_delivery(uid: UUID) -> ResponseReturnValue:
    """Take it back."""
    services.withdraw(actor(), uid)
    flash(gettext("The delivery was withdrawn and its contents were deleted."), "success")
    return redirect(url_for("directory.deliveries"), 303)


@blueprint.post("/deliveries/<uuid:uid>/continuations")
@requires(LOAD)
def decide_continuations(uid: UUID) -> ResponseReturnValue:
    """Say which of the proposed people are the same; those without a tick are not."""
    batch = batch_for(actor(), uid)
    same = set(request.form.getlist("same"))
    services.decline(actor(), uid, [new for new, _ in batch.proposed if new not in same])
    flash(gettext("Your decision was saved and the difference was computed anew."), "success")
    return redirect(url_for("directory.delivery", uid=uid), 303)


@blueprint.post("/deliveries/<uuid:uid>/comparison")
@requires(LOAD)
def compare_delivery(uid: UUID) -> ResponseReturnValue:
    """Compare it with the directory as it is now."""
    batch = services.compare_again(actor(), uid)
    if batch.state == BatchState.STAGED:
        flash(gettext("The difference was computed anew."), "success")
    else:
        flash(gettext("The delivery no longer fits the directory. Please see the faults below."), "error")
    return redirect(url_for("directory.delivery", uid=uid), 303)


@blueprint.post("/deliveries/<uuid:uid>/loaders")
@requires(LOAD)
def name_loaders(uid: UUID) -> ResponseReturnValue:
    """Say who else may see it."""
    form = LoadersForm()
    batch = batch_for(actor(), uid)
    if not form.validate():
        return _page(batch, loaders=form), 422
    try:
        services.name_loaders(actor(), uid, form.co_loaders.person_ids)
    except DomainError as error:
        show_refusal(form, error)
        return _page(batch, loaders=form), error.status
    form.co_loaders.remember(actor())
    flash(gettext("The people who may see this delivery were saved."), "success")
    return redirect(url_for("directory.delivery", uid=uid), 303)


@blueprint.get("/deliveries/<uuid:uid>/changes.<format>")
@requires(LOAD)
def delivery_changes(uid: UUID, format: str) -> Response:  # noqa: A002  the word users know
    """The difference as a table, of one kind by `?kind=` or all of it."""
    batch = batch_for(actor(), uid)
    columns, rows = changes_table(changes_of(batch, _kind(batch)))
    name = gettext("Difference")
    return table_response(
        f"{name} {batch.title}", columns, rows, format, object_type=services.OBJECT, object_id=batch.id
    )


@blueprint.get("/deliveries/<uuid:uid>/findings.<format>")
@requires(LOAD)
def delivery_findings(uid: UUID, format: str) -> Response:  # noqa: A002  the word users know
    """Faults and remarks as a table, to be sent back to the personnel department."""
    batch = batch_for(actor(), uid)
    columns, rows = findings_table(findings_of(batch))
    name = gettext("Faults and remarks")
    return table_response(
        f"{name} {batch.title}", columns, rows, format, object_type=services.OBJECT, object_id=batch.id
    )


def _page(
    batch: BatchView, *, publication: PublicationForm | None = None, loaders: LoadersForm | None = None
) -> str:
    kind = _kind(batch)
    findings = findings_of(batch)
    changes = changes_of(batch, kind, SHOWN) if batch.counts else []
    people = loaders_of(batch)
    return render_template(
        "directory/deliveries/detail.html",
        kind=kind,
        kinds=_kind_links(batch, kind),
        number=batch.counts[kind] if kind else int(batch.summary.get("changes", 0)),
        changes=changes,
        shown=SHOWN,
        faults=[finding for finding in findings if finding.is_fault],
        remarks=[finding for finding in findings if not finding.is_fault],
        names=_proposed_names(batch),
        people=people,
        publication=publication or _publication(batch),
        loaders=loaders or LoadersForm(data={"co_loaders": [f"person:{key}" for key, *_ in people]}),
        is_outdated=batch.is_waiting and batch.summary.get("directory_version") != directory_version(),
        kind_labels=KIND_LABELS,
        field_labels=FIELD_LABELS,
        place_text=place_text,
        **_words(batch),
    )


def _words(batch: BatchView) -> dict[str, object]:
    state, words = _state(batch)
    return {"batch": batch, "state": state, "state_words": words, "is_due": _is_due(batch)}


def _state(batch: BatchView) -> tuple[str, str]:
    """The kind of status, and its words."""
    if batch.state == BatchState.PUBLISHED:
        return "positive", gettext("Published")
    if batch.state == BatchState.FAILED:
        return "negative", gettext("Not taken")
    if batch.state == BatchState.WITHDRAWN:
        return "neutral", gettext("Withdrawn")
    if batch.publication_time is None:
        return "caution", gettext("Publication not decided")
    return "waiting", gettext("Being published") if _is_due(batch) else gettext("Waiting for publication")


def _is_due(batch: BatchView) -> bool:
    return batch.is_waiting and batch.publication_time is not None and batch.publication_time <= clock.now()


def _kind(batch: BatchView) -> str:
    """The kind that the address asks for; the first that there is if it asks for none."""
    asked = request.args.get("kind", "")
    return asked if asked in KINDS and batch.counts else ""


def _kind_links(batch: BatchView, kind: str) -> list[tuple[str, str, bool, int]]:
    links = [(gettext("All"), url_for("directory.delivery", uid=batch.uid), not kind, 0)]
    links += [
        (
            str(KIND_LABELS[name]),
            url_for("directory.delivery", uid=batch.uid, kind=name),
            name == kind,
            batch.counts[name],
        )
        for name in KINDS
        if batch.counts.get(name)
    ]
    return links


def _proposed_names(batch: BatchView) -> dict[str, str]:
    """New number → name, for the proposals."""
    if not batch.proposed or not batch.is_waiting:
        return {}
    wanted = {new for new, _ in batch.proposed}
    return {change.code: change.name for change in changes_of(batch) if change.code in wanted}


def _publication(batch: BatchView) -> PublicationForm:
    form = PublicationForm(formdata=None)
    if batch.publication_time is not None:
        form.at.data = f"{clock.local(batch.publication_time, _zone()):{LAYOUT}}"
    return form


def _zone() -> ZoneInfo:
    settings: Settings = current_app.extensions["groupware_settings"]
    return settings.zone


def _note_view(batch: BatchView) -> None:
    """Who looked at a delivery, and above all before its publication, is for the audit."""
    who = actor()
    afterwards(
        lambda: audit.record(who, "directory.batch_viewed", object_type=services.OBJECT, object_id=batch.id)
    )


__all__ = ["blueprint"]
