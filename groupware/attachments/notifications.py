"""What is told about individual numbers in files: to who added one, and to those who may release it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from sqlalchemy import or_, select

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.explain import holders
from groupware.access.models import PersonPrincipal, Principal
from groupware.actor import Actor
from groupware.attachments.events import FOUND, RELEASED
from groupware.attachments.models import Attachment
from groupware.attachments.permissions import RELEASE
from groupware.attachments.services.numbers import suspected
from groupware.db import holds_on, session
from groupware.i18n import lazy_gettext
from groupware.plugin import About, NotificationKind

THING = "attachments.number"


def _describe(actor: Actor, attachments: Sequence[int]) -> dict[int, About]:
    found = suspected(actor, attachments)
    return {
        one.file.id: About(
            title=one.file.name,
            url=url_for("attachments.number", uid=one.file.uid),
            detail=one.person,
            may_be_mailed=False,
        )
        for one in found
    }


def _concerned(payload: Mapping[str, Any]) -> Any:
    file = session.get(Attachment, payload["attachment_id"])
    if file is None:
        return None
    today = clock.today()
    return (
        select(PersonPrincipal.person_id)
        .join(Principal, Principal.id == PersonPrincipal.principal_id)
        .where(
            holds_on(PersonPrincipal, today),
            or_(
                Principal.id.in_(holders(RELEASE, file.unit_id, today)),
                (Principal.kind == PrincipalKind.PERSON) & (Principal.ref == file.person_id),
            ),
        )
        .distinct()
    )


def _uploader(payload: Mapping[str, Any]) -> Any:
    return select(Attachment.person_id).where(
        Attachment.id == payload["attachment_id"], Attachment.person_id.is_not(None)
    )


NOTIFICATIONS = (
    NotificationKind(
        id="attachments.suspected",
        title=lazy_gettext("A file seems to hold an individual number"),
        icon="triangle-alert",
        event=FOUND,
        subject="attachment_id",
        audience=_concerned,
        describe=_describe,
        thing=THING,
        channels=("timeline", "mail", "desktop"),
    ),
    NotificationKind(
        id="attachments.released",
        title=lazy_gettext("Your file was released"),
        icon="lock-open",
        event=RELEASED,
        subject="attachment_id",
        audience=_uploader,
        describe=_describe,
        thing=THING,
    ),
)
