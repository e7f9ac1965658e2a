"""Requests for the time of the mayor and deputies in the sample municipality: asked, being arranged, fixed, declined.

What is fixed stands in the calendars this week and next, with a car where somebody lends one.
"""

import random
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from groupware import clock
from groupware.calendar.holidays import is_working_day
from groupware.capabilities import Source
from groupware.demo.context import DemoContext, DemoPerson, DemoUnit, DemoWish
from plugins.schedule.enums import OWNER
from plugins.schedule.models import SpecialChange, SpecialRequest

SPECIAL_RANK = 2
RETENTION_YEARS = 3


class _Sample(NamedTuple):
    """Something that somebody asks for, and for what is fixed its day of the working week and hour."""

    title: str
    text: str
    place: str
    attendants: str
    papers: str = ""
    companions: str = ""
    layer: str = "staff"
    is_away: bool = False
    day: int = 0
    hour: int = 0
    minutes: int = 30


ASKED = (
    _Sample(
        "予算要求の市長説明",
        "来年度当初予算の要求内容を説明します。",
        "市長室",
        "局長、部長",
        "予算要求概要",
    ),
    _Sample(
        "商工会議所 表敬訪問",
        "新会頭の就任あいさつです。",
        "応接室",
        "商工会議所会頭ほか2人",
        "懇談メモ",
    ),
    _Sample(
        "地域づくり大会 開会あいさつ",
        "約300人の参加を予定しています。",
        "市民会館",
        "自治会連合会",
        "あいさつ文",
        is_away=True,
    ),
    _Sample("新庁舎整備の協議", "基本設計の方針を協議します。", "庁議室", "総務部長、庁舎課長", "設計方針案"),
)
STATES = ("requested", "adjusting", "requested", "declined")
FIXED = (
    _Sample(
        "定例記者会見",
        "発表項目は3件です。",
        "大会議室",
        "報道各社",
        "発表資料",
        "広報課長",
        "public",
        day=0,
        hour=13,
        minutes=60,
    ),
    _Sample(
        "防災訓練 講評",
        "会場は屋外です。作業服でお願いします。",
        "中央公園",
        "消防団長、自治会連合会",
        "次第",
        "秘書係長",
        "public",
        True,
        day=1,
        hour=10,
        minutes=90,
    ),
    _Sample("人事案件の協議", "", "市長室", "総務部長", layer="internal", day=2, hour=9, minutes=45),
    _Sample(
        "姉妹都市交流団 表敬訪問",
        "記念品の交換があります。",
        "応接室",
        "交流団団長ほか8人",
        "名簿、懇談メモ",
        layer="public",
        day=2,
        hour=15,
        minutes=45,
    ),
    _Sample(
        "商店街連合会 新春のつどい打合せ",
        "",
        "商工会館",
        "商店街連合会会長",
        "あいさつ文",
        "秘書係長",
        "staff",
        True,
        day=3,
        hour=14,
        minutes=60,
    ),
    _Sample(
        "総合計画審議会 答申",
        "会長から答申書を受け取ります。",
        "庁議室",
        "審議会会長",
        "答申の概要",
        layer="public",
        day=4,
        hour=11,
    ),
    _Sample("来年度予算 最終調整", "", "市長室", "財政部長", "調整一覧", day=4, hour=16, minutes=60),
)
DEPUTED = 4
"""Which of those a deputy goes to instead."""


class Calendars(Protocol):
    """What enters events of the sample."""

    def enter(
        self, person: DemoPerson, people: list[DemoPerson], *, by: DemoPerson, **words: Any
    ) -> UUID | None:
        """Enter an event; None where the person has something else at the time."""
        ...


def seed_special(context: DemoContext, calendars: Calendars) -> None:
    """Requests and the events that came of them, in the unit of work of the demo."""
    office = context.find("秘書課")
    heads = [person for person in context.root.people if person.post.rank <= SPECIAL_RANK]
    askers = [unit.people[0] for unit in context.units if unit.people and unit.parent is not None]
    if office is None or not office.people or not heads or not askers:
        return
    desk = _Desk(context, calendars, office, heads, askers)
    for head in heads:
        desk.ask(head)
        desk.fix(head)
    context.insert(SpecialRequest, desk.requests)
    context.insert(SpecialChange, desk.changes)


class _Desk:
    def __init__(
        self,
        context: DemoContext,
        calendars: Calendars,
        office: DemoUnit,
        heads: list[DemoPerson],
        askers: list[DemoPerson],
    ) -> None:
        self.context = context
        self.calendars = calendars
        self.secretaries = office.people[:3]
        self.heads = heads
        self.askers = askers
        self.rng: random.Random = context.rng("schedule.special")
        self.requests: list[dict[str, Any]] = []
        self.changes: list[dict[str, Any]] = []

    def ask(self, head: DemoPerson) -> None:
        """What is still open or was declined."""
        for number, (sample, state) in enumerate(zip(ASKED, STATES, strict=True)):
            asker = self.rng.choice(self.askers)
            day = self._working_day(self.context.today + timedelta(days=5 + 3 * number))
            starts_at = self.context.at(day, self.rng.choice((10, 11, 14, 16)))
            assigned = self.rng.choice(self.secretaries) if state != "requested" else None
            acts = [("requested", asker)]
            if assigned is not None:
                acts.append((state if state != "adjusting" else "assigned", assigned))
            self._write(
                sample,
                head,
                asker,
                starts_at,
                self.context.at(self.context.today - timedelta(days=2), 9 + number),
                acts,
                state=state,
                may_send_deputy=number == 2,
                assigned_to=assigned.id if assigned is not None else None,
                reply="出張のため対応できません。" if state == "declined" else "",
            )

    def fix(self, head: DemoPerson) -> None:
        """What stands in the calendars of this week and the next."""
        monday = self.context.today - timedelta(days=self.context.today.weekday())
        for week in (monday, monday + timedelta(days=7)):
            for number, sample in enumerate(FIXED):
                day = week + timedelta(days=sample.day)
                asker, secretary = self.rng.choice(self.askers), self.rng.choice(self.secretaries)
                if not is_working_day(day) or self._goes(number + (week != monday)) is not head:
                    continue
                deputy = self._deputy(head) if number == DEPUTED else None
                self._fix_one(sample, head, deputy, asker, secretary, self.context.at(day, sample.hour))

    def _fix_one(
        self,
        sample: _Sample,
        head: DemoPerson,
        deputy: DemoPerson | None,
        asker: DemoPerson,
        secretary: DemoPerson,
        starts_at: datetime,
    ) -> None:
        ends_at = starts_at + timedelta(minutes=sample.minutes)
        parts = (("出席者", sample.attendants), ("随行", sample.companions), ("資料", sample.papers))
        uid = self.calendars.enter(
            head,
            [deputy or head, asker],
            by=secretary,
            title=sample.title,
            kind="来客" if sample.place == "応接室" else "会議",
            place=sample.place,
            text="\n".join([sample.text, *(f"{word}: {said}" for word, said in parts if said)]).strip(),
            starts_at=starts_at,
            ends_at=ends_at,
            visibility="participants" if sample.layer == "internal" else "time_and_title",
        )
        if uid is None:
            return
        state = "fixed" if deputy is None else "deputy"
        self._write(
            sample,
            head,
            asker,
            starts_at,
            self.context.at(self.context.today - timedelta(days=9), 10),
            [("requested", asker), ("assigned", secretary), (state, secretary)],
            state=state,
            may_send_deputy=deputy is not None,
            deputy_id=deputy.id if deputy is not None else None,
            assigned_to=secretary.id,
            event_uid=uid,
            reply="10分前に秘書課へお越しください。" if sample.place == "応接室" else "",
        )
        if sample.is_away:
            wish = DemoWish(Source(OWNER, uid), "car", sample.title, starts_at, ends_at, secretary)
            self.context.wishes.append(wish)

    def _goes(self, number: int) -> DemoPerson:
        """Whose appointment it is: each is one head's, two of three the mayor's."""
        mayor, *others = self.heads
        return others[number // 3 % len(others)] if others and number % 3 == 0 else mayor

    def _deputy(self, head: DemoPerson) -> DemoPerson | None:
        return next((one for one in self.heads if one is not head and one.post.rank >= head.post.rank), None)

    def _write(
        self,
        sample: _Sample,
        head: DemoPerson,
        asker: DemoPerson,
        starts_at: datetime,
        asked_at: datetime,
        acts: list[tuple[str, DemoPerson]],
        **outcome: Any,
    ) -> None:
        (key,) = self.context.take_ids(SpecialRequest, 1)
        due = clock.local(starts_at).date() - timedelta(days=2)
        self.requests.append(
            {
                "id": key,
                "uid": self.context.uid(self.rng, asked_at),
                "created_at": asked_at,
                "updated_at": asked_at,
                "retention_years": RETENTION_YEARS,
                "unit_id": asker.unit.id,
                "requested_by": asker.id,
                "person_id": head.id,
                "title": sample.title,
                "text": sample.text,
                "place": sample.place,
                "attendants": sample.attendants,
                "companions": sample.companions,
                "papers": sample.papers,
                "papers_due": due if sample.papers else None,
                "papers_at": asked_at if sample.papers and due < self.context.today else None,
                "wants_car": sample.is_away,
                "layer": sample.layer,
                "starts_at": starts_at,
                "ends_at": starts_at + timedelta(minutes=sample.minutes),
                "deputy_id": None,
                "event_uid": None,
                **outcome,
            }
        )
        self.changes.extend(
            {
                "request_id": key,
                "act": act,
                "made_by": who.id,
                "made_by_name": who.name,
                "made_at": asked_at + timedelta(hours=2 * n),
            }
            for n, (act, who) in enumerate(acts)
        )

    def _working_day(self, day: date) -> date:
        while not is_working_day(day):
            day += timedelta(days=1)
        return day
