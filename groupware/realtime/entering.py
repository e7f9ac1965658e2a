"""Who speaks over a socket, and what functions let them say (`Plugin.sockets`): what the boundary of a request does for a page."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from groupware import rules
from groupware.actor import Actor
from groupware.api.reading import value_as
from groupware.auth.loading import SignedIn, load_signed_in
from groupware.config import Settings
from groupware.db import unit
from groupware.directory.wall import looking_from, without_wall
from groupware.errors import Denied, DomainError, TooMany
from groupware.guards import zoning
from groupware.guards.enums import Act
from groupware.i18n import current_locale, gettext, speaking
from groupware.plugin import Plugin, SocketMessage
from groupware.web.boundary import note_refusal

Answer = dict[str, Any]
_log = logging.getLogger("groupware.realtime")


@contextmanager
def speaking_theirs() -> Iterator[None]:
    """Nobody's language and no wall yet; `present` says whose."""
    settings: Settings = current_app.extensions["groupware_settings"]
    with speaking(settings.locale), without_wall():
        yield


def present() -> SignedIn | None:
    """Who speaks, as the database knows them now; from here on in their language and before their wall."""
    signed_in = load_signed_in()
    if signed_in is not None:
        current_locale.set(signed_in.locale)
        looking_from(signed_in.actor.unit_id)
    return signed_in


@contextmanager
def entering() -> Iterator[SignedIn | None]:
    """Who speaks, in a read unit."""
    with speaking_theirs(), unit("read"):
        yield present()


def may_say(plugin: Plugin, actor: Actor) -> Answer | None:
    """Why nothing may be said to this function, if so. One that is switched off is not there."""
    if not rules.is_enabled(plugin, actor.unit_id):
        return refusal("not_found", gettext("The page you are looking for was not found."))
    if not zoning.allows(actor, Act.SEND):
        return refusal("zone", gettext("Your permissions do not include this."))
    return None


def said(declared: SocketMessage, actor: Actor, message: Any) -> Answer:
    """Let the function act; its answer or its refusal. No unit of work is open."""
    try:
        answer: Answer = declared.run(actor, value_as(declared.takes, message)).model_dump(mode="json")
    except DomainError as error:
        if isinstance(error, Denied):
            note_refusal(actor, error)
        return _refusal_of(error)
    except (OperationalError, InterfaceError, NoConnection) as error:
        _log.warning("the database did not answer, the client says it again: %s", error)
        words = gettext("That did not work. What you entered is still here. Please try again in a moment.")
        return refusal("unavailable", words)
    return answer


def _refusal_of(error: DomainError) -> Answer:
    answer = refusal(error.code, str(error.message))
    fields = {name: str(text) for name, text in getattr(error, "fields", {}).items()}
    if fields:
        answer["error"]["fields"] = fields
    if isinstance(error, TooMany):
        answer["error"]["retry_after"] = error.retry_after
    return answer


def refusal(code: str, words: str) -> Answer:
    """The answer that stands for a refusal."""
    return {"error": {"code": code, "message": words}}


__all__ = ["Answer", "entering", "may_say", "present", "refusal", "said", "speaking_theirs"]
