"""First passwords on paper: made for chosen people, drawn once, never stored."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from groupware.access.enums import PrincipalKind
from groupware.auth.models import Account, AccountNotice
from groupware.auth.slips import Slip, slips_pdf
from groupware.clock import today
from groupware.db import session, unit
from groupware.i18n import speaking


@pytest.fixture
def draw(app):
    """`draw(slips)`: the pages of the PDF as text."""

    def pages(slips):
        with app.app_context(), speaking("ja"):
            content = slips_pdf(
                slips, municipality="みなと市", address="https://groupware.example/", day=today()
            )
        return PdfReader(BytesIO(content))

    return pages


def _slip(name="佐藤 花子", password="abcd-efgh-jkmn", unit_name="行財政局 総務課"):
    return Slip(unit_name=unit_name, display_name=name, login="012345", password=password)


def test_slip_says_who_where_and_how(draw):
    text = draw([_slip()]).pages[0].extract_text()
    for words in (
        "みなと市",
        "初回パスワードのお知らせ",
        "行財政局 総務課",
        "佐藤 花子",
        "012345",
        "abcd-efgh-jkmn",
        "https://groupware.example/",
    ):
        assert words in text


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (8, 1), (9, 2), (17, 3)])
def test_eight_slips_go_on_a_sheet(draw, count, pages):
    assert len(draw([_slip() for _ in range(count)]).pages) == pages


def test_variation_selectors_do_not_spoil_what_follows(draw):
    text = draw([_slip("辻\U000e0100 悠真"), _slip("葛\ufe00城 葵")]).pages[0].extract_text()
    assert "辻 悠真" in text
    assert "葛城 葵" in text


def test_fonts_are_embedded(draw):
    fonts = draw([_slip()]).pages[0]["/Resources"]["/Font"]
    used = [font.get_object() for font in fonts.values() if "NotoSans" in font.get_object()["/BaseFont"]]
    assert used
    assert all("/FontFile2" in font["/FontDescriptor"] for font in used)


def test_rare_kanji_and_endless_names_are_drawn(draw):
    assert len(draw([_slip("𠮷野 " + "長" * 60, unit_name="課" * 200)]).pages) == 1


@pytest.fixture
def office(factory, town, sato, sign_in):
    """A browser in administration mode for 行財政局, and two people without password in 総務課."""
    factory.grant(
        PrincipalKind.PERSON, sato, "administration:account:manage", scope="subtree", unit_id=town["bureau"]
    )
    people = [factory.person(name, town["section"], town["clerk"]) for name in ("鈴木 一郎", "高橋 実")]
    return sign_in(sato, elevated=True), people


def _send(client, people):
    token = client.get("/session/alive").json["csrf_token"]
    return client.post("/admin/accounts/slips", data={"person": people, "csrf_token": token})


def test_page_makes_passwords_that_work_and_must_be_changed(app, office, enter):
    client, people = office
    answer = _send(client, people)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = PdfReader(BytesIO(answer.data)).pages[0].extract_text().split()
    with app.app_context(), unit("read"):
        login = session.scalar(select(Account.login).where(Account.person_id == people[0]))
        assert (
            session.scalars(select(Account.must_change).where(Account.person_id.in_(people))).all()
            == [True] * 2
        )
        assert len(session.scalars(select(AccountNotice.id)).all()) == 2
    password = next(word for word in lines[lines.index(login) :] if word.count("-") == 2)
    assert enter(app.test_client(), login, password).location == "/session/password"


@pytest.mark.parametrize("chosen", [[], ["x"], [""]])
def test_nobody_chosen_is_said_on_the_list(office, chosen):
    client, _ = office
    answer = _send(client, chosen)
    assert answer.status_code == 422
    assert "職員を1人以上選んでください。" in answer.text


def test_one_person_out_of_reach_stops_the_whole_list(app, office, factory, town):
    client, people = office
    far = factory.person("田中 葵", town["far"], town["clerk"])
    assert _send(client, [*people, far]).status_code == 403
    assert _send(client, [*people, 999999]).status_code == 404
    with app.app_context(), unit("read"):
        assert (
            session.scalars(select(Account.password_hash).where(Account.person_id.in_(people))).all()
            == [None] * 2
        )


def test_too_many_at_once_are_refused_before_any_work(office):
    client, _ = office
    answer = _send(client, list(range(1, 300)))
    assert answer.status_code == 422
    assert "200人まで" in answer.text
