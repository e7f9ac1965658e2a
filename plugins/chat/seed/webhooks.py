"""A system that posts in a room of the sample municipality, with a token whose secret nobody knows."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from groupware.api.enums import TokenKind
from groupware.api.models import AccessToken
from groupware.demo.context import DemoContext, DemoPerson
from plugins.chat.models import Webhook
from plugins.chat.services.webhooks import SCOPE

DAYS = 366
HOUR, MINUTE = 17, 20


@dataclass(frozen=True, slots=True)
class System:
    """The rows of a webhook and what it has posted; its room is to be written before them."""

    token: dict[str, Any]
    hook: dict[str, Any]
    messages: list[dict[str, Any]]

    def write(self, context: DemoContext) -> None:
        """Write token and webhook; the messages go with all others."""
        context.insert(AccessToken, [self.token])
        context.insert(Webhook, [self.hook])


def system_of(
    context: DemoContext,
    texts: Mapping[str, Any],
    room: Mapping[str, Any],
    maker: DemoPerson,
    days: list[date],
) -> System:
    """A webhook that `maker` has made in the room, and what it posted at the end of the last working days."""
    rng = context.rng("chat.webhooks")
    (token_id,), (hook_id,) = context.take_ids(AccessToken, 1), context.take_ids(Webhook, 1)
    made_at = room["created_at"]
    moments = [context.at(day, HOUR, MINUTE) for day in days[-len(texts["posts"]) :]]
    posted = [
        {
            "uid": (uid := context.uid(rng, at)),
            "room_id": room["id"],
            "sender_id": maker.id,
            "sender_name": texts["name"],
            "sender_unit": "",
            "created_at": at,
            "key": uid.hex,
            "file_count": 0,
            "quote_at": None,
            "webhook_id": hook_id,
            "text": text,
        }
        for at, text in zip(moments, texts["posts"], strict=False)
        if at <= context.now
    ]
    token = {
        "id": token_id,
        "digest": hashlib.sha256(f"demo:{texts['name']}".encode()).hexdigest(),
        "kind": TokenKind.SYSTEM.value,
        "system_name": texts["name"],
        "name": room["name"],
        "scopes": [SCOPE],
        "created_at": made_at,
        "created_by": maker.id,
        "expires_at": made_at + timedelta(days=DAYS),
        "last_used_at": posted[-1]["created_at"] if posted else None,
    }
    hook = {
        "id": hook_id,
        "uid": context.uid(rng, made_at),
        "room_id": room["id"],
        "token_id": token_id,
        "name": texts["name"],
        "note": texts["note"],
        "made_by": maker.id,
        "made_by_name": maker.name,
        "made_by_unit": maker.unit.name,
        "made_at": made_at,
        "expires_at": token["expires_at"],
    }
    return System(token, hook, posted)


__all__ = ["System", "system_of"]
