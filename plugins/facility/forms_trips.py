"""The form of a driving log: the departure, the return, or both, and why something is corrected."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    DecimalField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than it
from wtforms.validators import Optional

from groupware import clock
from groupware.directory.forms import PickerField
from groupware.directory.picking import people_of
from groupware.i18n import lazy_gettext, lazy_pgettext
from plugins.facility.enums import METHOD_LABELS
from plugins.facility.forms import storable
from plugins.facility.services.trips.plans import Check, Return, TripPlan

LAYOUT = "%Y-%m-%dT%H:%M"
METHODS = [SelectChoice(value=method.value, label=label) for method, label in METHOD_LABELS.items()]
RESULTS = [
    SelectChoice(value="", label=lazy_pgettext("alcohol check", "Please choose")),
    SelectChoice(value="passed", label=lazy_pgettext("alcohol check", "No alcohol was found")),
    SelectChoice(value="failed", label=lazy_pgettext("alcohol check", "Alcohol was found")),
]
_CHECKED_AT = lazy_pgettext("alcohol check", "Checked at")
_METHOD = lazy_pgettext("alcohol check", "How")
_CHECKER = lazy_pgettext("alcohol check", "Checked by")
_DETECTOR = lazy_pgettext("alcohol check", "A detector was used")
_RESULT = lazy_pgettext("alcohol check", "Result")


def _moment(label: Any) -> DateTimeLocalField:
    return DateTimeLocalField(label, [Optional()], format=LAYOUT)


class TripForm(FlaskForm):
    """A trip. Times are those of the municipality's clocks."""

    driver = PickerField(lazy_gettext("Driver"), is_multiple=False)
    destination = StringField(lazy_gettext("Destination"), filters=[storable])
    purpose = StringField(lazy_gettext("Purpose"), filters=[storable])
    departed_at = _moment(lazy_pgettext("trip", "Departure"))
    start_km = IntegerField(lazy_gettext("Kilometres at the departure"), [Optional()])
    before_at = _moment(_CHECKED_AT)
    before_method = SelectField(_METHOD, choices=METHODS, validate_choice=False)
    before_checker = StringField(_CHECKER, filters=[storable])
    before_has_detector = BooleanField(_DETECTOR, default=True)
    before_is_passed = SelectField(_RESULT, choices=RESULTS, validate_choice=False)
    returned_at = _moment(lazy_pgettext("trip", "Return"))
    end_km = IntegerField(lazy_gettext("Kilometres at the return"), [Optional()])
    fuel = DecimalField(lazy_gettext("Fuel in litres"), [Optional()], places=1)
    after_at = _moment(_CHECKED_AT)
    after_method = SelectField(_METHOD, choices=METHODS, validate_choice=False)
    after_checker = StringField(_CHECKER, filters=[storable])
    after_has_detector = BooleanField(_DETECTOR, default=True)
    after_is_passed = SelectField(_RESULT, choices=RESULTS, validate_choice=False)
    remarks = TextAreaField(lazy_pgettext("trip", "Remarks"), filters=[storable])
    reason = StringField(lazy_gettext("Reason for the correction"), filters=[storable])
    version = HiddenField(default="0")

    def plan(self, *, with_return: bool, booking: uuid.UUID | None = None) -> TripPlan:
        """What was typed."""
        people = people_of(self.driver.data or [])
        return TripPlan(
            departed_at=_instant(self.departed_at.data),
            check=self._check("before"),
            driver_id=people[0] if people else None,
            destination=self.destination.data or "",
            purpose=self.purpose.data or "",
            start_km=self.start_km.data,
            remarks=self.remarks.data or "",
            back=self.back() if with_return else None,
            booking=booking,
        )

    def back(self) -> Return:
        """The return that was typed."""
        litres: Decimal | None = self.fuel.data
        is_sane = litres is not None and litres.is_finite() and abs(litres) < 100_000
        return Return(
            returned_at=_instant(self.returned_at.data),
            check=self._check("after"),
            end_km=self.end_km.data,
            fuel=round(litres * 10) if is_sane and litres is not None else None if litres is None else -1,
        )

    def show(self, row: Any) -> None:
        """Fill in a trip."""
        for name in ("destination", "purpose", "start_km", "end_km", "remarks"):
            self[name].data = getattr(row, name)
        for name in ("departed_at", "before_at", "returned_at", "after_at"):
            self[name].data = _wall(getattr(row, name))
        for part in ("before", "after"):
            for name in ("method", "checker", "has_detector"):
                self[f"{part}_{name}"].data = getattr(row, f"{part}_{name}")
            passed = getattr(row, f"{part}_is_passed")
            self[f"{part}_is_passed"].data = {None: "", True: "passed", False: "failed"}[passed]
        self.fuel.data = None if row.fuel is None else Decimal(row.fuel) / 10
        self.version.data = str(row.version)

    def _check(self, part: str) -> Check:
        return Check(
            at=_instant(self[f"{part}_at"].data),
            checker=self[f"{part}_checker"].data or "",
            method=self[f"{part}_method"].data or "",
            has_detector=bool(self[f"{part}_has_detector"].data),
            is_passed={"passed": True, "failed": False}.get(self[f"{part}_is_passed"].data or ""),
        )


def _instant(moment: datetime | None) -> datetime | None:
    return None if moment is None else clock.at(moment.date(), moment.time())


def _wall(moment: datetime | None) -> datetime | None:
    return None if moment is None else clock.local(moment).replace(tzinfo=None)
