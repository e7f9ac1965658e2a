"""Content is erased only after its time, by decision, and never under a hold; ids stay, content goes."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor, system
from groupware.audit.models import AuditRecord
from groupware.db import session
from groupware.errors import Conflict, Denied, Invalid, NeedsElevation, NotFound
from groupware.portal.models import SectionPage
from groupware.records.models import Disposal, Hold
from groupware.records.queries import candidates, counts, disposals, holds, kinds
from groupware.records.services import (
    decide,
    hold,
    propose,
    propose_again,
    purge,
    release,
    tombstone,
)

LONG_AGO = clock.now() - timedelta(days=365 * 12)
KIND = "portal.section_page"


@pytest.fixture
def page(write):
    """A page taken down so long ago that its time is over."""

    def make(unit_id, title="旧様式", years=3, deleted_at=LONG_AGO):
        with write() as current:
            made = SectionPage(
                uid=uuid.uuid4(),
                unit_id=unit_id,
                title=title,
                html="<p>秘密の内容</p>",
                retention_years=years,
                created_at=LONG_AGO,
                changed_at=LONG_AGO,
                deleted_at=deleted_at,
            )
            current.add(made)
            current.flush()
            return made.id

    return make


@pytest.fixture
def officer(factory, city):
    """The document officer of 福祉局."""
    factory.duty(city.clerk, city.welfare, "document_officer")
    return factory.actor(city.clerk)


def run():
    return propose(system(), list(candidates(kinds()[KIND], clock.today())))


def proposed():
    return session.scalars(select(Disposal).order_by(Disposal.id)).all()


def test_only_what_has_run_out_is_proposed_and_only_once(city, page, write):
    page(city.protection)
    page(city.protection, years=0)
    page(city.protection, years=30)
    page(city.protection, deleted_at=clock.now())
    page(city.protection, deleted_at=None)
    with write():
        assert run() == 1
        assert run() == 0
        (row,) = proposed()
        assert (row.object_id, row.unit_id, row.title, row.decision) == (
            1,
            city.protection,
            "旧様式",
            "proposed",
        )
        assert row.expired_on.month == 4
        assert row.expired_on <= clock.today()


def test_record_under_a_hold_is_not_proposed_until_it_is_released(city, page, write):
    number = page(city.protection)
    with write():
        placed = hold(system(), session.get(SectionPage, number), "公開請求 第12号")
        assert run() == 0
        release(system(), placed.id)
        assert run() == 1


def test_officer_decides_about_the_own_organisation_only(city, officer, page, write):
    page(city.care)
    page(city.waste)
    with write():
        run()
        mine, foreign = proposed()
        assert [row.id for row in disposals(officer, "proposed")] == [mine.id]
        assert counts(officer)["proposed"] == 1
        with pytest.raises(Denied):
            decide(officer, [mine.id, foreign.id], "dispose")
        assert decide(officer, [mine.id], "dispose") == 1
        assert counts(officer) == {"proposed": 0, "dispose": 1, "extend": 0, "transfer": 0, "purged": 0}


def test_deciding_asks_for_the_password_again(factory, city, officer, page, write):
    page(city.care)
    sober = Actor(person_id=officer.person_id, unit_id=officer.unit_id)
    with write():
        run()
        with pytest.raises(NeedsElevation):
            decide(sober, [proposed()[0].id], "dispose")


def test_nothing_is_erased_without_a_decision(city, page, write):
    page(city.protection)
    with write():
        run()
        assert purge(system()) == 0


@pytest.mark.parametrize(("decision", "erased"), [("dispose", 1), ("extend", 0), ("transfer", 0)])
def test_only_disposal_erases(city, page, write, decision, erased):
    page(city.protection)
    with write():
        run()
        decide(system(), [proposed()[0].id], decision, years=1)
        assert purge(system()) == erased
        assert session.scalar(select(func.count()).select_from(SectionPage)) == 1 - erased


def test_erased_content_leaves_ids_in_the_audit_and_its_title_in_the_register(city, page, write, read):
    page(city.protection, title="旧様式・秘")
    with write():
        run()
        decide(system(), [proposed()[0].id], "dispose")
        purge(system())
        assert purge(system()) == 0
    with read():
        (row,) = proposed()
        assert row.purged_at is not None
        assert row.title == "旧様式・秘"
        records = session.scalars(select(AuditRecord).order_by(AuditRecord.id)).all()
        assert [r.action for r in records] == ["record.proposed", "record.decided_dispose", "record.purged"]
        assert (records[2].object_type, records[2].object_id) == (KIND, 1)
        assert not any("旧様式" in str(r.details) for r in records)


def test_hold_after_the_decision_protects(city, page, write):
    number = page(city.protection)
    with write():
        run()
        decide(system(), [proposed()[0].id], "dispose")
        placed = hold(system(), session.get(SectionPage, number), "公開請求")
        assert purge(system()) == 0
        release(system(), placed.id)
        assert purge(system()) == 1


def test_held_record_cannot_be_decided_to_be_disposed_of(city, page, write):
    number = page(city.protection)
    with write():
        run()
        hold(system(), session.get(SectionPage, number), "公開請求")
        with pytest.raises(Conflict) as refused:
            decide(system(), [proposed()[0].id], "dispose")
        assert refused.value.code == "held"
        assert decide(system(), [proposed()[0].id], "extend", years=1) == 1


def test_decision_may_be_changed_until_it_is_carried_out(city, page, write):
    page(city.protection)
    with write():
        run()
        number = proposed()[0].id
        decide(system(), [number], "transfer")
        decide(system(), [number], "dispose")
        purge(system())
        with pytest.raises(Conflict) as refused:
            decide(system(), [number], "extend", years=1)
    assert refused.value.code == "purged"


def test_extension_that_has_ended_is_proposed_again(city, page, write):
    page(city.protection)
    with write():
        run()
        decide(system(), [proposed()[0].id], "extend", years=2)
        end = proposed()[0].extended_to
        assert (end.month, end.day) == (4, 1)
        assert end > clock.today()
        assert propose_again(system()) == 0
        assert propose_again(Actor(person_id=None, today=end)) == 1
        session.expire_all()
        assert (proposed()[0].decision, proposed()[0].expired_on) == ("proposed", end)


@pytest.mark.parametrize(
    ("ids", "decision", "years"),
    [([1], "burn", 0), ([1], "extend", 0), ([1], "extend", 31), ([], "dispose", 0)],
)
def test_decision_that_makes_no_sense_is_refused(city, page, write, ids, decision, years):
    page(city.protection)
    with write():
        run()
        with pytest.raises(Invalid):
            decide(system(), ids, decision, years=years)


def test_unknown_proposal_is_not_found_and_nothing_is_decided(city, page, write):
    page(city.protection)
    with write():
        run()
        with pytest.raises(NotFound):
            decide(system(), [1, 999], "dispose")
        assert proposed()[0].decision == "proposed"


def test_hold_needs_the_right_over_the_organisation_and_a_reason(city, officer, page, write):
    mine, foreign = page(city.care), page(city.waste)
    with write():
        with pytest.raises(Denied):
            hold(officer, session.get(SectionPage, foreign), "公開請求")
        for reason in ("", "  ", "あ" * 201):
            with pytest.raises(Invalid):
                hold(officer, session.get(SectionPage, mine), reason)
        placed = hold(officer, session.get(SectionPage, mine), "公開請求 第3号")
        with pytest.raises(Conflict):
            hold(officer, session.get(SectionPage, mine), "もう一度")
        assert [row.reason for row in holds(officer)] == ["公開請求 第3号"]
        release(officer, placed.id)
        with pytest.raises(NotFound):
            release(officer, placed.id)
        assert holds(officer) == []
        assert session.get(Hold, placed.id).released_by == officer.person_id


def test_tombstone_keeps_the_content_and_says_who(factory, city, page, write, read):
    number = page(city.protection, deleted_at=None)
    actor = factory.actor(city.clerk)
    with write():
        found = session.get(SectionPage, number)
        tombstone(actor, found)
        with pytest.raises(Conflict):
            tombstone(actor, found)
    with read():
        found = session.get(SectionPage, number)
        assert (found.deleted_by, found.html) == (city.clerk, "<p>秘密の内容</p>")
        assert session.scalars(select(AuditRecord.action)).all() == ["record.deleted"]


def test_everywhere_officer_sees_every_organisation(factory, city, page, write):
    factory.grant(PrincipalKind.PERSON, city.staff, "administration:record:dispose")
    actor = factory.actor(city.staff)
    page(city.care)
    page(city.waste)
    with write():
        run()
        assert len(disposals(actor, "proposed")) == 2
        assert [row.id for row in disposals(actor, "proposed", after=1)] == [2]
        assert disposals(actor, "proposed", object_type="other.kind") == []
