"""What every instance begins with, and that it is given once only."""

import pytest
from sqlalchemy import select

from groupware.access import can, held, revoke
from groupware.access.models import Grant
from groupware.access.standard import give_standard_grants, standard_grants
from groupware.actor import system
from groupware.plugin import CONTRACT, Permission, Plugin
from groupware.registry import Registry

OWN = (
    "administration:rule:set",
    "administration:account:manage",
    "directory:unit:manage",
    "portal:page:write",
)
SHOP = Plugin(
    id="shop",
    contract=CONTRACT,
    title="Shop",
    summary="Shop.",
    icon="info",
    order=1,
    in_menu=False,
    permissions=(
        Permission(id="shop:shelf:set", title="Set", is_elevated=True),
        Permission(id="shop:article:manage", title="Manage"),
        Permission(id="shop:article:read", title="Read"),
    ),
)


@pytest.mark.parametrize("permission", OWN)
def test_function_administrator_holds_the_administration_of_the_own_organisation(
    factory, city, read, permission
):
    actor = factory.actor(city.administrator)
    with read():
        assert can(actor, permission, unit_id=city.care)
        assert not can(actor, permission, unit_id=city.waste)
        assert not can(actor, permission)


def test_roles_hold_their_part_and_no_more(factory, city, read):
    administrator, auditor = factory.actor(city.system_administrator), factory.actor(city.auditor)
    with read():
        assert held(administrator, "administration:system:manage").everywhere
        assert not held(administrator, "administration:audit:read")
        assert held(auditor, "administration:audit:read").everywhere
        assert not held(auditor, "administration:system:manage")


def test_plugins_elevated_permissions_go_to_both_kinds_of_administrator_and_content_to_neither():
    given = {(g.permission, bool(g.role)) for g in standard_grants(Registry([SHOP]))}
    shop = {entry for entry in given if entry[0].startswith("shop:")}
    assert shop == {("shop:shelf:set", True), ("shop:shelf:set", False), ("shop:article:manage", False)}


def test_what_was_taken_back_is_not_given_again(factory, city, write):
    with write() as session:
        assert give_standard_grants() == 0
        number = session.scalars(select(Grant.id).where(Grant.permission == "portal:page:write")).one()
        revoke(system(), number)
        assert give_standard_grants() == 0
