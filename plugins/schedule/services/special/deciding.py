"""Take a request in hand, fix it with its event, rooms and cars, or decline it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from groupware.access.enums import PrincipalKind
from groupware.actor import Actor
from groupware.directory.picking import Ref
from groupware.directory.queries.roll import roll
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.schedule.enums import Layer, SpecialState, Visibility
from plugins.schedule.events import SPECIAL_CHANGED, SPECIAL_DECIDED
from plugins.schedule.models import SpecialRequest
from plugins.schedule.queries.special import colleagues
from plugins.schedule.services import events as calendar
from plugins.schedule.services.content import PLACE_LENGTH, Content
from plugins.schedule.services.special.plans import require_times
from plugins.schedule.services.special.rows import drop, event_of, locked, reply_of, require_decider, told


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """How it is fixed. With `deputy_id` somebody else goes; `rooms` are facilities, cars among them, all of them or none."""

    starts_at: datetime
    ends_at: datetime
    place: str = ""
    layer: Layer = Layer.STAFF
    deputy_id: int | None = None
    rooms: tuple[uuid.UUID, ...] = ()
    reply: str = ""


def assign(actor: Actor, uid: uuid.UUID, person_id: int | None = None) -> SpecialRequest:
    """Take a request in hand, or give it to another secretary. Raises Invalid for who is none."""
    one = locked(actor, uid)
    require_decider(actor, one)
    whom = person_id or actor.person_id
    if whom != actor.person_id and whom not in {row.id for row in colleagues(one.person_id)}:
        raise Invalid(gettext("Please choose one of the secretaries."), fields={"assignee": ""})
    one.assigned_to = whom
    if one.state == SpecialState.REQUESTED:
        one.state = SpecialState.ADJUSTING.value
    told(actor, one, "assigned", SPECIAL_CHANGED)
    return one


def fix(actor: Actor, uid: uuid.UUID, decision: Decision, *, version: int) -> SpecialRequest:
    """Fix it: the event stands in the calendars, with rooms and cars, or nothing is changed at all.

    Raises Invalid, Conflict if somebody was faster, `capabilities.Clashes` for facilities that cannot be had.
    """
    one = locked(actor, uid, version=version)
    require_decider(actor, one)
    reply = reply_of(actor, one, decision.reply)
    require_times(decision.starts_at, decision.ends_at)
    if decision.deputy_id is not None and (
        decision.deputy_id == one.person_id or decision.deputy_id not in roll().place
    ):
        raise Invalid(
            gettext("Please choose another person as deputy."),
            fields={"deputy": gettext("Please choose another person as deputy.")},
        )
    content = _content(one, decision)
    event = event_of(one)
    if event is None:
        one.event_uid = calendar.create(actor, content, organiser_id=one.person_id, rooms=decision.rooms)
    else:
        calendar.change(actor, event.uid, content, version=event.version, rooms=decision.rooms)
    state = SpecialState.FIXED if decision.deputy_id is None else SpecialState.DEPUTY
    one.starts_at, one.ends_at, one.place = decision.starts_at, decision.ends_at, content.place
    one.state, one.layer = state.value, decision.layer.value
    one.deputy_id, one.reply = decision.deputy_id, reply
    one.assigned_to = one.assigned_to or actor.person_id
    told(actor, one, state.value, SPECIAL_DECIDED, words=reply, state=state.value)
    return one


def decline(actor: Actor, uid: uuid.UUID, reply: str) -> SpecialRequest:
    """Say no, with a reason. What was fixed before leaves the calendars. Raises Invalid without a reason."""
    one = locked(actor, uid)
    require_decider(actor, one)
    reply = reply_of(actor, one, reply)
    if not reply:
        raise Invalid(
            gettext("Please give the reason."), fields={"reply": gettext("Please give the reason.")}
        )
    drop(actor, one)
    one.state, one.reply = SpecialState.DECLINED.value, reply
    told(actor, one, "declined", SPECIAL_DECIDED, words=reply, state=one.state)
    return one


def _content(one: SpecialRequest, decision: Decision) -> Content:
    """The event: whoever goes, and whoever asked. The one whose time it is takes part unless a deputy goes."""
    who = decision.deputy_id or one.person_id
    people = (Ref(PrincipalKind.PERSON, key).value for key in dict.fromkeys([who, one.requested_by]))
    parts = (
        one.text,
        *(
            f"{word}: {value}"
            for word, value in (
                (gettext("Attendants"), one.attendants),
                (gettext("Companions"), one.companions),
                (gettext("Papers"), one.papers),
            )
            if value
        ),
    )
    is_open = decision.layer is not Layer.INTERNAL
    return Content(
        title=one.title,
        starts_at=decision.starts_at,
        ends_at=decision.ends_at,
        place=" ".join((decision.place or one.place).split())[:PLACE_LENGTH],
        text="\n".join(part for part in parts if part),
        participants=tuple(people),
        visibility=Visibility.TIME_AND_TITLE if is_open else Visibility.PARTICIPANTS,
        classification=one.classification,
    )
