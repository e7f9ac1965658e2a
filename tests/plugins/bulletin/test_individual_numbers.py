"""個人番号 on the board: warned of or refused by the bureau's rule, wherever somebody types, and never recorded."""

import pytest
from sqlalchemy import select, text

from groupware.actor import system
from groupware.audit.models import AuditRecord
from groupware.db import session, unit
from groupware.guards.rules import NUMBERS
from groupware.rules.services import set_rule
from groupware.testing.signing_in import csrf_token, sign_in_as
from plugins.bulletin.models import Posting

NUMBER = "１２３４－５６７８－９０１８"


@pytest.fixture
def rule(app):
    """`rule("refuse")` for the whole installation."""

    def put(value):
        with app.app_context(), unit("write"):
            set_rule(system(), NUMBERS, None, value)

    return put


def sent(client, board, **changes):
    """The answer to the form of a new posting."""
    values = {
        "csrf_token": csrf_token(client, "/bulletin/new"),
        "category_id": str(board.category_id),
        "title": "給付金の申請",
        "html": f"<p>番号は{NUMBER}です。</p>",
        "audience": f"unit_tree:{board.welfare}",
        "action": "publish",
    }
    return client.post("/bulletin/new", data=values | changes)


def titles(app):
    with app.app_context(), unit("read"):
        return session.scalars(select(Posting.title)).all()


def test_warning_comes_back_with_the_finding_and_a_box(app, board):
    client = sign_in_as(app, board.author)
    answer = sent(client, board)
    assert answer.status_code == 422
    assert "**********18" in answer.text
    assert 'name="confirmed" value="individual_number"' in answer.text
    assert titles(app) == []


def test_confirmed_text_is_posted_and_the_audit_says_so_without_the_number(app, board):
    client = sign_in_as(app, board.author)
    assert sent(client, board, confirmed="individual_number").status_code == 302
    assert titles(app) == ["給付金の申請"]
    with app.app_context(), unit("read"):
        details = session.scalars(
            select(AuditRecord.details).where(AuditRecord.action == "bulletin.posting_published")
        ).one()
        everything = " ".join(str(one) for one in session.scalars(select(AuditRecord.details)))
    assert details["confirmed"] == ["individual_number"]
    assert "9018" not in everything.translate(str.maketrans("０１２３４５６７８９", "0123456789"))


def test_preview_asks_as_well_and_carries_the_confirmation_on(app, board):
    client = sign_in_as(app, board.author)
    assert sent(client, board, action="preview").status_code == 422
    answer = sent(client, board, action="preview", confirmed="individual_number")
    assert answer.status_code == 200
    assert '<input type="hidden" name="confirmed" value="individual_number">' in answer.text


def test_refusal_cannot_be_confirmed_away(app, board, rule):
    rule("refuse")
    client = sign_in_as(app, board.author)
    answer = sent(client, board, confirmed="individual_number")
    assert answer.status_code == 422
    assert "この画面には入力できません" in answer.text
    assert titles(app) == []


def test_switched_off_nobody_asks(app, board, rule):
    rule("off")
    assert sent(sign_in_as(app, board.author), board).status_code == 302


def test_comment_is_guarded(app, board):
    uid = board.post(has_comments=True)
    client = sign_in_as(app, board.colleague)
    token = csrf_token(client, f"/bulletin/{uid}")
    values = {"csrf_token": token, "text": f"私の番号は{NUMBER}"}
    answer = client.post(f"/bulletin/{uid}/comments", data=values)
    assert answer.status_code == 422
    assert 'name="confirmed"' in answer.text
    assert (
        client.post(f"/bulletin/{uid}/comments", data=values | {"confirmed": "individual_number"}).status_code
        == 302
    )


@pytest.mark.parametrize(("value", "kept"), [("warn", 1), ("refuse", 0)])
def test_draft_keeps_no_number_where_it_is_refused(app, board, rule, value, kept):
    rule(value)
    client = sign_in_as(app, board.author)
    sent(client, board, action="draft", draft="018f0000-0000-7000-8000-000000000001")
    with app.app_context(), unit("read"):
        assert len(session.execute(text("SELECT 1 FROM bulletin_drafts")).all()) == kept
