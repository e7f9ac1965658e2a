"""Duties, groups, roles and section accounts: who may keep them, and what they may not be used for."""

from datetime import date

import pytest
from sqlalchemy import func, select

from groupware import actor
from groupware.access import can
from groupware.access.enums import PrincipalKind
from groupware.access.models import Grant, Principal
from groupware.access.principals import principal
from groupware.access.queries import count_of
from groupware.audit.models import AuditRecord
from groupware.clock import today
from groupware.db import FOREVER, session
from groupware.directory.enums import GroupKind
from groupware.directory.models import DutyHolder, DutyKind, Group, GroupMember, SectionAccount
from groupware.directory.services import duties, groups, section_accounts
from groupware.errors import Conflict, Denied, Invalid, NeedsElevation, NotFound

MANAGE = "directory:unit:manage"


@pytest.fixture
def city(factory):
    root = factory.unit("みなと市")
    return {"root": root, "welfare": factory.unit("福祉局", root), "port": factory.unit("港湾局", root)}


@pytest.fixture
def people(factory, city):
    """Three people of the welfare bureau; 甲 manages it."""
    post = factory.post("主事", 50)
    made = {name: factory.person(name, city["welfare"], post) for name in ("甲", "乙", "丙")}
    factory.grant(PrincipalKind.PERSON, made["甲"], MANAGE, scope="subtree", unit_id=city["welfare"])
    return made


@pytest.fixture
def manager(factory, people):
    return factory.actor(people["甲"])


@pytest.fixture
def plain(factory, people):
    return factory.actor(people["乙"])


def kind_of(code):
    return session.scalars(select(DutyKind.id).where(DutyKind.code == code)).one()


def role(name):
    return session.scalars(select(Group.id).where(Group.kind == GroupKind.ROLE, Group.name == name)).one()


def members(group_id):
    return set(session.scalars(select(GroupMember.person_id).where(GroupMember.group_id == group_id)))


# ---- Duties ----


def test_duty_gives_its_rights_at_once_and_ends_with_them(manager, factory, city, people, write, read):
    with write():
        holder = duties.begin_duty(
            manager, kind_of("function_administrator"), city["welfare"], people["乙"]
        ).id
    holding = factory.actor(people["乙"])
    with read():
        assert can(holding, "administration:rule:set", unit_id=city["welfare"])
        assert not can(holding, "administration:rule:set", unit_id=city["port"])
    with write():
        duties.end_duty(manager, holder)
    with read():
        assert not can(holding, "administration:rule:set", unit_id=city["welfare"])


def test_several_holders_and_deputies_in_order(manager, city, people, write, read):
    with write():
        kind = kind_of("secretary")
        duties.begin_duty(manager, kind, city["welfare"], people["甲"])
        second = duties.begin_duty(manager, kind, city["welfare"], people["乙"], deputy_order=2).id
        duties.begin_duty(manager, kind, city["welfare"], people["丙"], deputy_order=1)
    with write():
        duties.order_deputy(manager, second, 0)
    with read():
        rows = session.execute(
            select(DutyHolder.person_id, DutyHolder.deputy_order).order_by(DutyHolder.person_id)
        )
        assert dict(rows.all()) == {people["甲"]: 0, people["乙"]: 0, people["丙"]: 1}


def test_duty_of_another_bureau_is_denied(manager, city, people, write):
    with pytest.raises(Denied), write():
        duties.begin_duty(manager, kind_of("secretary"), city["port"], people["乙"])


def test_duty_needs_the_password_again(factory, city, people, write):
    waiting = factory.actor(people["甲"], elevated=False)
    with pytest.raises(NeedsElevation), write():
        duties.begin_duty(waiting, kind_of("secretary"), city["welfare"], people["乙"])


def test_duty_that_reaches_beyond_the_unit_is_not_the_units_to_give(
    manager, factory, city, people, write, read
):
    with read():
        kind = kind_of("secretary")
    factory.grant(PrincipalKind.DUTY_KIND, kind, "administration:rule:set", scope="all")
    with pytest.raises(Denied), write():
        duties.begin_duty(manager, kind, city["welfare"], people["甲"])


@pytest.mark.parametrize("scope", ["bureau", "everywhere"])
def test_nobody_makes_themselves_a_document_officer(factory, city, people, write, read, scope):
    values = {"scope": "all"} if scope == "everywhere" else {"scope": "subtree", "unit_id": city["welfare"]}
    for name in ("甲", "丙"):
        factory.grant(PrincipalKind.PERSON, people[name], "directory:unit:manage", **values)
        factory.grant(PrincipalKind.PERSON, people[name], "administration:system:manage")
    first, second = factory.actor(people["甲"]), factory.actor(people["丙"])
    with pytest.raises(Denied) as refused, write():
        duties.begin_duty(first, kind_of("document_officer"), city["welfare"], people["甲"])
    assert refused.value.code == "oneself"
    with write():
        duties.begin_duty(second, kind_of("document_officer"), city["welfare"], people["甲"])
    with read():
        assert can(first, "administration:record:dispose", unit_id=city["welfare"])


def test_whoever_holds_the_rights_already_may_take_the_duty_of_a_unit_below(factory, city, people, write):
    factory.duty(people["甲"], city["welfare"])
    below = factory.unit("保護第二課", city["welfare"])
    actor = factory.actor(people["甲"])
    with write():
        duties.begin_duty(actor, kind_of("function_administrator"), below, people["甲"])


def test_same_duty_twice_at_a_time_is_refused(manager, city, people, write):
    with write():
        duties.begin_duty(manager, kind_of("secretary"), city["welfare"], people["乙"])
    with pytest.raises(Conflict), write():
        duties.begin_duty(manager, kind_of("secretary"), city["welfare"], people["乙"])


@pytest.mark.parametrize(
    "values", [{"valid_to": date(2020, 1, 1)}, {"deputy_order": -1}, {"valid_from": date(9999, 12, 31)}]
)
def test_duty_that_does_not_fit_is_refused(manager, city, people, write, values):
    with pytest.raises((Invalid, NotFound)), write():
        duties.begin_duty(manager, kind_of("secretary"), city["welfare"], people["乙"], **values)


def test_duty_to_come_that_is_ended_never_begins(manager, city, people, write, read):
    with write():
        holder = duties.begin_duty(
            manager, kind_of("secretary"), city["welfare"], people["乙"], valid_from=date(2099, 4, 1)
        ).id
    with write():
        duties.end_duty(manager, holder)
    with read():
        assert session.scalar(select(func.count(DutyHolder.id))) == 0


def test_ended_duty_cannot_end_again(manager, city, people, write):
    with write():
        holder = duties.begin_duty(
            manager, kind_of("secretary"), city["welfare"], people["乙"], valid_from=date(2020, 4, 1)
        ).id
    with write():
        duties.end_duty(manager, holder)
    with pytest.raises(Conflict), write():
        duties.end_duty(manager, holder)


# ---- Groups ----


def test_personal_group_is_the_owners_alone(plain, manager, people, write, read):
    with write():
        made = groups.create_group(plain, GroupKind.PERSONAL, "よく連絡する人", [people["丙"]]).id
    for act in (
        lambda: groups.rename_group(manager, made, "x"),
        lambda: groups.set_members(manager, made, []),
        lambda: groups.delete_group(manager, made),
    ):
        with pytest.raises(NotFound), write():
            act()
    with read():
        assert members(made) == {people["丙"]}


def test_shared_group_belongs_to_the_managers_unit(manager, plain, city, people, write, read):
    with write():
        made = groups.create_group(
            manager, GroupKind.SHARED, "防災班", [people["乙"]], unit_id=city["welfare"]
        ).id
    with read():
        assert count_of([principal(PrincipalKind.GROUP, made).id], today()) == 1
    for act in (
        lambda: groups.set_members(plain, made, []),
        lambda: groups.create_group(plain, GroupKind.SHARED, "班", unit_id=city["welfare"]),
        lambda: groups.create_group(manager, GroupKind.SHARED, "班", unit_id=city["port"]),
        lambda: groups.create_group(manager, GroupKind.SHARED, "全庁の班"),
    ):
        with pytest.raises(Denied), write():
            act()


def test_members_who_are_taken_out_lose_the_group_at_once(manager, city, people, write, read):
    with write():
        made = groups.create_group(
            manager, GroupKind.SHARED, "防災班", [people["乙"], people["丙"]], unit_id=city["welfare"]
        ).id
    with write():
        groups.remove_members(manager, made, [people["乙"]])
        groups.add_members(manager, made, [people["甲"]])
    with read():
        assert members(made) == {people["甲"], people["丙"]}
        assert count_of([principal(PrincipalKind.GROUP, made).id], today()) == 2


def test_group_changed_by_somebody_else_in_between_is_not_overwritten(manager, city, people, write):
    with write():
        made = groups.create_group(manager, GroupKind.SHARED, "防災班", unit_id=city["welfare"]).id
    with write():
        groups.set_members(manager, made, [people["乙"]], version=1)
    with pytest.raises(Conflict), write():
        groups.set_members(manager, made, [people["丙"]], version=1)


def test_names_of_groups_are_checked(manager, city, write):
    with write():
        groups.create_group(manager, GroupKind.SHARED, "防災班", unit_id=city["welfare"])
    for name in ("防災班", "  防災班 ", "", "あ" * 101):
        with pytest.raises(Invalid) as caught, write():
            groups.create_group(manager, GroupKind.SHARED, name, unit_id=city["welfare"])
        assert "name" in caught.value.fields


def test_people_who_left_cannot_be_members(manager, city, people, factory, write):
    gone = factory.person("去 った", city["welfare"], factory.post("主事", 51), left_on=date(2020, 4, 1))
    with pytest.raises(Invalid) as caught, write():
        groups.create_group(manager, GroupKind.SHARED, "防災班", [gone], unit_id=city["welfare"])
    assert "members" in caught.value.fields


def test_deleted_group_is_nobodys_principal(manager, city, people, write, read):
    with write():
        made = groups.create_group(
            manager, GroupKind.SHARED, "防災班", [people["乙"]], unit_id=city["welfare"]
        ).id
    with write():
        groups.delete_group(manager, made)
    with read():
        assert count_of([principal(PrincipalKind.GROUP, made).id], today()) == 0
        assert session.scalar(select(func.count()).select_from(GroupMember)) == 0


# ---- Roles ----


def test_members_of_a_role_are_chosen_by_those_who_may_pass_its_rights_on(
    manager, factory, people, write, read
):
    with read():
        administrators = role("システム管理者")
    with pytest.raises(Denied), write():
        groups.set_members(manager, administrators, [people["甲"]])
    with write():
        groups.set_members(actor.system(), administrators, [people["甲"]])
    acting = factory.actor(people["甲"])
    with write():
        groups.add_members(acting, administrators, [people["乙"]])
    with read():
        assert members(administrators) == {people["甲"], people["乙"]}


def test_system_administrators_cannot_make_themselves_auditors(factory, people, write, read):
    with write():
        groups.set_members(actor.system(), role("システム管理者"), [people["甲"]])
    acting = factory.actor(people["甲"])
    with pytest.raises(Denied), write():
        groups.add_members(acting, role("監査担当者"), [people["甲"]])


def test_last_administrator_cannot_be_taken_out(factory, people, write, read):
    with write():
        groups.set_members(actor.system(), role("システム管理者"), [people["甲"]])
    acting = factory.actor(people["甲"])
    with pytest.raises(Conflict), write():
        groups.set_members(acting, role("システム管理者"), [])
    with read():
        assert members(role("システム管理者")) == {people["甲"]}


def test_role_with_rights_cannot_be_deleted(write, read):
    with pytest.raises(Conflict), write():
        groups.delete_group(actor.system(), role("監査担当者"))
    with write():
        made = groups.create_group(actor.system(), GroupKind.ROLE, "広報編集者").id
    with write():
        groups.delete_group(actor.system(), made)
    with read():
        assert session.get(Group, made) is None


def test_new_role_needs_the_right_to_grant(manager, write):
    with pytest.raises(Denied), write():
        groups.create_group(manager, GroupKind.ROLE, "広報編集者")


# ---- Section accounts ----


def test_section_account_is_made_once_and_called_like_its_unit(manager, city, write, read):
    with write():
        made = section_accounts.create_section_account(manager, city["welfare"]).id
    with pytest.raises(Conflict), write():
        section_accounts.create_section_account(manager, city["welfare"])
    with write():
        section_accounts.rename_section_account(manager, made, "福祉局 代表")
        section_accounts.switch_section_account(manager, made, is_active=False)
    with read():
        account = session.get(SectionAccount, made)
        assert (account.name, account.is_active) == ("福祉局 代表", False)


def test_section_account_of_another_bureau_is_denied(manager, city, write):
    with pytest.raises(Denied), write():
        section_accounts.create_section_account(manager, city["port"])
    with write():
        made = section_accounts.create_section_account(actor.system(), city["port"]).id
    with pytest.raises(Denied), write():
        section_accounts.switch_section_account(manager, made, is_active=False)


def test_every_act_is_audited_with_ids_only(manager, city, people, write, read):
    with write():
        duties.begin_duty(manager, kind_of("secretary"), city["welfare"], people["乙"])
        groups.create_group(manager, GroupKind.SHARED, "防災班", [people["乙"]], unit_id=city["welfare"])
        section_accounts.create_section_account(manager, city["welfare"])
    with read():
        records = session.scalars(select(AuditRecord).order_by(AuditRecord.id)).all()
        assert [record.action for record in records] == [
            "directory.duty_begun",
            "directory.group_created",
            "directory.section_account_created",
        ]
        assert {record.object_unit_id for record in records} == {city["welfare"]}
        assert "防災班" not in repr([record.details for record in records])


def test_standard_rights_of_the_roles_are_there_from_the_beginning(read):
    with read():
        statement = select(Grant.permission).join(Principal, Principal.id == Grant.principal_id)
        held = session.scalars(
            statement.where(
                Principal.kind == "group",
                Principal.ref == role("システム管理者"),
                Grant.valid_until == FOREVER,
            )
        )
        assert "administration:system:manage" in set(held)
