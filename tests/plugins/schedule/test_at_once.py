"""What counts before it writes, done by several processes at the same moment: nothing doubles, no limit is passed."""

import pytest
from sqlalchemy import func, select

from groupware.caches import bump
from groupware.db import session, unit
from plugins.facility.models import Facility
from plugins.facility.permissions import MANAGE
from plugins.schedule.models import Event, Kind, Secretary
from plugins.schedule.permissions import KIND_MANAGE
from plugins.schedule.services import kinds, secretaries
from tests.plugins.schedule.crowd import act_at_once
from tests.support.processes import run_together

PROCESSES = 3
TABLE = [["件名", "日時"], ["庁議", "2027-04-05 10:00"], ["部長会", "2027-04-06 10:00"]]
FACILITIES = [["設備グループ", "設備名", "定員"], ["会議室", "601会議室", "8"]]
ENTRY = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//\r
BEGIN:VEVENT\r
UID:%b\r
DTSTAMP:20270401T000000Z\r
DTSTART:20270407T010000Z\r
DTEND:20270407T020000Z\r
SUMMARY:%b\r
END:VEVENT\r
END:VCALENDAR\r
"""


def titles(session):
    return session.scalars(select(Event.title).order_by(Event.title)).all()


@pytest.mark.slow
def test_what_is_done_at_the_same_moment_is_done_once(office, rooms, tmp_path, fresh_database_url):
    clerk = office.factory.post("主任", 45)
    heads = [office.factory.person(f"主任 {n}", office.shelter, clerk) for n in range(PROCESSES)]
    spare = [office.factory.person(f"職員 {n}", office.waste, clerk) for n in range(secretaries.MOST + 2)]

    manager = office.factory.person("秘書課長", office.city, clerk)
    office.write(lambda _: bump("directory"), office.organiser)
    office.grant(office.organiser, KIND_MANAGE, office.welfare)
    office.grant(office.organiser, MANAGE, office.city)

    def named(person, chosen):
        people = tuple(f"person:{one}" for one in chosen)
        return secretaries.Plan(person_id=person, secretaries=people, follows_post=True)

    office.grant(manager, "schedule:secretary:manage", office.city)
    office.write(secretaries.name, manager, named(heads[0], spare[: secretaries.MOST - 1]))
    plan = kinds.Plan(name="ケース会議", unit_id=office.welfare)
    arguments = [
        (
            fresh_database_url,
            str(tmp_path),
            [
                ("kind", office.organiser, (plan,)),
                ("secretary", manager, (named(heads[n], [spare[secretaries.MOST - 1 + n]]),)),
                ("table", office.organiser, (TABLE,)),
                ("file", office.organiser, (ENTRY % (b"file", b"file"),)),
                ("program", office.organiser, (f"{n}.ics", ENTRY % (b"program", b"program"))),
                ("program", office.organiser, ("same.ics", ENTRY % (b"same", b"same"))),
                ("facilities", office.organiser, (FACILITIES,)),
            ],
        )
        for n in range(PROCESSES)
    ]
    ended = run_together(act_at_once, arguments)

    assert sorted(one[0] for one in ended) == ["done", "invalid", "invalid"]
    assert sorted(one[1] for one in ended) == ["done", "invalid", "invalid"]
    assert [one[2:4] for one in ended] == [["done", "done"]] * PROCESSES
    assert sorted(one[4] for one in ended) == ["done", "uid_taken", "uid_taken"]
    assert [one[5:] for one in ended] == [["done", "done"]] * PROCESSES
    with office.app.app_context(), unit("read"):
        assert session.scalar(select(func.count()).select_from(Kind)) == 1
        assert session.scalar(select(func.count()).select_from(Secretary)) == secretaries.MOST
        assert titles(session) == sorted(["庁議", "部長会", "file", "program", "same"])
        assert session.scalar(select(func.count()).where(Facility.name == "601会議室")) == 1
