"""Duties of units, shared groups, roles and section accounts (administration.md 5)."""

from collections import Counter
from typing import Any

from sqlalchemy import select

from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.db import FOREVER, session
from groupware.demo.context import DemoContext, DemoPerson, DemoUnit
from groupware.directory.enums import EmploymentType, GroupKind
from groupware.directory.models import DutyHolder, DutyKind, Group, GroupMember, GroupShare, SectionAccount
from groupware.setup import AUDITORS, SYSTEM_ADMINISTRATORS

SHARING = 40
"""Sections in which somebody shares a group of their own."""
ROOM_MANAGERS = frozenset({"庁舎課", "秘書課"})


def write_duties(context: DemoContext) -> None:
    """The holders that `assign` chose."""
    kinds = dict(session.execute(select(DutyKind.code, DutyKind.id)).all())
    rows: list[dict[str, Any]] = []
    for (code, unit_id), holders in context.duties.items():
        for order, person in enumerate(holders):
            # A secretary is no deputy of another; elsewhere one holds the duty and the others stand in.
            rows.append(
                {
                    "kind_id": kinds[code],
                    "unit_id": unit_id,
                    "person_id": person.id,
                    "deputy_order": 0 if code == "secretary" else order,
                    "valid_from": max(person.hired_on, context.april()),
                    "valid_to": FOREVER,
                }
            )
    context.insert(DutyHolder, rows)


def assign(context: DemoContext) -> None:
    """Choose officers for every section; bureaus and wards are administered from their first section."""
    for unit in context.units:
        officers = _officers(unit)
        if not officers:
            continue
        chief, first, second = officers
        context.duties["function_administrator", unit.id] = [first, second]
        context.duties["general_affairs", unit.id] = [first, second]
        context.duties["document_officer", unit.id] = [second]
        if unit.name in ROOM_MANAGERS:
            context.duties["room_manager", unit.id] = [second, first]
        if unit.name == "秘書課":
            context.duties["secretary", unit.id] = [person for person in unit.people if person is not chief]
    for top in [context.root, *context.root.children]:
        sections = [unit for unit in top.subtree() if unit.weight and len(unit.people) > 1]
        if top is context.root:
            sections = [unit for unit in sections if unit.name == "人事課"]
        if top.weight or not sections:
            continue
        office = next((unit for unit in sections if unit.name in ("総務課", "経営課")), sections[0])
        officers = _officers(office)
        if officers:
            _, first, second = officers
            context.duties["function_administrator", top.id] = [first, second]
            context.duties["enquiry_desk", top.id] = [second, first]
            if top.kind == "区":
                context.duties["room_manager", top.id] = [second]


def _officers(unit: DemoUnit) -> tuple[DemoPerson, DemoPerson, DemoPerson] | None:
    """The head, and two who are fit for the duties of a section: rather 係長 than 主事, and no temporary staff."""
    fit = [
        person
        for person in unit.people
        if person.post.rank >= 25 and person.employment == EmploymentType.REGULAR and not person.is_on_leave
    ]
    if not unit.weight or not fit or not unit.people:
        return None
    return unit.people[0], fit[0], fit[1] if len(fit) > 1 else unit.people[0]


def write_groups(context: DemoContext) -> None:
    """Roles (those of a new instance get their members) and shared groups."""
    roles = dict(
        session.execute(select(Group.name, Group.id).where(Group.kind == GroupKind.ROLE.value)).all()
    )
    for name, members in _members(context).items():
        if name in roles:
            context.groups[name] = (roles[name], members)
        elif members:
            context.groups[name] = (context.take_ids(Group, 1)[0], members)
    rng = context.rng("groups")
    context.insert(
        Group,
        [
            {
                "id": group_id,
                "uid": context.uid(rng, context.now),
                "kind": (GroupKind.ROLE if name == "議会対応" else GroupKind.SHARED).value,
                "name": name,
                "owner_id": None,
                "unit_id": context.root.id,
            }
            for name, (group_id, _) in context.groups.items()
            if name not in roles
        ],
    )
    context.insert(
        GroupMember,
        [
            {"group_id": group_id, "person_id": person_id}
            for group_id, members in context.groups.values()
            for person_id in sorted({person.id for person in members})
        ],
    )
    _share_among_colleagues(context)


def _share_among_colleagues(context: DemoContext) -> None:
    """In some sections somebody has made a group of those they work with, and shares it with their section."""
    rng = context.rng("shared groups")
    units = [unit for unit in context.units if len(unit.people) >= 3 and not unit.is_affiliated][:SHARING]
    groups: list[dict[str, Any]] = []
    members: list[dict[str, Any]] = []
    shares: list[dict[str, Any]] = []
    for key, unit in zip(context.take_ids(Group, len(units)), units, strict=True):
        chief, owner = unit.people[:2]
        others = rng.sample(context.own_people, 3)
        groups.append(
            {
                "id": key,
                "uid": context.uid(rng, context.now),
                "kind": GroupKind.PERSONAL.value,
                "name": f"{unit.name} 関係者",
                "owner_id": owner.id,
                "unit_id": None,
            }
        )
        people = {one.id for one in (*unit.people[:4], *others)}
        members.extend({"group_id": key, "person_id": one} for one in sorted(people))
        named = ((PrincipalKind.UNIT, unit.id, False), (PrincipalKind.PERSON, chief.id, True))
        shares.extend(
            {"group_id": key, "principal_id": principal(kind, ref).id, "may_edit": may_edit}
            for kind, ref, may_edit in named
        )
    context.insert(Group, groups)
    context.insert(GroupMember, members)
    context.insert(GroupShare, shares)


def _members(context: DemoContext) -> dict[str, list[DemoPerson]]:
    rng = context.rng("members")
    regular = [
        p for p in context.people if p.employment == EmploymentType.REGULAR and not p.unit.is_affiliated
    ]
    clerks = [person for person in regular if person.post.rank >= 30]
    holders = {
        code: [p for (kind, _), people in context.duties.items() if kind == code for p in people[:1]]
        for code in ("general_affairs", "document_officer", "enquiry_desk")
    }
    systems = context.find("情報化戦略課")
    auditors = context.find("監査事務局")
    first_year = [person for person in regular if person.hired_on == context.april()]
    share = max(2, len(clerks) // 90)
    return {
        SYSTEM_ADMINISTRATORS: [p for p in (systems.people if systems else []) if 30 <= p.post.rank <= 50][
            :4
        ],
        AUDITORS: [p for p in (auditors.people if auditors else []) if p.post.rank >= 20][:2],
        "議会対応": holders["enquiry_desk"],
        "局長会": [p for p in context.people if p.post.rank in (10, 11) and not p.unit.is_affiliated],
        "区長会": [person for person in context.people if person.post.name == "区長"],
        "文書事務担当者": holders["document_officer"],
        "総務担当者連絡会": holders["general_affairs"],
        "防災指令要員": rng.sample(clerks, share),
        "DX推進リーダー": rng.sample(clerks, share),
        "子育て中の職員ネットワーク": rng.sample(clerks, share),
        f"新規採用職員({context.fiscal_year}年度)": first_year,
        "総合計画策定チーム": rng.sample(clerks, min(12, share)),
    }


def write_section_accounts(context: DemoContext) -> None:
    """Every section is a principal of its own, without a sign-in."""
    rng = context.rng("section accounts")
    sections = [unit for unit in context.units if unit.weight]
    names = Counter(unit.name for unit in sections)
    ids = context.take_ids(SectionAccount, len(sections))
    context.section_accounts = {unit.id: number for unit, number in zip(sections, ids, strict=True)}
    context.insert(
        SectionAccount,
        [
            {
                "id": context.section_accounts[unit.id],
                "uid": context.uid(rng, context.now),
                "unit_id": unit.id,
                "name": unit.name if names[unit.name] == 1 else unit.short_name,
                "is_active": True,
            }
            for unit in sections
        ],
    )
