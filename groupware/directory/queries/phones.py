"""The telephone list of a unit and all below it, by 建制順 or by kana."""

from dataclasses import dataclass

from groupware.directory.enums import AppointmentKind
from groupware.directory.queries.history import unit_history
from groupware.directory.queries.units import Member, members_of
from groupware.directory.tree import OrgTree
from groupware.text.folding import fold

# The rows of the kana table and the kana whose words stand in each; small and voiced kana stand with their plain ones.
ROWS = (
    ("あ", "ぁあぃいぅうぇえぉお"),
    ("か", "かがきぎくぐけげこごゕゖ"),
    ("さ", "さざしじすずせぜそぞ"),
    ("た", "ただちぢっつづてでとど"),
    ("な", "なにぬねの"),
    ("は", "はばぱひびぴふぶぷへべぺほぼぽ"),
    ("ま", "まみむめも"),
    ("や", "ゃやゅゆょよ"),
    ("ら", "らりるれろ"),
    ("わ", "ゎわゐゑをんゔ"),
)
_ROW_OF = {kana: row for row, letters in ROWS for kana in letters}
OTHERS = "他"


@dataclass(frozen=True, slots=True)
class PhoneSection:
    """The people of one unit, or of one row of the kana table. `level` is how deep the unit lies in the list."""

    title: str
    level: int
    phone: str
    location: str
    unit_id: int | None
    members: tuple[Member, ...]


def phone_sections(root: int, tree: OrgTree) -> list[PhoneSection]:
    """Units in 建制順 with their people; a unit without people stands as a heading only where units follow below it.

    One query.
    """
    units = [unit.id for unit in tree if unit.id in tree.subtree(root)]
    by_unit: dict[int, list[Member]] = {unit_id: [] for unit_id in units}
    for member in members_of(units, tree):
        by_unit[member.unit_id].append(member)
    depth, history = len(tree.ancestors(root)), unit_history()
    sections = []
    for unit_id in units:
        members = by_unit[unit_id]
        if not members and not any(by_unit[below] for below in tree.subtree(unit_id)):
            continue
        version = history.on(unit_id, tree.day)
        phone, location = (version.phone, version.location) if version is not None else ("", "")
        level = len(tree.ancestors(unit_id)) - depth
        sections.append(
            PhoneSection(tree.units[unit_id].name, level, phone, location, unit_id, tuple(members))
        )
    return sections


def phone_index(root: int, tree: OrgTree) -> list[PhoneSection]:
    """Everybody of the unit and all below it, each once, under the rows of the kana table. One query."""
    people: dict[int, Member] = {}
    for member in members_of(tree.subtree(root), tree):
        if member.id not in people or member.kind == AppointmentKind.MAIN:
            people[member.id] = member
    ordered = sorted(people.values(), key=lambda member: (fold(member.kana_name), member.id))
    by_row: dict[str, list[Member]] = {row: [] for row in (*(row for row, _ in ROWS), OTHERS)}
    for member in ordered:
        by_row[_ROW_OF.get(fold(member.kana_name)[:1], OTHERS)].append(member)
    return [PhoneSection(row, 0, "", "", None, tuple(found)) for row, found in by_row.items() if found]


__all__ = ["OTHERS", "PhoneSection", "phone_index", "phone_sections"]
