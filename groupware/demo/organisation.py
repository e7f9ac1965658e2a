"""Read organisation.txt and grow the units of a size from it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from groupware.demo import data
from groupware.demo.context import DemoContext, DemoUnit

MUNICIPALITY = ("みなと市", "みなとし")
AUTHORITIES = {"消防長": "消防長", "公営企業管理者": "公営企業管理者", "教育委員会": "教育委員会"}
KINDS = (
    ("区役所", "区"),
    ("局", "局"),
    ("部", "部"),
    ("課", "課"),
    ("室", "課"),
)
HEADS = (
    ("消防署", "署長"),
    ("図書館", "館長"),
    ("博物館", "館長"),
    ("美術館", "館長"),
    ("学校", "校長"),
    ("場", "場長"),
    ("保育所", "保育所長"),
)
HEAD_OF_KIND = {"局": "局長", "部": "部長", "課": "課長", "区": "区長", "支所": "支所長"}
FIRST_PHONE = 2000


@dataclass(slots=True)
class Line:
    """A line of organisation.txt with the lines below it."""

    mark: str
    name: str
    kana: str
    weight: float
    options: dict[str, str]
    depth: int
    children: list["Line"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward 区 and places in it, each with its reading."""

    mark: str
    name: str
    kana: str
    places: tuple[tuple[str, str], ...]


def grow(context: DemoContext) -> None:
    """Fill `context.units` with the units of today, in official order, the municipality first."""
    _Grower(context).grow()


def wards(marks: str) -> list[Ward]:
    """The wards of a size."""
    found = []
    for line in data.lines("places.txt"):
        mark, first, *rest = line.split()
        if mark in marks:
            name, kana = first.split("/")
            places = tuple((place, reading) for place, reading in (word.split("/") for word in rest))
            found.append(Ward(mark, name, kana, places))
    return found


class _Grower:
    def __init__(self, context: DemoContext) -> None:
        self.context = context
        self.marks = context.size.marks
        self.wards = wards(self.marks)
        self.ids = iter(range(1, 10_000))
        self.phone = FIRST_PHONE

    def grow(self) -> None:
        blocks = _blocks()
        root = self._add(None, *MUNICIPALITY, code="0000", kind="自治体", order=0)
        number = 0
        for line in blocks["bureaus"]:
            number += 1
            self._top(root, line, number)
        for ward in self.wards:
            number += 1
            line = Line(ward.mark, f"{ward.name}区役所", f"{ward.kana}くやくしょ", 0, {"short": ward.name}, 0)
            line.children = blocks["wards"]
            self._top(root, line, number, ward)
        for line in blocks["affiliated"]:
            number += 1
            self._top(None, line, number)

    def _top(self, root: DemoUnit | None, line: Line, number: int, ward: Ward | None = None) -> None:
        if line.mark not in self.marks:
            return
        kind = "外郭団体" if root is None else "区" if ward else "局"
        top = self._add(
            root,
            line.name,
            line.kana,
            code=f"{number:02d}00",
            kind=kind,
            order=number * 10,
            organ=line.options.get("organ", "市長" if root is not None else line.name),
            line=line,
        )
        top.top = top
        short = line.options["short"]
        numbers = iter(range(1, 100))
        for child in line.children:
            self._below(top, top, short, child, numbers, ward)

    def _below(
        self,
        top: DemoUnit,
        parent: DemoUnit,
        short: str,
        line: Line,
        numbers: Iterator[int],
        ward: Ward | None,
    ) -> None:
        for words, here in self._repeats(line, ward):
            if line.mark not in self.marks:
                # What lies below a unit that this size does not have belongs to the unit above.
                unit = parent
            else:
                number = next(numbers)
                unit = self._add(
                    parent,
                    line.name.format(**words),
                    line.kana.format(**words),
                    code=f"{top.code[:2]}{number:02d}",
                    kind=line.options.get("kind") or _kind(line.name, parent),
                    order=number,
                    organ=top.organ,
                    short=short,
                    line=line,
                )
                unit.top = top
            for child in line.children:
                self._below(top, unit, short, child, numbers, here)

    def _repeats(self, line: Line, ward: Ward | None) -> Iterator[tuple[dict[str, str], Ward | None]]:
        each = line.options.get("each", "")
        if not each:
            yield _words(ward), ward
            return
        what, _, limit = each.partition(":")
        for one in [ward] if ward is not None else self.wards:
            if what == "otherward" and one is self.wards[0]:
                continue
            if what == "place":
                for place in one.places[: int(limit or 99)]:
                    yield {**_words(one), "p": place[0], "pk": place[1]}, one
            else:
                yield _words(one), one

    def _add(
        self,
        parent: DemoUnit | None,
        name: str,
        kana: str,
        *,
        code: str,
        kind: str,
        order: int,
        organ: str = "市長",
        short: str = "",
        line: Line | None = None,
    ) -> DemoUnit:
        options = line.options if line else {}
        unit = DemoUnit(
            id=next(self.ids),
            code=code,
            name=name,
            kana=kana,
            short_name=short + name if kind in ("部", "課", "支所") else name,
            kind=kind,
            organ=organ,
            order=order,
            parent=parent,
            weight=line.weight if line else 0.0,
            staffing=options.get("staff") or (parent.staffing if parent else "office"),
            head=options.get("head") or _head(name, kind),
            matters=tuple(options["matters"].split(",")) if "matters" in options else (),
            new_since=int(options.get("new", 0)),
        )
        if "was" in options:
            former, reading, years = options["was"].split("/")
            unit.former_name = (former, reading, int(years))
        self._place(unit)
        if parent is not None:
            parent.children.append(unit)
        self.context.units.append(unit)
        return unit

    def _place(self, unit: DemoUnit) -> None:
        self.phone += 10
        unit.phone = f"078-000-{self.phone}"
        if unit.kind == "事業所" or unit.name.endswith(("出張所", "支所")):
            unit.location = unit.name
        elif unit.kind == "区" or (unit.parent is not None and unit.parent.kind == "区"):
            ward = unit if unit.kind == "区" else unit.parent
            unit.location = f"{ward.name if ward else ''} {1 + unit.order % 5}階"
        elif unit.kind != "外郭団体":
            unit.location = f"本庁舎{1 + int(unit.code[:2]) % 3}号館 {2 + int(unit.code) % 19}階"


def _words(ward: Ward | None) -> dict[str, str]:
    if ward is None:
        return {}
    words = {"w": ward.name, "wk": ward.kana}
    for number, (place, reading) in enumerate(ward.places, 1):
        words |= {f"p{number}": place, f"p{number}k": reading}
    return words


def _kind(name: str, parent: DemoUnit) -> str:
    if parent.kind == "区" and name.endswith("出張所"):
        return "支所"
    return next((kind for ending, kind in KINDS if name.endswith(ending)), "事業所")


def _head(name: str, kind: str) -> str:
    if kind == "外郭団体":
        return "理事長"
    if kind == "局" and name.endswith("室"):
        return "室長"
    if kind in HEAD_OF_KIND:
        return HEAD_OF_KIND[kind]
    return next((head for ending, head in HEADS if name.endswith(ending)), "所長")


def _blocks() -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {"bureaus": [], "wards": [], "affiliated": []}
    block = "bureaus"
    chain: list[Line] = []
    indent = 0
    for text in data.lines("organisation.txt"):
        if text.startswith("@"):
            block = text[1:]
            chain = []
            # The lines of a ward stand under the ward, which is not written.
            indent = 2 if block == "wards" else 0
            continue
        depth = (len(text) - len(text.lstrip()) - indent) // 2
        mark, name, kana, *rest = text.split()
        weight = float(rest.pop(0)) if rest and rest[0].isdecimal() else 0.0
        line = Line(mark, name, kana, weight, dict(word.split("=", 1) for word in rest), depth)
        chain = chain[:depth]
        (chain[-1].children if chain else found[block]).append(line)
        chain.append(line)
    return found
