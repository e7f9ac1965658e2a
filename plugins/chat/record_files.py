"""Who may have the files of messages, those that wait to be sent, the file of a record that was made of a room, and that of a log export."""

from groupware.i18n import lazy_gettext
from groupware.plugin import AttachmentOwner
from plugins.chat.enums import EXTRACT, LOG, MESSAGE, SCHEDULED
from plugins.chat.queries import extracts, files, logs, scheduled

OWNERS = (
    AttachmentOwner(id=MESSAGE, title=lazy_gettext("Messages of the chat"), visible=files.owned),
    AttachmentOwner(
        id=SCHEDULED,
        title=lazy_gettext("Messages of the chat that are sent later"),
        visible=scheduled.owned,
        is_provisional=True,
    ),
    AttachmentOwner(id=EXTRACT, title=lazy_gettext("Chat records"), visible=extracts.owned),
    AttachmentOwner(id=LOG, title=lazy_gettext("Log exports"), visible=logs.owned),
)
