"""Open grids and lists of requests follow what happens, without knowing what it was."""

import re

import pytest
from sqlalchemy import select

from groupware import actor
from groupware.access.enums import PrincipalKind
from groupware.db import session, unit
from groupware.directory.picking import Ref
from groupware.events.models import Event, Topic
from groupware.realtime.topics import may_follow
from plugins.facility.enums import Right
from plugins.facility.events import GROUP_CHANGED, group_topic
from plugins.facility.models import Facility, FacilityGroup
from plugins.facility.services import bookings, catalogue
from tests.plugins.facility.conftest import at, span


@pytest.fixture
def group(hall):
    """The key of the group of the rooms."""
    with hall.app.app_context(), unit("read"):
        return session.scalars(select(FacilityGroup.id).where(FacilityGroup.uid == hall.rooms)).one()


def said(hall, group):
    """Payloads of what was said in the topic of the group."""
    with hall.app.app_context(), unit("read"):
        told = (
            select(Event.kind, Event.payload)
            .join(Topic, Topic.id == Event.topic_id)
            .where(Topic.name == group_topic(group))
        )
        return [tuple(row) for row in session.execute(told)]


def test_each_act_stirs_the_group_once_and_says_nothing_else(hall, group):
    uid = hall.book(None, hall.room, hall.other, times=[span(10, 11), span(13, 14)])
    assert said(hall, group) == [(GROUP_CHANGED, {"group_id": group})]
    hall.write(bookings.withdraw, hall.booker, uid)
    assert len(said(hall, group)) == 2


def test_group_is_followed_by_those_who_see_something_in_it(hall, group):
    with hall.app.app_context(), unit("write"):
        hidden = catalogue.add_group(actor.system(), catalogue.GroupPlan(name="秘書")).uid
    hall.add_room("秘書室", group=hidden, rights={Right.BOOK: (Ref(PrincipalKind.PERSON, hall.colleague),)})
    with hall.app.app_context(), unit("read"):
        secret = session.scalars(select(FacilityGroup.id).where(FacilityGroup.uid == hidden)).one()
    for person, name, may in (
        (hall.outsider, group_topic(group), True),
        (hall.outsider, group_topic(secret), False),
        (hall.colleague, group_topic(secret), True),
        (hall.colleague, group_topic(999), False),
    ):
        assert hall.read(may_follow, person, name) is may


def test_change_of_rights_ends_what_was_followed(hall, group):
    hall.book()

    def epochs():
        with hall.app.app_context(), unit("read"):
            return dict(session.execute(select(Topic.name, Topic.epoch)).all())

    before = epochs()
    with hall.app.app_context(), unit("write"):
        version = session.scalars(select(Facility.version).where(Facility.uid == hall.room)).one()
        plan = catalogue.FacilityPlan(name="501会議室", group=hall.rooms, unit_id=hall.affairs, rights={})
        catalogue.change(actor.system(), hall.room, plan, version=version)
    after = epochs()
    assert all(after[name] == before[name] + 1 for name in before if name.startswith("facility."))


@pytest.mark.parametrize("view", ["", "week"])
def test_grid_follows_its_group_and_fetches_its_table_alone(hall, sign_in, group, view):
    hall.book(title="予算ヒアリング")
    client = sign_in(hall.colleague)
    day = at(10).date().isoformat()
    page = client.get(f"/facility/{view}?day={day}").text
    assert f'data-live-topic="{group_topic(group)}" data-live-seq="1"' in page
    address = re.search(r'data-live-fragment="([^"]+)"', page)[1].replace("&amp;", "&")
    part = client.get(address).text.strip()
    assert part.startswith("<table")
    assert part.endswith("</table>")
    assert "予算ヒアリング" in part
    assert f'data-live-fragment="{address.replace("&", "&amp;")}"' in part


def test_week_of_one_facility_and_the_requests_follow_as_well(hall, sign_in, group):
    hall.set_terms(hall.room, approval=True)
    hall.book(title="選考委員会")
    client = sign_in(hall.keeper)
    page = client.get("/facility/requests").text
    assert f'data-live-topic="{group_topic(group)}"' in page
    assert "選考委員会" in client.get("/facility/requests/now").text
    assert sign_in(hall.outsider).get("/facility/requests/now").status_code == 404
    week = client.get(f"/facility/facilities/{hall.room}?day={at(10).date()}").text
    address = re.search(r'data-live-fragment="([^"]+)"', week)[1].replace("&amp;", "&")
    assert "選考委員会" in client.get(address).text
    assert client.get(f"/facility/facilities/{hall.rooms}/grid").status_code == 404
