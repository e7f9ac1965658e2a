"""The audit log for auditors: search, detail, CSV and Excel. Reading it is itself audited."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from groupware import access, audit, clock
from groupware.actor import Actor
from groupware.administration.forms import PersonForm, asked_person
from groupware.administration.views.base import blueprint, day_of, not_found, number_of
from groupware.audit.queries import (
    DAYS,
    MAX_EXPORT,
    OUTCOMES,
    READ,
    Filter,
    everything,
    last_seal,
    number,
    one,
    page,
)
from groupware.audit.words import action_words, groups, object_words, outcome_words
from groupware.db import session
from groupware.directory.models import Person
from groupware.directory.tree import OrgTree, org_tree
from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.web.boundary import actor, afterwards
from groupware.web.exports import table_response
from groupware.web.formats import date_text
from groupware.web.gate import requires

PAGE = 50
CAP = 10_000
PEOPLE = ("core.person", "directory.person")
"""Kinds of object whose number is that of a person."""
FIELDS = ("since", "until", "person", "action", "outcome", "unit", "object_type", "object_id", "request_id")


@blueprint.get("/audit")
@requires(READ)
def audit_log() -> ResponseReturnValue:
    """Records of a period, newest first, filtered."""
    who = actor()
    tree = org_tree(who.today)
    error, form = None, asked_person()
    form.validate()
    try:
        wanted = _filter(who, tree, form)
    except Invalid as problem:
        error, wanted = problem, Filter(since=who.today - timedelta(days=DAYS - 1), until=who.today)
    before, after = _position("before"), _position("after")
    rows, has_more = page(who, wanted, older_than=before, newer_than=None if before else after, limit=PAGE)
    going_back = after is not None and before is None
    older = bool(rows) and (has_more or going_back)
    newer = bool(rows) and (before is not None or (going_back and has_more))
    _note(who, wanted)
    found = number(who, wanted, CAP)
    values = {name: request.args.get(name, "") for name in FIELDS}
    body = render_template(
        "administration/audit.html",
        rows=_rows(rows, tree),
        number=min(found, CAP),
        is_capped=found >= CAP,
        values=values | {"since": wanted.since.isoformat(), "until": wanted.until.isoformat()},
        form=form,
        groups=groups(),
        outcomes=[("", gettext("All")), *((name, outcome_words(name)) for name in OUTCOMES)],
        unit_name=_unit_name(values["unit"], tree),
        older_url=_url(before=_spelt(rows[-1])) if older else None,
        newer_url=_url(after=_spelt(rows[0])) if newer else None,
        kept=_kept(),
        seal=last_seal() if access.held(who, READ).everywhere else None,
        error=error,
    )
    return body, 422 if error is not None else 200


@blueprint.get("/audit/<int:record_id>")
@requires(READ)
def audit_record(record_id: int) -> str:
    """One record with everything it holds."""
    who = actor()
    found = one(who, record_id)
    if found is None:
        raise not_found()
    tree = org_tree(who.today)
    _note(who, None, record_id)
    return render_template(
        "administration/audit_record.html",
        row=_rows([found], tree)[0],
        record=found[0],
        unit=tree.path_name(found[0].unit_id) if found[0].unit_id else "",
        object_unit=tree.path_name(found[0].object_unit_id) if found[0].object_unit_id else "",
        details=[
            (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
            for name, value in found[0].details.items()
        ],
    )


@blueprint.get("/audit.<format>")
@requires(READ)
def export_audit(format: str) -> Response:  # noqa: A002  the word users know
    """The records that the filter finds, as a file; at most `MAX_EXPORT`."""
    who = actor()
    tree = org_tree(who.today)
    wanted = _filter(who, tree, asked_person())
    if number(who, wanted, MAX_EXPORT + 1) > MAX_EXPORT:
        raise Invalid(
            gettext(
                "This would be more than %(max)s records. Please choose a shorter period.", max=MAX_EXPORT
            )
        )
    header = [
        gettext("Number"),
        gettext("Time"),
        gettext("Person"),
        gettext("Staff number"),
        gettext("Organisation"),
        gettext("Action"),
        gettext("Outcome"),
        gettext("Object"),
        gettext("Object number"),
        gettext("Organisation of the object"),
        gettext("Way"),
        gettext("Address"),
        gettext("Device"),
        gettext("Request"),
        gettext("Details"),
    ]
    rows = [_cells(row, tree) for row in everything(who, wanted)]
    return table_response(gettext("Audit log"), header, rows, format, unit_id=wanted.unit_id)


def _cells(row: Any, tree: OrgTree) -> list[Any]:
    record = row[0]
    return [
        record.id,
        f"{clock.local(record.at):%Y-%m-%d %H:%M:%S}",
        row.display_name or "",
        row.staff_number or "",
        tree.path_name(record.unit_id) if record.unit_id else "",
        action_words(record.action),
        outcome_words(record.outcome),
        object_words(record.object_type),
        record.object_id,
        tree.path_name(record.object_unit_id) if record.object_unit_id else "",
        record.via,
        record.address,
        record.device,
        record.request_id,
        json.dumps(record.details, ensure_ascii=False) if record.details else "",
    ]


def _rows(found: list[Any], tree: OrgTree) -> list[dict[str, Any]]:
    """Records as the pages show them; people that were acted upon are named, by one query for all."""
    people = {row[0].object_id for row in found if row[0].object_type in PEOPLE and row[0].object_id}
    statement = select(Person.id, Person.display_name).where(Person.id.in_(people))
    names = {row.id: row.display_name for row in session.execute(statement)} if people else {}
    return [_row(row, tree, names) for row in found]


def _row(row: Any, tree: OrgTree, names: dict[int, str]) -> dict[str, Any]:
    record = row[0]
    number = "" if record.object_id is None else str(record.object_id)
    unit = tree.get(record.unit_id)
    return {
        "id": record.id,
        "at": f"{date_text(record.at, False)} {clock.local(record.at):%H:%M:%S}",
        "person": row.display_name or (gettext("The machine") if record.person_id is None else ""),
        "staff_number": row.staff_number or "",
        "unit": unit.name if unit is not None else "",
        "action": action_words(record.action),
        "action_id": record.action,
        "outcome": record.outcome,
        "outcome_words": outcome_words(record.outcome),
        "object": object_words(record.object_type),
        "object_type": record.object_type,
        "object_id": record.object_id,
        "object_name": names.get(record.object_id, number) if record.object_type in PEOPLE else number,
        "address": record.address,
        "via": record.via,
    }


def _filter(who: Actor, tree: OrgTree, form: PersonForm) -> Filter:
    until = day_of("until", request.args) or who.today
    since = day_of("since", request.args) or until - timedelta(days=DAYS - 1)
    if since > until:
        reason = gettext("The first day must not lie after the last.")
        raise Invalid(reason, fields={"since": reason})
    if not date(2000, 1, 1) <= since <= until <= date(2200, 1, 1):
        reason = gettext("Please check the year.")
        raise Invalid(reason, fields={"since": reason})
    people = form.person.person_ids
    outcome = request.args.get("outcome", "")
    code = request.args.get("unit", "")
    unit = next((unit for unit in tree if unit.code == code), None) if code else None
    if code and unit is None:
        raise not_found()
    return Filter(
        since=since,
        until=until,
        person_id=people[0] if people else None,
        action=request.args.get("action", "")[:120],
        outcome=outcome if outcome in OUTCOMES else "",
        unit_id=unit.id if unit is not None else None,
        object_type=request.args.get("object_type", "")[:64],
        object_id=number_of("object_id"),
        request_id=request.args.get("request_id", "")[:64],
    )


def _note(who: Actor, wanted: Filter | None, record_id: int | None = None) -> None:
    """Audit the reading once the answer has left: who looked for what, not what was found."""
    details: dict[str, Any] = {}
    if wanted is not None:
        details = {
            "since": wanted.since.isoformat(),
            "until": wanted.until.isoformat(),
            "limited_by": wanted.names,
            "person_id": wanted.person_id,
        }
    if record_id is not None:
        details["record_id"] = record_id
    afterwards(
        lambda: audit.record(who, "audit.read", unit_id=wanted.unit_id if wanted else None, details=details)
    )


def _position(name: str) -> tuple[datetime, int] | None:
    """`<instant>~<id>` in the address, or None for anything else."""
    text, _, key = request.args.get(name, "").partition("~")
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        return None
    instant = clock.instant_of(text)
    return (instant, int(key)) if instant is not None else None


def _spelt(row: Any) -> str:
    return f"{row[0].at.isoformat()}~{row[0].id}"


def _url(**changes: str) -> str:
    return url_for("administration.audit_log", **(_kept() | changes))


def _kept() -> dict[str, Any]:
    return {name: request.args.get(name) or None for name in FIELDS}


def _unit_name(code: str, tree: OrgTree) -> str:
    unit = next((unit for unit in tree if unit.code == code), None)
    return tree.path_name(unit.id) if unit is not None else ""


__all__ = ["audit_log", "audit_record", "export_audit"]
