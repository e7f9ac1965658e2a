"""Look at a legal name. Only the personnel department may, and every look is audited (administration.md 6)."""

from uuid import UUID

from sqlalchemy import and_, select

from groupware import access, audit
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.models import Appointment, Person
from groupware.directory.queries.roll import is_seen
from groupware.directory.queries.standing import places
from groupware.errors import NotFound
from groupware.i18n import gettext


def see_legal_name(actor: Actor, uid: UUID) -> str:
    """The legal name of a person of a unit over which the actor holds `directory:legal_name:read`; leaves a record.

    Raises NotFound for an unknown person, Denied, NeedsElevation.
    """
    is_main = and_(Appointment.person_id == Person.id, places(Appointment, actor.today))
    found = session.execute(
        select(Person.id, Person.legal_name, Appointment.unit_id)
        .outerjoin(Appointment, is_main)
        .where(Person.uid == uid)
    ).first()
    if found is None or not is_seen(found.id):
        raise NotFound(gettext("The page you are looking for was not found."))
    access.require(actor, "directory:legal_name:read", unit_id=found.unit_id)
    audit.record(
        actor,
        "directory.legal_name_seen",
        object_type="directory.person",
        object_id=found.id,
        unit_id=found.unit_id,
    )
    return str(found.legal_name)


__all__ = ["see_legal_name"]
