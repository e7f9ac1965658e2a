"""Date polls of the sample municipality: in some sections one that is open, with some answers."""

import random
from datetime import timedelta
from typing import Any

from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.calendar.holidays import is_working_day
from groupware.demo.context import DemoContext, DemoPerson, DemoUnit
from plugins.schedule.models import Poll, PollAnswer, PollInvited, PollRespondent, PollSlot

MOST = 40
DATES = 4
TITLES = ("来年度予算の打合せ", "住民説明会の事前打合せ", "業務改善の意見交換", "委託仕様書の検討")
COMMENTS = ("", "", "", "午後は避けてほしいです", "オンラインなら可")


def seed_polls(context: DemoContext) -> None:
    """Polls, in the unit of work of the demo."""
    rng = context.rng("schedule.polls")
    units = [unit for unit in context.units if len(unit.people) >= 4 and not unit.is_affiliated][:MOST]
    rows: dict[Any, list[dict[str, Any]]] = {
        model: [] for model in (Poll, PollSlot, PollInvited, PollRespondent, PollAnswer)
    }
    for unit in units:
        _plan(context, rng, unit, rows)
    for model, found in rows.items():
        context.insert(model, found)


def _plan(
    context: DemoContext, rng: random.Random, unit: DemoUnit, rows: dict[Any, list[dict[str, Any]]]
) -> None:
    organiser, *others = unit.people[:5]
    (poll,) = context.take_ids(Poll, 1)
    asked_at = context.at(context.today - timedelta(days=1), 9)
    rows[Poll].append(
        {
            "id": poll,
            "uid": context.uid(rng, asked_at),
            "created_at": asked_at,
            "updated_at": asked_at,
            "retention_years": 3,
            "unit_id": unit.id,
            "organiser_id": organiser.id,
            "created_by": organiser.id,
            "title": rng.choice(TITLES),
            "place": "打合せ室1",
            "answer_by": context.at(context.today + timedelta(days=3), 17),
        }
    )
    slots = list(context.take_ids(PollSlot, DATES))
    day = context.today + timedelta(days=6)
    for key in slots:
        while not is_working_day(day):
            day += timedelta(days=1)
        hour = rng.choice((9, 10, 13, 15))
        times = {"starts_at": context.at(day, hour), "ends_at": context.at(day, hour + 1)}
        rows[PollSlot].append({"id": key, "poll_id": poll, **times})
        day += timedelta(days=1)
    for place, person in enumerate(others):
        named = principal(PrincipalKind.PERSON, person.id)
        rows[PollInvited].append({"poll_id": poll, "principal_id": named.id, "place": place})
        _answer(context, rng, rows, poll, slots, place, person)
    rows[PollRespondent].append(
        {
            "id": context.take_ids(PollRespondent, 1)[0],
            "poll_id": poll,
            "place": len(others),
            "person_id": None,
            "is_guest": True,
            "name": "自治会連合会 会長",
            "comment": "",
            "answered_at": None,
        }
    )


def _answer(
    context: DemoContext,
    rng: random.Random,
    rows: dict[Any, list[dict[str, Any]]],
    poll: int,
    slots: list[int],
    place: int,
    person: DemoPerson,
) -> None:
    (key,) = context.take_ids(PollRespondent, 1)
    has_answered = rng.random() < 0.6
    rows[PollRespondent].append(
        {
            "id": key,
            "poll_id": poll,
            "place": place,
            "person_id": person.id,
            "is_guest": False,
            "name": person.name,
            "comment": rng.choice(COMMENTS) if has_answered else "",
            "answered_at": context.at(context.today - timedelta(days=1), 15) if has_answered else None,
        }
    )
    if has_answered:
        choices = ("yes", "yes", "maybe", "no")
        rows[PollAnswer].extend(
            {"respondent_id": key, "slot_id": slot, "choice": rng.choice(choices)} for slot in slots
        )
