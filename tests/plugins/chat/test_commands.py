"""Commands: looked at and answered for who typed them alone, and never told a room by mistake."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from groupware import slash
from groupware.db import session, unit
from groupware.directory.models import Person
from groupware.plugin import Command, Says
from groupware.registry import registry
from groupware.slash import Typed
from groupware.testing.signing_in import sign_in_as
from plugins.chat.enums import Role
from plugins.chat.models import Place
from plugins.chat.services import drafts, rooms
from tests.plugins.chat.conftest import Office
from tests.plugins.chat.test_enquiries import _ask, desk
from tests.plugins.chat.test_pages import FRAGMENT, send

__all__ = ["desk"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/help", Typed("help", "")),
        ("／ヘルプ", Typed("ヘルプ", "")),
        ("  /task 名簿を\n確認する  ", Typed("task", "名簿を 確認する")),
        ("/会議室　本庁舎", Typed("会議室", "本庁舎")),
        ("/etc/hosts を見る", Typed("etc/hosts", "を見る")),
        ("//そのまま", None),
        ("／／そのまま", None),
        ("/ 3", None),
        ("/", None),
        ("", None),
        ("4/1から", None),
        ("本文\n/help", None),
    ],
)
def test_what_is_a_command(text: str, found: Typed | None) -> None:
    assert slash.typed(text) == found


def test_two_slashes_say_one() -> None:
    assert slash.unescaped("//help を使います") == "/help を使います"
    assert slash.unescaped(" ／／help") == "／help"
    assert slash.unescaped("///") == "//"
    assert slash.unescaped("a // b") == "a // b"


def browser(office: Office, person: int) -> FlaskClient:
    """The browser of somebody; they sign in once."""
    known = office.app.extensions.setdefault("browsers", {})
    if person not in known:
        known[person] = sign_in_as(office.app, person)
    found: FlaskClient = known[person]
    return found


def typed(office: Office, person: int, room: UUID, text: str, **more: Any) -> Any:
    """Send it as the script of the page does."""
    client = browser(office, person)
    return send(client, f"/chat/{room}/messages", headers=FRAGMENT, **{"text": text, "key": "k"} | more)


def names(office: Office, person: int, room: UUID, query: str = "") -> list[str]:
    """What the list offers."""
    page = browser(office, person).get(f"/chat/{room}/commands", query_string={"q": query}).text
    return [part.split('"')[0] for part in page.split('data-label="')[1:]]


def test_the_list_offers_what_begins_so_in_any_writing(office: Office) -> None:
    room = office.open()
    assert set(names(office, office.member, room)) >= {
        "ヘルプ",
        "タスク",
        "予定",
        "空き時間",
        "会議室",
        "掲示",
        "連絡先",
    }
    for query, found in (
        ("ta", "task"),
        ("ＴＡ", "task"),
        ("たす", "タスク"),
        ("会", "会議室"),
        ("空き", "空き時間"),
    ):
        assert names(office, office.member, room, query) == [found]
    assert names(office, office.member, room, "ない") == []
    for person in (office.reader, office.outsider):
        assert browser(office, person).get(f"/chat/{room}/commands").status_code == 404


def test_a_command_opens_a_form_that_is_filled_in(office: Office) -> None:
    room = office.open()
    for text, beginning in (
        ("/task 名簿の確認", f"/chat/{room}/tasks/new?what=%E5%90%8D%E7%B0%BF"),
        ("／タスク 名簿の確認", f"/chat/{room}/tasks/new?what=%E5%90%8D%E7%B0%BF"),
        ("/予定 打合せ", "/schedule/new?title=%E6%89%93"),
        ("/空き", "/schedule/free?participants="),
        ("/会議室 本庁舎", "/facility/search?q=%E6%9C%AC"),
        ("/掲示 休暇", "/bulletin/?q=%E4%BC%91"),
    ):
        answer = typed(office, office.member, room, text)
        assert answer.status_code == 200, text
        assert answer.json["opens"].startswith(beginning)
        page = browser(office, office.member).get(answer.json["opens"])
        assert page.status_code == 200, text
    assert "名簿の確認" in browser(office, office.member).get(f"/chat/{room}/tasks/new?what=名簿の確認").text
    assert office.seqs() == []


def test_an_answer_is_seen_by_who_asked_and_kept_nowhere(office: Office) -> None:
    room = office.open()
    office.write(drafts.save, office.member, room, "/help", key="k")
    answer = typed(office, office.member, room, "/help")
    for words in ("コマンド", "/タスク 内容", "/task", "あなただけに表示されています。", "//"):
        assert words in answer.json["answer"]
    assert office.seqs() == []
    with office.app.app_context(), unit("read"):
        assert [one.draft for one in session.query(Place).filter_by(person_id=office.member)] == [""]


def test_without_scripts_the_page_answers(office: Office) -> None:
    room = office.open()
    client = browser(office, office.member)
    shown = send(client, f"/chat/{room}/messages", text="/ヘルプ", key="a")
    assert shown.status_code == 200
    assert "あなただけに表示されています。" in shown.text
    led = send(client, f"/chat/{room}/messages", text="/task 名簿", key="b")
    assert led.status_code == 303
    assert led.headers["Location"].startswith(f"/chat/{room}/tasks/new?what=")
    refused = send(client, f"/chat/{room}/messages", text="/ない 本文", key="c")
    assert refused.status_code == 422
    assert ">/ない 本文</textarea>" in refused.text
    assert "「/ない」というコマンドはありません" in refused.text
    assert office.seqs() == []


def test_what_a_command_says_is_a_message_of_the_person(office: Office) -> None:
    room = office.open()
    refused = typed(office, office.member, room, "/連絡先")
    assert (refused.status_code, refused.json["code"]) == (422, "no_number")
    with office.app.app_context(), unit("write"):
        session.get_one(Person, office.member).extension = "2345"
    for _ in range(2):
        assert typed(office, office.member, room, "/連絡先").status_code == 201
    (line,) = office.page(office.owner, room).messages
    assert (line.sender_name, line.text) == ("高橋 凛", "保護課 高橋 凛\n内線 2345")


def test_two_slashes_send_a_text_that_begins_with_one(office: Office) -> None:
    room = office.open()
    assert typed(office, office.member, room, "//help と入力してください。").status_code == 201
    assert office.texts(office.owner, room) == ["/help と入力してください。"]


def test_what_cannot_be_run_is_refused_and_told_nobody(office: Office) -> None:
    room = office.open()
    for text, more in (
        ("/ない", {}),
        ("/task " + "あ" * 501, {}),
        ("/help", {"files": str(uuid4())}),
    ):
        answer = typed(office, office.member, room, text, **more)
        assert (answer.status_code, answer.json["code"]) == (422, "command"), text
    assert typed(office, office.reader, room, "/help").status_code == 403
    assert typed(office, office.outsider, room, "/help").status_code == 404
    office.write(rooms.archive, office.owner, room)
    assert typed(office, office.member, room, "/help").status_code == 403
    assert office.seqs() == []


def test_a_command_is_not_put_by_to_be_sent_later(office: Office) -> None:
    room = office.open()
    client = browser(office, office.member)
    later = {"at": "chosen", "due_date": "2026-11-25", "due_time": "09:00"}
    answer = send(client, f"/chat/{room}/scheduled", headers=FRAGMENT, text="/help", key="a", **later)
    assert (answer.status_code, answer.json["code"]) == (422, "command")
    said = send(client, f"/chat/{room}/scheduled", headers=FRAGMENT, text="//help です", key="a", **later)
    assert said.status_code == 201
    assert "/help です" in client.get("/chat/scheduled").text


def test_programs_say_what_they_say(office: Office) -> None:
    room = office.open()
    office.say(office.member, room, "/help")
    assert office.texts(office.owner, room) == ["/help"]


def test_an_enquiry_has_help_alone(office: Office, desk: UUID) -> None:
    enquiry = _ask(office, desk, office.outsider)
    for person in (office.outsider, office.member):
        assert names(office, person, enquiry) == ["ヘルプ"]
        assert typed(office, person, enquiry, "/予定").status_code == 422
        answer = typed(office, person, enquiry, "/help")
        assert "/予定" not in answer.json["answer"]
    assert len(office.seqs()) == 1


def test_a_function_that_is_switched_off_takes_its_commands_along(office: Office) -> None:
    room = office.open()
    office.set_rule("facility.enabled", False)
    assert "会議室" not in names(office, office.member, room)
    assert typed(office, office.member, room, "/会議室").status_code == 422


def test_a_permission_hides_a_command(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    room = office.open()
    with office.app.app_context():
        chat = registry().get("chat")
        assert chat is not None
        kept = replace(
            chat,
            commands=(
                Command(
                    id="chat.keep",
                    names=("keep",),
                    title="Keep",
                    run=lambda *_: Says("秘密"),
                    permission="chat:room:keep",
                ),
            ),
        )
    monkeypatch.setattr("groupware.rules.enabled", lambda _unit: (kept,))
    assert names(office, office.member, room) == []
    assert typed(office, office.member, room, "/keep").status_code == 422
    assert office.seqs() == []


def test_a_place_asks_for_its_people_only_where_a_command_does(office: Office) -> None:
    room = office.open(roles=False, members=[(one, Role.MEMBER) for one in office.people(office.member)])
    address = typed(office, office.member, room, "/予定 打合せ").json["opens"]
    for person in (office.owner, office.member):
        assert f"with=person%3A{person}" in address or f"with=person:{person}" in address
    assert str(office.outsider) not in address.split("with=")
