"""The timeline (新着): reading it, marking it as read."""

from datetime import UTC, datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import clock
from groupware.i18n import gettext, ngettext
from groupware.notifications.queries import (
    Cursor,
    address,
    announcements,
    line_of,
    sources,
    timeline,
    unread_numbers,
)
from groupware.notifications.services import drop, read, read_all
from groupware.notifications.views.blueprint import blueprint
from groupware.web.boundary import actor, afterwards
from groupware.web.gate import signed_in


@blueprint.get("/")
@signed_in
def index() -> str:
    """What is new, newest first; unread only, or of one function, by choice."""
    who = actor()
    only_unread, plugin_id = request.args.get("unread") == "1", _plugin_id()
    after = _cursor()
    page = timeline(who, only_unread=only_unread, plugin_id=plugin_id, after=after)
    more = page.more
    if page.gone:
        afterwards(lambda: drop(who, page.gone))
    numbers = unread_numbers(who)
    return render_template(
        "notifications/index.html",
        lines=page.lines,
        tabs=[
            (gettext("All"), url_for("notifications.index", function=plugin_id or None), not only_unread, 0),
            (
                gettext("Unread"),
                url_for("notifications.index", unread=1, function=plugin_id or None),
                only_unread,
                numbers.get(plugin_id, 0) if plugin_id else sum(numbers.values()),
            ),
        ],
        sources=[(one.id, str(one.title), numbers.get(one.id, 0)) for one in sources(who)],
        plugin_id=plugin_id,
        only_unread=only_unread,
        until=clock.now().isoformat(),
        first_url=url_for(
            "notifications.index", unread=1 if only_unread else None, function=plugin_id or None
        )
        if after is not None
        else None,
        next_url=url_for(
            "notifications.index",
            unread=1 if only_unread else None,
            before=f"{more.at.timestamp():.6f}-{more.id}",
            function=plugin_id or None,
        )
        if more is not None
        else None,
    )


@blueprint.get("/<int:notice_id>")
@signed_in
def follow(notice_id: int) -> ResponseReturnValue:
    """Go to what a line is about; following it is reading it."""
    who = actor()
    found = line_of(who, notice_id)
    afterwards(lambda: read(who, notice_id))
    target = address(who, found.kind, found.subject_id)
    if target is None:
        flash(gettext("This is not there any more, or not meant for you any more."), "info")
    return redirect(target or url_for("notifications.index"))


LONGEST_KEY = 18
"""Digits."""
LOOKED_BACK = timedelta(minutes=10)
"""A browser that has announced nothing yet begins with what is not older."""


@blueprint.get("/announcements")
@signed_in
def desktop() -> ResponseReturnValue:
    """`?since=` instant of the last answer: what an open page may announce on the desktop since then, as JSON."""
    who = actor()
    since = clock.instant_of(request.args.get("since", ""))
    if since is None or since > who.now:
        since = who.now - LOOKED_BACK
    lines = [
        {
            "title": one.title,
            "detail": one.detail,
            "url": url_for("notifications.follow", notice_id=one.notice_id),
            "tag": one.tag,
        }
        for one in announcements(who, since)
    ]
    return {"lines": lines, "until": who.now.isoformat()}


@blueprint.post("/read")
@signed_in
def mark_all() -> ResponseReturnValue:
    """Everything that was on the page is read."""
    plugin_id = _plugin_id()
    done = read_all(actor(), _until(), plugin_id)
    flash(ngettext("Marked %(num)s line as read.", "Marked %(num)s lines as read.", done), "success")
    return redirect(url_for("notifications.index", function=plugin_id or None), 303)


def _plugin_id() -> str:
    wanted = request.values.get("function", "")
    return wanted if any(one.id == wanted for one in sources(actor())) else ""


def _cursor() -> Cursor | None:
    at, _, number = request.args.get("before", "").partition("-")
    if len(number) > LONGEST_KEY:
        return None
    try:
        return Cursor(datetime.fromtimestamp(float(at), UTC), int(number))
    except (ValueError, OverflowError, OSError):
        return None


def _until() -> datetime:
    return clock.instant_of(request.form.get("until", "")) or clock.now()
