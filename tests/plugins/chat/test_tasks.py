"""Tasks of a room: set, done once, told of, waiting in the portal, kept as records, and seen by those who see the room."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.principals import rebuild
from groupware.actor import system
from groupware.api.services import issue
from groupware.audit.models import AuditRecord
from groupware.db import session, unit
from groupware.directory.models import Appointment
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.events.models import Event
from groupware.notifications.queries import timeline
from groupware.records.queries import kinds, record_type
from groupware.testing.signing_in import sign_in_as
from groupware.text.folding import fold
from groupware.worker import Worker
from plugins.chat.models import Task
from plugins.chat.permissions import MANAGE_DESK
from plugins.chat.portlets import pending
from plugins.chat.queries import rooms as seen
from plugins.chat.queries import tasks as found
from plugins.chat.rules import FORBIDDEN_WORDS
from plugins.chat.services import desks, enquiries, members, reminding, retention, rooms, task_exhibits, tasks
from plugins.chat.services.tasks import WHAT_LENGTH, TaskPlan
from tests.plugins.chat.conftest import MORNING, Office
from tests.plugins.chat.test_pages import FRAGMENT, INDIVIDUAL_NUMBER, send

TODAY = clock.local(MORNING).date()
TOMORROW = TODAY + timedelta(days=1)


def person(key: int) -> str:
    """What a form calls somebody."""
    return f"person:{key}"


def make(office: Office, who: int, room: UUID, what: str = "名簿を作る", *people: int, **more) -> UUID:
    """A task of somebody for people."""
    plan = TaskPlan(what, [person(one) for one in people], more.pop("due_on", None))
    return office.write(tasks.make, who, room, plan, **more)


def shown(office: Office, who: int, room: UUID, task: UUID) -> found.TaskLine:
    """The task as somebody opens it."""
    return office.read(lambda actor: found.one(actor, seen.one(actor, room), task), who)


def open_in(office: Office, who: int, room: UUID, **which) -> list[str]:
    """What is to be done in a room as somebody sees it."""
    return [
        one.what
        for one in office.read(lambda actor: found.of_room(actor, seen.one(actor, room), **which), who)
    ]


def mine(office: Office, who: int) -> list[str]:
    """What somebody is to do."""
    return [one.what for one in office.read(found.mine, who)]


@pytest.fixture
def told(office: Office) -> Callable[[int], list[tuple[str, str]]]:
    """`told(person)` is what stands in the timeline of a person once the worker has been there."""

    def lines(person_id: int) -> list[tuple[str, str]]:
        Worker(office.app).run_due()
        who = office.actor(person_id)
        with office.app.test_request_context(), unit("read"):
            return [(line.kind.id, line.title) for line in timeline(who).lines]

    return lines


def test_a_task_is_set_once_and_done_by_the_first(office: Office) -> None:
    room = office.open()
    said = office.say(office.owner, room, "名簿をお願いします。")
    task = make(
        office, office.owner, room, "名簿を作る", office.member, due_on=TOMORROW, seq=said.seq, key="k"
    )
    again = make(
        office, office.owner, room, "名簿を作る", office.member, due_on=TOMORROW, seq=said.seq, key="k"
    )
    assert task == again
    line = shown(office, office.reader, room, task)
    assert (line.what, line.assignees, line.due_on, line.seq) == ("名簿を作る", ("高橋 凛",), TOMORROW, 1)
    assert (mine(office, office.member), mine(office, office.owner)) == (["名簿を作る"], [])
    office.write(tasks.finish, office.member, room, task)
    office.write(tasks.finish, office.moderator, room, task)
    line = shown(office, office.owner, room, task)
    assert (line.done_by_name, line.version) == ("高橋 凛", 2)
    assert (open_in(office, office.owner, room), open_in(office, office.owner, room, is_done=True)) == (
        [],
        ["名簿を作る"],
    )
    assert mine(office, office.member) == []
    office.write(tasks.finish, office.owner, room, task, is_done=False)
    assert mine(office, office.member) == ["名簿を作る"]
    with office.app.app_context(), unit("read"):
        changed = [
            row.payload for row in session.query(Event).order_by(Event.seq) if row.kind == "chat.task_changed"
        ]
    assert [one["seq"] for one in changed] == [1, 1, 1]


def test_a_change_keeps_what_the_task_said(office: Office) -> None:
    room = office.open()
    task = make(office, office.owner, room, "名簿", office.member)
    plan = TaskPlan("名簿を送る", [person(office.moderator)], TOMORROW)
    office.write(tasks.change, office.member, room, task, plan, version=1)
    with pytest.raises(Conflict):
        office.write(tasks.change, office.owner, room, task, plan, version=1)
    line = shown(office, office.owner, room, task)
    assert (line.what, line.assignees) == ("名簿を送る", ("鈴木 蓮",))
    before = office.read(lambda _: found.before(line), office.owner)
    assert [(one.what, one.assignees, one.made_by_name) for one in before] == [("名簿", "高橋 凛", "高橋 凛")]


def test_who_may_set_and_take_away(office: Office) -> None:
    room = office.open()
    task = make(office, office.owner, room)
    with pytest.raises(Denied):
        make(office, office.reader, room)
    with pytest.raises(Denied):
        office.write(tasks.finish, office.reader, room, task)
    with pytest.raises(Denied):
        office.write(tasks.remove, office.member, room, task)
    for who, uid in ((office.outsider, task), (office.member, uuid4())):
        with pytest.raises(NotFound):
            office.write(tasks.finish, who, room, uid)
    for seq in (1, 2**60):
        with pytest.raises(NotFound):
            make(office, office.member, room, "ない", seq=seq)
    office.write(tasks.remove, office.moderator, room, task)
    with pytest.raises(NotFound):
        shown(office, office.owner, room, task)
    with office.app.app_context(), unit("read"):
        assert session.query(AuditRecord).filter_by(action="chat.task_deleted").count() == 1
    office.write(rooms.archive, office.owner, room)
    with pytest.raises(Conflict):
        make(office, office.owner, room)


def test_tasks_are_for_those_of_the_room(office: Office) -> None:
    office.set_rule(FORBIDDEN_WORDS, "極秘")
    section = office.named(PrincipalKind.UNIT_TREE, office.waste)
    room = office.open()
    office.write(members.add, office.owner, room, [section])
    for what, who, field in (
        (" ", (), "what"),
        ("あ" * (WHAT_LENGTH + 1), (), "what"),
        ("極秘", (), "what"),
        (INDIVIDUAL_NUMBER, (), "what"),
        ("x", ("everyone:0",), "assignees"),
        ("x", (f"unit_tree:{office.environment + 999}",), "assignees"),
        ("x", ("person:999999",), "assignees"),
        ("x", tuple(f"person:{number}" for number in range(31)), "assignees"),
    ):
        with pytest.raises((Invalid, NotFound)) as refused:
            office.write(tasks.make, office.member, room, TaskPlan(what, who))
        if isinstance(refused.value, Invalid) and refused.value.fields:
            assert list(refused.value.fields) == [field]
    office.write(tasks.make, office.member, room, TaskPlan("課で対応", [f"unit_tree:{office.waste}"]))
    assert mine(office, office.outsider) == mine(office, office.reader) == ["課で対応"]
    assert mine(office, office.member) == []
    with office.app.app_context(), unit("read"):
        assert session.query(Task).count() == 1


def test_ones_own_tasks_come_by_their_day_and_stand_in_the_portal(office: Office) -> None:
    room, other = office.open(), office.open(name="別のルーム")
    for what, where, day in (
        ("いつか", room, None),
        ("明日", other, TOMORROW),
        ("遅れ", room, TODAY - timedelta(days=3)),
    ):
        make(office, office.owner, where, what, office.member, due_on=day)
    assert mine(office, office.member) == ["遅れ", "明日", "いつか"]
    assert [one.what for one in office.read(found.asked, office.owner)] == ["遅れ", "明日", "いつか"]
    who = office.actor(office.member)
    with office.app.test_request_context(), unit("read"):
        items, number = pending(who, 2)
    assert ([(one.title, one.detail) for one in items], number) == (
        [("遅れ", "災害対策"), ("明日", "別のルーム")],
        3,
    )
    client = sign_in_as(office.app, office.member)
    page = client.get("/chat/tasks").text
    assert page.index("遅れ") < page.index("明日") < page.index("いつか")
    assert "期限切れ" in page
    assert "遅れ" in client.get("/").text
    office.write(rooms.archive, office.owner, other)
    assert mine(office, office.member) == ["遅れ", "いつか"]
    office.write(rooms.leave, office.member, room)
    assert mine(office, office.member) == []


def test_what_nobody_of_the_room_does_any_more_comes_to_its_owner(office: Office) -> None:
    room = office.open()
    task = make(office, office.moderator, room, "引継ぎ", office.member)
    assert mine(office, office.owner) == []
    office.write(rooms.leave, office.member, room)
    assert mine(office, office.owner) == ["引継ぎ"]
    assert mine(office, office.moderator) == []
    assert shown(office, office.owner, room, task).is_left
    plan = TaskPlan("引継ぎ", [person(office.member), person(office.moderator)])
    office.write(tasks.change, office.owner, room, task, plan, version=1)
    assert (mine(office, office.owner), mine(office, office.moderator)) == ([], ["引継ぎ"])


def _transferred(office: Office, day: date) -> int:
    """Somebody who came into 廃棄物課 on that day."""
    person_id = office.factory.person("新人", office.waste, office.factory.post("主事補", 60))
    with office.app.app_context(), unit("write"):
        session.query(Appointment).filter_by(person_id=person_id).update({"valid_from": day})
        rebuild([person_id])
    return person_id


def test_who_comes_late_sees_what_was_set_since(office: Office) -> None:
    room = office.open(shows_past=False)
    waste = office.named(PrincipalKind.UNIT_TREE, office.waste)
    office.write(members.add, office.owner, room, [waste])
    early = office.write(tasks.make, office.owner, room, TaskPlan("前", [f"unit_tree:{office.waste}"]))
    with clock.frozen(MORNING + timedelta(days=2)):
        newcomer = _transferred(office, TODAY + timedelta(days=1))
        office.write(tasks.make, office.owner, room, TaskPlan("後", [f"unit_tree:{office.waste}"]))
        assert mine(office, newcomer) == open_in(office, newcomer, room) == ["後"]
        assert mine(office, office.outsider) == ["前", "後"]
        with pytest.raises(NotFound):
            shown(office, newcomer, room, early)
        with pytest.raises(NotFound):
            office.write(tasks.finish, newcomer, room, early)


def test_people_are_told_what_is_theirs_what_is_due_and_what_was_done(office: Office, told) -> None:
    room = office.open()
    with clock.frozen(MORNING - timedelta(hours=1)):
        task = make(office, office.owner, room, "名簿", office.member, office.owner, due_on=TOMORROW)
        make(office, office.member, room, "自分の分", office.member)
        assert told(office.member) == [("chat.task_assigned", "名簿")]
        assert told(office.owner) == []
    assert told(office.member) == told(office.owner) == [("chat.task_due", "名簿")]
    with office.app.app_context(), unit("write"):
        reminding.remind(system("job"))
    with office.app.app_context(), unit("read"):
        assert session.query(Event).filter_by(kind="chat.task_due").count() == 1
    office.write(tasks.finish, office.member, room, task)
    assert told(office.owner) == [("chat.task_done", "名簿")]
    client = sign_in_as(office.app, office.owner)
    with client.get(f"/chat/{room}/tasks/{task}") as page:
        assert page.status_code == 200
    who = office.actor(office.owner)
    with office.app.test_request_context(), unit("read"):
        assert [line.is_unread for line in timeline(who).lines] == [False]
    assert told(office.reader) == []


def test_a_friday_reminds_of_monday(office: Office) -> None:
    room = office.open()
    friday = MORNING + timedelta(days=3)
    make(office, office.owner, room, "月曜まで", office.member, due_on=TODAY + timedelta(days=6))
    for at, number in (
        (MORNING, 0),
        (friday - timedelta(hours=1), 0),
        (friday, 1),
        (friday + timedelta(days=1), 1),
    ):
        with clock.frozen(at), office.app.app_context(), unit("write"):
            reminding.remind(system("job"))
        with office.app.app_context(), unit("read"):
            assert session.query(Event).filter_by(kind="chat.task_due").count() == number


def test_pages_work_without_scripts(office: Office) -> None:
    room = office.open()
    said = office.say(office.owner, room, "名簿を\nお願いします。")
    client = sign_in_as(office.app, office.member)
    page = client.get(f"/chat/{room}").text
    assert f"/chat/{room}/tasks/new?message=1" in page
    form = client.get(f"/chat/{room}/tasks/new?message={said.seq}").text
    assert 'value="名簿を お願いします。"' in form
    assert f'value="person:{office.member}"' in form
    body = {
        "what": "名簿",
        "assignees": person(office.member),
        "due_on": TOMORROW.isoformat(),
        "form_key": "k",
    }
    for _ in range(2):
        answer = send(client, f"/chat/{room}/tasks/new?message=1", **body)
        assert answer.location.endswith("#m1")
    assert "タスクあり" in client.get(f"/chat/{room}").text
    assert open_in(office, office.owner, room) == ["名簿"]
    wrong = body | {"assignees": person(office.outsider), "form_key": ""}
    assert send(client, f"/chat/{room}/tasks/new", **wrong).status_code == 422
    assert send(client, f"/chat/{room}/tasks/new", **(body | {"due_on": "x"})).status_code == 422
    assert client.get(f"/chat/{room}/tasks/new?message=99999999999999999999999").status_code == 404
    (task,) = office.read(lambda actor: found.of_room(actor, seen.one(actor, room)), office.member)
    address = f"/chat/{room}/tasks/{task.uid}"
    office.write(tasks.change, office.owner, room, task.uid, TaskPlan("名簿と地図"), version=1)
    stale = send(client, f"{address}/edit", what="名簿だけ", version="1")
    assert (stale.status_code, "名簿だけ" in stale.text, "名簿と地図" in stale.text) == (409, True, True)
    assert "<html" not in client.get(f"/chat/{room}/tasks", headers=FRAGMENT).text
    assert send(client, f"{address}/done", done="1", back="mine").location.endswith("/chat/tasks")
    assert "タスク完了" in client.get(f"/chat/{room}").text
    assert "名簿と地図" in client.get(f"/chat/{room}/tasks?done=1").text
    for which in ("asked", "done", "x"):
        assert client.get(f"/chat/tasks?which={which}").status_code == 200
    owner = sign_in_as(office.app, office.owner)
    assert owner.get(f"{address}/remove").status_code == 200
    assert send(owner, f"{address}/remove").status_code == 302
    assert owner.get(address).status_code == 404
    reader = sign_in_as(office.app, office.reader)
    assert reader.get(f"/chat/{room}/tasks").status_code == 200
    assert reader.get(f"/chat/{room}/tasks/new").status_code == 404


def test_programs_list_set_and_finish_tasks(office: Office) -> None:
    room = office.open()
    who = office.actor(office.member)
    with office.app.app_context(), unit("write"):
        secret = issue(who, "試し", ["chat:read", "chat:write"], 9).secret
    client = office.app.test_client()

    def call(method: str, path: str, **more):
        return client.open(
            f"/api/v1/chat/tasks{path}", method=method, headers={"Authorization": f"Bearer {secret}"}, **more
        )

    body = {
        "room": str(room),
        "what": "名簿",
        "assignees": [person(office.member)],
        "due_on": TOMORROW.isoformat(),
    }
    made = call("POST", "", json=body)
    assert (made.status_code, made.json["what"], made.json["is_mine"]) == (201, "名簿", True)
    assert [one["uid"] for one in call("GET", "").json["items"]] == [made.json["uid"]]
    other = make(office, office.owner, room, "別の人の仕事", office.owner)
    of_room = call("GET", f"?room={room}").json["items"]
    assert [one["uid"] for one in of_room] == [made.json["uid"], str(other)]
    assert len({one["task_id"] for one in of_room}) == 2
    assert call("GET", f"?room={uuid4()}").status_code == 404
    assert call("GET", "?room=x").status_code == 422
    assert call("POST", f"/{made.json['uid']}/done").json["done_by"] == "高橋 凛"
    assert call("GET", "").json["items"] == []
    assert len(call("GET", "?done=true").json["items"]) == 1
    assert call("POST", f"/{made.json['uid']}/reopen").json["done_at"] is None
    assert call("POST", "", json=body | {"room": str(uuid4())}).status_code == 404
    assert call("POST", "", json=body | {"assignees": [person(office.outsider)]}).status_code == 422
    office.write(rooms.leave, office.member, room)
    assert call("GET", f"/{made.json['uid']}").status_code == call("GET", f"/{uuid4()}").status_code == 404
    assert call("POST", f"/{made.json['uid']}/done").status_code == 404


def test_tasks_are_records_of_their_room(office: Office) -> None:
    room = office.open()
    task = make(office, office.owner, room, "雨漏りの見積り", office.member)
    office.write(tasks.change, office.member, room, task, TaskPlan("屋根の見積り"), version=1)
    gone = make(office, office.owner, room, "雨どい")
    office.write(tasks.remove, office.owner, room, gone)

    def find(text: str, **limits) -> list[tuple[str, int | None]]:
        wanted = {"since": None, "until": None, "units": None, "limit": 10} | limits
        with office.app.app_context(), unit("read"):
            return [(one.title, one.unit_id) for one in task_exhibits.find(fold(text).split(), **wanted)]

    assert find("雨漏り") == find("屋根") == [("災害対策 屋根の見積り", office.shelter)]
    assert find("雨どい", units=frozenset({office.shelter})) == [("災害対策 雨どい", office.shelter)]
    assert find("屋根", units=frozenset({office.waste})) == find("屋根", since=TOMORROW) == []
    with office.app.app_context(), unit("read"):
        row = session.query(Task).filter_by(uid=task).one()
        exhibit = task_exhibits.exhibit(row.id)
        assert record_type(kinds()["chat.task"].whole(row)) == "chat.room"
    for words in ("屋根の見積り", "雨漏りの見積り", "高橋 凛"):
        assert words in exhibit.text
    key = office.view(office.owner, room).id
    office.write(lambda _: retention.purge([key]), office.owner)
    with office.app.app_context(), unit("read"):
        assert session.query(Task).count() == 0


def test_a_talk_of_two_is_kept_from_its_last_task_on(office: Office) -> None:
    talk = office.write(rooms.direct, office.owner, office.outsider).uid
    with clock.frozen(MORNING - timedelta(days=700)):
        office.say(office.owner, talk, "昔の話")
    make(office, office.owner, talk, "確認", office.outsider)
    assert mine(office, office.outsider) == ["確認"]

    def over(day: date) -> int:
        with office.app.app_context(), unit("read"):
            return len(session.execute(retention.expired(day)).all())

    assert (over(date(2030, 3, 31)), over(date(2030, 4, 1))) == (0, 1)


def test_enquiries_have_no_tasks(office: Office) -> None:
    office.factory.grant(PrincipalKind.PERSON, office.owner, MANAGE_DESK)
    desk = office.write(desks.open_desk, office.owner, office.shelter, "").uid
    room = office.write(enquiries.ask, office.outsider, desk, "様式", "どれですか。", key="a")
    for who in (office.outsider, office.owner):
        client = sign_in_as(office.app, who)
        assert "/tasks/new" not in client.get(f"/chat/{room}").text
        assert client.get(f"/chat/{room}/tasks").status_code == 404
        assert client.get(f"/chat/{room}/tasks/new?message=1").status_code == 404
        with pytest.raises(NotFound):
            make(office, who, room)
