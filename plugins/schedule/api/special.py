"""Requests for the time of the mayor and others for programs: the same queries, services and permissions as the pages."""

from dataclasses import fields, replace
from typing import Any
from uuid import UUID

from groupware.actor import Actor
from groupware.api.reading import changes_of, number_of
from groupware.i18n import lazy_gettext
from groupware.plugin import Collection, Operation, Slice
from plugins.schedule.api.special_shapes import (
    Assigning,
    Declining,
    Fixing,
    NewRequest,
    RequestArguments,
    RequestChange,
    RequestItem,
    RequestView,
    Withdrawing,
)
from plugins.schedule.enums import Layer, SpecialState
from plugins.schedule.queries import special as queries
from plugins.schedule.services import special as services
from plugins.schedule.services.special import Decision, Plan


def _found(actor: Actor, wanted: RequestArguments, limit: int, after: tuple[Any, ...] | None) -> Slice:
    rows, following = queries.newest_of(actor, limit, before=number_of(after), state=wanted.state)
    items = [
        RequestItem(
            uid=one.uid,
            title=one.title,
            person=one.person,
            asker=one.asker,
            assignee=one.assignee,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            state=one.state,
            papers_due=one.papers_due,
            has_papers=one.has_papers,
        )
        for one in rows
    ]
    return Slice(items=items, next=(following,) if following is not None else None)


def _request(actor: Actor, uid: UUID) -> RequestView:
    one = queries.opened(actor, uid)
    return RequestView(
        uid=one.uid,
        title=one.title,
        text=one.text,
        person=one.person_id,
        asker=one.requested_by,
        assignee=one.assigned_to,
        deputy=one.deputy_id,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        other_times=one.other_times,
        place=one.place,
        attendants=one.attendants,
        companions=one.companions,
        papers=one.papers,
        papers_due=one.papers_due,
        has_papers=one.papers_at is not None,
        wants_car=one.wants_car,
        may_send_deputy=one.may_send_deputy,
        layer=Layer(one.layer),
        state=SpecialState(one.state),
        reply=one.reply,
        event=one.event_uid,
        version=one.version,
    )


def _create(actor: Actor, body: NewRequest) -> UUID:
    given = {name: getattr(body, name) for name in NewRequest.model_fields if name != "person"}
    return services.request(actor, Plan(person_id=body.person, **given))


def _change(actor: Actor, uid: UUID, body: RequestChange, seen: RequestView) -> None:
    given = changes_of(body, may_be_null={"papers_due"})
    if "person" in given:
        given["person_id"] = given.pop("person")
    one = queries.opened(actor, uid)
    stored = {field.name: getattr(one, field.name) for field in fields(Plan)} | {"layer": Layer(one.layer)}
    services.change(actor, uid, replace(Plan(**stored), **given), version=seen.version)


def _assign(actor: Actor, uid: UUID, body: Assigning) -> None:
    services.assign(actor, uid, body.person)


def _fix(actor: Actor, uid: UUID, body: Fixing) -> None:
    decision = Decision(
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        place=body.place,
        layer=body.layer,
        deputy_id=body.deputy,
        rooms=body.rooms,
        reply=body.reply,
    )
    services.fix(actor, uid, decision, version=body.version)


def _decline(actor: Actor, uid: UUID, body: Declining) -> None:
    services.decline(actor, uid, body.reply)


def _withdraw(actor: Actor, uid: UUID, body: Withdrawing) -> None:
    services.withdraw(actor, uid, body.reason)


def _papers(actor: Actor, uid: UUID) -> None:
    services.receive_papers(actor, uid)


COLLECTIONS = (
    Collection(
        id="special-requests",
        title=lazy_gettext("Requests for an appointment with special posts"),
        find=Operation(
            title=lazy_gettext("Requests that the person has made or arranges, newest first"),
            run=_found,
            takes=RequestArguments,
            gives=RequestItem,
        ),
        read=Operation(title=lazy_gettext("A request"), run=_request, gives=RequestView),
        create=Operation(title=lazy_gettext("Ask for an appointment"), run=_create, takes=NewRequest),
        change=Operation(
            title=lazy_gettext("Change a request; one that is fixed is arranged again"),
            run=_change,
            takes=RequestChange,
        ),
        acts={
            "assign": Operation(
                title=lazy_gettext("Take a request in hand, or give it to another secretary"),
                run=_assign,
                takes=Assigning,
            ),
            "fix": Operation(
                title=lazy_gettext("Fix the appointment, with rooms and cars"), run=_fix, takes=Fixing
            ),
            "decline": Operation(title=lazy_gettext("Decline a request"), run=_decline, takes=Declining),
            "withdraw": Operation(
                title=lazy_gettext("Take a request back"), run=_withdraw, takes=Withdrawing
            ),
            "papers": Operation(title=lazy_gettext("Note that the papers have arrived"), run=_papers),
        },
    ),
)
