"""A request for disclosure from its arrival to its end."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from groupware.actor import system
from groupware.audit.models import AuditRecord
from groupware.db import session, unit
from groupware.disclosure import queries, services
from groupware.disclosure.models import Document
from groupware.errors import Conflict, Denied, Invalid, NeedsElevation, NotFound
from groupware.portal.models import SectionPage
from groupware.records.queries import is_held
from groupware.records.services import release
from groupware.testing.signing_in import csrf_token, sign_in_as
from tests.core.disclosure.conftest import PAGE

CLAUSE = "1号 個人に関する情報"


@pytest.fixture
def case(office):
    """The uid of an open case."""
    return office.do(
        services.open_case,
        office.city.welfare,
        requester="resident",
        subject="窓口の案内に関する文書",
        received_on=office.officer.today,
    ).uid


@pytest.fixture
def chosen(office, case):
    """The uid of the copy of the page inside the bureau."""
    office.do(services.choose, case, [(PAGE, office.inside)])
    with office.app.app_context(), unit("read"):
        return session.scalars(select(Document.uid)).one()


def held_pages(office):
    with office.app.app_context(), unit("read"):
        return {uid for uid in (office.inside, office.outside) if is_held(PAGE, uid)}


def test_cases_of_a_fiscal_year_are_numbered_one_by_one(office, case):
    office.do(
        services.open_case,
        office.city.welfare,
        requester="other",
        subject="b",
        received_on=office.officer.today,
    )
    with office.app.app_context(), unit("read"):
        assert [one.serial for one in queries.cases(office.officer)] == [1, 2]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"requester": "nobody"}, "requester"),
        ({"subject": " "}, "subject"),
        ({"subject": "x" * 1001}, "subject"),
        ({"received_on": None}, "received_on"),
        ({"received_on": "tomorrow"}, "received_on"),
    ],
)
def test_faulty_request_is_told_at_its_field(office, values, field):
    today = office.officer.today
    good = {"requester": "resident", "subject": "a", "received_on": today}
    wanted = good | {
        key: today + timedelta(1) if value == "tomorrow" else value for key, value in values.items()
    }
    with pytest.raises(Invalid) as refused:
        office.do(services.open_case, office.city.welfare, **wanted)
    assert list(refused.value.fields) == [field]


def test_search_finds_what_the_officers_organisations_keep_deleted_or_not(office, case):
    with office.app.app_context(), unit("write"):
        session.execute(update(SectionPage).values(deleted_at=office.officer.now))
    with office.app.app_context(), unit("read"):
        found = queries.matches(office.officer, queries.case(office.officer, case), "窓口 ヤマダ太郎")
        assert found == []
        found = queries.matches(office.officer, queries.case(office.officer, case), "窓口　山田")
        assert [(one.uid, one.is_chosen) for one in found] == [(office.inside, False)]
        yesterday = office.officer.today - timedelta(1)
        assert (
            queries.matches(office.officer, queries.case(office.officer, case), "窓口", None, yesterday) == []
        )


def test_record_outside_the_reach_cannot_be_chosen(office, case):
    with pytest.raises(NotFound):
        office.do(services.choose, case, [(PAGE, office.outside)])
    assert held_pages(office) == set()


def test_chosen_record_is_on_hold_until_the_case_is_closed(office, case, chosen):
    assert held_pages(office) == {office.inside}
    assert office.do(services.choose, case, [(PAGE, office.inside)]) == 0
    office.do(services.decide, case, "partly")
    assert held_pages(office) == {office.inside}
    office.do(services.close, case)
    assert held_pages(office) == set()


def test_record_taken_out_is_not_on_hold(office, case, chosen):
    office.do(services.drop, case, chosen)
    assert held_pages(office) == set()


def test_hold_that_somebody_released_does_not_stop_the_end_of_the_case(office, case, chosen):
    with office.app.app_context(), unit("write"):
        hold_id = session.scalars(select(Document.hold_id)).one()
        release(system(), hold_id)
    office.do(services.decide, case, "disclosed")
    office.do(services.close, case)


def test_blackened_copy_leaves_the_original_as_it_was(office, case, chosen):
    assert office.do(services.blacken, case, chosen, "山田太郎", CLAUSE) == 1
    office.do(services.blacken, case, chosen, "窓口", CLAUSE)
    client = sign_in_as(office.app, office.city.clerk, elevated=True)
    text = client.get(f"/disclosure/{case}/documents.csv").data.decode("utf-8-sig")
    assert "■■の案内" in text
    assert CLAUSE in text
    answer = client.get(f"/disclosure/{case}/copies.pdf")
    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")
    with office.app.app_context(), unit("read"):
        page = session.scalars(select(SectionPage).where(SectionPage.uid == office.inside)).one()
    assert (page.title, "山田太郎" in page.html) == ("窓口の案内", True)


@pytest.mark.parametrize(
    ("passage", "clause", "field"),
    [("鈴木", CLAUSE, "passage"), (" ", CLAUSE, "passage"), ("山田", "99号", "clause")],
)
def test_passage_that_is_not_there_and_clause_that_does_not_exist(
    office, case, chosen, passage, clause, field
):
    with pytest.raises(Invalid) as refused:
        office.do(services.blacken, case, chosen, passage, clause)
    assert list(refused.value.fields) == [field]


def test_selected_passage_is_blackened_where_it_was_selected_only(office, case, chosen):
    with office.app.app_context(), unit("write"):
        session.execute(update(Document).values(text="𠮷田と𠮷田と𠮷田", title_length=2))
    client = sign_in_as(office.app, office.city.clerk, elevated=True)
    path = f"/disclosure/{case}/documents/{chosen}"
    # The browser counts 𠮷 as two: the second one begins at 4.
    values = {"csrf_token": csrf_token(client, path), "passage": "𠮷田", "start": "4", "clause": CLAUSE}
    assert client.post(f"{path}/blacken", data=values).status_code == 303
    assert "■■" in client.get(path).text
    with office.app.app_context(), unit("read"):
        rows = queries.redactions([session.scalars(select(Document.id)).one()])
    assert [(one.start_at, one.end_at) for some in rows.values() for one in some] == [(3, 5)]


def test_decided_case_is_not_changed_any_more(office, case, chosen):
    office.do(services.decide, case, "withheld", "全部が審議中のため")
    acts = (
        lambda: office.do(services.choose, case, [(PAGE, office.inside)]),
        lambda: office.do(services.blacken, case, chosen, "山田太郎", CLAUSE),
        lambda: office.do(services.drop, case, chosen),
        lambda: office.do(services.decide, case, "disclosed"),
        lambda: office.do(services.extend, case, "理由"),
    )
    for act in acts:
        with pytest.raises(Conflict):
            act()


def test_deadline_is_put_off_once_with_a_reason(office, case):
    with pytest.raises(Invalid):
        office.do(services.extend, case, " ")
    extended = office.do(services.extend, case, "文書が大量のため")
    assert extended.due_on - extended.extended_from >= timedelta(45)
    with pytest.raises(Conflict):
        office.do(services.extend, case, "もう一度")


def test_audit_tells_every_act_and_no_word_of_what_was_read(office, case, chosen):
    office.do(services.blacken, case, chosen, "山田太郎", CLAUSE)
    client = sign_in_as(office.app, office.city.clerk, elevated=True)
    client.get(f"/disclosure/{case}?q=山田").close()
    client.get(f"/disclosure/{case}/documents/{chosen}").close()
    with office.app.app_context(), unit("read"):
        rows = session.scalars(
            select(AuditRecord).where(AuditRecord.action.startswith("disclosure.")).order_by(AuditRecord.id)
        ).all()
    assert [one.action.removeprefix("disclosure.case_") for one in rows] == [
        *("opened", "chosen", "blackened", "searched", "read"),
    ]
    assert all("山田" not in str(one.details) for one in rows)


def test_others_find_nothing_and_the_password_is_asked_for(office, case, factory):
    other = factory.actor(office.city.other_administrator)
    with office.app.app_context(), unit("read"), pytest.raises(NotFound):
        queries.case(other, case)
    with office.app.app_context(), pytest.raises(NotFound), unit("write"):
        services.decide(other, case, "disclosed")
    sober = factory.actor(office.city.clerk, elevated=False)
    with office.app.app_context(), pytest.raises(NeedsElevation), unit("write"):
        services.decide(sober, case, "disclosed")
    with office.app.app_context(), pytest.raises(Denied), unit("write"):
        services.open_case(
            office.officer,
            office.city.environment,
            requester="resident",
            subject="a",
            received_on=office.officer.today,
        )


def test_period_may_reach_to_the_ends_of_the_calendar(office, case):
    client = sign_in_as(office.app, office.city.clerk, elevated=True)
    asked = {"q": "窓口　山田", "from": "0001-01-01", "to": "9999-12-31"}
    assert str(office.inside) in client.get(f"/disclosure/{case}", query_string=asked).text


def test_form_opens_a_case_and_shows_faults(office):
    client = sign_in_as(office.app, office.city.clerk, elevated=True)
    values = {"csrf_token": csrf_token(client, "/disclosure/new"), "requester": "resident", "subject": ""}
    assert client.post("/disclosure/new", data=values).status_code == 422
    values |= {"subject": "庁舎の文書", "received_on": office.officer.today.isoformat()}
    assert client.post("/disclosure/new", data=values).status_code == 303
