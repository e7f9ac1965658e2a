"""The list of what comes, and the fiscal year on one page."""

from datetime import timedelta

from groupware.testing.signing_in import csrf_token
from plugins.schedule.enums import Visibility
from plugins.schedule.permissions import KIND_MANAGE
from plugins.schedule.services import kinds
from tests.plugins.schedule.conftest import MORNING

DAY = timedelta(days=1)
TEN = MORNING + timedelta(hours=2)
MIDNIGHT = MORNING - timedelta(hours=8)


def test_own_list_is_narrowed_down(office, sign_in, factory):
    factory.grant("person", office.organiser, KIND_MANAGE)
    kind = office.write(kinds.add, office.organiser, kinds.Plan(name="会議")).id
    office.enter(title="庁議", kind_id=kind)
    office.enter(title="出張", place="大阪府庁", starts_at=TEN + 3 * DAY)
    office.enter(title="はるか先", starts_at=TEN + 60 * DAY)
    client = sign_in(office.organiser)

    def shown(query):
        text = client.get(f"/schedule/list?day=2026-11-24&{query}").text
        return [word for word in ("庁議", "出張", "はるか先") if f">{word}<" in text]

    assert shown("") == ["庁議", "出張"]
    assert shown("days=92") == ["庁議", "出張", "はるか先"]
    assert shown("kind=会議") == ["庁議"]
    assert shown("q=大阪") == ["出張"]
    assert shown("q=どこにもない") == []
    text = client.get("/schedule/export/list.csv?day=2026-11-24&q=大阪").text
    assert "大阪府庁" in text
    assert "庁議" not in text


def test_list_of_an_organisation_names_its_people_once_and_hides_what_is_hidden(office, sign_in):
    people = (f"person:{office.organiser}", f"person:{office.colleague}")
    office.enter(participants=people)
    office.enter(visibility=Visibility.PRIVATE, title="面談")
    client = sign_in(office.outsider)
    text = client.get(f"/schedule/export/list.csv?day=2026-11-24&unit={office.shelter}").text
    assert text.count("予算の打合せ") == 1
    assert "佐藤 葵、鈴木 蓮" in text
    assert "面談" not in text
    assert text.count("予定あり") == 1
    # Words and kinds do not find what one may not see.
    page = client.get(f"/schedule/list?day=2026-11-24&unit={office.shelter}&q=面談").text
    assert "この期間の予定はありません。" in page


def test_list_goes_on_by_pages(office, sign_in, monkeypatch):
    monkeypatch.setattr("plugins.schedule.views.listing.PAGE", 2)
    office.enter(rule="FREQ=DAILY;COUNT=5")
    client = sign_in(office.organiser)
    for page, number in ((1, 2), (3, 1), (4, 0)):
        text = client.get(f"/schedule/list?day=2026-11-24&page={page}").text
        assert text.count("予算の打合せ</a>") == number, page


def test_year_has_banners_important_events_and_holidays(office, sign_in):
    office.enter(title="毎日の用事")
    office.enter(title="大事な日", is_important=True)
    office.enter(title="県外研修", is_all_day=True, starts_at=MIDNIGHT + 6 * DAY, ends_at=MIDNIGHT + 9 * DAY)
    office.enter(title="課の日", calendar_unit_id=office.shelter, is_all_day=True,
                 starts_at=MIDNIGHT, ends_at=MIDNIGHT + DAY, participants=())  # fmt: skip
    office.enter(title="ひみつ", visibility=Visibility.PRIVATE, is_important=True)
    client = sign_in(office.organiser)
    text = client.get("/schedule/year?year=2026").text
    assert "2026年度" in text
    assert "文化の日" in text
    assert text.count(">大事な日<") == 1
    # A banner over the end of a month stands in both.
    assert text.count("11/30–12/2") == 2
    assert "課の日" in text
    assert "毎日の用事" not in text
    assert "県外研修" not in client.get("/schedule/year?year=2025").text
    other = sign_in(office.colleague).get(f"/schedule/year?year=2026&unit={office.shelter}").text
    assert "課の日" in other
    assert "ひみつ" not in other
    assert "県外研修" in client.get("/schedule/export/year.csv?year=2026").text
    for odd in ("x", "0", "99999", "-1"):
        assert "2026年度" in client.get(f"/schedule/year?year={odd}").text, odd


def test_menu_may_open_with_the_list(office, sign_in):
    client = sign_in(office.organiser)
    sent = {"view": "list", "place": "own", "csrf_token": csrf_token(client, "/schedule/settings")}
    client.post("/schedule/settings", data=sent)
    assert client.get("/schedule/start").location == "/schedule/list"
