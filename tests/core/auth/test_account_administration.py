"""Who may reset, unlock and suspend whose account; the person is told."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.principals import rebuild
from groupware.auth.accounts import accounts_of_unit
from groupware.auth.models import Account
from groupware.db import session, unit
from groupware.directory.models import Appointment, OrgUnit, Person
from groupware.directory.tree import org_tree

MANAGE = "administration:account:manage"


@pytest.fixture
def people(factory, town, sato, give_password):
    """`sato` administers 行財政局 by duty; the others are what she may and may not reach."""
    kind = factory.duty(sato, town["bureau"])
    factory.grant(PrincipalKind.DUTY_KIND, kind, MANAGE, scope="own")
    made = {
        "colleague": factory.person("鈴木 一郎", town["section"], town["clerk"], login="suzuki"),
        "chief": factory.person("中村 和子", town["section"], town["chief"], login="nakamura"),
        "far": factory.person("田中 葵", town["far"], town["clerk"], login="tanaka"),
        "system": factory.person("管理 太郎", town["section"], town["clerk"], login="kanri"),
        "auditor": factory.person("監査 次郎", town["section"], town["clerk"], login="kansa"),
        "helpdesk": factory.person("窓口 三郎", town["far"], town["clerk"], login="madoguchi"),
        "mayor": factory.person("港 太郎", town["city"], town["mayor"], login="mayor"),
    }
    factory.grant(PrincipalKind.PERSON, made["system"], "administration:system:manage")
    factory.grant(PrincipalKind.PERSON, made["auditor"], "administration:audit:read")
    factory.grant(PrincipalKind.PERSON, made["helpdesk"], MANAGE)
    for person in made.values():
        give_password(person)
    return made | {"sato": sato}


@pytest.fixture
def uid(app, people):
    """`uid("colleague")`: what stands in the address of the account page."""

    def of(name):
        with app.app_context(), unit("read"):
            return str(session.scalar(select(Person.uid).where(Person.id == people[name])))

    return of


@pytest.fixture
def act(sign_in, people, uid):
    """`act("reset", "colleague", by="sato")` presses a button of the account page."""

    def press(name, whose, by="sato", client=None):
        browser = client or sign_in(people[by], elevated=True)
        token = browser.get("/session/alive").json["csrf_token"]
        return browser.post(f"/admin/accounts/{uid(whose)}/{name}", data={"csrf_token": token})

    return press


def _password(answer):
    return answer.text.split('class="temporary-password"', 1)[1].split(">", 1)[1].split("<", 1)[0]


def test_reset_shows_a_password_once_and_demands_a_change(app, people, act, enter, actions):
    browser = app.test_client()
    enter(browser, "suzuki")
    answer = act("reset", "colleague")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert browser.get("/profile/").status_code == 302
    assert enter(app.test_client(), "suzuki").status_code == 422
    assert enter(browser, "suzuki", _password(answer)).location == "/session/password"
    assert ("account.password_reset", "done") in actions()


def test_person_is_told_who_did_it_once_and_finds_it_in_the_list(app, people, act, enter):
    answer = act("reset", "colleague")
    browser = app.test_client()
    enter(browser, "suzuki", _password(answer))
    told = "佐藤 花子さんがパスワードを再設定しました。"
    assert told in browser.get("/session/password").text
    assert told not in browser.get("/session/password").text
    assert told in browser.get("/session/").text


def test_account_that_was_never_made_is_made_by_the_reset(app, people, act, enter):
    with app.app_context(), unit("write"):
        session.execute(delete(Account).where(Account.person_id == people["colleague"]))
    answer = act("reset", "colleague")
    with app.app_context(), unit("read"):
        number = session.scalar(select(Person.staff_number).where(Person.id == people["colleague"]))
    assert enter(app.test_client(), number, _password(answer)).location == "/session/password"


def test_account_is_not_made_over_the_user_name_of_another_person(app, people, act):
    with app.app_context(), unit("write"):
        session.execute(delete(Account).where(Account.person_id == people["colleague"]))
        number = session.scalar(select(Person.staff_number).where(Person.id == people["colleague"]))
        session.execute(update(Account).where(Account.person_id == people["far"]).values(login=number))
    assert act("reset", "colleague").status_code == 409


@pytest.mark.parametrize(
    ("whose", "reason"),
    [
        ("far", ""),
        ("chief", "上位の役職"),
        ("system", "広い権限"),
        ("auditor", "広い権限"),
        ("sato", "ご自分のアカウント"),
        ("mayor", ""),
    ],
)
@pytest.mark.parametrize("name", ["reset", "suspend", "unlock"])
def test_function_administrator_may_not_act_on(app, people, act, enter, whose, reason, name, actions):
    answer = act(name, whose)
    assert answer.status_code == 403
    assert reason in answer.text
    assert (MANAGE, "refused") in actions()
    login = {"far": "tanaka", "chief": "nakamura", "system": "kanri", "auditor": "kansa", "mayor": "mayor"}
    assert enter(app.test_client(), login.get(whose, "sato")).status_code == 303


@pytest.mark.parametrize(
    ("by", "whose", "status"),
    [
        ("helpdesk", "chief", 200),
        ("helpdesk", "mayor", 200),
        ("helpdesk", "system", 403),
        ("helpdesk", "auditor", 403),
        ("system", "mayor", 200),
        ("system", "auditor", 200),
        ("system", "helpdesk", 200),
        ("colleague", "chief", 403),
        ("auditor", "colleague", 403),
    ],
)
def test_reach_of_other_administrators(people, act, by, whose, status):
    assert act("reset", whose, by).status_code == status


def test_person_that_does_not_exist_is_not_found(sign_in, people):
    client = sign_in(people["sato"], elevated=True)
    for uid in ("00000000-0000-7000-8000-000000000000", "x", "1"):
        assert client.get(f"/admin/accounts/{uid}").status_code == 404


def test_act_needs_the_password_again(sign_in, people, act):
    assert act("reset", "colleague", client=sign_in(people["sato"])).status_code == 401


def test_lock_is_shown_and_lifted(app, people, sign_in, act, enter, uid):
    for _ in range(5):
        enter(app.test_client(), "suzuki", "wrong")
    client = sign_in(people["sato"], elevated=True)
    page = client.get(f"/admin/accounts/{uid('colleague')}").text
    assert "ログイン制限中" in page
    assert act("unlock", "colleague").status_code == 303
    browser = app.test_client()
    assert enter(browser, "suzuki").status_code == 303
    assert "佐藤 花子さんがログインの制限を解除しました。" in browser.get("/profile/").text


def test_unlocking_what_is_not_locked_says_so(people, act):
    answer = act("unlock", "colleague")
    assert answer.status_code == 409
    assert "ログインを制限されていません" in answer.text


def test_suspended_account_lets_nobody_in_until_it_is_resumed(app, people, act, enter, actions):
    browser = app.test_client()
    enter(browser, "suzuki")
    assert act("suspend", "colleague").status_code == 303
    assert browser.get("/profile/").status_code == 302
    assert enter(browser, "suzuki").status_code == 422
    assert act("resume", "colleague").status_code == 303
    assert enter(browser, "suzuki").status_code == 303
    assert {("account.suspended", "done"), ("account.resumed", "done")} <= set(actions())


def test_suspending_twice_says_that_somebody_was_faster(people, act):
    act("suspend", "colleague")
    assert act("suspend", "colleague").status_code == 409


def test_list_shows_the_own_unit_and_only_units_in_reach(sign_in, people):
    client = sign_in(people["sato"], elevated=True)
    page = client.get("/admin/accounts").text
    assert "鈴木 一郎" in page
    assert "田中 葵" not in page
    assert "行財政局" in page
    assert "福祉局" not in page


def test_unit_out_of_reach_does_not_exist(app, sign_in, people, town):
    with app.app_context(), unit("read"):
        codes = {name: session.get(OrgUnit, town[name]).code for name in ("far", "section")}
    client = sign_in(people["sato"], elevated=True)
    assert client.get(f"/admin/accounts?unit={codes['section']}").status_code == 200
    assert client.get(f"/admin/accounts?unit={codes['far']}").status_code == 404
    assert client.get("/admin/accounts?unit=nothing").status_code == 404


def test_search_finds_by_name_and_number_within_reach(app, sign_in, people):
    with app.app_context(), unit("read"):
        number = session.scalar(select(Person.staff_number).where(Person.id == people["colleague"]))
    client = sign_in(people["sato"], elevated=True)
    for text in ("鈴木", number):
        assert "鈴木 一郎" in client.get(f"/admin/accounts?q={text}").text
    assert "田中 葵" not in client.get("/admin/accounts?q=田中").text


def test_list_can_be_narrowed_to_locked_accounts(app, sign_in, people, enter):
    for _ in range(5):
        enter(app.test_client(), "suzuki", "wrong")
    page = sign_in(people["sato"], elevated=True).get("/admin/accounts?state=locked").text
    assert "鈴木 一郎" in page
    assert "中村 和子" not in page


def test_long_list_is_paged(app, factory, town, sign_in, people):
    for number in range(55):
        factory.person(f"山田 {number:02d}", town["section"], town["clerk"], staff_number=f"Y{number:03d}")
    client = sign_in(people["sato"], elevated=True)
    first = client.get("/admin/accounts?q=山田").text
    assert "山田 00" in first
    assert "山田 50" not in first
    second = client.get("/admin/accounts?q=山田&after=Y049").text
    assert "山田 50" in second
    assert "山田 00" not in second


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_three_queries_however_many_it_shows(factory, town, people, read, count_queries, count):
    """Grants of the administrator, the accounts, and who among them is privileged."""
    for number in range(count):
        factory.person(f"山田 {number}", town["section"], town["clerk"])
    actor = factory.actor(people["sato"])
    with read():
        org_tree(actor.today)
    with read(), count_queries() as statements:
        assert len(accounts_of_unit(actor, town["section"])) == count + 5
    assert len([text for text in statements.texts if "core_cache_versions" not in text]) == 3


@pytest.mark.parametrize(
    ("permission", "grant", "status"),
    [
        ("directory:legal_name:read", {"scope": "subtree", "unit_id": "bureau"}, 403),
        ("directory:legal_name:read", {"scope": "subtree", "unit_id": "section"}, 403),
        ("portal:page:write", {}, 403),
        (MANAGE, {"scope": "subtree", "unit_id": "city"}, 403),
        (MANAGE, {"scope": "subtree", "unit_id": "bureau"}, 200),
        (MANAGE, {"scope": "own"}, 200),
        ("portal:page:write", {"scope": "own"}, 200),
        ("directory:legal_name:read", {"scope": "own"}, 403),
        ("removed:thing:manage", {}, 200),
    ],
)
def test_nobody_takes_over_what_they_do_not_hold_as_widely(
    people, act, town, factory, permission, grant, status
):
    grant = {name: town.get(value, value) for name, value in grant.items()}
    factory.grant(PrincipalKind.PERSON, people["colleague"], permission, **grant)
    answer = act("reset", "colleague")
    assert answer.status_code == status
    assert ("ご自分にない権限" in answer.text) is (status == 403)
    assert act("reset", "colleague", "helpdesk").status_code == 200


def test_duty_of_another_bureau_protects_its_holder(people, act, town, factory):
    factory.duty(people["colleague"], town["section"])
    assert act("reset", "colleague").status_code == 200
    factory.duty(people["colleague"], town["other"])
    assert act("reset", "colleague").status_code == 403


def test_what_all_staff_may_do_protects_nobody(app, people, act, factory):
    factory.grant(PrincipalKind.EVERYONE, 0, "portal:page:write")
    assert act("reset", "colleague").status_code == 200


@pytest.fixture
def hired(app, factory, town):
    """Somebody who begins in 総務課 in so many days, as the published delivery has it."""

    def make(days, post="clerk", **values):
        begin = clock.today() + timedelta(days)
        made = factory.person(f"四月 {days}", town["section"], town[post], login=f"new{days}")
        with app.app_context(), unit("write"):
            session.execute(update(Person).where(Person.id == made).values(hired_on=begin))
            session.execute(
                update(Appointment).where(Appointment.person_id == made).values(valid_from=begin, **values)
            )
            rebuild([made])
        return made

    return make


def test_first_passwords_are_made_for_those_who_begin_within_a_month(people, hired, factory, town, read):
    hired(31)
    hired(32)
    actor = factory.actor(people["sato"])
    with read():
        found = accounts_of_unit(actor, town["section"])
    assert {account.display_name for account in found if account.display_name.startswith("四月")} == {
        "四月 31"
    }
    assert next(account for account in found if account.display_name == "四月 31").obstacle == ""


def test_slips_of_those_to_come_are_printed_by_their_administrator(app, people, hired, sign_in, enter):
    made = hired(10)
    client = sign_in(people["sato"], elevated=True)
    token = client.get("/session/alive").json["csrf_token"]
    answer = client.post("/admin/accounts/slips", data={"csrf_token": token, "person": [made]})
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")


def test_higher_post_to_come_protects_already(people, hired, factory, town, read):
    hired(10, "chief")
    actor = factory.actor(people["sato"])
    with read():
        found = accounts_of_unit(actor, town["section"])
    assert "上位の役職" in next(account for account in found if account.display_name == "四月 10").obstacle


def test_person_who_stands_elsewhere_today_stays_there_until_the_day(app, people, factory, town, read):
    with app.app_context(), unit("write"):
        begin = clock.today() + timedelta(10)
        old = session.scalars(select(Appointment).where(Appointment.person_id == people["far"])).one()
        session.add(
            Appointment(
                person_id=people["far"],
                unit_id=town["section"],
                post_id=old.post_id,
                kind=old.kind,
                valid_from=begin,
            )
        )
        old.valid_to = begin
    actor = factory.actor(people["sato"])
    with read():
        found = accounts_of_unit(actor, town["section"])
    assert people["far"] not in {account.person_id for account in found}


def test_seconded_person_without_main_post_is_in_the_list_of_the_unit(app, people, factory, town, read):
    with app.app_context(), unit("write"):
        session.execute(
            update(Appointment)
            .where(Appointment.person_id == people["far"])
            .values(kind="secondment", unit_id=town["section"])
        )
    actor = factory.actor(people["sato"])
    with read():
        found = accounts_of_unit(actor, town["section"])
    assert people["far"] in {account.person_id for account in found}
