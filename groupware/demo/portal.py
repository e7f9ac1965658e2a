"""The portal as a city fills it: business systems, words of the administrators, pages that sections write."""

from datetime import timedelta
from typing import Any

from groupware import search
from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.caches import bump
from groupware.demo import data
from groupware.demo.context import DemoContext, DemoUnit
from groupware.portal.enums import CACHE, CONTENT
from groupware.portal.models import (
    FreeContent,
    LauncherAudience,
    LauncherLink,
    PortalLayout,
    SectionPage,
    SectionPageChange,
)
from groupware.portal.queries.contents import default_columns
from groupware.portal.queries.tabs import COMMON, UNIT
from groupware.portal.services.pages import SEARCHED
from groupware.registry import registry
from groupware.text.html import sanitise

PAGE_YEARS = 5


def write_portal(context: DemoContext) -> None:
    """Launcher, free contents with the arrangements that show them, section pages."""
    _launcher(context)
    _contents(context)
    _pages(context)
    bump(CACHE)


def _launcher(context: DemoContext) -> None:
    rng = context.rng("launcher")
    links = data.table("portal.toml")["link"]
    audience: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for order, (link_id, link) in enumerate(
        zip(context.take_ids(LauncherLink, len(links)), links, strict=True)
    ):
        principals = _audience(context, link.get("for"))
        if not principals:
            continue
        rows.append(
            {
                "id": link_id,
                "uid": context.uid(rng, context.at(context.april(1))),
                "name": link["name"],
                "url": link["url"],
                "icon": link["icon"],
                "official_order": order,
            }
        )
        audience.extend({"link_id": link_id, "principal_id": one} for one in principals)
    context.insert(LauncherLink, rows)
    context.insert(LauncherAudience, audience)


def _audience(context: DemoContext, names: list[str] | None) -> list[int]:
    if names is None:
        return [principal(PrincipalKind.EVERYONE).id]
    found = [
        principal(PrincipalKind.UNIT_TREE, unit.id).id
        for unit in context.units
        if unit.name in names or (unit.kind in names and not unit.weight)
    ]
    found += [
        principal(PrincipalKind.GROUP, context.groups[name][0]).id for name in names if name in context.groups
    ]
    return found


def _contents(context: DemoContext) -> None:
    rng = context.rng("contents")
    portlets = sorted(
        (portlet for plugin in registry() for portlet in plugin.portlets), key=lambda portlet: portlet.order
    )
    words = {
        "it": _extension(context, "情報化戦略課"),
        "personnel": _extension(context, "人事課"),
        "counsel": "7830",
        "guard": "7999",
    }
    contents: list[dict[str, Any]] = []
    columns: dict[int | None, dict[str, list[str]]] = {}
    for content in data.table("portal.toml")["content"]:
        unit = context.find(content["unit"]) if "unit" in content else None
        if "unit" in content and unit is None:
            continue
        unit_id = unit.id if unit is not None else None
        written_at = context.at(context.april(), 10)
        uid = context.uid(rng, written_at)
        contents.append(
            {
                "uid": uid,
                "unit_id": unit_id,
                "title": content["title"],
                "html": sanitise(content["html"].format(**words)),
                "changed_at": written_at,
                "changed_by": context.duties["function_administrator", unit_id or context.root.id][0].id,
            }
        )
        owner = COMMON if unit_id is None else f"{UNIT}{unit_id}"
        arranged = columns.setdefault(unit_id, default_columns(owner, portlets))
        if content["column"] == "main":
            arranged["main"].insert(0, f"{CONTENT}{uid}")
        else:
            arranged["side"].append(f"{CONTENT}{uid}")
    context.insert(FreeContent, contents)
    context.insert(
        PortalLayout,
        [
            {
                "owner": COMMON if unit_id is None else f"{UNIT}{unit_id}",
                "unit_id": unit_id,
                "columns": arranged,
                "changed_at": context.at(context.april(), 10),
            }
            for unit_id, arranged in columns.items()
        ],
    )


def _extension(context: DemoContext, name: str) -> str:
    unit = context.find(name)
    person = context.duties["general_affairs", unit.id][0] if unit is not None else None
    return person.extension if person is not None else ""


def _pages(context: DemoContext) -> None:
    rng = context.rng("pages")
    templates: dict[str, list[dict[str, Any]]] = {}
    for page in data.table("pages.toml")["page"]:
        for name in page["units"]:
            templates.setdefault(name, []).append(page)
    written: list[tuple[DemoUnit, str, str]] = []
    for unit in context.units:
        if unit.is_affiliated or ("general_affairs", unit.id) not in context.duties:
            continue
        words = _words(context, unit)
        written.extend(
            (unit, page["title"], page["html"].format(**words)) for page in templates.get(unit.name, ())
        )
        if len(unit.people) >= 8:
            written.append((unit, "事務分担と連絡先", _contacts(unit)))
    pages: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    ids = context.take_ids(SectionPage, len(written))
    for order, (page_id, (unit, title, source)) in enumerate(zip(ids, written, strict=True)):
        created_at = context.at(context.april(rng.randint(0, 2)) + timedelta(rng.randint(0, 60)), 10)
        changed_at = max(created_at, context.at(context.today - timedelta(rng.randint(1, 200)), 16))
        author = context.duties["general_affairs", unit.id][0]
        html = sanitise(source)
        pages.append(
            {
                "id": page_id,
                "uid": context.uid(rng, created_at),
                "classification": "1",
                "retention_years": PAGE_YEARS,
                "created_at": created_at,
                "unit_id": unit.id,
                "title": title,
                "html": html,
                "official_order": order,
                "version": 2,
                "changed_at": changed_at,
                "changed_by": author.id,
            }
        )
        for version, (act, at) in enumerate((("created", created_at), ("changed", changed_at)), 1):
            changes.append(
                {"page_id": page_id, "version": version, "act": act, "at": at, "person_id": author.id}
            )
    context.insert(SectionPage, pages)
    context.insert(SectionPageChange, changes)
    search.index(SEARCHED, ids)


def _words(context: DemoContext, unit: DemoUnit) -> dict[str, str]:
    officer = context.duties["general_affairs", unit.id][0]
    return {
        "unit": unit.name,
        "bureau": unit.top.name if unit.top else unit.name,
        "phone": unit.phone,
        "chief": unit.people[0].name,
        "officer": officer.family_name,
        "extension": officer.extension,
    }


def _contacts(unit: DemoUnit) -> str:
    rows = "".join(
        f"<tr><td>{person.matter or '総括'}</td><td>{person.post.name} {person.family_name}</td>"
        f"<td>{person.extension}</td></tr>"
        for person in unit.people
        if person.post.rank <= 31
    )
    return (
        f"<p>{unit.name}の直通電話は {unit.phone} です。場所は{unit.location}です。</p>"
        "<table><thead><tr><th scope='col'>担当</th><th scope='col'>職・氏名</th><th scope='col'>内線</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )
