"""Pages of requests for disclosure, for those who work on them."""

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import offload, rules
from groupware.actor import Actor
from groupware.directory.tree import org_tree
from groupware.disclosure import queries, services
from groupware.disclosure.blackening import Sheet, Words, blackened, pdf, pieces
from groupware.disclosure.enums import CaseState, Decision, Requester
from groupware.disclosure.models import Case, Document
from groupware.disclosure.permissions import MANAGE
from groupware.disclosure.rules import CLAUSES, clauses
from groupware.errors import Conflict, Invalid
from groupware.guards import zoning
from groupware.guards.enums import Act
from groupware.i18n import gettext, ngettext, pgettext
from groupware.records.queries import kinds
from groupware.web.boundary import actor, afterwards
from groupware.web.exports import download, table_response
from groupware.web.formats import wareki_text
from groupware.web.gate import requires

blueprint = Blueprint("disclosure", __name__, template_folder="templates")


# ---- Cases ----


@blueprint.get("/")
@requires(MANAGE)
def index() -> str:
    """The cases that the person works on."""
    return render_template("disclosure/index.html", rows=_rows(actor()))


@blueprint.get("/cases.<format>")
@requires(MANAGE)
def export_cases(format: str) -> Response:  # noqa: A002  the word users know
    """The same list as a file."""
    columns = [
        gettext("Number"),
        gettext("What is requested"),
        gettext("Requester"),
        gettext("Arrived"),
        gettext("To be decided by"),
        gettext("State"),
        gettext("Decision"),
        gettext("Decided on"),
    ]
    rows = [
        [
            row["number"],
            row["case"].subject,
            str(Requester(row["case"].requester).label),
            row["case"].received_on,
            row["case"].due_on,
            str(row["state"].label),
            str(row["decision"].label) if row["decision"] else "",
            row["case"].decided_at,
        ]
        for row in _rows(actor())
    ]
    return table_response(gettext("Requests for disclosure"), columns, rows, format)


def _rows(who: Actor) -> list[dict[str, Any]]:
    return [
        {
            "case": one,
            "number": queries.number_of(one),
            "state": CaseState(one.state),
            "decision": Decision(one.decision) if one.decision else None,
        }
        for one in queries.cases(who)
    ]


@blueprint.get("/new")
@requires(MANAGE)
def new() -> str:
    """The form of a request that arrived."""
    return _case_form({})


@blueprint.post("/new")
@requires(MANAGE)
def create() -> ResponseReturnValue:
    """Begin to work on it."""
    who = actor()
    try:
        made = services.open_case(
            who,
            queries.home(who),
            requester=request.form.get("requester", ""),
            subject=request.form.get("subject", ""),
            received_on=_day(request.form.get("received_on", "")),
        )
    except Invalid as error:
        return _case_form(dict(error.fields)), 422
    flash(gettext("The request was registered as %(number)s.", number=queries.number_of(made)), "success")
    return redirect(url_for("disclosure.case", uid=made.uid), 303)


def _case_form(errors: dict[str, Any]) -> str:
    return render_template(
        "disclosure/new.html",
        requesters=[(one.value, one.label) for one in Requester],
        values={
            "requester": request.form.get("requester", Requester.RESIDENT.value),
            "subject": request.form.get("subject", ""),
            "received_on": request.form.get("received_on", actor().today.isoformat()),
        },
        errors=errors,
    )


@blueprint.get("/<uuid:uid>")
@requires(MANAGE)
def case(uid: uuid.UUID) -> str:
    """A case: what is chosen, what could be, what is decided."""
    return _case_page(queries.case(actor(), uid))


def _case_page(found: Case, errors: dict[str, Any] | None = None) -> str:
    who = actor()
    text = request.args.get("q", "").strip()[:100]
    matches = queries.matches(
        who, found, text, _day(request.args.get("from", "")), _day(request.args.get("to", ""))
    )
    if text:
        afterwards(lambda: services.note(who, "searched", found, number=len(matches)))
    tree = org_tree(who.today)
    return render_template(
        "disclosure/case.html",
        case=found,
        number=queries.number_of(found),
        state=CaseState(found.state),
        decision=Decision(found.decision) if found.decision else None,
        decisions=Decision,
        requester=Requester(found.requester),
        documents=_documents(found),
        matches=matches,
        asked={name: request.args.get(name, "") for name in ("q", "from", "to")},
        unit_name=lambda unit_id: tree.path_name(unit_id) if unit_id in tree else "",
        errors=errors or {},
        values={name: request.form.get(name, "") for name in ("reason", "decision", "note")},
    )


@blueprint.post("/<uuid:uid>/choose")
@requires(MANAGE)
def choose(uid: uuid.UUID) -> ResponseReturnValue:
    """Copy the ticked records into the case."""
    picks = []
    for value in request.form.getlist("record"):
        kind, _, text = value.partition("/")
        try:
            picks.append((kind, uuid.UUID(text)))
        except ValueError as error:
            raise queries.not_found() from error
    number = services.choose(actor(), uid, picks)
    flash(
        ngettext(
            "%(num)s record was added and put on hold.", "%(num)s records were added and put on hold.", number
        ),
        "success",
    )
    return redirect(url_for("disclosure.case", uid=uid, _anchor="documents"), 303)


@blueprint.post("/<uuid:uid>/extend")
@requires(MANAGE)
def extend(uid: uuid.UUID) -> ResponseReturnValue:
    """Put the decision off."""
    return _step(uid, lambda: services.extend(actor(), uid, request.form.get("reason", "")))


@blueprint.post("/<uuid:uid>/decide")
@requires(MANAGE)
def decide(uid: uuid.UUID) -> ResponseReturnValue:
    """Record what is answered."""
    form = request.form
    return _step(uid, lambda: services.decide(actor(), uid, form.get("decision", ""), form.get("note", "")))


@blueprint.post("/<uuid:uid>/close")
@requires(MANAGE)
def close(uid: uuid.UUID) -> ResponseReturnValue:
    """End the case and its holds."""
    return _step(uid, lambda: services.close(actor(), uid))


def _step(uid: uuid.UUID, act: Any) -> ResponseReturnValue:
    try:
        act()
    except (Invalid, Conflict) as error:
        fields = dict(error.fields) if isinstance(error, Invalid) else {"": error.message}
        return _case_page(queries.case(actor(), uid), fields), error.status
    flash(gettext("The request was brought up to date."), "success")
    return redirect(url_for("disclosure.case", uid=uid), 303)


# ---- Copies ----


def _documents(found: Case) -> list[dict[str, Any]]:
    copies = queries.documents(found.id)
    redactions = queries.redactions([one.id for one in copies])
    known = kinds()
    return [
        {
            "number": number,
            "uid": copy.uid,
            "kind": str(known[copy.object_type].title) if copy.object_type in known else copy.object_type,
            "title": blackened(copy.text, queries.passages(redactions[copy.id]))[: copy.title_length],
            "unit_id": copy.unit_id,
            "added_at": copy.added_at,
            "redactions": len(redactions[copy.id]),
            "clauses": list(dict.fromkeys(one.clause for one in redactions[copy.id])),
        }
        for number, copy in enumerate(copies, start=1)
    ]


@blueprint.get("/<uuid:uid>/documents.<format>")
@requires(MANAGE)
def export_documents(uid: uuid.UUID, format: str) -> Response:  # noqa: A002  the word users know
    """The list of what was chosen, blackened like the copies."""
    found = queries.case(actor(), uid)
    tree = org_tree(actor().today)
    columns = [
        pgettext("document", "No."),
        gettext("Kind"),
        gettext("Title"),
        gettext("Organisation"),
        gettext("Blackened passages"),
        gettext("Clauses"),
    ]
    rows = [
        [
            one["number"],
            one["kind"],
            one["title"],
            tree.path_name(one["unit_id"]) if one["unit_id"] in tree else "",
            one["redactions"],
            gettext(", ").join(one["clauses"]),
        ]
        for one in _documents(found)
    ]
    name = gettext("Documents of %(number)s", number=queries.number_of(found))
    subject = {"object_type": "disclosure.case", "object_id": found.id, "unit_id": found.unit_id}
    return table_response(name, columns, rows, format, **subject)


@blueprint.get("/<uuid:uid>/documents/<uuid:document_uid>")
@requires(MANAGE)
def document(uid: uuid.UUID, document_uid: uuid.UUID) -> str:
    """A copy with what is blackened, and the form that blackens."""
    return _document_page(uid, document_uid)


def _document_page(uid: uuid.UUID, document_uid: uuid.UUID, errors: dict[str, Any] | None = None) -> str:
    who = actor()
    found = queries.case(who, uid)
    copy = queries.document(found.id, document_uid)
    redactions = queries.redactions([copy.id])[copy.id]
    afterwards(lambda: services.note(who, "read", found, document=copy.id))
    return render_template(
        "disclosure/document.html",
        case=found,
        number=queries.number_of(found),
        is_open=found.state == CaseState.OPEN,
        document=copy,
        title=copy.text[: copy.title_length],
        pieces=pieces(copy.text, queries.passages(redactions)),
        redactions=[(one, copy.text[one.start_at : one.end_at]) for one in redactions],
        clauses=[(one, one) for one in clauses(str(rules.value(CLAUSES, found.unit_id)))],
        values={name: request.form.get(name, "") for name in ("passage", "clause")},
        errors=errors or {},
    )


@blueprint.post("/<uuid:uid>/documents/<uuid:document_uid>/blacken")
@requires(MANAGE)
def blacken(uid: uuid.UUID, document_uid: uuid.UUID) -> ResponseReturnValue:
    """Blacken the passage that was selected or typed."""
    form = request.form
    try:
        number = services.blacken(
            actor(),
            uid,
            document_uid,
            form.get("passage", ""),
            form.get("clause", ""),
            start=_start(uid, document_uid, form.get("start", "")),
        )
    except Invalid as error:
        return _document_page(uid, document_uid, dict(error.fields)), 422
    flash(ngettext("Blackened in %(num)s place.", "Blackened in %(num)s places.", number), "success")
    return redirect(url_for("disclosure.document", uid=uid, document_uid=document_uid), 303)


def _start(uid: uuid.UUID, document_uid: uuid.UUID, text: str) -> int | None:
    """The character at which the selection begins: browsers count in units of UTF-16."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        return None
    copy = queries.document(queries.case(actor(), uid).id, document_uid)
    before = copy.text.encode("utf-16-le")[: 2 * int(text)]
    return len(before.decode("utf-16-le", "ignore"))


@blueprint.post("/<uuid:uid>/documents/<uuid:document_uid>/uncover/<int:redaction_id>")
@requires(MANAGE)
def uncover(uid: uuid.UUID, document_uid: uuid.UUID, redaction_id: int) -> ResponseReturnValue:
    """Take one blackening back."""
    services.uncover(actor(), uid, document_uid, redaction_id)
    flash(gettext("The passage is readable again."), "success")
    return redirect(url_for("disclosure.document", uid=uid, document_uid=document_uid), 303)


@blueprint.post("/<uuid:uid>/documents/<uuid:document_uid>/drop")
@requires(MANAGE)
def drop(uid: uuid.UUID, document_uid: uuid.UUID) -> ResponseReturnValue:
    """Take a copy out of the case."""
    services.drop(actor(), uid, document_uid)
    flash(gettext("The record was taken out and its hold ended."), "success")
    return redirect(url_for("disclosure.case", uid=uid, _anchor="documents"), 303)


@blueprint.get("/<uuid:uid>/copies.pdf")
@requires(MANAGE)
def copies(uid: uuid.UUID) -> Response:
    """All copies, blackened, as one PDF to be handed out."""
    who = actor()
    zoning.require(who, Act.DOWNLOAD)
    found = queries.case(who, uid)
    chosen = queries.documents(found.id)
    redactions = queries.redactions([one.id for one in chosen])
    words = Words(
        case=gettext("Request for disclosure %(number)s", number=queries.number_of(found)),
        day=wareki_text(who.today),
        clauses=gettext("Clauses by which passages are not disclosed"),
    )
    sheets = [_sheet(number, one, redactions[one.id]) for number, one in enumerate(chosen, start=1)]
    afterwards(lambda: services.note(who, "handed_out", found, number=len(sheets)))
    return download(offload.run(pdf, sheets, words), words.case, "pdf", "application/pdf")


def _sheet(number: int, copy: Document, redactions: Any) -> Sheet:
    return Sheet(gettext("Document %(number)s", number=number), copy.text, queries.passages(redactions))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
