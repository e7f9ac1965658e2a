"""What the house asks of the chat: `groupware.capabilities.Conversing`, where one talks with an organisation."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy import bindparam, select

from groupware.actor import Actor
from groupware.capabilities import Place
from groupware.db import BIGINT, fetch
from groupware.i18n import gettext
from plugins.chat.models import Desk
from plugins.chat.queries.rooms import is_readable
from plugins.chat.queries.unit_rooms import room_of

_desk: Any = select(Desk.uid).where(Desk.unit_id == bindparam("unit", type_=BIGINT), Desk.closed_at.is_(None))


class MeetingPlaces:
    """The standing room of an organisation and its enquiry desk."""

    def places_of(self, actor: Actor, unit_id: int) -> Sequence[Place]:
        """Its room for whoever may read it, and its desk for everybody. At most three statements."""
        found = []
        room = room_of(unit_id)
        if room is not None and is_readable(actor, room.id):
            found.append(
                Place(
                    gettext("Room of the organisation"), url_for("chat.room", uid=room.uid), "message-circle"
                )
            )
        desk = fetch(_desk, {"unit": unit_id}).scalar()
        if desk is not None:
            found.append(Place(gettext("Enquiry desk"), url_for("chat.desk", uid=desk), "circle-help"))
        return found


__all__ = ["MeetingPlaces"]
