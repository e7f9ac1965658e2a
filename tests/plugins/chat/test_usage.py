"""Counts of use: right, by bureau, for those who may, and nothing but counts."""

from datetime import timedelta

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.testing.signing_in import sign_in_as
from plugins.chat.permissions import USAGE
from plugins.chat.queries import usage as queries
from plugins.chat.services import rooms
from tests.plugins.chat.conftest import MORNING, Office

TODAY = clock.local(MORNING).date()


def test_messages_people_and_rooms_are_counted_by_bureau(office: Office) -> None:
    first, second = office.open(), office.open(unit_id=office.welfare)
    office.open(name="ごみ", unit_id=office.waste)
    for room in (first, second):
        office.say(office.owner, room)
    office.say(office.member, first)
    talk = office.write(rooms.direct, office.owner, office.outsider).uid
    office.say(office.owner, talk)
    office.factory.grant(PrincipalKind.PERSON, office.member, USAGE)
    office.factory.grant(
        PrincipalKind.PERSON, office.outsider, USAGE, scope="subtree", unit_id=office.environment
    )

    def counted(person: int, day=TODAY) -> list[tuple[str, int, int, int, int]]:
        found = office.read(queries.usage, person, day, day)
        return [(one.name, one.rooms, one.lively, one.messages, one.people) for one in found]

    assert counted(office.member) == [("福祉局", 2, 2, 3, 2), ("環境局", 1, 0, 0, 0)]
    assert counted(office.outsider) == [("環境局", 1, 0, 0, 0)]
    assert counted(office.member, TODAY - timedelta(days=1))[0] == ("福祉局", 2, 0, 0, 0)
    assert counted(office.owner) == []
    client = sign_in_as(office.app, office.member)
    page = client.get("/chat/usage?from=2026-11-01&to=2099-01-01").text
    assert "福祉局" in page
    assert "佐藤" not in page.partition("<main")[2]
    other = sign_in_as(office.app, office.owner)
    assert other.get("/chat/usage").status_code == other.get("/chat/usage.csv").status_code == 404
