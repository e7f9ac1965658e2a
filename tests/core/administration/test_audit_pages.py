"""The audit log: who may look, what the filters find, export, and that looking is itself recorded."""

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from groupware import audit, clock
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor
from groupware.audit.models import AuditRecord
from groupware.db import session

OLD = clock.now() - timedelta(days=40)


@pytest.fixture
def auditor(sign_in, city):
    return sign_in(city.auditor, elevated=True)


@pytest.fixture
def filled(city, write):
    with write():
        for person, unit, action, outcome, at in (
            (city.clerk, city.protection, "auth.signed_in", "done", clock.now()),
            (city.staff, city.waste, "rule.set", "refused", clock.now()),
            (city.staff, city.waste, "auth.signed_out", "done", OLD),
        ):
            audit.record(
                Actor(person_id=person, unit_id=unit, now=at, address="192.0.2.7", request_id="r1"),
                action,
                outcome=outcome,
                object_type="core.person",
                object_id=person,
            )


def reads(read):
    with read():
        statement = (
            select(AuditRecord)
            .where(AuditRecord.action.in_(("audit.read", "list.exported")))
            .order_by(AuditRecord.id)
        )
        return [(r.action, r.person_id, r.details) for r in session.scalars(statement)]


def rows(text):
    """The body of the list, without filters and menu."""
    return text.partition("<tbody>")[2].partition("</tbody>")[0]


def test_list_shows_the_last_days_in_words(filled, auditor):
    text = rows(auditor.get("/admin/audit").text)
    assert "佐藤 葵" in text
    assert "ログイン" in text
    assert "拒否" in text
    assert "192.0.2.7" in text
    assert "ログアウト" not in text


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("action=rule.", "鈴木 蓮", "佐藤 葵"),
        ("action=auth.signed_in", "佐藤 葵", "鈴木 蓮"),
        ("outcome=refused", "鈴木 蓮", "佐藤 葵"),
        ("unit=welfare", "佐藤 葵", "鈴木 蓮"),
        ("object_type=core.person&object_id=1", "佐藤 葵", "鈴木 蓮"),
        (f"since={OLD.date()}&until={OLD.date() + timedelta(days=1)}", "ログアウト", "佐藤 葵"),
        ("request_id=r1&outcome=refused", "鈴木 蓮", "佐藤 葵"),
    ],
)
def test_filter_finds_what_it_says(filled, auditor, query, shown, hidden):
    response = auditor.get(f"/admin/audit?{query}")
    assert response.status_code == 200
    text = rows(response.text)
    assert shown in text
    assert hidden not in text


def test_filter_by_person_keeps_the_choice(filled, city, auditor):
    text = auditor.get(f"/admin/audit?person=person:{city.clerk}").text
    assert "佐藤 葵" in rows(text)
    assert "鈴木 蓮" not in rows(text)
    assert f'value="person:{city.clerk}"' in text


def test_period_that_runs_backwards_is_told_and_kept(auditor):
    response = auditor.get("/admin/audit?since=2026-05-02&until=2026-05-01")
    assert response.status_code == 422
    assert "終了日以前" in response.text
    assert auditor.get("/admin/audit?since=yesterday").status_code == 422
    assert auditor.get("/admin/audit?since=0001-01-01").status_code == 422
    assert auditor.get("/admin/audit?unit=nowhere").status_code == 404


def test_pages_lead_forth_and_back(write, auditor):
    with write():
        for number in range(120):
            audit.record(Actor(person_id=None), "rule.set", object_type="core.rule_value", object_id=number)
    query = "/admin/audit?object_type=core.rule_value"
    seen, url = [], query
    for _ in range(3):
        text = auditor.get(url).text
        seen.append(rows(text).count("<tr>"))
        if 'rel="next"' in text:
            url = text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert seen == [50, 50, 20]
    back = text.partition('rel="prev" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert rows(auditor.get(back).text).count("<tr>") == 50


@pytest.mark.parametrize("position", ["x", "2026~1", "~", "2026-01-01T00:00:00~1", "9" * 40])
def test_position_that_is_none_shows_the_first_page(filled, auditor, position):
    assert "佐藤 葵" in rows(auditor.get(f"/admin/audit?before={position}").text)


def test_record_shows_everything_it_holds(filled, auditor):
    text = auditor.get("/admin/audit/1").text
    for words in ("佐藤 葵", "192.0.2.7", "auth.signed_in", "福祉局 保護課", "この職員の同じ日の操作"):
        assert words in text
    assert auditor.get("/admin/audit/999999").status_code == 404


def test_reading_is_recorded_without_what_was_found(filled, city, auditor, read):
    auditor.get(f"/admin/audit?person=person:{city.clerk}&outcome=done").close()
    auditor.get("/admin/audit/1").close()
    auditor.get("/admin/audit.csv").close()
    found = reads(read)
    assert [(action, person) for action, person, _ in found] == [
        ("audit.read", city.auditor),
        ("audit.read", city.auditor),
        ("list.exported", city.auditor),
    ]
    assert found[0][2]["limited_by"] == ["person_id", "outcome"]
    assert found[0][2]["person_id"] == city.clerk
    assert found[1][2] == {"record_id": 1}
    # The two records of these days and the two readings before.
    assert found[2][2] == {
        "list": "administration.export_audit",
        "format": "csv",
        "number": 4,
        "limited_by": {},
    }


def test_csv_and_excel_hold_what_the_filter_finds(filled, auditor):
    response = auditor.get("/admin/audit.csv?outcome=refused")
    lines = response.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "鈴木 蓮" in lines[1]
    assert "ルールを設定" in lines[1]
    book = load_workbook(io.BytesIO(auditor.get("/admin/audit.xlsx").data))
    names = {row[2].value for row in book.active.iter_rows(min_row=2)}
    assert {"佐藤 葵", "鈴木 蓮"} <= names
    assert auditor.get("/admin/audit.pdf").status_code == 404


def test_export_of_too_much_asks_for_a_shorter_period(filled, auditor, monkeypatch):
    monkeypatch.setattr("groupware.administration.views.audit.MAX_EXPORT", 1)
    response = auditor.get("/admin/audit.csv")
    assert response.status_code == 422
    assert "期間を短くしてください" in response.text


def test_auditor_of_a_bureau_sees_that_bureau(factory, filled, city, sign_in):
    factory.grant(
        PrincipalKind.PERSON,
        city.administrator,
        "administration:audit:read",
        scope="subtree",
        unit_id=city.welfare,
    )
    client = sign_in(city.administrator, elevated=True)
    text = client.get("/admin/audit").text
    assert "佐藤 葵" in rows(text)
    assert "鈴木 蓮" not in rows(text)
    assert client.get("/admin/audit/2").status_code == 404
    assert "鈴木 蓮" not in client.get("/admin/audit.csv").text


@pytest.mark.parametrize("who", ["clerk", "administrator", "system_administrator"])
def test_nobody_else_sees_it_and_the_refusal_is_recorded(city, sign_in, read, who):
    person = getattr(city, who)
    assert sign_in(person, elevated=True).get("/admin/audit").status_code == 403
    with read():
        found = session.scalars(select(AuditRecord).where(AuditRecord.outcome == "refused")).one()
        assert (found.action, found.person_id) == ("administration:audit:read", person)
