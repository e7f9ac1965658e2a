"""Whoever adds somebody to a role passes on all that the role carries, and is measured by it."""

import pytest
from sqlalchemy import select

from groupware.access import held
from groupware.access.enums import PrincipalKind
from groupware.access.roles import create_role, enrol, expel, grants_of_role
from groupware.access.standard import AUDITORS, SYSTEM_ADMINISTRATORS
from groupware.actor import system
from groupware.audit.models import AuditRecord
from groupware.db import session
from groupware.directory.models import Group
from groupware.errors import Conflict, Denied, Invalid, NotFound

SYSTEM = "administration:system:manage"
AUDIT = "administration:audit:read"


def role(name):
    return session.scalars(select(Group.id).where(Group.name == name)).one()


def test_member_of_a_role_holds_its_rights_at_once(factory, city, write):
    actor, newcomer = factory.actor(city.system_administrator), factory.actor(city.clerk)
    with write():
        assert enrol(actor, role(SYSTEM_ADMINISTRATORS), [city.clerk]) == 1
        assert held(newcomer, SYSTEM).everywhere
        assert enrol(actor, role(SYSTEM_ADMINISTRATORS), [city.clerk]) == 0


def test_system_administrator_cannot_appoint_auditors(factory, city, write):
    administrator, auditor = factory.actor(city.system_administrator), factory.actor(city.auditor)
    with write():
        with pytest.raises(Denied):
            enrol(administrator, role(AUDITORS), [city.system_administrator])
        assert enrol(auditor, role(AUDITORS), [city.clerk]) == 1


def test_clerk_can_enrol_nobody(factory, city, write):
    actor = factory.actor(city.clerk)
    with write():
        for name in (AUDITORS, SYSTEM_ADMINISTRATORS):
            with pytest.raises(Denied):
                enrol(actor, role(name), [city.clerk])
        with pytest.raises(Denied):
            create_role(actor, "報道担当")


def test_role_without_rights_is_filled_by_those_who_manage_rights(factory, city, write):
    factory.grant(PrincipalKind.PERSON, city.staff, "administration:grant:manage")
    actor = factory.actor(city.staff)
    with write():
        made = create_role(actor, " 報道担当 ")
        assert made.name == "報道担当"
        assert enrol(actor, made.id, [city.clerk, city.auditor]) == 2
        assert grants_of_role(made.id, actor) == []


@pytest.mark.parametrize("name", ["", "  ", "あ" * 101, SYSTEM_ADMINISTRATORS])
def test_name_that_does_not_do_is_refused(city, write, name):
    with write(), pytest.raises(Invalid) as refused:
        create_role(system(), name)
    assert "name" in refused.value.fields


def test_expelled_member_holds_nothing_any_more(factory, city, write):
    other = factory.actor(city.clerk)
    with write():
        enrol(system(), role(SYSTEM_ADMINISTRATORS), [city.clerk])
        expel(system(), role(SYSTEM_ADMINISTRATORS), city.clerk)
        assert not held(other, SYSTEM)
        with pytest.raises(Conflict):
            expel(system(), role(SYSTEM_ADMINISTRATORS), city.clerk)


def test_last_system_administrator_stays(city, write):
    with write(), pytest.raises(Conflict) as refused:
        expel(system(), role(SYSTEM_ADMINISTRATORS), city.system_administrator)
    assert refused.value.code == "last_administrator"


def test_people_who_are_not_here_and_groups_that_are_no_roles_are_refused(city, write):
    with write():
        with pytest.raises(Invalid):
            enrol(system(), role(AUDITORS), [city.clerk, 999_999])
        with pytest.raises(Invalid):
            enrol(system(), role(AUDITORS), [])
        group = Group(kind="shared", name="昼食会")
        session.add(group)
        session.flush()
        with pytest.raises(NotFound):
            enrol(system(), group.id, [city.clerk])


def test_changes_of_a_role_are_audited_with_ids(city, write, read):
    with write():
        enrol(system(), role(AUDITORS), [city.clerk])
        expel(system(), role(AUDITORS), city.clerk)
    with read():
        found = session.execute(select(AuditRecord.action, AuditRecord.details)).all()
    assert [tuple(row) for row in found] == [
        ("access.role_enrolled", {"person_ids": [city.clerk]}),
        ("access.role_expelled", {"person_ids": [city.clerk]}),
    ]
