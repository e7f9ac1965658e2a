"""Notices of business systems: posted once under the system's key, withdrawn, forgotten when they are over."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import delete, insert, select

from groupware import audit, events
from groupware.actor import Actor, CallingSystem
from groupware.clock import local
from groupware.db import insert_new, session
from groupware.errors import Conflict, Invalid, NotFound
from groupware.i18n import gettext
from groupware.notifications.services import forget_later
from groupware.portal.models import LauncherLink
from groupware.portal.services.launcher import url_problem
from groupware.systems.events import KIND, POSTED, WITHDRAWN, topic
from groupware.systems.models import SystemNotice, SystemReceiver
from groupware.systems.services.receivers import CHUNK, Receiver, principals_of
from groupware.systems.services.tokens import system_of

USUAL = timedelta(days=30)
LONGEST = timedelta(days=366)
KEPT = timedelta(days=90)
"""How long a key is remembered after its notice is over."""
MOST = 200
"""Notices that one run of the job forgets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A notice as a system sends it. Without `url` it leads to the system's icon address, without `expires_at` it lasts a month.

    With `skips_unknown` receivers that do not exist are left out and reported, otherwise they refuse the whole notice.
    """

    key: str
    title: str
    receivers: tuple[Receiver, ...]
    url: str = ""
    is_urgent: bool = False
    expires_at: datetime | None = None
    skips_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of it: whether it is new (False: the same call came before), and receivers that were left out."""

    key: str
    is_new: bool
    receivers: int
    skipped: tuple[str, ...]


def post(caller: CallingSystem, draft: Draft) -> Posted:
    """Tell the receivers, by a job, each once. The same call again changes nothing.

    Raises Invalid with its fields (`receivers/3` for an unknown one), Conflict if the key stands for another notice or a
    withdrawn one, Denied.
    """
    link = system_of(caller)
    url, expires_at = _checked(draft, link, caller.now)
    digest = _digest(draft)
    notice_id = session.scalar(
        insert_new(SystemNotice)
        .values(
            link_id=link.id,
            key=draft.key,
            digest=digest,
            title=" ".join(draft.title.split()),
            url=url,
            is_urgent=draft.is_urgent,
            posted_at=caller.now,
            expires_at=expires_at,
        )
        .returning(SystemNotice.id)
    )
    principals = principals_of(draft.receivers, local(caller.now).date())
    skipped = tuple(one.name for one, found in zip(draft.receivers, principals, strict=True) if found is None)
    if notice_id is None:
        _require_same(link.id, draft.key, digest)
    else:
        require_known(draft.receivers, principals, skips_unknown=draft.skips_unknown)
        _address(notice_id, [one for one in principals if one is not None])
        _tell(caller, link, POSTED, notice_id)
    return Posted(draft.key, notice_id is not None, len(draft.receivers) - len(skipped), skipped)


def withdraw(caller: CallingSystem, key: str) -> None:
    """Take a notice back: it vanishes from the timelines. Once withdrawn it stays so. Raises NotFound, Denied."""
    link = system_of(caller)
    notice = session.scalar(
        select(SystemNotice).where(SystemNotice.link_id == link.id, SystemNotice.key == key).with_for_update()
    )
    if notice is None:
        raise NotFound(gettext("There is no notice with this key."))
    if notice.withdrawn_at is not None:
        return
    notice.withdrawn_at = caller.now
    notice.title, notice.url = "", ""
    _tell(caller, link, WITHDRAWN, notice.id)
    forget_later(voice_of(caller), KIND, notice.id)


def tidy(actor: Actor) -> None:
    """Take notices that are over out of the timelines, and their keys out of the memory after a while."""
    over = select(SystemNotice).where(
        SystemNotice.expires_at <= actor.now, SystemNotice.withdrawn_at.is_(None)
    )
    for notice in session.scalars(over.order_by(SystemNotice.expires_at).limit(MOST)):
        notice.withdrawn_at = actor.now
        notice.title, notice.url = "", ""
        forget_later(actor, KIND, notice.id)
    old = (
        select(SystemNotice.id)
        .where(SystemNotice.withdrawn_at.is_not(None), SystemNotice.expires_at < actor.now - KEPT)
        .limit(MOST)
    )
    ids = session.scalars(old).all()
    session.execute(delete(SystemReceiver).where(SystemReceiver.notice_id.in_(ids)))
    session.execute(delete(SystemNotice).where(SystemNotice.id.in_(ids)))


def require_known(
    receivers: Sequence[Receiver],
    principals: Sequence[int | None],
    *,
    skips_unknown: bool,
    name: str = "receivers",
) -> None:
    """Raise Invalid naming every receiver that is unknown, unless they are to be skipped and some are left."""
    unknown = [number for number, found in enumerate(principals) if found is None]
    if not unknown or (skips_unknown and len(unknown) < len(receivers)):
        return
    raise Invalid(
        gettext("Some receivers are unknown. Nothing was written."),
        code="unknown_receivers",
        fields={
            f"{name}/{number}": gettext("%(name)s is unknown.", name=receivers[number].name)
            for number in unknown
        },
    )


def voice_of(caller: CallingSystem) -> Actor:
    """Who is said to have caused events and jobs: nobody. It is handed to no service that asks for a permission."""
    return Actor(person_id=None, display_name=caller.name, via="api", zone=caller.zone, now=caller.now)


def _checked(draft: Draft, link: LauncherLink, now: datetime) -> tuple[str, datetime]:
    problems: dict[str, object] = {}
    url = draft.url or link.url
    if (problem := url_problem(url)) is not None:
        problems["url"] = problem
    elif urlsplit(url).hostname != urlsplit(link.url).hostname:
        problems["url"] = gettext(
            "The address must lead to %(host)s.", host=urlsplit(link.url).hostname or link.url
        )
    expires_at = draft.expires_at or now + USUAL
    if not now < expires_at <= now + LONGEST:
        problems["expires_at"] = gettext("Please choose a moment within the next year.")
    if not draft.title.strip():
        problems["title"] = gettext("This value is required.")
    if problems:
        raise Invalid(gettext("Some entries need your attention."), fields=problems)
    return url, expires_at


def _digest(draft: Draft) -> str:
    said = [
        draft.title.strip(),
        draft.url,
        draft.is_urgent,
        draft.expires_at.isoformat() if draft.expires_at else "",
        sorted((one.staff_number, one.unit_code, one.with_below) for one in draft.receivers),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _require_same(link_id: int, key: str, digest: str) -> None:
    known = session.scalars(
        select(SystemNotice).where(SystemNotice.link_id == link_id, SystemNotice.key == key)
    ).one()
    if known.digest != digest:
        raise Conflict(gettext("This key stands for another notice already."), code="key_reused")
    if known.withdrawn_at is not None:
        raise Conflict(gettext("The notice with this key was withdrawn or is over."), code="withdrawn")


def _address(notice_id: int, principals: Sequence[int]) -> None:
    ids = sorted(set(principals))
    for start in range(0, len(ids), CHUNK):
        session.execute(
            insert(SystemReceiver),
            [{"notice_id": notice_id, "principal_id": one} for one in ids[start : start + CHUNK]],
        )


def _tell(caller: CallingSystem, link: LauncherLink, kind: str, notice_id: int) -> None:
    events.emit(voice_of(caller), topic(link.id), kind, notice_id=notice_id)
    audit.record(
        caller, kind, object_type="core.launcher_link", object_id=link.id, details={"notice_id": notice_id}
    )


__all__ = ["Draft", "Posted", "post", "require_known", "tidy", "voice_of", "withdraw"]
