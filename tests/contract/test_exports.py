"""Every list that leaves is recorded: whoever adds a route with a `format` finds it asked for here."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from groupware import actor, clock
from groupware.access.enums import PrincipalKind
from groupware.audit.models import AuditRecord
from groupware.db import session, unit
from groupware.directory.enums import GroupKind
from groupware.directory.models import Group
from groupware.directory.services import batches
from groupware.directory.services.groups import create_group
from groupware.disclosure.services import open_case
from groupware.incidents.services import report
from groupware.portal.services.launcher import LinkForm, add_link
from groupware.portal.services.pages import create_page
from groupware.testing.signing_in import sign_in_as
from groupware.web.exports import FORMATS
from groupware.webhooks.models import Webhook
from plugins.bulletin.queries.audience import EVERYONE
from plugins.bulletin.services import categories, postings
from plugins.bulletin.services.content import Content
from plugins.chat.models import Desk
from plugins.chat.services import rooms
from plugins.facility.services import catalogue
from plugins.schedule.services import polls
from plugins.schedule.services.poll_content import Plan
from tests.core.administration.sample import build
from tests.core.directory_delivery.conftest import DATA, read_folder

EVERYONE_SEES = (PrincipalKind.EVERYONE.value, 0)
IS_LIST = re.compile(r"<table|ui\.(table|items|sortable)\(")
NOT_EXPORTED = {
    "administration/explain.html": "about one thing",
    "administration/plugin.html": "about one function",
    "administration/rule.html": "about one rule",
    "api/docs.html": "documentation",
    "auth/account.html": "about one account",
    "auth/sessions.html": "about one account",
    "chat/scheduled.html": "about what one person has not said yet",
    "chat/year_end.html": "asks one person about their rooms",
    "directory/person.html": "about one person",
    "disclosure/document.html": "a form",
    "facility/editor.html": "a form",
    "facility/ledger.html": "about what comes in",
    "facility/reservation.html": "about one booking",
    "facility/trip.html": "about one trip",
    "facility/search.html": "leads to what can be booked",
    "help/index.html": "documentation",
    "notifications/index.html": "leads to what leaves by itself",
    "notifications/settings.html": "a form",
    "portal/arrange.html": "a form",
    "portal/unit_pages.html": "is part of portal.export_pages",
    "schedule/import.html": "about one file",
    "schedule/table.html": "about what comes in",
    "schedule/special_week.html": "a sheet to be printed, which leaves as a PDF",
    "search/index.html": "leads to what leaves by itself",
}


@pytest.fixture
def city(app, factory):
    """People of every kind; one of them may do everything."""
    made = build(factory)
    for name in app.extensions["groupware_registry"].permissions:
        factory.grant(PrincipalKind.PERSON, made.system_administrator, name)
    return made


@pytest.fixture
def objects(app, factory, city):
    """Arguments of the routes that are about something, by endpoint."""
    who = factory.actor(city.system_administrator)
    with app.app_context(), unit("read"):
        role = session.scalars(select(Group.uid).where(Group.kind == GroupKind.ROLE)).first()
        examined = batches.examine_files(who, read_folder(DATA / "faulty"), who.today)
    with app.app_context(), unit("write"):
        group = create_group(who, GroupKind.PERSONAL, "幹事", [city.clerk]).uid
        batch = batches.keep(who, examined, "春の異動").uid
        shelf = categories.create(
            actor.system(), categories.Plan(name="お知らせ", rights=categories.OPEN_TO_ALL)
        )
        content = Content(
            category_id=shelf.id,
            title="節電",
            html="<p>節電</p>",
            audience=(EVERYONE,),
            shown_to=clock.now() + timedelta(days=1),
        )
        posting = postings.post(who, "person", content)
        hook = Webhook(
            name="会計", url="https://a.example.jp/", kinds=[], person_id=city.clerk, created_at=who.now
        )
        session.add(hook)
        session.flush()
        link = add_link(
            who, LinkForm("会計", "https://a.example.jp/", "clock", frozenset({EVERYONE_SEES}))
        ).uid
        page = create_page(who, city.welfare, "様式", "<p>様式</p>").uid
        incident = report(who, kind="lost", summary="USBメモリを紛失", noticed_at=who.now).uid
        cars = catalogue.add_group(actor.system(), catalogue.GroupPlan(name="公用車", kind="car"))
        car = catalogue.add(actor.system(), catalogue.FacilityPlan(name="1号車", group=cars.uid)).uid
        case = open_case(who, None, requester="other", subject="節電", received_on=who.today).uid
        tomorrow = clock.now() + timedelta(days=1)
        poll = polls.create(
            who,
            Plan(
                title="打合せ",
                slots=((tomorrow, tomorrow + timedelta(hours=1)),),
                participants=(f"person:{city.clerk}",),
                answer_by=tomorrow,
            ),
        )
        room = rooms.make(who, rooms.RoomPlan(name="庁舎案内", unit_id=city.welfare)).uid
        desk = Desk(unit_id=who.unit_id, opened_at=who.now, opened_by=who.person_id)
        session.add(desk)
        session.flush()
    return {
        "chat.export_members": {"uid": room},
        "chat.export_files": {"uid": room},
        "chat.export_room_guests": {"uid": room},
        "chat.export_webhooks": {"uid": room},
        "chat.export_enquiries": {"uid": desk.uid},
        "administration.export_role": {"uid": role},
        "administration.export_webhook": {"webhook_id": hook.id},
        "administration.export_grants_of_person": {"person": f"person:{city.clerk}"},
        "disclosure.export_documents": {"uid": case},
        "directory.group_export": {"uid": group},
        "facility.export_car_log": {"uid": car},
        "incidents.export_timeline": {"uid": incident},
        "portal.export_page_history": {"uid": page},
        "systems.export_notices": {"uid": link},
        "systems.export_tokens": {"uid": link},
        "directory.members_export": {"unit_id": city.welfare},
        "directory.delivery_changes": {"uid": batch},
        "directory.delivery_findings": {"uid": batch},
        "schedule.export_poll": {"uid": poll},
        "bulletin.export": {"view": "current"},
        "bulletin.export_receipts": {"uid": posting},
        "bulletin.export_history": {"uid": posting},
    }


def exports(app):
    """Every route that hands a list out as a file."""
    return sorted(rule.endpoint for rule in app.url_map.iter_rules() if "format" in rule.arguments)


def test_every_export_leaves_a_record(app, factory, city, objects, read):
    client = sign_in_as(app, city.system_administrator, elevated=True)
    links = app.url_map.bind("localhost")
    endpoints = exports(app)
    assert len(endpoints) > 20
    for endpoint in endpoints:
        for name in FORMATS:
            address = links.build(endpoint, {**objects.get(endpoint, {}), "format": name})
            with client.get(address) as answer:
                assert answer.status_code == 200, address
                assert "attachment" in answer.headers["Content-Disposition"], address
    with read():
        found = session.scalars(select(AuditRecord).where(AuditRecord.action == "list.exported")).all()
        assert {one.person_id for one in found} == {city.system_administrator}
        recorded = [(one.details["list"], one.details["format"]) for one in found]
        assert sorted(recorded) == sorted((endpoint, name) for endpoint in endpoints for name in FORMATS)
        assert all(one.details["number"] >= 0 for one in found)


def lists(app):
    """(name, source) of the pages with a table or a list; what begins with _ is a part of another one."""
    for name in app.jinja_env.list_templates(["html"]):
        source, _, _ = app.jinja_env.loader.get_source(app.jinja_env, name)
        folder, _, base = name.rpartition("/")
        if folder not in ("", "components", "errors") and not base.startswith("_") and IS_LIST.search(source):
            yield name, source


def test_every_list_leaves_as_a_file(app):
    found = dict(lists(app))
    assert len(found) > 40
    without = {name for name, source in found.items() if "ui.export_menu(" not in source}
    assert without == set(NOT_EXPORTED)


def test_every_list_and_detail_offers_to_print(app):
    forms = {name for name, reason in NOT_EXPORTED.items() if reason == "a form"}
    assert {name for name, source in lists(app) if "ui.print_button(" not in source} == forms


def test_record_names_the_filter_but_no_text(app, city, read):
    client = sign_in_as(app, city.clerk)
    client.get(f"/directory/people.csv?q=すずき&unit={city.waste}&employment=&sort=kana").close()
    client.get("/directory/people.exe").close()
    with read():
        found = session.scalars(select(AuditRecord).where(AuditRecord.action == "list.exported")).one()
        assert found.details["list"] == "directory.people_export"
        assert found.details["format"] == "csv"
        assert found.details["limited_by"] == {"q": "…", "unit": str(city.waste), "sort": "kana"}


def test_people_on_one_page_to_be_printed_are_recorded_as_well(app, city, read):
    client = sign_in_as(app, city.clerk)
    client.get("/directory/people?q=").close()
    client.get("/directory/people?print=1").close()
    with read():
        found = session.scalars(select(AuditRecord).where(AuditRecord.action == "list.exported")).one()
        assert found.details == {
            "list": "directory.people",
            "format": "print",
            "number": 6,
            "limited_by": {},
        }
