"""Records made of rooms: who may make and have them, what stands in the file, and that it stays as it was."""

import io
import itertools
import json
import zipfile
from datetime import date, timedelta
from uuid import UUID

import pytest

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.actor import system
from groupware.attachments.queries import shown_files
from groupware.attachments.services.handing import handed
from groupware.attachments.storage import vault
from groupware.audit.models import AuditRecord
from groupware.db import session, unit
from groupware.directory.models import Appointment
from groupware.errors import Denied, Invalid, NotFound
from groupware.jobs.models import QueuedJob
from groupware.records import sealing
from groupware.records.queries import candidates, kinds
from groupware.testing.signing_in import csrf_token, sign_in_as
from plugins.chat.enums import EXTRACT, Alerting
from plugins.chat.models import Extract, Message
from plugins.chat.permissions import RECORD
from plugins.chat.queries import extracts
from plugins.chat.services import exhibits, members, messages, records, rooms, scheduling, tasks
from plugins.chat.services.records import RecordPlan
from plugins.chat.services.scheduling import Later
from plugins.chat.services.tasks import TaskPlan
from tests.plugins.chat.conftest import MORNING, Office

HOUR = timedelta(hours=1)


def plan(**changes) -> RecordPlan:
    """An hour around the morning."""
    wanted = {
        "title": "雨漏りの対応",
        "since": MORNING - HOUR,
        "until": MORNING + HOUR,
        "classification": "2",
        "years": 5,
    }
    return RecordPlan(**(wanted | changes))


def keep(office: Office, person: int, room, **changes) -> Extract:
    """A record that was asked for and sealed."""
    made = office.write(records.ask, person, room, plan(**changes))
    with office.app.app_context(), unit("write"):
        records.seal(system("job"), made.id)
    return made


def content(office: Office, extract: Extract) -> bytes:
    """Its file."""
    with office.app.app_context(), unit("read"):
        (file,) = shown_files(EXTRACT, [extract.id])[extract.id]
        with vault().open(file.address, file.digest) as opened:
            return opened.read()


def test_who_may_have_a_record_made(office: Office) -> None:
    """Who moderates; document officers who are in the room; both of two; nobody for whom the room does not exist."""
    room = office.open()
    office.say(office.member, room)
    found = {}
    for role in ("owner", "moderator", "member", "reader", "outsider"):
        try:
            office.write(records.ask, getattr(office, role), room, plan())
            found[role] = "done"
        except (Denied, NotFound) as error:
            found[role] = type(error).__name__
    assert found == {
        "owner": "done",
        "moderator": "done",
        "member": "Denied",
        "reader": "Denied",
        "outsider": "NotFound",
    }
    for person in (office.member, office.outsider):
        office.factory.grant(PrincipalKind.PERSON, person, RECORD, scope="subtree", unit_id=office.welfare)
    assert office.write(records.ask, office.member, room, plan()).made_by == office.member
    with pytest.raises(NotFound):
        office.write(records.ask, office.outsider, room, plan())
    talk = office.write(rooms.direct, office.reader, office.outsider).uid
    office.say(office.reader, talk)
    assert office.write(records.ask, office.outsider, talk, plan()).unit_id == office.waste
    with office.app.app_context(), unit("read"):
        asked = session.query(AuditRecord).filter_by(action=records.ASKED).count()
        assert asked == session.query(QueuedJob).filter_by(kind=records.SEAL).count() == 4


def test_the_file_says_who_they_were_then_and_stays_as_it_was(office: Office) -> None:
    room = office.open()
    first = office.say(office.owner, room, "<b>毛布</b>は百枚です。")
    gone = office.say(office.member, room, "失言です。")
    office.write(messages.delete, office.member, room, gone.uid)
    office.say(office.member, room, "承知しました。", reply_to=first.uid)
    made = keep(office, office.owner, room)
    before = content(office, made)
    with clock.frozen(MORNING + timedelta(days=1)):
        office.write(messages.edit, office.owner, room, first.uid, "毛布は千枚です。")
        with office.app.app_context(), unit("write"):
            session.query(Appointment).filter_by(person_id=office.owner).update({"unit_id": office.waste})
            records.seal(system("job"), made.id)
    assert content(office, made) == before
    with zipfile.ZipFile(io.BytesIO(before)) as archive:
        lines = [json.loads(line) for line in archive.read("entries.jsonl").splitlines()]
        about = json.loads(archive.read("manifest.json"))["about"]
        document = archive.read("document.html").decode()
    assert [(one["seq"], one["name"], one["organisation"], one["post"], one["text"]) for one in lines] == [
        (1, "佐藤 葵", "保護課", "係長", "<b>毛布</b>は百枚です。"),
        (2, "高橋 凛", "保護課", "主事", ""),
        (3, "高橋 凛", "保護課", "主事", "承知しました。"),
    ]
    assert lines[2]["reply_to"] == 1
    assert lines[1]["deleted_at"]
    assert (about["organisation"], about["retention_years"]) == ("福祉局 保護課", 5)
    assert about["members"] == ["佐藤 葵", "鈴木 蓮", "高橋 凛", "田中 湊"]
    assert "&lt;b&gt;毛布&lt;/b&gt;は百枚です。" in document
    assert "失言" not in document
    found = sealing.verify(io.BytesIO(before))
    assert (found.faults, found.number) == ((), 3)
    with office.app.app_context(), unit("read"):
        row = session.get_one(Extract, made.id)
        assert (row.seal, row.head, row.number) == (found.seal, found.head, 3)
        assert sealing.is_registered(found.seal)
        assert not sealing.is_registered("0" * 64)


def test_nothing_of_before_somebody_came_is_in_their_record(office: Office) -> None:
    room = office.open(roles=False, shows_past=False)
    office.say(office.owner, room, "前の話")
    office.write(members.add, office.owner, room, office.people(office.member), records.Role.MODERATOR)
    with pytest.raises(Invalid):
        office.write(records.ask, office.member, room, plan())
    office.say(office.owner, room, "後の話")
    made = keep(office, office.member, room)
    with office.app.app_context(), unit("read"):
        text = session.get_one(Extract, made.id).text
    assert "後の話" in text
    assert "前の話" not in text


def entries(file: bytes) -> list[dict]:
    """What stands in a file, in order."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return [json.loads(line) for line in archive.read("entries.jsonl").splitlines()]


def test_tasks_of_the_time_are_in_it_as_they_are(office: Office) -> None:
    """What was set before and done in the time belongs to it, what was set and done outside does not; deleted ones say nothing."""
    room = office.open()
    doing = [f"person:{office.member}"]

    def task(what: str, **more) -> UUID:
        return office.write(tasks.make, office.owner, room, TaskPlan(what, **more))

    with clock.frozen(MORNING - 5 * HOUR):
        old, never = task("名簿を作る", assignees=doing, due_on=date(2026, 11, 30)), task("よその話")
    gone = task("取り消す仕事")
    office.write(tasks.remove, office.owner, room, gone)
    office.write(tasks.finish, office.member, room, old)
    with clock.frozen(MORNING + 5 * HOUR):
        office.write(tasks.finish, office.member, room, never)
    made = keep(office, office.owner, room)
    assert made.number == 0
    file = content(office, made)
    found = [
        {name: one[name] for name in ("what", "for", "due_on", "done_by")}
        | {"done": bool(one["done_at"]), "deleted": bool(one["deleted_at"])}
        for one in entries(file)
    ]
    assert found == [
        {
            "what": "名簿を作る",
            "for": ["高橋 凛"],
            "due_on": "2026-11-30",
            "done_by": "高橋 凛",
            "done": True,
            "deleted": False,
        },
        {"what": "", "for": [], "due_on": None, "done_by": "", "done": False, "deleted": True},
    ]
    assert sealing.verify(io.BytesIO(file)).faults == ()
    with office.app.app_context(), unit("read"):
        kind = kinds()[EXTRACT]
        assert [one.id for one in kind.find(["名簿"], None, None, None, 5)] == [made.id]
        assert "取り消す仕事" not in kind.exhibit(made.id).text
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert "取り消す仕事" not in archive.read("document.html").decode()


def test_tasks_of_before_somebody_came_are_not_in_their_record(office: Office) -> None:
    room = office.open(roles=False, shows_past=False)
    office.write(tasks.make, office.owner, room, TaskPlan("前の仕事"))
    with clock.frozen(MORNING + HOUR / 2):
        office.write(members.add, office.owner, room, office.people(office.member), records.Role.MODERATOR)
        with pytest.raises(Invalid):
            office.write(records.ask, office.member, room, plan())
        office.write(tasks.make, office.owner, room, TaskPlan("後の仕事"))
        made = keep(office, office.member, room)
    assert [one["what"] for one in entries(content(office, made))] == ["後の仕事"]


def test_how_a_message_was_said_stands_in_it(office: Office) -> None:
    """Urgent, without notice, put by to be sent later; of what its sender sent at once after all nothing was sent later."""
    room = office.open()
    due = MORNING + timedelta(minutes=10)
    office.say(office.owner, room, "避難指示です。", loudness=Alerting.URGENT)
    later = office.write(
        scheduling.schedule, office.owner, room, Later("見積りです。", due, "later", loudness=Alerting.SILENT)
    )
    by_hand = office.write(scheduling.schedule, office.owner, room, Later("今送ります。", due, "by-hand"))
    office.write(scheduling.send_now, office.owner, by_hand.uid)
    with clock.frozen(due), office.app.app_context(), unit("write"):
        scheduling.deliver(system("job"), later.id, 1)
    made = keep(office, office.owner, room)
    file = content(office, made)
    assert [(one["text"], one["loudness"], one["scheduled_at"]) for one in entries(file)] == [
        ("避難指示です。", "urgent", None),
        ("今送ります。", "usual", None),
        ("見積りです。", "silent", MORNING.isoformat(timespec="seconds")),
    ]
    with office.app.app_context(), unit("read"):
        text = session.get_one(Extract, made.id).text
        day = exhibits.exhibit(session.query(Message).filter_by(seq=1).one().id).text
    for words in ("[至急]", "2026-11-24 08:00 に送信予約"):
        assert words in text
        assert words in day


def test_a_record_of_before_tasks_were_in_it_still_verifies(office: Office) -> None:
    """What was asked for before has no time for tasks, and entries of another shape follow one another as they did."""
    room = office.open()
    office.say(office.owner, room)
    office.write(tasks.make, office.owner, room, TaskPlan("名簿を作る"))
    made = office.write(records.ask, office.owner, room, plan())
    with office.app.app_context(), unit("write"):
        session.query(Extract).filter_by(id=made.id).update({"tasks_since": None})
    with office.app.app_context(), unit("write"):
        records.seal(system("job"), made.id)
    assert [one.get("seq") for one in entries(content(office, made))] == [1]
    older = sealing.sealed({"title": "前の記録"}, [{"seq": 1, "text": "承知しました。"}], {}, MORNING)
    assert sealing.verify(io.BytesIO(older.content)).faults == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "あ" * 101}, "title"),
        ({"since": None}, "since"),
        ({"until": MORNING - HOUR}, "until"),
        ({"since": MORNING + HOUR, "until": MORNING + 2 * HOUR}, "until"),
        ({"classification": "1"}, "classification"),
        ({"classification": "9"}, "classification"),
        ({"years": 31}, "years"),
        ({"years": None}, "years"),
    ],
)
def test_bad_input_is_refused_at_its_field(office: Office, changes, field: str) -> None:
    room = office.open()
    office.say(office.owner, room)
    with pytest.raises(Invalid) as refused:
        office.write(records.ask, office.owner, room, plan(**changes))
    assert set(refused.value.fields) == {field}


def test_who_sees_a_record_and_gets_its_file(office: Office) -> None:
    """Who made it, who moderates the room, document officers of its organisation; the same for page, list and file."""
    room = office.open()
    office.say(office.owner, room)
    made = keep(office, office.moderator, room)
    office.factory.grant(
        PrincipalKind.PERSON, office.outsider, RECORD, scope="subtree", unit_id=office.welfare
    )
    with office.app.app_context(), unit("read"):
        (file,) = shown_files(EXTRACT, [made.id])[made.id]
    may = {"owner": True, "moderator": True, "member": False, "reader": False, "outsider": True}
    for (role, is_seen), way in itertools.product(may.items(), ("list", "page", "file")):
        person = getattr(office, role)
        if way == "list":
            assert bool(office.read(extracts.records, person)[0]) is is_seen, role
            continue
        act, key = (extracts.record, made.uid) if way == "page" else (handed, file.uid)
        if is_seen:
            assert office.read(act, person, key)
        else:
            with pytest.raises(NotFound):
                office.read(act, person, key)


def test_a_record_outlives_its_room_and_has_a_retention_of_its_own(office: Office) -> None:
    room = office.open()
    office.say(office.owner, room, "雨漏りの見積り")
    made = keep(office, office.owner, room)
    view = office.view(office.owner, room)
    with office.app.app_context(), unit("write"):
        kinds()["chat.room"].purge([view.id])
    assert office.read(extracts.record, office.owner, made.uid).number == 1
    with office.app.app_context(), unit("read"):
        kind = kinds()[EXTRACT]
        assert [one.title for one in kind.find(["雨漏り", "災害対策"], None, None, None, 5)] == [
            "雨漏りの対応"
        ]
        assert kind.find(["雨漏り"], None, None, frozenset({office.waste}), 5) == []
        assert "雨漏りの見積り" in kind.exhibit(made.id).text
        assert list(candidates(kind, date(2032, 3, 31))) == []
        assert [one.uid for one in candidates(kind, date(2032, 4, 1))] == [made.uid]
    with office.app.app_context(), unit("write"):
        kind.purge([made.id])
        assert shown_files(EXTRACT, [made.id]) == {}


def test_the_pages_make_and_show_a_record(office: Office) -> None:
    room = office.open()
    office.say(office.owner, room)
    client = sign_in_as(office.app, office.owner)
    address = f"/chat/{room}/record"
    assert address in client.get(f"/chat/{room}").text
    form = {
        "csrf_token": csrf_token(client, address),
        "title": "引継ぎ",
        "since": "2026-11-24T08:00",
        "until": "2026-11-24T08:00",
        "classification": "2",
        "years": "3",
    }
    assert client.post(address, data=form | {"until": "2026-11-24T07:00"}).status_code == 422
    answer = client.post(address, data=form)
    assert answer.status_code == 302
    assert "引継ぎ" in client.get("/chat/records").text
    with office.app.app_context(), unit("write"):
        (extract,) = session.query(Extract).all()
        records.seal(system("job"), extract.id)
    page = client.get(answer.location).text
    assert extract.seal in page
    assert "引継ぎ_20261124.zip" in page
    other = sign_in_as(office.app, office.member)
    assert other.get(address).status_code == other.get(answer.location).status_code == 404
    assert address not in other.get(f"/chat/{room}").text
