"""Verbs of webhooks: register, pause, resume, remove, send again; and writing down, with an event, that it is to be told."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from groupware import access, audit
from groupware.actor import Actor
from groupware.caches import bump
from groupware.config import current_settings, secret_key
from groupware.db import before_commit, session
from groupware.directory.models import Person
from groupware.errors import Conflict, Invalid, NotFound
from groupware.events.services import WRITTEN
from groupware.i18n import gettext
from groupware.jobs.services import enqueue
from groupware.plugin import NotificationKind
from groupware.registry import registry
from groupware.webhooks.calling import target
from groupware.webhooks.enums import DeliveryState
from groupware.webhooks.models import Webhook, WebhookDelivery
from groupware.webhooks.queries import CACHE, listening
from groupware.webhooks.signing import secret_of

MANAGE = "administration:system:manage"
DELIVER = "webhooks.deliver"
KEPT = timedelta(days=30)
LONGEST_NAME = 100


def offered() -> list[NotificationKind]:
    """What webhooks can be told of: the first kind of notification of each event, whose description decides who may see it."""
    found: dict[str, NotificationKind] = {}
    for kind in registry().notifications.values():
        found.setdefault(kind.event, kind)
    return list(found.values())


def register(actor: Actor, name: str, url: str, kinds: Collection[str], person_id: int) -> Webhook:
    """Have an address told of events as far as the person may see them. Raises Invalid at the field, Denied."""
    access.require(actor, MANAGE)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        _refuse("name", gettext("Please enter a name of at most %(limit)d characters.", limit=LONGEST_NAME))
    to = target(url, current_settings().webhook_hosts)
    known = [kind.event for kind in offered()]
    if not kinds or not set(kinds) <= set(known):
        _refuse("kinds", gettext("Please choose at least one kind of event."))
    _require_person(actor, person_id)
    made = Webhook(
        name=name,
        url=to.url,
        kinds=[kind for kind in known if kind in kinds],
        person_id=person_id,
        created_at=actor.now,
        created_by=actor.person_id,
    )
    session.add(made)
    session.flush()
    bump(CACHE)
    _record(
        actor, "webhooks.registered", made, {"host": to.host, "person_id": person_id, "kinds": made.kinds}
    )
    return made


def _require_person(actor: Actor, person_id: int) -> None:
    is_here = session.scalar(select(Person.id).where(Person.id == person_id, Person.left_on > actor.today))
    if is_here is None:
        _refuse("person", gettext("Please choose the person whose view decides."))


def secret(found: Webhook) -> str:
    """What its receiver proves our calls with."""
    return secret_of(secret_key(current_settings()), found.uid)


def pause(actor: Actor, webhook_id: int, *, is_paused: bool) -> None:
    """Tell it nothing more, or again. What happens meanwhile is not made up for."""
    found = _locked(actor, webhook_id)
    if found.is_paused != is_paused:
        found.is_paused = is_paused
        bump(CACHE)
        _record(actor, "webhooks.paused" if is_paused else "webhooks.resumed", found)


def remove(actor: Actor, webhook_id: int) -> None:
    """Take it away with what was kept of its deliveries."""
    found = _locked(actor, webhook_id)
    _record(actor, "webhooks.removed", found)
    session.delete(found)
    bump(CACHE)


def send_again(actor: Actor, webhook_id: int, delivery_id: int) -> None:
    """Have an ended delivery made once more, under its old id. NotFound, Conflict while it waits."""
    _locked(actor, webhook_id)
    found = session.scalars(
        select(WebhookDelivery)
        .where(WebhookDelivery.id == delivery_id, WebhookDelivery.webhook_id == webhook_id)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    if found.state == DeliveryState.WAITING:
        raise Conflict(gettext("This call waits already."), code="waiting")
    found.state, found.attempts, found.ended_at = DeliveryState.WAITING.value, 0, None
    enqueue(actor, DELIVER, {"delivery_id": found.id})
    audit.record(actor, "webhooks.sent_again", object_type="core.webhook", object_id=webhook_id)


def _locked(actor: Actor, webhook_id: int) -> Webhook:
    access.require(actor, MANAGE)
    found = session.scalars(select(Webhook).where(Webhook.id == webhook_id).with_for_update()).one_or_none()
    if found is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return found


def _record(actor: Actor, action: str, found: Webhook, details: dict[str, Any] | None = None) -> None:
    audit.record(actor, action, object_type="core.webhook", object_id=found.id, details=details)


def _refuse(field: str, message: str) -> None:
    raise Invalid(message, code="webhook", fields={field: message})


# ---- Telling -----------------------------------------------------------------------------------------------------------


@before_commit
def _write(current: Session) -> None:
    """Write a delivery, and the job that makes it, for every webhook that an event of this unit of work concerns."""
    for event in current.info.get(WRITTEN, ()):
        for webhook_id in listening(event.kind):
            statement = insert(WebhookDelivery).values(
                webhook_id=webhook_id,
                kind=event.kind,
                payload=event.payload,
                at=event.actor.now,
                state=DeliveryState.WAITING.value,
                last_error="",
                attempts=0,
            )
            made = current.scalars(statement.returning(WebhookDelivery.id)).one()
            enqueue(event.actor, DELIVER, {"delivery_id": made})


def tidy(actor: Actor) -> None:
    """Remove what ended a month ago."""
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.ended_at < actor.now - KEPT))
