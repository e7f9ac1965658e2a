"""Log exports: two officers, a reason, a time, a trace; neither of them alone, and nobody else."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.actor import system
from groupware.attachments.queries import shown_files
from groupware.attachments.services.handing import handed, is_recorded
from groupware.attachments.storage import vault
from groupware.audit.models import AuditRecord
from groupware.db import session, unit
from groupware.errors import Conflict, Denied, Invalid, NeedsElevation, NotFound
from groupware.testing.signing_in import csrf_token, sign_in_as
from plugins.chat.enums import LOG, LogState
from plugins.chat.models import LogExport
from plugins.chat.permissions import LOGS
from plugins.chat.queries import logs as seen
from plugins.chat.services import logs, messages, rooms
from tests.plugins.chat.conftest import MORNING, Office

SPAN = {"since": MORNING - timedelta(hours=1), "until": MORNING + timedelta(hours=1)}


def officer(office: Office, name: str) -> int:
    """Somebody of 環境局 who belongs to no room."""
    return office.factory.person(name, office.waste, office.factory.post("監察員", 45))


@pytest.fixture
def officers(office: Office) -> tuple[int, int]:
    """Two who decide about the rooms of 福祉局."""
    made = officer(office, "監査 一"), officer(office, "監査 二")
    for one in made:
        office.factory.grant(PrincipalKind.PERSON, one, LOGS, scope="subtree", unit_id=office.welfare)
    return made


def asked(office: Office, person: int, room, **changes) -> LogExport:
    """A request."""
    return office.write(logs.ask, person, room, **(SPAN | {"reason": "苦情の事実確認"} | changes))


def seal(office: Office, log: LogExport) -> None:
    """The job."""
    with office.app.app_context(), unit("write"):
        logs.seal(system("job"), log.id)


def file_of(office: Office, log: LogExport):
    """The file of an export, or None."""
    with office.app.app_context(), unit("read"):
        return next(iter(shown_files(LOG, [log.id]).get(log.id, [])), None)


def test_neither_officer_reads_alone(office: Office, officers) -> None:
    first, second = officers
    room = office.open()
    office.say(office.owner, room, "予算の件です。")
    gone = office.say(office.member, room, "失言です。")
    office.write(messages.delete, office.member, room, gone.uid)
    log = asked(office, first, room)
    seal(office, log)
    assert file_of(office, log) is None
    with pytest.raises(Denied):
        office.write(logs.approve, first, log.uid)
    office.write(logs.approve, second, log.uid)
    with pytest.raises(Conflict):
        office.write(logs.refuse, second, log.uid)
    seal(office, log)
    file = file_of(office, log)
    for person in officers:
        assert office.read(lambda actor: is_recorded(handed(actor, file.uid)), person)
    for person in (office.owner, office.member, office.outsider):
        with pytest.raises(NotFound):
            office.read(handed, person, file.uid)
        with pytest.raises(NotFound):
            office.read(seen.export, person, log.uid)
    with office.app.app_context(), unit("read"):
        with (
            vault().open(file.address, file.digest) as opened,
            zipfile.ZipFile(io.BytesIO(opened.read())) as archive,
        ):
            entries = [json.loads(line) for line in archive.read("entries.jsonl").splitlines()]
        acts = (
            session.query(AuditRecord).filter(AuditRecord.object_type == LOG).order_by(AuditRecord.id).all()
        )
        assert [(one.action, one.person_id) for one in acts if one.outcome == "done"] == [
            ("chat.log_asked", first),
            ("chat.log_approved", second),
            ("record.sealed", None),
        ]
    assert [one["text"] for one in entries] == ["予算の件です。", ""]
    assert [old["text"] for old in entries[1]["earlier"]] == ["失言です。"]
    # Another officer of the same organisation knows of it from the register, and reads nothing.
    third = officer(office, "監査 三")
    office.factory.grant(PrincipalKind.PERSON, third, LOGS)
    assert office.read(seen.export, third, log.uid).state == LogState.SEALED
    with pytest.raises(NotFound):
        office.read(handed, third, file.uid)


def test_the_time_ends_and_with_it_the_file(office: Office, officers) -> None:
    first, second = officers
    room = office.open()
    office.say(office.owner, room)
    log = asked(office, first, room)
    office.write(logs.approve, second, log.uid)
    seal(office, log)
    file = file_of(office, log)
    with clock.frozen(MORNING + timedelta(days=13)), office.app.app_context(), unit("write"):
        logs.end(system("job"))
    assert office.read(handed, first, file.uid)
    with clock.frozen(MORNING + timedelta(days=14)):
        with pytest.raises(NotFound):
            office.read(handed, first, file.uid)
        with office.app.app_context(), unit("write"):
            logs.end(system("job"))
        assert office.read(seen.export, first, log.uid).state == LogState.ENDED
    assert file_of(office, log) is None


def test_officers_reach_the_rooms_of_their_organisations_alone(office: Office, officers) -> None:
    first, _ = officers
    inside, outside = office.open(), office.open(name="災害ごみ", unit_id=office.waste)
    talk = office.write(rooms.direct, office.owner, office.member).uid
    assert [row.uid for row in office.read(seen.rooms, first, "災害")] == [inside]
    assert office.read(seen.rooms, first, "") == office.read(seen.rooms, first, "佐藤") == []
    for room in (outside, talk):
        with pytest.raises(NotFound):
            asked(office, first, room)
    with pytest.raises(NotFound):
        asked(office, office.owner, inside)
    whole = officer(office, "監査 三")
    office.factory.grant(PrincipalKind.PERSON, whole, LOGS)
    assert [row.uid for row in office.read(seen.rooms, whole, "佐藤 高橋")] == [talk]
    log = asked(office, whole, talk)
    with pytest.raises(NotFound):
        office.write(logs.approve, first, log.uid)


def test_a_request_needs_a_reason_a_time_and_the_password(office: Office, officers) -> None:
    room = office.open()
    for changes, field in (
        ({"reason": " "}, "reason"),
        ({"reason": "あ" * 501}, "reason"),
        ({"since": None}, "since"),
        ({"until": SPAN["since"]}, "until"),
    ):
        with pytest.raises(Invalid) as refused:
            asked(office, officers[0], room, **changes)
        assert set(refused.value.fields) == {field}
    actor = office.factory.actor(officers[0], elevated=False)
    with pytest.raises(NeedsElevation), office.app.app_context(), unit("write"):
        logs.ask(actor, room, **SPAN, reason="確認")


def test_the_pages_lead_from_asking_to_the_file_and_members_are_told(office: Office, officers) -> None:
    first, second = officers
    room = office.open()
    office.say(office.owner, room)
    client = sign_in_as(office.app, first, elevated=True)
    assert f"/chat/{room}/log" in client.get("/chat/logs?q=災害").text
    form = {
        "csrf_token": csrf_token(client, f"/chat/{room}/log"),
        "since": "2026-11-24T07:00",
        "until": "2026-11-24T09:00",
        "reason": "苦情の事実確認",
    }
    assert client.post(f"/chat/{room}/log", data=form | {"reason": ""}).status_code == 422
    address = client.post(f"/chat/{room}/log", data=form).location
    assert "/approve" not in client.get(address).text
    other = sign_in_as(office.app, second, elevated=True)
    assert "苦情の事実確認" in other.get(address).text
    token = csrf_token(other, address)
    assert other.post(f"{address}/approve", data={"csrf_token": token}).status_code == 302
    with office.app.app_context(), unit("read"):
        (log,) = session.query(LogExport).all()
    seal(office, log)
    assert ".zip" in other.get(address).text
    assert ".zip" in client.get(address).text
    member = sign_in_as(office.app, office.member)
    assert "2人の担当者" in member.get(f"/chat/{room}/members").text
    assert member.get("/chat/logs").status_code == member.get("/chat/logs.csv").status_code == 404
    assert "/chat/logs" not in member.get("/chat/").text
    assert "/chat/logs" in client.get("/chat/").text
