"""Who sees which records, by which filters, page by page."""

from datetime import timedelta

import pytest

from groupware import audit, clock
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor, system
from groupware.audit.queries import Filter, everything, number, one, page, usual

TODAY = clock.today()


def add(action, *, person=None, unit=None, object_unit=None, at=None, **values):
    actor = Actor(
        person_id=person, unit_id=unit, now=at or clock.now(), request_id=values.pop("request_id", "")
    )
    audit.record(actor, action, unit_id=object_unit, **values)


@pytest.fixture
def filled(city, write):
    with write():
        add(
            "auth.signed_in",
            person=city.clerk,
            unit=city.protection,
            object_type="core.person",
            object_id=city.clerk,
        )
        add("rule.set", person=city.system_administrator, unit=city.root, object_unit=city.welfare)
        add(
            "rule.set",
            person=city.other_administrator,
            unit=city.environment,
            object_unit=city.waste,
            outcome="refused",
        )
        add(
            "auth.signed_in",
            person=city.staff,
            unit=city.waste,
            at=clock.now() - timedelta(days=30),
            request_id="r1",
        )


def actions(rows):
    return [row[0].action for row in rows]


def found(actor, **values):
    wanted = {"since": TODAY - timedelta(days=60), "until": TODAY} | values
    return [row[0].id for row in page(actor, Filter(**wanted), limit=50)[0]]


def test_auditor_sees_everything_newest_first(factory, filled, city, read):
    actor = factory.actor(city.auditor)
    with read():
        assert found(actor) == [3, 2, 1, 4]
        assert [row[0].id for row in page(actor, usual(TODAY), limit=50)[0]] == [3, 2, 1]


def test_auditor_of_a_bureau_sees_what_it_did_and_what_was_done_to_it(factory, filled, city, read):
    factory.grant(
        PrincipalKind.PERSON,
        city.administrator,
        "administration:audit:read",
        scope="subtree",
        unit_id=city.welfare,
    )
    actor = factory.actor(city.administrator)
    with read():
        assert found(actor) == [2, 1]
        assert one(actor, 3) is None
        assert one(actor, 2) is not None
        assert number(actor, usual(TODAY)) == 2


def test_whoever_holds_nothing_sees_nothing(factory, filled, city, read):
    actor = factory.actor(city.clerk)
    with read():
        assert found(actor) == []
        assert one(actor, 1) is None


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({"action": "rule."}, [3, 2]),
        ({"action": "auth.signed_in"}, [1, 4]),
        ({"outcome": "refused"}, [3]),
        ({"object_type": "core.person"}, [1]),
        ({"object_type": "core.person", "object_id": 999}, []),
        ({"request_id": "r1"}, [4]),
        ({"since": TODAY - timedelta(days=31), "until": TODAY - timedelta(days=29)}, [4]),
        ({"action": "%"}, []),
    ],
)
def test_filter_limits(factory, filled, city, read, wanted, ids):
    actor = factory.actor(city.auditor)
    with read():
        assert found(actor, **wanted) == ids


def test_filter_by_person_and_by_unit(factory, filled, city, read):
    actor = factory.actor(city.auditor)
    with read():
        assert found(actor, person_id=city.staff) == [4]
        assert found(actor, unit_id=city.environment) == [3, 4]
        assert found(actor, unit_id=city.welfare) == [2, 1]


def test_pages_meet_without_gap_or_double_in_both_directions(factory, city, write, read):
    at = clock.now()
    with write():
        for count in range(7):
            add("thing.changed", object_id=count, at=at if count % 2 else at - timedelta(seconds=1))
    actor = factory.actor(city.auditor)
    with read():
        whole = found(actor)
        seen, position = [], None
        while True:
            rows, has_more = page(actor, usual(TODAY), older_than=position, limit=3)
            seen += [row[0].id for row in rows]
            position = (rows[-1][0].at, rows[-1][0].id)
            if not has_more:
                break
        first = page(actor, usual(TODAY), newer_than=position, limit=50)[0]
        assert seen == whole
        assert [row[0].id for row in first] == whole[:-1]


def test_export_holds_every_matching_record(factory, filled, city, read):
    actor = factory.actor(city.auditor)
    with read():
        assert sum(1 for _ in everything(actor, usual(TODAY))) == 3


def test_system_sees_everything(filled, read):
    with read():
        assert found(system()) == [3, 2, 1, 4]
