"""One posting: read it, confirm it, answer it, look after it."""

import uuid
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import access
from groupware.actor import Actor
from groupware.attachments.queries import shown_files
from groupware.errors import Invalid
from groupware.guards import labels
from groupware.i18n import gettext, pgettext
from groupware.notifications.services import read_about
from groupware.web.boundary import actor, afterwards, signed_in_person
from groupware.web.errors import is_fragment
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from plugins.bulletin.differences import html_differences
from plugins.bulletin.enums import OWNER, Phase, ReactionKind, RevisionState
from plugins.bulletin.models import Posting
from plugins.bulletin.notifications import KINDS
from plugins.bulletin.permissions import MANAGE
from plugins.bulletin.queries import revisions, talk
from plugins.bulletin.queries.audience import audience_of, named
from plugins.bulletin.queries.postings import Opened, may_approve, may_manage, opened
from plugins.bulletin.services import postings, reading
from plugins.bulletin.services import talk as talking
from plugins.bulletin.services.content import may_pin
from plugins.bulletin.views.blueprint import blueprint
from plugins.bulletin.views.wording import field_words, settings_rows


@blueprint.get("/<uuid:uid>")
@signed_in
def posting(uid: uuid.UUID) -> str:
    """The posting. Opening it is reading it, for those whom it addresses and once it is on display."""
    found = opened(actor(), uid)
    _note_reading(actor(), found)
    return _page(found)


def _note_reading(who: Actor, found: Opened) -> None:
    item = found.item
    if labels.consequences(found.posting.classification, found.posting.unit_id).is_audited:
        afterwards(lambda: labels.note_view(who, found.posting))
    signed_in = signed_in_person()
    if signed_in is not None and signed_in.unread_notices:
        afterwards(lambda: read_about(who, KINDS, item.id))
    if (
        found.is_addressed
        and item.phase in (Phase.DISPLAYED, Phase.ENDED)
        and item.read_edition < item.edition
    ):
        afterwards(lambda: reading.mark_read(who, item.id, item.edition))


def _page(found: Opened, *, comment: str = "", comment_errors: tuple[str, ...] = ()) -> str:
    who, shown = actor(), found.posting
    talking_here = _talk(found)
    is_manager = talking_here["is_manager"]
    return render_template(
        "bulletin/posting.html",
        found=found,
        posting=shown,
        item=found.item,
        guarded=labels.consequences(shown.classification, shown.unit_id),
        audience=named(audience_of(shown.id)),
        files=shown_files(OWNER, [shown.id])[shown.id] if shown.file_count else [],
        may_pin=is_manager and may_pin(who, shown.category_id, shown.unit_id),
        proposed=revisions.proposed(shown) if is_manager or may_approve(who, shown) else None,
        returned=revisions.returned(shown) if is_manager else None,
        reactions=talk.reactions(who, shown.id) if shown.has_reactions else [],
        comment=comment,
        comment_errors=comment_errors,
        comment_length=talking.COMMENT_LENGTH,
        form_key=uuid.uuid4().hex,
        **talking_here,
    )


@blueprint.get("/<uuid:uid>/comments")
@signed_in
def comments(uid: uuid.UUID) -> str:
    """The newest comments, for pages that are open while somebody says something."""
    found = opened(actor(), uid)
    return render_template(
        "bulletin/_talk.html", found=found, item=found.item, posting=found.posting, **_talk(found)
    )


@blueprint.get("/<uuid:uid>/reactions")
@signed_in
def reactions(uid: uuid.UUID) -> str:
    """The reactions, for open pages."""
    found = opened(actor(), uid)
    counts = talk.reactions(actor(), found.posting.id) if found.posting.has_reactions else []
    return render_template("bulletin/_reactions.html", item=found.item, reactions=counts)


def _talk(found: Opened) -> dict[str, Any]:
    shown = found.posting
    newest, has_older = (
        talk.comments(shown.id, request.args.get("before", type=int)) if shown.has_comments else ([], False)
    )
    return {
        "comments": newest,
        "has_older": has_older,
        "is_manager": may_manage(actor(), shown),
        "person_id": actor().person_id,
    }


@blueprint.post("/<uuid:uid>/confirm")
@signed_in
def confirm(uid: uuid.UUID) -> ResponseReturnValue:
    """内容を確認しました."""
    reading.confirm(actor(), uid, request.form.get("edition", 0, type=int))
    flash(gettext("Thank you. Your confirmation was recorded."), "success")
    return redirect(url_for("bulletin.posting", uid=uid))


@blueprint.post("/<uuid:uid>/reactions")
@signed_in
def react(uid: uuid.UUID) -> ResponseReturnValue:
    """Set or take back a reaction."""
    kind = request.form.get("kind", "")
    if kind not in set(ReactionKind):
        raise Invalid(gettext("There is no such reaction."), code="reaction")
    found = talking.react(actor(), uid, ReactionKind(kind), is_set=request.form.get("set") == "1")
    if is_fragment():
        counts = talk.reactions(actor(), found.posting.id)
        return render_template("bulletin/_reactions.html", item=found.item, reactions=counts)
    return redirect(url_for("bulletin.posting", uid=uid, _anchor="reactions"))


@blueprint.post("/<uuid:uid>/comments")
@signed_in
def add_comment(uid: uuid.UUID) -> ResponseReturnValue:
    """Say something."""
    text = request.form.get("text", "")
    try:
        talking.add_comment(actor(), uid, text, key=request.form.get("form_key", ""))
    except Invalid as error:
        errors = tuple(str(reason) for reason in error.fields.values())
        return _page(opened(actor(), uid), comment=text, comment_errors=errors), 422
    flash(gettext("Your comment was added."), "success")
    return redirect(url_for("bulletin.posting", uid=uid, _anchor="comments"))


@blueprint.post("/<uuid:uid>/comments/<uuid:comment_uid>/delete")
@signed_in
def remove_comment(uid: uuid.UUID, comment_uid: uuid.UUID) -> ResponseReturnValue:
    """Take a comment away."""
    talking.remove_comment(actor(), uid, comment_uid)
    flash(gettext("The comment was deleted."), "success")
    return redirect(url_for("bulletin.posting", uid=uid, _anchor="comments"))


@blueprint.post("/<uuid:uid>/end")
@signed_in
def end(uid: uuid.UUID) -> ResponseReturnValue:
    """End the display."""
    postings.end(actor(), uid)
    flash(gettext("The display has ended. Readers find the posting under the ended ones."), "success")
    return redirect(url_for("bulletin.posting", uid=uid))


@blueprint.post("/<uuid:uid>/pin")
@signed_in
def pin(uid: uuid.UUID) -> ResponseReturnValue:
    """Pin, or let go."""
    is_pinned = request.form.get("pinned") == "1"
    postings.pin(actor(), uid, is_pinned=is_pinned)
    flash(
        gettext("The posting was pinned.") if is_pinned else gettext("The posting is not pinned any more."),
        "success",
    )
    return redirect(url_for("bulletin.posting", uid=uid))


@blueprint.post("/<uuid:uid>/delete")
@signed_in
def delete(uid: uuid.UUID) -> ResponseReturnValue:
    """Delete it."""
    postings.remove(actor(), uid)
    flash(gettext("The posting was deleted."), "success")
    return redirect(url_for("bulletin.own"))


# ---- Its wordings ----


def _required(uid: uuid.UUID) -> Posting:
    """The posting, for those who manage or approve it."""
    shown = opened(actor(), uid).posting
    if not may_approve(actor(), shown):
        access.require(actor(), MANAGE, shown, unit_id=shown.unit_id)
    return shown


@blueprint.get("/<uuid:uid>/history")
@signed_in
def history(uid: uuid.UUID) -> str:
    """Every wording, newest first."""
    shown = _required(uid)
    return render_template(
        "bulletin/history.html", posting=shown, revisions=revisions.revisions(shown.id), states=RevisionState
    )


@blueprint.get("/<uuid:uid>/history.<format>")
@signed_in
def export_history(uid: uuid.UUID, format: str) -> Response:  # noqa: A002  the word users know
    """Who changed what when, as a workbook or CSV."""
    shown = _required(uid)
    columns = [
        pgettext("wording", "No."),
        gettext("Written"),
        gettext("By"),
        gettext("What changed"),
        pgettext("posting", "State"),
        gettext("Decided"),
        gettext("Reason"),
    ]
    rows = [
        [
            one.number,
            one.made_at,
            one.made_by_name,
            field_words(one.changed),
            str(RevisionState(one.state).label),
            one.decided_by_name,
            one.note,
        ]
        for one in revisions.revisions(shown.id)
    ]
    return table_response(
        gettext("Change history"),
        columns,
        rows,
        format,
        object_type="bulletin.posting",
        object_id=shown.id,
        unit_id=shown.unit_id,
    )


@blueprint.get("/<uuid:uid>/history/<int:number>")
@signed_in
def revision(uid: uuid.UUID, number: int) -> str:
    """One wording beside the one that was in force before it."""
    shown = _required(uid)
    one = revisions.revision(shown.id, number)
    return render_template("bulletin/revision.html", posting=shown, **comparison(shown, one))


def comparison(shown: Posting, one: Any) -> dict[str, Any]:
    """What a template needs to show a wording beside its predecessor."""
    before = revisions.in_force_before(shown.id, one.number)
    return {
        "revision": one,
        "before": before,
        "title_passages": html_differences(before.title, one.title) if before is not None else None,
        "passages": html_differences(before.html, one.html) if before is not None else None,
        "settings": settings_rows(one, before),
        "state": RevisionState(one.state),
    }
