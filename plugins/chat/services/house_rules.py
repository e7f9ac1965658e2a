"""What everybody is told before they use the chat for the first time: the text of their bureau, once for each wording."""

import hashlib
from typing import Any

from sqlalchemy import bindparam, select

from groupware import rules
from groupware.actor import Actor
from groupware.db import BIGINT, fetch, for_each_database, run, upsert
from plugins.chat.models import KnownRules
from plugins.chat.rules import HOUSE_RULES

_known = select(KnownRules.digest).where(KnownRules.person_id == bindparam("person", type_=BIGINT))


@for_each_database
def _note() -> Any:
    statement = upsert(KnownRules)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["person_id"], set_={"digest": new.digest, "seen_at": new.seen_at}
    )


def text_for(actor: Actor) -> str:
    """The house rules of the actor's bureau; empty where it has none."""
    return str(rules.value_for(actor, HOUSE_RULES)).strip()


def digest_of(text: str) -> str:
    """What tells one wording from another."""
    return hashlib.sha256(text.encode()).hexdigest()


def knows(actor: Actor, text: str) -> bool:
    """Whether the actor has seen this wording."""
    return fetch(_known, {"person": actor.person_id}).scalar() == digest_of(text)


def accept(actor: Actor, digest: str) -> None:
    """Note that the actor has seen the wording of their bureau; one that was changed meanwhile is shown anew."""
    if actor.person_id is not None and digest == digest_of(text_for(actor)):
        run(_note(), {"person_id": actor.person_id, "digest": digest, "seen_at": actor.now})


__all__ = ["accept", "digest_of", "knows", "text_for"]
