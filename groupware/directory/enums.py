"""Closed lists of the directory. The values are stored; the words on screen are in the catalogue."""

from enum import StrEnum

from groupware.i18n import lazy_pgettext


class AppointmentKind(StrEnum):
    """Kinds of 発令 (administration.md 2)."""

    MAIN = "main"
    CONCURRENT = "concurrent"
    CROSS_AUTHORITY = "cross_authority"
    FOR_SUBORDINATE = "for_subordinate"
    FOR_SUPERIOR = "for_superior"
    SECONDMENT = "secondment"
    LEAVE = "leave"

    @property
    def label(self) -> object:
        """The word on screen."""
        return APPOINTMENT_LABELS[self]


APPOINTMENT_LABELS = {
    AppointmentKind.MAIN: lazy_pgettext("appointment", "Main post"),
    AppointmentKind.CONCURRENT: lazy_pgettext("appointment", "Concurrent post"),
    AppointmentKind.CROSS_AUTHORITY: lazy_pgettext("appointment", "Cross-authority post"),
    AppointmentKind.FOR_SUBORDINATE: lazy_pgettext("appointment", "Acting for a subordinate post"),
    AppointmentKind.FOR_SUPERIOR: lazy_pgettext("appointment", "Acting for a superior"),
    AppointmentKind.SECONDMENT: lazy_pgettext("appointment", "Secondment"),
    AppointmentKind.LEAVE: lazy_pgettext("appointment", "Leave of absence"),
}


class EmploymentType(StrEnum):
    """任用区分 (administration.md 2)."""

    SPECIAL_SERVICE = "special_service"
    REGULAR = "regular"
    REAPPOINTED = "reappointed"
    FISCAL_YEAR = "fiscal_year"
    FIXED_TERM = "fixed_term"
    CONTRACTOR = "contractor"

    @property
    def label(self) -> object:
        """The word on screen."""
        return EMPLOYMENT_LABELS[self]


EMPLOYMENT_LABELS = {
    EmploymentType.SPECIAL_SERVICE: lazy_pgettext("employment", "Special service"),
    EmploymentType.REGULAR: lazy_pgettext("employment", "Regular"),
    EmploymentType.REAPPOINTED: lazy_pgettext("employment", "Reappointed"),
    EmploymentType.FISCAL_YEAR: lazy_pgettext("employment", "Fiscal-year appointee"),
    EmploymentType.FIXED_TERM: lazy_pgettext("employment", "Fixed term"),
    EmploymentType.CONTRACTOR: lazy_pgettext("employment", "Contractor"),
}


class GroupKind(StrEnum):
    """Named sets of people: one's own, one that many use, or a role that grants refer to."""

    PERSONAL = "personal"
    SHARED = "shared"
    ROLE = "role"


class BatchState(StrEnum):
    """Life of a delivery from the personnel department."""

    STAGED = "staged"
    PUBLISHED = "published"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
