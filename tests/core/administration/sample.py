"""A small city for tests of administration: two bureaus with two sections each, and people of every kind."""

from dataclasses import dataclass

from sqlalchemy import select

from groupware.access.principals import rebuild
from groupware.access.standard import AUDITORS, SYSTEM_ADMINISTRATORS
from groupware.db import session, unit
from groupware.directory.models import Group, GroupMember
from groupware.testing.factories import Factory


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
    """Make the city; the function administrators hold their duty at the two bureaus."""
    root = factory.unit("みなと市", code="root", kind="市")
    welfare = factory.unit("福祉局", root, code="welfare", kind="局")
    protection = factory.unit("保護課", welfare, code="protection")
    care = factory.unit("介護保険課", welfare, code="care")
    environment = factory.unit("環境局", root, code="environment", kind="局")
    waste = factory.unit("ごみ減量課", environment, code="waste")
    officer, chief = factory.post("主事", 50), factory.post("課長", 30)
    people = {
        "clerk": factory.person("佐藤 葵", protection, officer),
        "staff": factory.person("鈴木 蓮", waste, officer),
        "administrator": factory.person("高橋 陽菜", welfare, chief),
        "other_administrator": factory.person("田中 湊", environment, chief),
        "auditor": factory.person("伊藤 結", root, chief),
        "system_administrator": factory.person("渡辺 樹", root, officer),
    }
    factory.duty(people["administrator"], welfare)
    factory.duty(people["other_administrator"], environment)
    enrol(factory, AUDITORS, people["auditor"])
    enrol(factory, SYSTEM_ADMINISTRATORS, people["system_administrator"])
    return City(root, welfare, protection, care, environment, waste, **people)


def enrol(factory: Factory, role: str, person_id: int) -> int:
    """Put a person into a role as the machine would; returns the id of the role."""
    with factory.app.app_context(), unit("write"):
        role_id = session.scalars(select(Group.id).where(Group.name == role)).one()
        session.add(GroupMember(group_id=role_id, person_id=person_id))
        session.flush()
        rebuild([person_id])
        return role_id
