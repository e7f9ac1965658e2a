"""Categories and their rights."""

import uuid

import pytest
from sqlalchemy import select

from groupware.access.enums import PrincipalKind
from groupware.actor import system
from groupware.db import session, unit
from groupware.directory.picking import Ref
from groupware.errors import Conflict, Denied, Invalid, NeedsElevation, NotFound
from plugins.bulletin.enums import Right
from plugins.bulletin.models import Category
from plugins.bulletin.queries import board as lists
from plugins.bulletin.queries import categories as shelves
from plugins.bulletin.queries.audience import EVERYONE
from plugins.bulletin.queries.postings import opened
from plugins.bulletin.services import categories
from plugins.bulletin.services.categories import Plan


def test_category_is_for_holders_of_the_permission_over_its_unit(board):
    plan = Plan(name="福祉局から", unit_id=board.welfare, rights=categories.OPEN_TO_ALL)
    with pytest.raises(Denied):
        board.write(categories.create, board.author, plan)
    board.factory.grant(
        PrincipalKind.PERSON,
        board.author,
        "bulletin:category:manage",
        scope="subtree",
        unit_id=board.welfare,
    )
    board.write(categories.create, board.author, plan)
    with pytest.raises(Denied):
        board.write(categories.create, board.author, Plan(name="全市", rights=categories.OPEN_TO_ALL))
    relaxed = board.actor(board.author, elevated=False)
    with board.app.app_context(), unit("write"), pytest.raises(NeedsElevation):
        categories.create(relaxed, plan)


def test_category_manager_changes_it_without_a_grant(board):
    uid, _ = board.make_category(
        "研修", read=(EVERYONE,), manage=(Ref(PrincipalKind.PERSON, board.colleague),)
    )
    plan = Plan(
        name="研修・講演", rights={Right.READ: (EVERYONE,), Right.MANAGE: (EVERYONE,)}, is_active=False
    )
    with pytest.raises(Denied):
        board.write(categories.change, board.author, uid, plan, version=1)
    board.write(categories.change, board.colleague, uid, plan, version=1)
    with pytest.raises(Conflict):
        board.write(categories.change, board.colleague, uid, plan, version=1)
    assert [s.name for s in board.read(shelves.managed, board.author)] == ["研修・講演"]


def test_category_that_is_hidden_looks_absent(board):
    uid, _ = board.make_category("環境局", read=(Ref(PrincipalKind.UNIT_TREE, board.environment),))
    for target in (uid, uuid.uuid4()):
        with pytest.raises(NotFound) as refusal:
            board.read(shelves.category, board.author, target)
        assert (
            str(refusal.value.message)
            == "お探しのページは見つかりません。削除されたか、閲覧できない設定になっています。"
        )
        with pytest.raises(NotFound):
            board.write(categories.remove, board.author, target)


def test_category_without_a_reader_a_name_or_a_known_colour_is_refused(board, write):
    with write(), pytest.raises(Invalid) as refusal:
        categories.create(system(), Plan(name=" ", hue="pink", rights={}, description="x" * 501))
    assert sorted(refusal.value.fields) == ["description", "hue", "name", "read"]


def test_closed_category_takes_nothing_new_and_keeps_what_it_has(board):
    uid = board.post()
    with board.app.app_context(), unit("write"):
        categories.change(
            system(),
            board.category,
            Plan(name="お知らせ", rights=categories.OPEN_TO_ALL, is_active=False),
            version=1,
        )
    with pytest.raises(Invalid):
        board.post()
    assert board.read(opened, board.colleague, uid).item.uid == uid


def test_category_in_use_cannot_be_deleted_and_an_unused_one_can(board, read):
    board.post()
    unused, _ = board.make_category("未使用")
    with board.app.app_context(), unit("write"):
        with pytest.raises(Conflict):
            categories.remove(system(), board.category)
        categories.remove(system(), unused)
    with read():
        assert session.scalars(select(Category.name)).all() == ["お知らせ"]


def test_category_changes_places_with_its_neighbour(board):
    second, _ = board.make_category("二")
    with board.app.app_context(), unit("write"):
        categories.move(system(), second, is_up=True)
        categories.move(system(), second, is_up=True)
    assert [s.name for s in board.read(shelves.readable, board.author)] == ["二", "お知らせ"]


def test_right_that_is_taken_away_hides_the_postings_at_once(board):
    uid = board.post()
    with board.app.app_context(), unit("write"):
        plan = Plan(name="お知らせ", rights={Right.READ: (Ref(PrincipalKind.PERSON, board.mayor),)})
        categories.change(system(), board.category, plan, version=1)
    with pytest.raises(NotFound):
        board.read(opened, board.colleague, uid)
    assert board.read(lists.page, board.colleague, lists.View.CURRENT).items == []


def test_category_leads_to_who_can_read_in_it_and_why(board, sign_in):
    client = sign_in(board.colleague)
    address = f"/admin/explain?type=bulletin.category&amp;uid={board.category}"
    assert address not in client.get("/bulletin/").text
    assert address in client.get(f"/bulletin/?category={board.category_id}").text
    assert "お知らせ" in client.get(f"/bulletin/?category={board.category_id}").text
    assert client.get(address.replace("&amp;", "&")).status_code == 200
