"""Lists and badges hold what `visible()` says, page by page, in order."""

import random
from datetime import timedelta

from sqlalchemy import select

from groupware import access, clock
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor, system
from groupware.db import session, unit
from groupware.directory.picking import Ref
from groupware.search.services import Wanted, search
from groupware.text.folding import fold
from plugins.bulletin.enums import Importance, SenderKind
from plugins.bulletin.models import Posting, Reading
from plugins.bulletin.permissions import READ
from plugins.bulletin.queries import board as lists
from plugins.bulletin.queries import portal
from plugins.bulletin.queries.audience import EVERYONE
from plugins.bulletin.queries.board import Cursor, Filter, View
from plugins.bulletin.queries.postings import by_grant, own
from plugins.bulletin.services import postings, reading
from plugins.bulletin.services.listing import enlist, principal_of
from plugins.bulletin.services.takeover import FormerPosting, take_over
from tests.plugins.bulletin.city import Size, plant_categories, plant_people, plant_postings


def plant(board, number, **changes):
    """Former postings to all, one a minute, the newest last; returns nothing."""
    now = clock.now()
    with board.app.app_context(), unit("write"):
        principal_id = principal_of(EVERYONE)
        values = {
            "category_id": board.category_id,
            "unit_id": board.shelter,
            "author_id": board.author,
            "author_name": "佐藤 葵",
            "sender_kind": SenderKind.PERSON,
            "sender_name": "佐藤 葵",
            "html": "<p>本文</p>",
            "principal_ids": [principal_id],
        }
        take_over(
            system(),
            [
                FormerPosting(
                    **(
                        values
                        | {"title": f"{i}", "shown_from": now - timedelta(minutes=number - i)}
                        | changes
                    )
                )
                for i in range(number)
            ],
        )


def test_lists_of_a_whole_city_hold_exactly_what_may_be_read_one_by_one(make_app):
    """The walk over the audience index and the criterion of `visible()` say the same of everybody."""
    built = make_app()
    chance = random.Random(7)
    size = Size(people=120, bureaus=4, divisions=2, postings=400, years=0.5)
    with built.app_context(), unit("write"):
        city = plant_people(size, chance)
        plant_categories(city)
        plant_postings(city, size, chance)
    readable = select(Posting.id, Posting.shown_to).where(
        access.visible(READ, Posting),
        Posting.author_id != access.ACTOR_PERSON,
        Posting.shown_from <= access.ACTOR_NOW,
    )
    with built.app_context(), unit("read"):
        for person_id in (1, 4, 30, 77, 119):
            actor = Actor(person_id=person_id, unit_id=city.units_of[person_id])
            rows = session.execute(readable, access.parameters(actor, READ, "bulletin.posting")).all()
            current = {row.id for row in rows if row.shown_to > actor.now}
            ended = {row.id for row in rows if row.shown_to <= actor.now}
            assert {i.id for i in walked(actor, View.CURRENT) if i.author_id != person_id} == current
            assert {i.id for i in walked(actor, View.ENDED) if i.author_id != person_id} == ended
            assert current
            assert ended
            session().info.clear()


def walked(actor, view, **filters):
    """All rows of a list, page by page."""
    at, found_items = None, []
    while True:
        page = lists.page(actor, view, Filter(**filters), at)
        found_items.extend(page.items)
        at = page.next
        if at is None:
            return found_items


def test_pages_follow_each_other_without_gap_or_repetition_and_lead_back(board):
    plant(board, 120)
    with board.app.app_context(), unit("write"):
        # Many of the same moment: the order must still be one.
        moment = clock.now() - timedelta(hours=1)
        for posting in session.scalars(select(Posting).where(Posting.id <= 60)):
            posting.listed_at = moment
            enlist(posting, [principal_of(EVERYONE)])

    def check(actor):
        first = lists.page(actor, View.CURRENT)
        second = lists.page(actor, View.CURRENT, at=first.next)
        third = lists.page(actor, View.CURRENT, at=second.next)
        titles = [item.id for page in (first, second, third) for item in page.items]
        assert len(titles) == len(set(titles)) == 120
        assert (first.previous, third.next) == (None, None)
        assert (first.total, second.total) == (120, 120)
        back = lists.page(actor, View.CURRENT, at=third.previous)
        assert [item.id for item in back.items] == [item.id for item in second.items]
        again = lists.page(actor, View.CURRENT, at=back.previous)
        assert [item.id for item in again.items] == [item.id for item in first.items]
        assert again.previous is None

    board.read(check, board.colleague)


def test_ended_list_goes_by_the_end_of_the_display(board):
    now = clock.now()
    plant(board, 1, title="先に終了", shown_from=now - timedelta(days=9), shown_to=now - timedelta(days=5))
    plant(board, 1, title="後で終了", shown_from=now - timedelta(days=8), shown_to=now - timedelta(days=1))
    plant(board, 1, title="掲示中", shown_from=now - timedelta(days=7))
    page = board.read(lists.page, board.colleague, View.ENDED)
    assert [item.title for item in page.items] == ["後で終了", "先に終了"]


def test_cursor_that_is_none_is_passed_over():
    assert lists.cursor("12.3", "after") == Cursor(12, 3, "after")
    for text in (None, "", "a.b", "1", "1.", ".1", "1.2.3", "9" * 30 + ".1", "-1.2"):
        assert lists.cursor(text, "after") is None


def test_filters_narrow_by_category_importance_unit_and_words(board):
    _, other = board.make_category("研修")
    plant(board, 1, title="ネットワーク停止のお知らせ", importance=Importance.URGENT)
    plant(board, 1, title="研修の案内", category_id=other, unit_id=board.waste)
    plant(board, 1, title="100%の節電", html="<p>ﾈｯﾄﾜｰｸ機器</p>")

    def titles(**narrowed):
        return [
            i.title for i in board.read(lists.page, board.colleague, View.CURRENT, Filter(**narrowed)).items
        ]

    assert titles(category_id=other) == ["研修の案内"]
    assert titles(importance=Importance.URGENT) == ["ネットワーク停止のお知らせ"]
    assert titles(units=frozenset({board.waste})) == ["研修の案内"]
    assert sorted(titles(text=fold("ネットワーク"))) == ["100%の節電", "ネットワーク停止のお知らせ"]
    assert titles(text=fold("100%")) == ["100%の節電"]
    assert titles(text=fold("ネットワーク 停止")) == ["ネットワーク停止のお知らせ"]
    assert titles(text="zz") == []
    # A category that is not readable is no way around it.
    _, closed = board.make_category("環境", read=(Ref(PrincipalKind.UNIT_TREE, board.environment),))
    plant(board, 1, title="環境局だけ", category_id=closed)
    assert titles(category_id=closed) == []
    assert "環境局だけ" not in titles()


def test_badges_count_what_is_unread_and_unconfirmed_up_to_a_hundred(board):
    plant(board, 105)
    plant(board, 2, confirm_by=clock.today() + timedelta(days=3))
    badges = board.read(lists.badges, board.colleague)
    assert (badges.unread, badges.unconfirmed) == (100, 2)
    with board.app.app_context(), unit("write"):
        for posting_id in session.scalars(select(Posting.id)).all()[:104]:
            session.add(
                Reading(posting_id=posting_id, person_id=board.colleague, edition=1, read_at=clock.now())
            )
    assert board.read(lists.badges, board.colleague).unread == 3


def test_badges_are_asked_once_per_request(board, count_queries):
    plant(board, 3)

    def twice(actor):
        lists.badges(actor)
        with count_queries() as statements:
            assert lists.badges(actor).unread == 3
        assert len(statements) == 0

    board.read(twice, board.colleague)


def test_portlet_shows_unread_ones_first_even_if_they_are_older(board):
    plant(board, 20)
    with board.app.app_context(), unit("write"):
        for posting_id in session.scalars(select(Posting.id).order_by(Posting.place)).all()[2:]:
            session.add(
                Reading(posting_id=posting_id, person_id=board.colleague, edition=1, read_at=clock.now())
            )
    titles = [(item.title, item.is_unread) for item in board.read(portal.latest, board.colleague)]
    assert titles[:2] == [("1", True), ("0", True)]
    assert [title for title, _ in titles[2:]] == ["19", "18", "17", "16", "15", "14"]


def test_place_of_honour_is_for_new_messages_of_the_highest_post(board):
    now = clock.now()
    plant(board, 1, title="市長から", sender_kind=SenderKind.POST, sender_rank=1, sender_name="市長")
    plant(board, 1, title="局長から", sender_kind=SenderKind.POST, sender_rank=10, sender_name="局長")
    plant(board, 1, title="個人から", sender_rank=1)
    assert board.read(portal.honoured, board.colleague, 1, 7).title == "市長から"
    assert board.read(portal.honoured, board.colleague, 10, 7).title == "局長から"
    with clock.frozen(now + timedelta(days=8)):
        assert board.read(portal.honoured, board.colleague, 1, 7) is None


def test_own_list_holds_what_i_wrote_and_what_my_section_or_post_says(board):
    account = board.section_account(board.shelter, "保護課")
    mine = board.post()
    ours = board.post(sender=f"section:{account}")
    assert {item.uid for item in board.read(own, board.author, lists.NO_FILTER).items} == {mine, ours}
    assert {item.uid for item in board.read(own, board.colleague, lists.NO_FILTER).items} == {ours}
    assert board.read(own, board.outsider, lists.NO_FILTER).items == []


def test_list_of_all_postings_reaches_as_far_as_the_grant(board):
    plant(board, 2)
    plant(board, 1, title="環境局の掲示", unit_id=board.waste)
    board.factory.grant(
        PrincipalKind.PERSON, board.colleague, READ, scope="subtree", unit_id=board.environment
    )
    assert [i.title for i in board.read(by_grant, board.colleague, lists.NO_FILTER).items] == ["環境局の掲示"]
    assert board.read(by_grant, board.outsider, lists.NO_FILTER).items == []


def test_search_finds_words_in_what_may_be_read_also_after_its_end(board):
    now = clock.now()
    plant(board, 1, title="水道の断水", shown_from=now - timedelta(days=9), shown_to=now - timedelta(days=1))
    board.post(html="<p>断水のお知らせ</p>")
    wanted = Wanted(text="断水")
    with board.app.test_request_context():
        assert len(board.read(search, board.colleague, wanted).hits) == 2
        found = board.read(search, board.outsider, wanted, has_counts=True)
    assert [hit.about.title for hit in found.hits] == ["水道の断水"]
    assert found.counts["bulletin.posting"] == 1


def test_person_who_moves_in_sees_what_is_addressed_to_the_section_from_that_day_on(board):
    uid = board.post(audience=(Ref(PrincipalKind.UNIT_TREE, board.shelter),))
    newcomer = board.factory.person("山本 葵", board.shelter, board.clerk_post)
    assert [item.uid for item in board.read(lists.page, newcomer, View.CURRENT).items] == [uid]


def test_reading_marks_only_the_edition_that_was_open(board):
    uid = board.post()
    with board.app.app_context(), unit("read"):
        posting_id = session.scalars(select(Posting.id).where(Posting.uid == uid)).one()
    board.write(reading.mark_read, board.colleague, posting_id, 1)
    assert board.read(lists.badges, board.colleague).unread == 0
    version = board.read(lambda a: session.scalars(select(Posting.version)).one(), board.author)
    board.write(postings.revise, board.author, uid, board.content(title="x"), version=version)
    board.write(reading.mark_read, board.colleague, posting_id, 1)
    assert board.read(lists.badges, board.colleague).unread == 1
