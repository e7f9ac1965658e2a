"""A room and the schedule: forms that begin with its people, what comes up for them, and nothing where there is no schedule."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.capabilities import NULLS, Appointing, Draft, Span, appointing
from groupware.db import unit
from groupware.testing.signing_in import sign_in_as
from plugins.chat.permissions import MANAGE_DESK
from plugins.chat.plugin import plugin as chat
from plugins.chat.queries import appointments as found
from plugins.chat.queries import rooms as seen
from plugins.chat.services import desks, enquiries, members, messages, rooms
from plugins.schedule.enums import Visibility
from plugins.schedule.services import events
from plugins.schedule.services.content import Content
from tests.plugins.chat.conftest import MORNING, Office
from tests.plugins.chat.test_pages import send


def enter(office: Office, who: int, *people: int, title: str = "打合せ", **changes) -> UUID:
    """An event of somebody for people, tomorrow at eight."""
    begins = MORNING + timedelta(days=1)
    values = {"starts_at": begins, "ends_at": begins + timedelta(hours=1)} | changes
    chosen = tuple(f"person:{one}" for one in people)
    return office.write(
        events.create, who, Content(title=title, participants=chosen, **values), organiser_id=who
    )


def comes_up(office: Office, who: int, room: UUID) -> list[tuple[str, tuple[str, ...]]]:
    """What stands in the calendar of a room as somebody sees it."""
    who_looks = office.actor(who)
    with office.app.test_request_context(), unit("read"):
        return [
            (one.meeting.title, one.names) for one in found.meetings(who_looks, seen.one(who_looks, room))
        ]


def test_an_event_begins_with_the_people_of_the_room_and_what_was_said(office: Office) -> None:
    room = office.open()
    section = office.named(PrincipalKind.UNIT_TREE, office.waste)
    office.write(members.add, office.owner, room, [section])
    office.say(office.owner, room, "打合せをしませんか。\n場所は未定です。")
    client = sign_in_as(office.app, office.member)
    assert f"/chat/{room}/event?message=1" in client.get(f"/chat/{room}").text
    answer = client.get(f"/chat/{room}/event?message=1")
    asked = parse_qs(urlsplit(answer.location).query)
    assert urlsplit(answer.location).path == "/schedule/new"
    assert asked["title"] == ["打合せをしませんか。"]
    assert asked["text"][0].startswith("佐藤 葵: 打合せをしませんか。\n場所は未定です。\nhttp")
    people = (office.owner, office.moderator, office.member, office.reader)
    assert set(asked["with"]) == {f"unit_tree:{office.waste}", *(f"person:{one}" for one in people)}
    assert asked["back"] == [f"/chat/{room}?latest=1"]
    form = client.get(answer.location).text
    assert 'value="打合せをしませんか。"' in form
    poll = client.get(f"/chat/{room}/poll")
    assert urlsplit(poll.location).path == "/schedule/polls/new"
    assert parse_qs(urlsplit(poll.location).query)["back"] == [f"/chat/{room}?latest=1"]
    assert 'value="災害対策"' in client.get(poll.location).text


def test_who_entered_it_comes_back_with_a_line_to_send(office: Office) -> None:
    room = office.open()
    client = sign_in_as(office.app, office.member)
    day = (clock.local(MORNING) + timedelta(days=1)).date().isoformat()
    form = {
        "title": "打合せ",
        "starts_on": day,
        "starts_time": "10:00",
        "ends_time": "11:00",
        "visibility": "everyone",
        "classification": "1",
        "participants": [f"person:{office.member}", f"person:{office.owner}"],
        "back": f"/chat/{room}?latest=1",
    }
    made = send(client, "/schedule/new", **form)
    assert made.status_code == 302
    assert made.location.startswith(f"/chat/{room}?latest=1&event=")
    page = client.get(made.location).text
    field = page.split('id="text"')[1].split("</textarea>")[0]
    assert "打合せ\n2026年11月25日(水) 10:00–11:00\nhttp" in field
    assert office.texts(office.owner, room) == []
    abroad = send(client, "/schedule/new", **(form | {"title": "別の件", "back": "//example.com/x"}))
    assert abroad.location.startswith("/schedule/")
    assert client.get(f"/chat/{room}?event={uuid4()}").status_code == 200
    assert client.get(f"/chat/{room}?event=x").status_code == 200


def test_who_asked_for_a_date_comes_back_with_a_line_to_send(office: Office) -> None:
    room = office.open()
    client = sign_in_as(office.app, office.member)
    form = client.get(client.get(f"/chat/{room}/poll").location).text
    assert f'name="back" type="hidden" value="/chat/{room}?latest=1"' in form
    day = (clock.local(MORNING) + timedelta(days=3)).date().isoformat()
    asked = {
        "title": "現地確認",
        "participants": [f"person:{office.member}", f"person:{office.owner}"],
        "answer_on": (clock.local(MORNING) + timedelta(days=2)).date().isoformat(),
        "answer_time": "17:00",
        "day": day,
        "begins": "10:00",
        "ends": "11:00",
        "back": f"/chat/{room}?latest=1",
    }
    made = send(client, "/schedule/polls/new", **asked)
    assert made.status_code == 302, made.text
    assert made.location.startswith(f"/chat/{room}?latest=1&poll=")
    field = client.get(made.location).text.split('id="text"')[1].split("</textarea>")[0]
    assert "現地確認\n候補日調整：" in field
    assert office.texts(office.owner, room) == []
    # Who may not open it learns nothing of it, and what is none is nothing.
    number = made.location.rpartition("=")[2]
    outsider = sign_in_as(office.app, office.reader)
    assert "現地確認" not in outsider.get(f"/chat/{room}?poll={number}").text
    for wrong in (uuid4(), "x"):
        assert "現地確認" not in client.get(f"/chat/{room}?poll={wrong}").text
    abroad = send(client, "/schedule/polls/new", **(asked | {"title": "別の件", "back": "//example.com/x"}))
    assert abroad.location.startswith("/schedule/polls/")


def test_the_calendar_shows_what_several_of_the_room_attend(office: Office) -> None:
    room = office.open()
    enter(office, office.owner, office.owner, office.member, office.outsider, title="合同の打合せ")
    enter(office, office.owner, office.owner, office.outsider, title="よその打合せ")
    hidden = {"visibility": Visibility.PARTICIPANTS}
    enter(office, office.owner, office.owner, office.member, title="人事の相談", **hidden)
    far = MORNING + timedelta(days=60)
    enter(
        office,
        office.owner,
        office.owner,
        office.member,
        title="遠い日",
        starts_at=far,
        ends_at=far + timedelta(hours=1),
    )
    together = ("合同の打合せ", ("佐藤 葵", "高橋 凛"))
    assert comes_up(office, office.reader, room) == [together]
    assert sorted(comes_up(office, office.member, room)) == [("人事の相談", ("佐藤 葵", "高橋 凛")), together]
    client = sign_in_as(office.app, office.reader)
    page = client.get(f"/chat/{room}/calendar").text
    assert "合同の打合せ" in page
    assert "人事の相談" not in page
    assert "ルームに知らせる" not in page
    assert "ルームに知らせる" in sign_in_as(office.app, office.member).get(f"/chat/{room}/calendar").text


def test_nobody_learns_of_an_event_by_its_number(office: Office) -> None:
    room = office.open()
    hidden = enter(office, office.owner, office.owner, title="面談", visibility=Visibility.PARTICIPANTS)
    for who, is_told in ((office.member, False), (office.owner, True)):
        page = sign_in_as(office.app, who).get(f"/chat/{room}?event={hidden}").text
        assert ("面談" in page) == is_told


def test_where_nothing_leads_there_is_no_page(office: Office) -> None:
    room = office.open()
    said = office.say(office.owner, room)
    office.write(messages.delete, office.owner, room, said.uid)
    client, outsider = (sign_in_as(office.app, one) for one in (office.member, office.outsider))
    for path in ("calendar", "event", "poll"):
        assert outsider.get(f"/chat/{room}/{path}").status_code == 404
    assert client.get(f"/chat/{room}/event?message=1").status_code == 404
    assert client.get(f"/chat/{room}/event?message=99999999999999999999").status_code == 404
    office.factory.grant(PrincipalKind.PERSON, office.owner, MANAGE_DESK)
    desk = office.write(desks.open_desk, office.owner, office.shelter, "").uid
    enquiry = office.write(enquiries.ask, office.outsider, desk, "様式", "どれですか。", key="a")
    for path in ("calendar", "event", "poll"):
        assert outsider.get(f"/chat/{enquiry}/{path}").status_code == 404
    own = office.write(rooms.own, office.member).uid
    enter(office, office.member, office.member, title="自分の予定")
    assert comes_up(office, office.member, own) == [("自分の予定", ("高橋 凛",))]


def test_a_schedule_that_is_switched_off_leaves_nothing_behind(office: Office) -> None:
    room = office.open()
    office.say(office.owner, room)
    event = enter(office, office.owner, office.owner, office.member)
    office.set_rule("schedule.enabled", False)
    client = sign_in_as(office.app, office.member)
    page = client.get(f"/chat/{room}?event={event}")
    assert page.status_code == 200
    for words in ("予定を作成", "カレンダー", "打合せ"):
        assert words not in page.text
    for path in ("calendar", "event?message=1", "poll"):
        assert client.get(f"/chat/{room}/{path}").status_code == 404


def test_without_a_schedule_nothing_can_be_entered(office: Office, make_app) -> None:
    app = make_app([chat])
    who = office.actor(office.member)
    with app.app_context(), unit("read"):
        nobody = appointing(who)
        window = Span(MORNING, MORNING + timedelta(days=1))
        assert nobody is NULLS[Appointing]
        assert isinstance(nobody, Appointing)
        assert (nobody.compose_url(who, Draft()), nobody.poll_url(who, Draft())) == ("", "")
        assert (nobody.events_of(who, [1], [1], window), nobody.event(who, uuid4())) == ((), None)
        assert nobody.poll(who, uuid4()) is None
        assert not found.has_schedule(who)


def test_the_schedule_provides_it(office: Office) -> None:
    who = office.actor(office.member)
    with office.app.app_context(), unit("read"):
        assert isinstance(appointing(who), Appointing)
        assert found.has_schedule(who)
