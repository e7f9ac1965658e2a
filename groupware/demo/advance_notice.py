"""The appointments of next April as a delivery that waits for its publication (administration.md 4).

Made as a personnel department makes it: the directory written out, changed, and handed in again.
"""

import csv
import io
from datetime import date, timedelta

from groupware.actor import system
from groupware.calendar.eras import format_wareki
from groupware.demo.context import DemoContext
from groupware.demo.names import Names
from groupware.demo.people import yearly_number
from groupware.directory.delivery.exporting import export
from groupware.directory.delivery.layout import APPOINTMENTS, PEOPLE, POSTS, UNITS
from groupware.directory.enums import EmploymentType
from groupware.directory.queries.snapshot import load_snapshot
from groupware.directory.services.batches import stage_batch

NOTICE = (3, 24)
"""内示 is given about a week before."""

LARGEST = 5000
"""Larger municipalities have no such delivery: examining it would take as long as half of the demo."""

MAIN = "本務"
YEARLY = "会計年度任用職員"
Row = dict[str, str]


def stage(context: DemoContext) -> None:
    """Hand in next April's delivery: moves, newcomers, leavers, and appointees who continue under a new number."""
    day = context.april(-1)
    notice = date(day.year, *NOTICE)
    if context.today >= notice or context.size.people > LARGEST:
        return
    files = export(load_snapshot(day)).files
    people, appointments = _rows(files[PEOPLE.file]), _rows(files[APPOINTMENTS.file])
    _Changes(context, day, people, appointments).make()
    office = context.find("人事課")
    loaders = context.duties["function_administrator", office.id] if office is not None else []
    stage_batch(
        system(),
        {
            UNITS.file: files[UNITS.file],
            POSTS.file: files[POSTS.file],
            PEOPLE.file: _written(people),
            APPOINTMENTS.file: _written(appointments),
        },
        f"{format_wareki(day)}付け人事異動",
        context.at(notice, 9),
        day,
        co_loaders=[person.id for person in loaders],
    )


class _Changes:
    def __init__(self, context: DemoContext, day: date, people: list[Row], appointments: list[Row]) -> None:
        self.context, self.day, self.people, self.appointments = context, day, people, appointments
        self.rng = context.rng("next April")
        self.names = Names(context.rng("next April's names"))

    def make(self) -> None:
        """All changes, in place."""
        share = max(2, len(self.context.people) // 30)
        settled = [
            row for row in self.appointments if row["発令区分"] == MAIN and int(row["役職コード"]) >= 40
        ]
        moving = self.rng.sample(settled, min(len(settled), 4 * share))
        places = self._leave(moving[:share])
        for one, other in zip(moving[share::2], moving[share + 1 :: 2], strict=False):
            if one["役職コード"] == other["役職コード"]:
                one["組織コード"], other["組織コード"] = other["組織コード"], one["組織コード"]
                one["発令日"] = other["発令日"] = self.day.isoformat()
        for serial, place in enumerate(places, 1):
            self._engage(place, serial)
        self._continue()

    def _leave(self, rows: list[Row]) -> list[Row]:
        """Take these people out; returns the places that become free."""
        numbers = {row["職員番号"] for row in rows}
        self.people[:] = [row for row in self.people if row["職員番号"] not in numbers]
        self.appointments[:] = [row for row in self.appointments if row["職員番号"] not in numbers]
        for row in self.appointments:
            if row["直属上司職員番号"] in numbers:
                row["直属上司職員番号"] = ""
        return rows

    def _engage(self, place: Row, serial: int) -> None:
        """Somebody straight from school."""
        sex = self.rng.choice("mf")
        family, given = self.names.full(sex, self.day.year - 22)
        number = f"{self.day.year % 100:02d}{serial:04d}"
        self._add(
            number, f"{family.written} {given.written}", f"{family.reading} {given.reading}", "常勤", place
        )

    def _continue(self) -> None:
        """Appointees whose term ends on 31 March are engaged again, most of them."""
        ended = [
            person
            for person in self.context.people
            if person.employment == EmploymentType.FISCAL_YEAR and person.left_on <= self.day
        ]
        posts = {post.name: post for post in self.context.posts.values()}
        for serial, person in enumerate(ended, 1):
            if self.rng.random() < 0.9:
                place = {"組織コード": person.unit.code, "役職コード": posts[YEARLY].code}
                number = yearly_number(self.day.year, serial)
                added = self._add(number, person.name, person.kana, YEARLY, place)
                added |= {
                    "旧職員番号": person.staff_number,
                    "内線": person.extension,
                    "職種": person.category,
                }
                added["戸籍氏名"] = person.legal_name
                added["メールアドレス"] = person.email

    def _add(self, number: str, name: str, kana: str, employment: str, place: Row) -> Row:
        last = (date(self.day.year + 1, 4, 1) - timedelta(1)).isoformat() if employment == YEARLY else ""
        person = dict.fromkeys(self.people[0], "")
        person |= {"職員番号": number, "氏名": name, "氏名カナ": kana, "雇用区分": employment}
        person |= {"採用日": self.day.isoformat(), "退職日": last, "表示名": name, "戸籍氏名": name}
        appointment = dict.fromkeys(self.appointments[0], "")
        appointment |= {"職員番号": number, "発令区分": MAIN, "発令日": self.day.isoformat(), "終了日": last}
        appointment |= {name: place[name] for name in ("組織コード", "役職コード")}
        self.people.append(person)
        self.appointments.append(appointment)
        return person


def _rows(content: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def _written(rows: list[Row]) -> bytes:
    target = io.StringIO()
    writer = csv.DictWriter(target, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode("utf-8-sig")
