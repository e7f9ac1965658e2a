"""What people do by typing a command: search the postings."""

from flask import url_for

from groupware.actor import Actor
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import Command, CommandPlace, Opens


def _postings(_actor: Actor, _place: CommandPlace, arguments: str) -> Opens:
    return Opens(url_for("bulletin.index", q=arguments or None))


COMMANDS = (
    Command(
        id="bulletin.postings",
        names=("board", "掲示"),
        title=lazy_gettext("Searches the postings"),
        takes=lazy_pgettext("command", "words"),
        run=_postings,
    ),
)
