"""Which posts every unit has, so that the whole municipality counts exactly as many people as its size says."""

from dataclasses import dataclass
from typing import Any

from groupware.demo import data
from groupware.demo.context import DemoContext, DemoPost, DemoUnit
from groupware.directory.enums import EmploymentType

LARGE_BUREAU = 150
DEPUTY_HEAD = 14
SECOND_DEPUTY_HEAD = 45
DIVIDED_SECTION = 8
"""From how many people on a section has 担当課長 beside its head (administration.md 3)."""

CHIEF_MATTERS = (
    "庶務担当",
    "企画担当",
    "管理担当",
    "調整担当",
    "事業担当",
    "指導担当",
    "推進担当",
    "相談担当",
    "支援担当",
    "審査担当",
    "計画担当",
    "広域担当",
)


@dataclass(slots=True, eq=False)
class Position:
    """A place for one person. `superior` is the line superior where that is not the head of the unit."""

    unit: DemoUnit
    post: DemoPost
    category: str
    employment: str = EmploymentType.REGULAR
    matter: str = ""
    women: float = 0.4
    mail: float = 1.0
    superior: "Position | None" = None


def positions(context: DemoContext) -> list[Position]:
    """All positions in official order: by unit, rank and place in the roster."""
    return _Staffing(context).all()


def posts() -> list[DemoPost]:
    """The posts of posts.txt."""
    found = []
    for number, line in enumerate(data.lines("posts.txt"), 1):
        code, name, rank = line.split()
        found.append(DemoPost(number, code, name, int(rank)))
    return found


class _Staffing:
    def __init__(self, context: DemoContext) -> None:
        self.context = context
        self.profiles: dict[str, dict[str, Any]] = data.table("staffing.toml")
        self.found: dict[int, list[Position]] = {unit.id: [] for unit in context.units}

    def all(self) -> list[Position]:
        for unit in self.context.units:
            self._heads(unit)
        for unit, size in self._sizes().items():
            self._section(unit, size)
        for unit in self.context.units:
            self.found[unit.id].sort(key=lambda position: position.post.rank)
        return [position for unit in self.context.units for position in self.found[unit.id]]

    def _sizes(self) -> dict[DemoUnit, int]:
        """How many work below the head of each section: shares by weight, the largest remainders rounded up."""
        size = self.context.size
        sections = [unit for unit in self.context.units if unit.weight]
        least = dict.fromkeys(sections, size.smallest_section - 1)
        free = size.people - sum(len(found) for found in self.found.values()) - sum(least.values())
        wanted = {unit: unit.weight**0.9 if size.name == "village" else unit.weight for unit in sections}
        whole = sum(wanted.values())
        shares = {unit: free * wanted[unit] / whole for unit in sections}
        sizes = {unit: least[unit] + int(shares[unit]) for unit in sections}
        rest = size.people - sum(len(found) for found in self.found.values()) - sum(sizes.values())
        for unit in sorted(sections, key=lambda one: int(shares[one]) - shares[one])[:rest]:
            sizes[unit] += 1
        return sizes

    def _heads(self, unit: DemoUnit) -> None:
        if unit.kind == "自治体":
            self._add(unit, "市長", employment=EmploymentType.SPECIAL_SERVICE)
            for _ in range(self.context.size.deputy_mayors):
                self._add(unit, "副市長", employment=EmploymentType.SPECIAL_SERVICE)
            return
        if unit.head in ("none", "deputy"):
            return
        special = unit.head in ("教育長", "公営企業管理者", "理事長")
        self._add(
            unit,
            unit.head,
            employment=EmploymentType.SPECIAL_SERVICE if special else EmploymentType.REGULAR,
        )
        share = self.context.size.people / 17_000
        if sum(below.weight for below in unit.subtree()) * share >= LARGE_BUREAU:
            if unit.kind == "局":
                self._add(unit, "副局長")
            elif unit.kind == "区":
                self._add(unit, "副区長")
        if unit.organ == "監査委員" and self.context.size.people > 1000:
            self._add(unit, "監査委員", employment=EmploymentType.SPECIAL_SERVICE)

    def _section(self, unit: DemoUnit, size: int) -> None:
        profile = self.profiles[unit.staffing]
        fiscal_year = round(size * profile["fiscal_year"])
        rest = size - fiscal_year
        rest -= self._contractors(unit, rest)
        if size >= DEPUTY_HEAD or unit.head == "deputy":
            name = "教頭" if unit.head == "校長" else "課長補佐"
            for _ in range(2 if size >= SECOND_DEPUTY_HEAD else 1):
                self._add(unit, name)
                rest -= 1
        lines: list[Position] = []
        if size >= DIVIDED_SECTION:
            for matter in unit.matters:
                head = self._add(unit, "担当課長", matter=matter)
                lines.append(
                    self._add(unit, "担当係長", matter=matter.removesuffix("担当") + "係", superior=head)
                )
                rest -= 2
        chiefs: list[Position] = []
        # The first answers for the general affairs of a larger section; in small ones anything may come first.
        shift = 0 if size >= DIVIDED_SECTION else unit.id
        if profile["span"] and rest >= 2:
            for number in range(max(1, round(rest / profile["span"]) - len(lines))):
                chiefs.append(
                    self._add(unit, "係長", matter=CHIEF_MATTERS[(number + shift) % len(CHIEF_MATTERS)])
                )
                rest -= 1
        leaders = [*chiefs, *lines]
        seniors = round(rest * 0.4)
        for number in range(rest):
            leader = leaders[number % len(leaders)] if leaders else None
            self._add(
                unit,
                profile["senior"] if number < seniors else profile["junior"],
                employment=EmploymentType.REAPPOINTED if number < seniors // 6 else EmploymentType.REGULAR,
                superior=leader if leader in lines else None,
            )
        for _ in range(fiscal_year):
            self._add(unit, "会計年度任用職員", employment=EmploymentType.FISCAL_YEAR)

    def _contractors(self, unit: DemoUnit, rest: int) -> int:
        """Staff of a contractor sit with those who run the information systems."""
        if unit.name != "情報化戦略課" or rest < 10:
            return 0
        for _ in range(2 + rest // 20):
            self._add(unit, "委託先職員", employment=EmploymentType.CONTRACTOR)
        return 2 + rest // 20

    def _add(
        self,
        unit: DemoUnit,
        post: str,
        *,
        employment: str = EmploymentType.REGULAR,
        matter: str = "",
        superior: Position | None = None,
    ) -> Position:
        profile = self.profiles[unit.staffing]
        found = self.context.posts[post]
        is_lower = found.rank >= 40
        made = Position(
            unit=unit,
            post=found,
            category=str(profile["category"]),
            employment=employment,
            matter=matter,
            women=profile["women"] if is_lower else profile["women"] * (0.75 if found.rank >= 20 else 0.5),
            mail=profile["mail"] if is_lower else 1.0,
            superior=superior,
        )
        self.found[unit.id].append(made)
        return made
