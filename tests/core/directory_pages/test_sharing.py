"""Groups that members make and share: who sees, changes and owns them, through transfer and retirement."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.principals import rebuild
from groupware.audit.models import AuditRecord
from groupware.caches import bump
from groupware.db import session, unit
from groupware.directory.enums import GroupKind
from groupware.directory.models import Appointment, Group, Person
from groupware.directory.picking import parse_principals, recent_choices, remember
from groupware.directory.queries.choices import matches, visible_groups
from groupware.directory.services.groups import create_group, delete_group, rename_group, set_members
from groupware.directory.services.sharing import (
    hand_over_group,
    may_take_over,
    share_group,
    take_over_group,
)
from groupware.directory.tree import CACHE
from groupware.errors import Conflict, Denied, Invalid, NotFound
from tests.core.directory_pages.test_managing_pages import flashed, post

OWNER, EDITOR, VIEWER, OTHER = "東 主事", "西 係長", "南 主事", "北 主事"


@pytest.fixture
def people(city):
    """Four people: the owner and the editor of 保護課, a viewer of 道路課, and somebody else."""
    for name, unit_name, post_name in (
        (OWNER, "保護課", "主事"),
        (EDITOR, "保護課", "係長"),
        (VIEWER, "道路課", "主事"),
        (OTHER, "建設総務課", "主事"),
    ):
        city.person(name, unit_name, post_name)
    return city


def write(city, act, name, *args, **values):
    who = city.factory.actor(city.people[name])
    with city.app.app_context(), unit("write"):
        return act(who, *args, **values)


def seen(city, name):
    who = city.factory.actor(city.people[name])
    with city.app.app_context(), unit("read"):
        return [(one.name, one.may_edit) for one in visible_groups(who) if one.kind is GroupKind.PERSONAL]


def keys(city, *names):
    return [f"person:{city.people[name]}" for name in names]


@pytest.fixture
def group(people):
    """朝会, shared with 道路課; 西 係長 may change it."""
    made = write(people, create_group, OWNER, GroupKind.PERSONAL, "朝会", [people.people[VIEWER]])
    write(people, share_group, OWNER, made.id, [f"unit_tree:{people.units['道路課']}"], keys(people, EDITOR))
    return made.id


def test_group_is_seen_by_those_it_is_shared_with(people, group):
    assert seen(people, OWNER) == seen(people, EDITOR) == [("朝会", True)]
    assert seen(people, VIEWER) == [("朝会", False)]
    assert seen(people, OTHER) == []
    write(people, share_group, OWNER, group, [], [])
    assert seen(people, VIEWER) == seen(people, EDITOR) == []


def test_editor_changes_it_and_only_the_owner_decides_about_it(people, group):
    write(people, rename_group, EDITOR, group, "夕会")
    write(people, set_members, EDITOR, group, [people.people[OTHER]])
    assert seen(people, VIEWER) == [("夕会", False)]
    for name in (EDITOR, VIEWER):
        for act in (
            lambda who: share_group(who, group, [], []),
            lambda who: hand_over_group(who, group, who.person_id),
            lambda who: delete_group(who, group),
            lambda who: take_over_group(who, group),
        ):
            with pytest.raises(Denied):
                write(people, act, name)
    with pytest.raises(Denied):
        write(people, set_members, VIEWER, group, [])
    for act in (rename_group, share_group, take_over_group):
        more = {rename_group: ("x",), share_group: ([], []), take_over_group: ()}[act]
        with pytest.raises(NotFound):
            write(people, act, OTHER, group, *more)


def test_it_can_be_named_by_those_who_see_it_and_by_nobody_else(people, group):
    def named(who):
        found = [one.value for one in matches("朝会", who, only_people=False)]
        return found, [one.ref for one in parse_principals([f"group:{group}"], who)]

    assert write(people, named, VIEWER) == ([f"group:{group}"], [group])
    with pytest.raises(Invalid):
        write(people, named, OTHER)
    write(people, remember, VIEWER, [f"group:{group}"])
    assert [one.detail for one in write(people, recent_choices, VIEWER)] == ["共有グループ"]
    write(people, share_group, OWNER, group, [], [])
    assert write(people, recent_choices, VIEWER) == []


def test_whoever_is_transferred_sees_it_no_longer(people, group):
    with people.app.app_context(), unit("write"):
        session.execute(
            update(Appointment)
            .where(Appointment.person_id == people.people[VIEWER])
            .values(unit_id=people.units["建設総務課"])
        )
        rebuild([people.people[VIEWER]])
    assert seen(people, VIEWER) == []


def test_new_owner_decides_and_the_old_one_goes_on_changing(people, group):
    write(people, create_group, VIEWER, GroupKind.PERSONAL, "朝会")
    write(people, hand_over_group, OWNER, group, people.people[VIEWER])
    assert seen(people, VIEWER) == [("朝会", True), ("朝会 (2)", True)]
    assert seen(people, OWNER) == [("朝会 (2)", True)]
    with pytest.raises(Denied):
        write(people, share_group, OWNER, group, [], [])
    for wrong in (people.people[VIEWER], 0):
        with pytest.raises(Invalid):
            write(people, hand_over_group, VIEWER, group, wrong)
    with people.app.app_context(), unit("read"):
        acts = session.scalars(
            select(AuditRecord.action).where(AuditRecord.object_type == "core.group")
        ).all()
    assert "directory.group_handed_over" in acts


def leave(city, name):
    with city.app.app_context(), unit("write"):
        session.get_one(Person, city.people[name]).left_on = clock.today() - timedelta(days=1)
        session.flush()
        rebuild([city.people[name]])
        bump(CACHE)


def test_group_of_somebody_who_left_is_taken_over(people, group):
    leave(people, OWNER)
    assert write(people, may_take_over, EDITOR, group)
    assert not write(people, may_take_over, VIEWER, group)
    leave(people, EDITOR)
    assert not write(people, may_take_over, OTHER, group)
    write(people, take_over_group, VIEWER, group)
    write(people, share_group, VIEWER, group, [], [])
    assert seen(people, VIEWER) == [("朝会", True)]


@pytest.mark.parametrize("wrong", [["everyone:0"], ["rank:10"], ["person:999999"], ["x"]])
def test_shared_with_people_and_organisations_only(people, group, wrong):
    with pytest.raises(Invalid):
        write(people, share_group, OWNER, group, wrong, [])


def test_shares_are_not_too_many_and_not_of_another_version(people, group, monkeypatch):
    monkeypatch.setattr("groupware.directory.services.sharing.MOST", 1)
    with pytest.raises(Invalid, match="1件"):
        write(people, share_group, OWNER, group, keys(people, VIEWER), keys(people, OTHER))
    with pytest.raises(Conflict):
        write(people, share_group, OWNER, group, [], [], version=99)


def test_editor_passes_no_right_on_that_they_do_not_have(people, group):
    people.factory.grant(PrincipalKind.GROUP, group, "directory:unit:manage", scope="all")
    with pytest.raises(Denied):
        write(people, set_members, EDITOR, group, [people.people[EDITOR]])
    write(people, set_members, OWNER, group, [people.people[OWNER]])


def test_walled_people_see_groups_of_their_own_people_only(people, group, sign_in):
    body = people.factory.unit("港湾公社", kind="外郭団体", official_order=900)
    people.units["港湾公社"] = body
    for name in ("港 花子", "湾 次郎"):
        people.person(name, "港湾公社", "主事")
    write(people, share_group, OWNER, group, keys(people, "港 花子"), [])
    mine = write(people, create_group, "湾 次郎", GroupKind.PERSONAL, "公社", [people.people["湾 次郎"]])
    write(people, share_group, "湾 次郎", mine.id, keys(people, "港 花子"), [])
    listed = sign_in(people.people["港 花子"]).get("/directory/groups").text
    assert "公社" in listed
    assert "朝会" not in listed


def test_pages(people, group, sign_in):
    client = sign_in(people.people[OWNER])
    with people.app.app_context(), unit("read"):
        address = f"/directory/groups/{session.get_one(Group, group).uid}"
    assert "道路課(全体)" in client.get(address).text
    form = client.get(f"{address}/edit").text
    assert f'name="editors" value="person:{people.people[EDITOR]}"' in form
    made = post(
        client,
        "/directory/groups/new",
        name="夕会",
        members=keys(people, OWNER),
        viewers=keys(people, VIEWER),
    )
    assert "南 主事" in flashed(client, made)
    viewer = sign_in(people.people[VIEWER])
    listed = viewer.get("/directory/groups").text
    assert "夕会" in listed
    assert OWNER in listed
    assert viewer.get(f"{made.location}/edit").status_code == 403
    assert viewer.get(made.location).status_code == 200
    assert sign_in(people.people[OTHER]).get(made.location).status_code == 404
    assert post(client, made.location, f"{made.location}/hand-over", person="x").status_code == 422
    handed = post(
        client, made.location, f"{made.location}/hand-over", person=f"person:{people.people[VIEWER]}"
    )
    assert "引き継ぎました" in flashed(client, handed)
    assert post(client, made.location, f"{made.location}/take-over").status_code == 403
    assert viewer.get(f"{made.location}/edit").status_code == 200


def test_groups_page_takes_as_many_queries_for_many(people, group, sign_in, count_queries):
    client = sign_in(people.people[VIEWER])
    client.get("/directory/groups")
    with count_queries() as one:
        client.get("/directory/groups")
    for n in range(3):
        made = write(people, create_group, EDITOR, GroupKind.PERSONAL, f"班{n}", [people.people[OTHER]])
        write(people, share_group, EDITOR, made.id, keys(people, VIEWER), [])
    client.get("/directory/groups")
    with count_queries() as several:
        client.get("/directory/groups")
    assert len(one.texts) == len(several.texts)
