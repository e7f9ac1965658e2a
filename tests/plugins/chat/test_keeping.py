"""Rooms that nobody looks after, and words that a bureau does not want."""

from datetime import timedelta

import pytest

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.principals import rebuild
from groupware.audit.models import AuditRecord
from groupware.db import session, unit
from groupware.directory.models import Appointment, Person
from groupware.errors import Denied, Invalid, NotFound
from groupware.testing.signing_in import csrf_token, sign_in_as
from plugins.chat.enums import Role
from plugins.chat.permissions import KEEP
from plugins.chat.queries import keeping
from plugins.chat.rules import FORBIDDEN_WORDS
from plugins.chat.services import adopting, messages, rooms
from tests.plugins.chat.conftest import MORNING, Office


@pytest.fixture
def keeper(office: Office) -> int:
    """Somebody of 環境局 who decides about the rooms of 福祉局."""
    person = office.factory.person("総務 一", office.waste, office.factory.post("主任", 45))
    office.factory.grant(PrincipalKind.PERSON, person, KEEP, scope="subtree", unit_id=office.welfare)
    return person


def gone(office: Office, person: int) -> None:
    """The person has left the municipality."""
    with office.app.app_context(), unit("write"):
        session.query(Appointment).filter_by(person_id=person).delete()
        session.query(Person).filter_by(id=person).update({"left_on": clock.today()})
        rebuild([person])


def listed(office: Office, person: int) -> list[tuple[str, bool]]:
    """(name, whether it has an owner) of what they see."""
    return [(one.name, one.has_owner) for one in office.read(keeping.neglected, person)[0]]


def test_rooms_without_an_owner_and_silent_ones_are_listed(office: Office, keeper: int) -> None:
    office.open(name="静かな部屋")
    office.open(name="よその部屋", unit_id=office.waste)
    with clock.frozen(MORNING + timedelta(days=400)):
        lively = office.open(name="続く部屋")
        office.say(office.owner, lively)
        assert listed(office, keeper) == [("静かな部屋", True)]
        gone(office, office.owner)
        assert listed(office, keeper) == [("静かな部屋", False), ("続く部屋", False)]
        office.write(rooms.archive, keeper, lively)
        assert listed(office, keeper) == [("静かな部屋", False)]
    assert listed(office, office.member) == []


def test_who_decides_takes_over_what_nobody_owns_and_nothing_else(office: Office, keeper: int) -> None:
    room = office.open()
    with pytest.raises(NotFound):
        office.write(adopting.adopt, keeper, room)
    gone(office, office.owner)
    for person in (office.member, office.outsider):
        with pytest.raises((NotFound, Denied)):
            office.write(adopting.adopt, person, room)
    office.write(adopting.adopt, keeper, room)
    assert office.view(keeper, room).role is Role.OWNER
    with pytest.raises(NotFound):
        office.write(adopting.adopt, keeper, room)
    with office.app.app_context(), unit("read"):
        assert session.query(AuditRecord).filter_by(action=adopting.ADOPTED, person_id=keeper).count() == 1


def test_the_page_is_for_those_who_decide(office: Office, keeper: int) -> None:
    room = office.open()
    gone(office, office.owner)
    client = sign_in_as(office.app, keeper)
    assert "災害対策" in client.get("/chat/neglected").text
    token = csrf_token(client, "/chat/neglected")
    assert client.post(f"/chat/neglected/{room}/archive", data={"csrf_token": token}).location.endswith(
        "/chat/neglected"
    )
    assert "災害対策" not in client.get("/chat/neglected").text
    other = sign_in_as(office.app, office.member)
    assert other.get("/chat/neglected").status_code == other.get("/chat/neglected.csv").status_code == 404


def test_a_word_that_the_bureau_does_not_want_is_named(office: Office) -> None:
    room = office.open()
    sent = office.say(office.member, room, "了解です。")
    office.set_rule(FORBIDDEN_WORDS, "ばか、ﾊﾟｽﾜｰﾄﾞ\n極秘", office.welfare)
    for text, word in (("バカな話", "ばか"), ("パスワードは1234", "ﾊﾟｽﾜｰﾄﾞ")):
        with pytest.raises(Invalid) as refused:
            office.say(office.member, room, text)
        assert word in str(refused.value.fields["text"])
    with pytest.raises(Invalid):
        office.write(messages.edit, office.member, room, sent.uid, "極秘です。")
    office.say(office.member, room, "承知しました。")
    elsewhere = office.open(unit_id=office.waste)
    office.say(office.owner, elsewhere, "極秘です。")
