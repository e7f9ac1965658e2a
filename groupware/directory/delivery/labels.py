"""The words for what a delivery changes."""

from typing import Any

from groupware.directory.delivery import plan
from groupware.directory.enums import APPOINTMENT_LABELS, AppointmentKind
from groupware.i18n import lazy_gettext, lazy_pgettext

KIND_LABELS: dict[str, Any] = {
    plan.NEW: lazy_pgettext("delivery", "New"),
    plan.MOVED: lazy_pgettext("delivery", "Moving"),
    plan.LEAVING: lazy_pgettext("delivery", "Leaving"),
    plan.CONTINUES: lazy_pgettext("delivery", "Continuing under a new number"),
    plan.RENAMED: lazy_pgettext("delivery", "Renamed"),
    plan.CHANGED: lazy_pgettext("delivery", "Other changes"),
    plan.UNIT_NEW: lazy_pgettext("delivery", "New units"),
    plan.UNIT_CHANGED: lazy_pgettext("delivery", "Changed units"),
    plan.UNIT_ENDING: lazy_pgettext("delivery", "Ending units"),
    plan.POST_NEW: lazy_pgettext("delivery", "New posts"),
    plan.POST_CHANGED: lazy_pgettext("delivery", "Changed posts"),
    plan.DUTY_NEW: lazy_pgettext("delivery", "Beginning duties"),
    plan.DUTY_ENDING: lazy_pgettext("delivery", "Ending duties"),
    plan.UNCHANGED: lazy_pgettext("delivery", "Unchanged"),
}
FIELD_LABELS: dict[str, Any] = {
    "appointments": lazy_gettext("Appointments"),
    "email": lazy_gettext("E-mail"),
    "phone": lazy_gettext("Phone"),
    "extension": lazy_gettext("Extension"),
    "employment_type": lazy_gettext("Employment type"),
    "job_category": lazy_gettext("Job category"),
    "hired_on": lazy_gettext("First day of service"),
    "left_on": lazy_gettext("Last day of service"),
    "has_photo_consent": lazy_gettext("Consent to the photo"),
    "kana_name": lazy_gettext("Kana"),
    "name": lazy_pgettext("unit", "Name"),
    "kana": lazy_gettext("Kana"),
    "short_name": lazy_gettext("Short name"),
    "kind": lazy_pgettext("unit", "Kind"),
    "parent": lazy_gettext("Unit above"),
    "official_order": lazy_gettext("Official order"),
    "executive_organ": lazy_gettext("Executive organ"),
    "appointing_authority": lazy_gettext("Appointing authority"),
    "location": lazy_gettext("Place"),
    "valid_to": lazy_pgettext("unit", "Last day"),
    "rank": lazy_gettext("Post rank"),
}


def appointment_label(kind: str) -> str:
    """The kind of an appointment; empty for the main post and for what is none."""
    known = {one.value: str(label) for one, label in APPOINTMENT_LABELS.items()}
    return "" if kind == AppointmentKind.MAIN else known.get(kind, "")


def place_text(place: plan.Place) -> str:
    """A place in words: 行財政局 総務課 係長(兼務)."""
    label = appointment_label(place.kind)
    words = " ".join(part for part in (place.unit, place.post) if part)
    return f"{words}({label})" if label else words
