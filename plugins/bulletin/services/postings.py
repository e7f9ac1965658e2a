"""Post, change, end, delete. Approval is asked for here and decided in `approvals.py`.

Every change locks the posting first (its version moves) and decides afterwards, so that two people who act at the same
moment act one after the other.
"""

import uuid
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update

from groupware import access, audit, events, idempotency
from groupware.actor import Actor
from groupware.attachments.services import owning
from groupware.db import session
from groupware.directory.picking import Ref
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext
from groupware.text.folding import fold
from groupware.text.html import to_plain
from plugins.bulletin.enums import OWNER, PostingState, RevisionState, SenderKind
from plugins.bulletin.events import CHANGED, PUBLISHED, SUBMITTED, posting_topic
from plugins.bulletin.models import OPEN_END, Posting, Revision
from plugins.bulletin.permissions import MANAGE
from plugins.bulletin.queries.postings import not_found
from plugins.bulletin.queries.revisions import newest
from plugins.bulletin.queries.senders import Sender, senders
from plugins.bulletin.services.content import Content, Reach, checked, may_pin, needs_approval
from plugins.bulletin.services.drafts import discard
from plugins.bulletin.services.labelling import put_label, years_of
from plugins.bulletin.services.listing import enlist, principal_of
from plugins.bulletin.services.withdrawing import supersede, take_down

_UNFINISHED = (RevisionState.PROPOSED.value, RevisionState.RETURNED.value)
"""Wordings that may still come into force."""


def locked(actor: Actor, uid: uuid.UUID, permission: str = MANAGE, *, version: int | None = None) -> Posting:
    """The posting, locked until the unit of work ends, its version moved on by one.

    Raises NotFound, Denied, and Conflict if somebody changed it since `version` was read.
    """
    wanted = (Posting.uid == uid, Posting.deleted_at.is_(None))
    as_read = () if version is None else (Posting.version == version,)
    moved = session.scalar(
        update(Posting)
        .where(*wanted, *as_read)
        .values(version=Posting.version + 1)
        .returning(Posting.id)
        .execution_options(synchronize_session=False)
    )
    statement = select(Posting).where(*wanted).execution_options(populate_existing=True)
    posting = session.scalars(statement).one_or_none()
    if posting is None:
        raise not_found()
    access.require(actor, permission, posting, unit_id=posting.unit_id)
    if moved is None:
        raise _changed_meanwhile(posting)
    return posting


def _changed_meanwhile(posting: Posting) -> Conflict:
    last = newest(posting.id)
    name = last.made_by_name if last is not None else ""
    return Conflict(
        gettext(
            "While you were editing, %(name)s changed the contents. Please look at the differences before you save.",
            name=name,
        ),
        code="changed",
    )


def chosen_sender(actor: Actor, value: str) -> Sender:
    """The name that a form names. Raises Invalid if the actor may not post in it (any more)."""
    found = next((one for one in senders(actor) if one.value == value), None)
    if found is None:
        raise Invalid(
            gettext("Some entries need your attention."),
            fields={"sender": gettext("You cannot post in this name. Please choose another sender.")},
        )
    return found


def post(
    actor: Actor, sender_value: str, content: Content, *, key: str = "", draft_uid: uuid.UUID | None = None
) -> uuid.UUID:
    """Put a new posting on the board, or up for approval where the bureau's rule says so; returns its uid.

    The same `key` posts once. Raises Invalid with the fields at fault, Denied for what the actor may not set.
    """
    request = {"sender": sender_value, "title": content.title, "html": content.html, **content.settings()}
    result = idempotency.once(
        actor, key, request, lambda: {"uid": str(_post(actor, sender_value, content, draft_uid).uid)}
    )
    return uuid.UUID(result["uid"])


def _post(actor: Actor, sender_value: str, content: Content, draft_uid: uuid.UUID | None) -> Posting:
    sender = chosen_sender(actor, sender_value)
    content, reach = checked(actor, content, unit_id=sender.unit_id, sender_kind=sender.kind)
    is_awaiting = needs_approval(reach, sender.unit_id)
    posting = _new_posting(actor, sender, content)
    session.add(posting)
    session.flush()
    content = with_own_files(actor, posting, content)
    add_revision(actor, posting, content, changed=[], is_silent=False, is_proposed=is_awaiting)
    if is_awaiting:
        posting.state = PostingState.AWAITING.value
        posting.awaiting_since = actor.now
        _show_files(posting, content)
        enlist(posting, _principals(content.audience))
        session.flush()
        _submitted(actor, posting)
    else:
        put_in_force(actor, posting, content, reach, is_silent=False)
    if draft_uid is not None:
        discard(actor, draft_uid)
    return posting


def _new_posting(actor: Actor, sender: Sender, content: Content) -> Posting:
    assert actor.person_id is not None, "postings have authors"
    begins = content.shown_from or actor.now
    return Posting(
        created_at=actor.now,
        updated_at=actor.now,
        retention_years=years_of(content, sender.unit_id),
        classification=content.classification,
        category_id=content.category_id,
        unit_id=sender.unit_id,
        author_id=actor.person_id,
        sender_kind=sender.kind.value,
        sender_name=sender.name,
        sender_detail=sender.detail,
        sender_post_id=sender.post_id,
        sender_rank=sender.rank,
        sender_person_id=sender.person_id,
        owner_principal_id=principal_of(sender.owner) if sender.owner is not None else None,
        state=PostingState.PUBLISHED.value,
        title=content.title,
        html=content.html,
        importance=content.importance.value,
        shown_from=begins,
        shown_to=content.shown_to or OPEN_END,
        listed_at=begins,
        place=0,
        needs_confirmation=content.confirm_by is not None,
        confirm_by=content.confirm_by,
    )


def with_own_files(actor: Actor, posting: Posting, content: Content) -> Content:
    """The content with its files belonging to the posting, which readers do not see before it is in force."""
    if not content.files:
        return content
    claimed = owning.claim(actor, OWNER, posting.id, content.files, unit_id=posting.unit_id)
    return replace(content, files=tuple(claimed))


def add_revision(
    actor: Actor,
    posting: Posting,
    content: Content,
    *,
    changed: list[str],
    is_silent: bool,
    is_proposed: bool,
) -> Revision:
    """Keep a wording as the newest."""
    last = newest(posting.id)
    number = last.number + 1 if last is not None else 1
    state = RevisionState.PROPOSED if is_proposed else RevisionState.IN_FORCE
    return _keep(actor, posting, content, number, changed=changed, is_silent=is_silent, state=state)


def _keep(
    actor: Actor,
    posting: Posting,
    content: Content,
    number: int,
    *,
    changed: list[str],
    is_silent: bool,
    state: RevisionState,
) -> Revision:
    unit = org_tree(actor.today).get(actor.unit_id)
    made = Revision(
        posting_id=posting.id,
        number=number,
        state=state.value,
        title=content.title,
        html=content.html,
        settings=content.settings(),
        changed=changed,
        is_silent=is_silent,
        made_by=actor.person_id,
        made_by_name=f"{actor.display_name}({unit.name})" if unit is not None else actor.display_name,
        made_at=actor.now,
    )
    session.add(made)
    session.flush()
    return made


def put_in_force(actor: Actor, posting: Posting, content: Content, reach: Reach, *, is_silent: bool) -> None:
    """Let readers see the content from its beginning on, and tell.

    Unless `is_silent`, whoever has read or confirmed an earlier wording is asked to do so again.
    """
    is_first = posting.published_at is None
    begins = content.shown_from or (actor.now if is_first else posting.shown_from)
    if is_first:
        begins = max(begins, actor.now)
    posting.category_id = content.category_id
    posting.title, posting.html = content.title, content.html
    posting.search_text = fold(f"{content.title} {to_plain(content.html)}")
    posting.importance = content.importance.value
    put_label(actor, posting, content)
    posting.shown_from, posting.shown_to = begins, content.shown_to or OPEN_END
    posting.confirm_by, posting.needs_confirmation = content.confirm_by, content.confirm_by is not None
    posting.has_comments, posting.has_reactions = content.has_comments, content.has_reactions
    posting.is_pinned = content.is_pinned
    posting.addressed_count = reach.number
    _show_files(posting, content)
    posting.state, posting.awaiting_since = PostingState.PUBLISHED.value, None
    posting.updated_at = actor.now
    if is_first:
        posting.published_at = actor.now
    if not is_first and not is_silent:
        posting.edition += 1
    posting.listed_at = _listed_at(posting, begins, actor.now, is_renewed=is_first or not is_silent)
    enlist(posting, _principals(content.audience))
    # Who may read it may have changed with its audience or category.
    events.end_epoch(posting_topic(posting.id))
    if is_first:
        topic = posting_topic(posting.id)
        events.emit(actor, topic, PUBLISHED, posting_id=posting.id, edition=posting.edition)
        audit.record(actor, PUBLISHED, posting, unit_id=posting.unit_id, details={"people": reach.number})


def _show_files(posting: Posting, content: Content) -> None:
    if content.files or posting.file_count:
        owning.show(OWNER, posting.id, content.files)
    posting.file_count = len(content.files)


def _listed_at(posting: Posting, begins: datetime, now: datetime, *, is_renewed: bool) -> datetime:
    if begins > now:
        return begins
    return max(begins, now) if is_renewed else max(posting.listed_at, begins)


def _principals(audience: tuple[Ref, ...]) -> list[int]:
    return [principal_of(ref) for ref in audience]


def revise(
    actor: Actor,
    uid: uuid.UUID,
    content: Content,
    *,
    version: int,
    is_silent: bool = False,
    draft_uid: uuid.UUID | None = None,
) -> Posting:
    """Change a posting; `is_silent` corrects it without asking anybody to read it again.

    Where the bureau's rule asks for approval the change waits, and what is in force stays until it is approved. Raises
    Invalid with the fields at fault, Conflict if somebody changed the posting since `version` was read.
    """
    posting = locked(actor, uid, version=version)
    before = Content.of(posting)
    if posting.published_at is not None and content.shown_from is None:
        content = replace(content, shown_from=before.shown_from)
    content, reach = checked(
        actor, content, unit_id=posting.unit_id, sender_kind=SenderKind(posting.sender_kind), before=before
    )
    content = with_own_files(actor, posting, content)
    changed = content.differences(before)
    is_published = posting.published_at is not None
    if draft_uid is not None:
        discard(actor, draft_uid)
    if is_published and not changed and posting.awaiting_since is None:
        return posting
    supersede(actor, posting)
    is_awaiting = needs_approval(reach, posting.unit_id)
    add_revision(actor, posting, content, changed=changed, is_silent=is_silent, is_proposed=is_awaiting)
    if is_awaiting:
        posting.awaiting_since = actor.now
        if not is_published:
            _show_as_proposed(posting, content, actor)
        _submitted(actor, posting)
    else:
        put_in_force(actor, posting, content, reach, is_silent=is_silent)
        if is_published:
            told(actor, posting, changed, is_silent=is_silent)
    session.flush()
    return posting


def _show_as_proposed(posting: Posting, content: Content, actor: Actor) -> None:
    """What is not in force anywhere shows, to those who may see it, what is proposed."""
    posting.state = PostingState.AWAITING.value
    posting.category_id, posting.title, posting.html = content.category_id, content.title, content.html
    posting.importance = content.importance.value
    put_label(actor, posting, content)
    _show_files(posting, content)
    posting.shown_from = content.shown_from or actor.now
    posting.shown_to = content.shown_to or OPEN_END
    posting.listed_at = posting.shown_from
    posting.confirm_by, posting.needs_confirmation = content.confirm_by, content.confirm_by is not None
    posting.updated_at = actor.now
    enlist(posting, _principals(content.audience))


def told(actor: Actor, posting: Posting, changed: list[str], *, is_silent: bool) -> None:
    """Tell that a posting in force has changed."""
    events.emit(
        actor,
        posting_topic(posting.id),
        CHANGED,
        posting_id=posting.id,
        edition=posting.edition,
        changed=changed,
        is_silent=is_silent,
    )
    audit.record(
        actor, CHANGED, posting, unit_id=posting.unit_id, details={"changed": changed, "silent": is_silent}
    )


def _submitted(actor: Actor, posting: Posting) -> None:
    revision = newest(posting.id)
    assert revision is not None, "what is submitted was written"
    topic = posting_topic(posting.id)
    events.emit(actor, topic, SUBMITTED, posting_id=posting.id, revision_id=revision.id)
    audit.record(actor, SUBMITTED, posting, unit_id=posting.unit_id, details={"revision": revision.number})


def end(actor: Actor, uid: uuid.UUID) -> Posting:
    """End the display now. Conflict if it is not on display."""
    posting = locked(actor, uid)
    if not posting.is_published or posting.shown_to <= actor.now or posting.shown_from > actor.now:
        raise Conflict(gettext("This posting is not on display."), code="not_displayed")
    supersede(actor, posting)
    posting.shown_to = actor.now
    _reset(actor, posting, "shown_to")
    return posting


def pin(actor: Actor, uid: uuid.UUID, *, is_pinned: bool) -> Posting:
    """Pin a posting to the top of everybody's list, or let it go. Denied to those who only wrote it."""
    posting = locked(actor, uid)
    if not may_pin(actor, posting.category_id, posting.unit_id):
        access.require(actor, MANAGE, unit_id=posting.unit_id)
    if posting.is_pinned != is_pinned:
        posting.is_pinned = is_pinned
        _reset(actor, posting, "is_pinned")
    return posting


def _reset(actor: Actor, posting: Posting, name: str) -> None:
    """Keep, list and tell one setting that was changed at once, without asking anybody to read again.

    A wording that waits, or one that was returned, takes the setting over and stays the newest: it must not undo it.
    """
    now = Content.of(posting)
    latest = newest(posting.id)
    if latest is not None and latest.state in _UNFINISHED:
        latest.settings = latest.settings | {name: now.settings()[name]}
        if posting.is_published:
            latest.changed = Content.proposed_by(latest).differences(now)
            number, latest.number = latest.number, latest.number + 1
            session.flush()
            _keep(actor, posting, now, number, changed=[name], is_silent=True, state=RevisionState.IN_FORCE)
    elif posting.is_published:
        add_revision(actor, posting, now, changed=[name], is_silent=True, is_proposed=False)
    enlist(posting, _principals(now.audience))
    told(actor, posting, [name], is_silent=True)


def remove(actor: Actor, uid: uuid.UUID) -> None:
    """Delete a posting: nobody sees it any more, its record stays until it is disposed of."""
    posting = locked(actor, uid)
    take_down(actor, posting)


def uid_of(posting_id: int) -> uuid.UUID:
    """The uid of a posting that is known by its key. Raises NotFound."""
    found = session.scalar(select(Posting.uid).where(Posting.id == posting_id, Posting.deleted_at.is_(None)))
    if found is None:
        raise not_found()
    return found
