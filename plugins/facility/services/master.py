"""Facilities as a table: what the export wrote comes back changed, new lines add facilities.

A line belongs to the facility of the same group and name (and building, where several have that name). Rights and terms are no
columns: they stay, and a new facility is open to all. Every line goes through `catalogue`, in a savepoint of its own, so that a
line that is refused leaves nothing behind.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from groupware.actor import Actor
from groupware.db import lock, session
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.i18n import gettext, lazy_gettext, lazy_pgettext
from groupware.plugin import Text
from groupware.text.folding import fold
from plugins.facility.models import Facility, FacilityGroup
from plugins.facility.queries import managing as queries
from plugins.facility.queries.facilities import features_of
from plugins.facility.services import catalogue
from plugins.facility.services.catalogue import FacilityPlan
from plugins.facility.services.sheets import lines_of
from plugins.facility.tables import Judged, Layout, Line, Unreadable

COLUMNS = {
    "group": lazy_gettext("Facility group"),
    "name": lazy_pgettext("facility", "Name"),
    "kana": lazy_gettext("Kana, for the search"),
    "building": lazy_pgettext("facility", "Building"),
    "floor": lazy_gettext("Floor"),
    "capacity": lazy_gettext("Capacity"),
    "quantity": lazy_pgettext("facility", "Number"),
    "unit": lazy_gettext("Managing organisation"),
    "contact": lazy_gettext("Telephone"),
    "features": lazy_gettext("Features"),
    "note": lazy_gettext("Note"),
    "is_retired": lazy_gettext("Not in use any more"),
}
LAYOUT = Layout(
    COLUMNS,
    ("group", "name"),
    {
        "group": "グループ 設備グループ 分類 group facilitygroup",
        "name": "名前 名称 設備名 施設名 会議室名 name",
        "kana": "かな ふりがな フリガナ kana kana,forthesearch",
        "building": "建物 建物名 building",
        "floor": "階 フロア floor",
        "capacity": "定員 収容人数 人数 capacity",
        "quantity": "数 数量 個数 number quantity",
        "unit": "管理組織 所管 管理課 organisation managingorganisation",
        "contact": "電話 電話番号 内線 連絡先 telephone",
        "features": "特長 設備 features",
        "note": "備考 note",
        "is_retired": "利用終了 廃止 retired notinuseanymore",
    },
)
MOST_LINES = 1000
FEATURE_MARK = "、"


class Outcome(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return OUTCOME_LABELS[self]


OUTCOME_LABELS = {
    Outcome.NEW: lazy_pgettext("facility table", "New"),
    Outcome.CHANGED: lazy_pgettext("facility table", "Changes"),
    Outcome.SAME: lazy_pgettext("facility table", "As it is"),
    Outcome.REFUSED: lazy_pgettext("facility table", "Cannot be taken"),
}


def cells_of(actor: Actor) -> list[list[Any]]:
    """The facilities that the actor manages as lines of the table."""
    tree = org_tree(actor.today)
    rows = queries.managed(actor)
    features = features_of([one.id for one in rows])
    return [
        [
            one.group_name,
            one.name,
            one.kana,
            one.building,
            one.floor,
            one.capacity or None,
            one.quantity,
            unit.name if (unit := tree.get(one.unit_id)) is not None else "",
            one.contact,
            FEATURE_MARK.join(features.get(one.id, ())),
            one.note,
            one.is_retired,
        ]
        for one in rows
    ]


def examine(actor: Actor, table: Sequence[Sequence[str]]) -> list[Judged[Outcome]]:
    """What would become of each line: everything is tried, and taken back. Of what
    changes the reason names the columns. Raises Invalid for a table that is none."""
    lines = _checked(table)
    with session.begin_nested() as point:
        judged = _Taking(actor).take(lines)
        point.rollback()
    return judged


def take(actor: Actor, table: Sequence[Sequence[str]], *, only_all: bool) -> list[Judged[Outcome]]:
    """Add and change facilities; with `only_all` nothing unless no line is refused. As `examine`.

    Two tables at the same moment are taken one after the other, so that the second finds what the first has added.
    """
    lines = _checked(table)
    lock(select(FacilityGroup.id).order_by(FacilityGroup.id).with_for_update(key_share=True))
    with session.begin_nested() as point:
        judged = _Taking(actor).take(lines)
        if only_all and any(one.outcome is Outcome.REFUSED for one in judged):
            point.rollback()
    return judged


def _checked(table: Sequence[Sequence[str]]) -> list[Line]:
    return lines_of(LAYOUT, table, MOST_LINES, gettext("Please paste the table, or choose its file."))


class _Taking:
    """The lines of one table on their way in."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.groups: dict[str, FacilityGroup] = {_key(one.name): one for one, _ in queries.groups()}
        self.known: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for one in queries.managed(actor):
            self.known[_key(one.group_name), _key(one.name)].append(one)
        tree = org_tree(actor.today)
        self.units: dict[str, set[int]] = defaultdict(set)
        for unit in tree:
            for words in (unit.name, tree.path_name(unit.id)):
                self.units[_key(words)].add(unit.id)
        self.done: dict[tuple[str, str, str], int] = {}

    def take(self, lines: Sequence[Line]) -> list[Judged[Outcome]]:
        return [self._take(line) for line in lines]

    def _take(self, line: Line) -> Judged[Outcome]:
        try:
            with session.begin_nested():
                return self._write(line)
        except Unreadable as error:
            column = str(error.args[0])
            reason = gettext(
                "%(column)s: “%(text)s” cannot be read.", column=COLUMNS[column], text=line.cells[column]
            )
        except (Invalid, Denied, Conflict, NotFound) as error:
            fields = getattr(error, "fields", {})
            reason = gettext(", ").join(str(one) for one in fields.values()) or error.message
        return Judged(line, Outcome.REFUSED, reason)

    def _write(self, line: Line) -> Judged[Outcome]:
        cells = line.cells
        group = self.groups.get(_key(cells.get("group", "")))
        if group is None:
            raise Invalid(gettext("There is no facility group “%(name)s”.", name=cells.get("group", "")))
        key = (_key(group.name), _key(cells.get("name", "")), _key(cells.get("building", "")))
        if key in self.done:
            raise Invalid(gettext("Line %(number)d is about the same facility.", number=self.done[key]))
        self.done[key] = line.number
        found = self.known.get(key[:2], [])
        if len(found) > 1:
            found = [one for one in found if _key(one.building) == key[2]]
        if len(found) > 1:
            raise Invalid(gettext("Several facilities have this name. Please change them on their pages."))
        if not found:
            plan = FacilityPlan(name=cells.get("name", ""), group=group.uid, unit_id=self.actor.unit_id)
            catalogue.add(self.actor, self._changed(plan, line))
            return Judged(line, Outcome.NEW)
        return self._change(line, queries.facility(self.actor, found[0].uid), group)

    def _change(self, line: Line, made: Facility, group: FacilityGroup) -> Judged[Outcome]:
        plan = FacilityPlan(
            name=made.name,
            group=group.uid,
            kana=made.kana,
            building=made.building,
            floor=made.floor,
            capacity=made.capacity,
            quantity=made.quantity,
            unit_id=made.unit_id,
            contact=made.contact,
            note=made.note,
            features=tuple(features_of([made.id]).get(made.id, ())),
            rights=catalogue.rights_in(made.id),
            terms=made.terms,
            is_retired=made.is_retired,
        )
        wanted = self._changed(plan, line)
        changed = [
            str(label)
            for name, label in COLUMNS.items()
            if (field := {"unit": "unit_id"}.get(name, name)) not in ("group", "name")
            and getattr(plan, field) != getattr(wanted, field)
        ]
        if not changed:
            return Judged(line, Outcome.SAME)
        catalogue.change(self.actor, made.uid, wanted, version=made.version)
        return Judged(line, Outcome.CHANGED, gettext(", ").join(changed))

    def _changed(self, plan: FacilityPlan, line: Line) -> FacilityPlan:
        """The plan as the line wants it; columns that the table has not stay as they are."""
        values: dict[str, Any] = {}
        for name, text in line.cells.items():
            if name in ("kana", "building", "floor", "contact", "note"):
                # Line breaks do not survive a table: a note that differs in them alone stays as it was.
                before = getattr(plan, name)
                values[name] = before if " ".join(before.split()) == _bare(text) else _bare(text)
            elif name == "capacity":
                values[name] = _number(text, name, 0)
            elif name == "quantity":
                values[name] = _number(text, name, 1)
            elif name == "features":
                values[name] = tuple(one.strip() for one in text.split(FEATURE_MARK) if one.strip())
            elif name == "is_retired":
                values[name] = fold(text) in ("1", "はい", "○", "利用終了", "廃止", "true", "yes")
            elif name == "unit":
                values["unit_id"] = self._unit(text)
        return replace(plan, **values)

    def _unit(self, text: str) -> int | None:
        if not text:
            return None
        found = self.units.get(_key(text), set())
        if not found:
            raise Invalid(gettext("There is no organisation “%(name)s”.", name=text))
        if len(found) > 1:
            raise Invalid(
                gettext(
                    "Several organisations are called “%(name)s”. Please write its bureau before it.",
                    name=text,
                )
            )
        return next(iter(found))


def _key(text: str) -> str:
    return fold(text, spaces="remove")


def _bare(text: str) -> str:
    """Without the apostrophe that the export puts before what a spreadsheet would take for a formula."""
    return text.removeprefix("'")


def _number(text: str, column: str, preset: int) -> int:
    plain = fold(text, spaces="remove").rstrip("人名台個")
    if not plain:
        return preset
    if not plain.isdecimal() or len(plain) > 6:
        raise Unreadable(column)
    return int(plain)
