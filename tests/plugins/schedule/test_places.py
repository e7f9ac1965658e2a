"""What people have at hand: pinned places, what the schedule opens with, rows that are no people."""

import uuid

import pytest
from sqlalchemy import select

from groupware.audit.models import AuditRecord
from groupware.db import session
from groupware.directory.enums import GroupKind
from groupware.directory.queries.choices import visible_groups
from groupware.directory.services.groups import create_group, delete_group
from groupware.errors import Denied, Invalid, NotFound
from groupware.testing.signing_in import csrf_token
from plugins.schedule.enums import PlaceKind, View, Visibility
from plugins.schedule.permissions import MANAGE
from plugins.schedule.queries.places import extras_of, pinned
from plugins.schedule.services import events, places

UNIT, GROUP = PlaceKind.UNIT, PlaceKind.GROUP


@pytest.fixture
def team(office):
    """A group of the organiser's own: the colleague and the outsider."""
    made = office.write(
        create_group, office.organiser, GroupKind.PERSONAL, "企画チーム", [office.colleague, office.outsider]
    )
    return made.id, str(made.uid)


def names(office, person):
    return [one.name for one in office.read(lambda who: pinned(who, visible_groups(who)), person)]


def test_pins_keep_their_order_and_forget_what_is_gone(office, team):
    office.write(places.pin, office.organiser, GROUP, team[0])
    office.write(places.pin, office.organiser, UNIT, office.waste)
    office.write(places.pin, office.organiser, UNIT, office.waste)
    assert names(office, office.organiser) == ["企画チーム", "環境局 廃棄物課"]
    office.write(places.move_pin, office.organiser, UNIT, office.waste, is_up=True)
    assert names(office, office.organiser) == ["環境局 廃棄物課", "企画チーム"]
    office.write(delete_group, office.organiser, team[0])
    assert names(office, office.organiser) == ["環境局 廃棄物課"]
    office.write(places.unpin, office.organiser, UNIT, office.waste)
    assert names(office, office.organiser) == []
    with pytest.raises(NotFound):
        office.write(places.move_pin, office.organiser, UNIT, office.waste, is_up=True)


def test_nobody_pins_what_they_do_not_see(office, team):
    for kind, ref in ((GROUP, team[0]), (UNIT, 999_999)):
        with pytest.raises(NotFound):
            office.write(places.pin, office.colleague, kind, ref)
        with pytest.raises(NotFound):
            office.write(places.begin_with, office.colleague, View.WEEK, kind, ref)


def test_pins_are_few(office, monkeypatch):
    monkeypatch.setattr(places, "MOST_PINS", 1)
    office.write(places.pin, office.organiser, UNIT, office.waste)
    with pytest.raises(Invalid, match="1件"):
        office.write(places.pin, office.organiser, UNIT, office.welfare)


def test_menu_opens_what_was_chosen(office, team, sign_in):
    client = sign_in(office.organiser)
    assert client.get("/schedule/start").location == "/schedule/"
    token = csrf_token(client, "/schedule/settings")
    client.post("/schedule/pins", data={"group": team[1], "act": "pin", "csrf_token": token})
    page = client.get("/schedule/").text
    assert f'href="/schedule/?group={team[1]}&amp;day=2026-11-24">企画チーム' in page
    sent = {"view": "organisation_day", "place": f"group:{team[0]}", "csrf_token": token}
    assert client.post("/schedule/settings", data=sent).status_code == 302
    assert client.get("/schedule/start").location == f"/schedule/day?group={team[1]}"
    client.post("/schedule/settings", data={**sent, "view": "month"})
    assert client.get("/schedule/start").location == "/schedule/month"
    for wrong in ({"view": "x"}, {"place": "group:x"}, {"place": "nothing"}):
        assert client.post("/schedule/settings", data={**sent, **wrong}).status_code == 422, wrong
    assert (
        client.post("/schedule/pins", data={"group": team[1], "act": "x", "csrf_token": token}).status_code
        == 422
    )


def test_calendars_of_organisations_stand_as_rows(office, sign_in):
    office.grant(office.outsider, MANAGE, office.waste)
    office.enter(office.outsider, calendar_unit_id=office.waste, title="収集計画の日")
    office.enter(office.outsider, calendar_unit_id=office.waste, title="内密", visibility=Visibility.PRIVATE)
    office.write(places.add_row, office.organiser, UNIT, office.shelter, office.waste)
    client = sign_in(office.colleague)
    for path in ("/schedule/?day=2026-11-24", "/schedule/day?day=2026-11-24"):
        text = client.get(path).text
        assert "廃棄物課の予定" in text, path
        assert "収集計画の日" in text, path
        assert "内密" not in text, path
    text = client.get("/schedule/export/week.csv?day=2026-11-24").text
    assert "廃棄物課の予定" in text
    assert "内密" not in text
    office.write(places.remove_row, office.colleague, UNIT, office.shelter, office.waste)
    assert "廃棄物課の予定" not in client.get("/schedule/?day=2026-11-24").text
    found = office.read(
        lambda _: session.scalars(
            select(AuditRecord.details).where(AuditRecord.action == places.ROWS_CHANGED)
        ).all(),
        office.organiser,
    )
    assert [list(one) for one in found] == [["added"], ["removed"]]


def test_own_calendar_of_the_organisation_is_a_row_where_one_may_write(office, sign_in):
    assert "保護課の予定" in sign_in(office.organiser).get("/schedule/").text
    assert "保護課の予定" not in sign_in(office.outsider).get(f"/schedule/?unit={office.shelter}").text


def test_who_arranges_the_rows(office, team):
    for person in (office.outsider, office.mayor):
        with pytest.raises(Denied):
            office.write(places.add_row, person, UNIT, office.shelter, office.waste)
    with pytest.raises(NotFound):
        office.write(places.add_row, office.colleague, GROUP, team[0], office.waste)
    office.write(places.add_row, office.organiser, GROUP, team[0], office.waste)
    office.set_rule("schedule.arranging", "keepers", office.shelter)
    with pytest.raises(Denied):
        office.write(places.add_row, office.colleague, UNIT, office.shelter, office.waste)
    office.grant(office.colleague, MANAGE, office.shelter)
    office.write(places.add_row, office.colleague, UNIT, office.shelter, office.waste)
    for absent in (999_999, uuid.UUID(int=7)):
        with pytest.raises(NotFound):
            office.write(places.add_row, office.colleague, UNIT, office.shelter, absent)


def test_pages_of_rows(office, sign_in):
    client = sign_in(office.organiser)
    path = f"/schedule/rows?unit={office.shelter}"
    assert "廃棄物課" in client.get(f"{path}&q=廃棄物").text
    assert "見つかりません" in client.get(f"{path}&q=存在しない").text
    token = csrf_token(client, path)
    sent = {"unit": office.shelter, "act": "add", "what": f"unit:{office.waste}", "csrf_token": token}
    assert client.post("/schedule/rows", data=sent).status_code == 302
    assert office.read(lambda _: extras_of(UNIT, office.shelter), office.organiser).units == (office.waste,)
    for wrong in ({"what": "unit:x"}, {"what": ""}, {"unit": "999999"}, {"unit": ""}):
        assert client.post("/schedule/rows", data={**sent, **wrong}).status_code == 404, wrong
    assert client.get(f"/schedule/rows?unit={office.waste}").status_code == 404


def test_facilities_stand_as_rows(office, rooms, sign_in):
    office.write(
        events.create, office.outsider, office.content(visibility=Visibility.PRIVATE), rooms=rooms[:1]
    )
    for room in rooms:
        office.write(places.add_row, office.organiser, UNIT, office.shelter, room)
    client = sign_in(office.organiser)
    for path in ("/schedule/?day=2026-11-24", "/schedule/day?day=2026-11-24"):
        text = client.get(path).text
        assert text.count("</span>予約</span>") == 1, path
        assert "502会議室" in text, path
        assert "予算の打合せ" not in text, path
    assert "501会議室" in client.get(f"/schedule/rows?unit={office.shelter}").text
    text = client.get("/schedule/export/week.csv?day=2026-11-24").text
    assert "501会議室,,,10:00–11:00 予約" in text


def test_event_in_the_calendar_of_an_organisation_begins_without_people(office, sign_in):
    text = sign_in(office.organiser).get(f"/schedule/new?calendar={office.shelter}").text
    assert f'<option selected value="{office.shelter}">' in text
    assert f"person:{office.organiser}" not in text
