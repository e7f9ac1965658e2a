"""Rooms: who may do what to them, and what those see who may not."""

import itertools
from uuid import uuid4

import pytest

from groupware.access.enums import PrincipalKind
from groupware.access.principals import rebuild
from groupware.db import session, unit
from groupware.directory.models import Appointment
from groupware.errors import Conflict, Denied, Invalid, NotFound
from plugins.chat.enums import Role, RoomKind
from plugins.chat.models import Member, Room
from plugins.chat.permissions import KEEP, READ
from plugins.chat.queries import directory, own_rooms
from plugins.chat.queries import rooms as seen
from plugins.chat.rules import OPEN_ROOMS, OPENING
from plugins.chat.services import members, rooms
from plugins.chat.services.rooms import RoomPlan
from tests.plugins.chat.conftest import Office

ROLES = ("owner", "moderator", "member", "reader", "outsider")


def _member_id(office: Office, room, person: int) -> int:
    lines = office.read(lambda actor: directory.members(seen.one(actor, room)), office.owner)
    return next(line.id for line in lines if line.person_id == person)


def _plan(office: Office, **changes) -> RoomPlan:
    return RoomPlan(**({"name": "新しい名前", "unit_id": office.shelter} | changes))


ACTS = {
    "change": (lambda o, r: (rooms.change, r, _plan(o)), {"version": 1}, 3),
    "add": (lambda o, r: (members.add, r, o.people(o.outsider)), {}, 3),
    "add_owner": (lambda o, r: (members.add, r, o.people(o.outsider), Role.OWNER), {}, 4),
    "remove": (lambda o, r: (members.remove, r, _member_id(o, r, o.reader)), {}, 3),
    "remove_moderator": (lambda o, r: (members.remove, r, _member_id(o, r, o.moderator)), {}, 4),
    "role": (lambda o, r: (members.change_role, r, _member_id(o, r, o.reader), Role.MEMBER), {}, 4),
    "archive": (lambda o, r: (rooms.archive, r), {}, 4),
    "reopen": (lambda o, r: (rooms.reopen, r), {}, 4),
}


def test_every_verb_asks_every_role(office: Office) -> None:
    """Owner, moderator, member and reader each stand on one step; for an outsider the room does not exist."""
    found, wanted = {}, {}
    for (name, (act, values, least)), (step, role) in itertools.product(
        ACTS.items(), zip((4, 3, 2, 1, 0), ROLES, strict=True)
    ):
        room = office.open()
        function, *arguments = act(office, room)
        try:
            office.write(function, getattr(office, role), *arguments, **values)
            found[name, role] = "done"
        except (Denied, NotFound) as error:
            found[name, role] = type(error).__name__
        wanted[name, role] = "done" if step >= least else "Denied" if step else "NotFound"
    assert found == wanted


def test_an_outsider_sees_what_is_not_there(office: Office) -> None:
    room = office.open()
    office.say(office.owner, room)
    with pytest.raises(NotFound) as hidden:
        office.view(office.outsider, room)
    with pytest.raises(NotFound) as absent:
        office.view(office.outsider, uuid4())
    assert str(hidden.value) == str(absent.value)
    with pytest.raises(NotFound):
        office.write(rooms.join, office.outsider, room)
    key = office.view(office.owner, room).id
    assert office.read(seen.is_readable, office.reader, key)
    assert not office.read(seen.is_readable, office.outsider, key)
    assert office.read(own_rooms.mine, office.outsider) == []


def test_membership_follows_transfers(office: Office) -> None:
    section = office.named(PrincipalKind.UNIT, office.waste)
    room = office.open(roles=False, members=[(section, Role.MEMBER)])
    assert office.view(office.outsider, room).role is Role.MEMBER
    with office.app.app_context(), unit("write"):
        session.query(Appointment).filter_by(person_id=office.outsider).update(
            {"unit_id": office.environment}
        )
        rebuild([office.outsider])
    with pytest.raises(NotFound):
        office.view(office.outsider, room)


def test_the_strongest_role_and_the_longest_membership_count(office: Office) -> None:
    room = office.open(roles=False, shows_past=False)
    office.say(office.owner, room, "一")
    office.write(
        members.add, office.owner, room, [office.named(PrincipalKind.UNIT, office.waste)], Role.READER
    )
    office.say(office.owner, room, "二")
    office.write(members.add, office.owner, room, office.people(office.outsider), Role.MODERATOR)
    found = office.view(office.outsider, room)
    assert (found.role, found.floor) == (Role.MODERATOR, 1)
    assert office.texts(office.outsider, room) == ["二"]
    assert len(office.read(own_rooms.mine, office.outsider)) == 1


def test_a_room_needs_an_owner(office: Office) -> None:
    room = office.open()
    for act, *arguments in (
        (rooms.leave, room),
        (members.remove, room, _member_id(office, room, office.owner)),
        (members.change_role, room, _member_id(office, room, office.owner), Role.MEMBER),
    ):
        with pytest.raises(Conflict) as refused:
            office.write(act, office.owner, *arguments)
        assert refused.value.code == "last_owner"


def test_who_leaves_is_remembered_and_may_be_added_again(office: Office) -> None:
    room = office.open()
    office.write(rooms.leave, office.member, room)
    with pytest.raises(NotFound):
        office.view(office.member, room)
    office.write(members.add, office.moderator, room, office.people(office.member))
    assert office.view(office.member, room).role is Role.MEMBER
    with office.app.app_context(), unit("read"):
        ended = session.query(Member).filter(Member.ended_at.is_not(None)).all()
    assert len(ended) == 1


def test_who_belongs_by_section_cannot_leave(office: Office) -> None:
    room = office.open(roles=False, members=[(office.named(PrincipalKind.UNIT, office.waste), Role.MEMBER)])
    with pytest.raises(Conflict) as refused:
        office.write(rooms.leave, office.outsider, room)
    assert refused.value.code == "by_section"


def test_open_rooms_are_found_and_joined(office: Office) -> None:
    shown = office.open(is_open=True, name="図書館の改修", purpose="駅前分館")
    office.open(name="図書館の人事")
    archived = office.open(is_open=True, name="図書館の昔")
    office.write(rooms.archive, office.owner, archived)
    found, more = office.read(directory.open_rooms, office.outsider, "図書館")
    assert ([one.name for one in found], more) == (["図書館の改修"], None)
    assert (found[0].people, found[0].is_mine) == (4, False)
    assert len(office.read(directory.open_rooms, office.outsider, "分館")[0]) == 1
    office.write(rooms.join, office.outsider, shown)
    office.write(rooms.join, office.outsider, shown)
    assert office.view(office.outsider, shown).role is Role.MEMBER
    found, _ = office.read(directory.open_rooms, office.outsider)
    assert (found[0].people, found[0].is_mine) == (5, True)
    with pytest.raises(NotFound):
        office.write(rooms.join, office.outsider, archived)


def test_the_directory_goes_on_after_the_last_name(office: Office, monkeypatch) -> None:
    for name in ("い", "ろ", "は"):
        office.open(is_open=True, name=name, roles=False)
    monkeypatch.setattr(directory, "PAGE", 2)
    monkeypatch.setattr(directory, "_open_page", directory._open_page.limit(3))
    first, after = office.read(directory.open_rooms, office.outsider)
    rest, end = office.read(directory.open_rooms, office.outsider, "", after)
    assert (len(first), len(rest), end) == (2, 1, None)
    assert {one.name for one in first + rest} == {"い", "ろ", "は"}


def test_two_people_have_one_room_and_each_one_of_their_own(office: Office) -> None:
    first = office.write(rooms.direct, office.owner, office.outsider)
    second = office.write(rooms.direct, office.outsider, office.owner)
    own = office.write(rooms.own, office.owner)
    assert first.id == second.id != own.id
    assert office.write(rooms.direct, office.owner, office.owner).id == own.id
    assert office.view(office.owner, first.uid).title == "伊藤 杏"
    assert office.view(office.outsider, first.uid).title == "佐藤 葵"
    assert office.view(office.owner, own.uid).kind is RoomKind.OWN
    with pytest.raises(NotFound):
        office.view(office.member, first.uid)
    with pytest.raises(NotFound):
        office.write(rooms.direct, office.owner, 10_000)
    for act, *arguments in (
        (rooms.leave, first.uid),
        (rooms.archive, first.uid),
        (members.add, first.uid, office.people(office.member)),
    ):
        with pytest.raises(Conflict):
            office.write(act, office.owner, *arguments)


def test_bad_plans_are_refused_at_their_fields(office: Office) -> None:
    for changes, at in (
        ({"name": "  "}, {"name"}),
        ({"name": "長" * 61, "purpose": "長" * 501}, {"name", "purpose"}),
        ({"unit_id": None}, {"unit_id"}),
        ({"unit_id": 10_000}, {"unit_id"}),
    ):
        with pytest.raises(Invalid) as refused:
            office.write(rooms.make, office.owner, _plan(office, **changes))
        assert set(refused.value.fields) == at
    with pytest.raises(Conflict):
        office.write(rooms.change, office.owner, office.open(), _plan(office), version=9)


def test_bureaus_decide_who_opens_rooms_and_whether_to_all(office: Office) -> None:
    office.set_rule(OPEN_ROOMS, False, office.welfare)
    with pytest.raises(Invalid) as refused:
        office.open(is_open=True)
    assert set(refused.value.fields) == {"is_open"}
    office.set_rule(OPENING, "granted", office.welfare)
    with pytest.raises(Denied):
        office.open()
    office.write(rooms.make, office.outsider, _plan(office, unit_id=office.waste, is_open=True))


def test_a_grant_lets_read_and_keep_without_belonging(office: Office) -> None:
    room = office.open()
    office.say(office.owner, room)
    office.factory.grant(PrincipalKind.PERSON, office.outsider, READ)
    found = office.view(office.outsider, room)
    assert (found.role, found.may_send, len(office.texts(office.outsider, room))) == (None, False, 1)
    assert office.read(own_rooms.mine, office.outsider) == []
    with pytest.raises(Denied):
        office.say(office.outsider, room)
    with pytest.raises(Denied):
        office.write(rooms.archive, office.outsider, room)
    office.factory.grant(PrincipalKind.PERSON, office.outsider, KEEP)
    office.write(rooms.archive, office.outsider, room)
    assert office.view(office.owner, room).archived_at is not None


def test_a_withdrawn_room_exists_for_nobody(office: Office) -> None:
    room = office.open()
    office.write(rooms.withdraw, office.owner, office.view(office.owner, room).id)
    with pytest.raises(NotFound):
        office.view(office.owner, room)
    with office.app.app_context(), unit("read"):
        assert session.query(Room).one().deleted_at is not None
