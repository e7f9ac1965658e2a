"""What clients may say to the chat over their socket; the same door as that of pages and calls."""

from groupware.actor import Actor
from groupware.i18n import lazy_gettext
from groupware.plugin import SocketMessage
from plugins.chat.api_shapes import Said, SpokenMessage
from plugins.chat.posting import post


def _send(actor: Actor, body: SpokenMessage) -> Said:
    sent = post(
        actor,
        body.room,
        body.text,
        key=body.key,
        reply_to=body.reply_to,
        mentions=body.mentions,
        files=body.files,
        loudness=body.loudness,
    )
    return Said(uid=sent.uid, seq=sent.seq, created_at=sent.created_at, is_new=sent.is_new)


SOCKETS = (
    SocketMessage(
        id="chat.send",
        title=lazy_gettext("Say something in a room, once for each key"),
        run=_send,
        takes=SpokenMessage,
        gives=Said,
    ),
)
