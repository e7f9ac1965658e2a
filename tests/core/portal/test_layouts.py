"""Arranging tabs: who may, what is kept, and two people at it at once."""

import pytest
from sqlalchemy import select

from groupware.audit.models import AuditRecord
from groupware.errors import Conflict, Denied, Invalid, NeedsElevation, NotFound
from groupware.portal.models import PortalLayout
from groupware.portal.services import layouts
from groupware.portal.services.layouts import Edit, Owner
from groupware.rules.services import set_rule

COMMON = Owner("common")


@pytest.fixture
def own(city):
    return Owner(f"person-{city.clerk}", person_id=city.clerk)


@pytest.fixture
def columns_of(read):
    def find(actor, owner):
        with read():
            return layouts.arrangement(actor, owner).columns

    return find


def test_default_common_arrangement_follows_the_declared_columns_and_orders(city, factory, columns_of):
    actor = factory.actor(city.system_administrator)
    columns = columns_of(actor, COMMON)
    assert columns == {
        "main": ["portal.pending", "sample.news"],
        "side": ["portal.launcher", "directory.section", "portal.contacts"],
    }


def test_saved_order_is_there_again(city, factory, write, columns_of, own):
    actor = factory.actor(city.clerk)
    wanted = {
        "main": ["sample.news", "portal.launcher"],
        "side": ["portal.contacts", "portal.pending", "directory.section"],
    }
    with write():
        assert layouts.save_order(actor, own, Edit(0, "w"), wanted) == 1
    assert columns_of(actor, own) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        {"main": ["sample.news"], "side": []},
        {"main": ["sample.news", "portal.pending", "x.y"], "side": ["portal.launcher", "portal.contacts"]},
        {
            "main": ["sample.news", "portal.pending"],
            "side": ["portal.launcher", "portal.contacts"],
            "attic": [],
        },
        {},
    ],
)
def test_order_of_other_blocks_is_refused(city, factory, write, own, wanted):
    actor = factory.actor(city.clerk)
    with pytest.raises(Invalid), write():
        layouts.save_order(actor, own, Edit(0, "w"), wanted)


def test_same_editor_may_write_again_and_again(city, factory, write, own):
    actor = factory.actor(city.clerk)
    edit = Edit(0, "same-page")
    for move in ("down", "up", "right"):
        with write():
            layouts.move_block(actor, own, edit, "portal.pending", move)


def test_other_editor_of_the_same_version_is_told_to_look_again(city, factory, write, own):
    actor = factory.actor(city.clerk)
    with write():
        layouts.move_block(actor, own, Edit(0, "first"), "portal.pending", "down")
    with pytest.raises(Conflict), write():
        layouts.move_block(actor, own, Edit(0, "second"), "portal.pending", "right")


def test_editor_without_a_word_needs_the_version(city, factory, write, own):
    actor = factory.actor(city.clerk)
    with write():
        layouts.move_block(actor, own, Edit(0, ""), "portal.pending", "down")
    with pytest.raises(Conflict), write():
        layouts.move_block(actor, own, Edit(0, ""), "portal.pending", "down")
    with write():
        assert layouts.move_block(actor, own, Edit(1, ""), "portal.pending", "up")


def test_move_at_the_edge_changes_nothing(city, factory, write, read, own):
    actor = factory.actor(city.clerk)
    with write():
        assert not layouts.move_block(actor, own, Edit(0, "w"), "portal.pending", "up")
    with read():
        assert layouts.arrangement(actor, own).is_default


def test_unknown_move_is_refused(city, factory, write, own):
    actor = factory.actor(city.clerk)
    with pytest.raises(Invalid), write():
        layouts.move_block(actor, own, Edit(0, "w"), "portal.pending", "sideways")


def test_removed_block_is_offered_and_can_be_added(city, factory, write, read, own):
    actor = factory.actor(city.clerk)
    edit = Edit(0, "w")
    with write():
        layouts.move_block(actor, own, edit, "portal.launcher", "remove")
    with read():
        assert "portal.launcher" in layouts.arrangement(actor, own).unused
    with write():
        layouts.add_block(actor, own, edit, "portal.launcher", "main")
    with read():
        assert layouts.arrangement(actor, own).columns["main"][-1] == "portal.launcher"


@pytest.mark.parametrize(
    ("key", "column"), [("sample.honour", "main"), ("x.y", "main"), ("sample.news", "top")]
)
def test_what_may_not_stand_there_cannot_be_added(city, factory, write, own, key, column):
    actor = factory.actor(city.clerk)
    with pytest.raises(NotFound), write():
        layouts.add_block(actor, own, Edit(0, "w"), key, column)


def test_reset_returns_to_the_standard_arrangement(city, factory, write, read, own):
    actor = factory.actor(city.clerk)
    with write():
        layouts.move_block(actor, own, Edit(0, "w"), "portal.pending", "right")
        layouts.reset(actor, own, Edit(0, "w"))
    with read():
        assert layouts.arrangement(actor, own).is_default


def test_block_of_a_switched_off_function_keeps_its_place(city, factory, write, columns_of):
    actor = factory.actor(city.system_administrator)
    factory.grant("person", city.system_administrator, "administration:rule:set")
    with write():
        layouts.move_block(actor, COMMON, Edit(0, "w"), "sample.news", "up")
        set_rule(actor, "sample.enabled", None, False)
    assert columns_of(actor, COMMON)["main"] == ["portal.pending"]
    with write():
        layouts.move_block(actor, COMMON, Edit(1, "w"), "portal.pending", "right")
        set_rule(actor, "sample.enabled", None, True)
    assert columns_of(actor, COMMON)["main"] == ["sample.news"]


def test_order_saved_while_a_function_is_off_keeps_its_block(city, factory, write, columns_of):
    actor = factory.actor(city.system_administrator)
    factory.grant("person", city.system_administrator, "administration:rule:set")
    with write():
        set_rule(actor, "sample.enabled", None, False)
        layouts.move_block(actor, COMMON, Edit(0, "w"), "portal.pending", "right")
    with write():
        set_rule(actor, "sample.enabled", None, True)
        layouts.add_block(actor, COMMON, Edit(1, ""), "sample.news", "main")
        set_rule(actor, "sample.enabled", None, False)
    with write():
        layouts.save_order(
            actor,
            COMMON,
            Edit(2, "w"),
            {"main": ["portal.pending"], "side": ["portal.launcher", "directory.section", "portal.contacts"]},
        )
        set_rule(actor, "sample.enabled", None, True)
    assert columns_of(actor, COMMON)["main"] == ["portal.pending", "sample.news"]


def test_clerk_may_not_arrange_the_common_tab(city, factory, write):
    actor = factory.actor(city.clerk)
    with pytest.raises(Denied), write():
        layouts.move_block(actor, COMMON, Edit(0, "w"), "sample.news", "up")


def test_function_administrator_arranges_the_own_section_only(city, factory, write):
    actor = factory.actor(city.administrator)
    with write():
        layouts.add_block(
            actor, Owner(f"unit-{city.section}", city.section), Edit(0, "w"), "sample.news", "main"
        )
    for unit_id in (city.bureau, city.other_section):
        with pytest.raises(Denied), write():
            layouts.add_block(actor, Owner(f"unit-{unit_id}", unit_id), Edit(0, "w"), "sample.news", "main")


def test_arranging_for_others_needs_the_password_again(city, factory, write):
    actor = factory.actor(city.system_administrator, elevated=False)
    with pytest.raises(NeedsElevation), write():
        layouts.move_block(actor, COMMON, Edit(0, "w"), "sample.news", "up")


@pytest.mark.parametrize("name", ["unit-999999", "unit-x", "person-1", "", "attic"])
def test_owner_that_does_not_exist_is_not_found(city, factory, read, name):
    actor = factory.actor(city.clerk)
    with read(), pytest.raises(NotFound):
        layouts.owner_of(actor, name)


def test_change_for_others_is_audited_and_ones_own_is_not(city, factory, write, read, own):
    actor = factory.actor(city.clerk)
    other_actor = factory.actor(city.system_administrator)
    with write():
        layouts.move_block(actor, own, Edit(0, "w"), "sample.news", "up")
        layouts.move_block(other_actor, COMMON, Edit(0, "w"), "sample.news", "up")
    with read() as session:
        records = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "portal.layout_changed")
        ).all()
        assert [record.person_id for record in records] == [city.system_administrator]
        assert len(session.scalars(select(PortalLayout)).all()) == 2
