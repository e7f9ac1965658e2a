"""A small city for tests of administration: two bureaus with two sections each, and people of every kind."""

from dataclasses import dataclass

from sqlalchemy import select

from groupware.access.principals import rebuild
from groupware.access.standard import AUDITORS, FUNCTION_ADMINISTRATORS, SYSTEM_ADMINISTRATORS
from groupware.auth.models import Account
from groupware.caches import bump
from groupware.db import session, unit
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import (
    Appointment,
    DutyHolder,
    DutyKind,
    Group,
    GroupMember,
    OrgUnit,
    OrgUnitVersion,
    Person,
    Post,
)
from groupware.directory.tree import CACHE
from groupware.testing.factories import LONG_AGO, Factory
from groupware.text.folding import fold

# code, name, code of the unit above, kind
UNITS = (
    ("root", "みなと市", None, "市"),
    ("welfare", "福祉局", "root", "局"),
    ("protection", "保護課", "welfare", "課"),
    ("care", "介護保険課", "welfare", "課"),
    ("environment", "環境局", "root", "局"),
    ("waste", "ごみ減量課", "environment", "課"),
)
# field, name, kana, unit, post
PEOPLE = (
    ("clerk", "佐藤 葵", "さとう あおい", "protection", "主事"),
    ("staff", "鈴木 蓮", "すずき れん", "waste", "主事"),
    ("administrator", "高橋 陽菜", "たかはし ひな", "welfare", "課長"),
    ("other_administrator", "田中 湊", "たなか みなと", "environment", "課長"),
    ("auditor", "伊藤 結", "いとう ゆい", "root", "課長"),
    ("system_administrator", "渡辺 樹", "わたなべ いつき", "root", "主事"),
)


@dataclass(frozen=True)
class City:
    """Ids of units and people."""

    root: int
    welfare: int
    protection: int
    care: int
    environment: int
    waste: int
    clerk: int
    staff: int
    administrator: int
    other_administrator: int
    auditor: int
    system_administrator: int


def build(factory: Factory) -> City:
    """Make the city in one unit of work; the function administrators hold their duty at the two bureaus."""
    with factory.app.app_context(), unit("write"):
        units = _units()
        people = _people(units)
        _duties(people, units)
        for role, person in ((AUDITORS, "auditor"), (SYSTEM_ADMINISTRATORS, "system_administrator")):
            role_id = session.scalars(select(Group.id).where(Group.name == role)).one()
            session.add(GroupMember(group_id=role_id, person_id=people[person]))
        session.flush()
        rebuild(list(people.values()))
        bump(CACHE)
    return City(**units, **people)


def _units() -> dict[str, int]:
    made: dict[str, int] = {}
    for order, (code, name, parent, kind) in enumerate(UNITS):
        row = OrgUnit(code=code)
        session.add(row)
        session.flush()
        made[code] = row.id
        session.add(
            OrgUnitVersion(
                unit_id=row.id,
                parent_id=made[parent] if parent else None,
                name=name,
                kind=kind,
                official_order=order,
                valid_from=LONG_AGO,
            )
        )
    return made


def _people(units: dict[str, int]) -> dict[str, int]:
    posts = {
        "主事": Post(code="clerk", name="主事", rank=50),
        "課長": Post(code="chief", name="課長", rank=30),
    }
    session.add_all(posts.values())
    session.flush()
    made: dict[str, int] = {}
    for number, (field, name, kana, code, post) in enumerate(PEOPLE):
        row = Person(
            staff_number=f"90{number:04d}",
            display_name=name,
            legal_name=name,
            kana_name=kana,
            sort_kana=fold(kana),
            search_text=fold(f"{name} {kana}"),
            hired_on=LONG_AGO,
        )
        session.add(row)
        session.flush()
        made[field] = row.id
        session.add(
            Appointment(
                person_id=row.id,
                unit_id=units[code],
                post_id=posts[post].id,
                kind=AppointmentKind.MAIN,
                valid_from=LONG_AGO,
            )
        )
        session.add(Account(person_id=row.id, login=row.staff_number, password_hash=None, must_change=False))
    session.flush()
    return made


def _duties(people: dict[str, int], units: dict[str, int]) -> None:
    kind_id = session.scalars(select(DutyKind.id).where(DutyKind.code == FUNCTION_ADMINISTRATORS)).one()
    for person, code in (("administrator", "welfare"), ("other_administrator", "environment")):
        session.add(
            DutyHolder(kind_id=kind_id, unit_id=units[code], person_id=people[person], valid_from=LONG_AGO)
        )
    session.flush()
