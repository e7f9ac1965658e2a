"""Deciding about records whose retention has ended, holds, the register; and the commands around them."""

import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from groupware import clock
from groupware.actor import system
from groupware.db import session
from groupware.portal.models import SectionPage
from groupware.records.models import Disposal
from groupware.records.queries import candidates, kinds
from groupware.records.services import propose
from groupware.registry import registry
from groupware.testing.signing_in import csrf_token

LONG_AGO = clock.now() - timedelta(days=365 * 12)
PAGE = "/admin/records"


@pytest.fixture
def officer(factory, city, sign_in):
    """The document officer of 福祉局."""
    factory.duty(city.clerk, city.welfare, "document_officer")
    return sign_in(city.clerk, elevated=True)


@pytest.fixture
def expired(city, write):
    """Two pages of 福祉局 and one of 環境局, all proposed; returns the uid of the first."""
    with write() as current:
        for number, unit_id in enumerate((city.protection, city.care, city.waste)):
            current.add(
                SectionPage(
                    uid=uuid.UUID(int=number + 1),
                    unit_id=unit_id,
                    title=f"旧様式{number + 1}",
                    html="",
                    retention_years=3,
                    created_at=LONG_AGO,
                    changed_at=LONG_AGO,
                    deleted_at=LONG_AGO,
                )
            )
        current.flush()
        propose(system(), list(candidates(kinds()["portal.section_page"], clock.today())))
    return uuid.UUID(int=1)


def decide(client, *ids, decision="dispose", years="1"):
    data = {
        "csrf_token": csrf_token(client, PAGE),
        "disposal": [str(i) for i in ids],
        "decision": decision,
        "years": years,
    }
    return client.post(f"{PAGE}/decide?state=proposed", data=data)


def decisions():
    return [
        tuple(row) for row in session.execute(select(Disposal.id, Disposal.decision).order_by(Disposal.id))
    ]


def test_officer_sees_the_own_bureaus_records(officer, expired):
    text = officer.get(PAGE).text
    assert "旧様式1" in text
    assert "旧様式2" in text
    assert "旧様式3" not in text
    assert "各課のページ" in text


def test_decision_moves_records_to_their_tab(officer, expired, read):
    response = decide(officer, 1, decision="extend", years="3")
    assert (response.status_code, response.location) == (303, f"{PAGE}?state=proposed")
    assert "旧様式1" not in officer.get(f"{PAGE}?state=proposed").text
    assert "旧様式1" in officer.get(f"{PAGE}?state=extend").text
    with read():
        assert decisions()[0] == (1, "extend")


def test_foreign_record_in_the_form_decides_nothing(officer, expired, read):
    assert decide(officer, 1, 3).status_code == 403
    with read():
        assert {state for _, state in decisions()} == {"proposed"}


@pytest.mark.parametrize(
    "values", [{"decision": ""}, {"decision": "extend", "years": "soon"}, {"decision": "burn"}]
)
def test_decision_that_is_missing_is_asked_for_and_ticks_stay(officer, expired, values):
    response = decide(officer, 1, **values)
    assert response.status_code == 422
    assert re.search(r'name="disposal" value="1"[^>]* checked', response.text)
    assert not re.search(r'name="disposal" value="2"[^>]* checked', response.text)
    assert decide(officer).status_code == 422


def test_hold_is_placed_by_id_and_keeps_the_record(officer, expired, read):
    token = csrf_token(officer, f"{PAGE}/holds")
    data = {
        "csrf_token": token,
        "kind": "portal.section_page",
        "uid": str(expired),
        "reason": "公開請求 第12号",
    }
    assert officer.post(f"{PAGE}/holds", data=data).status_code == 303
    assert "公開請求 第12号" in officer.get(f"{PAGE}/holds").text
    assert "保存凍結中" in officer.get(PAGE).text
    refused = decide(officer, 1)
    assert refused.status_code == 409
    assert "「旧様式1」は保存凍結中のため廃棄できません。" in refused.text
    assert officer.post(f"{PAGE}/holds", data=data).status_code == 409
    assert officer.post(f"{PAGE}/holds/1/release", data={"csrf_token": token}).status_code == 303
    assert officer.post(f"{PAGE}/holds/1/release", data={"csrf_token": token}).status_code == 404
    assert decide(officer, 1).status_code == 303


def test_record_is_held_from_its_row_and_erased_once_released(officer, expired, read, write):
    listed = officer.get(PAGE).text
    assert str(expired) in listed
    assert decide(officer, 1, decision="dispose").status_code == 303
    listed = officer.get(f"{PAGE}?state=dispose").text
    link = re.search(rf'href="([^"]*/holds\?[^"]*{expired}[^"]*)"', listed)[1].replace("&amp;", "&")
    form = officer.get(link).text
    assert f'value="{expired}"' in form
    data = {
        "csrf_token": csrf_token(officer, link),
        "kind": re.search(r'<option value="([^"]+)" selected', form)[1],
        "uid": str(expired),
        "reason": "公開請求 第12号",
    }
    assert officer.post(f"{PAGE}/holds", data=data).status_code == 303
    assert str(expired) not in re.findall(
        r'href="[^"]*/holds\?[^"]*"', officer.get(f"{PAGE}?state=dispose").text
    )
    run_daily(write)
    with read():
        assert session.scalar(select(SectionPage.id).where(SectionPage.uid == expired)) is not None
    assert officer.post(f"{PAGE}/holds/1/release", data=data).status_code == 303
    run_daily(write)
    with read():
        assert session.scalar(select(SectionPage.id).where(SectionPage.uid == expired)) is None
        assert session.scalar(select(Disposal.purged_at).where(Disposal.object_uid == expired)) is not None
    assert "旧様式1" in officer.get(f"{PAGE}?state=purged").text


def test_daily_run_proposes_what_has_run_out_and_only_once(city, write, read):
    with write() as current:
        current.add(
            SectionPage(
                unit_id=city.care,
                title="旧様式",
                html="",
                retention_years=3,
                created_at=LONG_AGO,
                changed_at=LONG_AGO,
                deleted_at=LONG_AGO,
            )
        )
    run_daily(write)
    run_daily(write)
    with read():
        assert decisions() == [(1, "proposed")]
        assert session.scalar(select(func.count()).select_from(SectionPage)) == 1


def run_daily(write):
    """What the worker does once a day, found by its declaration."""
    with write():
        registry().jobs["administration.retention"].run(system("job", "administration.retention"))


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"uid": "not-an-id"}, 422, "このIDの記録はありません。"),
        ({"uid": str(uuid.UUID(int=99))}, 422, "このIDの記録はありません。"),
        ({"kind": "gone.kind"}, 422, "このIDの記録はありません。"),
        ({"reason": " "}, 422, "「理由」を200文字以内で入力してください。"),
        ({"uid": str(uuid.UUID(int=3))}, 403, ""),
    ],
)
def test_hold_that_cannot_be_placed_says_why(officer, expired, changes, status, words):
    data = {
        "csrf_token": csrf_token(officer, f"{PAGE}/holds"),
        "kind": "portal.section_page",
        "uid": str(expired),
        "reason": "公開請求",
    } | changes
    response = officer.post(f"{PAGE}/holds", data=data)
    assert response.status_code == status
    assert words in response.text


def test_register_leaves_as_csv(officer, expired):
    lines = officer.get(f"{PAGE}.csv?state=proposed").data.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert "旧様式1" in lines[1]


@pytest.mark.parametrize("path", [f"{PAGE}?state=burnt", f"{PAGE}.csv?state=burnt", f"{PAGE}/export/pdf"])
def test_state_or_format_that_does_not_exist_is_not_found(officer, path):
    assert officer.get(path).status_code == 404


def test_clerk_and_system_administrator_are_refused(sign_in, city):
    for person in (city.staff, city.system_administrator):
        assert sign_in(person, elevated=True).get(PAGE).status_code == 403


def test_empty_page_says_that_nothing_waits(officer):
    assert "判断を待っている記録はありません。" in officer.get(PAGE).text


def test_list_costs_the_same_queries_for_many_records(officer, expired, city, write, count_queries):
    numbers = []
    for number in (20, 21):
        officer.get(PAGE)
        with count_queries() as statements:
            officer.get(PAGE)
        numbers.append(sum("core_cache_versions" not in text for text in statements.texts))
        with write() as current:
            current.add(
                Disposal(
                    object_type="portal.section_page",
                    object_id=number,
                    object_uid=uuid.UUID(int=number),
                    unit_id=city.care,
                    title="旧様式",
                    expired_on=clock.today(),
                    proposed_at=clock.now(),
                )
            )
    # Session, grants, the list, the numbers of the tabs.
    assert numbers == [4, 4]
    with write():
        assert session.scalar(select(func.count()).select_from(Disposal)) == 5
