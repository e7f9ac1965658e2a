"""The board for programs: the same lists, services and permissions as its pages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import url_for

from groupware import access
from groupware.actor import Actor
from groupware.api.reading import changes_of, wrong_position
from groupware.attachments.queries import shown_files
from groupware.directory.picking import Ref, parse_all
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Denied, Invalid
from groupware.guards import labels
from groupware.i18n import gettext, lazy_gettext
from groupware.notifications.services import read_about
from groupware.plugin import Collection, Operation, Slice
from groupware.text.folding import fold
from groupware.text.html import to_plain
from groupware.web.boundary import afterwards
from plugins.bulletin.api_shapes import (
    Addressee,
    AttachedFile,
    CategoryLink,
    Edition,
    Loudness,
    NewPosting,
    PostingArguments,
    PostingChange,
    PostingItem,
    PostingView,
    ReceiptArguments,
    ReceiptView,
    Receiver,
    ReturnedWording,
    Shown,
    UnitNumbers,
    Wording,
)
from plugins.bulletin.enums import OWNER, Importance, Phase
from plugins.bulletin.models import Posting
from plugins.bulletin.notifications import KINDS
from plugins.bulletin.permissions import MANAGE, READ
from plugins.bulletin.queries import board, postings, receipts, revisions
from plugins.bulletin.queries.audience import audience_of, named
from plugins.bulletin.queries.board import Cursor, Filter, Page, View
from plugins.bulletin.queries.categories import shelves
from plugins.bulletin.queries.items import Item
from plugins.bulletin.queries.postings import Opened, opened
from plugins.bulletin.queries.senders import senders
from plugins.bulletin.services import approvals, reading
from plugins.bulletin.services import postings as services
from plugins.bulletin.services.content import Content

NAMES = {"category_id": "category", "ends_on": "shown_to", "starts_on": "shown_from"}
"""What the fields of the form are called here."""

_LOUDNESS = dict(zip(Importance, Loudness, strict=True))
_IMPORTANCE = {loudness: importance for importance, loudness in _LOUDNESS.items()}


@contextmanager
def _own_names() -> Iterator[None]:
    try:
        yield
    except Invalid as error:
        fields = {NAMES.get(name, name): text for name, text in error.fields.items()}
        raise Invalid(error.message, error.code, fields, **error.details) from error


# ---- Reading ----


def _found(actor: Actor, wanted: PostingArguments, limit: int, after: tuple[Any, ...] | None) -> Slice:
    tree = org_tree(actor.today)
    category_id = _category_id(wanted.category) if wanted.category is not None else None
    narrowed = Filter(
        category_id=category_id,
        importance=_IMPORTANCE[wanted.importance] if wanted.importance is not None else None,
        units=(tree.subtree(wanted.unit) or frozenset({-1})) if wanted.unit is not None else frozenset(),
        text=fold(wanted.q),
    )
    page = _page(actor, wanted.view, narrowed, _cursor(after) if after is not None else None)
    shown, following = page.items[:limit], page.next
    if len(page.items) > limit:
        following = board.after_item(shown[-1], _view(wanted.view))
    return Slice(
        items=[PostingItem(**_fields(item)) for item in shown],
        next=(following.key, following.posting_id) if following is not None else None,
    )


def _view(shown: Shown) -> View:
    return View(shown.value) if shown.value in set(View) else View.CURRENT


def _page(actor: Actor, shown: Shown, narrowed: Filter, at: Cursor | None) -> Page:
    if shown is Shown.OWN:
        return postings.own(actor, narrowed, at)
    if shown is Shown.ALL:
        if not access.holds_somewhere(actor, READ):
            raise Denied(gettext("Your permissions do not include this."), permission=READ)
        return postings.by_grant(actor, narrowed, at)
    return board.page(actor, _view(shown), narrowed, at)


def _cursor(after: tuple[Any, ...]) -> Cursor:
    if len(after) != 2 or not all(isinstance(part, int) and 0 <= part < 10**18 for part in after):
        raise wrong_position()
    return Cursor(after[0], after[1], "after")


def _category_id(uid: UUID) -> int:
    """The category, or one that there is not: then nothing is found and nothing can be posted."""
    return next((shelf.id for shelf in shelves().values() if shelf.uid == uid), -1)


def _fields(item: Item) -> dict[str, Any]:
    shelf = shelves()[item.category_id]
    return {
        "uid": item.uid,
        "title": item.title,
        "category": CategoryLink(uid=shelf.uid, name=shelf.name),
        "sender_name": item.sender_name,
        "sender_detail": item.sender_detail,
        "importance": _LOUDNESS[item.importance],
        "phase": item.phase,
        "shown_from": item.shown_from,
        "shown_to": item.shown_to if item.has_end else None,
        "confirm_by": item.confirm_by,
        "is_pinned": item.is_pinned,
        "edition": item.edition,
        "addressed_count": item.addressed_count,
        "published_at": item.published_at,
        "updated_at": item.updated_at,
        "is_read": item.read_edition >= item.edition,
        "is_confirmed": item.is_confirmed,
        "url": url_for("bulletin.posting", uid=item.uid),
    }


def _posting(actor: Actor, uid: UUID) -> PostingView:
    return _seen(actor, opened(actor, uid))


def _seen(actor: Actor, found: Opened) -> PostingView:
    posting = found.posting
    may_change = postings.may_manage(actor, posting)
    waiting = revisions.proposed(posting) if may_change or postings.may_approve(actor, posting) else None
    guarded = labels.consequences(posting.classification, posting.unit_id)
    if guarded.is_audited:
        afterwards(lambda: labels.note_view(actor, posting))
    return PostingView(
        **_fields(found.item),
        classification=guarded.label,
        is_withheld=not guarded.may_leave,
        files=_files(posting) if guarded.may_leave and posting.file_count else [],
        html=posting.html if guarded.may_leave else "",
        text=to_plain(posting.html) if guarded.may_leave else "",
        audience=[Addressee(ref=one.value, label=one.label) for one in named(audience_of(posting.id))],
        has_comments=posting.has_comments,
        has_reactions=posting.has_reactions,
        version=posting.version,
        may_change=may_change,
        proposed_revision=waiting.number if waiting is not None else None,
    )


def _files(posting: Posting) -> list[AttachedFile]:
    return [
        AttachedFile(
            uid=one.uid,
            name=one.name,
            size=one.size,
            media_type=one.media_type,
            url=url_for("attachments.download", uid=one.uid),
            is_withheld=not one.may_be_opened,
        )
        for one in shown_files(OWNER, [posting.id])[posting.id]
    ]


def _receipts(actor: Actor, uid: UUID, wanted: ReceiptArguments) -> ReceiptView:
    posting = opened(actor, uid).posting
    access.require(actor, MANAGE, posting, unit_id=posting.unit_id)
    tree = org_tree(actor.today)
    numbers = receipts.receipts(posting, tree)
    names = receipts.recipients(posting, actor.today, [wanted.unit], wanted.show) if wanted.unit else []
    return ReceiptView(
        total=numbers.whole.total,
        read=numbers.whole.read,
        confirmed=numbers.whole.confirmed,
        units=[
            UnitNumbers(
                unit_id=one.unit_id,
                name=one.name,
                total=one.whole.total,
                read=one.whole.read,
                confirmed=one.whole.confirmed,
            )
            for one in _flat(numbers.bureaus)
        ],
        receivers=[
            Receiver(
                uid=one.uid,
                staff_number=one.staff_number,
                display_name=one.display_name,
                read_at=one.read_at,
                confirmed_at=one.confirmed_at,
            )
            for one in names
        ],
    )


def _flat(units: list[receipts.UnitReceipts]) -> Iterator[receipts.UnitReceipts]:
    for unit in units:
        yield unit
        yield from _flat(unit.below)


# ---- Writing ----


def _audience(values: list[str]) -> tuple[Ref, ...]:
    try:
        return tuple(parse_all(values))
    except Invalid as error:
        raise Invalid(error.message, fields={"audience": error.message}) from error


def _create(actor: Actor, body: NewPosting) -> UUID:
    content = Content(
        category_id=_category_id(body.category),
        title=body.title,
        html=body.html,
        audience=_audience(body.audience),
        importance=_IMPORTANCE[body.importance],
        shown_from=body.shown_from,
        shown_to=body.shown_to,
        confirm_by=body.confirm_by,
        has_comments=body.has_comments,
        has_reactions=body.has_reactions,
        is_pinned=body.is_pinned,
        classification=body.classification.value if body.classification is not None else "",
    )
    with _own_names():
        return services.post(actor, body.sender or senders(actor)[0].value, content)


def _change(actor: Actor, uid: UUID, body: PostingChange, seen: PostingView) -> None:
    posting = opened(actor, uid).posting
    access.require(actor, MANAGE, posting, unit_id=posting.unit_id)
    waiting = revisions.proposed(posting) or revisions.returned(posting)
    content = Content.proposed_by(waiting) if waiting is not None else Content.of(posting)
    may_be_null = ("shown_from", "shown_to", "confirm_by", "is_silent", "label_reason")
    given = changes_of(body, may_be_null=may_be_null)
    readers: dict[str, tuple[str, Callable[[Any], Any]]] = {
        "category": ("category_id", _category_id),
        "audience": ("audience", _audience),
        "importance": ("importance", _IMPORTANCE.__getitem__),
        "classification": ("classification", lambda label: label.value),
    }
    changes: dict[str, Any] = {"label_reason": body.label_reason or content.label_reason}
    for name, value in given.items():
        if name in ("is_silent", "label_reason"):
            continue
        field, read = readers.get(name, (name, lambda kept: kept))
        changes[field] = read(value)
    with _own_names():
        services.revise(
            actor, uid, replace(content, **changes), version=seen.version, is_silent=body.is_silent
        )


def _mark_read(actor: Actor, uid: UUID) -> None:
    found = opened(actor, uid)
    if not found.is_addressed or found.item.phase not in (Phase.DISPLAYED, Phase.ENDED):
        raise Conflict(gettext("This posting does not wait for you to read it."), code="not_addressed")
    reading.mark_read(actor, found.item.id, found.item.edition)
    read_about(actor, KINDS, found.item.id)


def _confirm(actor: Actor, uid: UUID, body: Edition) -> None:
    reading.confirm(actor, uid, body.edition)


def _approve(actor: Actor, uid: UUID, body: Wording) -> None:
    approvals.approve(actor, uid, body.revision)


def _send_back(actor: Actor, uid: UUID, body: ReturnedWording) -> None:
    approvals.send_back(actor, uid, body.revision, body.note)


def _pin(actor: Actor, uid: UUID) -> None:
    services.pin(actor, uid, is_pinned=True)


def _unpin(actor: Actor, uid: UUID) -> None:
    services.pin(actor, uid, is_pinned=False)


COLLECTIONS = (
    Collection(
        id="postings",
        title=lazy_gettext("Postings"),
        find=Operation(
            title=lazy_gettext("Postings of a list, newest first"),
            run=_found,
            takes=PostingArguments,
            gives=PostingItem,
        ),
        read=Operation(title=lazy_gettext("A posting"), run=_posting, gives=PostingView),
        create=Operation(
            title=lazy_gettext("Publish a posting, or put it up for approval"), run=_create, takes=NewPosting
        ),
        change=Operation(title=lazy_gettext("Change a posting"), run=_change, takes=PostingChange),
        remove=Operation(title=lazy_gettext("Delete a posting"), run=services.remove),
        acts={
            "read": Operation(title=lazy_gettext("Note that the person has read a posting"), run=_mark_read),
            "confirm": Operation(
                title=lazy_gettext("Confirm for the person that a posting was read"),
                run=_confirm,
                takes=Edition,
            ),
            "withdraw": Operation(title=lazy_gettext("End the display of a posting now"), run=services.end),
            "approve": Operation(
                title=lazy_gettext("Approve a wording that waits, which publishes it"),
                run=_approve,
                takes=Wording,
            ),
            "return": Operation(
                title=lazy_gettext("Return a wording that waits to its author"),
                run=_send_back,
                takes=ReturnedWording,
            ),
            "pin": Operation(title=lazy_gettext("Pin a posting to the top of the list"), run=_pin),
            "unpin": Operation(title=lazy_gettext("Let a pinned posting go"), run=_unpin),
        },
        parts={
            "receipts": Operation(
                title=lazy_gettext("Who has read and confirmed a posting"),
                run=_receipts,
                takes=ReceiptArguments,
                gives=ReceiptView,
            ),
        },
    ),
)
