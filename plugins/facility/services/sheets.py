"""The lines of a table that somebody brought, or why they cannot be read."""

from collections.abc import Sequence

from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.facility.tables import Layout, Line


def lines_of(layout: Layout, table: Sequence[Sequence[str]], most: int, empty: str) -> list[Line]:
    """The lines that hold anything. Raises Invalid, at the field `table`, for a missing column, no lines (`empty` says so in
    words), and more than `most`.
    """
    lines, missing = layout.lines_of(table)
    fault = ""
    if missing:
        columns = gettext(", ").join(str(layout.columns[name]) for name in missing)
        fault = gettext("The headings have no column for: %(columns)s.", columns=columns)
    elif not lines:
        fault = empty
    elif len(lines) > most:
        fault = gettext(
            "Please enter at most %(most)s lines at once (now %(now)s).", most=most, now=len(lines)
        )
    if fault:
        raise Invalid(fault, fields={"table": fault})
    return lines
