"""Arrange tabs. Common and organisation tabs by those who hold `portal:layout:manage` over them, one's own by oneself.

An editor that was opened with a version may write again and again as long as nobody else has written in between; it is
known by the random word `edit` that its page carries.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from groupware import access, audit
from groupware.actor import Actor
from groupware.caches import bump
from groupware.db import insert_new, session
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Invalid, NotFound
from groupware.i18n import gettext
from groupware.portal.arrangement import Columns, columns_of, keys_of, merged, moved, placed
from groupware.portal.enums import CACHE, COLUMNS, TOP, Move
from groupware.portal.models import PortalLayout
from groupware.portal.queries.contents import contents_of, default_columns, portlets
from groupware.portal.queries.tabs import COMMON, MINE, UNIT, forget_mine, tabs

MANAGE = "portal:layout:manage"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose arrangement it is."""

    key: str
    unit_id: int | None = None
    person_id: int | None = None

    @property
    def is_personal(self) -> bool:
        """Whether it is a person's own."""
        return self.person_id is not None


@dataclass(frozen=True, slots=True)
class Edit:
    """An opened editor: the version it showed and its random word."""

    version: int
    word: str


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What an editor shows: the columns without what is switched off, titles of everything that may stand there."""

    owner: Owner
    columns: Columns
    titles: Mapping[str, str]
    is_default: bool
    version: int

    @property
    def unused(self) -> list[str]:
        """What may be added."""
        used = set(keys_of(self.columns))
        return [key for key in self.titles if key not in used]


def owner_of(actor: Actor, name: str) -> Owner:
    """The owner that an address names: `common`, `mine`, `unit-<id>`. Raises NotFound for anything else."""
    if name == COMMON:
        return Owner(COMMON)
    if name == MINE and actor.person_id is not None:
        return Owner(f"person-{actor.person_id}", person_id=actor.person_id)
    number = name.removeprefix(UNIT)
    if name.startswith(UNIT) and number.isdecimal() and int(number) in org_tree(actor.today):
        return Owner(name, unit_id=int(number))
    raise NotFound(gettext("The page you are looking for was not found."))


def require_owner(actor: Actor, owner: Owner) -> None:
    """Let those pass who may arrange this tab."""
    if not owner.is_personal:
        access.require(actor, MANAGE, unit_id=owner.unit_id)


def arrangement(actor: Actor, owner: Owner) -> Arrangement:
    """The arrangement as an editor shows it. Raises as `require_owner`."""
    require_owner(actor, owner)
    row = session.scalar(select(PortalLayout).where(PortalLayout.owner == owner.key))
    titles = _titles(actor, owner)
    columns = _columns(actor, owner, row)
    return Arrangement(
        owner,
        {column: [key for key in keys if key in titles] for column, keys in columns.items()},
        titles,
        row is None or not row.columns,
        row.version if row is not None else 0,
    )


def save_order(actor: Actor, owner: Owner, edit: Edit, order: Mapping[str, Sequence[str]]) -> int:
    """Keep the order of the blocks that the editor shows, and return the new version.

    Raises Invalid if `order` is not an order of exactly these blocks, Conflict if somebody else has changed them.
    """
    row, before = _opened(actor, owner, edit)
    titles = _titles(actor, owner)
    ordered = columns_of({column: order.get(column, ()) for column in COLUMNS})
    visible = [key for key in keys_of(before) if key in titles]
    if set(order) - set(COLUMNS) or sorted(keys_of(ordered)) != sorted(visible):
        raise Invalid(
            gettext("These are not the blocks of this tab. Please load the page again."), code="order"
        )
    return _store(actor, owner, row, edit, merged(ordered, before))


def move_block(actor: Actor, owner: Owner, edit: Edit, key: str, move: str) -> bool:
    """Move a block one place, to the other column, or off the tab; False where it cannot go further. Raises Conflict."""
    row, before = _opened(actor, owner, edit)
    if move not in set(Move):
        raise Invalid(gettext("There is no such move."), code="move")
    after = moved(before, key, Move(move), _titles(actor, owner))
    if after is None:
        return False
    _store(actor, owner, row, edit, after)
    return True


def add_block(actor: Actor, owner: Owner, edit: Edit, key: str, column: str) -> None:
    """Put a block at the end of a column. Raises NotFound for what may not stand here, Conflict."""
    row, before = _opened(actor, owner, edit)
    if key not in _titles(actor, owner) or column not in COLUMNS:
        raise NotFound(gettext("The page you are looking for was not found."))
    _store(actor, owner, row, edit, placed(before, key, column))


def reset(actor: Actor, owner: Owner, edit: Edit) -> None:
    """Return to the arrangement that comes with the programme. Free contents stay on offer. Raises Conflict."""
    row, _before = _opened(actor, owner, edit)
    _store(actor, owner, row, edit, {})


def choose_start(actor: Actor, tab: str) -> None:
    """Let the portal open with this tab for the actor. Raises NotFound for a tab they do not have."""
    if tab not in {one.key for one in tabs(actor)}:
        raise NotFound(gettext("The page you are looking for was not found."))
    row = _locked(actor, owner_of(actor, MINE))
    row.start = tab
    forget_mine()


def place_content(actor: Actor, owner: Owner, key: str) -> None:
    """Put a content that was just written at the top of the main column, whoever may have an editor open."""
    row = _locked(actor, owner)
    after = columns_of(_columns(actor, owner, row))
    after["main"].insert(0, key)
    _store(actor, owner, row, Edit(row.version, ""), after)


def forget_block(actor: Actor, owner: Owner, key: str) -> None:
    """Take a block that no longer exists off the tab."""
    row = _locked(actor, owner)
    if row.columns:
        before = columns_of(row.columns)
        _store(actor, owner, row, Edit(row.version, ""), _without(before, key))


def _opened(actor: Actor, owner: Owner, edit: Edit) -> tuple[PortalLayout, Columns]:
    """The locked row and its columns, if the editor may still write."""
    row = _locked(actor, owner)
    require_owner(actor, owner)
    if row.version != edit.version and (not edit.word or row.edited_in != edit.word):
        raise Conflict(
            gettext(
                "Somebody else has changed this arrangement. You now see the newest one; please try again."
            ),
            code="changed",
        )
    return row, _columns(actor, owner, row)


def _locked(actor: Actor, owner: Owner) -> PortalLayout:
    """The row of an owner, made if need be, and locked: two editors take turns."""
    session.execute(
        insert_new(PortalLayout).values(
            owner=owner.key,
            unit_id=owner.unit_id,
            person_id=owner.person_id,
            columns={},
            version=0,
            changed_at=actor.now,
        )
    )
    statement = select(PortalLayout).where(PortalLayout.owner == owner.key)
    return session.scalars(statement.with_for_update().execution_options(populate_existing=True)).one()


def _columns(actor: Actor, owner: Owner, row: PortalLayout | None) -> Columns:
    if row is not None and row.columns:
        return columns_of(row.columns)
    return default_columns(owner.key, portlets(actor).values())


def _titles(actor: Actor, owner: Owner) -> dict[str, str]:
    """Key → title of everything that may stand on the tab: portlets that can be moved, the owner's free contents."""
    titles = {key: str(one.title) for key, one in portlets(actor).items() if one.column != TOP}
    if not owner.is_personal:
        titles |= contents_of(owner.unit_id)
    return titles


def _store(
    actor: Actor, owner: Owner, row: PortalLayout, edit: Edit, columns: Mapping[str, Collection[str]]
) -> int:
    row.columns = {column: list(keys) for column, keys in columns.items()}
    row.version += 1
    row.edited_in = edit.word
    row.changed_at = actor.now
    row.changed_by = actor.person_id
    session.flush()
    if owner.is_personal:
        forget_mine()
    else:
        bump(CACHE)
        audit.record(
            actor,
            "portal.layout_changed",
            row,
            object_type="core.portal_layout",
            unit_id=owner.unit_id,
            details={"fields": ["columns"]},
        )
    return row.version


def _without(columns: Columns, key: str) -> Columns:
    return {column: [one for one in keys if one != key] for column, keys in columns.items()}


__all__ = [
    "Arrangement",
    "Edit",
    "Owner",
    "add_block",
    "arrangement",
    "choose_start",
    "forget_block",
    "move_block",
    "owner_of",
    "place_content",
    "require_owner",
    "reset",
    "save_order",
]
