"""Who may have the file of a record that was made of a room, and that of a log export."""

from groupware.i18n import lazy_gettext
from groupware.plugin import AttachmentOwner
from plugins.chat.enums import EXTRACT, LOG
from plugins.chat.queries import extracts, logs

OWNERS = (
    AttachmentOwner(id=EXTRACT, title=lazy_gettext("Chat records"), visible=extracts.owned),
    AttachmentOwner(id=LOG, title=lazy_gettext("Log exports"), visible=logs.owned),
)
