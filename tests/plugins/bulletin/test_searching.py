"""The board in the search: who finds a posting, and the words in its files."""

import io
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update
from werkzeug.datastructures import FileStorage

from groupware.actor import system
from groupware.attachments.services import adding, numbers
from groupware.attachments.taking import take_file
from groupware.db import session, unit
from groupware.rules.services import set_rule
from groupware.search.models import Document, FileText
from groupware.search.services import Wanted, search
from groupware.testing.signing_in import sign_in_as
from groupware.worker import Worker
from plugins.bulletin.models import Posting
from plugins.bulletin.services import postings
from tests.core.search.files import SAMPLES


@pytest.fixture
def found(board):
    """`found(person, text)` is title and file of what a person finds on the board."""

    def ask(person_id, text, **changes):
        who = replace(board.actor(person_id), **changes)
        with board.app.test_request_context(), unit("read"):
            hits = search(who, Wanted(text=text, kinds=("bulletin.posting",))).hits
            return [(hit.about.title, hit.file) for hit in hits]

    return ask


@pytest.fixture
def sent(board):
    """`sent(name)` is the uid of a sample file that the author has sent in."""

    def send(name):
        who = board.actor(board.author)
        with board.app.app_context():
            return take_file(who, FileStorage(io.BytesIO(SAMPLES[name]()), filename=name)).uid

    return send


def test_only_readers_find_a_posting_and_only_its_present_words(board, found):
    uid = board.post(title="節電の案内", html="<p>冷房は28度</p>")
    assert found(board.colleague, "冷房") == [("節電の案内", "")]
    assert found(board.outsider, "冷房") == []
    version = board.read(lambda _: postings_version(uid), board.author)
    board.write(postings.revise, board.author, uid, board.content(title="節水", html="水道"), version=version)
    assert found(board.colleague, "冷房") == []
    assert found(board.colleague, "節水") == [("節水", "")]
    board.write(postings.remove, board.author, uid)
    assert found(board.author, "節水") == []


def postings_version(uid):
    return session.scalar(select(Posting.version).where(Posting.uid == uid))


def test_words_in_files_lead_to_the_posting_that_shows_them(board, found, sent):
    uid = board.post(title="名簿の配布", files=(sent("a.xlsx"), sent("sjis.csv")))
    assert found(board.colleague, "sjis.csv") == [("名簿の配布", "sjis.csv")]
    assert found(board.colleague, "避難所") == []
    Worker(board.app).run_due()
    assert sorted(found(board.colleague, "避難所")) == [("名簿の配布", "a.xlsx"), ("名簿の配布", "sjis.csv")]
    assert found(board.colleague, "R8.11.22") == [("名簿の配布", "a.xlsx")]
    assert found(board.outsider, "避難所") == []
    board.write(postings.remove, board.author, uid)
    assert found(board.colleague, "避難所") == []


def test_snippet_of_a_file_shows_its_words(board, sent):
    board.post(title="名簿の配布", files=(sent("a.docx"),))
    Worker(board.app).run_due()
    who = board.actor(board.colleague)
    with board.app.test_request_context(), unit("read"):
        (hit,) = search(who, Wanted(text="危機管理室")).hits
    assert "危機管理室" in hit.about.text


def test_file_that_is_taken_off_is_found_no_more_and_its_words_go_with_its_content(board, found, sent):
    uid = board.post(files=(sent("sjis.csv"),))
    Worker(board.app).run_due()
    version = board.read(lambda _: postings_version(uid), board.author)
    board.write(postings.revise, board.author, uid, board.content(), version=version)
    assert found(board.colleague, "避難所") == []
    with board.app.app_context(), unit("read"):
        assert session.scalar(select(func.count()).select_from(FileText)) == 1
        assert session.scalar(select(func.count()).where(Document.part != 0)) == 0


@pytest.mark.parametrize(
    ("rule", "value"), [("guards.zones_download", ("internet",)), ("guards.file_types_lgwan", "pdf, docx")]
)
def test_zone_that_may_not_open_files_does_not_read_them_in_the_search(board, found, sent, rule, value):
    board.post(title="名簿の配布", files=(sent("sjis.csv"), sent("a.pdf")))
    Worker(board.app).run_due()
    assert len(found(board.colleague, "避難所", zone="lgwan")) == 2
    with board.app.app_context(), unit("write"):
        set_rule(system(), rule, None, value)
    expected = [] if rule == "guards.zones_download" else [("名簿の配布", "a.pdf")]
    assert found(board.colleague, "避難所", zone="lgwan") == expected
    assert found(board.colleague, "名簿", zone="lgwan") == [("名簿の配布", "")]


def test_label_that_may_not_be_seen_from_a_zone_hides_the_posting_there(board, found):
    board.post(title="窓口の案内", html="<p>名簿の扱い</p>")
    with board.app.app_context(), unit("write"):
        session.execute(update(Posting).values(classification="3"))
        set_rule(system(), "guards.label_zones_3", None, ("lgwan",))
    assert found(board.colleague, "名簿", zone="lgwan") == [("窓口の案内", "")]
    assert found(board.colleague, "名簿", zone="internet") == []


def test_file_with_an_individual_number_is_found_by_its_name_alone_while_it_is_kept_back(board, found):
    content = "対象者 山田 1234-5678-9018".encode()
    file = board.write(adding.add, board.author, "給付.txt", content)
    board.post(title="名簿の配布", files=(file.uid,))
    with board.app.app_context(), unit("write"):
        set_rule(system(), "guards.individual_numbers", None, "refuse")
    Worker(board.app).run_due()
    assert found(board.colleague, "山田") == []
    assert found(board.colleague, "給付") == [("名簿の配布", "給付.txt")]
    officer = replace(board.actor(board.author), person_id=None)
    with board.app.app_context(), unit("write"):
        numbers.release(officer, file.uid, "管理番号")
    assert found(board.colleague, "山田") == [("名簿の配布", "給付.txt")]
    for digits in ("1234-5678-9018", "123456789018", "5678"):
        assert found(board.colleague, digits) == []


def test_mark_of_a_file_stands_on_the_page_of_its_posting(board):
    file = board.write(adding.add, board.author, "給付.txt", b"1234-5678-9018")
    uid = board.post(files=(file.uid,))
    Worker(board.app).run_due()
    page = sign_in_as(board.app, board.colleague).get(f"/bulletin/{uid}").text
    assert "個人番号の疑いがあります" in page
    assert f'href="/attachments/{file.uid}"' in page
    with board.app.app_context(), unit("write"):
        set_rule(system(), "guards.individual_numbers", None, "refuse")
    page = sign_in_as(board.app, board.colleague).get(f"/bulletin/{uid}").text
    assert "個人番号の疑いがあり開けません" in page
    [listed] = sign_in_as(board.app, board.colleague).get(f"/api/v1/bulletin/postings/{uid}").json["files"]
    assert (listed["name"], listed["is_withheld"]) == ("給付.txt", True)
    assert f'href="/attachments/{file.uid}"' not in page
