"""Groups, duties and section accounts as pages."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.directory.models import DutyHolder, Group, GroupMember, RecentPick, SectionAccount
from groupware.testing.signing_in import csrf_token
from tests.core.directory_pages.conftest import own


@pytest.fixture
def clerk(city):
    """東 主事 of 保護課, without any right."""
    return city.person("東 主事", "保護課", "主事", kana="あずま しゅじ")


@pytest.fixture
def manager(city, factory):
    """西 課長 of 保護課, who manages 福祉局."""
    person_id = city.person("西 課長", "保護課", "課長", kana="にし かちょう")
    factory.grant(
        PrincipalKind.PERSON,
        person_id,
        "directory:unit:manage",
        scope="subtree",
        unit_id=city.units["福祉局"],
    )
    return person_id


def post(client, page, address=None, **data):
    """Send a form of a page with its token."""
    return client.post(address or page, data={"csrf_token": csrf_token(client, page), **data})


def flashed(client, response):
    """The page that a redirect leads to."""
    assert response.status_code == 302, response.text[:2000]
    return client.get(response.headers["Location"]).text


def test_personal_group_is_made_changed_and_deleted(city, clerk, sign_in, read):
    client = sign_in(clerk)
    response = post(
        client,
        "/directory/groups/new",
        name="朝会",
        members=[f"person:{clerk}", f"person:{city.people['海野 市長']}"],
    )
    page = flashed(client, response)
    assert "グループを保存しました" in page
    assert "海野 市長" in page
    address = response.headers["Location"]
    assert "朝会" in client.get("/directory/groups").text
    form = client.get(f"{address}/edit").text
    assert form.count('name="members" value="person:') == 2
    version = re.search(r'name="version"[^>]*value="(\d+)"', form)[1]
    changed = post(
        client, f"{address}/edit", name="夕会", version=version, members=[f"person:{clerk}"], members_text=""
    )
    page = flashed(client, changed)
    assert "夕会" in page
    assert "海野 市長" not in page
    post(client, address, f"{address}/delete")
    with read() as session:
        assert session.scalars(select(Group).where(Group.name == "夕会")).first() is None


def test_group_changed_by_another_meanwhile_is_not_overwritten(city, clerk, sign_in, read):
    client = sign_in(clerk)
    address = post(client, "/directory/groups/new", name="朝会").headers["Location"]
    response = post(client, f"{address}/edit", name="夕会", version="99")
    assert response.status_code == 409
    with read() as session:
        assert session.scalars(select(Group.name).where(Group.owner_id == clerk)).all() == ["朝会"]


def test_group_without_a_name_is_refused_with_the_members_kept(city, clerk, sign_in, read):
    response = post(sign_in(clerk), "/directory/groups/new", name=" ", members=[f"person:{clerk}"])
    assert response.status_code == 422
    assert f'value="person:{clerk}" checked' in response.text
    with read() as session:
        assert session.scalars(select(GroupMember.person_id)).all() == []


def test_group_members_are_offered_again_the_next_time(city, clerk, sign_in, read):
    client = sign_in(clerk)
    post(client, "/directory/groups/new", name="朝会", members=[f"person:{city.people['海野 市長']}"]).close()
    with read() as session:
        assert session.scalars(select(RecentPick.value)).all() == [f"person:{city.people['海野 市長']}"]


def test_personal_group_of_somebody_else_does_not_exist(city, clerk, manager, sign_in):
    address = post(sign_in(clerk), "/directory/groups/new", name="朝会").headers["Location"]
    other = sign_in(manager, elevated=True)
    for path in ("", "/edit", "/members.csv"):
        assert other.get(address + path).status_code == 404
    assert post(other, "/directory/groups/new", f"{address}/delete").status_code == 404


def test_shared_group_is_kept_by_those_who_manage_the_unit(city, clerk, manager, sign_in):
    client = sign_in(manager, elevated=True)
    unit_id = city.units["福祉局"]
    form = client.get("/directory/groups/new-shared").text
    assert "福祉局 保護課" in form
    assert "道路課" not in form
    response = post(
        client, "/directory/groups/new-shared", name="庶務", unit=unit_id, members=[f"person:{clerk}"]
    )
    address = response.headers["Location"]
    assert "福祉局" in flashed(client, response)
    other = sign_in(clerk)
    page = other.get(address)
    assert page.status_code == 200
    assert f"{address}/edit" not in page.text
    assert "東 主事" in other.get(f"{address}/members.csv").data.decode("utf-8-sig")
    assert other.get(f"{address}/edit").status_code == 403
    assert other.get("/directory/groups/new-shared").status_code == 403
    assert post(other, "/directory/groups/new", f"{address}/delete").status_code == 403


def test_shared_group_of_a_unit_out_of_reach_is_refused(city, manager, sign_in, read):
    response = post(
        sign_in(manager, elevated=True),
        "/directory/groups/new-shared",
        name="庶務",
        unit=city.units["建設局"],
    )
    assert response.status_code == 422
    with read() as session:
        assert session.scalars(select(Group).where(Group.name == "庶務")).first() is None


@pytest.mark.parametrize("number", [1, 3])
def test_group_pages_take_the_same_queries_however_many_members(city, clerk, sign_in, count_queries, number):
    client = sign_in(clerk)
    members = [f"person:{city.person(f'職員 {index}', '保護課', '主事')}" for index in range(number)]
    address = post(client, "/directory/groups/new", name="朝会", members=members).headers["Location"]
    client.get(address)
    with count_queries() as statements:
        client.get(address)
    assert own(statements) == 3
    with count_queries() as statements:
        client.get("/directory/groups")
    assert own(statements) == 1


def test_duty_is_entered_for_ones_own_unit_and_ended(city, clerk, manager, sign_in, read):
    client = sign_in(manager, elevated=True)
    page = client.get("/directory/duties").text
    assert "分担 福祉局 保護課" in page
    kind_id = re.search(r'<option value="(\d+)"[^>]*>総務担当者', page)[1]
    begins = clock.today() + timedelta(days=10)
    data = {
        "kind": kind_id,
        "person": f"person:{clerk}",
        "deputy_order": "1",
        "valid_from": begins.isoformat(),
    }
    response = post(client, "/directory/duties", f"/directory/duties?unit={city.units['保護課']}", **data)
    page = flashed(client, response)
    assert "担当者を登録しました" in page
    assert "東 主事" in page
    assert "開始前" in page
    with read() as session:
        holder = session.scalars(select(DutyHolder)).one()
        assert (holder.valid_from, holder.deputy_order) == (begins, 1)
        holder_id = holder.id
    unit_id = city.units["保護課"]
    post(client, "/directory/duties", f"/directory/duties/{holder_id}/order", deputy_order="0", unit=unit_id)
    with read() as session:
        assert session.scalars(select(DutyHolder.deputy_order)).one() == 0
    table = client.get("/directory/duties.csv").data.decode("utf-8-sig")
    assert f"福祉局 保護課,総務担当者,東 主事,,{begins.isoformat()},," in table
    post(client, "/directory/duties", f"/directory/duties/{holder_id}/end", unit=unit_id)
    with read() as session:
        assert session.scalars(select(DutyHolder)).first() is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"person": []}, "職員を選んでください"),
        ({"valid_from": "2026-02-30"}, "のように入力してください"),
        ({"valid_from": "2026-04-02", "last_day": "令和8年4月1日"}, "終了日は開始日より後"),
    ],
)
def test_duty_that_does_not_fit_is_refused_and_what_was_typed_stays(
    city, clerk, manager, sign_in, read, values, words
):
    client = sign_in(manager, elevated=True)
    kind_id = re.search(
        r'<option value="(\d+)"', client.get("/directory/duties").text.split('name="kind"')[1]
    )[1]
    data = {"kind": kind_id, "person": [f"person:{clerk}"], "deputy_order": "0", **values}
    response = post(client, "/directory/duties", **data)
    assert response.status_code == 422
    assert words in response.text
    if "valid_from" in values:
        assert f'value="{values["valid_from"]}"' in response.text
    with read() as session:
        assert session.scalars(select(DutyHolder)).first() is None


def test_duty_held_already_is_refused_with_a_sentence(city, clerk, manager, factory, sign_in):
    kind_id = factory.duty(clerk, city.units["保護課"])
    data = {"kind": kind_id, "person": f"person:{clerk}", "deputy_order": "0"}
    response = post(sign_in(manager, elevated=True), "/directory/duties", **data)
    assert response.status_code == 422
    assert "すでにこの分担" in response.text


def test_duties_are_for_those_who_manage_the_unit(city, clerk, manager, sign_in):
    assert sign_in(clerk).get("/directory/duties").status_code == 403
    assert sign_in(manager).get("/directory/duties").status_code == 302
    client = sign_in(manager, elevated=True)
    assert client.get(f"/directory/duties?unit={city.units['道路課']}").status_code == 404
    assert "/directory/duties" not in sign_in(clerk).get("/directory/").text
    assert "/directory/duties" in client.get("/directory/").text


@pytest.mark.parametrize("number", [1, 3])
def test_duty_page_takes_the_same_queries_however_many_holders(
    city, manager, factory, sign_in, count_queries, number
):
    client = sign_in(manager, elevated=True)
    for index in range(number):
        factory.duty(city.person(f"職員 {index}", "保護課", "主事"), city.units["保護課"])
    client.get("/directory/duties")
    with count_queries() as statements:
        client.get("/directory/duties")
    assert own(statements) == 2


def test_section_account_is_made_renamed_rested_and_used_again(city, manager, sign_in, read):
    client = sign_in(manager, elevated=True)
    page = client.get("/directory/section-accounts").text
    assert "建設局" not in page.split('name="unit"')[1].split("</select>")[0]
    response = post(client, "/directory/section-accounts", unit=city.units["保護課"], name="")
    assert "課アカウントを登録しました" in flashed(client, response)
    with read() as session:
        account_id, name = session.execute(select(SectionAccount.id, SectionAccount.name)).one()
    assert name == "保護課"
    base = f"/directory/section-accounts/{account_id}"
    post(client, "/directory/section-accounts", f"{base}/name", name="保護課 窓口")
    post(client, "/directory/section-accounts", f"{base}/state", is_active="0")
    page = client.get("/directory/section-accounts").text
    assert "保護課 窓口" in page
    assert "休止中" in page
    post(client, "/directory/section-accounts", f"{base}/state", is_active="1")
    with read() as session:
        assert session.scalars(select(SectionAccount.is_active)).one()
    assert "保護課 窓口" in client.get("/directory/section-accounts.csv").data.decode("utf-8-sig")


def test_section_accounts_are_for_those_who_manage_the_unit(city, clerk, manager, sign_in):
    assert sign_in(clerk).get("/directory/section-accounts").status_code == 403
    client = sign_in(manager, elevated=True)
    response = post(client, "/directory/section-accounts", unit=city.units["建設局"])
    assert response.status_code == 422


@pytest.mark.parametrize("number", [1, 3])
def test_section_account_page_takes_the_same_queries_however_many(
    city, manager, sign_in, write, count_queries, number
):
    with write() as session:
        for name in ("保護課", "福祉総務課", "福祉局")[:number]:
            session.add(SectionAccount(unit_id=city.units[name], name=name))
    client = sign_in(manager, elevated=True)
    client.get("/directory/section-accounts")
    with count_queries() as statements:
        client.get("/directory/section-accounts")
    assert own(statements) == 1
