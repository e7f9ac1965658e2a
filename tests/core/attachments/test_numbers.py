"""個人番号 in the words of files: told of, marked or kept back by the rule, released by whoever may, and never recorded."""

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from groupware.access.enums import PrincipalKind
from groupware.actor import system
from groupware.attachments.models import Attachment, StoredFile
from groupware.attachments.permissions import RELEASE
from groupware.attachments.services import owning
from groupware.audit.models import AuditRecord
from groupware.db import session, unit
from groupware.errors import Invalid
from groupware.events.models import Event
from groupware.guards.enums import Confirmation
from groupware.guards.rules import NUMBERS
from groupware.jobs.models import QueuedJob
from groupware.notifications.models import Notice
from groupware.rules.services import set_rule
from groupware.search.models import FileText
from groupware.search.services import files
from groupware.testing.signing_in import sign_in_as
from groupware.worker import Worker

NUMBER = "123456789018"
LIST = f"氏名,番号\n山田,{NUMBER}\n".encode()
CONFIRMED = {"Groupware-Confirmed": "individual_number"}


@pytest.fixture
def officer(house, factory):
    """Somebody who may release the files of the section, and is not in it."""
    person = factory.person("伊藤 凛", factory.unit("情報課"), factory.post("係長", 40))
    factory.grant(PrincipalKind.PERSON, person, RELEASE, scope="subtree", unit_id=house.section)
    return person


@pytest.fixture
def rule(write):
    """`rule("refuse")` for the whole installation."""

    def put(value, unit_id=None):
        with write():
            set_rule(system(), NUMBERS, unit_id, value)

    return put


@pytest.fixture
def listed(house, leaves, sender, officer):
    """A list with a number that the author has attached to a leaf which the reader may read, and which was looked through."""
    leaves.readers[1] = {house.reader, house.author}

    def send(name="名簿.csv", content=LIST):
        [uid] = house.attach(1, uuid.UUID(sender().send(name, content)))
        with house.app.app_context():
            with unit("read"):
                [stored_id] = session.scalars(select(StoredFile.id))
            files.read(system("job"), stored_id)
        return uid

    return send


def told(house, kind="attachments.suspected"):
    """Who has it in their timeline once the worker has been there."""
    Worker(house.app).run_due()
    with house.app.app_context(), unit("read"):
        return set(session.scalars(select(Notice.person_id).where(Notice.kind == kind)))


def statuses(house, uid, person):
    client = sign_in_as(house.app, person)
    ways = ("", "/preview", "/all.zip")
    return {client.get(f"/attachments/{uid}{way}").status_code for way in ways}


def release(client, uid, reason="契約番号だった", **headers):
    return client.post(f"/attachments/{uid}/release", data={"reason": reason}, headers=headers)


def test_uploader_and_officer_are_told_and_the_file_is_marked(house, rule, listed, officer, read):
    uid = listed()
    assert told(house) == {house.author, officer}
    assert statuses(house, uid, house.reader) == {200}
    for person in (house.author, officer):
        client = sign_in_as(house.app, person)
        assert "名簿.csv" in client.get("/notifications/").text
        assert "名簿.csv" in client.get("/attachments/numbers").text
        assert "12桁" in client.get(f"/attachments/{uid}/number").text


def test_number_is_recorded_nowhere(house, listed, officer, read):
    uid = listed()
    release(sign_in_as(house.app, house.author), uid)
    told(house)
    with read():
        kept = [
            *session.scalars(select(FileText.text)),
            *map(str, session.scalars(select(AuditRecord.details))),
            *map(str, session.scalars(select(Event.payload))),
            *map(str, session.scalars(select(QueuedJob.payload))),
        ]
    assert "山田" in kept[0]
    assert not [text for text in kept if "9018" in text or "1234" in text]


def test_file_that_is_kept_back_opens_for_nobody_until_an_officer_releases_it(
    house, rule, listed, officer, leaves, read
):
    rule("refuse")
    leaves.managers[1] = {house.author}
    uid = listed()
    assert told(house) == {house.author, officer}
    for person in (house.reader, house.author):
        assert statuses(house, uid, person) == {403}
    author = sign_in_as(house.app, house.author)
    assert 'name="reason"' not in author.get(f"/attachments/{uid}/number").text
    assert release(author, uid).status_code == 403
    client = sign_in_as(house.app, officer, elevated=True)
    assert 'name="reason"' in client.get(f"/attachments/{uid}/number").text
    assert release(client, uid, " ").status_code == 422
    assert release(client, uid, NUMBER).status_code == 422
    assert statuses(house, uid, house.reader) == {403}
    assert release(client, uid).status_code == 303
    assert statuses(house, uid, house.reader) == {200}
    assert release(client, uid).status_code == 409
    assert told(house, "attachments.released") == {house.author}
    with read():
        found = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "attachment.number_released")
        ).one()
    assert (found.person_id, found.object_type, found.details["reason"]) == (
        officer,
        "tea.leaf",
        "契約番号だった",
    )


def test_officer_is_asked_for_the_password(house, rule, listed, officer):
    rule("refuse")
    uid = listed()
    release(sign_in_as(house.app, officer), uid)
    assert statuses(house, uid, house.reader) == {403}


def test_suspicion_does_not_exist_for_others(house, rule, listed, officer, factory):
    rule("refuse")
    uid = listed()
    elsewhere = factory.person("森 茜", factory.unit("税務課"), factory.post("係長", 40))
    factory.grant(PrincipalKind.PERSON, elsewhere, RELEASE, scope="own")
    for person in (house.reader, house.stranger, elsewhere):
        client = sign_in_as(house.app, person, elevated=True)
        assert client.get(f"/attachments/{uid}/number").status_code == 404
        assert release(client, uid).status_code == 404
        assert "名簿.csv" not in client.get("/attachments/numbers").text
    assert statuses(house, uid, house.reader) == {403}


def test_uploader_answers_where_the_rule_only_warns(house, listed, read):
    uid = listed()
    author = sign_in_as(house.app, house.author)
    assert release(author, uid, NUMBER).status_code == 422
    assert release(author, uid).status_code == 303
    assert release(author, uid).status_code == 409
    with read():
        assert session.scalars(select(Attachment.released_at)).one() is not None


def test_other_numbers_are_none(house, listed):
    listed("メモ.txt", "番号 123456789019\n電話 090-1234-5678\n法人番号 1234567890180".encode())
    assert told(house) == set()


def test_switched_off_nobody_is_told_and_a_later_rule_holds(house, rule, listed, read):
    rule("off")
    uid = listed()
    assert told(house) == set()
    assert statuses(house, uid, house.reader) == {200}
    rule("refuse")
    assert statuses(house, uid, house.reader) == {403}


def test_known_file_is_asked_about_when_it_is_attached(app, house, leaves, listed, sender, read, write):
    leaves.managers[2] = {house.author}
    listed()
    again = uuid.UUID(sender().send("写し.csv", LIST))
    who = house.factory.actor(house.author)
    with pytest.raises(Invalid) as asked, write():
        owning.attach(who, "tea.leaf", 2, [again], unit_id=house.section)
    assert (asked.value.code, list(asked.value.fields)) == ("individual_number", ["files"])
    sure = replace(who, confirmed=frozenset({Confirmation.INDIVIDUAL_NUMBER.value}))
    with write():
        [uid] = owning.attach(sure, "tea.leaf", 2, [again], unit_id=house.section)
    with read():
        released = session.execute(select(Attachment.uid).where(Attachment.released_at.is_not(None)))
        assert released.scalars().all() == [uid]


def test_known_file_is_not_attached_where_it_is_refused(house, rule, listed, sender, write):
    listed()
    rule("refuse")
    again = uuid.UUID(sender().send("写し.csv", LIST))
    sure = replace(
        house.factory.actor(house.author), confirmed=frozenset({Confirmation.INDIVIDUAL_NUMBER.value})
    )
    with pytest.raises(Invalid) as refused, write():
        owning.attach(sure, "tea.leaf", 2, [again], unit_id=house.section)
    assert not refused.value.details["can_confirm"]


def test_release_does_not_hold_for_a_copy_in_another_organisation(
    house, rule, leaves, listed, officer, write, factory
):
    rule("refuse")
    uid = listed()
    release(sign_in_as(house.app, officer, elevated=True), uid)
    leaves.readers[1] |= {house.stranger}
    for person, is_refused in ((house.reader, False), (house.stranger, True)):
        who = factory.actor(person)
        if is_refused:
            with pytest.raises(Invalid), write():
                owning.attach(who, "tea.leaf", person, [uid], unit_id=who.unit_id)
        else:
            with write():
                [copy] = owning.attach(who, "tea.leaf", person, [uid], unit_id=who.unit_id)
            leaves.readers[person] = {person}
            assert statuses(house, copy, person) == {200}


def test_words_that_were_kept_before_are_read_again_without_the_number(
    house, rule, listed, officer, read, write
):
    rule("off")
    listed()
    with write():
        session.execute(update(FileText).values(version=1, text=NUMBER))
        session.execute(update(StoredFile).values(number_found_at=None))
        session.execute(delete(QueuedJob).where(QueuedJob.kind == files.EXTRACT))
    rule("warn")
    with write():
        files.read_missing(system())
    assert told(house) == {house.author, officer}
    with read():
        assert NUMBER not in session.scalars(select(FileText.text)).one()
