"""Write a posting: the form, the preview, the second look at the audience."""

import uuid
from collections.abc import Sequence
from typing import Any

import uuid6
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from groupware import access, rules
from groupware.actor import Actor
from groupware.attachments.forms import receives_files
from groupware.attachments.queries import files as attached
from groupware.attachments.services.handing import known
from groupware.db import unit
from groupware.directory.picking import choices_of, remember
from groupware.errors import Conflict, DomainError, Invalid
from groupware.guards import zoning
from groupware.guards.enums import Label
from groupware.i18n import gettext, ngettext
from groupware.text.html import sanitise
from groupware.web.boundary import actor
from groupware.web.formats import datetime_text, number_text
from groupware.web.gate import own_units, signed_in
from groupware.web.refusals import show_refusal
from plugins.bulletin.differences import html_differences
from plugins.bulletin.enums import Importance, PostingState, SenderKind
from plugins.bulletin.forms import SILENTLY, UNREADABLE, PostingForm, typed
from plugins.bulletin.models import Draft, Posting
from plugins.bulletin.permissions import MANAGE
from plugins.bulletin.queries.audience import groups, parsed, ranks
from plugins.bulletin.queries.categories import Shelf, postable, shelves
from plugins.bulletin.queries.postings import draft, draft_of, opened
from plugins.bulletin.queries.revisions import proposed, returned
from plugins.bulletin.queries.senders import Sender, senders
from plugins.bulletin.rules import BODY_LENGTH, TITLE_LENGTH
from plugins.bulletin.services import drafts, postings
from plugins.bulletin.services.content import (
    Content,
    checked,
    may_pin,
    needs_approval,
    needs_second_look,
    reach_of,
)
from plugins.bulletin.views.blueprint import blueprint
from plugins.bulletin.views.ticks import unit_ticks

# ---- A new posting ----


@blueprint.get("/new")
@signed_in
def new() -> ResponseReturnValue:
    """An empty form, a draft, or a copy of a former posting."""
    who = actor()
    offered, names = postable(who), senders(who)
    if not offered:
        return render_template("bulletin/no_category.html")
    kept = _asked_draft(who)
    if kept is not None and kept.posting_id is not None:
        return redirect(url_for("bulletin.edit", uid=_uid_of(kept.posting_id), draft=kept.uid))
    form = _restored(kept) if kept is not None else PostingForm(None)
    form.offer(offered, names)
    if kept is None:
        form.preset(who)
        form.draft.data = str(uuid6.uuid7())
        if (copied := request.args.get("copy", type=uuid.UUID)) is not None:
            form.show(Content.of(opened(who, copied).posting), is_copy=True)
    form.form_key.data = uuid.uuid4().hex
    return _form(form, names)


@blueprint.post("/new")
@receives_files
@signed_in
def create() -> ResponseReturnValue:
    """Post, preview, or keep as a draft."""
    who = actor()
    offered, names = postable(who), senders(who)
    form = PostingForm()
    form.offer(offered, names)
    act = request.form.get("action", "publish")
    if act == "attach":
        return _form(form, names)
    try:
        if act == "draft":
            return _keep_draft(who, form, None)
        content = _read(form)
        sender = postings.chosen_sender(who, form.sender.data or names[0].value)
        if (between := _between(who, form, content, sender, act)) is not None:
            return between
        if act == "edit":
            return _form(form, names)
        uid = postings.post(
            who, sender.value, content, key=form.form_key.data or "", draft_uid=form.draft_uid
        )
    except (Invalid, Conflict) as error:
        _show(form, error)
        # What was sent already stays; sent once more from here, it is another posting.
        form.form_key.data = uuid.uuid4().hex if error.code == "key_reused" else form.form_key.data
        return _form(form, names), error.status
    remember(who, [ref.value for ref in content.audience])
    _tell(opened(who, uid).posting)
    return redirect(url_for("bulletin.posting", uid=uid))


# ---- A change ----


@blueprint.get("/<uuid:uid>/edit")
@signed_in
def edit(uid: uuid.UUID) -> ResponseReturnValue:
    """The form with what is in force, with what waits or was returned, or with one's own draft."""
    who = actor()
    shown = _managed(who, uid)
    kept = _asked_draft(who)
    form = _restored(kept) if kept is not None and kept.posting_id == shown.id else PostingForm(None)
    _offer_change(who, form, shown)
    if kept is None or kept.posting_id != shown.id:
        waiting = proposed(shown) or returned(shown)
        form.preset(who)
        form.show(Content.proposed_by(waiting) if waiting is not None else Content.of(shown))
        form.version.data = str(shown.version)
        form.draft.data = str(uuid6.uuid7())
    older = draft_of(who, shown.id) if kept is None else None
    return _form(form, [], shown, older=older)


@blueprint.post("/<uuid:uid>/edit")
@receives_files
@signed_in
def change(uid: uuid.UUID) -> ResponseReturnValue:
    """Save the change, preview it, or keep it as a draft."""
    who = actor()
    shown = _managed(who, uid)
    form = PostingForm()
    _offer_change(who, form, shown)
    act = request.form.get("action", "publish")
    if act == "attach":
        return _form(form, [], shown)
    before = Content.of(shown)
    version = form.version.data or ""
    try:
        if act == "draft":
            return _keep_draft(who, form, shown)
        content = _read(form, before, may_pin(who, before.category_id, shown.unit_id))
        sender = _sender_of(shown)
        if (between := _between(who, form, content, sender, act, shown, before)) is not None:
            return between
        if act == "edit":
            return _form(form, [], shown)
        changed = postings.revise(
            who,
            uid,
            content,
            version=int(version) if version.isdecimal() else 0,
            is_silent=form.notice.data == SILENTLY,
            draft_uid=form.draft_uid,
        )
    except Invalid as error:
        _show(form, error)
        return _form(form, [], shown), error.status
    except Conflict as error:
        _show(form, error)
        return _conflict(form, uid), error.status
    remember(who, [ref.value for ref in content.audience])
    if changed.awaiting_since is not None:
        flash(gettext("Your change waits for approval. Until then readers see the wording in force."), "info")
    else:
        flash(gettext("The change was saved."), "success")
    return redirect(url_for("bulletin.posting", uid=uid))


def _conflict(form: PostingForm, uid: uuid.UUID) -> str:
    """The typed text stays in the form; beside it, what somebody else made of the posting meanwhile."""
    current = opened(actor(), uid).posting
    form.version.data = str(current.version)
    passages = html_differences(current.html, sanitise(form.html.data or ""))
    titles = html_differences(current.title, form.title.data or "")
    return _form(form, [], current, passages=passages, titles=titles)


def _managed(who: Actor, uid: uuid.UUID) -> Posting:
    shown = opened(who, uid).posting
    access.require(who, MANAGE, shown, unit_id=shown.unit_id)
    return shown


def _offer_change(who: Actor, form: PostingForm, shown: Posting) -> None:
    offered = postable(who)
    if all(shelf.id != shown.category_id for shelf in offered):
        offered = [shelves()[shown.category_id], *offered]
    form.offer(offered, [])


def _sender_of(shown: Posting) -> Sender:
    """The sender of a posting as the checks need it; it does not change any more."""
    return Sender(
        value="",
        kind=SenderKind(shown.sender_kind),
        name=shown.sender_name,
        detail=shown.sender_detail,
        unit_id=shown.unit_id,
        person_id=shown.sender_person_id,
    )


# ---- What both have in common ----


def _read(form: PostingForm, before: Content | None = None, is_pinner: bool = True) -> Content:
    """What was typed. Raises Invalid where a field cannot be read at all, e.g. a date that is none."""
    is_readable = form.validate()
    # Whether something required is there is for the service to say, in one voice for page and programme.
    for name in ("title", "html", "category_id"):
        form[name].errors = []
    form.look_names_up()
    if form.audience.errors or (not is_readable and any(field.errors for field in form)):
        raise Invalid(gettext("Some entries need your attention."), code=UNREADABLE)
    if before is not None and not is_pinner:
        form.is_pinned.data = before.is_pinned
    return form.content(before)


def _between(
    who: Actor,
    form: PostingForm,
    content: Content,
    sender: Sender,
    act: str,
    shown: Posting | None = None,
    before: Content | None = None,
) -> str | None:
    """The preview, or the second look at a large audience; None when the act may go on. Raises Invalid as posting would."""
    if act == "edit":
        return None
    content, reach = checked(who, content, unit_id=sender.unit_id, sender_kind=sender.kind, before=before)
    is_same_audience = before is not None and set(before.audience) == set(content.audience)
    needs_look = needs_second_look(reach, sender.unit_id) and not is_same_audience
    is_looked = form.looked.data == str(reach.number)
    if act != "preview" and (is_looked or not needs_look):
        return None
    return render_template(
        "bulletin/preview.html" if act == "preview" else "bulletin/second_look.html",
        fields=[
            (n, v) for n, values in typed().items() if n not in ("looked", "audience_text") for v in values
        ]
        + [
            ("audience", ref.value)
            for ref in content.audience
            if ref.value not in request.form.getlist("audience")
        ],
        content=content,
        category=shelves().get(content.category_id),
        importance=Importance(content.importance),
        sender_words={"sender_name": sender.name, "sender_detail": sender.detail},
        reach=reach,
        audience=choices_of(ref.value for ref in content.audience),
        is_awaiting=needs_approval(reach, sender.unit_id),
        needs_look=needs_look,
        files=[one.file for one in known(who, attached(content.files))],
        posting=shown,
    )


def _show(form: PostingForm, error: DomainError) -> None:
    # What could not be read stands at its fields already.
    if error.code != UNREADABLE:
        show_refusal(form, error)


def _form(
    form: PostingForm,
    names: Sequence[Sender],
    shown: Posting | None = None,
    *,
    older: Draft | None = None,
    passages: Any = None,
    titles: Any = None,
) -> str:
    who = actor()
    unit_id = shown.unit_id if shown is not None else who.unit_id
    refs = form.audience.refs
    shelf = shelves().get(form.category_id.data or 0)
    return render_template(
        "bulletin/editor.html",
        form=form,
        posting=shown,
        senders=names,
        chosen=choices_of(ref.value for ref in refs),
        ticked=set(form.audience.data),
        unit_ticks=unit_ticks(set(form.audience.data)),
        ranks=ranks(),
        groups=groups(who),
        reach=reach_of(refs, shelf.id if shelf is not None else None, who) if refs else None,
        needs_look=_needs_look(refs, shelf, who),
        title_length=rules.value(TITLE_LENGTH, unit_id),
        body_length=rules.value(BODY_LENGTH, unit_id),
        may_pin=shelf is not None and may_pin(who, shelf.id, unit_id),
        files=[one.file for one in known(who, attached(form.files.uids))],
        older=older,
        passages=passages,
        titles=titles,
        labels=[label for label in Label if label.value in zoning.labels_of(who)],
    )


def _needs_look(refs: Any, shelf: Shelf | None, who: Actor) -> bool:
    if not refs:
        return False
    return needs_second_look(reach_of(refs, shelf.id if shelf is not None else None, who), who.unit_id)


def _tell(posted: Posting) -> None:
    number = posted.addressed_count
    if posted.state == PostingState.AWAITING:
        flash(gettext("The posting waits for approval. It appears as soon as it is approved."), "info")
    elif posted.shown_from > actor().now:
        flash(gettext("The posting appears on %(when)s.", when=datetime_text(posted.shown_from)), "success")
    else:
        flash(
            ngettext(
                "The posting is on display for %(number)s person.",
                "The posting is on display for %(number)s people.",
                number,
                number=number_text(number),
            ),
            "success",
        )


# ---- Drafts of the form ----


def _asked_draft(who: Actor) -> Draft | None:
    asked = request.args.get("draft", type=uuid.UUID)
    return draft(who, asked) if asked is not None else None


def _uid_of(posting_id: int) -> uuid.UUID:
    return postings.uid_of(posting_id)


def _restored(kept: Draft) -> PostingForm:
    fields = MultiDict((name, value) for name, values in kept.fields.items() for value in values)
    form = PostingForm(fields)
    form.draft.data = str(kept.uid)
    return form


def _keep_draft(who: Actor, form: PostingForm, shown: Posting | None) -> ResponseReturnValue:
    drafts.save(who, form.draft_uid or uuid6.uuid7(), typed(), posting=shown)
    flash(gettext("The draft was saved. You find it under your own postings."), "success")
    return redirect(url_for("bulletin.own"))


# ---- The audience while it is being chosen ----


@blueprint.post("/audience")
@own_units
@signed_in
def reach() -> str:
    """How many people the audience in the form is. Reads only, although it is sent by POST."""
    with unit("read"):
        who = actor()
        refs = parsed(request.form.getlist("audience"))
        category_id = request.form.get("category_id", type=int)
        known = category_id if category_id in shelves() else None
        found = reach_of(refs, known, who) if refs else None
        return render_template(
            "bulletin/_reach.html",
            reach=found,
            needs_look=found is not None and needs_second_look(found, who.unit_id),
        )
