"""What rooms and messages look like to programs."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from groupware.api.shapes import Id, Input, Instant, Output, Text
from plugins.chat.enums import Alerting, RoomKind

_SEQ = 2**63 - 1


class RoleName(StrEnum):
    """What the person may do in a room; each includes the ones before it."""

    READER = "reader"
    MEMBER = "member"
    MODERATOR = "moderator"
    OWNER = "owner"


class RoomItem(Output):
    """A room of the person. `unread` is how many messages they have not read."""

    uid: UUID
    kind: RoomKind
    title: str
    unit_id: int | None
    is_open: bool
    is_archived: bool
    role: RoleName
    unread: int
    is_favourite: bool
    is_muted: bool
    last_at: Instant | None
    url: str


class RoomDetails(Output):
    """A room. `last_seq` is the number of its newest message, `read_seq` how far the person has read.

    `retention_years` count from the 1 April after it was archived; 0 is for ever, -1 less than a year.
    """

    uid: UUID
    kind: RoomKind
    title: str
    purpose: str
    unit_id: int | None
    is_open: bool
    shows_past: bool
    retention_years: int
    is_archived: bool
    role: RoleName | None
    may_send: bool
    last_seq: int
    read_seq: int
    unread: int
    topic: str
    topic_seq: int
    version: int
    url: str


class RoomArguments(Input):
    """What the list is narrowed to."""

    archived: bool = False


class NewRoom(Input):
    """A room to be opened. `members` are refs of the directory, as `unit_tree:12` or `person:77`; the person becomes its owner.

    `kept_for` is a retention period in years, 0 for ever, -1 less than a year; without it the rule of the organisation counts.
    """

    name: Text
    purpose: Text = ""
    unit: Id
    is_open: bool = False
    shows_past: bool = True
    kept_for: int | None = Field(None, ge=-1, le=30)
    members: list[Text] = Field(default=[], max_length=300)


class NamedItem(Output):
    """Somebody whom a message names: how they are called in it behind an @, and whether the person is meant."""

    label: str
    is_me: bool


class MessageFile(Output):
    """A file of a message, for whoever has a session. Nobody can open it while it `is_withheld`."""

    uid: UUID
    name: str
    size: int
    media_type: str
    url: str
    is_withheld: bool


class MessageItem(Output):
    """A message. A deleted one keeps its number, without its text. `answers` is the number of the message that it answers.

    `sender` is null where a section answered an enquiry of the person, and where a program said it by the webhook `webhook_id`, whose name is
    `sender_name`. `quote_at` is null, but for a forwarded message: from that
    character of the text on it quotes what was said elsewhere, and whoever sent it cannot change that.
    """

    uid: UUID
    seq: int
    sender: UUID | None
    sender_name: str
    sender_unit: str
    text: str
    created_at: Instant
    edited_at: Instant | None
    is_deleted: bool
    answers: int | None
    mentions: list[NamedItem]
    files: list[MessageFile]
    is_pinned: bool
    quote_at: int | None
    webhook_id: int | None
    loudness: Alerting
    readers: int


class MessagePage(Output):
    """Messages in their order, and whether there are others before and after them."""

    messages: list[MessageItem]
    has_older: bool
    has_newer: bool


class PinItem(Output):
    """A message that is pinned. `pinned_by` is a name as of then; where a section answers an enquiry, that of the section."""

    uid: UUID
    seq: int
    sender_name: str
    sender_unit: str
    text: str
    created_at: Instant
    pinned_by: str
    pinned_at: Instant


class PinList(Output):
    """All that is pinned in a room, the newest pin first."""

    pins: list[PinItem]


class MessageArguments(Input):
    """Which messages: before a number, after it, around it; without any of them the newest."""

    before: int | None = Field(None, ge=0, le=_SEQ)
    after: int | None = Field(None, ge=0, le=_SEQ)
    around: int | None = Field(None, ge=0, le=_SEQ)
    limit: int = Field(50, ge=1, le=200)


class NewMessage(Input):
    """Something to say. However often the same `key` comes from the same person, it is said once.

    `mentions` are `person:77`, `unit_tree:12` or `all`; the text names each of them behind an @. `files` are those that the person has
    sent in or sees elsewhere; with them no text is needed.
    """

    text: Text = ""
    key: Text = Field(min_length=1, max_length=80)
    reply_to: UUID | None = None
    mentions: list[Text] = Field(default=[], max_length=20)
    files: list[UUID] = Field(default=[], max_length=10)
    loudness: Alerting = Alerting.USUAL


class LaterMessage(NewMessage):
    """The same, or at a time to come: with `scheduled_at` it is kept until then, and sent with all checks of that time."""

    scheduled_at: Instant | None = None


class ForwardedMessage(Input):
    """A `message` of the room to be said in the room `to` as well, with a comment. However often the same `key` comes, it is said once."""

    message: UUID
    to: UUID
    comment: Text = ""
    key: Text = Field(min_length=1, max_length=80)


class SpokenMessage(NewMessage):
    """The same over a socket, which has no address to name the room in."""

    room: UUID


class AutomaticMessage(Input):
    """What a program says in the room of its webhook. However often the same `key` comes by the same webhook, it is said once."""

    text: Text = Field(min_length=1)
    key: Text = Field(min_length=1, max_length=100)


class Said(Output):
    """A message that is durable. `is_new` is false where its key had sent it before."""

    uid: UUID
    seq: int
    created_at: Instant
    is_new: bool


class Position(Input):
    """The number of the last message that the person has read."""

    seq: int = Field(ge=1, le=_SEQ)


__all__ = [
    "AutomaticMessage",
    "ForwardedMessage",
    "LaterMessage",
    "MessageArguments",
    "MessageFile",
    "MessageItem",
    "MessagePage",
    "NamedItem",
    "NewMessage",
    "NewRoom",
    "PinItem",
    "PinList",
    "Position",
    "RoleName",
    "RoomArguments",
    "RoomDetails",
    "RoomItem",
    "Said",
    "SpokenMessage",
]
