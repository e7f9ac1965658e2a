"""What the people picker hands over: values like `person:77` or `unit_tree:12`, their words, the principals they name.

A value is `<kind>:<ref>` or, for a duty of a unit, `duty:<duty kind>:<unit>`. The same spelling stands in forms, in
addresses and in what a person chose lately.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, bindparam, case, cast, delete, func, literal, null, select, tuple_, union_all

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.access.principals import principal
from groupware.actor import Actor
from groupware.among import among
from groupware.db import BIGINT, insert_new, session
from groupware.directory.enums import GroupKind
from groupware.directory.models import DutyKind, Group, GroupShare, Person, Post, RecentPick
from groupware.directory.queries.history import unit_history
from groupware.directory.queries.roll import is_seen, roll
from groupware.directory.queries.shared import SEEN
from groupware.directory.wall import within
from groupware.errors import Invalid
from groupware.i18n import current_locale, gettext, pgettext

RECENT = 20
"""How many of the things chosen lately are kept for each person."""

MOST = 2000
"""Values that one field takes."""

_KINDS = frozenset(kind.value for kind in PrincipalKind)
_UNITS = (PrincipalKind.UNIT, PrincipalKind.UNIT_TREE)
_DUTIES = (PrincipalKind.DUTY, PrincipalKind.DUTY_KIND)


@dataclass(frozen=True, slots=True)
class Ref:
    """What a value names; `kind`, `ref` and `ref2` as in `access.enums`."""

    kind: PrincipalKind
    ref: int = 0
    ref2: int = 0

    @property
    def value(self) -> str:
        """Its spelling."""
        tail = f":{self.ref2}" if self.kind is PrincipalKind.DUTY else ""
        return f"{self.kind.value}:{self.ref}{tail}"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be or was chosen, as the picker shows it."""

    value: str
    label: str
    detail: str = ""


def parse(value: str) -> Ref:
    """Read a value. Raises Invalid (`picker_value`) for what no picker writes."""
    kind, *refs = value.split(":")
    wanted = 2 if kind == PrincipalKind.DUTY else 1
    is_number = all(ref.isascii() and ref.isdecimal() and len(ref) < 19 for ref in refs)
    if kind not in _KINDS or len(refs) != wanted or not is_number:
        raise Invalid(gettext("This choice is not known."), code="picker_value")
    return Ref(PrincipalKind(kind), *map(int, refs))


def parse_all(values: Iterable[str]) -> list[Ref]:
    """Read values, each once, in their order. Raises Invalid for one that is not known and for more than `MOST`."""
    found = [parse(value) for value in dict.fromkeys(values)]
    if len(found) > MOST:
        raise Invalid(gettext("Please choose at most %(limit)s entries.", limit=MOST), code="picker_too_many")
    return found


def people_of(values: Iterable[str]) -> list[int]:
    """The person ids of a field for people only. Raises Invalid for anything else."""
    refs = parse_all(values)
    if any(ref.kind is not PrincipalKind.PERSON for ref in refs):
        raise Invalid(gettext("Please choose people only."), code="picker_people_only")
    if not all(is_seen(ref.ref) for ref in refs):
        raise Invalid(gettext("This choice is not known."), code="picker_value")
    return [ref.ref for ref in refs]


def parse_principals(values: Iterable[str], actor: Actor | None = None) -> list[Principal]:
    """The principals that the values name, in their order; those named for the first time are made (write units only).

    Raises Invalid for what does not exist, and, when the actor is given, for a personal group of somebody else.
    """
    refs = _chosen(values, actor)
    known = _stored(refs)
    return [known.get(ref) or principal(ref.kind, ref.ref, ref.ref2) for ref in refs]


def known_principals(values: Iterable[str], actor: Actor | None = None) -> list[Principal]:
    """The same for reads: without those that nobody has named yet, whom nobody belongs to. Raises as it does."""
    refs = _chosen(values, actor)
    known = _stored(refs)
    return [known[ref] for ref in refs if ref in known]


def _chosen(values: Iterable[str], actor: Actor | None) -> list[Ref]:
    refs = parse_all(values)
    names = choosable(refs, owner=actor.person_id if actor is not None else None)
    if any(ref not in names for ref in refs):
        raise Invalid(gettext("Something chosen no longer exists. Please choose again."), code="picker_gone")
    return refs


def _stored(refs: Sequence[Ref]) -> dict[Ref, Principal]:
    known: dict[Ref, Principal] = {}
    for start in range(0, len(refs), 500):
        keys = [(ref.kind.value, ref.ref, ref.ref2) for ref in refs[start : start + 500]]
        statement = select(Principal).where(
            # SQLite finds no index by rows of values.
            Principal.kind.in_(sorted({kind for kind, _, _ in keys})),
            Principal.ref.in_(sorted({ref for _, ref, _ in keys})),
            tuple_(Principal.kind, Principal.ref, Principal.ref2).in_(keys),
        )
        known |= {ref_of(found): found for found in session.scalars(statement)}
    return known


def ref_of(named: Principal) -> Ref:
    """What a principal names."""
    return Ref(PrincipalKind(named.kind), named.ref, named.ref2)


def label_of(named: Principal) -> str:
    """A principal in words, as 「福祉局(全体)」 or 「局長級以上」. Many at once: `labels_of`."""
    return labels_of([named])[named.id]


def labels_of(named: Iterable[Principal]) -> dict[int, str]:
    """Principal id → its words; at most one query, whatever their number. What is gone is said to be gone."""
    refs = {one.id: ref_of(one) for one in named}
    words = words_of(refs.values())
    gone = str(gettext("No longer exists"))
    return {key: words[ref].label if ref in words else gone for key, ref in refs.items()}


def choices_of(values: Iterable[str], owner: int | None = None) -> list[Choice]:
    """Values as chips, in their order; one query. Left out are those that are not known or gone; `owner` as in `words_of`."""
    refs = []
    for value in dict.fromkeys(values):
        try:
            refs.append(parse(value))
        except Invalid:
            continue
    words = choosable(refs, owner)
    return [words[ref] for ref in refs if ref in words]


def choosable(refs: Iterable[Ref], owner: int | None = None) -> dict[Ref, Choice]:
    """As `words_of`, without what lies behind a wall; at most one query, two within it.

    Within an affiliated body only what is its own can be named: all staff, posts, ranks and duties of any organisation mean
    the municipality.
    """
    if within.get() is None:
        return words_of(refs, owner)
    wanted = list(refs)
    groups = _groups_within([ref.ref for ref in wanted if ref.kind is PrincipalKind.GROUP])
    return words_of((ref for ref in wanted if _is_within(ref, groups)), owner)


def _is_within(ref: Ref, groups: Collection[int]) -> bool:
    if ref.kind is PrincipalKind.PERSON:
        return is_seen(ref.ref)
    if ref.kind in (*_UNITS, PrincipalKind.DUTY):
        return (ref.ref2 or ref.ref) in roll().tree
    return ref.kind is PrincipalKind.GROUP and ref.ref in groups


def _groups_within(ids: Collection[int]) -> set[int]:
    if not ids:
        return set()
    current = roll()
    rows = session.execute(
        select(Group.id, Group.kind, Group.owner_id, Group.unit_id).where(Group.id.in_(ids))
    ).all()
    return {
        row.id
        for row in rows
        if (
            row.owner_id in current.place
            if row.kind == GroupKind.PERSONAL
            else current.tree.get(row.unit_id) is not None
        )
    }


def words_of(refs: Iterable[Ref], owner: int | None = None) -> dict[Ref, Choice]:
    """What each is called; at most one query. Left out is what does not exist, and, when `owner` is given, personal
    groups that belong to somebody else and are not shared with them."""
    wanted = dict.fromkeys(refs)
    if not wanted:
        return {}
    names, places = _names(wanted, owner), Places()
    found: dict[Ref, Choice] = {}
    for ref in wanted:
        words = _words(ref, names, places, owner)
        if words is not None:
            found[ref] = Choice(ref.value, *words)
    return found


class Places:
    """Roll and history of today, asked for once for many choices."""

    def __init__(self) -> None:
        self.roll = roll()
        self.history = unit_history()

    def of(self, person_id: int) -> str:
        """Unit and post of a person today, in words."""
        entry = self.roll.entries.get(person_id)
        if entry is None or entry.unit_id is None or entry.post_id is None:
            return ""
        unit = self.history.path_name(entry.unit_id, self.roll.day)
        return f"{unit} {self.roll.posts[entry.post_id][0]}".strip()


def person_choices(people: Iterable[tuple[int, str]]) -> list[Choice]:
    """People, given as id and name, with unit and post of today. No query."""
    places = Places()
    return [Choice(Ref(PrincipalKind.PERSON, key).value, name, places.of(key)) for key, name in people]


Names = dict[tuple[str, int], tuple[str, str, int | None]]
"""(table, id) → name, English name or kind, owner where it is not shared with whoever asks."""


def _part(table: str, key: Any, name: Any, more: Any, owner: Any, ids: str) -> Any:
    return select(literal(table, String), key, name, more, owner).where(among(key, ids))


_no_owner = cast(null(), BIGINT)
_first_of_rank = select(func.min(Post.code)).where(among(Post.rank, "ranks")).group_by(Post.rank)
_is_shared = select(GroupShare.group_id).where(GroupShare.group_id == Group.id).exists()
_named = union_all(
    _part("person", Person.id, Person.display_name, literal("", String), _no_owner, "people"),
    _part("post", Post.id, Post.name, literal("", String), _no_owner, "posts"),
    select(literal("rank", String), Post.rank, Post.name, literal("", String), _no_owner).where(
        Post.code.in_(_first_of_rank)
    ),
    _part(
        "group",
        Group.id,
        Group.name,
        case((_is_shared, literal(GroupKind.SHARED.value, String)), else_=Group.kind),
        case((Group.id.in_(SEEN), _no_owner), else_=Group.owner_id),
        "groups",
    ),
    _part("duty", DutyKind.id, DutyKind.name, DutyKind.name_en, _no_owner, "duties"),
)


def _names(refs: Iterable[Ref], owner: int | None) -> Names:
    ids: dict[str, set[int]] = {name: {-1} for name in ("people", "posts", "ranks", "groups", "duties")}
    table = {
        PrincipalKind.PERSON: "people",
        PrincipalKind.POST: "posts",
        PrincipalKind.RANK: "ranks",
        PrincipalKind.GROUP: "groups",
        PrincipalKind.DUTY: "duties",
        PrincipalKind.DUTY_KIND: "duties",
    }
    for ref in refs:
        if ref.kind in table:
            ids[table[ref.kind]].add(ref.ref)
    if all(len(found) == 1 for found in ids.values()):
        return {}
    values = {name: sorted(found) for name, found in ids.items()}
    rows: Sequence[Any] = session.execute(_named, {**values, "person": owner, "day": clock.today()}).all()
    return {(row[0], row[1]): (row[2], row[3], row[4]) for row in rows}


def _words(ref: Ref, names: Names, places: Places, owner: int | None) -> tuple[str, str] | None:
    """Label and detail, or None for what does not exist."""
    kind = ref.kind
    if kind is PrincipalKind.EVERYONE:
        return str(gettext("All staff")), ""
    if kind in _UNITS:
        return _unit_words(ref, places)
    table = PrincipalKind.DUTY.value if kind in _DUTIES else kind.value
    found = names.get((table, ref.ref))
    if found is None:
        return None
    name, more, owned_by = found
    if kind is PrincipalKind.PERSON:
        return name, places.of(ref.ref)
    if kind is PrincipalKind.POST:
        return name, str(pgettext("picker", "Post"))
    if kind is PrincipalKind.RANK:
        return str(gettext("%(post)s rank and above", post=name)), ""
    if kind is PrincipalKind.GROUP:
        if owner is not None and owned_by not in (None, owner):
            return None
        return name, group_words(GroupKind(more))
    duty = more if more and current_locale.get() == "en" else name
    if kind is PrincipalKind.DUTY_KIND:
        return duty, str(gettext("in all organisations"))
    unit = places.history.on(ref.ref2, places.roll.day)
    return (str(gettext("%(duty)s of %(unit)s", duty=duty, unit=unit.name)), "") if unit is not None else None


def group_words(kind: GroupKind) -> str:
    """The kind of a group in words."""
    if kind is GroupKind.PERSONAL:
        return str(gettext("Personal group"))
    return str(gettext("Shared group") if kind is GroupKind.SHARED else pgettext("group", "Role"))


def _unit_words(ref: Ref, places: Places) -> tuple[str, str] | None:
    history, day = places.history, places.roll.day
    unit = history.on(ref.ref, day)
    if unit is None:
        return None
    above = " ".join(version.name for version in history.path(ref.ref, day)[:-1])
    if ref.kind is PrincipalKind.UNIT_TREE:
        return str(gettext("%(unit)s (as a whole)", unit=unit.name)), above
    return str(gettext("%(unit)s (directly)", unit=unit.name)), above


_recent = (
    select(RecentPick.value)
    .where(RecentPick.person_id == bindparam("person", type_=BIGINT))
    .order_by(RecentPick.picked_at.desc(), RecentPick.value)
)


def recent_choices(actor: Actor, *, only_people: bool = False) -> list[Choice]:
    """What the actor chose lately, newest first; two queries."""
    values = session.scalars(_recent, {"person": actor.person_id}).all()
    prefix = f"{PrincipalKind.PERSON.value}:"
    wanted = (value for value in values if value.startswith(prefix) or not only_people)
    return choices_of(wanted, owner=actor.person_id)


def remember(actor: Actor, values: Iterable[str]) -> None:
    """Note what the actor chose, and forget what is older than the last `RECENT`. Needs a write unit."""
    chosen = [ref.value for ref in parse_all(values)][:RECENT]
    if actor.person_id is None or not chosen:
        return
    kept = session.scalars(_recent, {"person": actor.person_id}).all()
    old = [*chosen, *(value for value in kept if value not in chosen)][RECENT:]
    session.execute(
        delete(RecentPick).where(
            RecentPick.person_id == actor.person_id, RecentPick.value.in_([*chosen, *old])
        )
    )
    rows = [{"person_id": actor.person_id, "value": value, "picked_at": actor.now} for value in chosen]
    session.execute(insert_new(RecentPick), rows)


__all__ = [
    "MOST",
    "RECENT",
    "Choice",
    "Places",
    "Ref",
    "choices_of",
    "choosable",
    "group_words",
    "known_principals",
    "label_of",
    "labels_of",
    "parse",
    "parse_all",
    "parse_principals",
    "people_of",
    "person_choices",
    "recent_choices",
    "ref_of",
    "remember",
    "words_of",
]
