"""Who has read and confirmed a posting, and notifying again those who have not."""

import uuid
from math import ceil
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import access
from groupware.directory.tree import OrgTree, org_tree
from groupware.errors import NotFound
from groupware.i18n import gettext, ngettext, pgettext
from groupware.web.boundary import actor
from groupware.web.errors import is_fragment
from groupware.web.exports import table_response
from groupware.web.formats import number_text
from groupware.web.gate import signed_in
from plugins.bulletin.models import Posting
from plugins.bulletin.permissions import MANAGE
from plugins.bulletin.queries import receipts as queries
from plugins.bulletin.queries.nudges import nudges
from plugins.bulletin.queries.postings import opened
from plugins.bulletin.queries.receipts import Recipient, Wanted
from plugins.bulletin.services import nudges as services
from plugins.bulletin.views.blueprint import blueprint

NAMES = 200
"""Names on one page."""


def _shown(uid: uuid.UUID) -> Posting:
    """The posting, for those who look after it."""
    found = opened(actor(), uid).posting
    access.require(actor(), MANAGE, found, unit_id=found.unit_id)
    return found


def _wanted(posting: Posting) -> Wanted:
    asked = request.args.get("show", "")
    if asked in set(Wanted):
        return Wanted(asked)
    return Wanted.UNCONFIRMED if posting.needs_confirmation else Wanted.UNREAD


@blueprint.get("/<uuid:uid>/receipts")
@signed_in
def receipts(uid: uuid.UUID) -> str:
    """Numbers by bureau and section; the names of one organisation where `?unit=` asks for them."""
    shown = _shown(uid)
    tree = org_tree(actor().today)
    unit_id = request.args.get("unit", type=int)
    names = _names(shown, tree, unit_id) if unit_id is not None else None
    found = queries.receipts(shown, tree)
    return render_template(
        "bulletin/receipts.html",
        posting=shown,
        found=found,
        former=queries.former_readers(shown, found),
        nudges=nudges(shown),
        wanted=_wanted(shown),
        tabs=_tabs(shown, _wanted(shown), unit_id),
        bureaus=[(one.unit_id, one.name) for one in found.bureaus if one.whole.unconfirmed],
        unit_id=unit_id,
        names=names,
        form_key=uuid.uuid4().hex,
        is_displayed=shown.is_published and shown.shown_from <= actor().now < shown.shown_to,
    )


def _tabs(shown: Posting, wanted: Wanted, unit_id: int | None) -> list[tuple[str, str, bool, None]]:
    words = {
        Wanted.UNCONFIRMED: pgettext("posting", "Unconfirmed"),
        Wanted.CONFIRMED: pgettext("posting", "Confirmed"),
        Wanted.UNREAD: pgettext("posting", "Unread"),
        Wanted.READ: pgettext("posting", "Read"),
        Wanted.ALL: pgettext("people", "All"),
    }
    if not shown.needs_confirmation:
        del words[Wanted.UNCONFIRMED], words[Wanted.CONFIRMED]
    return [
        (
            label,
            url_for(
                "bulletin.receipts",
                uid=shown.uid,
                unit=unit_id,
                show=one,
                below=request.args.get("below"),
                _anchor="names",
            ),
            one is wanted,
            None,
        )
        for one, label in words.items()
    ]


@blueprint.get("/<uuid:uid>/receipts/<int:unit_id>")
@signed_in
def receipt_names(uid: uuid.UUID, unit_id: int) -> ResponseReturnValue:
    """The names of one organisation: a fragment, or the whole page where scripts do not run."""
    if not is_fragment():
        return redirect(
            url_for(
                "bulletin.receipts",
                uid=uid,
                unit=unit_id,
                show=request.args.get("show"),
                below=request.args.get("below"),
                _anchor="names",
            )
        )
    shown = _shown(uid)
    values = _names(shown, org_tree(actor().today), unit_id)
    return render_template("bulletin/_names.html", posting=shown, names=values)


def _names(shown: Posting, tree: OrgTree, unit_id: int) -> dict[str, Any]:
    """People directly in a unit, or, `?below=1`, with everything below; unit 0 are those without a place."""
    if unit_id and unit_id not in tree:
        raise NotFound(gettext("The page you are looking for was not found."))
    wanted, is_whole = _wanted(shown), request.args.get("below") == "1"
    if unit_id:
        units = sorted(tree.subtree(unit_id)) if is_whole else [unit_id]
        people = queries.recipients(shown, tree.day, units, wanted)
        people.sort(key=lambda one: tree.order.get(one.unit_id or 0, 0))
    else:
        people = queries.recipients_elsewhere(shown, tree.day, wanted)
    last = max(1, ceil(len(people) / NAMES))
    page = min(max(request.args.get("page", 1, type=int), 1), last)

    def address(**changes: Any) -> str:
        values = {"unit": unit_id, "show": wanted.value, "below": 1 if is_whole else None} | changes
        return url_for("bulletin.receipts", uid=shown.uid, _anchor="names", **values)

    return {
        "people": people[(page - 1) * NAMES : page * NAMES],
        "number": len(people),
        "first": (page - 1) * NAMES + 1,
        "unit_name": tree.path_name(unit_id) if unit_id else gettext("Without an organisation"),
        "tree": tree,
        "is_whole": is_whole,
        "scope_url": address(below=None if is_whole else 1) if tree.children.get(unit_id) else None,
        "previous_url": address(page=page - 1) if page > 1 else None,
        "next_url": address(page=page + 1) if page < last else None,
    }


@blueprint.get("/<uuid:uid>/receipts.<format>")
@signed_in
def export_receipts(uid: uuid.UUID, format: str) -> Response:  # noqa: A002  the word users know
    """Everybody with name and times, as a workbook or CSV."""
    shown, who = _shown(uid), actor()
    tree = org_tree(who.today)
    people = list(
        queries.all_recipients(
            shown,
            tree,
            Wanted(request.args["show"]) if request.args.get("show") in set(Wanted) else Wanted.ALL,
        )
    )
    return table_response(
        gettext("Readers of %(title)s", title=shown.title[:40]),
        _columns(shown),
        [_cells(one, shown, tree) for one in people],
        format,
        object_type="bulletin.posting",
        object_id=shown.id,
        unit_id=shown.unit_id,
    )


def _columns(shown: Posting) -> list[str]:
    columns = [
        gettext("Bureau"),
        gettext("Organisation"),
        gettext("Staff number"),
        gettext("Name"),
        gettext("Kana"),
        pgettext("person", "Post"),
        gettext("Read at"),
    ]
    return [*columns, gettext("Confirmed at")] if shown.needs_confirmation else columns


def _cells(one: Recipient, shown: Posting, tree: OrgTree) -> list[Any]:
    bureau = tree.bureau(one.unit_id)
    cells = [
        bureau.name if bureau is not None else "",
        tree.path_name(one.unit_id),
        one.staff_number,
        one.display_name,
        one.kana_name,
        one.post_name,
        one.read_at,
    ]
    return [*cells, one.confirmed_at] if shown.needs_confirmation else cells


@blueprint.post("/<uuid:uid>/nudge")
@signed_in
def nudge(uid: uuid.UUID) -> ResponseReturnValue:
    """未確認の人に再通知."""
    number = services.nudge(
        actor(), uid, request.form.getlist("unit", type=int), key=request.form.get("form_key", "")
    )
    flash(
        ngettext(
            "%(number)s person who has not confirmed was notified again.",
            "%(number)s people who have not confirmed were notified again.",
            number,
            number=number_text(number),
        ),
        "success",
    )
    return redirect(url_for("bulletin.receipts", uid=uid))


@blueprint.post("/<uuid:uid>/nudges/<int:nudge_id>/cancel")
@signed_in
def cancel_nudge(uid: uuid.UUID, nudge_id: int) -> ResponseReturnValue:
    """Take a nudge back."""
    services.cancel(actor(), uid, nudge_id)
    flash(gettext("The notification was taken back."), "success")
    return redirect(url_for("bulletin.receipts", uid=uid))
