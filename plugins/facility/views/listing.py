"""The bookings of a day as a list, to be printed for reception and doors (administration.md 23)."""

from datetime import timedelta
from functools import partial

from flask import render_template

from groupware import clock
from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from plugins.facility.queries import bookings
from plugins.facility.queries.door import may_check_in
from plugins.facility.views.blueprint import blueprint
from plugins.facility.views.day import around, asked_day, chosen


@blueprint.get("/list")
@signed_in
def day_list() -> str:
    """Who comes when and where: by facility, in order of time. Free facilities are left out."""
    day = asked_day()
    choice = chosen(is_list=True)
    places = choice.places
    begins = clock.midnight(day)
    found = bookings.within((one.id for one in places), begins, begins + timedelta(days=1))
    return render_template(
        "facility/list.html",
        **around(day, choice, "facility.day_list", 1),
        rows=[(one, found[one.id]) for one in places if one.id in found],
        may_check_in=partial(may_check_in, actor()),
    )
