"""What somebody is writing in a room, kept for them alone until it is sent. No event, no audit, no check but what may not be kept."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Text, update

from groupware.actor import Actor
from groupware.db import BIGINT, for_each_database, run, upsert
from groupware.errors import Invalid
from groupware.given import row_of, write
from groupware.guards.texts import may_keep
from groupware.i18n import gettext
from plugins.chat.models import Place
from plugins.chat.queries import rooms
from plugins.chat.queries.drafts import is_taken
from plugins.chat.services.filing import MOST
from plugins.chat.services.locking import denied
from plugins.chat.services.reading import new_place
from plugins.chat.services.wording import KEY_LENGTH, unmarked

LARGEST = 20_000
"""Characters of a draft: more than any message may have."""
NOTHING = {"draft": "", "draft_key": "", "draft_reply_to": None, "draft_named": "", "draft_files": ""}


@for_each_database
def _keep() -> Any:
    statement = upsert(Place)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["person_id", "room_id"],
        set_={
            "draft": new.draft,
            "draft_key": new.draft_key,
            "draft_reply_to": new.draft_reply_to,
            "draft_named": new.draft_named,
            "draft_files": new.draft_files,
        },
    )


def save(
    actor: Actor,
    room_uid: uuid.UUID,
    text: str,
    *,
    key: str,
    reply_to: uuid.UUID | None = None,
    named: str = "",
    files: Sequence[uuid.UUID] = (),
) -> None:
    """Keep what stands in the field instead of what was kept before; an empty field without files keeps nothing.

    Files belong to nothing until they are sent, so they are there for a week (`attachments.sweep`).

    What `key` has sent meanwhile, or will send at its time, is no draft any more: a page that reports late brings nothing back. Raises NotFound, Denied for who
    may not write in the room, Invalid for too much, for a key that cannot be one, and where the bureau refuses individual numbers.
    """
    view = rooms.one(actor, room_uid)
    if not view.may_send:
        raise denied(view, gettext("You may read this room, but not write in it."))
    text = unmarked(text)
    if len(text) > LARGEST or len(named) > LARGEST:
        raise Invalid(gettext("The text is too long to be kept as a draft."), code="too_large")
    if not key or len(key) > KEY_LENGTH or not key.isprintable():
        raise Invalid(gettext("The message has no valid key."), code="key")
    if not may_keep(actor, view.unit_id, text):
        raise Invalid(
            gettext("The text holds an individual number (My Number) and cannot be kept."),
            code="individual_number",
        )
    chosen = " ".join(str(uid) for uid in dict.fromkeys(files[:MOST]))
    is_empty = not text and not chosen
    if (is_empty and not view.draft_key) or is_taken(actor, view, key):
        return
    kept = {
        "draft": text,
        "draft_key": key,
        "draft_reply_to": reply_to,
        "draft_named": unmarked(named),
        "draft_files": chosen,
    }
    run(_keep(), new_place(actor.person_id, view.id, **(NOTHING if is_empty else kept)))


@for_each_database
def _let_go() -> Any:
    given = row_of(("person", BIGINT), ("room", BIGINT), ("sent_key", Text()))
    return (
        update(Place)
        .where(
            Place.person_id == given["person"],
            Place.room_id == given["room"],
            Place.draft_key == given["sent_key"],
        )
        .values(NOTHING)
    )


def drop(drafts: Iterable[tuple[int | None, int, str]]) -> None:
    """Let go what each person keeps in a room under this key, as (person, room, key): it was sent, or was never meant for others."""
    write(_let_go(), [{"person": person, "room": room, "sent_key": key} for person, room, key in drafts])


__all__ = ["drop", "save"]
