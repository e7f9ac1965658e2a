"""Files where guests are: text only, unless the city lets files reach them; then what the rules of the zones let pass."""

import io
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from groupware.attachments.models import Attachment
from groupware.attachments.services import adding
from groupware.db import session, unit
from groupware.errors import Invalid
from groupware.guards.enums import Act
from groupware.guards.rules import ZONE_RULES
from groupware.testing.signing_in import csrf_token
from plugins.chat.enums import Inviting
from plugins.chat.queries import rooms as seen
from plugins.chat.rules import GUEST_FILES, GUESTS
from plugins.chat.services import filing, rooms
from tests.plugins.chat.conftest import Office
from tests.plugins.chat.test_guests import _browser, _invited

NAME = "内部資料.txt"


@pytest.fixture
def room(office: Office) -> uuid.UUID:
    """A room in which a file was sent before a guest came."""
    office.set_rule(GUESTS, Inviting.OWNERS.value)
    found: uuid.UUID = office.open()
    office.say(office.owner, found, "資料です。", files=[_put(office)])
    office.say(office.owner, found, "", files=[_put(office)])
    return found


@pytest.fixture
def guest(office: Office, room: uuid.UUID) -> FlaskClient:
    """The browser of the guest."""
    return _browser(office, _invited(office, room)[1])


def _put(office: Office) -> uuid.UUID:
    found: uuid.UUID = office.write(adding.add, office.owner, NAME, b"inside").uid
    return found


def _uids(office: Office) -> list[uuid.UUID]:
    with office.app.app_context(), unit("read"):
        return list(session.scalars(select(Attachment.uid).order_by(Attachment.id)))


def _addresses(office: Office, room: uuid.UUID, file: uuid.UUID) -> Iterator[tuple[str, str]]:
    """Every address of the house into which a file can be named, with the room where it asks for one."""
    bound = office.app.url_map.bind("localhost")
    for rule in office.app.url_map.iter_rules():
        names = rule.arguments
        if "file_uid" in names:
            values: dict[str, Any] = {"uid": room, "file_uid": file}
        elif names == {"uid"} or (rule.endpoint.startswith("attachments.") and "uid" in names):
            values = {name: file if name == "uid" else 1 for name in names}
        else:
            continue
        yield rule.endpoint, bound.build(rule.endpoint, values)


def test_by_default_no_file_reaches_a_guest(office: Office, room: uuid.UUID, guest: FlaskClient) -> None:
    page = guest.get(f"/chat/{room}").text
    assert "資料です。" in page
    assert NAME not in page
    assert "ファイルは庁外の参加者には表示されません。" in page
    reached = [
        (endpoint, address)
        for file in _uids(office)
        for endpoint, address in _addresses(office, room, file)
        if guest.get(address).status_code not in (404, 405)
    ]
    assert reached == []
    with pytest.raises(Invalid, match="庁外の参加者がいるため"):
        office.say(office.owner, room, "", files=[_put(office)])
    assert 'name="files_new"' not in page


def test_where_the_city_lets_files_reach_guests_that_is_the_only_address(
    office: Office, room: uuid.UUID, guest: FlaskClient
) -> None:
    office.set_rule(GUEST_FILES, value=True)
    other = office.open()
    office.say(office.owner, room, "", files=[_put(office)])
    office.say(office.owner, other, "", files=[_put(office)])
    assert guest.get(f"/chat/{room}").text.count(f">{NAME}</a>") == 3
    *mine, elsewhere = _uids(office)
    reached = {
        endpoint
        for file in mine
        for endpoint, address in _addresses(office, room, file)
        if guest.get(address).status_code not in (404, 405)
    }
    assert reached == {"chat.file"}
    answer = guest.get(f"/chat/{room}/files/{mine[0]}")
    assert answer.data == b"inside"
    assert "attachment" in answer.headers["Content-Disposition"]
    for place in (room, other):
        assert guest.get(f"/chat/{place}/files/{elsewhere}").status_code == 404


def test_the_zone_decides_what_a_guest_may_take(office: Office, room: uuid.UUID, guest: FlaskClient) -> None:
    office.set_rule(GUEST_FILES, value=True)
    office.set_rule(ZONE_RULES[Act.DOWNLOAD], [])
    assert guest.get(f"/chat/{room}/files/{_uids(office)[0]}").status_code == 403


@pytest.mark.parametrize("lets_files", [False, True])
def test_a_guest_sends_no_files(
    office: Office, room: uuid.UUID, guest: FlaskClient, *, lets_files: bool
) -> None:
    office.set_rule(GUEST_FILES, value=lets_files)
    before = len(_uids(office))
    token = csrf_token(guest, f"/chat/{room}")
    form = {"csrf_token": token, "key": "g", "text": "写真", "files_new": (io.BytesIO(b"photo"), "photo.txt")}
    assert guest.post(f"/chat/{room}/messages", data=form).status_code == 422
    form = {"csrf_token": token, "key": "g", "text": "写真", "files": str(_uids(office)[0])}
    assert guest.post(f"/chat/{room}/messages", data=form).status_code == 422
    assert guest.post("/attachments/uploads", json={"name": "a.txt", "size": 3}).status_code in (400, 404)
    assert len(_uids(office)) == before


def test_a_room_may_be_stricter_than_the_city(office: Office, room: uuid.UUID) -> None:
    office.set_rule(GUEST_FILES, value=True)

    def may(person: int) -> bool:
        found: bool = office.read(lambda who: filing.may_attach(who, seen.one(who, room)), person)
        return found

    assert may(office.member)
    office.write(rooms.set_text_only, office.owner, room, is_text_only=True)
    assert not may(office.member)
    with office.app.app_context(), unit("read"):
        assert session.scalar(select(func.count()).select_from(Attachment)) == 2
