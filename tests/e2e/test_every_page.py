"""Every page of the URL map, in a browser: axe finds nothing, no script fails, and a phone never scrolls sideways.

A page that is new opens by itself if its address has no arguments; otherwise it needs a sample in `samples`. What is no
page stands in `NO_PAGES`; addresses with a format are exports.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, url_for
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.standard import SYSTEM_ADMINISTRATORS
from groupware.actor import Actor
from groupware.app import create_app
from groupware.attachments.models import Attachment, StoredFile
from groupware.audit.models import AuditRecord
from groupware.auth.models import Preference
from groupware.config import load
from groupware.db import db, session, unit
from groupware.directory.enums import GroupKind
from groupware.directory.models import Batch, Group, GroupMember, OrgUnit, Person
from groupware.disclosure.models import Case, Document
from groupware.incidents.models import Incident
from groupware.portal.models import FreeContent, LauncherLink, SectionPage
from groupware.registry import registry
from groupware.testing.factories import Factory
from groupware.testing.signing_in import sign_in_as
from groupware.web.gate import declaration
from groupware.webhooks.enums import DeliveryState
from groupware.webhooks.models import Webhook, WebhookDelivery
from plugins.bulletin.enums import SenderKind
from plugins.bulletin.models import Category, Posting
from plugins.chat.models import Desk, Extract, LogExport, Message, Note, Room, RoomTemplate, Scheduled, Task
from plugins.chat.services import logs, messages, notes, records, rooms, scheduling, tasks
from plugins.facility.enums import Status
from plugins.facility.models import Booking, Facility, FacilityGroup, Reservation, Trip
from plugins.schedule.enums import PollState
from plugins.schedule.models import Event, Kind, Poll, PollSlot, SpecialRequest
from tests.support.browser import PHONE, axe_violations
from tests.support.server import LiveServer

pytestmark = pytest.mark.browser

NO_PAGES = {
    "static",
    "attachments.download",
    "attachments.everything",
    "attachments.page",
    "attachments.thumbnail",
    "attachments.unfinished",
    "attachments.upload",
    "auth.alive",
    "auth.health",
    "auth.language",
    "auth.login",
    "administration.rule_effect",
    "bulletin.comments",
    "bulletin.reactions",
    "bulletin.receipt_names",
    "chat.compose_event",
    "chat.compose_poll",
    "chat.commands",
    "chat.count",
    "chat.happened",
    "chat.file",
    "chat.mentionable",
    "chat.news",
    "chat.note_state",
    "chat.newest_pin",
    "chat.panel",
    "chat.panel_room",
    "chat.portlet",
    "directory.delivery_state",
    "directory.photo",
    "directory.pick_groups",
    "directory.pick_recent",
    "directory.pick_search",
    "directory.pick_standing",
    "directory.pick_units",
    "directory.units_below",
    "notifications.desktop",
    "notifications.follow",
    "disclosure.copies",
    "facility.day_grid",
    "facility.door_now",
    "facility.facility_grid",
    "facility.requests_now",
    "facility.week_grid",
    "portal.image",
    "realtime.events",
    "schedule.special_sheet",
    "schedule.comments",
    "schedule.dav",
    "schedule.dav_root",
    "schedule.dav_well_known",
    "schedule.event_file",
    "schedule.export_calendar",
    "schedule.feed",
    "schedule.private_file",
}
"""Fragments, files, answers to scripts, and what leads on."""

ROOM_NAME = "庁舎案内の見直し"
NOTE_TITLE = "庁舎案内の朝会"
TASK_TITLE = "2階の案内図を直す"

KEY_PAGES = (
    "/",
    "/chat/",
    "/bulletin/",
    "/bulletin/new",
    "/schedule/",
    "/schedule/day",
    "/schedule/week",
    "/schedule/new",
    "/directory/",
    "/directory/people",
    "/facility/",
    "/facility/new",
    "/admin/rules",
    "/profile/",
)
WRONG_ENTER = """() => [...document.forms].filter((form) => {
  const sends = [...form.elements].filter((one) => one.type === "submit");
  const hidden = (one) => one.closest(".without-scripts") !== null;
  return sends.length > 0 && hidden(sends[0]) && !sends.every(hidden);
}).map((form) => form.id || form.getAttribute("action"))"""
"""Forms in which Enter presses a button that only those without scripts see."""
WIDTH = """async (patience) => {
    const until = performance.now() + patience;
    const root = document.documentElement;
    while (root.scrollWidth > innerWidth && performance.now() < until) {
        await new Promise(requestAnimationFrame);
    }
    return root.scrollWidth;
}"""
SETTLING = 1500
"""Milliseconds that scripts may take to follow a change of the window."""
PARTS = 4
"""So many tests share the pages, so that workers can."""
DESK = {"width": 1366, "height": 630}


@dataclass(frozen=True, slots=True)
class House:
    """The demo village as an application beside its server, and two sessions."""

    app: Flask
    url: str
    administrator_id: int
    administrator: str
    mayor: str

    def enter(self, page: Page, session_cookie: str) -> None:
        """Let the page belong to whoever has this session."""
        page.context.add_cookies([{"name": "groupware", "value": session_cookie, "url": self.url}])


@pytest.fixture(scope="module")
def house(demo_server: LiveServer) -> Iterator[House]:
    """The village; its administrator holds every permission everywhere, so that no page is closed."""
    app = create_app(load(demo_server.instance, {}), poll_seconds=0)
    with app.app_context(), unit("read"):
        mayor_id = session.scalars(
            select(Posting.sender_person_id).where(Posting.sender_kind == SenderKind.POST.value)
        ).first()
        administrator_id = session.scalars(
            select(GroupMember.person_id)
            .join(Group, Group.id == GroupMember.group_id)
            .where(Group.name == SYSTEM_ADMINISTRATORS)
        ).first()
    assert administrator_id is not None
    assert mayor_id is not None
    factory = Factory(app)
    with app.app_context():
        permissions = list(registry().permissions)
    for permission in permissions:
        factory.grant(PrincipalKind.PERSON, administrator_id, permission)
    who = factory.actor(administrator_id)
    with app.app_context(), unit("write"):
        # Only its loaders may look at a delivery that waits.
        session.execute(update(Batch).values(co_loaders=[administrator_id]))
        _add_webhook(administrator_id)
        _add_room(who)
        session.execute(update(StoredFile).values(number_found_at=clock.now()))
    cookies = []
    for person_id in (administrator_id, mayor_id):
        cookie = sign_in_as(app, person_id, elevated=True).get_cookie("groupware")
        assert cookie is not None
        cookies.append(cookie.value)
    yield House(app, demo_server.url, administrator_id, *cookies)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _add_room(who: Actor) -> None:
    """A room that the administrator owns, with a message that was edited."""
    room = rooms.make(who, rooms.RoomPlan(name=ROOM_NAME, unit_id=who.unit_id))
    later = scheduling.Later(ROOM_NAME, who.now + timedelta(days=1), key="every-page-later")
    scheduling.schedule(who, room.uid, later)
    said = messages.send(who, room.uid, "案内図を直しました。", key="every-page")
    messages.edit(who, room.uid, said.uid, "1階の案内図を直しました。")
    page = notes.write(who, room.uid, notes.NotePlan(NOTE_TITLE, "佐藤: 窓口", who.today))
    notes.change(who, room.uid, page, notes.NotePlan(NOTE_TITLE, "佐藤: 出張", who.today), version=1)
    doing = tasks.TaskPlan(TASK_TITLE, [f"person:{who.person_id}"], who.today)
    task = tasks.make(who, room.uid, doing, seq=said.seq)
    tasks.change(who, room.uid, task, tasks.TaskPlan(TASK_TITLE, (), who.today), version=1)
    morning, evening = clock.midnight(who.today), clock.end_of(who.today)
    plan = records.RecordPlan(ROOM_NAME, morning, evening, room.classification, 3)
    records.seal(who, records.ask(who, room.uid, plan).id)
    logs.ask(who, room.uid, since=morning, until=evening, reason="苦情の事実確認")


def _add_webhook(person_id: int) -> None:
    """A webhook with a call that failed."""
    now = clock.now()
    made = Webhook(
        name="電子決裁",
        url="https://kessai.example.jp/hooks",
        kinds=["bulletin.posting_published"],
        person_id=person_id,
        created_at=now,
    )
    session.add(made)
    session.flush()
    session.add(
        WebhookDelivery(
            webhook_id=made.id,
            kind="bulletin.posting_published",
            payload={"posting_id": 1, "edition": 1},
            at=now,
            state=DeliveryState.FAILED.value,
            attempts=10,
            last_error="HTTP 503",
            ended_at=now,
        )
    )


def samples() -> dict[str, dict[str, Any]]:
    """Arguments of the addresses that have some, by endpoint."""
    person = {"uid": session.scalars(select(Person.uid).order_by(Person.id)).first()}
    posting = {"uid": _uid(Posting, Posting.needs_confirmation, Posting.published_at.is_not(None))}
    event = {"uid": _uid(Event, Event.rule != "", Event.deleted_at.is_(None))}
    poll = {"uid": _uid(Poll, Poll.state == PollState.OPEN.value)}
    slot = (
        select(PollSlot.id)
        .join(Poll, Poll.id == PollSlot.poll_id)
        .where(Poll.uid == poll["uid"])
        .order_by(PollSlot.id)
    )
    section = {"unit_id": session.scalars(select(OrgUnit.id).order_by(OrgUnit.id.desc())).first()}
    role = {"uid": _uid(Group, Group.kind == GroupKind.ROLE.value)}
    group = {"uid": _uid(Group, Group.kind == GroupKind.SHARED.value)}
    case = {"uid": _uid(Case)}
    to_come = select(Booking.reservation_id).where(
        Booking.starts_at > clock.now(), Booking.status == Status.CONFIRMED.value
    )
    # What the schedule has booked is changed there.
    booking = {"uid": _uid(Reservation, Reservation.id.in_(to_come), Reservation.source_kind == "")}
    page = {"uid": _uid(SectionPage, SectionPage.deleted_at.is_(None))}
    text = (
        select(Attachment.uid)
        .join(StoredFile, StoredFile.id == Attachment.stored_id)
        .where(StoredFile.media_type == "text/plain")
    )
    car = {"uid": session.scalars(select(Facility.uid).join(Trip, Trip.facility_id == Facility.id)).first()}
    trip = {"uid": _uid(Trip)}
    room = {"uid": _uid(Room, Room.name == ROOM_NAME)}
    desk = {"uid": _uid(Desk)}
    said = room | {
        "message_uid": session.scalars(select(Message.uid).where(Message.key == "every-page")).first()
    }
    noted = room | {"note_uid": _uid(Note, Note.title == NOTE_TITLE)}
    tasked = room | {"task_uid": _uid(Task, Task.what == TASK_TITLE)}
    return {
        "attachments.number": {"uid": _uid(Attachment)},
        "attachments.preview": {"uid": session.scalars(text).first()},
        "administration.explain": posting | {"type": "bulletin.posting"},
        "administration.account": person,
        "administration.audit_record": {"record_id": session.scalars(select(AuditRecord.id)).first()},
        "administration.plugin": {"plugin_id": "bulletin"},
        "administration.confirm_plugin_switch": {"plugin_id": "bulletin"},
        "administration.role": role,
        "administration.rule": {"rule_id": "bulletin.approval"},
        "administration.webhook": {"webhook_id": session.scalars(select(Webhook.id)).first()},
        "bulletin.approval": {"uid": _uid(Posting, Posting.awaiting_since.is_not(None))},
        "bulletin.edit": posting,
        "bulletin.edit_category": {"uid": _uid(Category)},
        "bulletin.history": posting,
        "bulletin.posting": posting,
        "bulletin.receipts": posting,
        "bulletin.revision": posting | {"number": 1},
        "chat.room": room,
        "chat.edit": room,
        "chat.members": room,
        "chat.retention": room,
        "chat.webhooks": room,
        "chat.edit_room_template": {"uid": _uid(RoomTemplate)},
        "chat.tasks": room,
        "chat.room_calendar": room,
        "chat.new_task": room,
        "chat.task": tasked,
        "chat.edit_task": tasked,
        "chat.confirm_remove_task": tasked,
        "chat.notes": room,
        "chat.new_note": room,
        "chat.note_template": room,
        "chat.note": noted,
        "chat.edit_note": noted,
        "chat.delete_note": noted,
        "chat.earlier_notes": noted,
        "chat.files": room,
        "chat.receipts": room | {"seq": 1},
        "chat.search_room": room | {"q": "会議", "since": "R8.4.1"},
        "chat.unread_from": room | {"seq": 1},
        "chat.edit_message": said,
        "chat.delete_message": said,
        "chat.trace": said,
        "chat.new_record": room,
        "chat.new_log": room,
        "chat.log": {"uid": _uid(LogExport)},
        "chat.record": {"uid": _uid(Extract)},
        "chat.desk": desk,
        "chat.room_guests": room,
        "chat.edit_desk": desk,
        "chat.reactions": said,
        "chat.pins": room,
        "chat.pin_message": said,
        "chat.bookmark_message": said,
        "chat.forward_message": said,
        "chat.edit_scheduled": {"uid": _uid(Scheduled, Scheduled.text == ROOM_NAME)},
        "disclosure.case": case,
        "disclosure.document": case | {"document_uid": _uid(Document)},
        "incidents.incident": {"uid": _uid(Incident)},
        "directory.delivery": {"uid": _uid(Batch)},
        "directory.group": group,
        "directory.edit_group": group,
        "directory.legal_name": person,
        "directory.person": person,
        "directory.unit": section,
        "facility.at_door": {"uid": _uid(Facility)},
        "facility.door_sign": {"uid": _uid(Facility)},
        "facility.edit": booking,
        "facility.edit_facility": {"uid": _uid(Facility)},
        "facility.edit_group": {"uid": _uid(FacilityGroup)},
        "facility.facility": {"uid": _uid(Facility)},
        "facility.car_log": car,
        "facility.new_trip": car,
        "facility.trip": trip,
        "facility.correct_trip": trip,
        "facility.reservation": booking,
        "help.page": {"plugin_id": "bulletin", "name": "posting"},
        "help.plugin": {"plugin_id": "bulletin"},
        "portal.arrange": {"name": "common"},
        "portal.edit_content": {"uid": _uid(FreeContent)},
        "portal.edit_link": {"uid": _uid(LauncherLink)},
        "schedule.edit": event,
        "schedule.event": event,
        "schedule.edit_special": {"uid": _uid(SpecialRequest)},
        "schedule.special_request": {"uid": _uid(SpecialRequest)},
        "schedule.edit_poll": poll,
        "schedule.poll": poll,
        "schedule.settling": poll | {"slot": session.scalars(slot).first()},
        "schedule.edit_kind": {"uid": _uid(Kind)},
        "systems.access": {"uid": _uid(LauncherLink)},
        "portal.edit_page": page,
        "portal.new_content": {"name": "common"},
        "portal.new_page": section,
        "portal.page": page,
        "portal.page_history": page,
        "portal.unit": section,
        "portal.unit_pages": section,
    }


def _uid(model: Any, *criteria: Any) -> Any:
    return session.scalars(select(model.uid).where(*criteria).order_by(model.id)).first()


def addresses(app: Flask) -> tuple[list[str], list[str]]:
    """The addresses of all pages, and the endpoints that have arguments but no sample."""
    with app.test_request_context(), unit("read"):
        arguments = samples()
        found, missing = [], []
        for rule in app.url_map.iter_rules():
            access = declaration(app.view_functions[rule.endpoint])
            is_call = access is not None and access.kind == "api"
            is_page = "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES and not is_call
            if not is_page or "format" in rule.arguments:
                continue
            if rule.arguments and None in arguments.get(rule.endpoint, {"": None}).values():
                missing.append(rule.endpoint)
            else:
                found.append(url_for(rule.endpoint, **arguments.get(rule.endpoint, {})))
    return sorted(found), sorted(missing)


def faults_of(page: Page, path: str) -> list[str]:
    """What is wrong with a page on a desk and on a phone."""
    page.set_viewport_size(DESK)
    answer = page.goto(path)
    assert answer is not None
    if answer.status != 200:
        return [f"{path}: answered {answer.status}"]
    found = [f"{path}: {fault}" for fault in axe_violations(page)]
    found += [f"{path}: Enter sends {form} by a hidden button" for form in page.evaluate(WRONG_ENTER)]
    page.set_viewport_size(PHONE["viewport"])
    width = page.evaluate(WIDTH, SETTLING)
    if width > PHONE["viewport"]["width"]:
        found.append(f"{path}: is {width} px wide on a phone")
    return found


def test_every_address_with_arguments_has_a_sample(house):
    assert addresses(house.app)[1] == []


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_sound_for_an_administrator(house, new_page, part):
    page = new_page(base_url=house.url)
    house.enter(page, house.administrator)
    faults = [fault for path in addresses(house.app)[0][part::PARTS] for fault in faults_of(page, path)]
    assert not faults, "\n".join(faults)


def test_pages_of_everybody_are_sound_for_the_mayor(house, new_page):
    page = new_page(base_url=house.url)
    house.enter(page, house.mayor)
    with house.app.test_request_context(), unit("read"):
        posting = url_for("bulletin.posting", **samples()["bulletin.posting"])
    paths = [path for path in (*KEY_PAGES, posting) if not path.startswith("/admin")]
    faults = [fault for path in paths for fault in faults_of(page, path)]
    assert not faults, "\n".join(faults)


def test_sign_in_page_is_sound(house, new_page):
    assert faults_of(new_page(base_url=house.url), "/login") == []


def test_frame_fits_the_narrowest_screen_with_the_largest_text_while_administering(house, new_page):
    with house.app.app_context(), unit("write"):
        session.merge(Preference(person_id=house.administrator_id, text_size="x-large", locale="en"))
    page = new_page(base_url=house.url)
    house.enter(page, house.administrator)
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto("/profile/")
    expect(page.get_by_role("button", name="End")).to_be_visible()
    tools = page.locator(".header-tools").evaluate("(row) => row.scrollWidth - row.clientWidth")
    assert (page.evaluate(WIDTH, SETTLING), tools) == (320, 0)


@pytest.mark.parametrize("choice", [{"theme": "dark"}, {"locale": "en"}, {"text_size": "x-large"}], ids=str)
def test_key_pages_are_sound_in_every_appearance(house, new_page, choice):
    with house.app.app_context(), unit("write"):
        session.merge(Preference(person_id=house.administrator_id, **choice))
    page = new_page(base_url=house.url)
    house.enter(page, house.administrator)
    faults = [fault for path in KEY_PAGES for fault in faults_of(page, path)]
    assert not faults, "\n".join(faults)
