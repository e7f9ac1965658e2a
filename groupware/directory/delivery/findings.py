"""What is wrong or remarkable in a delivery: file, line, column and reason, with a stable code.

A fault stops the whole delivery; a remark only asks somebody to look. A finding is kept as plain values and is put into
words when it is shown, in the language of the reader.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from groupware.i18n import lazy_gettext

FAULTS: Final[Mapping[str, Any]] = {
    "file_missing": lazy_gettext("The file is missing."),
    "undecodable": lazy_gettext("The characters can be read neither as UTF-8 nor as CP932 (Shift_JIS)."),
    "undecodable_as": lazy_gettext("The characters cannot be read as %(encoding)s."),
    "too_large": lazy_gettext("The file is too large (at most %(limit)s MB)."),
    "not_csv": lazy_gettext("The line is not well-formed CSV: a quotation mark is not closed or stands in the wrong place."),
    "no_rows": lazy_gettext("The file has no rows. A delivery holds all of them, so that an empty file would end everything."),
    "column_missing": lazy_gettext("The column “%(column)s” is missing."),
    "column_twice": lazy_gettext("The column “%(column)s” occurs twice."),
    "too_few_columns": lazy_gettext("The row has %(found)s columns, the header has %(expected)s."),
    "too_many_columns": lazy_gettext("The row has %(found)s columns, the header has %(expected)s."),
    "empty": lazy_gettext("A value is missing."),
    "too_long": lazy_gettext("The value is longer than %(limit)s characters."),
    "control_character": lazy_gettext("The value holds a character that cannot be shown."),
    "not_a_number": lazy_gettext("“%(value)s” is not a whole number from 0 on."),
    "wrong_email": lazy_gettext("“%(value)s” is not an e-mail address."),
    "unknown_format": lazy_gettext("“%(value)s” is not a date."),
    "no_such_day": lazy_gettext("“%(value)s” is a day that does not exist."),
    "era_year_out_of_range": lazy_gettext("“%(value)s”: the era has no such year."),
    "unknown_word": lazy_gettext("“%(value)s” is not known here. Known: %(known)s."),
    "ends_before_begins": lazy_gettext("The end lies before the beginning (%(begin)s)."),
    "left_before_hired": lazy_gettext("The person leaves before being hired (%(begin)s)."),
    "duplicate_code": lazy_gettext("The code %(value)s stands in line %(other)s already."),
    "duplicate_number": lazy_gettext("The staff number %(value)s stands in line %(other)s already."),
    "duplicate_row": lazy_gettext("The row says the same as line %(other)s for some of the days."),
    "unknown_parent": lazy_gettext("There is no unit with the code %(value)s above it."),
    "parent_not_in_force": lazy_gettext("The unit %(value)s above it does not exist for all of the time."),
    "cyclic": lazy_gettext("The unit would stand above itself: %(path)s."),
    "unknown_person": lazy_gettext("There is no person with the number %(value)s in the delivery."),
    "unknown_unit": lazy_gettext("There is no unit with the code %(value)s in the delivery."),
    "unknown_post": lazy_gettext("There is no post with the code %(value)s."),
    "unknown_duty": lazy_gettext("There is no duty with the code %(value)s."),
    "unknown_superior": lazy_gettext("There is no person with the number %(value)s who could be the superior."),
    "own_superior": lazy_gettext("The person cannot be their own superior."),
    "before_unit": lazy_gettext("The unit %(value)s does not exist yet on that day (from %(begin)s)."),
    "after_unit": lazy_gettext("The unit %(value)s no longer exists at the end of the appointment (until %(end)s)."),
    "after_leaving": lazy_gettext("The person has left by then (last day %(end)s)."),
    "overlapping_main": lazy_gettext("The main post overlaps with the one in line %(other)s: a person has one main post on any day."),
    "own_old_number": lazy_gettext("The former number is the person's present one."),
    "old_number_claimed_twice": lazy_gettext("Line %(other)s continues the number %(value)s already."),
    "old_number_in_service": lazy_gettext("The person with the former number %(value)s has not left when this one begins."),
    "not_applied": lazy_gettext("The delivery could not be applied; nothing of it was taken. Reason: %(reason)s"),
}  # fmt: skip
REMARKS: Final[Mapping[str, Any]] = {
    "unknown_column": lazy_gettext("The column “%(column)s” is not known and was not used."),
    "unknown_file": lazy_gettext("The file is not part of a delivery and was not used."),
    "era_year_remark": lazy_gettext("“%(value)s”: the era was not in force on that day; read as %(day)s."),
    "damaged_character": lazy_gettext("“%(value)s” holds a character that was lost on the way (〓, ?)."),
    "private_character": lazy_gettext("“%(value)s” holds a character that only the sending system knows (外字)."),
    "begins_before_hire": lazy_gettext("The appointment begins before the person was hired (%(begin)s)."),
    "before_unit_past": lazy_gettext(
        "The appointment began before the unit %(value)s did (%(begin)s); that is in the past and was taken as it is."
    ),
    "no_main_post": lazy_gettext("The person has no main post on %(day)s."),
    "left_already": lazy_gettext("The person had left before the delivery takes effect and is not known here; not taken."),
    "unknown_old_number": lazy_gettext("The former number %(value)s is not known here; the person begins anew."),
    "short_number": lazy_gettext("The number is shorter than the others: leading zeros may have been lost."),
    "many_leaving": lazy_gettext("%(count)s of %(all)s people are not in the delivery and would leave. Is the file complete?"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault or a remark. `line` 0 is the file as a whole; `column` is the header as the file has it."""

    code: str
    file: str
    line: int = 0
    column: str = ""
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_fault(self) -> bool:
        """Whether it stops the delivery."""
        return self.code in FAULTS

    @property
    def text(self) -> str:
        """The reason, in the current language."""
        template = FAULTS.get(self.code) or REMARKS[self.code]
        return str(template) % self.details if self.details else str(template)

    def as_json(self) -> list[Any]:
        """Plain values, to be kept."""
        return [self.code, self.file, self.line, self.column, dict(self.details)]

    @classmethod
    def from_json(cls, values: Sequence[Any]) -> "Finding":
        """The reverse of `as_json`."""
        return cls(*values)


def faults(findings: Iterable[Finding]) -> list[Finding]:
    """Those that stop the delivery."""
    return [finding for finding in findings if finding.is_fault]


def in_order(findings: Iterable[Finding], files: Sequence[str]) -> list[Finding]:
    """Sorted as a person works through them: faults first, then file by file, line by line."""
    places = {name: place for place, name in enumerate(files)}
    return sorted(
        findings, key=lambda f: (not f.is_fault, places.get(f.file, len(places)), f.file, f.line, f.column)
    )
