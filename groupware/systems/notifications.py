"""What business systems tell people in their timeline."""

from collections.abc import Mapping, Sequence
from typing import Any

from groupware import clock
from groupware.actor import Actor
from groupware.db import session
from groupware.i18n import lazy_gettext
from groupware.plugin import About, NotificationKind
from groupware.systems.events import KIND, POSTED
from groupware.systems.models import SystemNotice
from groupware.systems.queries import readers, received


def _describe(actor: Actor, notices: Sequence[int]) -> dict[int, About]:
    return {
        row.id: About(title=row.title, url=row.url, detail=row.system) for row in received(actor, notices)
    }


def _audience(payload: Mapping[str, Any]) -> Any:
    return readers(payload["notice_id"], clock.today(), clock.now())


def _urgent(payload: Mapping[str, Any]) -> bool:
    notice = session.get(SystemNotice, payload["notice_id"])
    return notice is not None and notice.is_urgent


NOTIFICATIONS = (
    NotificationKind(
        id=KIND,
        title=lazy_gettext("Notice of a business system"),
        icon="external-link",
        event=POSTED,
        subject="notice_id",
        audience=_audience,
        describe=_describe,
        urgent=_urgent,
    ),
)
