"""Reads of notices and counters of business systems."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, exists, func, select

from groupware.access.models import PersonPrincipal
from groupware.access.objects import ACTOR_NOW, ACTOR_PERSON, ACTOR_TODAY
from groupware.actor import Actor
from groupware.among import among
from groupware.api.models import AccessToken
from groupware.db import BIGINT, fetch, holds_on
from groupware.directory.models import Person
from groupware.portal.models import LauncherLink
from groupware.systems.models import SystemCounter, SystemNotice, SystemReceiver, SystemToken

_received = (
    select(
        SystemNotice.id,
        SystemNotice.title,
        SystemNotice.url,
        LauncherLink.name.label("system"),
    )
    .join(LauncherLink, LauncherLink.id == SystemNotice.link_id)
    .where(
        among(SystemNotice.id, "notices"),
        SystemNotice.withdrawn_at.is_(None),
        SystemNotice.expires_at > ACTOR_NOW,
        exists().where(
            SystemReceiver.notice_id == SystemNotice.id,
            SystemReceiver.principal_id == PersonPrincipal.principal_id,
            PersonPrincipal.person_id == ACTOR_PERSON,
            holds_on(PersonPrincipal, ACTOR_TODAY),
        ),
    )
)


def received(actor: Actor, notices: Sequence[int]) -> Sequence[Row[Any]]:
    """Id, title, address and system of those of the notices that are for the actor and still stand."""
    values = {
        "notices": list(notices),
        "actor_person": actor.person_id,
        "actor_today": actor.today,
        "actor_now": actor.now,
    }
    return fetch(_received, values).all()


def readers(notice_id: int, day: Any, now: datetime) -> Select[Any]:
    """The ids of those whom a notice is for today; nobody once it is withdrawn or over."""
    return (
        select(PersonPrincipal.person_id)
        .join(SystemReceiver, SystemReceiver.principal_id == PersonPrincipal.principal_id)
        .join(SystemNotice, SystemNotice.id == SystemReceiver.notice_id)
        .join(Person, Person.id == PersonPrincipal.person_id)
        .where(
            SystemNotice.id == notice_id,
            SystemNotice.withdrawn_at.is_(None),
            SystemNotice.expires_at > now,
            holds_on(PersonPrincipal, day),
            Person.left_on > day,
        )
    )


_counters = (
    select(SystemCounter.link_id, func.sum(SystemCounter.number).label("number"))
    .where(
        among(SystemCounter.principal_id, "principals"),
        among(SystemCounter.link_id, "links"),
    )
    .group_by(SystemCounter.link_id)
)


def counters(links: Collection[int], principals: Collection[int]) -> Mapping[int, int]:
    """The number at each of these icons for somebody who is these principals; no question where there is no icon."""
    if not links or not principals:
        return {}
    values = {"links": sorted(links), "principals": sorted(principals)}
    return {row.link_id: int(row.number) for row in fetch(_counters, values)}


connected = select(SystemToken.link_id).distinct()
"""Icons whose system has ever got a token: only these can have counters."""

_tokens = (
    select(
        AccessToken.id,
        AccessToken.name,
        AccessToken.created_at,
        AccessToken.expires_at,
        AccessToken.last_used_at,
        AccessToken.last_address,
    )
    .join(SystemToken, SystemToken.token_id == AccessToken.id)
    .where(
        SystemToken.link_id == bindparam("link", type_=BIGINT),
        AccessToken.revoked_at.is_(None),
        AccessToken.expires_at > ACTOR_NOW,
    )
    .order_by(AccessToken.id.desc())
)
_notices = (
    select(
        SystemNotice.key,
        SystemNotice.posted_at,
        SystemNotice.expires_at,
        SystemNotice.withdrawn_at,
        select(func.count())
        .where(SystemReceiver.notice_id == SystemNotice.id)
        .scalar_subquery()
        .label("receivers"),
    )
    .where(SystemNotice.link_id == bindparam("link", type_=BIGINT))
    .order_by(SystemNotice.id.desc())
    .limit(20)
)


def tokens(link_id: int, now: datetime) -> Sequence[Row[Any]]:
    """The tokens of a system that hold, newest first."""
    return fetch(_tokens, {"link": link_id, "actor_now": now}).all()


def latest(link_id: int) -> Sequence[Row[Any]]:
    """The last notices of a system: when, until when, how many receivers. What they say is none of an administrator's business."""
    return fetch(_notices, {"link": link_id}).all()


__all__ = ["connected", "counters", "latest", "readers", "received", "tokens"]
