"""Who has which tie to a posting or category: what the content itself allows, beside grants."""

from typing import Any

from sqlalchemy import Select, exists, or_, select

from groupware.access import ACTOR_NOW, ACTOR_PERSON, ACTOR_TODAY, ObjectAccess, Relation, is_among
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.db import holds_on
from groupware.directory.models import Appointment
from groupware.i18n import lazy_gettext
from plugins.bulletin.enums import Right, SenderKind
from plugins.bulletin.models.tables import Addressed, Category, CategoryRight, Posting
from plugins.bulletin.permissions import CATEGORY_MANAGE, CATEGORY_READ, MANAGE, POST, READ


def _has_right(category_column: Any, *rights: Right) -> Any:
    return exists().where(
        CategoryRight.category_id == category_column,
        CategoryRight.right.in_([right.value for right in rights]),
        is_among(CategoryRight.principal_id),
    )


def _holders(category_id: int, *rights: Right) -> Select[Any]:
    return select(CategoryRight.principal_id).where(
        CategoryRight.category_id == category_id, CategoryRight.right.in_([right.value for right in rights])
    )


def _author(posting_id: int) -> Select[Any]:
    return (
        select(Principal.id)
        .join(Posting, Posting.author_id == Principal.ref)
        .where(Posting.id == posting_id, Principal.kind == PrincipalKind.PERSON)
    )


def _category_managers(posting_id: int) -> Select[Any]:
    return (
        select(CategoryRight.principal_id)
        .join(Posting, Posting.category_id == CategoryRight.category_id)
        .where(Posting.id == posting_id, CategoryRight.right == Right.MANAGE.value)
    )


Category.access = ObjectAccess(
    type="bulletin.category",
    read=CATEGORY_READ,
    unit=Category.unit_id,
    relations=(
        Relation(
            name="reader",
            title=lazy_gettext("May read in the category"),
            permissions=frozenset({CATEGORY_READ}),
            criterion=_has_right(Category.id, *Right),
            principals=lambda category_id: _holders(category_id, *Right),
        ),
        Relation(
            name="poster",
            title=lazy_gettext("May post in the category"),
            permissions=frozenset({POST}),
            criterion=_has_right(Category.id, Right.POST, Right.MANAGE),
            principals=lambda category_id: _holders(category_id, Right.POST, Right.MANAGE),
        ),
        Relation(
            name="manager",
            title=lazy_gettext("Manages the category"),
            permissions=frozenset({CATEGORY_MANAGE}),
            criterion=_has_right(Category.id, Right.MANAGE),
            principals=lambda category_id: _holders(category_id, Right.MANAGE),
        ),
    ),
)

Posting.access = ObjectAccess(
    type="bulletin.posting",
    read=READ,
    unit=Posting.unit_id,
    label=Posting.classification,
    relations=(
        Relation(
            name="audience",
            title=lazy_gettext("It is addressed to them"),
            permissions=frozenset({READ}),
            criterion=exists().where(
                Addressed.posting_id == Posting.id,
                Addressed.shown_from <= ACTOR_NOW,
                is_among(Addressed.principal_id),
            )
            & _has_right(Posting.category_id, *Right),
            principals=lambda posting_id: select(Addressed.principal_id).where(
                Addressed.posting_id == posting_id
            ),
        ),
        Relation(
            name="author",
            title=lazy_gettext("Wrote it"),
            permissions=frozenset({READ, MANAGE}),
            criterion=Posting.author_id == ACTOR_PERSON,
            principals=_author,
        ),
        Relation(
            name="sender",
            title=lazy_gettext("It speaks in their name"),
            permissions=frozenset({READ, MANAGE}),
            criterion=or_(
                is_among(Posting.owner_principal_id),
                exists().where(
                    Posting.sender_kind == SenderKind.POST.value,
                    Appointment.person_id == ACTOR_PERSON,
                    Appointment.unit_id == Posting.unit_id,
                    Appointment.post_id == Posting.sender_post_id,
                    holds_on(Appointment, ACTOR_TODAY),
                ),
            ),
            principals=lambda posting_id: select(Posting.owner_principal_id).where(
                Posting.id == posting_id, Posting.owner_principal_id.is_not(None)
            ),
        ),
        Relation(
            name="category_manager",
            title=lazy_gettext("Manages the category"),
            permissions=frozenset({READ, MANAGE}),
            criterion=_has_right(Posting.category_id, Right.MANAGE),
            principals=_category_managers,
        ),
    ),
)
