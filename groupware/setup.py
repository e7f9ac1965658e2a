"""What every instance begins with: the duty kinds that cities have, two roles, the standard grants."""

from sqlalchemy import select

from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.access.standard import AUDITORS, SYSTEM_ADMINISTRATORS, give_standard_grants
from groupware.actor import system
from groupware.db import session
from groupware.directory.enums import GroupKind
from groupware.directory.models import DutyKind, Group
from groupware.search.services import reindexing

DUTY_KINDS = (
    ("function_administrator", "機能管理者", "Function administrator"),
    ("general_affairs", "総務担当者", "General affairs officer"),
    ("document_officer", "文書主任", "Document officer"),
    ("enquiry_desk", "照会窓口", "Enquiry desk"),
    ("room_manager", "会議室管理", "Room manager"),
    ("secretary", "秘書", "Secretary"),
    ("disclosure_officer", "情報公開担当", "Disclosure officer"),
    ("security_officer", "情報セキュリティ担当", "Information security officer"),
)
"""administration.md 5. Data: a city adds its own by `groupware duty-kind add`. One that is added here comes to instances that are
there already by a migration, as core_0019 does."""


def initialise() -> int:
    """Add to the current unit of work what an instance needs and never had; returns how many standard grants.

    A new instance gets all of it, one that was upgraded the standard grants of what is new. Duty kinds and roles are the
    city's own data from then on.
    """
    if session.scalar(select(DutyKind.id).limit(1)) is None:
        _begin()
    return give_standard_grants()


def _begin() -> None:
    for order, (code, name, name_en) in enumerate(DUTY_KINDS):
        session.add(DutyKind(code=code, name=name, name_en=name_en, official_order=order))
    for name in (SYSTEM_ADMINISTRATORS, AUDITORS):
        session.add(Group(kind=GroupKind.ROLE, name=name))
    session.flush()
    principal(PrincipalKind.EVERYONE)
    reindexing.begin(system())


__all__ = ["AUDITORS", "DUTY_KINDS", "SYSTEM_ADMINISTRATORS", "initialise"]
