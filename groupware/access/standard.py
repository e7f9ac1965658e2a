"""The rights that every instance begins with: given once, theirs to change afterwards.

System administrators hold the management of the installation and of every function, with delegation. Function
administrators hold the management of what is theirs, over the organisations where they hold the duty. Auditors alone hold
the audit log and appoint one another, so that whoever administers cannot watch the watchers (administration.md 27, 28).
Document officers decide about the records of their organisations, disclosure officers work on requests for disclosure, security
officers on incidents and on files that are kept back.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.models import Grant
from groupware.access.principals import principal
from groupware.db import session
from groupware.directory.enums import GroupKind
from groupware.directory.models import DutyKind, Group
from groupware.registry import Registry, registry

SYSTEM_ADMINISTRATORS = "システム管理者"
AUDITORS = "監査担当者"
FUNCTION_ADMINISTRATORS = "function_administrator"
DOCUMENT_OFFICERS = "document_officer"
DISCLOSURE_OFFICERS = "disclosure_officer"
SECURITY_OFFICERS = "security_officer"

OWN = (
    ("administration:rule:set", False),
    ("administration:account:manage", False),
    ("directory:unit:manage", False),
    ("portal:page:write", True),
    ("portal:layout:manage", True),
)
"""What the house itself gives to function administrators, and whether they may pass it on within their organisations."""


@dataclass(frozen=True, slots=True)
class StandardGrant:
    """A right and the role or duty that has it from the beginning: of roles everywhere, of duties over its units."""

    permission: str
    role: str = ""
    duty: str = ""
    with_delegation: bool = False


def standard_grants(known: Registry) -> Iterator[StandardGrant]:
    """The standard grants of the plugins that are there."""
    yield StandardGrant("administration:system:manage", role=SYSTEM_ADMINISTRATORS, with_delegation=True)
    yield StandardGrant("administration:audit:read", role=AUDITORS, with_delegation=True)
    yield StandardGrant("administration:record:dispose", duty=DOCUMENT_OFFICERS)
    yield StandardGrant("disclosure:case:manage", duty=DISCLOSURE_OFFICERS)
    yield StandardGrant("incidents:incident:manage", duty=SECURITY_OFFICERS)
    yield StandardGrant("attachments:file:release", duty=SECURITY_OFFICERS)
    for name, may_pass_on in OWN:
        yield StandardGrant(name, duty=FUNCTION_ADMINISTRATORS, with_delegation=may_pass_on)
    for plugin in known:
        if known.is_core(plugin.id):
            continue
        for permission in plugin.permissions:
            # What asks for the password again is the administration of a function; what manages content is for those
            # who answer for it, not for those who run the machine.
            if permission.is_elevated:
                yield StandardGrant(permission.id, role=SYSTEM_ADMINISTRATORS, with_delegation=True)
            if permission.is_elevated or permission.id.endswith(":manage"):
                yield StandardGrant(permission.id, duty=FUNCTION_ADMINISTRATORS, with_delegation=True)


def give_standard_grants() -> int:
    """Give what was never given before; returns how many. What an administrator took back stays taken back."""
    roles = {
        name: key
        for key, name in session.execute(select(Group.id, Group.name).where(Group.kind == GroupKind.ROLE))
    }
    duties = {code: key for key, code in session.execute(select(DutyKind.id, DutyKind.code))}
    wanted: dict[tuple[int, str], StandardGrant] = {}
    holders: dict[tuple[PrincipalKind, int], int] = {}
    for one in standard_grants(registry()):
        kind = PrincipalKind.GROUP if one.role else PrincipalKind.DUTY_KIND
        ref = roles.get(one.role) if one.role else duties.get(one.duty)
        if ref is None or one.permission not in registry().permissions:
            continue
        if (kind, ref) not in holders:
            holders[kind, ref] = principal(kind, ref).id
        wanted.setdefault((holders[kind, ref], one.permission), one)
    ever = select(Grant.principal_id, Grant.permission).where(Grant.principal_id.in_(holders.values()))
    given = wanted.keys() - {(holder, permission) for holder, permission in session.execute(ever)}
    session.add_all(
        Grant(
            principal_id=holder,
            permission=permission,
            scope="all" if one.role else "own",
            with_delegation=one.with_delegation,
            granted_at=clock.now(),
        )
        for (holder, permission), one in wanted.items()
        if (holder, permission) in given
    )
    session.flush()
    return len(given)
