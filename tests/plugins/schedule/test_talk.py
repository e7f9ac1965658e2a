"""Comments on events and their files: for those who see all of the event, and nobody else."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from groupware import clock
from groupware.attachments.models import Attachment
from groupware.attachments.queries import shown_files
from groupware.attachments.services import adding
from groupware.db import session, unit
from groupware.errors import Denied, Invalid, NotFound
from groupware.notifications.models import Notice
from groupware.testing.signing_in import csrf_token
from groupware.worker import Worker
from plugins.schedule.enums import OWNER, Visibility
from plugins.schedule.models import Comment, Event
from plugins.schedule.queries.comments import comments
from plugins.schedule.services import events, retention, series, talk
from tests.plugins.schedule.conftest import MORNING
from tests.plugins.schedule.test_pages import form_of


@pytest.fixture
def meeting(office):
    """The organiser and the colleague at ten; others see time and title."""
    people = (f"person:{office.organiser}", f"person:{office.colleague}")
    return office.enter(participants=people, visibility=Visibility.TIME_AND_TITLE)


def said(office, uid):
    event = office.stored(uid)
    return [one.text for one in office.read(lambda _: comments(event.id)[0], office.organiser)]


def test_participants_talk_and_are_told(office, meeting, read):
    office.write(talk.add_comment, office.colleague, meeting, " 資料を持参します。 ", key="once")
    office.write(talk.add_comment, office.colleague, meeting, "資料を持参します。", key="once")
    assert said(office, meeting) == ["資料を持参します。"]
    Worker(office.app).run_due()
    with read():
        kind = Notice.kind == "schedule.commented"
        assert session.scalars(select(Notice.person_id).where(kind)).all() == [office.organiser]


@pytest.mark.parametrize("text", ["", "  \n ", "あ" * (talk.COMMENT_LENGTH + 1)])
def test_nothing_and_too_much_are_refused(office, meeting, text):
    with pytest.raises(Invalid) as caught:
        office.write(talk.add_comment, office.colleague, meeting, text)
    assert list(caught.value.fields) == ["text"]


def test_whoever_does_not_see_all_of_it_neither_reads_nor_writes(office, meeting, sign_in):
    office.write(talk.add_comment, office.colleague, meeting, "内輪の話")
    with pytest.raises(NotFound):
        office.write(talk.add_comment, office.outsider, meeting, "割り込み")
    client = sign_in(office.outsider)
    assert "内輪の話" not in client.get(f"/schedule/{meeting}").text
    assert client.get(f"/schedule/{meeting}/comments").status_code == 404


def test_individual_number_is_kept_out(office, meeting):
    with pytest.raises(Invalid):
        office.write(talk.add_comment, office.colleague, meeting, "番号は 1234-5678-9018 です")


def test_author_and_whoever_may_change_the_event_take_comments_away(office, meeting, read):
    office.write(talk.add_comment, office.organiser, meeting, "会場を変えます")
    with read():
        uid = session.scalars(select(Comment.uid)).one()
    with pytest.raises(Denied):
        office.write(talk.remove_comment, office.colleague, meeting, uid)
    other = office.enter()
    with pytest.raises(NotFound):
        office.write(talk.remove_comment, office.organiser, other, uid)
    office.write(talk.remove_comment, office.organiser, meeting, uid)
    assert said(office, meeting) == [""]
    with pytest.raises(NotFound):
        office.write(talk.remove_comment, office.organiser, meeting, uid)


def test_talk_on_the_page(office, meeting, sign_in):
    client = sign_in(office.organiser)
    token = csrf_token(client, f"/schedule/{meeting}")
    sent = {"text": "<b>太字</b>", "form_key": "a", "csrf_token": token}
    assert client.post(f"/schedule/{meeting}/comments", data=sent).status_code == 302
    assert "&lt;b&gt;太字" in client.get(f"/schedule/{meeting}").text
    assert "&lt;b&gt;太字" in client.get(f"/schedule/{meeting}/comments").text
    answer = client.post(f"/schedule/{meeting}/comments", data={**sent, "text": "長" * 2001})
    assert answer.status_code == 422
    assert "長長長" in answer.text


@pytest.fixture
def file(office):
    """The uid of a file that the organiser has sent."""
    return office.write(adding.add, office.organiser, "次第.txt", b"agenda").uid


def files(office, uid):
    event = office.stored(uid)
    found = office.read(lambda _: shown_files(OWNER, [event.id])[event.id], office.organiser)
    return [one.name for one in found], event.file_count


def test_files_are_for_those_who_see_all_of_the_event(office, file, sign_in):
    people = (f"person:{office.organiser}", f"person:{office.colleague}")
    uid = office.enter(participants=people, files=(file,), visibility=Visibility.TIME_AND_TITLE)
    assert files(office, uid) == (["次第.txt"], 1)
    for person, status in ((office.colleague, 200), (office.outsider, 404)):
        client = sign_in(person)
        assert client.get(f"/attachments/{file}").status_code == status
        assert ("次第.txt" in client.get(f"/schedule/{uid}").text) is (status == 200)
    office.write(events.cancel, office.organiser, uid)
    assert sign_in(office.mayor).get(f"/attachments/{file}").status_code == 404


def test_files_stay_when_an_event_moves_and_go_when_they_are_taken_away(office, file):
    uid = office.enter(files=(file,))
    ten = MORNING + timedelta(hours=5)
    office.write(events.move, office.organiser, uid, ten, ten + timedelta(hours=1), version=1)
    assert files(office, uid) == (["次第.txt"], 1)
    # Whoever says nothing of files leaves them as they are.
    office.write(events.change, office.organiser, uid, office.content(title="別"), version=2)
    assert files(office, uid) == (["次第.txt"], 1)
    office.write(events.change, office.organiser, uid, office.content(files=()), version=3)
    assert files(office, uid) == ([], 0)


def test_changed_occurrence_takes_the_files_along(office, file):
    uid = office.enter(files=(file,), rule="FREQ=DAILY;COUNT=3")
    original = clock.local(MORNING + timedelta(hours=2)).replace(tzinfo=None)
    made = office.write(
        series.change_one, office.organiser, uid, original, office.content(title="別"), version=1
    )
    assert files(office, made.uid) == (["次第.txt"], 1)
    assert files(office, uid) == (["次第.txt"], 1)


def test_files_of_others_cannot_be_taken(office, file):
    with pytest.raises(Invalid):
        office.enter(office.outsider, files=(file,))


def test_file_comes_with_the_form(office, sign_in):
    client = sign_in(office.organiser)
    values = form_of(office, csrf_token=csrf_token(client, "/schedule/new"))
    answer = client.post("/schedule/new", data={**values, "files_new": (io.BytesIO(b"agenda"), "次第.txt")})
    assert answer.status_code == 302
    assert "次第.txt" in client.get(answer.location).text
    assert "次第.txt" in client.get(f"{answer.location}/edit").text


def test_disposal_takes_comments_and_files_along(office, file):
    uid = office.enter(files=(file,))
    office.write(talk.add_comment, office.organiser, uid, "一言")
    event = office.stored(uid)
    assert "一言" in office.read(lambda _: retention.exhibit(event.id), office.organiser).text
    with office.app.app_context(), unit("write"):
        retention.purge([event.id])
    with office.app.app_context(), unit("read"):
        for model in (Event, Comment, Attachment):
            assert session.scalar(select(func.count()).select_from(model)) == 0, model
