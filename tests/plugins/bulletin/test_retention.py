"""When a posting is due for disposal, and what erasing it takes along."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from groupware import clock
from groupware.db import session, unit
from groupware.records.queries import candidates, kinds
from plugins.bulletin.enums import ReactionKind
from plugins.bulletin.models import Addressed, Comment, Posting, Reaction, Reading, Revision
from plugins.bulletin.services import postings, retention
from plugins.bulletin.services import talk as talking

TOKYO = ZoneInfo("Asia/Tokyo")


def test_posting_is_due_when_full_fiscal_years_have_passed_since_its_display_ended(board):
    with clock.frozen(datetime(2026, 5, 1, 9, tzinfo=TOKYO)):
        board.post(title="期限あり", shown_to=datetime(2026, 6, 1, tzinfo=TOKYO))
        board.post(title="期限なし", shown_to=None)
    kind = None
    with board.app.app_context(), unit("read"):
        kind = kinds()["bulletin.posting"]
        assert [c.title for c in candidates(kind, date(2030, 3, 31))] == []
        assert [c.title for c in candidates(kind, date(2030, 4, 1))] == ["期限あり"]


def test_deleted_posting_is_due_from_its_deletion(board):
    with clock.frozen(datetime(2026, 5, 1, 9, tzinfo=TOKYO)):
        uid = board.post(shown_to=None)
        board.write(postings.remove, board.author, uid)
    with board.app.app_context(), unit("read"):
        rows = session.execute(retention.expired(date(2030, 4, 1))).all()
        assert [row.uid for row in rows] == [uid]
        assert session.execute(retention.expired(date(2030, 3, 31))).all() == []


def test_purge_erases_a_posting_with_all_that_hangs_on_it(board, read, write):
    uid = board.post(has_comments=True, has_reactions=True, confirm_by=clock.today())
    board.write(talking.add_comment, board.colleague, uid, "はい")
    board.write(talking.react, board.colleague, uid, ReactionKind.LIKE, is_set=True)
    with write() as current:
        posting_id = current.scalars(select(Posting.id)).one()
        current.add(Reading(posting_id=posting_id, person_id=board.colleague, edition=1, read_at=clock.now()))
    with write():
        retention.purge([posting_id])
    with read():
        for model in (Posting, Revision, Addressed, Reading, Comment, Reaction):
            assert session.scalar(select(func.count()).select_from(model)) == 0, model
