"""No list ends in silence: names are paged, paper and exports hold everything, choices are complete."""

from groupware.access.enums import PrincipalKind
from plugins.bulletin.queries import board as lists
from plugins.bulletin.queries.senders import senders
from plugins.bulletin.views import board as pages
from plugins.bulletin.views import receipts as receipt_pages
from tests.plugins.bulletin.test_lists import plant
from tests.plugins.bulletin.test_revising import set_rule


def test_names_are_paged_and_a_unit_with_people_of_its_own_opens_with_those_below(
    board, sign_in, monkeypatch
):
    monkeypatch.setattr(receipt_pages, "NAMES", 2)
    board.factory.person("局長 一郎", board.welfare, board.clerk_post)
    uid = board.post()
    client = sign_in(board.author)
    place = f"/bulletin/{uid}/receipts?unit={board.welfare}&show=all"
    own = client.get(place).text
    assert "局長 一郎" in own
    assert "鈴木 蓮" not in own
    assert "下位組織を含む" in own
    first, second = (client.get(f"{place}&below=1&page={page}").text for page in (1, 2))
    assert "3人" in first
    assert "この組織のみ" in first
    assert ("局長 一郎" in first, "佐藤 葵" in first, "鈴木 蓮" in first) == (True, True, False)
    assert ("局長 一郎" in second, "鈴木 蓮" in second) == (False, True)
    assert f"unit={board.welfare}&amp;show=unread&amp;below=1" in first


def test_list_on_paper_is_whole_and_says_where_it_was_cut(board, sign_in, monkeypatch):
    plant(board, lists.PAGE + 5)
    client = sign_in(board.colleague)
    assert "print=1" in client.get("/bulletin/").text
    whole = client.get("/bulletin/?print=1").text
    assert whole.count("data-row-link") == lists.PAGE + 5
    assert "pagination" not in whole
    monkeypatch.setattr(pages, "MOST_PRINTED", lists.PAGE)
    cut = client.get("/bulletin/?print=1").text
    assert cut.count("data-row-link") == lists.PAGE
    assert f"最初の{lists.PAGE}件だけを表示しています。" in cut


def test_export_holds_every_page(board, sign_in):
    plant(board, 2 * lists.PAGE + 5)
    with sign_in(board.colleague).get("/bulletin/export/current.csv") as answer:
        assert len(answer.text.splitlines()) == 2 * lists.PAGE + 6


def test_secretary_of_the_whole_city_may_choose_every_leading_post_and_no_other(board):
    unit_ids = [board.factory.unit(f"{number}課", board.welfare) for number in range(210)]
    chief = board.factory.post("課長", 20)
    for number, unit_id in enumerate(unit_ids):
        board.factory.person(f"課長 {number}", unit_id, chief)
    board.factory.person("主事 一", unit_ids[0], board.clerk_post)
    board.factory.grant(PrincipalKind.PERSON, board.author, "bulletin:posting:post_as")
    names = [one.detail for one in board.read(senders, board.author) if one.kind == "post"]
    assert sum(name.startswith("課長 ") for name in names) == 210
    assert "港 太郎" in names
    assert "主事 一" not in names


def rows_of(client, path):
    with client.get(path) as answer:
        assert answer.status_code == 200
        return [line.lstrip("\ufeff").split(",") for line in answer.text.splitlines()]


def test_history_leaves_with_who_wrote_what_and_what_became_of_it(board, sign_in):
    uid = board.post()
    rows = rows_of(sign_in(board.author), f"/bulletin/{uid}/history.csv")
    assert rows[0] == ["版", "作成日時", "作成者", "変更点", "状態", "承認・差戻し", "理由"]
    assert (rows[1][0], rows[1][2]) == ("1", "佐藤 葵(保護課)")
    assert sign_in(board.outsider).get(f"/bulletin/{uid}/history.csv").status_code == 404


def test_categories_leave_with_their_rights_and_managing_organisation(board, sign_in):
    board.factory.grant(PrincipalKind.PERSON, board.author, "bulletin:category:manage")
    rows = rows_of(sign_in(board.author), "/bulletin/categories.csv")
    assert rows == [
        ["分類名", "説明", "閲覧", "掲示", "管理", "管理組織", "新しい掲示を受け付ける"],
        ["お知らせ", "", "全職員", "全職員", "", "市全体", "はい"],
    ]


def test_what_waits_for_approval_leaves_for_approvers_only(board, sign_in):
    set_rule(board, "bulletin.approval", "always", board.welfare)
    board.factory.grant(PrincipalKind.PERSON, board.colleague, "bulletin:posting:approve")
    board.post(title="承認を待つ掲示")
    rows = rows_of(sign_in(board.colleague), "/bulletin/export/approvals.csv")
    assert [row[2] for row in rows[1:]] == ["承認を待つ掲示"]
    assert sign_in(board.outsider).get("/bulletin/export/approvals.csv").status_code == 404
