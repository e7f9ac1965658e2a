"""Requests for the time of the mayor and deputies in the sample municipality: asked, being arranged, fixed, declined."""

from datetime import timedelta
from typing import Any

from groupware.calendar.holidays import is_working_day
from groupware.demo.context import DemoContext
from plugins.schedule.models import SpecialChange, SpecialRequest

SPECIAL_RANK = 2
EACH = 4
WHAT = (
    ("予算要求の市長説明", "来年度当初予算の要求内容を説明します。", "市長室", "局長、部長", "予算要求概要"),
    ("商工会議所 表敬訪問", "新会頭の就任あいさつです。", "応接室", "商工会議所会頭ほか2人", "懇談メモ"),
    (
        "地域づくり大会 開会あいさつ",
        "約300人の参加を予定しています。",
        "市民会館",
        "自治会連合会",
        "あいさつ文",
    ),
    ("新庁舎整備の協議", "基本設計の方針を協議します。", "庁議室", "総務部長、庁舎課長", "設計方針案"),
)
STATES = ("requested", "adjusting", "requested", "declined")


def seed_special(context: DemoContext) -> None:
    """Requests, in the unit of work of the demo."""
    rng = context.rng("schedule.special")
    office = context.find("秘書課")
    heads = [person for person in context.root.people if person.post.rank <= SPECIAL_RANK]
    askers = [unit.people[0] for unit in context.units if unit.people and unit.parent is not None]
    if office is None or not heads or not askers:
        return
    requests: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    for head in heads:
        for number, (title, text, place, attendants, papers) in enumerate(WHAT[:EACH]):
            asker, state = rng.choice(askers), STATES[number]
            day = context.today + timedelta(days=5 + 3 * number)
            while not is_working_day(day):
                day += timedelta(days=1)
            hour = rng.choice((10, 11, 14, 16))
            asked_at = context.at(context.today - timedelta(days=2), 9 + number)
            (key,) = context.take_ids(SpecialRequest, 1)
            assigned = rng.choice(office.people[:3]) if state != "requested" else None
            requests.append(
                {
                    "id": key,
                    "uid": context.uid(rng, asked_at),
                    "created_at": asked_at,
                    "updated_at": asked_at,
                    "retention_years": 3,
                    "unit_id": asker.unit.id,
                    "requested_by": asker.id,
                    "person_id": head.id,
                    "title": title,
                    "text": text,
                    "place": place,
                    "attendants": attendants,
                    "papers": papers,
                    "papers_due": day - timedelta(days=2),
                    "wants_car": place == "市民会館",
                    "may_send_deputy": number == 2,
                    "starts_at": context.at(day, hour),
                    "ends_at": context.at(day, hour) + timedelta(minutes=30),
                    "state": state,
                    "assigned_to": assigned.id if assigned is not None else None,
                    "reply": "出張のため対応できません。" if state == "declined" else "",
                }
            )
            acts = [("requested", asker)] + (
                [(state if state != "adjusting" else "assigned", assigned)] if assigned else []
            )
            changes.extend(
                {
                    "request_id": key,
                    "act": act,
                    "made_by": who.id,
                    "made_by_name": who.name,
                    "made_at": asked_at,
                }
                for act, who in acts
            )
    context.insert(SpecialRequest, requests)
    context.insert(SpecialChange, changes)
