"""Where foreign programs post messages, each by the address of its webhook."""

from typing import Final

from groupware.i18n import lazy_gettext
from groupware.plugin import Call
from plugins.chat.api_shapes import AutomaticMessage, Said
from plugins.chat.services.webhooks import SCOPE

POSTING: Final = "/webhooks/<secret>"
"""Below `/chat`."""

CALLS = (
    Call(
        method="POST",
        path="/chat/webhooks/{secret}",
        title=lazy_gettext("Post a message in the room of a webhook, once for each key"),
        scope=SCOPE,
        takes=AutomaticMessage,
        answers={"200": Said, "201": Said},
        address_part="secret",
    ),
)
