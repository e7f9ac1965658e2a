"""What people do by typing a command in a room: learn which there are, set a task."""

from flask import url_for

from groupware import slash
from groupware.actor import Actor
from groupware.i18n import gettext, lazy_gettext, lazy_pgettext
from groupware.plugin import Answers, Command, CommandPlace, Opens
from plugins.chat.queries import rooms


def _help(actor: Actor, place: CommandPlace, _arguments: str) -> Answers:
    commands = slash.offered(actor, everywhere=not rooms.one(actor, place.uid).has_notes)
    lines = [(f"/{slash.word(one)} {one.takes}".strip(), f"{one.title} ({_others(one)})") for one in commands]
    lines.append(("//", str(gettext("Sends a text that begins with “/”"))))
    return Answers(str(gettext("Commands")), lines)


def _others(command: Command) -> str:
    shown = slash.word(command)
    return " ".join(f"/{name}" for name in command.names if name != shown)


def _task(_actor: Actor, place: CommandPlace, arguments: str) -> Opens:
    return Opens(url_for("chat.new_task", uid=place.uid, what=arguments or None))


COMMANDS = (
    Command(
        id="chat.help",
        names=("help", "ヘルプ"),
        title=lazy_gettext("Shows the commands there are"),
        run=_help,
        for_all_places=True,
    ),
    Command(
        id="chat.task",
        names=("task", "タスク"),
        title=lazy_gettext("Sets a task in this room"),
        takes=lazy_pgettext("command", "what is to be done"),
        run=_task,
    ),
)
