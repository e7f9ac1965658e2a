"""Information labels on the board: what follows from them on every path, by the rules of the bureaus."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from groupware import access
from groupware.actor import system
from groupware.audit.models import AuditRecord
from groupware.db import session, unit
from groupware.errors import Invalid, NotFound
from groupware.guards.enums import Label
from groupware.guards.rules import LABEL_ZONES, NO_PRINT
from groupware.rules.services import set_rule
from groupware.search.services import Wanted, search
from groupware.testing.signing_in import csrf_token, sign_in_as
from groupware.zones import Zone
from plugins.bulletin.models import Posting
from plugins.bulletin.permissions import MANAGE
from plugins.bulletin.queries import board as lists
from plugins.bulletin.queries import portal, postings, receivers
from plugins.bulletin.queries.board import NO_FILTER, View
from plugins.bulletin.services import postings as services


def paths(who, uid):
    """Whether the posting is there, by every way that leads to it."""
    shown = lambda items: uid in {item.uid for item in items}  # noqa: E731
    posting = session.scalars(select(Posting).where(Posting.uid == uid)).one()
    try:
        is_opened = postings.opened(who, uid) is not None
    except NotFound:
        is_opened = False
    return {
        "page": is_opened,
        "list": shown(lists.page(who, View.CURRENT).items),
        "unread": shown(lists.page(who, View.UNREAD).items),
        "badge": lists.badges(who).unread == 1,
        "to confirm": shown(lists.page(who, View.UNCONFIRMED).items),
        "portal": shown(portal.latest(who)),
        "waiting": shown(item for item, _ in portal.waiting(who, 5)),
        "search": bool(search(who, Wanted(text="節電")).hits),
        "timeline": bool(receivers.told_about(who, [posting.id])),
        "may read": access.can(who, "bulletin:posting:read", posting, unit_id=None),
    }


@pytest.mark.parametrize("zone", list(Zone))
@pytest.mark.parametrize("label", list(Label))
def test_label_hides_a_posting_on_every_path_of_a_closed_zone(app, board, label, zone):
    posting = board.post(classification=label.value, confirm_by=board.actor(board.author).today)
    is_open = label is not Label.THREE or zone is not Zone.INTERNET
    who = replace(board.actor(board.colleague), zone=zone.value)
    with app.test_request_context(), unit("read"):
        assert paths(who, posting) == dict.fromkeys(paths(who, posting), is_open)


@pytest.mark.parametrize("zone", list(Zone))
def test_author_and_manager_are_bound_by_the_zone_as_well(app, board, zone):
    posting = board.post(classification="3")
    who = replace(board.actor(board.author), zone=zone.value)
    is_open = zone is not Zone.INTERNET
    with app.app_context(), unit("read"):
        assert bool(postings.own(who, NO_FILTER).items) is is_open
        found = session.scalars(select(Posting).where(Posting.uid == posting)).one()
        assert access.can(who, MANAGE, found, unit_id=found.unit_id) is is_open
    if not is_open:
        with app.app_context(), pytest.raises(NotFound), unit("write"):
            services.remove(who, posting)


def test_reader_of_another_bureau_follows_the_own_bureaus_rule(app, board):
    board.post(classification="2")
    with app.app_context(), unit("write"):
        set_rule(system(), LABEL_ZONES[Label.TWO], board.welfare, ("number",))
    assert board.read(lists.page, board.colleague, View.CURRENT).items == []


def test_new_posting_has_the_label_that_the_bureau_presets(board):
    assert board.read(postings.opened, board.author, board.post()).posting.classification == "2"


def test_unknown_label_is_refused(board):
    with pytest.raises(Invalid) as refused:
        board.post(classification="4")
    assert "classification" in refused.value.fields


@pytest.mark.parametrize(("to", "action"), [("3", "guards.label_raised"), ("1", "guards.label_lowered")])
def test_other_label_needs_a_reason_and_is_recorded_with_it(app, board, to, action):
    uid = board.post()

    def revise(reason):
        who = board.actor(board.author)
        with app.app_context(), unit("write"):
            version = session.scalars(select(Posting.version).where(Posting.uid == uid)).one()
            content = board.content(classification=to, label_reason=reason)
            return services.revise(who, uid, content, version=version).id

    with pytest.raises(Invalid) as refused:
        revise("  ")
    assert list(refused.value.fields) == ["label_reason"]
    revise("個人情報を含むため")
    with app.app_context(), unit("read"):
        posting = session.scalars(select(Posting).where(Posting.uid == uid)).one()
        assert (posting.classification, posting.retention_years) == (to, 3)
        record = session.scalars(select(AuditRecord).where(AuditRecord.action == action)).one()
    assert record.details == {"from": "2", "to": to, "reason": "個人情報を含むため"}
    assert record.object_id == posting.id


@pytest.mark.parametrize(("label", "views"), [("2", 0), ("3", 1)])
def test_every_view_is_recorded_where_the_label_asks_for_it(app, board, label, views):
    uid = board.post(classification=label)
    page = sign_in_as(app, board.colleague).get(f"/bulletin/{uid}")
    assert (f"機密性{label}" in page.text, "data-copy-warning" in page.text) == (True, label == "3")
    page.close()
    with app.app_context(), unit("read"):
        found = session.scalars(select(AuditRecord).where(AuditRecord.action == "guards.viewed")).all()
    assert [(one.person_id, one.details) for one in found] == [(board.colleague, {"label": "3"})] * views


def test_export_leaves_out_what_may_not_leave_and_says_so(app, board):
    board.post(title="節電のお願い")
    board.post(title="未公表の計画", classification="3")
    text = sign_in_as(app, board.colleague).get("/bulletin/export/current.csv").data.decode("utf-8-sig")
    assert "節電のお願い" in text
    assert "未公表の計画" not in text
    assert "機密性のため出力していない掲示が1件あります。" in text


def test_text_is_not_printed_where_the_rule_says_so(app, board):
    with app.app_context(), unit("write"):
        set_rule(system(), NO_PRINT, None, ("2",))
    page = sign_in_as(app, board.colleague).get(f"/bulletin/{board.post()}").text
    assert "posting-text no-print" in page
    assert "data-print" not in page


def test_editor_posts_with_the_chosen_label(app, board):
    client = sign_in_as(app, board.author)
    values = {
        "csrf_token": csrf_token(client, "/bulletin/new"),
        "form_key": uuid4().hex,
        "category_id": str(board.category_id),
        "title": "内部の検討",
        "html": "<p>検討中です。</p>",
        "audience": f"unit_tree:{board.welfare}",
        "classification": "3",
        "action": "publish",
    }
    assert client.post("/bulletin/new", data=values).status_code == 302
    with app.app_context(), unit("read"):
        assert session.scalars(select(Posting.classification)).all() == ["3"]
