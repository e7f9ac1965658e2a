"""Makes the calls: a job for each, outside of any unit of work, tried again by the house's pauses."""

import json
from collections.abc import Mapping
from typing import Any

from flask import current_app
from sqlalchemy import select, update

from groupware import clock
from groupware.access.explain import acting
from groupware.actor import Actor
from groupware.auth.models import Account
from groupware.config import current_settings
from groupware.db import session, unit
from groupware.directory.models import Person
from groupware.errors import Invalid
from groupware.notifications.queries import kinds
from groupware.webhooks.calling import CallFailed, call, target
from groupware.webhooks.enums import DeliveryState
from groupware.webhooks.models import Webhook, WebhookDelivery
from groupware.webhooks.services import offered, secret
from groupware.webhooks.signing import headers

ATTEMPTS = 10
"""Over about an hour and a half; after that somebody has to look."""


def deliver(actor: Actor, delivery_id: int) -> None:
    """Make one call, outside of any unit of work. Raises CallFailed, so that the job is tried again after a growing pause."""
    # Things say where they are by addresses of pages.
    with current_app.test_request_context(), unit("read"):
        prepared = _prepared(actor, delivery_id)
    if prepared is None:
        return
    to, body, signed = prepared
    if to is None:
        _settle(delivery_id, DeliveryState.WITHHELD)
        return
    try:
        # The host may have been taken from the settings since.
        status = call(target(to, current_settings().webhook_hosts), body, signed)
    except Invalid as error:
        _settle(delivery_id, DeliveryState.FAILED, error=str(error.message))
    except CallFailed as error:
        _note(delivery_id, error)
        raise
    else:
        _settle(delivery_id, DeliveryState.DELIVERED, status=status)


def _prepared(actor: Actor, delivery_id: int) -> tuple[str | None, bytes, Mapping[str, str]] | None:
    """Address, body and headers; no address where the person may not see it, None where there is nothing to do."""
    found = session.execute(
        select(WebhookDelivery, Webhook)
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .where(WebhookDelivery.id == delivery_id, WebhookDelivery.state == DeliveryState.WAITING.value)
    ).first()
    if found is None:
        return None
    one, hook = found
    link = _seen(actor, hook.person_id, one.kind, one.payload)
    if link is None or hook.is_paused:
        return None, b"", {}
    body = json.dumps(
        {"type": one.kind, "timestamp": one.at.isoformat(), "data": {**one.payload, "url": link}},
        ensure_ascii=False,
    ).encode()
    signed = headers(secret(hook), f"msg_{one.uid.hex}", clock.now(), body)
    return hook.url, body, {"content-type": "application/json", "user-agent": "groupware-webhooks", **signed}


def _seen(actor: Actor, person_id: int, event: str, payload: Mapping[str, Any]) -> str | None:
    """Where the thing is that an event is about, if the person may see it and may sign in."""
    kind = next((one for one in offered() if one.event == event), None)
    may_enter = session.scalar(
        select(Account.id)
        .join(Person, Person.id == Account.person_id)
        .where(Account.person_id == person_id, Account.is_suspended.is_(False), Person.left_on > actor.today)
    )
    if kind is None or may_enter is None:
        return None
    viewer, subject = acting(person_id, actor), payload[kind.subject]
    if kind.id not in kinds(viewer):
        return None  # the function is switched off where the person works
    about = kind.describe(viewer, [subject]).get(subject)
    return about.url if about is not None else None


def _note(delivery_id: int, error: CallFailed) -> None:
    with unit("write"):
        found = session.get(WebhookDelivery, delivery_id)
        if found is None:
            return
        found.attempts += 1
        found.last_status, found.last_error = error.status, str(error)[:200]
        if found.attempts >= ATTEMPTS:
            found.state, found.ended_at = DeliveryState.FAILED.value, clock.now()


def _settle(delivery_id: int, state: DeliveryState, *, status: int | None = None, error: str = "") -> None:
    with unit("write"):
        session.execute(
            update(WebhookDelivery)
            .where(WebhookDelivery.id == delivery_id)
            .values(
                state=state.value,
                attempts=WebhookDelivery.attempts + 1,
                last_status=status,
                last_error=error[:200],
                ended_at=clock.now(),
            )
        )
