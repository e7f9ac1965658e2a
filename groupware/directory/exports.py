"""The directory as tables: what leaves as a workbook or CSV. Legal names are in none of them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from groupware.directory.enums import APPOINTMENT_LABELS, EMPLOYMENT_LABELS, AppointmentKind
from groupware.directory.queries.history import History
from groupware.directory.queries.managing import AccountRow
from groupware.directory.queries.people import PersonRow
from groupware.directory.queries.phones import PhoneSection
from groupware.directory.queries.units import DutyRow, Head, Member
from groupware.directory.tree import OrgTree
from groupware.i18n import gettext, pgettext

Table = tuple[list[str], Iterable[Sequence[Any]]]

_KINDS = {kind.value: label for kind, label in APPOINTMENT_LABELS.items()}
_UNMARKED = (AppointmentKind.MAIN, AppointmentKind.LEAVE)
_EMPLOYMENT = {kind.value: label for kind, label in EMPLOYMENT_LABELS.items()}


def kind_words(kind: str) -> str:
    """What kind of appointment it is; empty for the main post, and for leave, whose kind is nobody's business."""
    return "" if kind in _UNMARKED else str(_KINDS.get(kind, ""))


def employment_words(employment_type: str) -> str:
    """The employment type in words; one that a city added itself stands as it is."""
    return str(_EMPLOYMENT.get(employment_type, employment_type))


def chart_table(tree: OrgTree, history: History, heads: dict[int, Head], counts: dict[int, int]) -> Table:
    """All units of the day in 建制順."""
    columns = [
        gettext("Unit code"), gettext("Unit"), gettext("Belongs to"), pgettext("unit", "Kind"), gettext("Head"),
        gettext("Name"), gettext("Phone"), gettext("Place"), gettext("People"),
    ]  # fmt: skip

    def rows() -> Iterator[list[Any]]:
        for unit in tree:
            version, head = history.on(unit.id, tree.day), heads.get(unit.id)
            yield [
                unit.code,
                unit.name,
                tree.path_name(unit.parent_id) if unit.parent_id is not None else "",
                unit.kind,
                head.post_name if head is not None else "",
                head.display_name if head is not None else "",
                version.phone if version is not None else "",
                version.location if version is not None else "",
                counts.get(unit.id, 0),
            ]

    return columns, rows()


def people_table(people: Iterable[PersonRow]) -> Table:
    """The result of a people search."""
    columns = [
        gettext("Staff number"), gettext("Name"), gettext("Kana"), gettext("Unit"), pgettext("person", "Post"),
        gettext("Concurrent posts"), gettext("Extension"), gettext("Phone"), gettext("E-mail"),
        gettext("Employment type"),
    ]  # fmt: skip
    rows = (
        [
            person.staff_number,
            person.display_name,
            person.kana_name,
            person.unit_path,
            person.post_name,
            "、".join(f"{unit} {post}" for unit, post in person.also),
            person.extension,
            person.phone,
            person.email,
            employment_words(person.employment_type),
        ]
        for person in people
    )
    return columns, rows


def members_table(members: Iterable[Member], tree: OrgTree) -> Table:
    """The people of a unit and all below it as of a day."""
    columns = [
        gettext("Unit"), pgettext("person", "Post"), pgettext("appointment", "Kind"), gettext("Matter"),
        gettext("Name"), gettext("Kana"), gettext("Staff number"), gettext("Extension"), gettext("Phone"),
        gettext("E-mail"),
    ]  # fmt: skip
    rows = (
        [
            tree.path_name(member.unit_id),
            member.post_name,
            kind_words(member.kind),
            member.matter,
            member.display_name,
            member.kana_name,
            member.staff_number,
            member.extension,
            member.phone,
            member.email,
        ]
        for member in members
    )
    return columns, rows


def phone_table(sections: Iterable[PhoneSection], tree: OrgTree) -> Table:
    """A telephone list, one line a person under the unit's own line."""
    columns = [
        gettext("Unit"), pgettext("person", "Post"), gettext("Name"), gettext("Kana"), gettext("Extension"),
        gettext("Phone"), gettext("Place"),
    ]  # fmt: skip

    def rows() -> Iterator[list[Any]]:
        for section in sections:
            if section.unit_id is not None:
                path = tree.path_name(section.unit_id)
                yield [path, "", gettext("(representative)"), "", "", section.phone, section.location]
            for member in section.members:
                yield [
                    tree.path_name(member.unit_id),
                    member.post_name,
                    member.display_name,
                    member.kana_name,
                    member.extension,
                    member.phone,
                    "",
                ]

    return columns, rows()


def duties_table(rows: Iterable[DutyRow], names: dict[int, str], tree: OrgTree) -> Table:
    """Who holds which duty of which unit, deputies in their order; `names` are the words of the kinds."""
    columns = [
        gettext("Unit"), gettext("Duty"), gettext("Name"), gettext("Place among the deputies"), gettext("From"),
        gettext("Until (last day)"), gettext("Extension"),
    ]  # fmt: skip
    table = (
        [
            tree.path_name(row.unit_id),
            names.get(row.kind_id, row.kind_name),
            row.display_name,
            row.deputy_order or None,
            row.valid_from,
            row.last_day,
            row.extension,
        ]
        for row in sorted(rows, key=lambda row: tree.order.get(row.unit_id, 0))
    )
    return columns, table


def accounts_table(rows: Iterable[AccountRow], tree: OrgTree) -> Table:
    """Section accounts."""
    columns = [gettext("Unit"), gettext("Name shown"), pgettext("account", "In use")]
    return columns, ([tree.path_name(row.unit_id), row.name, row.is_active] for row in rows)


__all__ = [
    "accounts_table",
    "chart_table",
    "duties_table",
    "employment_words",
    "kind_words",
    "members_table",
    "people_table",
    "phone_table",
]
