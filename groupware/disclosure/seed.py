"""A request for disclosure in the sample municipality, with an officer who works on it."""

from datetime import timedelta

from sqlalchemy import select

from groupware.access.principals import rebuild
from groupware.actor import system
from groupware.db import session
from groupware.demo.context import DemoContext
from groupware.directory.models import DutyHolder, DutyKind
from groupware.disclosure import services
from groupware.disclosure.enums import Requester
from groupware.disclosure.models import Document
from groupware.disclosure.queries import matches
from groupware.disclosure.rules import CLAUSES, clauses
from groupware.rules import value

OFFICER = "disclosure_officer"


def seed(context: DemoContext) -> None:
    """One open case with two copies, one passage blackened; 総務課 is in charge of requests for the whole municipality."""
    _appoint(context)
    who = system()
    made = services.open_case(
        who,
        context.root.id,
        requester=Requester.RESIDENT.value,
        subject="節電と庁舎管理に関して、職員に周知した文書の一切",
        received_on=context.today - timedelta(days=3),
    )
    found = next((some for word in ("庁舎", "研修", "会議") if (some := matches(who, made, word))), [])
    services.choose(who, made.uid, [(one.kind, one.uid) for one in found[:2]])
    copies = session.scalars(select(Document).where(Document.case_id == made.id).order_by(Document.id)).all()
    rng = context.rng("disclosure")
    made.uid = context.uid(rng, context.now)
    for row in copies:
        row.uid = context.uid(rng, context.now)
    session.flush()
    if not copies:
        return
    copy = copies[0]
    sender = next((line for line in copy.text.splitlines() if ": " in line), "")
    passage = sender.partition(": ")[2]
    clause = clauses(str(value(CLAUSES, context.root.id)))[0]
    services.blacken(who, made.uid, copy.uid, passage, clause)


def _appoint(context: DemoContext) -> None:
    kind = session.scalars(select(DutyKind.id).where(DutyKind.code == OFFICER)).first()
    section = context.find("総務課") or context.find("総務部")
    people = [one for one in (section.staff() if section else []) if one.post.rank >= 30]
    if kind is None or not people:
        return
    session.add(
        DutyHolder(kind_id=kind, unit_id=context.root.id, person_id=people[0].id, valid_from=context.april())
    )
    session.flush()
    rebuild([people[0].id])
