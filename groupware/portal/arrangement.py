"""What stands where on a tab: pure functions over {"main": [key, …], "side": [key, …]}."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from groupware.portal.enums import COLUMNS, Move

Columns = dict[str, list[str]]


def columns_of(stored: Mapping[str, Sequence[str]]) -> Columns:
    """A copy with exactly our columns; a key that stands twice counts where it stands first."""
    seen: set[str] = set()
    found: Columns = {}
    for column in COLUMNS:
        found[column] = []
        for key in stored.get(column, ()):
            if key not in seen:
                seen.add(key)
                found[column].append(key)
    return found


def keys_of(columns: Mapping[str, Iterable[str]]) -> list[str]:
    """All keys, column by column."""
    return [key for column in COLUMNS for key in columns.get(column, ())]


def shown(columns: Columns, known: Collection[str]) -> Columns:
    """Only the keys that exist now: a portlet whose plugin is off has no place on the screen."""
    return {column: [key for key in keys if key in known] for column, keys in columns.items()}


def merged(ordered: Columns, before: Columns) -> Columns:
    """`ordered`, and at the ends of their columns what `before` held that the editor could not see.

    So a plugin that is switched off keeps its place until it comes back.
    """
    visible = set(keys_of(ordered))
    return {
        column: ordered[column] + [key for key in before[column] if key not in visible] for column in COLUMNS
    }


def moved(columns: Columns, key: str, move: Move, known: Collection[str]) -> Columns | None:
    """The columns after a block has moved one place among those that are shown; None where it cannot move that way."""
    column = next((name for name in COLUMNS if key in columns[name]), None)
    if column is None:
        return None
    after = {name: list(keys) for name, keys in columns.items()}
    if move is Move.REMOVE:
        after[column].remove(key)
        return after
    if move in (Move.LEFT, Move.RIGHT):
        index = COLUMNS.index(column) + (1 if move is Move.RIGHT else -1)
        if not 0 <= index < len(COLUMNS):
            return None
        place = after[column].index(key)
        after[column].remove(key)
        after[COLUMNS[index]].insert(min(place, len(after[COLUMNS[index]])), key)
        return after
    neighbours = [one for one in after[column] if one in known or one == key]
    at = neighbours.index(key) + (1 if move is Move.DOWN else -1)
    if not 0 <= at < len(neighbours):
        return None
    target = after[column].index(neighbours[at])
    after[column].remove(key)
    after[column].insert(target, key)
    return after


def placed(columns: Columns, key: str, column: str) -> Columns:
    """The columns with a block added at the end of one of them; unchanged if it stands somewhere already."""
    after = {name: list(keys) for name, keys in columns.items()}
    if key not in keys_of(after):
        after[column].append(key)
    return after
