"""Who has which tie to a facility or a reservation: what the content itself allows, beside grants."""

from typing import Any

from sqlalchemy import Select, exists, or_, select

from groupware.access import ACTOR_PERSON, ObjectAccess, Relation, is_among
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.among import one_of
from groupware.i18n import lazy_gettext
from plugins.facility.enums import Right
from plugins.facility.models.tables import Facility, FacilityRight, Reservation
from plugins.facility.permissions import MANAGE_BOOKINGS, PERMISSION_OF, SEE

_TITLES = {
    Right.SEE: lazy_gettext("May see the facility"),
    Right.REQUEST: lazy_gettext("May request the facility"),
    Right.BOOK: lazy_gettext("May book the facility"),
    Right.MODERATE: lazy_gettext("Decides on the facility"),
    Right.OVERRIDE: lazy_gettext("Takes precedence at the facility"),
}


def _holders(facility_id: int, right: Right) -> Select[Any]:
    return select(FacilityRight.principal_id).where(
        FacilityRight.facility_id == facility_id, one_of(FacilityRight.right, right.included_in)
    )


def _relation(right: Right) -> Relation:
    return Relation(
        name=right.value,
        title=_TITLES[right],
        permissions=frozenset({PERMISSION_OF[right]}),
        criterion=exists().where(
            FacilityRight.facility_id == Facility.id,
            one_of(FacilityRight.right, right.included_in),
            is_among(FacilityRight.principal_id),
        ),
        principals=lambda facility_id: _holders(facility_id, right),
    )


Facility.access = ObjectAccess(
    type="facility.facility",
    read=SEE,
    unit=Facility.unit_id,
    relations=tuple(_relation(right) for right in Right),
)


def _people(reservation_id: int) -> Select[Any]:
    return (
        select(Principal.id)
        .join(Reservation, or_(Reservation.booker_id == Principal.ref, Reservation.user_id == Principal.ref))
        .where(Reservation.id == reservation_id, Principal.kind == PrincipalKind.PERSON)
    )


Reservation.access = ObjectAccess(
    type="facility.reservation",
    read=MANAGE_BOOKINGS,
    unit=Reservation.unit_id,
    relations=(
        Relation(
            name="own",
            title=lazy_gettext("Booked it, or it was booked for them"),
            permissions=frozenset({MANAGE_BOOKINGS}),
            criterion=or_(Reservation.booker_id == ACTOR_PERSON, Reservation.user_id == ACTOR_PERSON),
            principals=_people,
        ),
    ),
)
