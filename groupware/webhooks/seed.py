"""A webhook of a sample municipality, with calls of every kind as if they had been made.

Nobody is called when the sample runs: no `webhook_hosts` are set, so that what happens from then on fails with exactly this reason.
"""

from datetime import datetime, timedelta
from typing import Any

from groupware.caches import bump
from groupware.demo.context import DemoContext
from groupware.jobs.enums import JobState
from groupware.jobs.models import QueuedJob
from groupware.webhooks.delivering import ATTEMPTS
from groupware.webhooks.enums import DeliveryState
from groupware.webhooks.models import Webhook, WebhookDelivery
from groupware.webhooks.queries import CACHE
from groupware.webhooks.services import DELIVER

URL = "https://www.city.minato.example.jp/hooks/groupware"
NO_ANSWER, REFUSED = "ConnectTimeoutError", "HTTP 503"
SECONDS = timedelta(seconds=2)
PATIENCE = timedelta(minutes=85)
"""How long all attempts of a call take."""
PAUSE = timedelta(minutes=42)
"""Between the last two of them, and before those."""


def seed(context: DemoContext) -> None:
    """The city's website, told of the latest postings: most at once, one late, one never, one not its own, one still to come."""
    events = sorted(context.happened, key=lambda event: event[2])[-12:]
    if not events:
        return
    viewer = next(person for role, person in context.samples if role == "administrator")
    rng = context.rng("webhooks")
    (webhook_id,) = context.take_ids(Webhook, 1)
    registered = context.at(context.april(), 10)
    context.insert(
        Webhook,
        [
            {
                "id": webhook_id,
                "uid": context.uid(rng, registered),
                "name": "市ホームページ",
                "url": URL,
                "kinds": sorted({kind for kind, _, _ in events}),
                "person_id": viewer.id,
                "created_at": registered,
                "created_by": viewer.id,
            }
        ],
    )
    ids = context.take_ids(WebhookDelivery, len(events))
    became = {
        ids[-1]: (DeliveryState.WAITING, ATTEMPTS - 1, None, NO_ANSWER),
        ids[-3]: (DeliveryState.DELIVERED, 4, 200, ""),
        ids[-5]: (DeliveryState.FAILED, ATTEMPTS, 503, REFUSED),
        ids[-6]: (DeliveryState.WITHHELD, 1, None, ""),
    }
    rows = []
    for key, (kind, payload, at) in zip(ids, events, strict=True):
        state, attempts, status, error = became.get(key, (DeliveryState.DELIVERED, 1, 200, ""))
        rows.append(
            {
                "id": key,
                "uid": context.uid(rng, at),
                "webhook_id": webhook_id,
                "kind": kind,
                "payload": payload,
                "at": context.now - PAUSE if state is DeliveryState.WAITING else at,
                "state": state.value,
                "attempts": attempts,
                "last_status": status,
                "last_error": error,
                "ended_at": _ended(context, state, attempts, at),
            }
        )
    context.insert(WebhookDelivery, rows)
    _write_jobs(context, rows)
    bump(CACHE)


def _ended(context: DemoContext, state: DeliveryState, attempts: int, at: datetime) -> datetime | None:
    if state is DeliveryState.WAITING:
        return None
    return min(context.now, at + (PATIENCE if attempts == ATTEMPTS else SECONDS * attempts))


def _write_jobs(context: DemoContext, deliveries: list[dict[str, Any]]) -> None:
    """The job of the call that is to come, and of the one that somebody has to look at."""
    states = {
        DeliveryState.WAITING.value: (JobState.WAITING, context.now + PAUSE),
        DeliveryState.FAILED.value: (JobState.FAILED, None),
    }
    for one in deliveries:
        if one["state"] in states:
            state, due_at = states[one["state"]]
            context.insert(
                QueuedJob,
                [
                    {
                        "kind": DELIVER,
                        "payload": {"delivery_id": one["id"]},
                        "state": state.value,
                        "due_at": due_at or one["ended_at"],
                        "attempts": one["attempts"],
                        "last_error": f"CallFailed: {one['last_error']}",
                        "person_id": None,
                        "created_at": one["at"],
                        "finished_at": one["ended_at"],
                    }
                ],
            )
