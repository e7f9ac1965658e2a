"""The pages: what they show, what they refuse, how much they ask of the database."""

import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.db import session, unit
from groupware.directory.people_index import reindex
from groupware.directory.picking import Ref
from groupware.testing.signing_in import csrf_token
from plugins.bulletin.enums import Right
from plugins.bulletin.models import CategoryRight, Draft, Nudge, Posting, Reading
from plugins.bulletin.queries.audience import EVERYONE
from plugins.bulletin.services import postings
from plugins.bulletin.services import talk as talking
from tests.plugins.bulletin.test_lists import plant
from tests.plugins.bulletin.test_revising import set_rule


def form_of(board, **changes):
    """What the editor sends."""
    values = {
        "category_id": str(board.category_id),
        "sender": "person",
        "title": "夏季の節電について",
        "html": "<p>本文です。</p>",
        "importance": "0",
        "audience": [f"unit_tree:{board.welfare}"],
        "ends_on": (clock.today() + timedelta(days=9)).isoformat(),
        "action": "publish",
        "form_key": uuid.uuid4().hex,
    }
    return values | changes


def send(client, path, data, page="/bulletin/own"):
    return client.post(path, data={**data, "csrf_token": csrf_token(client, page)})


def number_of(read, model):
    with read():
        return session.scalar(select(func.count()).select_from(model))


# ---- Reading ----


def test_opening_a_posting_marks_it_read_and_the_list_loses_its_mark(board, sign_in):
    uid = board.post()
    client = sign_in(board.colleague)
    assert "is-unread" in client.get("/bulletin/").text
    with client.get(f"/bulletin/{uid}") as answer:
        assert "夏季の節電について" in answer.text
    assert "is-unread" not in client.get("/bulletin/").text


def test_opening_ones_own_scheduled_posting_marks_nothing(board, sign_in, read):
    uid = board.post(shown_from=clock.now() + timedelta(days=1))
    with sign_in(board.author).get(f"/bulletin/{uid}") as answer:
        assert answer.status_code == 200
    assert number_of(read, Reading) == 0


def test_hidden_posting_and_absent_posting_are_answered_alike(board, sign_in):
    uid, absent = board.post(), uuid.uuid4()
    client = sign_in(board.outsider)
    paths = ("", "/edit", "/receipts", "/history", "/history/1", "/receipts.xlsx")
    for path in paths:
        hidden, gone = client.get(f"/bulletin/{uid}{path}"), client.get(f"/bulletin/{absent}{path}")
        assert hidden.status_code == gone.status_code == 404, path
        assert without_ids(hidden.text) == without_ids(gone.text)
    token = csrf_token(client, "/bulletin/own")
    for path in ("/confirm", "/end", "/delete", "/pin", "/nudge", "/comments", "/edit", "/reactions"):
        data = {"csrf_token": token, "kind": "like", "edition": "1"}
        answers = [client.post(f"/bulletin/{one}{path}", data=data) for one in (uid, absent)]
        assert [answer.status_code for answer in answers] == [404, 404], path
        assert without_ids(answers[0].text) == without_ids(answers[1].text)


def without_ids(text):
    """A page without what differs from request to request."""
    return re.sub(r'[0-9a-f]{32}|nonce="[^"]*"|content="[^"]*"|value="[^"]*"', "", text)


def test_confirm_button_stands_only_where_the_reader_is_asked(board, sign_in):
    uid = board.post(confirm_by=clock.today())
    client = sign_in(board.colleague)
    page = client.get(f"/bulletin/{uid}").text
    assert "開いただけでは確認済みになりません。読み終えたら「内容を確認しました」を押してください。" in page
    answer = send(client, f"/bulletin/{uid}/confirm", {"edition": "1"})
    assert answer.status_code == 302
    page = client.get(f"/bulletin/{uid}").text
    assert "に確認しました。" in page
    assert "内容を確認しました</span></button>" not in page


def test_confirming_an_ended_posting_is_answered_409_and_nothing_is_written(board, sign_in, read):
    uid = board.post(confirm_by=clock.today())
    client = sign_in(board.colleague)
    token = csrf_token(client, "/bulletin/own")
    board.write(postings.end, board.author, uid)
    answer = client.post(f"/bulletin/{uid}/confirm", data={"edition": "1", "csrf_token": token})
    assert answer.status_code == 409
    assert "掲載が終了したため、確認できません。" in answer.text
    with read():
        assert session.scalars(select(Reading.confirmed_edition)).all() in ([], [0])


def test_posting_page_links_to_who_can_see_it(board, sign_in):
    uid = board.post()
    page = sign_in(board.author).get(f"/bulletin/{uid}").text
    assert f"type=bulletin.posting&amp;uid={uid}" in page or f"uid={uid}&amp;type=bulletin.posting" in page


@pytest.mark.parametrize("number", [1, 3])
def test_list_takes_six_queries_at_most_however_many_rows(board, sign_in, count_queries, number):
    plant(board, number)
    client = sign_in(board.colleague)
    board.app.extensions["groupware_versions"].poll_seconds = 3600
    client.get("/bulletin/")
    with count_queries() as statements:
        assert client.get("/bulletin/").status_code == 200
    # The session with its person, grants, badges, the list. Categories and the tree are kept by the process.
    assert len(statements) == 4


@pytest.mark.parametrize("number", [1, 3])
def test_posting_page_takes_the_same_queries_for_one_comment_and_for_three(
    board, sign_in, count_queries, number
):
    uid = board.post(has_comments=True, has_reactions=True)
    for i in range(number):
        board.write(talking.add_comment, board.colleague, uid, f"{i}")
    client = sign_in(board.colleague)
    board.app.extensions["groupware_versions"].poll_seconds = 3600
    client.get(f"/bulletin/{uid}")
    with count_queries() as statements:
        assert client.get(f"/bulletin/{uid}").status_code == 200
    assert len(statements) == 8, "\n".join(statements.texts)


def test_filter_stands_in_the_address_and_in_the_form(board, sign_in):
    plant(board, 3)
    page = (
        sign_in(board.colleague)
        .get(f"/bulletin/?q=2&importance=0&category={board.category_id}&unit={board.welfare}")
        .text
    )
    assert 'value="2"' in page
    assert page.count("data-row-link") == 1
    assert "条件を消す" in page


def test_senseless_filter_is_passed_over(board, sign_in):
    plant(board, 2)
    page = sign_in(board.colleague).get("/bulletin/?importance=9&category=x&unit=99&after=a.b&q=").text
    assert page.count("data-row-link") == 2


def test_every_list_opens_empty_and_says_what_that_means(board, sign_in):
    client = sign_in(board.colleague)
    for path, words in (
        ("", "掲示はありません。"),
        ("unread", "未読のお知らせはありません。"),
        ("unconfirmed", "確認が必要なお知らせはありません。"),
        ("own", "掲示はまだありません。"),
        ("ended", "掲示はありません。"),
        ("?q=zz", "該当する掲示はありません。"),
    ):
        answer = client.get(f"/bulletin/{path}")
        assert (answer.status_code, words in answer.text) == (200, True), path


# ---- Writing ----


def test_posting_by_the_form_leads_to_the_posting_and_says_to_how_many(board, sign_in, read):
    client = sign_in(board.author)
    answer = send(client, "/bulletin/new", form_of(board))
    assert answer.status_code == 302
    page = client.get(answer.location).text
    assert "掲示を登録しました。2人に公開されています。" in page
    assert number_of(read, Posting) == 1


def test_form_sent_twice_posts_once(board, sign_in, read):
    client = sign_in(board.author)
    data = form_of(board)
    first, second = send(client, "/bulletin/new", data), send(client, "/bulletin/new", data)
    assert first.location == second.location
    assert number_of(read, Posting) == 1


def test_too_long_text_comes_back_in_the_field_with_422(board, sign_in, read):
    client = sign_in(board.author)
    long = "<p>" + "あ" * 20_001 + "</p>"
    answer = send(client, "/bulletin/new", form_of(board, html=long, title="い" * 101))
    assert answer.status_code == 422
    assert "あ" * 20_001 in answer.text
    assert "い" * 101 in answer.text
    assert "「件名」は100文字以内で入力してください(現在101文字)。" in answer.text
    assert "「本文」は20000文字以内で入力してください(現在20001文字)。" in answer.text
    assert number_of(read, Posting) == 0


def test_faulty_form_is_answered_422_and_keeps_what_was_typed(board, sign_in, read):
    client = sign_in(board.author)
    faults = [
        ({"title": ""}, "「件名」を入力してください。"),
        ({"html": ""}, "「本文」を入力してください。"),
        ({"audience": []}, "「公開先」を選んでください。"),
        ({"audience": ["everyone:0"]}, "全職員には公開できません。"),
        ({"audience": ["unit_tree:9999"]}, "公開先の一部は現在ありません。"),
        ({"audience_text": "田中湊\n該当しない名前"}, "見つからないか、1人に決まりません"),
        ({"ends_on": "2020-01-01"}, "掲載終了日"),
        ({"starts_on": "2099-01-01"}, "掲載終了日は、掲載開始日以後の日にしてください。"),
        ({"starts_on": "いつか"}, "掲載開始日"),
        ({"starts_on": "9999-12-31"}, "100年以内の日を選んでください。"),
        ({"ends_on": "9999-12-31"}, "100年以内の日を選んでください。"),
        ({"needs_confirmation": "y", "confirm_by": "9999-12-31"}, "100年以内の日を選んでください。"),
        ({"needs_confirmation": "y", "confirm_by": "2020-01-01"}, "確認期限は"),
        ({"category_id": "99"}, "掲示できる分類を選んでください。"),
        ({"sender": "section:99"}, "この名義では掲示できません。"),
    ]
    for changes, words in faults:
        answer = send(client, "/bulletin/new", form_of(board, **changes))
        assert answer.status_code == 422, changes
        assert words in answer.text, changes
        assert "本文です。" in answer.text or "html" in changes
    assert number_of(read, Posting) == 0


def test_names_typed_without_scripts_become_the_audience(board, sign_in, read):
    with board.app.app_context(), unit("write"):
        reindex([board.outsider, board.colleague])
    client = sign_in(board.author)
    answer = send(client, "/bulletin/new", form_of(board, audience=[], audience_text="田中 湊\n鈴木 蓮"))
    assert answer.status_code == 302
    with read():
        assert session.scalars(select(Posting.addressed_count)).one() == 2


def test_all_staff_are_looked_at_once_more_before_they_are_addressed(board, sign_in, read):
    board.factory.grant(PrincipalKind.PERSON, board.author, "bulletin:posting:address_all")
    client = sign_in(board.author)
    data = form_of(board, audience=["everyone:0"])
    answer = send(client, "/bulletin/new", data)
    assert answer.status_code == 200
    assert "全職員4人に公開されます。公開先に間違いはありませんか。" in answer.text
    assert number_of(read, Posting) == 0
    back = send(client, "/bulletin/new", data | {"action": "edit"})
    assert (back.status_code, "本文です。" in back.text) == (200, True)
    assert send(client, "/bulletin/new", data | {"looked": "3"}).status_code == 200
    assert send(client, "/bulletin/new", data | {"looked": "4"}).status_code == 302
    assert number_of(read, Posting) == 1


def test_large_audience_is_looked_at_from_the_threshold_of_the_rule_on(board, sign_in):
    set_rule(board, "bulletin.second_look", 2, board.welfare)
    answer = send(sign_in(board.author), "/bulletin/new", form_of(board))
    assert "2人に公開されます。公開先に間違いはありませんか。" in answer.text


def test_preview_shows_the_clean_text_and_writes_nothing(board, sign_in, read):
    client = sign_in(board.author)
    data = form_of(board, action="preview", html="<p>本文<script>alert(1)</script></p>")
    answer = send(client, "/bulletin/new", data)
    assert answer.status_code == 200
    assert "プレビューです。まだ公開されていません。" in answer.text
    assert "<p>本文</p>" in answer.text
    assert number_of(read, Posting) == number_of(read, Reading) == 0


def test_draft_is_saved_by_button_and_by_itself_and_opens_again(board, sign_in, read):
    client = sign_in(board.author)
    draft = str(uuid.uuid4())
    data = form_of(board, draft=draft, title="", html="<p>書きかけ", audience=["everyone:0"])
    assert send(client, f"/bulletin/drafts/{draft}", data).json == {"saved": True}
    assert send(client, "/bulletin/new", data | {"action": "draft", "title": "件名だけ"}).status_code == 302
    assert number_of(read, Draft) == 1
    assert "件名だけ" in client.get("/bulletin/own").text
    page = client.get(f"/bulletin/new?draft={draft}").text
    assert "書きかけ" in page
    assert 'value="everyone:0" checked' in page
    assert sign_in(board.colleague).get(f"/bulletin/new?draft={draft}").status_code == 404
    assert send(client, f"/bulletin/drafts/{draft}/delete", {}).status_code == 302
    assert number_of(read, Draft) == 0


def test_copy_takes_the_contents_and_leaves_the_dates(board, sign_in):
    uid = board.post(title="昨年の案内", shown_to=clock.now() + timedelta(days=1))
    page = sign_in(board.author).get(f"/bulletin/new?copy={uid}").text
    assert 'value="昨年の案内"' in page
    assert (clock.today() + timedelta(days=29)).isoformat() in page
    assert sign_in(board.outsider).get(f"/bulletin/new?copy={uid}").status_code == 404


def test_two_who_edit_at_once_both_keep_their_text(board, sign_in):
    account = board.section_account(board.shelter, "保護課")
    uid = board.post(sender=f"section:{account}")
    path = f"/bulletin/{uid}/edit"
    mine, theirs = sign_in(board.author), sign_in(board.colleague)
    version = re.search(r'name="version"[^>]*value="(\d+)"', mine.get(path).text)[1]
    data = form_of(board, version=version, notice="silently")
    assert send(theirs, path, data | {"title": "先に保存"}).status_code == 302
    answer = send(mine, path, data | {"title": "後から保存", "html": "<p>私の本文</p>"})
    assert answer.status_code == 409
    assert "編集中に鈴木 蓮(保護課)が内容を変更しました。違いを確認してから保存してください。" in answer.text
    assert 'value="後から保存"' in answer.text
    assert "私の本文" in answer.text
    assert "<del>" in answer.text
    newer = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)[1]
    assert send(mine, path, data | {"title": "後から保存", "version": newer}).status_code == 302


def test_approval_is_asked_for_given_and_refused_on_its_pages(board, sign_in):
    set_rule(board, "bulletin.approval", "always", board.welfare)
    board.factory.grant(
        PrincipalKind.PERSON,
        board.colleague,
        "bulletin:posting:approve",
        scope="subtree",
        unit_id=board.welfare,
    )
    author, approver = sign_in(board.author), sign_in(board.colleague)
    place = send(author, "/bulletin/new", form_of(board)).location
    assert "承認待ち" in author.get(place).text
    assert "夏季の節電について" in approver.get("/bulletin/approvals").text
    assert sign_in(board.outsider).get("/bulletin/approvals").status_code == 403
    refused = send(approver, f"{place}/return", {"revision": "1", "note": ""})
    assert (refused.status_code, "「理由」を入力してください。" in refused.text) == (422, True)
    assert send(approver, f"{place}/return", {"revision": "1", "note": "直してください"}).status_code == 302
    assert "直してください" in author.get(place).text
    version = re.search(r'name="version"[^>]*value="(\d+)"', author.get(f"{place}/edit").text)[1]
    send(author, f"{place}/edit", form_of(board, version=version, title="直しました"))
    page = approver.get(f"{place}/approval").text
    assert "直しました" in page
    number = re.search(r'name="revision" value="(\d+)"', page)[1]
    assert send(approver, f"{place}/approve", {"revision": number}).status_code == 302
    assert send(approver, f"{place}/approve", {"revision": number}).status_code == 409
    history = author.get(f"{place}/history").text
    assert "第2版" in history
    assert "差戻し" in history
    assert (
        "<ins>" in author.get(f"{place}/history/2").text
        or "直しました" in author.get(f"{place}/history/2").text
    )


def test_number_of_addressees_is_counted_while_choosing(board, sign_in):
    client = sign_in(board.author)
    answer = send(
        client,
        "/bulletin/audience",
        {"audience": [f"unit_tree:{board.welfare}"], "category_id": board.category_id},
    )
    assert "2人に公開されます。" in answer.text
    answer = send(client, "/bulletin/audience", {"audience": ["everyone:0", "x:1", "person:99"]})
    assert "全職員4人に公開されます。" in answer.text
    assert "公開先を選ぶと" in send(client, "/bulletin/audience", {}).text


def test_person_without_a_category_to_post_in_is_told_whom_to_ask(board, sign_in):
    with board.app.app_context(), unit("write"):
        session.execute(delete(CategoryRight).where(CategoryRight.right == Right.POST.value))
    assert "掲示できる分類がありません。" in sign_in(board.author).get("/bulletin/new").text


# ---- Looking after ----


def test_receipts_show_numbers_and_names_and_notify_again(board, sign_in, read):
    account = board.section_account(board.shelter, "保護課")
    uid = board.post(sender=f"section:{account}", audience=(EVERYONE,), confirm_by=clock.today())
    client = sign_in(board.author)
    page = client.get(f"/bulletin/{uid}/receipts").text
    assert "環境局" in page
    assert "田中 湊" not in page
    names = client.get(f"/bulletin/{uid}/receipts?unit={board.waste}").text
    assert "田中 湊" in names
    fragment = client.get(f"/bulletin/{uid}/receipts/{board.waste}", headers={"HX-Request": "true"}).text
    assert "田中 湊" in fragment
    assert "<html" not in fragment
    assert client.get(f"/bulletin/{uid}/receipts/9999", headers={"HX-Request": "true"}).status_code == 404
    answer = send(client, f"/bulletin/{uid}/nudge", {"form_key": "k"})
    assert answer.status_code == 302
    assert "未確認の4人に再通知しました。" in client.get(answer.location).text
    assert number_of(read, Nudge) == 1
    assert sign_in(board.outsider).get(f"/bulletin/{uid}/receipts").status_code == 403


def test_comment_too_long_comes_back_in_the_field_with_422(board, sign_in):
    uid = board.post(has_comments=True)
    client = sign_in(board.colleague)
    answer = send(client, f"/bulletin/{uid}/comments", {"text": "あ" * 2001})
    assert answer.status_code == 422
    assert "あ" * 2001 in answer.text
    assert "「コメント」は2000文字以内で入力してください(現在2001文字)。" in answer.text
    assert send(client, f"/bulletin/{uid}/comments", {"text": "<b>はい</b>"}).status_code == 302
    assert "&lt;b&gt;はい&lt;/b&gt;" in client.get(f"/bulletin/{uid}").text


def test_comment_where_comments_are_off_is_answered_409(board, sign_in):
    uid = board.post()
    assert send(sign_in(board.colleague), f"/bulletin/{uid}/comments", {"text": "はい"}).status_code == 409


def test_reaction_answers_a_fragment_to_htmx_and_a_page_to_others(board, sign_in):
    uid = board.post(has_reactions=True)
    client = sign_in(board.colleague)
    token = csrf_token(client, "/bulletin/own")
    data = {"csrf_token": token, "kind": "thanks", "set": "1"}
    fragment = client.post(f"/bulletin/{uid}/reactions", data=data, headers={"HX-Request": "true"})
    assert 'aria-pressed="true"' in fragment.text
    assert "<html" not in fragment.text
    assert client.post(f"/bulletin/{uid}/reactions", data=data | {"set": "0"}).status_code == 302
    assert client.post(f"/bulletin/{uid}/reactions", data=data | {"kind": "no"}).status_code == 422


def test_category_pages_are_for_managers_and_keep_what_was_typed(board, sign_in):
    assert sign_in(board.author).get("/bulletin/categories").status_code == 403
    board.factory.grant(PrincipalKind.PERSON, board.author, "bulletin:category:manage")
    client = sign_in(board.author, elevated=True)
    assert "お知らせ" in client.get("/bulletin/categories").text
    data = {
        "name": "研修",
        "hue": "blue",
        "unit_id": "0",
        "is_active": "y",
        "read": ["everyone:0"],
        "post": ["everyone:0"],
    }
    answer = send(client, "/bulletin/categories/new", data | {"name": "あ" * 61})
    assert (answer.status_code, "あ" * 61 in answer.text) == (422, True)
    assert send(client, "/bulletin/categories/new", data).status_code == 302
    page = client.get("/bulletin/categories").text
    assert "研修" in page
    uid = board.category
    edit = client.get(f"/bulletin/categories/{uid}").text
    version = re.search(r'name="version"[^>]*value="(\d+)"', edit)[1]
    assert send(client, f"/bulletin/categories/{uid}", data | {"version": version}).status_code == 302
    stale = send(client, f"/bulletin/categories/{uid}", data | {"version": version})
    assert stale.status_code == 409


def test_audience_of_an_edited_posting_may_be_narrowed_by_those_who_cannot_address_all(board, sign_in):
    account = board.section_account(board.shelter, "保護課")
    uid = board.post(sender=f"section:{account}", audience=(EVERYONE,))
    client = sign_in(board.colleague)
    page = client.get(f"/bulletin/{uid}/edit").text
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)[1]
    answer = send(
        client,
        f"/bulletin/{uid}/edit",
        form_of(board, version=version, audience=[Ref(PrincipalKind.UNIT, board.shelter).value]),
    )
    assert answer.status_code == 302
