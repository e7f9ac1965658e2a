"""Notes of a room: written together, nobody's words lost, seen by those who see the room, kept as records."""

import json
import zipfile
from datetime import date, timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pytest

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.audit.models import AuditRecord
from groupware.db import session, unit
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.events.models import Event
from groupware.records.queries import held_among, kinds, record_type
from groupware.records.services import place
from groupware.search.models import Document
from groupware.search.services import Wanted, search
from groupware.testing.signing_in import sign_in_as
from groupware.text.folding import fold
from plugins.chat.models import Note
from plugins.chat.permissions import MANAGE_DESK
from plugins.chat.queries import notes as seen_notes
from plugins.chat.queries import rooms as seen
from plugins.chat.rules import FORBIDDEN_WORDS
from plugins.chat.services import desks, enquiries, members, note_exhibits, notes, retention, rooms
from plugins.chat.services.notes import TEXT_LENGTH, NotePlan
from tests.plugins.chat.conftest import MORNING, Office
from tests.plugins.chat.test_pages import FRAGMENT, INDIVIDUAL_NUMBER, send
from tests.plugins.chat.test_records import content, keep

TODAY = clock.local(MORNING).date()


def plan(**changes) -> NotePlan:
    """The morning meeting of today."""
    return NotePlan(**({"title": "朝会", "text": "佐藤: 現地確認", "day": TODAY} | changes))


def write(office: Office, person: int, room: UUID, key: str = "", **changes) -> UUID:
    """A note of somebody."""
    return office.write(notes.write, person, room, plan(**changes), key=key)


def opened(office: Office, person: int, room: UUID, note: UUID):
    """The note as somebody opens it."""
    return office.read(lambda who: seen_notes.one(who, seen.one(who, room), note), person)


def listed(office: Office, person: int, room: UUID, after=None):
    """The list as somebody sees it."""
    return office.read(lambda who: seen_notes.notes(who, seen.one(who, room), after), person)


def test_members_write_a_note_together_and_every_wording_stays(office: Office) -> None:
    room = office.open()
    note = write(office, office.owner, room, "k")
    assert write(office, office.owner, room, "k") == note
    office.write(notes.change, office.member, room, note, plan(text="佐藤: 現地確認\n高橋: 窓口"), version=1)
    office.write(notes.change, office.member, room, note, plan(text="佐藤: 現地確認\n高橋: 窓口"), version=2)
    shown = opened(office, office.reader, room, note)
    assert (shown.text, shown.version, shown.written_by_name) == ("佐藤: 現地確認\n高橋: 窓口", 2, "高橋 凛")
    before = office.read(lambda _: seen_notes.earlier(shown), office.reader)
    assert [(one.text, one.written_by_name) for one in before] == [("佐藤: 現地確認", "佐藤 葵")]
    with office.app.app_context(), unit("read"):
        told = [
            row.payload for row in session.query(Event).order_by(Event.seq) if row.kind == "chat.note_changed"
        ]
    assert [sorted(one) for one in told] == [["note_id", "room_id"]] * 2


def test_of_two_who_change_it_at_once_neither_loses_a_word(office: Office) -> None:
    room = office.open()
    note = write(office, office.owner, room)
    client = sign_in_as(office.app, office.member)
    address = f"/chat/{room}/notes/{note}/edit"
    assert 'name="version" type="hidden" value="1"' in client.get(address).text
    office.write(notes.change, office.owner, room, note, plan(text="佐藤: 出張"), version=1)
    state = client.get(f"/chat/{room}/notes/{note}/state?version=1").text
    assert "佐藤 葵さんが" in state
    assert "佐藤 葵さんが" not in client.get(f"/chat/{room}/notes/{note}/state?version=2").text
    form = {"day": TODAY.isoformat(), "title": "朝会", "text": "高橋: 窓口", "version": "1"}
    answer = send(client, address, **form)
    assert answer.status_code == 409
    for words in ("高橋: 窓口", "佐藤: 出張", 'value="2"'):
        assert words in answer.text
    assert opened(office, office.owner, room, note).text == "佐藤: 出張"
    assert send(client, address, **(form | {"version": "2"})).status_code == 302
    shown = opened(office, office.owner, room, note)
    assert shown.text == "高橋: 窓口"
    before = office.read(lambda _: seen_notes.earlier(shown), office.owner)
    assert [one.text for one in before] == ["佐藤: 出張", "佐藤: 現地確認"]


def test_who_may_write_change_and_delete(office: Office) -> None:
    room = office.open()
    note = write(office, office.owner, room)
    with pytest.raises(Denied):
        write(office, office.reader, room)
    with pytest.raises(Denied):
        office.write(notes.change, office.reader, room, note, plan(), version=1)
    with pytest.raises(Denied):
        office.write(notes.delete, office.member, room, note)
    with pytest.raises(Denied):
        office.write(notes.set_template, office.member, room, "朝会", "")
    for person, uid in ((office.outsider, note), (office.member, uuid4())):
        with pytest.raises(NotFound):
            office.write(notes.change, person, room, uid, plan(), version=1)
    with pytest.raises(NotFound):
        office.write(notes.change, office.owner, office.open(name="別"), note, plan(), version=1)
    office.write(notes.delete, office.moderator, room, note)
    with pytest.raises(NotFound):
        opened(office, office.owner, room, note)
    with office.app.app_context(), unit("read"):
        assert session.query(AuditRecord).filter_by(action="chat.note_deleted").count() == 1
        assert session.query(Note.text).scalar() == ""
    office.write(rooms.archive, office.owner, room)
    with pytest.raises(Conflict):
        write(office, office.owner, room)


def test_what_a_note_may_hold(office: Office) -> None:
    room = office.open()
    office.set_rule(FORBIDDEN_WORDS, "極秘 ごくひ")
    for changes, field in (
        ({"title": " "}, "title"),
        ({"title": "あ" * 101}, "title"),
        ({"text": "あ" * (TEXT_LENGTH + 1)}, "text"),
        ({"text": "極秘です"}, "text"),
        ({"title": "極秘"}, "title"),
        ({"text": INDIVIDUAL_NUMBER}, "text"),
        ({"day": None}, "day"),
    ):
        with pytest.raises(Invalid) as refused:
            write(office, office.member, room, **changes)
        assert list(refused.value.fields) == [field]
    note = write(office, office.member, room, title="朝\u202e会\n\n", text="一\r\n二\u200b\x00")
    shown = opened(office, office.owner, room, note)
    assert (shown.title, shown.text) == ("朝会", "一\n二")
    page = sign_in_as(office.app, office.owner).get(
        f"/chat/{room}/notes/{write(office, office.owner, room, text='<b>x')}"
    )
    assert "&lt;b&gt;x" in page.text


def test_the_list_goes_by_days(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    room = office.open()
    for back in (0, 2, 1):
        write(office, office.owner, room, title=f"{back}日前", day=TODAY - timedelta(days=back))
    assert [one.title for one in listed(office, office.reader, room)[0]] == ["0日前", "1日前", "2日前"]
    monkeypatch.setattr(seen_notes, "PAGE", 2)
    lines, after = listed(office, office.reader, room)
    assert [one.title for one in lines] == ["0日前", "1日前"]
    lines, after = listed(office, office.reader, room, after)
    assert ([one.title for one in lines], after) == (["2日前"], None)


def test_who_comes_late_sees_what_was_begun_since(office: Office) -> None:
    room = office.open(shows_past=False)
    early = write(office, office.owner, room, title="前")
    with clock.frozen(MORNING + timedelta(hours=1)):
        office.write(members.add, office.owner, room, office.people(office.outsider))
        late = write(office, office.owner, room, title="後")
        # What is said in the room, or not, makes no difference.
        assert [one.title for one in listed(office, office.outsider, room)[0]] == ["後"]
        assert len(listed(office, office.member, room)[0]) == 2
        assert opened(office, office.outsider, room, late).title == "後"
        with pytest.raises(NotFound):
            opened(office, office.outsider, room, early)
        with pytest.raises(NotFound):
            office.write(notes.change, office.outsider, room, early, plan(), version=1)
        client = sign_in_as(office.app, office.outsider)
        assert client.get(f"/chat/{room}/notes/{early}").status_code == 404


def test_notes_are_found_by_those_who_read_the_room(office: Office) -> None:
    room = office.open()
    note = write(office, office.owner, room, text="消火器の点検")

    def found(person: int, text: str) -> list[tuple[str, str]]:
        who = office.actor(person)
        with office.app.test_request_context(), unit("read"):
            hits = search(who, Wanted(text=text, kinds=("chat.note",))).hits
            return [(hit.about.title, hit.about.text) for hit in hits]

    assert found(office.reader, "消火器") == found(office.reader, "朝会") == [("朝会", "消火器の点検")]
    assert found(office.outsider, "消火器") == []
    office.write(notes.change, office.member, room, note, plan(text="消火栓の点検"), version=1)
    assert (found(office.owner, "消火器"), len(found(office.owner, "消火栓"))) == ([], 1)
    office.write(notes.delete, office.owner, room, note)
    assert found(office.owner, "消火栓") == []


def test_a_template_begins_new_notes(office: Office) -> None:
    room = office.open()
    client = sign_in_as(office.app, office.moderator)
    assert "【本日の予定】" in client.get(f"/chat/{room}/note-template").text
    form = {"title": "朝会", "text": "鈴木: "}
    assert send(client, f"/chat/{room}/note-template", **form).status_code == 302
    member = sign_in_as(office.app, office.member)
    assert "ひな形「朝会」から書く" in member.get(f"/chat/{room}/notes").text
    assert member.get(f"/chat/{room}/note-template").status_code == 404
    page = member.get(f"/chat/{room}/notes/new?template=1").text
    assert "鈴木:</textarea>" in page
    assert f'value="{TODAY.isoformat()}"' in page
    assert send(client, f"/chat/{room}/note-template", title="", text="").status_code == 302
    assert "ひな形「朝会」" not in member.get(f"/chat/{room}/notes").text


def test_pages_work_without_scripts_and_as_parts(office: Office) -> None:
    room = office.open()
    client = sign_in_as(office.app, office.member)
    form = {"day": TODAY.isoformat(), "title": "朝会", "text": "高橋: 窓口", "form_key": "k"}
    made = send(client, f"/chat/{room}/notes/new", **form)
    assert made.status_code == 302
    page = client.get(made.location).text
    assert "高橋: 窓口" in page
    assert f'data-live-topic="{office.view(office.member, room).topic}"' in page
    assert "<html" not in client.get(f"/chat/{room}/notes", headers=FRAGMENT).text
    assert send(client, f"/chat/{room}/notes/new", **(form | {"day": "x", "form_key": ""})).status_code == 422
    assert (
        send(
            client, f"/chat/{room}/notes/new", **(form | {"text": INDIVIDUAL_NUMBER, "form_key": ""})
        ).status_code
        == 422
    )
    assert client.get(f"/chat/{room}/notes?after_day=x&after=99999999999999999999").status_code == 200
    assert send(client, f"{made.location}/delete").status_code == 302
    reader = sign_in_as(office.app, office.reader)
    assert reader.get(f"/chat/{room}/notes").status_code == 200
    assert reader.get(f"/chat/{room}/notes/new").status_code == 404


def test_an_erased_room_leaves_no_note(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_notes", retention._notes.limit(2))
    room = office.open()
    for number in range(5):
        note = write(office, office.owner, room, title=str(number))
    office.write(notes.change, office.owner, room, note, plan(text="x"), version=1)
    office.write(notes.set_template, office.owner, room, "朝会", "x")
    key = office.view(office.owner, room).id
    office.write(lambda _: retention.purge([key]), office.owner)
    with office.app.app_context(), unit("read"):
        assert session.query(Note).count() == 0
        assert session.query(Document).filter(Document.kind == "chat.note").count() == 0


def test_a_talk_of_two_is_kept_from_its_last_note_on(office: Office) -> None:
    talk = office.write(rooms.direct, office.owner, office.outsider).uid
    with clock.frozen(MORNING - timedelta(days=700)):
        office.say(office.owner, talk, "昔の話")
    write(office, office.owner, talk)

    def over(day: date) -> int:
        with office.app.app_context(), unit("read"):
            return len(session.execute(retention.expired(day)).all())

    assert (over(date(2030, 3, 31)), over(date(2030, 4, 1))) == (0, 1)


def test_requests_for_disclosure_find_every_wording(office: Office) -> None:
    room, other = office.open(), office.open(name="ごみ", unit_id=office.waste)
    note = write(office, office.owner, room, text="雨漏りの見積り")
    office.write(notes.change, office.member, room, note, plan(text="屋根の見積り"), version=1)
    gone = write(office, office.owner, room, title="削除", text="雨どい", day=TODAY - timedelta(days=1))
    office.write(notes.delete, office.owner, room, gone)
    write(office, office.owner, other, text="雨漏り")

    def find(text: str, **limits) -> list[tuple[str, int | None]]:
        wanted = {"since": None, "until": None, "units": None, "limit": 10} | limits
        with office.app.app_context(), unit("read"):
            return [(one.title, one.unit_id) for one in note_exhibits.find(fold(text).split(), **wanted)]

    here, there = (f"災害対策 {TODAY} 朝会", office.shelter), (f"ごみ {TODAY} 朝会", office.waste)
    assert find("雨漏り") == [there, here]
    assert find("屋根") == find("雨漏り", units=frozenset({office.shelter})) == [here]
    assert find("雨どい") == [(f"災害対策 {TODAY - timedelta(days=1)} 削除", office.shelter)]
    assert find("雨どい", since=TODAY) == find("消防") == []
    who = office.actor(office.owner)
    with office.app.app_context(), unit("write"):
        row = session.query(Note).filter_by(uid=note).one()
        shown = note_exhibits.exhibit(row.id)
        whole = kinds()["chat.note"].whole(row)
        place(who, whole, "開示請求")
        assert (record_type(whole), held_among("chat.room", [room])) == ("chat.room", {room})
    for words in ("屋根の見積り", "雨漏りの見積り", "佐藤 葵", "高橋 凛"):
        assert words in shown.text


def test_enquiries_have_no_notes(office: Office) -> None:
    office.factory.grant(PrincipalKind.PERSON, office.owner, MANAGE_DESK)
    desk = office.write(desks.open_desk, office.owner, office.shelter, "").uid
    room = office.write(enquiries.ask, office.outsider, desk, "様式", "どれですか。", key="a")
    for person in (office.outsider, office.owner):
        client = sign_in_as(office.app, person)
        assert client.get(f"/chat/{room}").status_code == 200
        assert "/notes" not in client.get(f"/chat/{room}").text
        assert client.get(f"/chat/{room}/notes").status_code == 404
        assert client.get(f"/chat/{room}/notes/new").status_code == 404
        with pytest.raises(NotFound):
            write(office, person, room)


def test_a_sealed_record_holds_the_notes_of_its_days_if_asked(office: Office) -> None:
    room = office.open()
    write(office, office.owner, room, text="当日の記録")
    write(office, office.owner, room, text="別の日", day=TODAY - timedelta(days=3))
    alone = keep(office, office.owner, room, with_notes=True)
    office.say(office.owner, room, "発言です。")
    without = keep(office, office.owner, room)
    both = keep(office, office.owner, room, with_notes=True)
    texts = []
    for made in (alone, without, both):
        with zipfile.ZipFile(BytesIO(content(office, made))) as archive:
            lines = [json.loads(line) for line in archive.read("entries.jsonl").splitlines()]
            assert ("当日の記録" in archive.read("document.html").decode()) == (made is not without)
        texts.append([line["text"] for line in lines])
    assert texts == [["当日の記録"], ["発言です。"], ["発言です。", "当日の記録"]]
