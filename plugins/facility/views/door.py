"""The door of a facility: a page for a tablet or a telephone, and the sign that leads to it."""

import uuid
from typing import Any

from flask import render_template, url_for
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

from groupware import clock
from groupware.realtime.queries import position
from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from plugins.facility.events import facility_topic
from plugins.facility.queries.door import door
from plugins.facility.queries.facilities import Place, place
from plugins.facility.views.blueprint import blueprint
from plugins.facility.views.showing import unit_names, what_for

QUIET_ZONE = 4
"""Empty modules around the code, as ISO/IEC 18004 asks for."""


@blueprint.get("/door/<uuid:uid>")
@signed_in
def at_door(uid: uuid.UUID) -> str:
    """Who has it now and who comes next, with check-in, more time, and the end."""
    found = place(actor(), uid)
    seq = position(facility_topic(found.id)).seq
    return render_template("facility/door.html", seq=seq, **_shown(found))


@blueprint.get("/door/<uuid:uid>/now")
@signed_in
def door_now(uid: uuid.UUID) -> str:
    """The part that changes."""
    return render_template("facility/_door.html", **_shown(place(actor(), uid)))


@blueprint.get("/door/<uuid:uid>/sign")
@signed_in
def door_sign(uid: uuid.UUID) -> str:
    """A sheet to be printed: whoever points a telephone at it is at the door."""
    found = place(actor(), uid)
    address = url_for("facility.at_door", uid=uid, _external=True)
    path, size = _code(address)
    return render_template("facility/door_sign.html", place=found, address=address, path=path, size=size)


def _shown(found: Place) -> dict[str, object]:
    who = actor()
    return {
        "door": door(who, found),
        "place": found,
        "what_for": what_for,
        "units": unit_names(),
        "day": who.today,
        "person_id": who.person_id,
        "at": clock.local(who.now),
    }


def _code(text: str) -> tuple[str, int]:
    """The dark modules of a QR code as the path of a picture, and how many modules it is wide."""
    code: Any = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    number = code.getModuleCount()
    dark = [(row, column) for row in range(number) for column in range(number) if code.isDark(row, column)]
    path = "".join(f"M{column + QUIET_ZONE} {row + QUIET_ZONE}h1v1h-1z" for row, column in dark)
    return path, number + 2 * QUIET_ZONE
