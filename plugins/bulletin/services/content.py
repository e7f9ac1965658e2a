"""What somebody wants a posting to say and to whom: one frozen value from the form to the revision, and its rules."""

import uuid
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, Self

from groupware import access, clock, rules
from groupware.actor import Actor
from groupware.attachments.queries import shown_files
from groupware.attachments.services.owning import require_number
from groupware.directory.picking import Ref
from groupware.errors import Denied, Invalid
from groupware.guards import labels, texts, zoning
from groupware.i18n import gettext
from groupware.text.html import from_input, to_plain
from plugins.bulletin.enums import OWNER, AllStaffBy, ApprovalNeed, Importance, SenderKind
from plugins.bulletin.models import OPEN_END, Posting, Revision
from plugins.bulletin.permissions import ADDRESS_ALL, MANAGE
from plugins.bulletin.queries.audience import EVERYONE, addressable, audience_of, count, parsed
from plugins.bulletin.queries.categories import managed, postable, shelves
from plugins.bulletin.rules import ADDRESS_ALL as ADDRESS_ALL_RULE
from plugins.bulletin.rules import APPROVAL, BODY_LENGTH, SECOND_LOOK, TITLE_LENGTH

FARTHEST = timedelta(days=36525)
"""How far ahead somebody can mean a day; the calendar's last ones have no local time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A wording with all that can be set. `shown_from` None is at once, `shown_to` None has no end."""

    category_id: int
    title: str
    html: str
    audience: tuple[Ref, ...]
    importance: Importance = Importance.STANDARD
    shown_from: datetime | None = None
    shown_to: datetime | None = None
    confirm_by: date | None = None
    has_comments: bool = False
    has_reactions: bool = False
    is_pinned: bool = False
    classification: str = ""
    """Its information label; empty is the one that the bureau presets."""
    label_reason: str = ""
    """Why the label is to change."""
    files: tuple[uuid.UUID, ...] = ()
    """Attachments in their order; those of a proposed wording belong to the posting already, unseen by readers."""

    def settings(self) -> dict[str, Any]:
        """Everything but title and text, as a revision keeps it."""
        return {
            "category_id": self.category_id,
            "audience": sorted(ref.value for ref in self.audience),
            "importance": self.importance.value,
            "shown_from": self.shown_from.isoformat() if self.shown_from else None,
            "shown_to": self.shown_to.isoformat() if self.shown_to else None,
            "confirm_by": self.confirm_by.isoformat() if self.confirm_by else None,
            "has_comments": self.has_comments,
            "has_reactions": self.has_reactions,
            "is_pinned": self.is_pinned,
            "classification": self.classification,
            "label_reason": self.label_reason,
            "files": [str(uid) for uid in self.files],
        }

    @classmethod
    def proposed_by(cls, revision: Revision) -> Self:
        """What a revision wants."""
        kept = revision.settings
        return cls(
            category_id=kept["category_id"],
            title=revision.title,
            html=revision.html,
            audience=parsed(kept["audience"]),
            importance=Importance(kept["importance"]),
            shown_from=_instant(kept["shown_from"]),
            shown_to=_instant(kept["shown_to"]),
            confirm_by=date.fromisoformat(kept["confirm_by"]) if kept["confirm_by"] else None,
            has_comments=kept["has_comments"],
            has_reactions=kept["has_reactions"],
            is_pinned=kept["is_pinned"],
            # Wordings from before there were labels say nothing of one.
            classification=kept.get("classification", ""),
            label_reason=kept.get("label_reason", ""),
            files=tuple(uuid.UUID(uid) for uid in kept.get("files", ())),
        )

    @classmethod
    def of(cls, posting: Posting) -> Self:
        """What is in force."""
        return cls(
            category_id=posting.category_id,
            title=posting.title,
            html=posting.html,
            audience=audience_of(posting.id),
            importance=Importance(posting.importance),
            shown_from=posting.shown_from,
            shown_to=posting.shown_to if posting.shown_to < OPEN_END else None,
            confirm_by=posting.confirm_by,
            has_comments=posting.has_comments,
            has_reactions=posting.has_reactions,
            is_pinned=posting.is_pinned,
            classification=posting.classification,
            files=files_of(posting),
        )

    def differences(self, other: "Content") -> list[str]:
        """Names of the fields in which two contents differ."""
        mine, theirs = self.settings(), other.settings()
        found = [name for name in ("title", "html") if getattr(self, name) != getattr(other, name)]
        names = [f.name for f in fields(self) if f.name in mine and f.name != "label_reason"]
        return found + [name for name in names if mine[name] != theirs[name]]


def files_of(posting: Posting) -> tuple[uuid.UUID, ...]:
    """The files that readers see."""
    if not posting.file_count:
        return ()
    return tuple(file.uid for file in shown_files(OWNER, [posting.id])[posting.id])


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a content goes: the people addressed, and whether that is everybody who works here."""

    number: int
    is_everybody: bool


def reach_of(audience: tuple[Ref, ...], category_id: int | None, actor: Actor) -> Reach:
    """How many people an audience is, today and within the category."""
    shelf = shelves().get(category_id) if category_id is not None else None
    within = None if shelf is None or shelf.is_open else shelf.id
    number = count(audience, actor.today, category_id=within)
    is_whole = audience == (EVERYONE,) and within is None
    return Reach(number, number > 0 and (is_whole or number >= count((EVERYONE,), actor.today)))


def needs_second_look(reach: Reach, unit_id: int | None) -> bool:
    """Whether a page must show the audience once more before the posting goes out."""
    return reach.is_everybody or reach.number >= int(rules.value(SECOND_LOOK, unit_id))


def needs_approval(reach: Reach, unit_id: int | None) -> bool:
    """Whether the bureau's rule wants a second person to approve."""
    need = ApprovalNeed(rules.value(APPROVAL, unit_id))
    return need is ApprovalNeed.ALWAYS or (need is ApprovalNeed.ALL_STAFF and reach.is_everybody)


def may_pin(actor: Actor, category_id: int, unit_id: int | None) -> bool:
    """Pinning moves everybody's list: it is for those who look after the category or the unit, not for authors."""
    return access.can(actor, MANAGE, unit_id=unit_id) or any(
        shelf.id == category_id for shelf in managed(actor)
    )


def checked(
    actor: Actor,
    content: Content,
    *,
    unit_id: int | None,
    sender_kind: SenderKind,
    before: Content | None = None,
) -> tuple[Content, Reach]:
    """The content, cleaned, and its reach. Raises Invalid with a message for every field at fault; Denied for pinning.

    `before` is what is in force when a posting is changed: what it had already is not held against it.
    """
    content = replace(
        content,
        title=" ".join(content.title.split()),
        html=from_input(content.html),
        classification=content.classification
        or (before.classification if before is not None else labels.default(unit_id).value),
    )
    faults: dict[str, object] = {}
    shelf = next((one for one in postable(actor) if one.id == content.category_id), None)
    if shelf is None and (before is None or before.category_id != content.category_id):
        faults["category_id"] = gettext("Please choose a category in which you may post.")
    faults |= _wording_faults(content, unit_id)
    faults |= _date_faults(content, before, actor)
    if content.classification not in zoning.labels_of(actor):
        faults["classification"] = gettext("Please choose a confidentiality from the list.")
    try:
        require_number(content.files, unit_id)
    except Invalid as error:
        faults |= error.fields
    reach = _checked_reach(actor, content, unit_id, sender_kind, before, faults)
    if faults:
        raise Invalid(gettext("Some entries need your attention."), fields=faults)
    texts.require_clean(actor, unit_id, {"title": content.title, "html": to_plain(content.html)})
    if before is not None and before.classification != content.classification:
        labels.checked_reason(actor, content.label_reason, unit_id)
    was_pinned = before is not None and before.is_pinned
    if content.is_pinned and not was_pinned and not may_pin(actor, content.category_id, unit_id):
        raise Denied(
            gettext("Only those who manage the category may pin postings."),
            permission=MANAGE,
            unit_id=unit_id,
        )
    return content, reach


def _wording_faults(content: Content, unit_id: int | None) -> dict[str, object]:
    faults: dict[str, object] = {}
    if not content.title:
        faults["title"] = gettext("Please enter the subject.")
    longest = int(rules.value(TITLE_LENGTH, unit_id))
    if len(content.title) > longest:
        faults["title"] = gettext(
            "The subject may have %(limit)d characters (now %(length)d).",
            limit=longest,
            length=len(content.title),
        )
    length = len(to_plain(content.html).replace("\n", ""))
    longest = int(rules.value(BODY_LENGTH, unit_id))
    if not length:
        faults["html"] = gettext("Please enter the text.")
    elif length > longest or len(content.html) > 20 * longest:
        faults["html"] = gettext(
            "The text may have %(limit)d characters (now %(length)d).", limit=longest, length=length
        )
    return faults


def _date_faults(content: Content, before: Content | None, actor: Actor) -> dict[str, object]:
    begins, ends = content.shown_from or actor.now, content.shown_to
    last = actor.now + FARTHEST
    faults = {
        name: gettext("Please choose a day of the next hundred years.")
        for name, is_too_far in (
            ("starts_on", begins > last),
            ("ends_on", ends is not None and ends > last),
            ("confirm_by", content.confirm_by is not None and content.confirm_by > last.date()),
        )
        if is_too_far
    }
    if faults:
        return faults
    if ends is not None and ends <= begins:
        faults["ends_on"] = gettext("The end of the display must lie after its beginning.")
    elif ends is not None and ends <= actor.now and (before is None or before.shown_to != ends):
        faults["ends_on"] = gettext("The end of the display lies in the past.")
    if content.confirm_by is not None and (before is None or before.confirm_by != content.confirm_by):
        if content.confirm_by < max(clock.local(begins).date(), actor.today):
            faults["confirm_by"] = gettext(
                "The deadline for confirming must not lie before the display begins or today."
            )
        elif ends is not None and content.confirm_by > clock.local(ends - timedelta(microseconds=1)).date():
            faults["confirm_by"] = gettext("The deadline for confirming must lie within the display period.")
    return faults


def _checked_reach(
    actor: Actor,
    content: Content,
    unit_id: int | None,
    sender_kind: SenderKind,
    before: Content | None,
    faults: dict[str, object],
) -> Reach:
    """The reach; notes a fault for an audience that is empty, unknown, or not the actor's to address."""
    kept = set(before.audience) if before is not None else set()
    unknown = set(content.audience) - addressable(actor, content.audience) - kept
    if not content.audience:
        faults["audience"] = gettext("Please choose the audience.")
    elif unknown:
        faults["audience"] = gettext("Part of the audience does not exist any more. Please choose it again.")
    if "audience" in faults or "category_id" in faults:
        return Reach(0, False)
    reach = reach_of(content.audience, content.category_id, actor)
    if not reach.number:
        faults["audience"] = gettext("Nobody belongs to this audience who may read the category.")
    elif reach.is_everybody and not may_address_all(actor, unit_id, sender_kind):
        faults["audience"] = gettext("You may not address all staff. Please choose organisations or groups.")
    return reach


def may_address_all(actor: Actor, unit_id: int | None, sender_kind: SenderKind) -> bool:
    """Whether a posting of the unit in that kind of name may go to everybody."""
    match AllStaffBy(rules.value(ADDRESS_ALL_RULE, unit_id)):
        case AllStaffBy.ANYBODY:
            return True
        case AllStaffBy.SECTIONS if sender_kind is not SenderKind.PERSON:
            return True
    return access.can(actor, ADDRESS_ALL, unit_id=unit_id)
