"""The tabs of the portal, and everything that waits in one list."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import access
from groupware.access import holds_somewhere
from groupware.actor import Actor
from groupware.calendar.eras import format_wareki_fiscal
from groupware.calendar.fiscal import fiscal_year
from groupware.calendar.holidays import holiday_name
from groupware.directory.tree import org_tree
from groupware.errors import NotFound
from groupware.i18n import gettext, pgettext
from groupware.portal.composition import compose
from groupware.portal.portlets import marked, pending_items
from groupware.portal.queries import tabs
from groupware.portal.queries.tabs import COMMON, MINE, Tab, mine, unit_tab
from groupware.portal.services import layouts
from groupware.portal.services.layouts import MANAGE
from groupware.portal.views.blueprint import blueprint
from groupware.web.boundary import actor
from groupware.web.formats import date_text
from groupware.web.gate import signed_in
from groupware.web.shell import shell

PENDING_LISTED = 100
"""Things that wait, on one page."""
PENDING_PAGES = 100


@blueprint.get("/")
@signed_in
def index() -> str:
    """The portal, with the tab that the person begins with."""
    own = tabs.tabs(actor())
    start = mine(actor()).start
    return _show(next((tab for tab in own if tab.key == start), own[0]), own)


@blueprint.get("/portal/common")
@signed_in
def common() -> str:
    """The tab of all."""
    own = tabs.tabs(actor())
    return _show(own[0], own)


@blueprint.get("/portal/mine")
@signed_in
def personal() -> str:
    """The person's own tab."""
    own = tabs.tabs(actor())
    return _show(own[-1], own)


@blueprint.get("/portal/unit/<int:unit_id>")
@signed_in
def unit(unit_id: int) -> str:
    """The tab of an organisation of the person, or of one whose portal they arrange."""
    own = tabs.tabs(actor())
    chosen = next((tab for tab in own if tab.unit is not None and tab.unit.id == unit_id), None)
    if chosen is None:
        if unit_id not in org_tree(actor().today) or not access.can(actor(), MANAGE, unit_id=unit_id):
            raise NotFound(gettext("The page you are looking for was not found."))
        chosen = unit_tab(actor(), unit_id)
        own.insert(-1, chosen)
    return _show(chosen, own)


@blueprint.post("/portal/start")
@signed_in
def choose_start() -> ResponseReturnValue:
    """Begin with a tab from now on."""
    tab = request.form.get("tab", "")
    layouts.choose_start(actor(), tab)
    flash(gettext("The portal now opens with this tab."), "success")
    return redirect(_address(tab))


@blueprint.get("/portal/pending")
@signed_in
def pending() -> str:
    """Everything that waits for the person, page by page."""
    page = min(max(request.args.get("page", 1, type=int), 1), PENDING_PAGES)
    start, end = (page - 1) * PENDING_LISTED, page * PENDING_LISTED
    items, count = pending_items(actor(), end + 1)
    return render_template(
        "portal/pending.html",
        entries=marked(items[start:end], actor()),
        count=max(count, len(items)),
        is_capped=len(items) > end,
        previous_url=url_for("portal.pending", page=page - 1) if page > 1 else None,
        next_url=url_for("portal.pending", page=page + 1) if len(items) > end else None,
        position=(start + 1, start + len(items[start:end])),
    )


def _show(tab: Tab, own: list[Tab]) -> str:
    acting = actor()
    names = tabs.labels(own, org_tree(acting.today))
    label = {COMMON: pgettext("portal", "Common"), MINE: pgettext("portal", "Personal")}
    links = [(label.get(one.key) or names[one.key], _address(one.key), one.key == tab.key) for one in own]
    _take_section_bar(links)
    return render_template(
        "portal/index.html",
        tab=tab,
        tab_label=next(text for text, _url, is_current in links if is_current),
        composed=compose(tab, acting),
        arrange_url=_arrange_url(tab, acting),
        start=mine(acting).start or COMMON,
        day=_day(acting),
    )


def _day(acting: Actor) -> dict[str, str]:
    """What day it is: 2026年11月22日(日), the holiday if it is one, 令和8年度."""
    year = fiscal_year(acting.today)
    return {
        "date": date_text(acting.today),
        "holiday": holiday_name(acting.today, acting.locale) or "",
        "fiscal_year": format_wareki_fiscal(year)
        if acting.locale == "ja"
        else str(gettext("Fiscal year %(year)d", year=year)),
    }


def _address(key: str) -> str:
    if key == COMMON:
        return url_for("portal.common")
    if key == MINE:
        return url_for("portal.personal")
    return url_for("portal.unit", unit_id=int(key.removeprefix(tabs.UNIT)))


def _arrange_url(tab: Tab, acting: Actor) -> str | None:
    """Where this tab is arranged, for those who may: an inherited organisation tab begins one of its own."""
    if tab.key == MINE:
        return url_for("portal.arrange_mine")
    if holds_somewhere(acting, MANAGE) and access.can(
        acting, MANAGE, unit_id=tab.unit.id if tab.unit else None
    ):
        return url_for("portal.arrange", name=tab.key)
    return None


def _take_section_bar(links: list[tuple[str, str, bool]]) -> None:
    """The tabs are the views of the portal: they stand in the section bar, before the pages of the sections."""
    frame = shell()
    if frame.section is not None:
        tabs_first = [(text, url, is_current, 0) for text, url, is_current in links]
        frame.section = replace(frame.section, links=[*tabs_first, *frame.section.links])
