"""Share a personal group with people and organisations, and let it go on when its owner does not.

Who sees it finds it wherever groups are offered; who may change it also renames it and chooses its members. Shares name
principals: with a section it is shared with whoever works there, so somebody who is transferred sees it no longer.
"""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.enums import GroupKind
from groupware.directory.models import Group, GroupShare, Person
from groupware.directory.picking import Ref, parse_principals
from groupware.directory.queries.choices import visible_groups
from groupware.directory.queries.roll import is_seen
from groupware.directory.queries.sharing import has_editor, owner_of
from groupware.directory.services.groups import locked_group, record
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.i18n import gettext

MOST = 50
"""People and organisations that a group is shared with."""
KINDS = frozenset(
    {
        PrincipalKind.PERSON,
        PrincipalKind.UNIT,
        PrincipalKind.UNIT_TREE,
        PrincipalKind.DUTY,
        PrincipalKind.GROUP,
    }
)


def share_group(
    actor: Actor,
    group_id: int,
    viewers: Sequence[str],
    editors: Sequence[str],
    *,
    version: int | None = None,
) -> Group:
    """Share a personal group of one's own with exactly these, spelt as in `picking`; with nobody it is one's own again.

    Raises NotFound and Denied for who is not the owner, Invalid for what cannot be shared with, Conflict for another version.
    """
    group = locked_group(actor, group_id, version)
    if group.kind != GroupKind.PERSONAL:
        raise Conflict(gettext("This group belongs to an organisation. Everybody sees it."), code="kind")
    own = Ref(PrincipalKind.PERSON, actor.person_id or 0).value
    wanted = dict.fromkeys(_principals(actor, viewers, own, "viewers"), False)
    wanted |= dict.fromkeys(_principals(actor, editors, own, "editors"), True)
    if len(wanted) > MOST:
        message = gettext("A group is shared with at most %(limit)d people and organisations.", limit=MOST)
        raise Invalid(message, code="too_many", fields={"viewers": message})
    before = dict(
        session.execute(
            select(GroupShare.principal_id, GroupShare.may_edit).where(GroupShare.group_id == group.id)
        ).all()
    )
    if before == wanted:
        return group
    session.execute(delete(GroupShare).where(GroupShare.group_id == group.id))
    if wanted:
        rows = [
            {"group_id": group.id, "principal_id": key, "may_edit": value} for key, value in wanted.items()
        ]
        session.execute(insert(GroupShare), rows)
    group.version += 1
    session.flush()
    changers = sorted(key for key, may_edit in wanted.items() if may_edit)
    record(actor, "directory.group_shared", group, principals=sorted(wanted), editors=changers)
    return group


def hand_over_group(actor: Actor, group_id: int, person_id: int) -> Group:
    """Let somebody else own a group of one's own; one may change it from then on. Raises as `share_group` does."""
    group = locked_group(actor, group_id)
    if group.kind != GroupKind.PERSONAL:
        raise Conflict(gettext("This group belongs to an organisation. Everybody sees it."), code="kind")
    if person_id == group.owner_id or not is_seen(person_id) or not owner_of(person_id, actor.today)[1]:
        message = gettext("Please choose another person who works here.")
        raise Invalid(message, code="person", fields={"person": message})
    _own(group, person_id)
    _let_edit(group, actor.person_id or 0)
    record(actor, "directory.group_handed_over", group, to=person_id)
    return group


def may_take_over(actor: Actor, group_id: int) -> bool:
    """Whether the owner of a group that the actor sees works here no longer, and it is the actor's to go on with it.

    Whoever may change it does, and where nobody may, whoever sees it.
    """
    seen = next((one for one in visible_groups(actor) if one.id == group_id), None)
    if seen is None or seen.kind is not GroupKind.PERSONAL or actor.person_id in (None, seen.owner_id):
        return False
    if owner_of(seen.owner_id, actor.today)[1]:
        return False
    return seen.may_edit or not has_editor(group_id, actor.today)


def take_over_group(actor: Actor, group_id: int) -> Group:
    """Own a group whose owner works here no longer. Raises NotFound for what one does not see, Denied otherwise."""
    statement = select(Group).where(Group.id == group_id).with_for_update()
    group = session.scalars(statement.execution_options(populate_existing=True)).first()
    if group is None or all(one.id != group.id for one in visible_groups(actor)):
        raise NotFound(gettext("The page you are looking for was not found."))
    if not may_take_over(actor, group.id):
        raise Denied(gettext("A group is taken over when its owner works here no longer."))
    _own(group, actor.person_id or 0)
    record(actor, "directory.group_handed_over", group, to=actor.person_id)
    return group


def _principals(actor: Actor, values: Sequence[str], own: str, field: str) -> list[int]:
    chosen = parse_principals([value for value in values if value != own], actor)
    if any(one.kind not in KINDS for one in chosen):
        message = gettext("Please choose people, organisations, duties or groups.")
        raise Invalid(message, code="kind", fields={field: message})
    return [one.id for one in chosen]


def _own(group: Group, person_id: int) -> None:
    """Let a person own it, who is in no need of a share; the name is made another where they have it already."""
    session.scalars(select(Person.id).where(Person.id == person_id).with_for_update()).one()
    taken = set(
        session.scalars(
            select(Group.name).where(Group.kind == GroupKind.PERSONAL.value, Group.owner_id == person_id)
        )
    )
    name, number = group.name, 1
    while group.name in taken:
        number += 1
        group.name = f"{name[:90]} ({number})"
    group.owner_id = person_id
    group.version += 1
    share = session.get(GroupShare, (group.id, principal(PrincipalKind.PERSON, person_id).id))
    if share is not None:
        session.delete(share)
    session.flush()


def _let_edit(group: Group, person_id: int) -> None:
    key = (group.id, principal(PrincipalKind.PERSON, person_id).id)
    share = session.get(GroupShare, key)
    if share is None:
        session.add(GroupShare(group_id=key[0], principal_id=key[1], may_edit=True))
    else:
        share.may_edit = True
    session.flush()


__all__ = ["hand_over_group", "may_take_over", "share_group", "take_over_group"]
