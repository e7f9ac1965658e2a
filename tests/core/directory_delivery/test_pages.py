"""The pages of deliveries: who gets in, what they show, and that every act goes through them."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from groupware import actor, clock
from groupware.access.enums import PrincipalKind
from groupware.audit.models import AuditRecord
from groupware.db import session
from groupware.directory.models import Batch, Person
from groupware.directory.services import batches
from groupware.testing.signing_in import csrf_token
from tests.core.directory_delivery.conftest import APRIL
from tests.core.directory_delivery.edits import edited, with_lines

MARCH = datetime(2099, 3, 24, 0, tzinfo=UTC)
NEW = "/directory/deliveries/new"


@pytest.fixture
def people(factory):
    """甲 loads, 乙 may load too, 丙 may not."""
    unit, post = factory.unit("人事係"), factory.post("主事", 50)
    made = {
        name: factory.person(f"{name} 太郎", unit, post, staff_number=f"H-{name}", is_kept_by_hand=True)
        for name in "甲乙丙"
    }
    for name in "甲乙":
        factory.grant(PrincipalKind.PERSON, made[name], "directory:batch:load")
    return made


@pytest.fixture
def client(sign_in, people):
    return sign_in(people["甲"], elevated=True)


@pytest.fixture
def send(client):
    """`send(files, **fields)` fills the form in and sends it."""

    def post(files, **fields):
        values = {"title": "春の異動", "effective_on": "R81.4.1", "encoding": "", **fields}
        values["files"] = [(io.BytesIO(content), name) for name, content in files.items()]
        values["csrf_token"] = csrf_token(client, NEW)
        return client.post(NEW, data=values, content_type="multipart/form-data")

    return post


@pytest.fixture
def act(client):
    """`act(page, path, **fields)` posts a form of a page."""

    def post(page, path, **fields):
        return client.post(f"{page}/{path}", data={"csrf_token": csrf_token(client, page), **fields})

    return post


def comparable(answer):
    """A page without what differs from one answer to the next."""
    return re.sub(r'nonce="[^"]+"', "", answer.text)


def batch_of(read):
    with read():
        return session.execute(select(Batch.uid, Batch.state, Batch.publication_time, Batch.co_loaders)).one()


def test_files_are_read_and_lead_to_the_difference(send, client, sound, read):
    answer = send(sound, effective_on="R8.4.1")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "公表日時が未定" in page
    assert "総務局 総務課 課長" in page
    assert "確認事項" in page
    assert batch_of(read).state == "staged"
    with read():
        assert session.scalar(select(Person.id).where(Person.staff_number == "000001")) is None


def test_zip_is_taken_like_its_files(send, sound, read):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in sound.items():
            archive.writestr(name, content)
    assert send({"人事.zip": packed.getvalue()}).status_code == 303
    assert batch_of(read).state == "staged"


def test_faults_are_listed_with_file_line_and_reason_and_leave_as_csv(send, client, faulty):
    address = send(faulty).location
    page = client.get(address).text
    assert "取り込めませんでした" in page
    assert re.search(r"people\.csv</td>\s*<td[^>]*>4</td>\s*<td[^>]*>メールアドレス", page)
    rows = client.get(f"{address}/findings.csv").get_data().decode("utf-8-sig").splitlines()
    assert rows[0] == "種別,ファイル,行,列,理由,コード"
    assert len([row for row in rows if row.startswith("誤り,")]) == 18
    assert client.get(f"{address}/findings.xlsx").status_code == 200
    assert client.get(f"{address}/findings.exe").status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "「件名」を入力してください。"),
        ({"title": "あ" * 201}, "200文字以内"),
        ({"effective_on": "R8.13.1"}, "2026-04-01"),
    ],
)
def test_form_that_does_not_fit_is_shown_again_with_what_was_typed(send, sound, fields, words, read):
    answer = send(sound, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    typed = next(iter(fields.values()))
    assert f'value="{typed}"' in answer.text
    with read():
        assert session.scalars(select(Batch)).all() == []


def test_form_without_files_is_shown_again(send):
    answer = send({})
    assert answer.status_code == 422
    assert "「ファイル」を選んでください。" in answer.text


def test_publication_time_is_saved_in_local_time(send, act, sound, read):
    page = send(sound).location
    assert act(page, "publication", when="at", at="2099-03-24T09:00").status_code == 303
    assert batch_of(read).publication_time == MARCH


@pytest.mark.parametrize("text", ["", "soon", "0001-01-01T00:00"])
def test_publication_without_a_time_is_refused(send, act, sound, read, text):
    answer = act(send(sound).location, "publication", when="at", at=text)
    assert answer.status_code == 422
    assert "「公表日時」を入力してください。" in answer.text
    assert batch_of(read).publication_time is None


def test_publication_at_once_is_done_by_the_worker(send, act, client, sound, write, read):
    page = send(sound, effective_on="R8.4.1").location
    act(page, "publication", when="now")
    assert "hx-get" in client.get(f"{page}/state").text
    with write():
        batches.publish_due(actor.system("job"))
    state = client.get(f"{page}/state")
    assert "公表済み" in state.text
    assert state.headers["HX-Refresh"] == "true"
    with read():
        assert session.scalar(select(Person.id).where(Person.staff_number == "000001")) is not None


def test_withdrawn_delivery_is_gone_from_its_page(send, act, client, sound, read):
    page = send(sound).location
    assert act(page, "withdrawal").location == "/directory/deliveries"
    assert batch_of(read).state == "withdrawn"
    assert "総務課" not in client.get(page).text
    assert act(page, "withdrawal").status_code == 409


def test_proposals_are_shown_and_may_be_declined(send, act, client, sound, deliver):
    with clock.frozen(datetime(2025, 11, 20, 3, tzinfo=UTC)):
        deliver(sound, datetime(2025, 11, 20, tzinfo=UTC).date())
    new = "900006,五百旗頭 薫,イオキベ カオル,,,,事務,会計年度任用,R8.4.1,"
    files = with_lines(
        with_lines(sound, "people.csv", new), "appointments.csv", "900006,0102,070,本務,R8.4.1,"
    )
    page = send(files, effective_on=APRIL.isoformat()).location
    assert "五百旗頭 薫(000006と900006)は同一人物" in client.get(page).text
    assert act(page, "continuations").status_code == 303
    assert 'value="900006" checked' not in client.get(page).text
    act(page, "continuations", same="900006")
    assert 'value="900006" checked' in client.get(page).text


def test_difference_can_be_narrowed_and_leaves_as_table(send, client, sound):
    page = send(sound, effective_on="R8.4.1").location
    narrowed = client.get(f"{page}?kind=unit_new").text
    assert "港湾局 経営課" in narrowed
    assert "濵田 葵" not in narrowed
    rows = client.get(f"{page}/changes.csv?kind=new").get_data().decode("utf-8-sig").splitlines()
    assert rows[0].startswith("変更の内容,番号・コード,氏名")
    assert len(rows) == 8
    whole = client.get(f"{page}/changes.csv").get_data().decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(whole, newline="")))) == 22
    assert client.get(f"{page}/changes.xlsx").status_code == 200


def test_long_difference_shows_the_first_rows_only(send, client, sound, monkeypatch):
    monkeypatch.setattr("groupware.directory.views_deliveries.SHOWN", 3)
    page = client.get(send(sound, effective_on="R8.4.1").location).text
    assert "21件のうち最初の3件を表示しています" in page


def test_delivery_that_the_directory_has_overtaken_says_so(send, act, client, sound, deliver):
    page = send(sound, effective_on="R8.4.1").location
    assert "差分を計算し直す" not in client.get(page).text
    deliver(edited(sound), APRIL)
    assert "差分を計算し直す" in client.get(page).text
    act(page, "comparison")
    assert "現在の名簿と同じです" in client.get(page).text


def test_somebody_else_learns_nothing_of_a_staged_delivery(send, sign_in, people, sound):
    page = send(sound).location
    other = sign_in(people["乙"], elevated=True)
    missing = other.get("/directory/deliveries/00000000-0000-7000-8000-000000000000")
    hidden = other.get(page)
    assert (missing.status_code, hidden.status_code) == (404, 404)
    assert comparable(hidden) == comparable(missing)
    assert "春の異動" not in other.get("/directory/deliveries").text
    for path in ("state", "changes.csv", "findings.csv"):
        assert other.get(f"{page}/{path}").status_code == 404
    token = csrf_token(other, NEW)
    for path in ("publication", "withdrawal", "continuations", "comparison", "loaders"):
        assert other.post(f"{page}/{path}", data={"csrf_token": token, "when": "now"}).status_code == 404


def test_named_loader_sees_it(send, act, sign_in, people, sound, read):
    page = send(sound).location
    assert act(page, "loaders", co_loaders=f"person:{people['乙']}").status_code == 303
    assert batch_of(read).co_loaders == [people["乙"]]
    assert "春の異動" in sign_in(people["乙"], elevated=True).get(page).text


def test_page_asks_for_the_password_again_and_is_not_for_everybody(sign_in, people):
    assert sign_in(people["甲"]).get("/directory/deliveries").status_code == 302
    assert sign_in(people["丙"], elevated=True).get("/directory/deliveries").status_code == 403


def test_looking_at_a_delivery_is_audited(send, client, sound, read):
    page = send(sound).location
    client.get(page).close()
    client.get(f"{page}/changes.csv").close()
    with read():
        actions = session.scalars(select(AuditRecord.action).order_by(AuditRecord.id)).all()
    assert actions == ["directory.batch_staged", "directory.batch_viewed", "list.exported"]


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_however_long_it_is(send, client, sound, count_queries, count):
    for number in range(count):
        send(sound, title=f"異動{number}")
    client.get("/directory/deliveries").close()
    with count_queries() as statements:
        page = client.get("/directory/deliveries")
        page.close()
    assert page.text.count("data-row-link") == count
    own = [text for text in statements.texts if "core_cache_versions" not in text and "bulletin_" not in text]
    assert len(own) == 3


def test_empty_list_says_what_to_do(client):
    assert "表示できる取込はありません。" in client.get("/directory/deliveries").text
