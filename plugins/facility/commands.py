"""What people do by typing a command: look for a room that is free."""

from flask import url_for

from groupware.actor import Actor
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import Command, CommandPlace, Opens
from plugins.facility.enums import GroupKind


def _rooms(_actor: Actor, _place: CommandPlace, arguments: str) -> Opens:
    return Opens(url_for("facility.search", q=arguments or None, kind=GroupKind.ROOM.value))


COMMANDS = (
    Command(
        id="facility.rooms",
        names=("rooms", "会議室"),
        title=lazy_gettext("Looks for a free meeting room"),
        takes=lazy_pgettext("command", "name or building"),
        run=_rooms,
    ),
)
