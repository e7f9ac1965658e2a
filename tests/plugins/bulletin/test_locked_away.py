"""A posting that was locked away after an incident, asked for at every address there is: to everybody it is one that never existed."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import url_for
from sqlalchemy import select

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.attachments.permissions import RELEASE
from groupware.attachments.services import adding
from groupware.db import session, unit
from groupware.errors import DomainError
from groupware.incidents import services as incidents
from groupware.incidents.permissions import MANAGE
from groupware.incidents.permissions import READ as READ_INCIDENTS
from groupware.testing.signing_in import sign_in_as
from groupware.worker import Worker
from plugins.bulletin.events import posting_topic
from plugins.bulletin.models import Addressed, Comment, Posting, Reading, Revision
from plugins.bulletin.services import drafts, talk

SECRET = "漏えいした名簿"
"""Stands in title, text, files, comment and draft, and nowhere else."""
FILLINGS = {
    "format": "csv",
    "number": 1,
    "comment_uid": uuid.UUID(int=5),
    "nudge_id": 1,
    "unit_id": 1,
    "view": "all",
}
OF_SOMETHING_ELSE = {
    "bulletin.change_category",
    "bulletin.delete_category",
    "bulletin.delete_draft",
    "bulletin.edit_category",
    "bulletin.move_category",
    "bulletin.save_draft",
}
SHOWING = {
    "attachments.download",
    "attachments.everything",
    "attachments.number",
    "attachments.preview",
    "bulletin.api_postings_part_receipts",
    "bulletin.api_postings_read",
    "bulletin.comments",
    "bulletin.edit",
    "bulletin.history",
    "bulletin.posting",
    "bulletin.receipts",
    "bulletin.revision",
}
"""Some of the addresses that show something before."""
LISTING = {
    "/",
    "/api/v1/bulletin/postings",
    "/bulletin/",
    "/bulletin/all",
    "/bulletin/unread",
    "/notifications/",
}
BODY = {
    "title": "a",
    "html": "<p>a</p>",
    "text": "a",
    "edition": "1",
    "kind": "like",
    "refs": "everyone",
    "action": "publish",
}


@dataclass
class Case:
    """A posting with everything that one can have, who may see it, and an officer who may lock it away."""

    board: Any
    uid: uuid.UUID
    key: int
    files: list[uuid.UUID]
    draft: uuid.UUID
    everything: int
    officer: int

    def lock(self) -> None:
        """Report an incident, and lock the posting away."""
        act = self.board.write
        noticed = self.board.actor(self.officer).now
        report = act(
            incidents.report, self.board.colleague, kind="misdirected", summary="誤掲示", noticed_at=noticed
        )
        who = self.board.actor(self.officer)
        with self.board.app.app_context(), unit("write"):
            incidents.lock_away(who, report.uid, "bulletin.posting", self.uid)

    def people(self) -> Iterator[Any]:
        """Browsers of who wrote it, who read it, and who holds every permission but the officers'."""
        for person_id in (self.board.author, self.board.colleague, self.everything):
            yield sign_in_as(self.board.app, person_id, elevated=True)

    def state(self) -> list[Any]:
        """Everything that is kept of it."""
        with self.board.app.app_context(), unit("read"):
            return [
                sorted(map(str, session.execute(select(model.__table__)).all()))
                for model in (Posting, Revision, Reading, Comment, Addressed)
            ]


@pytest.fixture
def case(app, board, factory):
    app.config["WTF_CSRF_ENABLED"] = False
    everything = factory.person("森 茜", board.welfare, factory.post("局長", 10))
    officer = factory.person("伊藤 凛", board.city, factory.post("部長", 15))
    for name in set(app.extensions["groupware_registry"].permissions) - {READ_INCIDENTS, MANAGE, RELEASE}:
        factory.grant(PrincipalKind.PERSON, everything, name)
    factory.grant(PrincipalKind.PERSON, officer, MANAGE)
    files = [
        board.write(
            adding.add, board.author, f"{SECRET}{number}.txt", f"{SECRET} 1234-5678-9018".encode()
        ).uid
        for number in (1, 2)
    ]
    uid = board.post(
        title=SECRET,
        html=f"<p>{SECRET}</p>",
        files=tuple(files),
        has_comments=True,
        confirm_by=clock.today() + timedelta(days=5),
    )
    board.write(talk.add_comment, board.colleague, uid, SECRET)
    draft, author = uuid.uuid4(), board.actor(board.author)
    with app.app_context(), unit("write"):
        posting = session.scalars(select(Posting).where(Posting.uid == uid)).one()
        fields = {"title": [SECRET], "html": [SECRET]}
        drafts.save(author, draft, fields, posting=posting)
        key = posting.id
    Worker(app).run_due()
    return Case(board, uid, key, files, draft, everything, officer)


def about(app, case, uid=None):
    """(endpoint, method, address) of everything that is asked about the posting and its file; about another uid, if one is given."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            place = rule.endpoint.partition(".")[0]
            named = rule.arguments & {"uid", "key"}
            if place not in ("bulletin", "attachments") or not named or rule.endpoint in OF_SOMETHING_ELSE:
                continue
            mine = case.files[0] if place == "attachments" else case.uid
            values = {name: FILLINGS[name] for name in rule.arguments - named}
            path = url_for(rule.endpoint, **values, **dict.fromkeys(named, uid or mine))
            found += [(rule.endpoint, method, path) for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]
    return found


def lists(app):
    """Every page, list and answer that is about nothing in particular, and those that are given words or names to look for."""
    with app.test_request_context():
        return [
            url_for(rule.endpoint, **{name: FILLINGS[name] for name in rule.arguments})
            for rule in app.url_map.iter_rules()
            if "GET" in rule.methods and rule.arguments <= {"format", "view"}
        ]


def asked(client, method, path):
    body = {} if method == "GET" else {"json": {}} if path.startswith("/api/") else {"data": BODY}
    with client.open(path, method=method, **body) as answer:
        return answer.status_code, answer.data.decode("utf-8", "replace")


def test_every_address_answers_as_if_it_had_never_been(app, case):
    nothing = about(app, case, uuid.uuid4())
    author, _, everything = case.people()
    shown = {
        endpoint
        for client in (author, everything)
        for (endpoint, method, path), (_, _, other) in zip(about(app, case), nothing, strict=True)
        if method == "GET" and asked(client, method, path)[0] != asked(client, method, other)[0]
    }
    assert shown >= SHOWING
    case.lock()
    before = case.state()
    wrong = []
    for client in case.people():
        for (endpoint, method, path), (_, _, other) in zip(about(app, case), nothing, strict=True):
            status, words = asked(client, method, path)
            if SECRET in words or status != asked(client, method, other)[0]:
                wrong.append((endpoint, method, status))
    assert wrong == []
    assert case.state() == before


def test_no_list_and_no_search_has_it(app, case):
    paths = [*lists(app), f"/search?q={SECRET}", f"/api/v1/search?q={SECRET}", f"/bulletin/?q={SECRET}"]
    client = next(case.people())
    assert {path for path in paths if SECRET in asked(client, "GET", path)[1]} >= LISTING - {"/bulletin/all"}
    client = list(case.people())[-1]
    assert {path for path in paths if SECRET in asked(client, "GET", path)[1]} >= LISTING - {
        "/notifications/"
    }
    case.lock()
    found = []
    for client in case.people():
        for path in paths:
            words = asked(client, "GET", path)[1]
            # What was asked for stands in the box where it is asked.
            if SECRET in words.replace(f'value="{SECRET}"', "").replace(f"「{SECRET}」", ""):
                found.append(path)
    assert found == []


def test_draft_of_a_change_is_gone_with_it(app, case):
    client = next(case.people())
    assert SECRET in asked(client, "GET", f"/bulletin/{case.uid}/edit?draft={case.draft}")[1]
    case.lock()
    for path in (
        f"/bulletin/{case.uid}/edit?draft={case.draft}",
        f"/bulletin/new?draft={case.draft}",
        "/bulletin/own",
    ):
        assert SECRET not in asked(client, "GET", path)[1]


def test_its_files_cannot_be_put_elsewhere(case):
    case.lock()
    for person_id in (case.board.author, case.board.colleague, case.everything):
        with pytest.raises(DomainError):
            case.board.post(person_id, files=tuple(case.files))


def test_open_pages_hear_nothing_more(app, case):
    topic = posting_topic(case.key)
    for is_locked, status in ((False, 200), (True, 404)):
        if is_locked:
            case.lock()
        for client in case.people():
            assert client.get(f"/realtime/events?topic={topic}&since=0").status_code == status


def test_officers_keep_it_as_evidence(app, case):
    case.lock()
    client = sign_in_as(app, case.officer, elevated=True)
    with app.app_context(), unit("read"):
        report = session.scalars(select(incidents.Incident)).one().uid
        assert session.get(Posting, case.key).title == SECRET
    page = client.get(f"/incidents/{report}").text
    assert str(case.uid) in page
    assert 'id="traces"' in page
