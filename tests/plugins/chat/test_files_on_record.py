"""Files of messages in what is kept of them: sealed records, log exports, requests for disclosure; and in the search."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from groupware.access.enums import PrincipalKind
from groupware.actor import system
from groupware.attachments.enums import ContentState
from groupware.attachments.models import Attachment, StoredFile
from groupware.attachments.queries import shown_files
from groupware.attachments.services import adding
from groupware.attachments.storage import vault
from groupware.db import session, unit
from groupware.errors import Invalid
from groupware.records import sealing
from groupware.search.services import Wanted, search
from groupware.search.services import files as words
from groupware.text.folding import fold
from plugins.chat.enums import EXTRACT, LOG, MESSAGE
from plugins.chat.permissions import LOGS
from plugins.chat.services import enclosing, exhibits, logs, messages, records
from plugins.chat.services.records import RecordPlan
from tests.plugins.chat.conftest import MORNING, Office

SPAN = {"since": MORNING - timedelta(hours=1), "until": MORNING + timedelta(hours=1)}
Put = Callable[..., UUID]


@pytest.fixture
def put(office: Office) -> Put:
    """Send a file in."""
    return lambda person, name, content=b"content": office.write(adding.add, person, name, content).uid


def _opened(office: Office, kind: str, key: int) -> tuple[dict[str, bytes], bytes]:
    with office.app.app_context(), unit("read"):
        (file,) = shown_files(kind, [key])[key]
        with vault().open(file.address, file.digest) as opened:
            content = opened.read()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}, content


def _entries(parts: dict[str, bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in parts["entries.jsonl"].splitlines()]


def _kept(office: Office, room: UUID) -> int:
    plan = RecordPlan(title="記録", classification="2", years=5, **SPAN)
    made = office.write(records.ask, office.owner, room, plan)
    with office.app.app_context(), unit("write"):
        records.seal(system("job"), made.id)
    key: int = made.id
    return key


def test_a_sealed_record_holds_the_files_and_proves_them(office: Office, put: Put) -> None:
    room = office.open()
    office.say(office.owner, room, "見取図です。", files=[put(office.owner, "見取図 #1.txt", b"plan")])
    gone = office.say(office.owner, room, "", files=[put(office.owner, "誤送信.txt", b"oops")])
    office.say(office.owner, room, "", files=[put(office.owner, "有害.txt", b"harm")])
    office.write(messages.delete, office.owner, room, gone.uid)
    with office.app.app_context(), unit("write"):
        harmful = select(Attachment.stored_id).where(Attachment.name == "有害.txt")
        session.execute(
            update(StoredFile).where(StoredFile.id.in_(harmful)).values(state=ContentState.REFUSED.value)
        )
    parts, content = _opened(office, EXTRACT, _kept(office, room))
    assert {name for name in parts if name.startswith("files/")} == {"files/1-1-見取図 #1.txt"}
    assert parts["files/1-1-見取図 #1.txt"] == b"plan"
    assert [one["files"] for one in _entries(parts)] == [
        [{"name": "見取図 #1.txt", "size": 4, "path": "files/1-1-見取図 #1.txt"}],
        [],
        [{"name": "有害.txt", "size": 4, "path": None}],
    ]
    document = parts["document.html"].decode()
    assert "%231.txt" in document
    assert "閲覧が止められているため" in document
    assert "誤送信" not in document
    assert sealing.verify(io.BytesIO(content)).faults == ()
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, b"other" if name.startswith("files/") else part)
    assert sealing.verify(changed).faults == ("files/1-1-見取図 #1.txt was changed.",)


def test_a_log_export_holds_the_files_of_deleted_messages(office: Office, put: Put) -> None:
    officers = [
        office.factory.person(f"監査 {one}", office.waste, office.factory.post("監察員", 45))
        for one in "一二"
    ]
    for one in officers:
        office.factory.grant(PrincipalKind.PERSON, one, LOGS, scope="subtree", unit_id=office.welfare)
    room = office.open()
    gone = office.say(office.member, room, "", files=[put(office.member, "消した.txt", b"gone")])
    office.write(messages.delete, office.member, room, gone.uid)
    log = office.write(logs.ask, officers[0], room, reason="確認", **SPAN)
    office.write(logs.approve, officers[1], log.uid)
    with office.app.app_context(), unit("write"):
        logs.seal(system("job"), log.id)
    parts, content = _opened(office, LOG, log.id)
    assert parts["files/1-1-消した.txt"] == b"gone"
    assert sealing.verify(io.BytesIO(content)).faults == ()


def test_more_than_one_sealed_file_takes_is_refused_in_time(
    office: Office, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enclosing, "LARGEST_MB", 0)
    room = office.open()
    office.say(office.owner, room, "文だけ")
    _kept(office, room)
    office.say(office.owner, room, "", files=[put(office.owner, "大.txt")])
    with pytest.raises(Invalid) as refused:
        _kept(office, room)
    assert set(refused.value.fields) == {"until"}


def test_a_request_for_disclosure_finds_and_names_files(office: Office, put: Put) -> None:
    room = office.open()
    said = office.say(office.owner, room, "", files=[put(office.owner, "入札調書.txt", b"x")])
    with office.app.app_context(), unit("read"):
        found = exhibits.find(fold("入札調書").split(), None, None, None, 5)
        assert [one.id for one in found] == [said.id]
        assert "ファイル：入札調書.txt" in exhibits.exhibit(said.id).text


def _search(office: Office, person: int, text: str) -> int:
    who = office.actor(person)
    with office.app.test_request_context(), unit("read"):
        return len(search(who, Wanted(text=text, kinds=(MESSAGE,))).hits)


def test_a_message_is_found_by_name_and_words_of_its_files(office: Office, put: Put) -> None:
    room = office.open()
    uid = put(office.owner, "備蓄一覧.txt", "毛布 三百枚".encode())
    said = office.say(office.owner, room, "", files=[uid])
    with office.app.app_context(), unit("read"):
        stored = session.scalars(select(Attachment.stored_id).where(Attachment.uid == uid)).one()
    with office.app.app_context():
        words.read(system("job"), stored)
    for text in ("備蓄一覧", "三百枚"):
        assert _search(office, office.member, text) == 1
        assert _search(office, office.outsider, text) == 0
    office.write(messages.delete, office.owner, room, said.uid)
    for text in ("備蓄一覧", "三百枚"):
        assert _search(office, office.member, text) == 0
