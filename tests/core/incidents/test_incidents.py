"""An incident from its report to its end: who may report, see and act, and what acting does."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import select

from groupware.access.enums import PrincipalKind
from groupware.audit.models import AuditRecord
from groupware.auth.models import UserSession
from groupware.db import session, unit
from groupware.directory.models import Person
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.incidents import queries, services
from groupware.incidents.models import Entry
from groupware.incidents.permissions import MANAGE
from groupware.portal.models import SectionPage
from groupware.portal.services.pages import create_page
from groupware.records.queries import is_held
from groupware.records.services import DISPOSE, release
from groupware.testing.signing_in import csrf_token, sign_in_as
from tests.core.administration.sample import build

PAGE = "portal.section_page"


@pytest.fixture
def duty(app, factory):
    """An officer of 福祉局, a reporter there, an incident, and a page of the bureau and one of another."""
    city = build(factory)
    factory.grant(PrincipalKind.PERSON, city.administrator, MANAGE, scope="subtree", unit_id=city.welfare)
    officer, reporter = factory.actor(city.administrator), factory.actor(city.clerk)
    other = factory.actor(city.other_administrator)

    def do(who, act, *args, **values):
        with app.app_context(), unit("write"):
            return act(who, *args, **values)

    return SimpleNamespace(
        app=app,
        city=city,
        officer=officer,
        reporter=reporter,
        other=other,
        do=do,
        page=do(officer, create_page, city.protection, "案内", "<p>a</p>").uid,
        foreign=do(other, create_page, city.waste, "案内", "<p>a</p>").uid,
        uid=do(reporter, services.report, kind="lost", summary="USBメモリー", noticed_at=reporter.now).uid,
    )


def seen(duty, who):
    with duty.app.app_context(), unit("read"):
        return [one.uid for one in queries.incidents(who)]


def test_reporter_and_officer_see_it_and_nobody_else(duty):
    assert seen(duty, duty.reporter) == seen(duty, duty.officer) == [duty.uid]
    assert seen(duty, duty.other) == []
    with duty.app.app_context(), unit("read"), pytest.raises(NotFound):
        queries.incident(duty.other, duty.uid)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "war"}, "kind"),
        ({"summary": " "}, "summary"),
        ({"informed": "x" * 501}, "informed"),
        ({"ahead": 1}, "noticed_at"),
    ],
)
def test_faulty_report_is_told_at_its_field(duty, values, field):
    now = duty.reporter.now + timedelta(hours=values.pop("ahead", 0))
    good = {"kind": "lost", "summary": "a", "informed": "", "noticed_at": now}
    with pytest.raises(Invalid) as refused:
        duty.do(duty.reporter, services.report, **(good | values))
    assert list(refused.value.fields) == [field]


def test_reporter_cannot_act_and_strangers_find_nothing(duty):
    with pytest.raises(Denied):
        duty.do(duty.reporter, services.add_note, duty.uid, "a")
    with pytest.raises(NotFound):
        duty.do(duty.other, services.add_note, duty.uid, "a")


def test_sign_out_ends_sessions_of_people_within_reach_only(duty, factory):
    client = sign_in_as(duty.app, duty.city.clerk)
    with duty.app.app_context(), unit("read"):
        number = {row.id: row.staff_number for row in session.execute(select(Person.id, Person.staff_number))}
    assert duty.do(duty.officer, services.sign_out, duty.uid, number[duty.city.clerk]) == 1
    assert client.get("/").status_code == 302
    with pytest.raises(Invalid):
        duty.do(duty.officer, services.sign_out, duty.uid, number[duty.city.staff])
    with duty.app.app_context(), unit("read"):
        assert session.scalars(select(UserSession.ended_at)).one() is not None


def test_evidence_is_on_hold_until_the_incident_is_closed(duty):
    duty.do(duty.officer, services.freeze, duty.uid, PAGE, duty.page)

    def held():
        with duty.app.app_context(), unit("read"):
            return is_held(PAGE, duty.page)

    assert held()
    duty.do(duty.officer, services.close, duty.uid, "見つかった。")
    assert not held()
    with pytest.raises(Conflict):
        duty.do(duty.officer, services.add_note, duty.uid, "a")


def test_evidence_is_not_given_up_by_who_decides_about_records(duty, factory):
    factory.grant(PrincipalKind.PERSON, duty.city.administrator, DISPOSE)
    duty.do(duty.officer, services.freeze, duty.uid, PAGE, duty.page)
    with duty.app.app_context(), unit("read"):
        hold_id = session.scalars(select(Entry.hold_id).where(Entry.hold_id.is_not(None))).one()
    with pytest.raises(Conflict):
        duty.do(factory.actor(duty.city.administrator), release, hold_id)
    page = sign_in_as(duty.app, duty.city.administrator, elevated=True).get("/admin/records/holds").text
    assert "事故の対応が終わると解除" in page
    assert f"/admin/records/holds/{hold_id}/release" not in page
    duty.do(duty.officer, services.close, duty.uid, "見つかった。")
    with duty.app.app_context(), unit("read"):
        assert not is_held(PAGE, duty.page)


@pytest.mark.parametrize("which", ["foreign", "nothing"])
def test_record_outside_the_reach_is_no_evidence(duty, which):
    uid = duty.foreign if which == "foreign" else uuid4()
    with pytest.raises(Invalid):
        duty.do(duty.officer, services.freeze, duty.uid, PAGE, uid)


def test_kind_that_cannot_be_locked_says_so_and_nothing_is_frozen(duty):
    with pytest.raises(Conflict):
        duty.do(duty.officer, services.lock_away, duty.uid, PAGE, duty.page)
    with duty.app.app_context(), unit("read"):
        assert [one.step for one in session.scalars(select(Entry))] == ["reported"]
        assert (
            session.scalars(select(SectionPage.deleted_at).where(SectionPage.uid == duty.page)).one() is None
        )


def test_pages_of_reporter_and_officer(duty):
    duty.do(duty.officer, services.freeze, duty.uid, PAGE, duty.page)
    reporter = sign_in_as(duty.app, duty.city.clerk)
    assert "USBメモリー" in reporter.get(f"/incidents/{duty.uid}").text
    assert "/sign-out" not in reporter.get(f"/incidents/{duty.uid}").text
    officer = sign_in_as(duty.app, duty.city.administrator, elevated=True)
    text = officer.get(f"/incidents/{duty.uid}").text
    assert "/sign-out" in text
    assert 'id="traces"' in text
    values = {"csrf_token": csrf_token(reporter, "/incidents/new"), "kind": "other", "summary": ""}
    assert reporter.post("/incidents/new", data=values).status_code == 422
    values |= {"summary": "見慣れない画面が出た", "noticed_at": "2020-01-01T09:00"}
    assert reporter.post("/incidents/new", data=values).status_code == 303


def test_audit_has_every_step_without_its_words(duty):
    duty.do(duty.officer, services.add_note, duty.uid, "駅に問い合わせた")
    with duty.app.app_context(), unit("read"):
        rows = session.scalars(
            select(AuditRecord).where(AuditRecord.action.startswith("incidents.")).order_by(AuditRecord.id)
        ).all()
    assert [one.action for one in rows] == ["incidents.incident_reported", "incidents.incident_noted"]
    assert all("駅" not in str(one.details) for one in rows)
