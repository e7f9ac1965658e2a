"""What every new instance begins with: the duty kinds that cities have, two roles, the standard grants."""

from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.access.standard import AUDITORS, SYSTEM_ADMINISTRATORS, give_standard_grants
from groupware.db import session
from groupware.directory.enums import GroupKind
from groupware.directory.models import DutyKind, Group

DUTY_KINDS = (
    ("function_administrator", "機能管理者", "Function administrator"),
    ("general_affairs", "総務担当者", "General affairs officer"),
    ("document_officer", "文書主任", "Document officer"),
    ("enquiry_desk", "照会窓口", "Enquiry desk"),
    ("room_manager", "会議室管理", "Room manager"),
    ("secretary", "秘書", "Secretary"),
)
"""administration.md 5. Data: a city adds its own."""


def initialise() -> None:
    """Add what a new instance needs to the current unit of work."""
    for order, (code, name, name_en) in enumerate(DUTY_KINDS):
        session.add(DutyKind(code=code, name=name, name_en=name_en, official_order=order))
    for name in (SYSTEM_ADMINISTRATORS, AUDITORS):
        session.add(Group(kind=GroupKind.ROLE, name=name))
    session.flush()
    principal(PrincipalKind.EVERYONE)
    give_standard_grants()


__all__ = ["AUDITORS", "DUTY_KINDS", "SYSTEM_ADMINISTRATORS", "initialise"]
