"""Appointments with the mayor and others: asked, arranged by several secretaries, fixed, changed, withdrawn, printed."""

from datetime import timedelta
from io import BytesIO

import pypdfium2
import pytest
from sqlalchemy import select

from groupware import clock
from groupware.actor import system
from groupware.capabilities import Clashes
from groupware.db import session, unit
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.notifications.models import Notice
from groupware.testing.signing_in import csrf_token
from groupware.worker import Worker
from plugins.facility.services import catalogue
from plugins.schedule.enums import Layer, Sight, SpecialState
from plugins.schedule.notifications import REQUEST_KINDS
from plugins.schedule.queries import special as queries
from plugins.schedule.services import events, secretaries, special
from plugins.schedule.services.rooms import held
from plugins.schedule.services.special import Decision, Plan
from tests.plugins.schedule.conftest import MORNING

AT = MORNING + timedelta(days=2, hours=2)
HOUR = timedelta(hours=1)


def plan(hall, **changes):
    values = {
        "person_id": hall.mayor,
        "title": "表敬訪問",
        "starts_at": AT,
        "ends_at": AT + timedelta(minutes=30),
        "attendants": "商工会議所会頭",
        "papers": "懇談メモ",
        "papers_due": clock.local(AT).date() - timedelta(days=1),
        "wants_car": True,
    }
    return Plan(**(values | changes))


@pytest.fixture
def asked(hall):
    """The uid of the request of the organiser."""
    return hall.write(special.request, hall.organiser, plan(hall))


def shown(hall, uid, person=None):
    return hall.read(queries.opened, person or hall.organiser, uid)


def decision(**changes):
    return Decision(**({"starts_at": AT, "ends_at": AT + timedelta(minutes=30)} | changes))


def fix(hall, uid, **changes):
    return hall.write(special.fix, hall.secretary, uid, decision(**changes), version=shown(hall, uid).version)


def told(hall, person):
    Worker(hall.app).run_due()
    with hall.app.app_context(), unit("read"):
        kinds = session.scalars(
            select(Notice.kind).where(Notice.person_id == person).order_by(Notice.id)
        ).all()
    return [kind.removeprefix("schedule.special_") for kind in kinds if kind in REQUEST_KINDS]


def acts(hall, uid):
    one = shown(hall, uid)
    return [line.act for line in hall.read(lambda _: queries.trace(one.id), hall.organiser)]


def test_request_reaches_the_secretaries_and_nobody_else_sees_it(hall, asked):
    assert told(hall, hall.secretary) == ["requested"]
    assert [one.title for one in hall.read(queries.inbox, hall.secretary)] == ["表敬訪問"]
    assert hall.read(queries.inbox, hall.colleague) == []
    assert shown(hall, asked, hall.mayor).state == SpecialState.REQUESTED
    with pytest.raises(NotFound):
        shown(hall, asked, hall.outsider)


def test_fixed_request_is_an_event_of_both(hall, asked):
    hall.write(special.assign, hall.secretary, asked)
    assert shown(hall, asked).state == SpecialState.ADJUSTING
    fix(hall, asked, place="応接室", reply="10分前にお越しください。")
    found = shown(hall, asked)
    assert (found.state, found.assigned_to) == (SpecialState.FIXED, hall.secretary)
    event = hall.stored(found.event_uid)
    assert (event.organiser_id, event.created_by, event.place) == (hall.mayor, hall.secretary, "応接室")
    assert [one.sight for one in hall.seen(hall.organiser, hall.mayor)] == [Sight.FULL]
    assert [one.sight for one in hall.seen(hall.outsider, hall.mayor)] == [Sight.TITLE]
    assert told(hall, hall.organiser)[-1] == "decided"
    assert acts(hall, asked) == ["requested", "assigned", "fixed"]


def test_internal_appointment_shows_others_no_more_than_its_time(hall, asked):
    fix(hall, asked, layer=Layer.INTERNAL)
    assert [one.sight for one in hall.seen(hall.outsider, hall.mayor)] == [Sight.TIME]


def test_deputy_goes_instead_and_the_mayor_stays_free(hall, asked):
    fix(hall, asked, deputy_id=hall.colleague)
    assert shown(hall, asked).state == SpecialState.DEPUTY
    assert len(hall.seen(hall.secretary, hall.colleague)) == 1
    assert hall.seen(hall.secretary, hall.mayor) == []
    with pytest.raises(Invalid):
        fix(hall, asked, deputy_id=hall.mayor)


def test_change_of_what_is_fixed_is_arranged_anew(hall, asked):
    fix(hall, asked)
    later = plan(hall, starts_at=AT + timedelta(hours=3), ends_at=AT + timedelta(hours=4))
    hall.write(special.change, hall.organiser, asked, later, version=shown(hall, asked).version)
    found = shown(hall, asked)
    assert found.state == SpecialState.ADJUSTING
    assert hall.stored(found.event_uid).is_tentative
    fix(hall, asked, starts_at=later.starts_at, ends_at=later.ends_at)
    event = hall.stored(found.event_uid)
    assert (event.starts_at, event.is_tentative) == (later.starts_at, False)
    with pytest.raises(Conflict):
        hall.write(special.change, hall.organiser, asked, later, version=1)
    with pytest.raises(NotFound):
        hall.write(special.change, hall.outsider, asked, later, version=found.version)


def test_withdrawn_and_declined_requests_leave_the_calendars(hall, asked):
    fix(hall, asked)
    with pytest.raises(Denied):
        hall.write(special.withdraw, hall.secretary, asked)
    hall.write(special.withdraw, hall.organiser, asked, "都合がつかなくなりました。")
    assert hall.seen(hall.secretary, hall.mayor) == []
    assert told(hall, hall.secretary)[-1] == "withdrawn"
    with pytest.raises(Conflict):
        fix(hall, asked)
    other = hall.write(special.request, hall.organiser, plan(hall))
    with pytest.raises(Invalid):
        hall.write(special.decline, hall.secretary, other, " ")
    with pytest.raises(Denied):
        hall.write(special.decline, hall.organiser, other, "不可")
    hall.write(special.decline, hall.secretary, other, "出張のため")
    assert shown(hall, other).reply == "出張のため"


@pytest.fixture
def car(hall):
    """The uid of the one car, open to all."""
    with hall.app.app_context(), unit("write"):
        group = catalogue.add_group(system(), catalogue.GroupPlan(name="公用車", kind="car")).uid
        return catalogue.add(
            system(),
            catalogue.FacilityPlan(
                name="公用車1号", group=group, unit_id=hall.city, rights=catalogue.OPEN_TO_ALL
            ),
        ).uid


def driven(hall, uid):
    """Names and times of what the event of a request holds."""
    event = hall.stored(shown(hall, uid).event_uid)
    return [(one.name, one.starts_at) for one in hall.read(held, hall.secretary, event)]


def test_car_is_booked_with_the_appointment_moved_with_it_and_given_back(hall, asked, car):
    fix(hall, asked, rooms=(car,))
    assert driven(hall, asked) == [("公用車1号", AT)]
    later = AT + timedelta(hours=2)
    fix(hall, asked, rooms=(car,), starts_at=later, ends_at=later + timedelta(hours=1))
    assert driven(hall, asked) == [("公用車1号", later)]
    other = hall.write(special.request, hall.colleague, plan(hall, starts_at=later, ends_at=later + HOUR))
    hall.write(special.withdraw, hall.organiser, asked)
    times = {"starts_at": later, "ends_at": later + HOUR}
    hall.write(special.fix, hall.secretary, other, decision(rooms=(car,), **times), version=1)
    event = hall.read(queries.opened, hall.colleague, other).event_uid
    assert [one.name for one in hall.read(held, hall.secretary, hall.stored(event))] == ["公用車1号"]


def test_car_that_somebody_else_has_fixes_nothing(hall, asked, car):
    hall.write(events.create, hall.outsider, hall.content(starts_at=AT), rooms=[car])
    with pytest.raises(Clashes) as caught:
        fix(hall, asked, rooms=(car,))
    assert [one.name for one in caught.value.clashes] == ["公用車1号"]
    assert shown(hall, asked).state == SpecialState.REQUESTED
    assert hall.seen(hall.secretary, hall.mayor) == []
    fix(hall, asked)
    assert driven(hall, asked) == []


def test_page_keeps_the_car_that_was_chosen(hall, asked, car, sign_in):
    fix(hall, asked, rooms=(car,))
    page = sign_in(hall.secretary).get(f"/schedule/special/{asked}").text
    box = page.split(f'id="room-{car}"')[1].split(">", 1)[0]
    assert "checked" in box
    assert "公用車1号</dd>" in page


def test_secretary_in_hand_is_told_and_all_of_them_where_that_is_none_any_more(hall, asked):
    other = secretaries.Plan(
        person_id=hall.mayor, secretaries=(f"person:{hall.colleague}",), follows_post=True
    )
    (named,) = hall.write(secretaries.name, hall.mayor, other)
    hall.write(special.assign, hall.colleague, asked)

    def change(place):
        version = shown(hall, asked).version
        hall.write(special.change, hall.organiser, asked, plan(hall, place=place), version=version)

    for person in (hall.organiser, hall.secretary, hall.colleague):
        told(hall, person)
    change("応接室")
    assert told(hall, hall.colleague)[-1] == "changed"
    assert "changed" not in told(hall, hall.secretary)
    hall.write(secretaries.end, hall.mayor, named.uid)
    change("市長室")
    assert told(hall, hall.secretary)[-1] == "changed"


def test_overlaps_are_shown(hall, asked):
    hall.enter(hall.mayor, title="庁議", starts_at=AT, ends_at=AT + timedelta(hours=1))
    rival = hall.write(special.request, hall.colleague, plan(hall, title="要望"))
    one = shown(hall, asked)
    assert [
        (item.title, is_conflict) for item, is_conflict in hall.read(queries.day_of, hall.secretary, one)
    ] == [("庁議", True)]
    assert [other.uid for other in hall.read(lambda _: queries.rivals(one), hall.secretary)] == [rival]


def test_papers_are_asked_for_until_they_arrive(hall, asked):
    due = clock.midnight(clock.local(AT).date() - timedelta(days=1))
    with clock.frozen(due + timedelta(hours=8, minutes=1)):
        assert told(hall, hall.organiser) == ["papers_due"]
    other = hall.write(special.request, hall.colleague, plan(hall))
    hall.write(special.receive_papers, hall.secretary, other)
    with clock.frozen(due + timedelta(hours=9)):
        assert "papers_due" not in told(hall, hall.colleague)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"ends_at": AT}, "ends_time"),
        ({"attendants": "長" * 501}, "attendants"),
        ({"papers_due": clock.local(AT).date() + timedelta(days=1)}, "papers_due"),
        ({"person_id": 0}, "person"),
    ],
)
def test_refused(hall, changes, field):
    with pytest.raises(Invalid) as caught:
        hall.write(special.request, hall.organiser, plan(hall, **changes))
    assert field in caught.value.fields


def test_layers_of_the_week(hall):
    monday = clock.local(MORNING).date() - timedelta(days=1)
    for n, (title, layer) in enumerate(
        (("内部", Layer.INTERNAL), ("庁内", Layer.STAFF), ("公開", Layer.PUBLIC))
    ):
        begins = AT + timedelta(hours=n)
        times = {"starts_at": begins, "ends_at": begins + timedelta(minutes=30)}
        uid = hall.write(special.request, hall.organiser, plan(hall, title=title, **times))
        fix(hall, uid, layer=layer, **times)

    def titles(layer):
        days = hall.read(queries.week, hall.secretary, hall.mayor, monday, layer)
        return [item.title for day in days for item in day]

    assert titles(Layer.INTERNAL) == ["内部", "庁内", "公開"]
    assert titles(Layer.STAFF) == ["庁内", "公開"]
    assert titles(Layer.PUBLIC) == ["公開"]


def test_pages(hall, sign_in):
    client = sign_in(hall.organiser)
    assert "港 太郎" in client.get("/schedule/special/new").text
    data = {
        "person": hall.mayor,
        "title": "表敬訪問",
        "day": "2026-11-26",
        "starts_time": "10:00",
        "ends_time": "10:30",
        "place": "応接室",
        "layer": "public",
        "form_key": "once",
        "csrf_token": csrf_token(client, "/schedule/special/new"),
    }
    assert client.post("/schedule/special/new", data=data | {"ends_time": "09:00"}).status_code == 422
    answer = client.post("/schedule/special/new", data=data)
    assert answer.status_code == 302
    page = client.get(answer.location).text
    assert "申込" in page
    assert "確定する" not in page
    desk = sign_in(hall.secretary)
    token = csrf_token(desk, "/schedule/new")
    assert "表敬訪問" in desk.get("/schedule/special").text
    assert "確定する" in desk.get(answer.location).text
    uid = answer.location.rpartition("/")[2]
    sent = data | {"version": "1", "reply": "お待ちしています。", "csrf_token": token}
    assert desk.post(f"/schedule/special/{uid}/assign", data={"csrf_token": token}).status_code == 302
    assert desk.post(f"/schedule/special/{uid}/fix", data=sent).status_code == 409
    assert desk.post(f"/schedule/special/{uid}/fix", data=sent | {"version": "2"}).status_code == 302
    assert "お待ちしています。" in client.get(answer.location).text
    sheet = "/schedule/special/week?day=2026-11-26&layer=public"
    assert "表敬訪問" in desk.get(sheet).text
    assert "令和8年11月23日" in desk.get(sheet).text
    pdf = desk.get("/schedule/special/week.pdf?day=2026-11-26&layer=public")
    document = pypdfium2.PdfDocument(BytesIO(pdf.data))
    words = document[0].get_textpage().get_text_bounded()
    document.close()
    assert "市長週間予定表" in words
    assert "表敬訪問" in words
    outsider = sign_in(hall.outsider)
    for path in (f"special/{uid}", f"special/{uid}/edit"):
        assert outsider.get(f"/schedule/{path}").status_code == 404, path
    assert "秘書のみ" not in outsider.get("/schedule/special/week?layer=internal").text
