"""What is still going on: rules that bureaus have set, rights around the board, postings that wait, a reminder, drafts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from groupware.access.enums import PrincipalKind
from groupware.access.models import Grant
from groupware.access.principals import principal
from groupware.actor import Actor
from groupware.caches import bump
from groupware.db import holds_on, session
from groupware.demo.context import DemoContext, DemoPerson, DemoUnit
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import Appointment, DutyKind
from groupware.directory.picking import Ref
from groupware.rules.models import RuleValue
from groupware.rules.queries import CACHE as RULES
from groupware.text.html import from_input
from groupware.zones import Zone
from plugins.bulletin import rules
from plugins.bulletin.enums import AllStaffBy, ApprovalNeed, Importance, PostingState, SenderKind
from plugins.bulletin.models import Posting
from plugins.bulletin.permissions import APPROVE, MANAGE, POST_AS
from plugins.bulletin.queries.receipts import unconfirmed_count
from plugins.bulletin.seed.texts import table
from plugins.bulletin.services.approvals import send_back
from plugins.bulletin.services.content import Content
from plugins.bulletin.services.drafts import save
from plugins.bulletin.services.nudges import nudge
from plugins.bulletin.services.postings import post


@dataclass(frozen=True, slots=True)
class Decision:
    """A bureau (none: the whole municipality) sets a rule; `years_ago` counts Aprils, None is next month."""

    unit: str
    rule: str
    value: Any
    years_ago: int | None = 0
    is_locked: bool = False
    is_cleared: bool = False


DECISIONS = (
    Decision("", rules.ADDRESS_ALL, AllStaffBy.SECTIONS.value, 2, is_locked=True),
    Decision("", rules.RETENTION_YEARS, 3, 2),
    Decision("", rules.SECOND_LOOK, 1000, 1),
    Decision("福祉局", rules.APPROVAL, ApprovalNeed.ALL_STAFF.value, 2),
    Decision("福祉局", rules.APPROVAL, ApprovalNeed.ALWAYS.value, 1),
    Decision("教育委員会事務局", rules.APPROVAL, ApprovalNeed.ALL_STAFF.value, 1),
    Decision("情報化戦略課", rules.COMMENTS, True, 1),
    Decision("消防局", rules.DISPLAY_DAYS, 14, 1),
    Decision("中央区役所", rules.CONFIRMATION_DAYS, 5, 1),
    Decision("中央区役所", rules.CONFIRMATION_DAYS, 10, 0),
    Decision("保護課", rules.REACTIONS, False, 1),
    Decision("保護課", rules.REACTIONS, None, 0, is_cleared=True),
    Decision("人事課", rules.CONFIRMATION_DAYS, 14, None),
)


def write_rules(context: DemoContext) -> None:
    """Rules with their history: values that were set, changed, given back, and one that begins next month."""
    rows = []
    for decision in DECISIONS:
        unit = context.find(decision.unit) if decision.unit else None
        if decision.unit and unit is None:
            continue
        day = _next_month(context.today)
        if decision.years_ago is not None:
            day = context.april(decision.years_ago)
        officer = context.duties["function_administrator", (unit or context.root).id][0]
        rows.append(
            {
                "rule": decision.rule,
                "unit_id": unit.id if unit is not None else None,
                "value": decision.value,
                "is_locked": decision.is_locked,
                "is_cleared": decision.is_cleared,
                "effective_from": day,
                "set_by": officer.id,
                "set_at": min(context.at(day - timedelta(20), 15), context.now),
            }
        )
    context.insert(RuleValue, rows)
    bump(RULES)


def write_grants(context: DemoContext) -> None:
    """Heads of sections and bureaus approve, secretaries post for those they work for, officers look after the rest."""
    duties = {code: key for key, code in session.execute(select(DutyKind.id, DutyKind.code))}
    office = context.find("秘書課")
    wanted = [
        (PrincipalKind.POST, context.posts[name].id, 0, APPROVE, "own") for name in ("課長", "局長", "区長")
    ]
    wanted.append((PrincipalKind.DUTY_KIND, duties["function_administrator"], 0, MANAGE, "own"))
    if office is not None:
        # The posts they write for stand above their own section.
        wanted.append((PrincipalKind.DUTY, duties["secretary"], office.id, POST_AS, "all"))
    context.insert(
        Grant,
        [
            {
                "principal_id": principal(kind, ref, ref2).id,
                "permission": permission,
                "scope": scope,
                "granted_at": context.now,
            }
            for kind, ref, ref2, permission, scope in wanted
        ],
    )


def leave_unfinished(context: DemoContext, categories: dict[str, int]) -> None:
    """Postings that wait for approval, one that was returned, a reminder to those who have not confirmed."""
    bureau = context.find("福祉局")
    if bureau is not None:
        for number, (unit, waiting) in enumerate(
            zip(_sections(context, bureau), table("unfinished")["waiting"], strict=False)
        ):
            author = context.duties["general_affairs", unit.id][0]
            content = Content(
                category_id=categories["welfare"],
                title=waiting["title"],
                html=waiting["text"].strip(),
                audience=(Ref(PrincipalKind.UNIT_TREE, bureau.id),),
                importance=Importance(waiting.get("importance", 0)),
                shown_to=context.at(context.today + timedelta(30), 17),
                has_reactions=True,
            )
            account = context.section_accounts[unit.id]
            uid = post(_acting(context, author), f"section:{account}", content)
            if "returned" in waiting and unit.chief is not None and number:
                send_back(_acting(context, unit.chief), uid, 1, waiting["returned"])
    _leave_drafts(context, categories)
    _remind(context)


def _leave_drafts(context: DemoContext, categories: dict[str, int]) -> None:
    """Begun and not finished: as the form keeps what was typed."""
    rng = context.rng("drafts")
    clerks = [person for role, person in context.samples if role == "section_clerk"]
    people = {"mayor": iter(context.root.people[:1]), "clerk": iter(clerks)}
    for draft in table("unfinished")["draft"]:
        person = next(people[draft["who"]], None)
        if person is None:
            continue
        uid = context.uid(rng, context.now)
        fields = {
            "category_id": [str(categories[draft["category"]])],
            "sender": [SenderKind.PERSON.value],
            "title": [draft["title"]],
            "html": [from_input(draft["text"].strip())],
            "importance": ["0"],
            "ends_on": [(context.today + timedelta(29)).isoformat()],
            "has_reactions": ["y"],
            "draft": [str(uid)],
        }
        save(_acting(context, person), uid, fields)


def _sections(context: DemoContext, bureau: DemoUnit) -> Iterator[DemoUnit]:
    for unit in bureau.subtree():
        if ("general_affairs", unit.id) in context.duties and unit.chief is not None:
            yield unit


def _remind(context: DemoContext) -> None:
    """Yesterday's posting needs none; the latest that has stood for some days does."""
    found = session.scalars(
        select(Posting)
        .where(
            Posting.state == PostingState.PUBLISHED.value,
            Posting.needs_confirmation,
            Posting.shown_from < context.now - timedelta(days=3),
            Posting.shown_to > context.now,
            Posting.unit_id != context.root.id,
        )
        .order_by(Posting.addressed_count.desc(), Posting.shown_from.desc())
        .limit(1)
    ).first()
    if found is not None and unconfirmed_count(found, context.today):
        author = next(person for person in context.people if person.id == found.author_id)
        nudge(_acting(context, author), found.uid)


def _acting(context: DemoContext, person: DemoPerson) -> Actor:
    """The person in their main appointment, a while ago."""
    appointment = session.scalars(
        select(Appointment.id).where(
            Appointment.person_id == person.id,
            Appointment.kind == AppointmentKind.MAIN.value,
            holds_on(Appointment, context.today),
        )
    ).one()
    return Actor(
        person_id=person.id,
        display_name=person.name,
        appointment_id=appointment,
        unit_id=person.unit.id,
        post_rank=person.post.rank,
        via="command",
        zone=Zone.LGWAN.value,
        now=context.now,
        today=context.today,
    )


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(32)).replace(day=1)
