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
COPIES = 5


def seed(context: DemoContext) -> None:
    """One open case with copies, a name blackened in one; 総務課 is in charge of requests for the whole municipality."""
    _appoint(context)
    who = system()
    about = "課内会議"
    made = services.open_case(
        who,
        context.root.id,
        requester=Requester.RESIDENT.value,
        subject=f"{about}に関して、職員に周知した文書の一切",
        received_on=context.today - timedelta(days=3),
    )
    found = matches(who, made, about)
    services.choose(who, made.uid, [(one.kind, one.uid) for one in found[:COPIES]])
    copies = session.scalars(select(Document).where(Document.case_id == made.id).order_by(Document.id)).all()
    rng = context.rng("disclosure")
    made.uid = context.uid(rng, context.now)
    for row in copies:
        row.uid = context.uid(rng, context.now)
    session.flush()
    clause = clauses(str(value(CLAUSES, context.root.id)))[0]
    names = tuple(f"{person.name} " for person in context.everybody)
    for copy in copies:
        # The sender is the first of the facts of a posting: an office, or somebody by name.
        sender = next((line.partition(": ")[2] for line in copy.text.splitlines() if ": " in line), "")
        if sender.startswith(names):
            services.blacken(who, made.uid, copy.uid, " ".join(sender.split(" ")[:2]), clause)
            return


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
