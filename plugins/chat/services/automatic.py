"""What a program says by a webhook: as whom it is sent, and what happens when it may not any more.

It is sent by the right of who made the webhook, as they stand today, and signed with the name of the webhook.
"""

import hashlib
from typing import Final

from sqlalchemy import select, update

from groupware import audit, events
from groupware.access.explain import acting
from groupware.actor import Actor, CallingSystem, system
from groupware.api.limiting import limits
from groupware.db import session
from groupware.errors import Conflict, Denied, DomainError, NotFound, TooMany
from groupware.guards import zoning
from groupware.guards.enums import Act
from groupware.i18n import current_locale, gettext
from plugins.chat.enums import ROOM
from plugins.chat.events import WEBHOOK_REFUSED, room_topic
from plugins.chat.models import Room, Webhook
from plugins.chat.queries import webhooks as queries
from plugins.chat.queries.rooms import not_found
from plugins.chat.services.sending import Hook, Letter
from plugins.chat.services.webhooks import least_role

MESSAGES: Final = 60
SECONDS: Final = 60
REFUSED: Final = "chat.webhook_refused"
OFF: Final = "webhooks_off"
RESTS: Final = "maker_rests"


def require_slow(caller: CallingSystem) -> None:
    """Count a message of a webhook. Raises TooMany for more than MESSAGES in SECONDS."""
    try:
        limits().count_act("chat-webhook", str(caller.token_id), MESSAGES, SECONDS)
    except TooMany as error:
        words = gettext(
            "You are sending very fast. Please wait %(seconds)d seconds.", seconds=error.retry_after
        )
        raise TooMany(words, retry_after=error.retry_after) from error


def letter(caller: CallingSystem, text: str, key: str) -> tuple[Letter, bool]:
    """What the program of a webhook wants to say, and whether it was refused before.

    Raises NotFound where there is no such room any more, Denied where the rule lets nobody, from a zone from which nothing is sent, and
    where who made the webhook is not there.
    """
    found = queries.calling(caller.token_id)
    if found is None:
        raise not_found()
    least = least_role(found.unit_id)
    if least is None:
        raise Denied(gettext("The rule of the organisation does not let programs post in rooms."), code=OFF)
    who = _answering(caller, found.made_by, is_away=found.is_suspended or found.is_on_leave)
    zoning.require(who, Act.SEND)
    hook = Hook(found.id, found.name, least)
    # No key of a person holds a character like this one: nobody can take the place of what a program will say.
    kept = f"{hook.id}\t{hashlib.sha256(key.encode()).hexdigest()[:40]}"
    return Letter(who, found.room_uid, text, kept, hook=hook), found.refused_at is not None


def _answering(caller: CallingSystem, person_id: int, *, is_away: bool) -> Actor:
    here = system("api")
    words = gettext("Whoever made this webhook is not there any more. Somebody else must make a new one.")
    if is_away:
        raise Denied(words, code=RESTS)
    try:
        made_by = acting(person_id, here)
    except NotFound as error:
        raise Denied(words, code=RESTS) from error
    return Actor(
        person_id=person_id,
        display_name=made_by.display_name,
        appointment_id=made_by.appointment_id,
        unit_id=made_by.unit_id,
        post_rank=made_by.post_rank,
        via="api",
        zone=caller.zone,
        address=caller.address,
        request_id=caller.request_id,
        locale=current_locale.get(),
        now=caller.now,
        today=here.today,
    )


def tells(error: DomainError) -> bool:
    """Whether a refusal is one that the owners of the room can mend, and not the text's fault."""
    return isinstance(error, Denied | Conflict) and error.code != "key_reused"


def refused(caller: CallingSystem, error: DomainError) -> None:
    """Note that what a program says is refused, and tell the owners of the room, once until something passes again."""
    statement = select(Webhook).where(Webhook.token_id == caller.token_id, Webhook.refused_at.is_(None))
    hook = session.scalars(statement.with_for_update()).one_or_none()
    if hook is None:
        return
    hook.refused_at, hook.refused_for = caller.now, error.code
    session.flush()
    unit_id = session.scalars(select(Room.unit_id).where(Room.id == hook.room_id)).one()
    events.emit(
        system("api"), room_topic(hook.room_id), WEBHOOK_REFUSED, room_id=hook.room_id, webhook_id=hook.id
    )
    audit.record(
        caller,
        REFUSED,
        object_type=ROOM,
        object_id=hook.room_id,
        unit_id=unit_id,
        outcome="refused",
        details={"webhook": hook.id, "code": error.code},
    )


def passed(caller: CallingSystem) -> None:
    """Something was said again: the next refusal is told anew."""
    session.execute(
        update(Webhook)
        .where(Webhook.token_id == caller.token_id, Webhook.refused_at.is_not(None))
        .values(refused_at=None, refused_for="")
    )


__all__ = ["MESSAGES", "SECONDS", "letter", "passed", "refused", "require_slow", "tells"]
