"""Pages of search."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for

from groupware.actor import Actor
from groupware.calendar.eras import DateFormatError, parse_date
from groupware.directory.picking import Choice, choices_of, people_of
from groupware.directory.tree import OrgTree
from groupware.directory.wall import seen_tree
from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.plugin import SearchKind, SearchProvider
from groupware.search.highlight import marked, snippet
from groupware.search.query import cleaned, parsed
from groupware.search.services import Group, Wanted, ask, kinds, providers, search
from groupware.search.services.finding import COUNTED, Found
from groupware.search.services.reindexing import stale
from groupware.web.boundary import actor
from groupware.web.gate import signed_in

blueprint = Blueprint("search", __name__, template_folder="templates")

FIRST = "directory."
"""Kinds that stand above everything else."""

blueprint.app_template_filter("marked")(marked)
blueprint.app_template_filter("snippet")(snippet)


@dataclass(slots=True)
class Narrowing:
    """What the address narrows a search down by, as it was typed, with what is wrong in it."""

    kind: str
    people: list[Choice]
    person_id: int | None
    unit_id: int | None
    since: date | None
    until: date | None
    typed: dict[str, str]
    errors: dict[str, str]

    @property
    def is_active(self) -> bool:
        """Whether anything beside the kind is asked for."""
        typed = any(self.typed.values())
        return typed or self.person_id is not None or self.unit_id is not None

    @property
    def arguments(self) -> dict[str, Any]:
        """As arguments of an address; what is not asked for is None, which addresses leave out."""
        return {
            "in": self.kind or None,
            "person": f"person:{self.person_id}" if self.person_id is not None else None,
            "unit": self.unit_id,
            "since": self.typed["since"] or None,
            "until": self.typed["until"] or None,
        }


@blueprint.get("")
@signed_in
def index() -> str:
    """What the box finds: people first, then everything that is indexed in one order, then the rest."""
    who, tree = actor(), seen_tree(actor().today)
    text = cleaned(request.args.get("q", ""))
    after = request.args.get("after", "")
    narrowed = _narrowing(tree)
    is_short = bool(text) and parsed(text).is_too_short
    groups: list[Group] = []
    found = Found()
    if text and not is_short and not narrowed.errors:
        # Kinds with an index of their own know no author and no date.
        if not narrowed.is_active and not after:
            groups = [ask(who, one, text, is_alone=narrowed.kind == one.id) for one in providers(who)]
        found = search(who, _wanted(text, narrowed, tree), cursor=after, has_counts=not after)
    tabs = _tabs(who, text, narrowed, groups, found)
    chosen = narrowed.kind if any(tab.kind == narrowed.kind for tab in tabs) else ""
    shown = [group for group in groups if chosen == group.provider.id or (group.hits and not chosen)]
    return render_template(
        "search/index.html",
        text=text,
        is_short=is_short,
        narrowed=narrowed,
        offered=_offered(who),
        organisations=_organisations(tree, narrowed.unit_id),
        first=[group for group in shown if group.provider.id.startswith(FIRST)],
        last=[group for group in shown if not group.provider.id.startswith(FIRST)],
        hits=found.hits,
        next_url=_address(text, narrowed, after=found.cursor) if found.cursor else None,
        start_url=_address(text, narrowed) if after else None,
        is_nothing=not found.hits and not any(group.hits for group in shown),
        tabs=tabs,
        chosen=chosen,
        is_incomplete=bool(stale()),
    )


@dataclass(frozen=True, slots=True)
class Tab:
    """One kind of results. `number` is None where nothing was counted."""

    kind: str
    title: str
    url: str
    number: str | None


def _tabs(who: Actor, text: str, narrowed: Narrowing, groups: list[Group], found: Found) -> list[Tab]:
    """All, then the kinds that found something, and the one that is looked at."""
    numbers = {group.provider.id: group.count + group.is_capped for group in groups} | dict(found.counts)
    every = [one for one in _every(who) if numbers.get(one.id) or one.id == narrowed.kind]
    tabs = [
        Tab(one.id, str(one.title), _address(text, narrowed, **{"in": one.id}), _counted(numbers.get(one.id)))
        for one in every
    ]
    is_capped = any(number > COUNTED for number in numbers.values())
    total = sum(min(number, COUNTED) for number in numbers.values())
    number = None if not numbers else f"{total}+" if is_capped else str(total)
    return [Tab("", gettext("All"), _address(text, narrowed, **{"in": None}), number), *tabs]


def _counted(number: int | None) -> str | None:
    if number is None:
        return None
    return f"{COUNTED}+" if number > COUNTED else str(number)


def _wanted(text: str, narrowed: Narrowing, tree: OrgTree) -> Wanted:
    return Wanted(
        text=text,
        kinds=(narrowed.kind,) if narrowed.kind else None,
        person_id=narrowed.person_id,
        unit_ids=tuple(sorted(tree.subtree(narrowed.unit_id))) if narrowed.unit_id is not None else None,
        since=narrowed.since,
        until=narrowed.until,
    )


def _narrowing(tree: OrgTree) -> Narrowing:
    """What the address asks for. A date that is none is said; what else makes no sense is passed over."""
    errors: dict[str, str] = {}
    typed = {name: request.args.get(name, "").strip()[:30] for name in ("since", "until")}
    days: dict[str, date | None] = {}
    for name, value in typed.items():
        days[name] = None
        try:
            days[name] = parse_date(value).date if value else None
        except DateFormatError:
            errors[name] = gettext("Please write a date like 2026-11-22, R8.11.22 or 令和8年11月22日.")
    try:
        chosen = people_of(request.args.getlist("person")[:1])
    except Invalid:
        chosen = []
    unit_id = request.args.get("unit", type=int)
    return Narrowing(
        kind=request.args.get("in", ""),
        people=choices_of(f"person:{person_id}" for person_id in chosen) if chosen else [],
        person_id=chosen[0] if chosen else None,
        unit_id=unit_id if unit_id is not None and unit_id in tree else None,
        since=days["since"],
        until=days["until"],
        typed=typed,
        errors=errors,
    )


def _address(text: str, narrowed: Narrowing, **changes: Any) -> str:
    return url_for("search.index", q=text, **(narrowed.arguments | changes))


def _offered(who: Actor) -> list[tuple[str, str]]:
    """The functions that a search can be narrowed to."""
    return [("", gettext("All")), *((one.id, str(one.title)) for one in _every(who))]


def _every(who: Actor) -> list[SearchProvider | SearchKind]:
    return [*providers(who), *kinds(who)]


def _organisations(tree: OrgTree, chosen: int | None) -> list[tuple[int | str, str]]:
    """Bureaus, and below the chosen one what belongs to it."""
    above = set(tree.ancestors(chosen))
    found: list[tuple[int | str, str]] = [("", gettext("All"))]
    for root in tree.children.get(None, []):
        for bureau in tree.children.get(root, []):
            found.append((bureau, tree.units[bureau].name))
            if bureau in above:
                below = sorted(tree.subtree(bureau) - {bureau}, key=lambda unit_id: tree.order[unit_id])
                found.extend((unit_id, " " + tree.path_name(unit_id)) for unit_id in below)
    return found
