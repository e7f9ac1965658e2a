"""What postings look like to programs."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from groupware.api.shapes import Id, Input, Instant, Output, Text
from groupware.guards.enums import Label
from plugins.bulletin.enums import Phase
from plugins.bulletin.queries.receipts import Wanted


class Loudness(StrEnum):
    """How loudly a posting speaks."""

    STANDARD = "standard"
    IMPORTANT = "important"
    URGENT = "urgent"


class Shown(StrEnum):
    """The lists of the board; `own` are those that the person looks after, `all` needs the permission to read everything."""

    CURRENT = "current"
    UNREAD = "unread"
    UNCONFIRMED = "unconfirmed"
    ENDED = "ended"
    OWN = "own"
    ALL = "all"


class CategoryLink(Output):
    """A category."""

    uid: UUID
    name: str


class PostingItem(Output):
    """A posting as lists show it. `is_read` and `is_confirmed` are the person's own state in the edition in force."""

    uid: UUID
    title: str
    category: CategoryLink
    sender_name: str
    sender_detail: str
    importance: Loudness
    phase: Phase
    shown_from: Instant
    shown_to: Instant | None
    confirm_by: date | None
    is_pinned: bool
    edition: int
    addressed_count: int
    published_at: Instant | None
    updated_at: Instant
    is_read: bool
    is_confirmed: bool
    url: str


class Addressee(Output):
    """Somebody whom a posting addresses: `ref` as in the directory, `label` in words."""

    ref: str
    label: str


class AttachedFile(Output):
    """A file that a posting shows; it is fetched at `url` by a browser, unless it is withheld: examined still, harmful, or kept
    back because it seems to hold an individual number."""

    uid: UUID
    name: str
    size: int
    media_type: str
    url: str
    is_withheld: bool


class PostingView(PostingItem):
    """A posting as its page shows it. `proposed_revision` is the wording that waits, for those who may see it wait.

    `is_withheld`: its information label does not let it leave, so that text and files are not given to programs.
    """

    classification: Label
    is_withheld: bool
    files: list[AttachedFile]
    html: str
    text: str
    audience: list[Addressee]
    has_comments: bool
    has_reactions: bool
    version: int
    may_change: bool
    proposed_revision: int | None


class PostingArguments(Input):
    """What a list is narrowed to. `unit` counts with everything below it."""

    view: Shown = Shown.CURRENT
    q: Text = Field("", max_length=100)
    category: UUID | None = None
    importance: Loudness | None = None
    unit: Id | None = None


class NewPosting(Input):
    """A posting to be published, or put up for approval where the bureau's rule wants it.

    `sender` is in whose name: `person`, `post:<appointment>` or `section:<account>`; left out, the one the form offers first.
    `audience` are refs of the directory, as `unit_tree:12`, `person:77` or `everyone:0`.
    """

    title: Text
    html: Text
    category: UUID
    audience: list[Text] = Field(min_length=1, max_length=2000)
    sender: Text = ""
    importance: Loudness = Loudness.STANDARD
    shown_from: Instant | None = None
    shown_to: Instant | None = None
    confirm_by: date | None = None
    has_comments: bool = False
    has_reactions: bool = False
    is_pinned: bool = False
    classification: Label | None = None


class PostingChange(Input):
    """What is to be different; what is left out stays.

    `is_silent` asks nobody to read it again; another `classification` needs a `label_reason`.
    """

    title: Text | None = None
    html: Text | None = None
    category: UUID | None = None
    audience: list[Text] | None = Field(None, min_length=1, max_length=2000)
    importance: Loudness | None = None
    shown_from: Instant | None = None
    shown_to: Instant | None = None
    confirm_by: date | None = None
    has_comments: bool | None = None
    has_reactions: bool | None = None
    is_pinned: bool | None = None
    classification: Label | None = None
    label_reason: Text = ""
    is_silent: bool = False


class Edition(Input):
    """The edition that the person has read."""

    edition: int = Field(ge=1, le=2**31 - 1)


class Wording(Input):
    """The wording that waits for approval."""

    revision: int = Field(ge=1, le=2**31 - 1)


class ReturnedWording(Wording):
    """A wording that goes back to its author, and why."""

    note: Text


class ReceiptArguments(Input):
    """`unit` asks for the names of those who stand in that organisation itself."""

    unit: Id | None = None
    show: Wanted = Wanted.ALL


class UnitNumbers(Output):
    """How many of an organisation, with everything below it, are addressed, have read and have confirmed."""

    unit_id: int
    name: str
    total: int
    read: int
    confirmed: int


class Receiver(Output):
    """Somebody who is to read it."""

    uid: UUID
    staff_number: str
    display_name: str
    read_at: Instant | None
    confirmed_at: Instant | None


class ReceiptView(Output):
    """Who has read and confirmed the edition in force, as of today."""

    total: int
    read: int
    confirmed: int
    units: list[UnitNumbers]
    receivers: list[Receiver]


__all__ = [
    "Addressee",
    "AttachedFile",
    "CategoryLink",
    "Edition",
    "Loudness",
    "NewPosting",
    "PostingArguments",
    "PostingChange",
    "PostingItem",
    "PostingView",
    "ReceiptArguments",
    "ReceiptView",
    "Receiver",
    "ReturnedWording",
    "Shown",
    "UnitNumbers",
    "Wording",
]
