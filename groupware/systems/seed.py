"""Business systems of a sample municipality, as if they had called: notices of the last days, numbers at their icons."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any
from urllib.parse import urljoin

from sqlalchemy import select

from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.api.enums import TokenKind
from groupware.api.models import AccessToken
from groupware.db import session
from groupware.demo import data
from groupware.demo.context import DemoContext, DemoPerson
from groupware.notifications.models import Notice
from groupware.portal.models import LauncherLink
from groupware.systems.events import KIND
from groupware.systems.models import SystemCounter, SystemNotice, SystemReceiver, SystemToken
from groupware.systems.services.notices import USUAL
from groupware.systems.services.tokens import SCOPE

CHIEF = 20
"""Rank of 課長; smaller ones stand higher."""
READ_SHARE = 0.4


def seed(context: DemoContext) -> None:
    """Tokens whose secrets nobody knows, notices with their lines in the timelines, numbers."""
    links = {link.name: link for link in session.scalars(select(LauncherLink).order_by(LauncherLink.id))}
    notices = []
    for system in data.table("systems.toml")["system"]:
        link = links.get(system["name"])
        if link is not None:
            _let_in(context, link)
            _count(context, link, system)
            notices += [(_moment(context, one["days"]), link, one) for one in system.get("notice", ())]
    # In the order of time, as they would have come: lists go by their numbers.
    for posted_at, link, notice in sorted(notices, key=itemgetter(0)):
        _post(context, link, notice, posted_at)


def _let_in(context: DemoContext, link: LauncherLink) -> None:
    issued_at = context.at(context.april(), 10)
    (token_id,) = context.take_ids(AccessToken, 1)
    context.insert(
        AccessToken,
        [
            {
                "id": token_id,
                "digest": hashlib.sha256(f"demo:{link.name}".encode()).hexdigest(),
                "kind": TokenKind.SYSTEM.value,
                "system_name": link.name,
                "name": "本番",
                "scopes": [SCOPE],
                "created_at": issued_at,
                "expires_at": issued_at + timedelta(days=366),
                "last_used_at": context.now - timedelta(minutes=20),
                "last_address": "10.20.0.15",
            }
        ],
    )
    context.insert(SystemToken, [{"token_id": token_id, "link_id": link.id}])


def _count(context: DemoContext, link: LauncherLink, system: dict[str, Any]) -> None:
    rng = context.rng(f"counter {link.name}")
    rows = [
        {
            "link_id": link.id,
            "principal_id": principal(PrincipalKind.PERSON, person.id).id,
            "number": rng.randint(1, system["counter"]),
            "at": context.now - timedelta(minutes=20),
        }
        for person in _people(context, system["for"])
        if rng.random() < 0.8
    ]
    context.insert(SystemCounter, rows)


def _post(context: DemoContext, link: LauncherLink, notice: dict[str, Any], posted_at: datetime) -> None:
    rng = context.rng(f"notice {notice['path']}")
    people = _people(context, notice["for"])
    (notice_id,) = context.take_ids(SystemNotice, 1)
    url = urljoin(link.url, notice["path"])
    context.insert(
        SystemNotice,
        [
            {
                "id": notice_id,
                "link_id": link.id,
                "key": notice["path"].replace("/", "-"),
                "digest": hashlib.sha256(url.encode()).hexdigest(),
                "title": notice["title"],
                "url": url,
                "is_urgent": notice.get("is_urgent", False),
                "posted_at": posted_at,
                "expires_at": posted_at + USUAL,
            }
        ],
    )
    meant: Iterable[int] = (
        [principal(PrincipalKind.UNIT_TREE, context.root.id).id]
        if notice["for"] == "all"
        else [principal(PrincipalKind.PERSON, person.id).id for person in people]
    )
    context.insert(SystemReceiver, [{"notice_id": notice_id, "principal_id": one} for one in meant])
    lines = []
    for key, person in zip(context.take_ids(Notice, len(people)), people, strict=True):
        is_read = rng.random() < READ_SHARE
        lines.append(
            {
                "id": key,
                "person_id": person.id,
                "kind": KIND,
                "thing": KIND,
                "subject_id": notice_id,
                "at": posted_at,
                "count": 0 if is_read else 1,
                "read_at": min(posted_at + timedelta(hours=3), context.now) if is_read else None,
                "is_urgent": notice.get("is_urgent", False),
            }
        )
    context.insert(Notice, lines)


def _people(context: DemoContext, group: str) -> list[DemoPerson]:
    """Sample people of a group; nobody else can look."""
    everybody = [person for _, person in context.samples if not person.unit.is_affiliated]
    if group == "chiefs":
        return [person for person in everybody if person.post.rank <= CHIEF]
    return everybody if group == "all" else [person for person in everybody if person.post.rank > CHIEF]


def _moment(context: DemoContext, days: int) -> datetime:
    return min(context.at(context.today - timedelta(days), 10, 40), context.now - timedelta(minutes=20))


__all__ = ["seed"]
