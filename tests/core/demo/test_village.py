"""The generated village in the database: what a newcomer finds after one command."""

import csv
import stat
from datetime import UTC, date, datetime, timedelta
from typing import Any

import click
import pytest
from flask import Flask
from sqlalchemy import func, select

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.models import PersonPrincipal, Principal
from groupware.auth.models import Account
from groupware.config import load
from groupware.db import Base, holds_on, session, unit
from groupware.demo import accounts, build_demo
from groupware.directory.enums import AppointmentKind, BatchState
from groupware.directory.models import (
    Appointment,
    Batch,
    DutyHolder,
    DutyKind,
    OrgUnit,
    Person,
    PersonGram,
    SectionAccount,
)
from groupware.errors import Invalid
from groupware.guests.models import Guest
from groupware.notifications.models import Notice
from groupware.portal.models import FreeContent, LauncherLink, PortalLayout, SectionPage
from groupware.systems.models import SystemCounter, SystemNotice
from groupware.webhooks.calling import target
from groupware.webhooks.enums import DeliveryState
from groupware.webhooks.models import Webhook, WebhookDelivery
from tests.core.demo.conftest import DAY, Demo, DemoFactory

RANDOM = frozenset(
    {
        "core_accounts.password_hash",
        "core_attachments.uid",
        "core_batches.uid",
        "core_disclosure_documents.object_uid",
        "core_groups.uid",
        "core_holds.object_uid",
        "bulletin_postings.uid",
    }
)
"""What is meant to differ between two runs: passwords, and ids that every new instance gives anew."""


def rows_of(app: Flask) -> dict[str, list[Any]]:
    """Everything in the database except what is random on purpose, and what tells only when it was written."""
    found: dict[str, list[Any]] = {}
    with app.app_context(), unit("read"):
        for table in Base.metadata.sorted_tables:
            columns = [column for column in table.columns if str(column) not in RANDOM]
            found[table.name] = sorted(map(repr, session.execute(select(*columns)).all()))
    return found


def count(app: Flask, statement: Any) -> int:
    """The number that a statement selects."""
    with clock.frozen(DAY), app.app_context(), unit("read"):
        return session.scalar(statement) or 0


def test_village_has_sixty_people_in_post(demo: Demo) -> None:
    in_post = select(func.count()).select_from(Person).where(Person.left_on > DAY.date())

    assert count(demo.app, in_post) == 60


def test_everybody_in_post_has_one_main_appointment_and_an_account(demo: Demo) -> None:
    appointments = select(func.count(Appointment.person_id.distinct())).where(
        Appointment.kind == AppointmentKind.MAIN, holds_on(Appointment, DAY.date())
    )

    assert count(demo.app, appointments) == 60
    assert count(demo.app, select(func.count()).select_from(Account)) == 60


def test_everybody_is_a_principal_today(demo: Demo) -> None:
    everyone = (
        select(func.count(PersonPrincipal.person_id.distinct()))
        .join(Principal, Principal.id == PersonPrincipal.principal_id)
        .where(Principal.kind == PrincipalKind.EVERYONE, holds_on(PersonPrincipal, DAY.date()))
    )

    assert count(demo.app, everyone) == 60


def test_all_staff_and_no_guests_are_in_the_index_of_the_people_search(demo: Demo) -> None:
    staff = select(Person.id).where(Person.id.not_in(select(Guest.person_id)))
    assert count(demo.app, select(func.count()).select_from(Guest)) > 0
    assert count(demo.app, select(func.count(PersonGram.person_id.distinct()))) == count(
        demo.app, select(func.count()).select_from(staff.subquery())
    )


@pytest.mark.parametrize(
    "model", [OrgUnit, DutyHolder, SectionAccount, LauncherLink, FreeContent, PortalLayout, SectionPage]
)
def test_village_is_furnished(demo: Demo, model: type[Base]) -> None:
    assert count(demo.app, select(func.count()).select_from(model)) > 0


def test_every_kind_of_duty_is_held(demo: Demo) -> None:
    held = set()
    with demo.app.app_context(), unit("read"):
        held = set(session.scalars(select(DutyKind.code).join(DutyHolder, DutyHolder.kind_id == DutyKind.id)))

    assert held == {
        "function_administrator",
        "general_affairs",
        "document_officer",
        "enquiry_desk",
        "room_manager",
        "secretary",
        "disclosure_officer",
        "security_officer",
    }


def test_vacant_post_of_a_head_is_held_by_the_superior(demo: Demo) -> None:
    acting = (
        select(func.count())
        .select_from(Appointment)
        .where(Appointment.kind == AppointmentKind.FOR_SUBORDINATE)
    )

    assert count(demo.app, acting) == 1


def test_file_of_sample_people_is_readable_by_its_owner_only(demo: Demo) -> None:
    assert stat.S_IMODE((demo.instance / accounts.FILE).stat().st_mode) == 0o600


def test_no_two_sample_people_share_a_password(demo: Demo) -> None:
    with (demo.instance / accounts.FILE).open(encoding="utf-8", newline="") as lines:
        passwords = [row["password"] for row in csv.DictReader(lines)]

    assert len(set(passwords)) == len(passwords) == 60


def test_configuration_written_by_the_demo_says_that_it_is_one(demo: Demo) -> None:
    settings = load(demo.instance, environ={})

    assert settings.demo
    assert settings.municipality == "みなと市"


def test_same_day_gives_the_same_municipality(demo: Demo, new_demo: DemoFactory) -> None:
    with new_demo() as again:
        assert rows_of(again.app) == rows_of(demo.app)


def test_another_day_gives_the_same_people(demo: Demo, new_demo: DemoFactory) -> None:
    def names(app: Flask) -> list[str]:
        with app.app_context(), unit("read"):
            return list(session.scalars(select(Person.display_name).order_by(Person.id).limit(60)))

    with new_demo(at=DAY + timedelta(days=10)) as later:
        assert names(later.app) == names(demo.app)


def test_second_run_is_refused_with_what_to_do(demo: Demo) -> None:
    with demo.app.app_context(), pytest.raises(click.ClickException, match="--if-empty"):
        build_demo(demo.app, "village")


def test_second_run_with_if_empty_changes_nothing(demo: Demo) -> None:
    before = (demo.instance / accounts.FILE).read_bytes()

    with demo.app.app_context():
        build_demo(demo.app, "city", if_empty=True)

    assert (demo.instance / accounts.FILE).read_bytes() == before
    assert count(demo.app, select(func.count()).select_from(Account)) == 60


def test_appointments_of_next_april_wait_for_their_publication(demo: Demo) -> None:
    with demo.app.app_context(), unit("read"):
        batch = session.scalars(select(Batch)).one()

        assert batch.state == BatchState.STAGED
        assert batch.effective_on == date(2027, 4, 1)
        assert batch.summary["faults"] == 0
        for kind in ("new", "moved", "leaving", "continues", "unchanged"):
            assert batch.summary["counts"][kind] > 0


def test_nothing_waits_once_the_appointments_of_april_are_known(new_demo: DemoFactory) -> None:
    with new_demo(at=datetime(2027, 3, 30, 3, tzinfo=UTC)) as late:
        assert count(late.app, select(func.count()).select_from(Batch)) == 0


def test_timelines_hold_the_postings_of_the_last_fortnight(demo: Demo) -> None:
    unread = select(func.count()).select_from(Notice).where(Notice.read_at.is_(None))
    told = select(func.count(Notice.person_id.distinct())).select_from(Notice)

    assert count(demo.app, told) > 50
    assert 0 < count(demo.app, unread) < count(demo.app, select(func.count()).select_from(Notice))
    with demo.app.app_context(), unit("read"):
        assert session.scalar(select(func.min(Notice.at))) > DAY - timedelta(days=14)


def test_business_systems_have_told_people_something(demo: Demo) -> None:
    systems = select(func.count(SystemNotice.link_id.distinct()))
    numbers = select(func.count(SystemCounter.link_id.distinct()))
    told = select(func.count(Notice.subject_id.distinct())).where(Notice.kind == "systems.notice_posted")

    assert count(demo.app, systems) == count(demo.app, numbers) == 4
    assert count(demo.app, told) == count(demo.app, select(func.count()).select_from(SystemNotice))


def test_notices_of_business_systems_have_numbers_in_the_order_of_time(demo: Demo) -> None:
    with demo.app.app_context(), unit("read"):
        moments = session.scalars(select(SystemNotice.posted_at).order_by(SystemNotice.id)).all()
    assert len(set(moments)) > 3
    assert list(moments) == sorted(moments)


def test_webhook_shows_calls_in_every_state_and_may_call_nobody(demo: Demo) -> None:
    with demo.app.app_context(), unit("read"):
        calls = session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)).all()
        url = session.scalars(select(Webhook.url)).one()

    assert {call.state for call in calls} == {state.value for state in DeliveryState}
    assert max(call.attempts for call in calls if call.state == DeliveryState.DELIVERED) > 1
    assert all(call.ended_at is None or call.at < call.ended_at <= DAY for call in calls)
    with pytest.raises(Invalid, match="webhook_hosts"):
        target(url, load(demo.instance, environ={}).webhook_hosts)
