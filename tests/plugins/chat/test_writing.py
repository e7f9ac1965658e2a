"""That somebody is writing: who may tell it, where it is told, and to whom."""

from groupware.access.enums import PrincipalKind
from groupware.db import unit
from plugins.chat.enums import Role
from plugins.chat.permissions import KEEP, MANAGE_DESK
from plugins.chat.queries import writing
from plugins.chat.queries.rooms import RoomView
from plugins.chat.queries.writing import may_tell
from plugins.chat.services import desks, enquiries, members, rooms
from tests.plugins.chat.conftest import Office


def _may(office: Office, person_id: int, view: RoomView) -> bool:
    return bool(office.read(may_tell, person_id, view.id))


def test_who_writes_in_a_room_tells_it_and_who_only_reads_does_not(office: Office) -> None:
    room = office.open()
    view = office.view(office.owner, room)
    told = [_may(office, one, view) for one in (office.owner, office.member, office.reader, office.outsider)]
    assert told == [True, True, False, False]
    office.factory.grant(PrincipalKind.PERSON, office.outsider, KEEP)
    assert not _may(office, office.outsider, view)
    office.write(rooms.archive, office.owner, room)
    assert not _may(office, office.member, view)


def test_it_is_one_statement(office: Office, count_queries) -> None:
    view = office.view(office.owner, office.open())
    who = office.actor(office.member)
    with office.app.app_context(), unit("read"), count_queries() as statements:
        assert may_tell(who, view.id)
    assert len([one for one in statements.texts if "chat_" in one]) == 1


def test_a_large_room_is_not_told(office: Office) -> None:
    view = office.view(office.owner, office.open())
    crowd, clerk = office.factory.unit("こども局", office.city), office.factory.post("主任", 45)
    people = [office.factory.person(f"職員 {n}", crowd, clerk) for n in range(writing.PEOPLE - 4)]
    office.write(members.add, office.owner, view.uid, [office.named(PrincipalKind.UNIT_TREE, crowd)])
    assert len(people) == 196
    assert _may(office, office.member, view)
    office.write(members.add, office.owner, view.uid, office.people(office.outsider), Role.READER)
    assert not _may(office, office.moderator, view)


def test_in_an_enquiry_only_who_asks_tells_it(office: Office) -> None:
    office.factory.grant(PrincipalKind.PERSON, office.owner, MANAGE_DESK)
    desk = office.write(desks.open_desk, office.owner, office.shelter, "").uid
    room = office.write(enquiries.ask, office.outsider, desk, "様式", "どれですか。", key="a")
    view = office.view(office.outsider, room)
    assert _may(office, office.outsider, view)
    assert not _may(office, office.member, view)


def test_who_tells_it_too_often_is_not_heard(office: Office) -> None:
    view = office.view(office.owner, office.open())
    told = [_may(office, office.member, view) for _ in range(writing.TIMES + 3)]
    assert told == [True] * writing.TIMES + [False] * 3
    assert _may(office, office.owner, view)
