"""Messages that are sent later: at their time once, by whatever is true then; and how loudly a message is said."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from groupware import clock
from groupware.actor import Actor
from groupware.attachments import queries as attachments
from groupware.attachments.models import Attachment
from groupware.attachments.services import adding
from groupware.attachments.services.handing import known
from groupware.db import session, unit
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.notifications.queries import timeline
from groupware.testing.signing_in import sign_in_as
from groupware.worker import Worker
from plugins.chat.enums import Alerting, Attaching, Telling
from plugins.chat.queries import scheduled as seen
from plugins.chat.rules import ATTACHING, FORBIDDEN_WORDS
from plugins.chat.services import drafts, members, reading, rooms, scheduling
from plugins.chat.services.scheduling import Later
from plugins.chat.times import are_at_work, offers
from tests.plugins.chat.conftest import MORNING, Office
from tests.plugins.chat.test_pages import FRAGMENT, INDIVIDUAL_NUMBER, send

LATER = MORNING + timedelta(hours=3)


def _schedule(office: Office, person: int, room: UUID, text: str = "九時に集合です。", **more: Any) -> UUID:
    later = Later(**({"text": text, "due_at": LATER, "key": f"k{next(office.keys)}"} | more))
    return office.write(scheduling.schedule, person, room, later).uid


def _work(office: Office, at: datetime = LATER) -> None:
    with clock.frozen(at):
        Worker(office.app).run_due()


def _told(office: Office, person_id: int, at: datetime = LATER) -> list[tuple[str, str]]:
    with clock.frozen(at):
        Worker(office.app).run_due()
        who = office.actor(person_id)
        with office.app.test_request_context(), unit("read"):
            return [(line.kind.id, line.title) for line in timeline(who).lines]


def _waiting(office: Office, person_id: int) -> list[seen.Waiting]:
    found: list[seen.Waiting] = office.read(seen.scheduled, person_id)
    return found


def test_a_message_is_said_at_its_time_and_once(office: Office) -> None:
    room = office.open()
    first = office.say(office.owner, room, "何時ですか。").uid
    office.write(drafts.save, office.member, room, "九時に", key="a")
    uid = _schedule(office, office.member, room, key="a", reply_to=first, loudness=Alerting.SILENT)
    assert office.view(office.member, room).draft == ""
    office.write(drafts.save, office.member, room, "九時に", key="a")
    assert office.view(office.member, room).draft == ""
    assert _schedule(office, office.member, room, key="a", reply_to=first) == uid
    _work(office, LATER - timedelta(seconds=1))
    assert office.texts(office.owner, room) == ["何時ですか。"]
    assert [one.text for one in _waiting(office, office.member)] == ["九時に集合です。"]
    assert _waiting(office, office.owner) == []
    for _ in range(2):
        _work(office)
    *_, said = office.page(office.owner, room).messages
    assert (said.text, said.sender_id, said.created_at) == ("九時に集合です。", office.member, LATER)
    assert (said.quote.uid, said.loudness) == (first, Alerting.SILENT)
    assert office.view(office.owner, room).last_seq == 2
    assert _waiting(office, office.member) == []


def test_what_cannot_be_sent_is_refused_at_once(office: Office) -> None:
    room = office.open()
    for changes, field in (
        ({"due_at": MORNING}, "due_at"),
        ({"due_at": None}, "due_at"),
        ({"due_at": MORNING + timedelta(days=367)}, "due_at"),
        ({"text": " \u200b"}, "text"),
        ({"text": INDIVIDUAL_NUMBER}, "text"),
        ({"mentions": [f"person:{office.outsider}"]}, "text"),
        ({"loudness": Alerting.URGENT}, "text"),
        ({"files": [UUID(int=7)]}, "files"),
    ):
        with pytest.raises(Invalid) as refused:
            _schedule(office, office.member, room, **changes)
        assert set(refused.value.fields) == {field}
    for key in ("", "k" * 81, "a\n"):
        with pytest.raises(Invalid):
            _schedule(office, office.member, room, key=key)
    with pytest.raises(Denied):
        _schedule(office, office.reader, room)
    with pytest.raises(NotFound):
        _schedule(office, office.outsider, room)
    office.say(office.member, room, "済み", key="a")
    with pytest.raises(Conflict):
        _schedule(office, office.member, room, key="a")
    _schedule(office, office.member, room, key="b")
    with pytest.raises(Conflict):
        _schedule(office, office.member, room, "別の文", key="b")
    office.write(rooms.archive, office.owner, room)
    with pytest.raises(Conflict):
        _schedule(office, office.member, room)


def _file(office: Office, person: int, name: str = "次第.pdf") -> UUID:
    found: UUID = office.write(adding.add, person, name, b"%PDF-1.4 " + name.encode()).uid
    return found


def _sees(office: Office, person: int, uid: UUID) -> bool:
    return bool(office.read(lambda actor: known(actor, attachments.files([uid])), person))


def test_files_wait_with_their_message_and_go_with_it(office: Office) -> None:
    room = office.open()
    plan, photo = _file(office, office.member), _file(office, office.member, "地図.pdf")
    _schedule(office, office.member, room, "", files=[plan, photo, plan])
    (one,) = _waiting(office, office.member)
    assert [file.name for file in one.files] == ["次第.pdf", "地図.pdf"]
    # They are their sender's alone until it is sent, and not swept away meanwhile.
    assert _sees(office, office.member, plan)
    assert not _sees(office, office.owner, plan)
    with office.app.app_context(), unit("read"):
        assert {row.owner_type for row in session.query(Attachment)} == {"chat.scheduled"}
    for _ in range(2):
        _work(office)
    (said,) = office.page(office.owner, room).messages
    assert (said.text, said.file_count) == ("", 2)
    with office.app.app_context(), unit("read"):
        rows = {(row.uid, row.owner_type, row.owner_id) for row in session.query(Attachment)}
    assert rows == {(uid, "chat.message", said.id) for uid in (plan, photo)}
    assert _sees(office, office.owner, plan)


def test_a_file_may_be_left_out_and_goes_with_what_is_withdrawn(office: Office) -> None:
    room = office.open()
    plan, photo = _file(office, office.member), _file(office, office.member, "地図.pdf")
    _schedule(office, office.member, room, files=[plan, photo])
    (one,) = _waiting(office, office.member)
    client = sign_in_as(office.app, office.member)
    address = f"/chat/scheduled/{one.uid}"
    assert "次第.pdf" in client.get("/chat/scheduled").text
    form = {"text": one.text, "due_date": "2026-11-26", "due_time": "10:00", "version": "1"}
    assert send(client, address, **form, kept=[str(photo), str(UUID(int=7)), "x"]).status_code == 302
    assert [file.name for file in _waiting(office, office.member)[0].files] == ["地図.pdf"]
    assert send(client, address, **(form | {"text": "", "version": "2"})).status_code == 422
    assert send(client, f"{address}/send").status_code == 302
    (said,) = office.page(office.owner, room).messages
    assert (said.file_count, _sees(office, office.owner, plan)) == (1, False)
    _schedule(office, office.member, room, files=[_file(office, office.member, "別紙.pdf")])
    (other,) = _waiting(office, office.member)
    office.write(scheduling.withdraw, office.member, other.uid)
    with office.app.app_context(), unit("read"):
        assert {row.owner_type for row in session.query(Attachment)} == {"chat.message"}


def test_where_files_may_not_be_sent_at_that_time_they_come_back(office: Office) -> None:
    room = office.open()
    plan = _file(office, office.member)
    _schedule(office, office.member, room, files=[plan])
    office.set_rule(ATTACHING, Attaching.NOBODY.value)
    with pytest.raises(Invalid) as refused:
        _schedule(office, office.member, room, files=[plan])
    assert set(refused.value.fields) == {"files"}
    _work(office)
    (one,) = _waiting(office, office.member)
    assert ("ファイルを送信でき" in one.reason, len(one.files)) == (True, 1)
    assert office.texts(office.owner, room) == []
    # After ninety days, or with the room, nothing of it is left.
    with clock.frozen(LATER + timedelta(days=91)):
        office.write(scheduling.tidy, office.owner)
    with office.app.app_context(), unit("read"):
        assert session.query(Attachment).count() == 0


def test_nobody_keeps_more_than_a_hundred(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    room = office.open()
    monkeypatch.setattr(scheduling, "MOST", 2)
    for _ in range(2):
        _schedule(office, office.member, room)
    with pytest.raises(Invalid):
        _schedule(office, office.member, room)
    _schedule(office, office.owner, room)


def test_what_is_refused_at_its_time_comes_back_with_its_text(office: Office) -> None:
    archived, unwanted, left = office.open(), office.open(name="二つ目"), office.open()
    for room, text in ((archived, "九時です。"), (unwanted, "九時に集合です。"), (left, "九時です。")):
        _schedule(office, office.member, room, text)
    office.write(rooms.archive, office.owner, archived)
    office.write(rooms.leave, office.member, left)
    office.set_rule(FORBIDDEN_WORDS, "集合")
    told = _told(office, office.member)
    assert sorted(told) == [
        ("chat.returned", "二つ目"),
        ("chat.returned", "災害対策"),
        ("chat.returned", "災害対策"),
    ]
    reasons = sorted(one.reason for one in _waiting(office, office.member))
    assert any("アーカイブ" in one for one in reasons)
    assert any("集合" in one for one in reasons)
    assert {one.text for one in _waiting(office, office.member)} == {"九時です。", "九時に集合です。"}
    assert all(one.returned_at == LATER for one in _waiting(office, office.member))
    # Said otherwise, it goes on its way again.
    back = next(one for one in _waiting(office, office.member) if one.room_uid == unwanted)
    office.write(
        scheduling.change,
        office.member,
        back.uid,
        "九時です。",
        LATER + timedelta(hours=1),
        version=back.version,
    )
    _work(office, LATER + timedelta(hours=1))
    assert office.texts(office.owner, unwanted) == ["九時です。"]
    with clock.frozen(LATER + timedelta(days=91)):
        office.write(scheduling.tidy, office.owner)
        assert _waiting(office, office.member) == []


def test_another_time_and_another_text_hold_and_the_earlier_ones_do_not(office: Office) -> None:
    room = office.open()
    text = "@鈴木 蓮 九時です。"
    uid = _schedule(office, office.member, room, text, mentions=[f"person:{office.moderator}"])
    (before,) = _waiting(office, office.member)
    office.write(
        scheduling.change,
        office.member,
        uid,
        "十時です。",
        LATER + timedelta(hours=1),
        version=before.version,
    )
    with pytest.raises(Conflict):
        office.write(scheduling.change, office.member, uid, "x", LATER, version=before.version)
    _work(office)
    assert office.texts(office.owner, room) == []
    assert _told(office, office.moderator, LATER + timedelta(hours=1)) == []
    assert office.texts(office.owner, room) == ["十時です。"]
    assert len(_waiting(office, office.member)) == 0


def test_withdrawn_it_is_not_sent_and_nobody_else_reaches_it(office: Office) -> None:
    room = office.open()
    uid, now = _schedule(office, office.member, room), _schedule(office, office.member, room, "今です。")
    for act in (scheduling.withdraw, scheduling.send_now):
        with pytest.raises(NotFound):
            office.write(act, office.owner, uid)
    office.write(scheduling.withdraw, office.member, uid)
    office.write(scheduling.send_now, office.member, now)
    _work(office)
    assert office.texts(office.owner, room) == ["今です。"]
    with pytest.raises(NotFound):
        office.write(scheduling.send_now, office.member, now)


def test_one_who_was_taken_out_sends_nothing(office: Office) -> None:
    room = office.open(roles=False)
    office.write(members.add, office.owner, room, office.people(office.outsider))
    _schedule(office, office.outsider, room)
    office.write(rooms.leave, office.outsider, room)
    _work(office)
    assert office.texts(office.owner, room) == []
    (back,) = _waiting(office, office.outsider)
    assert back.reason


def test_a_silent_message_is_unread_and_tells_nobody(office: Office) -> None:
    talk = office.write(rooms.direct, office.owner, office.outsider).uid
    office.say(office.owner, talk, loudness=Alerting.SILENT)
    room = office.open()
    office.write(reading.set_telling, office.moderator, room, Telling.ALL)
    asked = office.say(office.member, room, "何時ですか。", loudness=Alerting.SILENT).uid
    office.say(
        office.owner,
        room,
        "@高橋 凛 九時です。",
        reply_to=asked,
        mentions=[f"person:{office.member}"],
        loudness=Alerting.SILENT,
    )
    for person in (office.outsider, office.moderator, office.member):
        assert _told(office, person) == []
    assert (office.view(office.outsider, talk).unread, office.view(office.member, room).unread) == (1, 1)
    page = sign_in_as(office.app, office.member).get(f"/chat/{room}").text
    assert "通知なし" in page


def test_an_urgent_message_tells_everybody_and_the_rule_decides_who_sends_it(office: Office) -> None:
    room = office.open()
    with pytest.raises(Invalid):
        office.say(office.member, room, loudness=Alerting.URGENT)
    office.say(office.moderator, room, "避難所を開設します。", loudness=Alerting.URGENT)
    assert _told(office, office.reader) == [("chat.urgent", "災害対策")]
    assert _told(office, office.moderator) == []
    office.set_rule("chat.urgent", "members")
    office.say(office.member, room, "応援を頼みます。", loudness=Alerting.URGENT)
    talk = office.write(rooms.direct, office.owner, office.outsider).uid
    office.say(office.owner, talk, loudness=Alerting.URGENT)
    assert _told(office, office.outsider) == [("chat.direct", "佐藤 葵")]
    office.set_rule("chat.urgent", "nobody")
    with pytest.raises(Invalid):
        office.say(office.owner, talk, loudness=Alerting.URGENT)


def _at(office: Office, day: int, hour: int) -> Actor:
    with clock.frozen(clock.at(date(2026, 11, day), time(hour))):
        return office.actor(office.member)


def test_the_mornings_that_are_offered_are_those_of_the_calendar(office: Office) -> None:
    def days(day: int, hour: int) -> list[str]:
        who = _at(office, day, hour)
        with office.app.app_context(), unit("read"):
            return [f"{clock.local(one.at):%d %H:%M}" for one in offers(who)]

    assert days(24, 8) == ["24 08:45", "25 08:45"]
    assert days(24, 9) == ["25 08:45"]
    assert days(20, 18) == ["24 08:45"]  # a Friday before a holiday on Monday
    assert days(22, 18) == ["24 08:45"]
    hours = [_at(office, day, hour) for day, hour in ((24, 9), (24, 18), (22, 10))]
    with office.app.app_context(), unit("read"):
        assert [are_at_work(who) for who in hours] == [True, False, False]


def test_the_page_keeps_lists_changes_sends_and_takes_back(office: Office) -> None:
    room = office.open()
    client = sign_in_as(office.app, office.member)
    form = {"text": "明日の予定です。", "key": "p1", "loudness": "silent"}
    answer = send(
        client, f"/chat/{room}/scheduled", at="chosen", due_date="2026-11-25", due_time="09:00", **form
    )
    assert answer.status_code == 302
    (one,) = _waiting(office, office.member)
    assert (clock.local(one.due_at).isoformat(), one.loudness) == (
        "2026-11-25T09:00:00+09:00",
        Alerting.SILENT,
    )
    assert "明日の予定です。" in client.get("/chat/scheduled").text
    assert "予約送信 1件" in client.get(f"/chat/{room}").text
    refused = send(client, f"/chat/{room}/scheduled", at="2020-01-01T00:00:00+09:00", text="遅い", key="p2")
    assert (refused.status_code, ">遅い</textarea>" in refused.text) == (422, True)
    told = send(client, f"/chat/{room}/scheduled", FRAGMENT, at=LATER.isoformat(), text="二つ目", key="p3")
    assert (told.status_code, "11:00" in told.json["message"]) == (201, True)
    address = f"/chat/scheduled/{one.uid}"
    assert 'value="2026-11-25"' in client.get(address).text
    changed = {"text": "直しました。", "due_date": "2026-11-26", "due_time": "10:00", "version": "1"}
    assert send(client, address, **(changed | {"due_date": "2020-01-01"})).status_code == 422
    assert send(client, address, **changed).status_code == 302
    assert send(client, address, **changed).status_code == 409
    assert send(client, f"{address}/send").status_code == 302
    assert office.texts(office.owner, room) == ["直しました。"]
    (other,) = _waiting(office, office.member)
    assert send(client, f"/chat/scheduled/{other.uid}/withdraw").status_code == 302
    assert _waiting(office, office.member) == []
    stranger = sign_in_as(office.app, office.owner)
    for word in ("", "/send", "/withdraw"):
        assert send(stranger, f"/chat/scheduled/{other.uid}{word}").status_code == 404
