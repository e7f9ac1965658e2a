"""A person's own photo: shown to everybody once it is there, gone as soon as they take it away (administration.md 6)."""

from sqlalchemy import select

from groupware import audit
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.models import Person
from groupware.directory.pictures import media_type_of
from groupware.errors import Invalid, NotFound
from groupware.i18n import gettext

MAX_BYTES = 512 * 1024


def set_photo(actor: Actor, content: bytes) -> None:
    """Put up the actor's own photo; giving it is the consent to show it.

    Raises Invalid for what is no JPEG or PNG by its content (`photo_type`) and for more than `MAX_BYTES`
    (`photo_too_large`).
    """
    if len(content) > MAX_BYTES:
        limit = MAX_BYTES // 1024
        words = gettext("The photo is too large. Please choose one of at most %(limit)s KB.", limit=limit)
        raise Invalid(words, code="photo_too_large", fields={"photo": words})
    if media_type_of(content) is None:
        words = gettext("Please choose a photo in JPEG or PNG format.")
        raise Invalid(words, code="photo_type", fields={"photo": words})
    person = _own(actor)
    person.photo, person.has_photo_consent = content, True
    session.flush()
    audit.record(actor, "directory.photo_set", object_type="directory.person", object_id=person.id)


def remove_photo(actor: Actor) -> None:
    """Take the actor's own photo away, and the consent with it."""
    person = _own(actor)
    person.photo, person.has_photo_consent = None, False
    session.flush()
    audit.record(actor, "directory.photo_removed", object_type="directory.person", object_id=person.id)


def _own(actor: Actor) -> Person:
    person = session.scalar(select(Person).where(Person.id == actor.person_id).with_for_update())
    if person is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return person


__all__ = ["MAX_BYTES", "remove_photo", "set_photo"]
