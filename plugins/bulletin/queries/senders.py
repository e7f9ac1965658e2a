"""In whose name somebody may post today."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select

from groupware import access
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor
from groupware.db import holds_on, session
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import Appointment, Person, Post, SectionAccount
from groupware.directory.picking import Ref
from groupware.directory.tree import OrgTree, org_tree
from plugins.bulletin.enums import SenderKind
from plugins.bulletin.permissions import POST_AS


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A name to post in. `value` is what a form sends; `owner` are those who look after what it posts."""

    value: str
    kind: SenderKind
    name: str
    detail: str = ""
    unit_id: int | None = None
    post_id: int | None = None
    rank: int | None = None
    person_id: int | None = None
    owner: Ref | None = None


def senders(actor: Actor) -> list[Sender]:
    """The names in which the actor may post: the one most likely meant first."""
    tree = org_tree(actor.today)
    sections = _sections(actor, tree)
    person = Sender(
        value=SenderKind.PERSON.value,
        kind=SenderKind.PERSON,
        name=actor.display_name,
        detail=tree.path_name(actor.unit_id),
        unit_id=actor.unit_id,
        person_id=actor.person_id,
    )
    posts = _posts(actor, tree)
    is_acting_for_section = actor.on_behalf_of is not None
    return [*sections, person, *posts] if is_acting_for_section else [person, *posts, *sections]


def _sections(actor: Actor, tree: OrgTree) -> list[Sender]:
    """The nearest section account above the acting appointment, and the one that is acted for."""
    chain = tree.ancestors(actor.unit_id)
    rows = session.execute(
        select(SectionAccount.id, SectionAccount.unit_id, SectionAccount.name).where(
            SectionAccount.is_active, SectionAccount.unit_id.in_(chain)
        )
    ).all()
    nearest = sorted((row for row in rows if row.unit_id in chain), key=lambda row: chain.index(row.unit_id))[
        :1
    ]
    chosen = [row for row in rows if row.id == actor.on_behalf_of] or nearest
    return [
        Sender(
            value=f"{SenderKind.SECTION.value}:{row.id}",
            kind=SenderKind.SECTION,
            name=row.name,
            detail=tree.path_name(tree.units[row.unit_id].parent_id)
            if len(tree.path(row.unit_id)) > 1
            else "",
            unit_id=row.unit_id,
            owner=Ref(PrincipalKind.UNIT_TREE, row.unit_id),
        )
        for row in chosen
    ]


def _posts(actor: Actor, tree: OrgTree) -> list[Sender]:
    """Posts that the actor holds today, and those whose secretary they are."""
    held = access.held(actor, POST_AS)
    statement = (
        select(
            Appointment.id,
            Appointment.person_id,
            Appointment.unit_id,
            Appointment.matter,
            Post.id.label("post_id"),
            Post.name,
            Post.rank,
            Person.display_name,
        )
        .join(Post, Post.id == Appointment.post_id)
        .join(Person, Person.id == Appointment.person_id)
        .where(
            holds_on(Appointment, actor.today),
            Appointment.kind != AppointmentKind.LEAVE.value,
            Person.left_on > actor.today,
        )
        .order_by(Post.rank, Appointment.roster, Appointment.id)
    )
    mine = list(session.execute(statement.where(Appointment.person_id == actor.person_id)))
    others: list[Any] = []
    if held:
        # A secretary speaks for those who lead: nobody asks to post in the name of 係員.
        scope = statement if held.everywhere else statement.where(Appointment.unit_id.in_(sorted(held.units)))
        ranked = scope.add_columns(
            Appointment.roster, func.min(Post.rank).over(partition_by=Appointment.unit_id).label("highest")
        ).subquery()
        leading = (
            select(ranked)
            .where(or_(ranked.c.rank <= 2, ranked.c.rank == ranked.c.highest))
            .where(ranked.c.person_id != actor.person_id)
            .order_by(ranked.c.rank, ranked.c.roster, ranked.c.id)
        )
        others = list(session.execute(leading))
    return [
        Sender(
            value=f"{SenderKind.POST.value}:{row.id}",
            kind=SenderKind.POST,
            name=post_title(row.unit_id, row.name, row.matter, tree),
            detail=row.display_name,
            unit_id=row.unit_id,
            post_id=row.post_id,
            rank=row.rank,
            person_id=row.person_id,
        )
        for row in [*mine, *others]
        if row.unit_id in tree
    ]


def post_title(unit_id: int, post: str, matter: str, tree: OrgTree) -> str:
    """A post as it signs: 市長, 総務課長, 中央区役所 区長, 福祉局 担当課長(保護担当)."""
    unit = tree.units[unit_id]
    if unit.parent_id is None:
        return post
    title = unit.name + post[1:] if unit.name[-1:] == post[:1] else f"{unit.name} {post}"
    return f"{title}({matter})" if matter else title
