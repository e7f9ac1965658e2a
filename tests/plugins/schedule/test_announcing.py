"""What open pages of calendars are told: that something has changed where somebody stands, and never what."""

from sqlalchemy import select

from groupware.db import session
from groupware.directory.wall import AFFILIATED
from groupware.events.models import Event as Happened
from groupware.events.models import Topic
from plugins.schedule.enums import Hidden, Visibility
from plugins.schedule.events import CALENDARS_CHANGED, unit_topic
from plugins.schedule.rules import HIDDEN
from plugins.schedule.services import announcing, events


def told(office):
    """(topic, payload) of all that was told so far."""

    def rows(_):
        statement = (
            select(Topic.name, Happened.payload)
            .join(Topic, Topic.id == Happened.topic_id)
            .where(Happened.kind == CALENDARS_CHANGED)
        )
        return [tuple(row) for row in session.execute(statement.order_by(Topic.name, Happened.seq))]

    return office.read(rows, office.organiser)


def test_every_change_is_told_where_the_people_stand(office):
    people = [f"person:{one}" for one in (office.organiser, office.colleague, office.outsider)]
    uid = office.enter(participants=tuple(people))
    both = [(unit_topic(office.shelter), {}), (unit_topic(office.waste), {})]
    assert told(office) == both
    # Whoever is not invited any more is told once more.
    office.write(
        events.change, office.organiser, uid, office.content(participants=tuple(people[:2])), version=1
    )
    assert told(office) == [both[0], both[0], both[1], both[1]]
    office.write(events.cancel, office.organiser, uid)
    assert told(office) == [both[0]] * 3 + [both[1]] * 2


def test_calendar_of_an_organisation_is_told(office):
    office.enter(calendar_unit_id=office.shelter, is_all_day=False)
    assert told(office) == [(unit_topic(office.shelter), {})]


def test_nobody_is_told_of_what_is_nothing_to_them(office):
    office.set_rule(HIDDEN, Hidden.NOTHING.value)
    uid = office.enter(visibility=Visibility.PRIVATE)
    assert told(office) == []
    office.write(events.change, office.organiser, uid, office.content(), version=1)
    assert len(told(office)) == 1
    hidden = office.content(visibility=Visibility.PRIVATE)
    office.write(events.change, office.organiser, uid, hidden, version=2)
    assert len(told(office)) == 2


def test_large_meetings_are_told_in_few_places(office, monkeypatch):
    monkeypatch.setattr(announcing, "MOST_UNITS", 1)
    office.enter(participants=(f"person:{office.organiser}", f"person:{office.outsider}"))
    assert len(told(office)) == 1


def test_wall_around_affiliated_bodies(office, factory):
    body = factory.unit("文化財団", kind=AFFILIATED)
    inside = factory.person("財団 一", body, factory.post("職員", 50))

    def follows(person, unit_id):
        return office.read(announcing.may_follow, person, unit_id)

    assert follows(office.organiser, office.waste)
    assert follows(office.organiser, body)
    assert follows(inside, body)
    assert not follows(inside, office.waste)
    assert not follows(office.organiser, 999_999)


def test_pages_follow_the_organisations_of_their_people(office, sign_in, monkeypatch):
    office.enter()
    client = sign_in(office.organiser)
    followed = f'data-calendar-topics="{unit_topic(office.shelter)}:1"'
    for path in ("/schedule/", "/schedule/day", "/schedule/week"):
        assert followed in client.get(path).text, path
    monkeypatch.setattr("plugins.schedule.views.place.MOST_TOPICS", 1)
    assert "data-calendar-topics" not in client.get(f"/schedule/?unit={office.city}").text
