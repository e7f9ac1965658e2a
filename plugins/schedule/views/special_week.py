"""週間予定表: the week of the mayor and others as a city hall's sheet, on a page to be printed and as a PDF."""

import uuid
from datetime import date, timedelta
from typing import Any

from flask import Response, render_template, request, url_for

from groupware import clock
from groupware.directory.queries.roll import is_seen, roll
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.exports import download, record_leaving
from groupware.web.formats import wareki_text
from groupware.web.gate import signed_in
from plugins.schedule.enums import Layer
from plugins.schedule.queries import special as queries
from plugins.schedule.queries.events import names
from plugins.schedule.queries.people import person_by_uid
from plugins.schedule.queries.secretaries import may_act_for
from plugins.schedule.queries.weeks import DAYS, monday
from plugins.schedule.sheets import Sheet, sheet_pdf
from plugins.schedule.views.blueprint import blueprint
from plugins.schedule.views.place import asked_day
from plugins.schedule.views.special import named_people
from plugins.schedule.wording import item_words, times_of, weekday_words


@blueprint.get("/special/week")
@signed_in
def special_week() -> str:
    """The sheet on a page."""
    person, layer, first = _asked()
    sheet = _sheet(person, layer, first)
    arguments = {"person": person.uid, "layer": layer.value} if person is not None else {}
    layers = [one for one in Layer if one is not Layer.INTERNAL or _may_see_all(person)]
    return render_template(
        "schedule/special_week.html",
        person=person,
        sheet=sheet,
        day=first,
        layer=layer,
        layers=[
            (
                one.label,
                url_for(
                    "schedule.special_week", **(arguments | {"layer": one.value, "day": first.isoformat()})
                ),
                one is layer,
                None,
            )
            for one in layers
        ],
        people=[
            (
                words,
                url_for("schedule.special_week", person=uid, layer=layer.value, day=first.isoformat()),
                key == person.id,
                None,
            )
            for key, words, uid in named_people(queries.askable(actor().today))
        ]
        if person is not None
        else [],
        arguments=arguments,
        previous_url=url_for(
            "schedule.special_week", day=(first - timedelta(days=DAYS)).isoformat(), **arguments
        ),
        next_url=url_for(
            "schedule.special_week", day=(first + timedelta(days=DAYS)).isoformat(), **arguments
        ),
        today_url=url_for("schedule.special_week", day=clock.today().isoformat(), **arguments),
        pdf_url=url_for("schedule.special_sheet", day=first.isoformat(), **arguments),
    )


@blueprint.get("/special/week.pdf")
@signed_in
def special_sheet() -> Response:
    """The sheet as a PDF of one A4 page, recorded as a list that left."""
    person, layer, first = _asked()
    if person is None:
        raise queries.not_found()
    sheet = _sheet(person, layer, first)
    record_leaving(
        "pdf", sum(len(lines) for _, lines in sheet.days), object_type="core.person", object_id=person.id
    )
    return download(sheet_pdf(sheet), sheet.title, "pdf", "application/pdf")


def _asked() -> tuple[Any, Layer, date]:
    """Whom, for which readers, and the Monday; those who may not see everything get what all staff see."""
    who = actor()
    people = queries.askable(who.today)
    asked = request.args.get("person", type=uuid.UUID)
    person = person_by_uid(asked) if asked is not None else None
    if asked is not None and (person is None or person.id not in people or not is_seen(person.id)):
        raise queries.not_found()
    if person is None and people:
        person = names(people[:1]).get(people[0])
    wanted = request.args.get("layer", Layer.STAFF.value)
    layer = Layer(wanted) if wanted in set(Layer) else Layer.STAFF
    if layer is Layer.INTERNAL and not _may_see_all(person):
        layer = Layer.STAFF
    return person, layer, monday(asked_day())


def _may_see_all(person: Any) -> bool:
    return person is not None and may_act_for(actor(), person.id)


def _sheet(person: Any, layer: Layer, first: date) -> Sheet:
    """What stands on the sheet, in words."""
    days = [first + timedelta(days=n) for n in range(DAYS)]
    found = queries.week(actor(), person.id, first, layer) if person is not None else [[] for _ in days]
    current = roll()
    entry = current.entries.get(person.id) if person is not None else None
    post = current.posts[entry.post_id][0] if entry is not None and entry.post_id is not None else ""
    return Sheet(
        title=gettext("Week of the %(post)s", post=post) if post else gettext("Schedule of a week"),
        name=person.display_name if person is not None else "",
        period=f"{wareki_text(days[0])} – {wareki_text(days[-1])}",
        layer=str(layer.label),
        printed=wareki_text(clock.today()),
        days=[
            (
                f"{day.month}/{day.day}({weekday_words(day)})",
                [(times_of(item, day) or gettext("All day"), item_words(item), item.place) for item in items],
            )
            for day, items in zip(days, found, strict=True)
        ],
    )
