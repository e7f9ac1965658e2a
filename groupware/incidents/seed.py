"""A security incident in the sample municipality, and an officer who acts on it."""

from datetime import timedelta

from sqlalchemy import select

from groupware.access.principals import rebuild
from groupware.actor import Actor, system
from groupware.db import session
from groupware.demo.context import DemoContext
from groupware.directory.models import DutyHolder, DutyKind
from groupware.incidents import services
from groupware.incidents.enums import IncidentKind
from groupware.zones import Zone

OFFICER = "security_officer"


def seed(context: DemoContext) -> None:
    """A lost USB stick, reported by a clerk; the systems section is in charge of incidents of the whole municipality."""
    section = context.find("情報化戦略課")
    officers = [one for one in (section.staff() if section else []) if one.post.rank >= 30]
    kind = session.scalars(select(DutyKind.id).where(DutyKind.code == OFFICER)).first()
    if kind is not None and officers:
        session.add(
            DutyHolder(
                kind_id=kind, unit_id=context.root.id, person_id=officers[-1].id, valid_from=context.april()
            )
        )
        session.flush()
        rebuild([officers[-1].id])
    reporter = context.own_people[-1]
    made = services.report(
        Actor(
            person_id=reporter.id,
            display_name=reporter.name,
            unit_id=reporter.unit.id,
            zone=Zone.LGWAN.value,
            via="command",
            now=context.now,
            today=context.today,
        ),
        kind=IncidentKind.LOST.value,
        summary="研修会場から戻る途中で、研修資料を入れたUSBメモリーを紛失しました。個人情報は入っていません。",
        noticed_at=context.now - timedelta(hours=2),
        informed="課長に口頭で報告済み",
    )
    made.uid = context.uid(context.rng("incidents"), context.now)
    session.flush()
    services.add_note(system(), made.uid, "研修会場と交通機関に問い合わせ中。")
