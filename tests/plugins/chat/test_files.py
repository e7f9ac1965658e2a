"""Files in messages: who sends them, who has them, what becomes of them, and that the others pay nothing."""

import io
from typing import Any
from uuid import UUID, uuid4

import pytest
from PIL import Image
from sqlalchemy import func, select

from groupware.attachments import queries as attachments
from groupware.attachments.models import Attachment, StoredFile
from groupware.attachments.services import adding, owning, picturing
from groupware.attachments.services.handing import handed, known
from groupware.db import session, unit
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.events.models import Event
from groupware.testing.signing_in import csrf_token, sign_in_as
from plugins.chat.enums import MESSAGE, Attaching, FileKind
from plugins.chat.queries import files as queries
from plugins.chat.queries import own_rooms, unread
from plugins.chat.queries import rooms as seen
from plugins.chat.rules import ATTACHING
from plugins.chat.services import drafts, filing, messages, retention, rooms
from plugins.chat.services.sending import Letter, send_all
from tests.plugins.chat.conftest import Office


def picture() -> bytes:
    """A small PNG."""
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), (20, 90, 160)).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def put(office: Office) -> Any:
    """Send a file in; it belongs to nothing yet."""

    def add(person: int, name: str = "案内図.png", content: bytes | None = None) -> UUID:
        found: UUID = office.write(adding.add, person, name, content or picture()).uid
        return found

    return add


def _files(office: Office, person: int, room: UUID) -> dict[int, list[str]]:
    """The names of the files at the messages that somebody sees."""
    page = office.page(person, room)
    found = office.read(lambda _actor: queries.files_at(page.messages), person)
    return {one.seq: [file.name for file in found[one.id]] for one in page.messages if one.file_count}


def _has(office: Office, person: int, uid: UUID) -> bool:
    return bool(office.read(lambda actor: known(actor, attachments.files([uid])), person))


def test_a_message_carries_files_and_needs_no_text(office: Office, put: Any) -> None:
    room = office.open()
    plan, photo = put(office.member, "配置図.pdf", b"%PDF-1.4 plan"), put(office.member)
    office.say(office.member, room, "", files=[photo, plan, photo])
    office.say(office.owner, room, "ありがとうございます。")
    assert _files(office, office.reader, room) == {1: ["案内図.png", "配置図.pdf"]}
    assert _has(office, office.reader, photo)
    assert not _has(office, office.outsider, photo)
    with pytest.raises(NotFound):
        office.read(handed, office.outsider, plan)
    assert office.read(own_rooms.mine, office.reader)[0].last_text == "ありがとうございます。"
    office.say(
        office.owner, room, "", files=[put(office.owner, "a.txt", b"a"), put(office.owner, "b.txt", b"b")]
    )
    assert office.read(own_rooms.mine, office.reader)[0].last_text == "ファイル2件"


def test_sent_again_it_is_said_once_with_its_files(office: Office, put: Any) -> None:
    room, photo = office.open(), put(office.member)
    first = office.say(office.member, room, "写真です。", files=[photo], key="k")
    again = office.say(office.member, room, "写真です。", files=[photo], key="k")
    assert (again.is_new, again.uid) == (False, first.uid)
    for files in ([], [photo, put(office.member, "別.txt", b"x")]):
        with pytest.raises(Conflict):
            office.say(office.member, room, "写真です。", files=files, key="k")
    with office.app.app_context(), unit("read"):
        owned = select(func.count()).where(Attachment.owner_type == MESSAGE)
        assert session.scalar(owned) == 1


def test_what_is_refused_is_refused_alone(office: Office, put: Any) -> None:
    room = office.open()
    mine, theirs, many = (
        put(office.member),
        put(office.owner, "他人.txt", b"x"),
        [put(office.member) for _ in range(11)],
    )
    actor = office.actor(office.member)
    letters = [
        Letter(actor, room, "一", "1", files=[mine]),
        Letter(actor, room, "二", "2", files=[theirs]),
        Letter(actor, room, "三", "3", files=[uuid4()]),
        Letter(actor, room, "四", "4", files=many),
        Letter(actor, room, "", "5"),
        Letter(actor, room, "六", "6"),
    ]
    with office.app.app_context(), unit("write"):
        found = send_all(letters)
    assert [getattr(one, "code", None) for one in found] == [
        None, "file_gone", "file_gone", "too_many_files", "invalid", None,
    ]  # fmt: skip
    assert office.seqs() == [(1, "一"), (2, "六")]
    assert _files(office, office.owner, room) == {1: ["案内図.png"]}


def test_a_file_is_handed_on_where_the_sender_has_it(office: Office, put: Any) -> None:
    room, other, photo = office.open(), office.open(roles=False), put(office.owner)
    office.say(office.owner, room, "", files=[photo])
    office.say(office.owner, other, "こちらにも。", files=[photo])
    assert _files(office, office.owner, other) == {1: ["案内図.png"]}
    assert _files(office, office.owner, room) == {1: ["案内図.png"]}
    office.write(rooms.join, office.outsider, office.open(is_open=True))
    with pytest.raises(Invalid) as refused:
        office.say(office.member, office.open(), "", files=[_only(office, other)])
    assert refused.value.code == "file_gone"


def _only(office: Office, room: UUID) -> UUID:
    page = office.page(office.owner, room)
    found = office.read(lambda _actor: queries.files_at(page.messages), office.owner)
    return next(file.uid for files in found.values() for file in files)


def test_two_messages_with_one_new_file_at_the_same_moment_both_have_it(
    office: Office, put: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read of a file before somebody else's message took it is old news: the second one gets a copy."""
    room, other, photo = office.open(), office.open(), put(office.member)
    before = office.read(lambda who: known(who, attachments.files([photo])), office.member)
    office.say(office.member, room, "", files=[photo])
    monkeypatch.setattr(owning, "known", lambda _actor, _files: before)
    office.say(office.member, other, "", files=[photo])
    assert _files(office, office.owner, room) == _files(office, office.owner, other) == {1: ["案内図.png"]}


def test_where_files_have_no_place_their_number_is_said(office: Office, put: Any) -> None:
    room = office.open()
    said = office.say(office.owner, room, "", files=[put(office.owner)])
    office.say(office.member, room, "確認しました。", reply_to=said.uid)
    first, answer = office.page(office.reader, room).messages
    assert (first.text, answer.quote.text) == ("", "ファイル1件")
    assert office.read(lambda _actor: first.words, office.reader) == "ファイル1件"
    (waiting,), _ = office.read(unread.unread, office.reader)
    assert [one.text for one in waiting.lines] == ["ファイル1件", "確認しました。"]
    office.write(messages.delete, office.owner, room, said.uid)
    (waiting,), _ = office.read(unread.unread, office.reader)
    assert waiting.lines[0].text == ""


def test_files_of_a_deleted_message_are_gone_and_stay_for_the_record(office: Office, put: Any) -> None:
    room, photo = office.open(), put(office.member)
    said = office.say(office.member, room, "", files=[photo])
    office.write(messages.delete, office.member, room, said.uid)
    for person in (office.owner, office.member):
        assert not _has(office, person, photo)
    assert _files(office, office.owner, room) == {}
    with office.app.app_context(), unit("read"):
        assert session.scalars(select(Attachment.owner_id)).all() == [said.id]
    assert office.page(office.owner, room).messages[0].file_count == 0
    assert office.read(own_rooms.mine, office.owner)[0].last_text == ""


def test_a_message_of_files_can_be_edited_to_have_a_text_and_back(office: Office, put: Any) -> None:
    room = office.open()
    said = office.say(office.member, room, "", files=[put(office.member)])
    for text in ("説明", ""):
        office.write(messages.edit, office.member, room, said.uid, text)
        assert office.texts(office.owner, room) == [text]
    bare = office.say(office.member, room, "文だけ")
    with pytest.raises(Invalid):
        office.write(messages.edit, office.member, room, bare.uid, "")


def test_who_came_late_has_no_earlier_files(office: Office, put: Any) -> None:
    room = office.open(roles=False, shows_past=False, is_open=True)
    before, after = put(office.owner), put(office.owner, "後.txt", b"x")
    office.say(office.owner, room, "前", files=[before])
    office.write(rooms.join, office.outsider, room)
    office.say(office.owner, room, "後", files=[after])
    assert not _has(office, office.outsider, before)
    assert _has(office, office.outsider, after)
    shown, _ = office.read(lambda who: queries.of_room(seen.one(who, room)), office.outsider)
    assert [one.file.name for one in shown] == ["後.txt"]


@pytest.mark.parametrize(
    ("chosen", "may"),
    [
        (Attaching.MEMBERS, {"owner": True, "moderator": True, "member": True, "reader": False}),
        (Attaching.MODERATORS, {"owner": True, "moderator": True, "member": False, "reader": False}),
        (Attaching.NOBODY, {"owner": False, "moderator": False, "member": False, "reader": False}),
    ],
)
def test_the_bureau_decides_who_attaches(
    office: Office, put: Any, chosen: Attaching, may: dict[str, bool]
) -> None:
    room = office.open()
    office.set_rule(ATTACHING, chosen.value)
    for name, expected in may.items():
        person = getattr(office, name)
        assert office.read(lambda who: filing.may_attach(who, seen.one(who, room)), person) is expected
        if name == "reader":
            continue
        if expected:
            office.say(person, room, "", files=[put(person)])
        else:
            with pytest.raises(Invalid) as refused:
                office.say(person, room, "", files=[put(person)])
            assert refused.value.code == "text_only"


def test_in_a_conversation_of_two_there_are_no_moderators(office: Office, put: Any) -> None:
    office.set_rule(ATTACHING, Attaching.MODERATORS.value)
    talk = office.write(rooms.direct, office.member, office.outsider).uid
    office.say(office.member, talk, "", files=[put(office.member)])
    assert list(_files(office, office.outsider, talk)) == [1]


def test_owners_may_let_a_room_take_text_only(office: Office, put: Any) -> None:
    room = office.open()
    office.say(office.member, room, "", files=[put(office.member)])
    for person in (office.moderator, office.member):
        with pytest.raises(Denied):
            office.write(rooms.set_text_only, person, room, is_text_only=True)
    with pytest.raises(NotFound):
        office.write(rooms.set_text_only, office.outsider, room, is_text_only=True)
    for _ in range(2):
        office.write(rooms.set_text_only, office.owner, room, is_text_only=True)
    with pytest.raises(Invalid):
        office.say(office.owner, room, "", files=[put(office.owner)])
    assert list(_files(office, office.member, room)) == [1]
    office.write(rooms.set_text_only, office.owner, room, is_text_only=False)
    office.say(office.owner, room, "", files=[put(office.owner)])
    talk = office.write(rooms.direct, office.member, office.owner).uid
    with pytest.raises(Conflict):
        office.write(rooms.set_text_only, office.owner, talk, is_text_only=True)


def test_a_draft_keeps_its_files_until_it_is_sent(office: Office, put: Any) -> None:
    room, photo = office.open(), put(office.member)
    office.write(drafts.save, office.member, room, "", key="d", files=[photo, photo])
    view = office.view(office.member, room)
    assert (view.draft, view.draft_key, view.draft_files) == ("", "d", (photo,))
    assert [one.name for one in office.read(queries.chosen, office.member, view.draft_files)] == [
        "案内図.png"
    ]
    assert office.read(queries.chosen, office.owner, view.draft_files) == []
    office.say(office.member, room, "", files=[photo], key="d")
    assert office.view(office.member, room).draft_files == ()
    office.write(drafts.save, office.member, room, "", key="e", files=[put(office.member)])
    office.write(drafts.save, office.member, room, "", key="e")
    assert office.view(office.member, room).draft_key == ""


def test_a_picture_that_was_drawn_later_is_shown_by_open_pages(office: Office, put: Any) -> None:
    room, photo = office.open(), put(office.member)
    said = office.say(office.member, room, "", files=[photo])
    with office.app.app_context(), unit("read"):
        stored_id = session.scalars(select(StoredFile.id)).one()

    def changes() -> list[dict[str, Any]]:
        with office.app.app_context(), unit("read"):
            return list(
                session.scalars(
                    select(Event.payload).where(Event.kind == "chat.message_changed").order_by(Event.seq)
                )
            )

    assert changes() == []
    office.write(picturing.conclude, office.member, stored_id, pages=1)
    assert [(one["message_id"], one["seq"]) for one in changes()] == [(said.id, 1)]
    office.write(messages.delete, office.member, room, said.uid)
    office.write(picturing.conclude, office.member, stored_id, pages=1)
    assert len(changes()) == 2


def test_the_files_of_a_room_are_paged_and_narrowed_down(
    office: Office, put: Any, monkeypatch: pytest.MonkeyPatch, count_queries: Any
) -> None:
    room = office.open()
    for number in range(3):
        office.say(
            office.member,
            room,
            f"{number}",
            files=[
                put(office.member, f"100%_{number}.txt", b"words"),
                put(office.member, f"Photo{number}.png"),
            ],
        )
    office.say(office.member, room, "なし")

    def found(**how: Any) -> tuple[list[str], int | None]:
        def ask(who: Any) -> Any:
            view = seen.one(who, room)
            with count_queries() as statements:
                answer = queries.of_room(view, **how)
            assert len(statements) <= 2
            return answer

        rows, following = office.read(ask, office.reader)
        return [row.file.name for row in rows], following

    everything = [name for number in (2, 1, 0) for name in (f"100%_{number}.txt", f"Photo{number}.png")]
    assert found() == (everything, None)
    assert found(words="photo") == ([f"Photo{number}.png" for number in (2, 1, 0)], None)
    assert found(words="%_1") == (["100%_1.txt"], None)
    assert found(words="_") == ([f"100%_{number}.txt" for number in (2, 1, 0)], None)
    assert found(words="\\") == found(words="無") == ([], None)
    assert found(kind=FileKind.PICTURE)[0] == [f"Photo{number}.png" for number in (2, 1, 0)]
    assert found(kind=FileKind.DOCUMENT)[0] == [f"100%_{number}.txt" for number in (2, 1, 0)]
    assert found(kind=FileKind.OTHER)[0] == []


def test_purging_a_room_releases_its_files(office: Office, put: Any) -> None:
    room, kept = office.open(), office.open()
    for one in (room, kept):
        office.say(office.member, one, "", files=[put(office.member)])
    key = office.view(office.owner, room).id
    with office.app.app_context(), unit("write"):
        retention.purge([key])
    with office.app.app_context(), unit("read"):
        assert session.scalar(select(func.count()).select_from(Attachment)) == 1


def test_messages_without_files_pay_nothing(office: Office, put: Any, count_queries: Any) -> None:
    room = office.open()
    office.say(office.member, room, "文")

    def number() -> int:
        page = office.page(office.member, room)
        with office.app.app_context(), count_queries() as statements, unit("read"):
            queries.files_at(page.messages)
        return len(statements)

    assert number() == 0
    for _ in range(3):
        office.say(office.member, room, "", files=[put(office.member), put(office.member, "b.txt", b"b")])
    assert number() == 1


def test_the_page_works_without_scripts(office: Office) -> None:
    room = office.open()
    client = sign_in_as(office.app, office.member)
    address = f"/chat/{room}"
    page = client.get(address).text
    assert 'enctype="multipart/form-data"' in page
    assert 'name="files_new"' in page
    form = {
        "csrf_token": csrf_token(client, address),
        "key": "k",
        "text": "",
        "files_new": [(io.BytesIO(picture()), "現場.png"), (io.BytesIO(b"words"), "説明.txt")],
    }
    answer = client.post(f"{address}/messages", data=form)
    assert answer.status_code == 302
    shown = client.get(address).text
    assert "現場.png" in shown
    assert "説明.txt" in shown
    listed = client.get(f"{address}/files").text
    assert "現場.png" in listed
    assert f"/chat/{room}?around=1#m1" in listed.replace("&amp;", "&")
    # What is refused says so, and what was typed and let in stays.
    form = {
        "csrf_token": csrf_token(client, address),
        "key": "l",
        "text": "実行",
        "files_new": [(io.BytesIO(b"MZ" + bytes(100)), "にせ.pdf"), (io.BytesIO(b"good"), "良い.txt")],
    }
    answer = client.post(f"{address}/messages", data=form)
    assert answer.status_code == 422
    assert "にせ.pdf" in answer.text
    assert "良い.txt" in answer.text
    assert "実行" in answer.text
    assert len(office.page(office.owner, room).messages) == 1


def test_the_switch_stands_where_its_owners_find_it(office: Office) -> None:
    room = office.open()
    owner, member = sign_in_as(office.app, office.owner), sign_in_as(office.app, office.member)
    address = f"/chat/{room}/files"
    assert "テキストのみにする" in owner.get(address).text
    assert "テキストのみにする" not in member.get(address).text
    form = {"csrf_token": csrf_token(owner, address), "set": "1"}
    assert owner.post(f"/chat/{room}/text-only", data=form).status_code == 302
    page = member.get(f"/chat/{room}").text
    assert 'name="files_new"' not in page
    assert "このルームはテキストのみです" in page
    form = {"csrf_token": csrf_token(member, f"/chat/{room}"), "set": "0"}
    assert member.post(f"/chat/{room}/text-only", data=form).status_code == 403
    assert sign_in_as(office.app, office.outsider).get(address).status_code == 404
