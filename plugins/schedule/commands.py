"""What people do by typing a command: begin an event, look for common free time."""

from typing import Any

from flask import url_for

from groupware.actor import Actor
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import Command, CommandPlace, Opens


def _event(_actor: Actor, place: CommandPlace, arguments: str) -> Opens:
    people: dict[str, Any] = {"with": list(place.people())}
    return Opens(url_for("schedule.new", title=arguments or place.title, back=place.url, **people))


def _free(_actor: Actor, place: CommandPlace, _arguments: str) -> Opens:
    return Opens(url_for("schedule.free", participants=list(place.people())))


COMMANDS = (
    Command(
        id="schedule.event",
        names=("event", "予定"),
        title=lazy_gettext("Enters an event with the people of this place"),
        takes=lazy_pgettext("command", "title"),
        run=_event,
    ),
    Command(
        id="schedule.free",
        names=("free", "空き時間", "空き"),
        title=lazy_gettext("Looks for times at which all people of this place are free"),
        run=_free,
    ),
)
