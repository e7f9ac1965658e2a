"""Reads of webhooks."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import aliased

from groupware.caches import Cached
from groupware.db import session
from groupware.directory.models import Person
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.webhooks.enums import DeliveryState
from groupware.webhooks.models import Webhook, WebhookDelivery

CACHE = "webhooks"
"""Name of the cache version that writes of webhooks bump."""
SHOWN = 50


def _load() -> tuple[tuple[int, frozenset[str]], ...]:
    rows = session.execute(select(Webhook.id, Webhook.kinds).where(Webhook.is_paused.is_(False)))
    return tuple((row.id, frozenset(row.kinds)) for row in rows)


_listening: Cached[tuple[tuple[int, frozenset[str]], ...]] = Cached(CACHE, _load)


def listening(kind: str) -> list[int]:
    """The webhooks that are told of a kind of event; asked of memory, for every event."""
    return [webhook_id for webhook_id, kinds in _listening.get() if kind in kinds]


_last = aliased(WebhookDelivery)
_newest = (
    select(WebhookDelivery.id)
    .where(WebhookDelivery.webhook_id == Webhook.id)
    .order_by(WebhookDelivery.id.desc())
    .limit(1)
    .correlate(Webhook)
    .scalar_subquery()
)


def webhooks() -> Sequence[Row[Any]]:
    """All webhooks with their latest delivery."""
    return session.execute(
        select(
            Webhook.id,
            Webhook.name,
            Webhook.url,
            Webhook.kinds,
            Webhook.is_paused,
            Person.display_name,
            _last.state,
            _last.at,
            _last.last_error,
        )
        .join(Person, Person.id == Webhook.person_id)
        .outerjoin(_last, _last.id == _newest)
        .order_by(Webhook.id)
    ).all()


def webhook(webhook_id: int) -> Any:
    """One webhook with the name of its person. Raises NotFound."""
    found = session.execute(
        select(Webhook, Person.display_name)
        .join(Person, Person.id == Webhook.person_id)
        .where(Webhook.id == webhook_id)
    ).first()
    if found is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return found


def deliveries(
    webhook_id: int, state: DeliveryState | None = None, *, limit: int = SHOWN
) -> Sequence[WebhookDelivery]:
    """The latest deliveries of a webhook, newest first."""
    statement = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
    if state is not None:
        statement = statement.where(WebhookDelivery.state == state.value)
    return session.scalars(statement.order_by(WebhookDelivery.id.desc()).limit(limit)).all()
