"""Several people at the same moment, each in a thread with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy import func, select

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.db import db, session, unit
from groupware.errors import DomainError
from groupware.events.models import Event, Topic
from plugins.bulletin.models import Posting, Reading, Revision
from plugins.bulletin.queries.audience import EVERYONE
from plugins.bulletin.services import approvals, postings, reading
from tests.plugins.bulletin.test_revising import set_rule


def at_once(board: Any, acts: list[Callable[[], Any]]) -> list[str]:
    """Run all acts at the same moment, each in a write unit; the codes of refusals, or "done"."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> str:
        with board.app.app_context():
            try:
                start.wait(30)
                with unit("write"):
                    act()
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_one_of_several_approvers_approves_and_the_others_are_told(board, read):
    set_rule(board, "bulletin.approval", "always")
    approvers = [board.factory.person(f"承認者{i}", board.shelter, board.clerk_post) for i in range(6)]
    for person in approvers:
        board.factory.grant(PrincipalKind.PERSON, person, "bulletin:posting:approve")
    uid = board.post()
    actors = [board.actor(person) for person in approvers]
    answers = at_once(board, [lambda a=a: approvals.approve(a, uid, 1) for a in actors])
    assert answers == ["done", *["not_waiting"] * 5]
    with read():
        assert session.scalars(select(Event.kind)).all().count("bulletin.posting_published") == 1
        assert session.scalars(select(Revision.state)).all() == ["in_force"]


def test_approval_and_return_at_once_leave_one_decision(board, read):
    set_rule(board, "bulletin.approval", "always")
    approvers = [board.factory.person(f"承認者{i}", board.shelter, board.clerk_post) for i in range(4)]
    for person in approvers:
        board.factory.grant(PrincipalKind.PERSON, person, "bulletin:posting:approve")
    uid = board.post()
    actors = [board.actor(person) for person in approvers]
    acts = [
        (lambda a=a: approvals.approve(a, uid, 1))
        if i % 2
        else (lambda a=a: approvals.send_back(a, uid, 1, "理由"))
        for i, a in enumerate(actors)
    ]
    assert at_once(board, acts) == ["done", "not_waiting", "not_waiting", "not_waiting"]
    with read():
        posting = session.scalars(select(Posting)).one()
        assert (posting.state == "published") == (posting.published_at is not None)
        assert posting.awaiting_since is None


def test_confirming_many_times_at_once_is_one_confirmation(board, read):
    account = board.section_account(board.shelter, "保護課")
    uid = board.post(sender=f"section:{account}", audience=(EVERYONE,), confirm_by=clock.today())
    same, others = board.actor(board.outsider), [board.actor(board.colleague), board.actor(board.mayor)]
    acts = [lambda: reading.confirm(same, uid, 1) for _ in range(4)]
    acts += [lambda a=a: reading.confirm(a, uid, 1) for a in others]
    assert at_once(board, acts) == ["done"] * 6
    with read():
        assert session.scalar(select(func.count()).select_from(Reading)) == 3
        numbers = session.scalars(
            select(Event.seq)
            .join(Topic, Topic.id == Event.topic_id)
            .where(Event.kind == "bulletin.posting_confirmed")
            .order_by(Event.seq)
        ).all()
        assert numbers == [2, 3, 4]  # the first is that it was posted


def test_one_of_several_changes_based_on_the_same_version_is_saved(board, read):
    account = board.section_account(board.shelter, "保護課")
    uid = board.post(sender=f"section:{account}")
    people = [board.author, board.colleague]
    actors = [board.actor(person) for person in people * 2]
    acts = [
        lambda a=a, i=i: postings.revise(a, uid, board.content(title=f"変更{i}"), version=1)
        for i, a in enumerate(actors)
    ]
    assert at_once(board, acts) == ["changed", "changed", "changed", "done"]
    with read():
        assert session.scalars(select(Posting.version)).one() == 2
        assert session.scalar(select(func.count()).select_from(Revision)) == 2


def test_one_form_sent_several_times_at_once_is_posted_once(board, read):
    who, content = board.actor(board.author), board.content()
    acts = [lambda: postings.post(who, "person", content, key="k") for _ in range(4)]
    assert at_once(board, acts) == ["done"] * 4
    with read():
        assert session.scalar(select(func.count()).select_from(Posting)) == 1


def test_reading_and_confirming_at_once_lose_neither(board, read):
    uid = board.post(confirm_by=clock.today())
    who = board.actor(board.colleague)
    with board.app.app_context(), unit("read"):
        posting_id = session.scalars(select(Posting.id)).one()
    acts = [lambda: reading.mark_read(who, posting_id, 1), lambda: reading.confirm(who, uid, 1)]
    assert at_once(board, acts) == ["done", "done"]
    with read():
        one = session.scalars(select(Reading)).one()
        assert (one.edition, one.confirmed_edition, one.confirmed_at is not None) == (1, 1, True)
