"""Accounts as their administrators see them: whose there are, in which state, and what stands in the way of an act.

An administrator reaches the accounts of people who stand in the units of the grant, by their main post or what is in its
stead. Rank and privilege are decided here once, for lists and for acts alike.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, and_, bindparam, false, func, or_, select

from groupware import access
from groupware.access.queries import Held
from groupware.actor import Actor
from groupware.auth.models import Account, SignInFailure
from groupware.auth.privileges import protected
from groupware.db import UTCDateTime, session
from groupware.directory.models import Appointment, Person, Post
from groupware.directory.queries.standing import places
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.text.folding import fold

MANAGE = "administration:account:manage"
PAGE = 50
AHEAD = timedelta(days=31)
"""How far ahead people count whose first post is still to begin, so that their slips are printed before 1 April."""


@dataclass(frozen=True, slots=True)
class ManagedAccount:
    """The account of a person, perhaps not made yet. `obstacle` is why the actor may not act on it, or empty."""

    person_id: int
    uid: str
    staff_number: str
    display_name: str
    kana_name: str
    unit_id: int | None
    post_name: str
    best_rank: int | None
    login: str
    has_password: bool
    must_change: bool
    is_suspended: bool
    last_sign_in_at: datetime | None
    locked_until: datetime | None
    obstacle: str = ""

    @property
    def state(self) -> str:
        """suspended, locked, none (no password was ever issued), waiting (not yet changed at first sign-in), active."""
        if self.is_suspended:
            return "suspended"
        if self.locked_until is not None:
            return "locked"
        if not self.has_password:
            return "none"
        return "waiting" if self.must_change else "active"


_TODAY = bindparam("today", type_=Date())
_SOON = bindparam("soon", type_=Date())
_NOW = bindparam("now", type_=UTCDateTime())
_best_rank = (
    select(func.min(Post.rank))
    .join(Appointment, Appointment.post_id == Post.id)
    .where(Appointment.person_id == Person.id, Appointment.valid_from <= _SOON, Appointment.valid_to > _TODAY)
    .correlate(Person)
    .scalar_subquery()
)
_lock_end = (
    select(func.max(SignInFailure.locked_until))
    .where(SignInFailure.person_id == Person.id, SignInFailure.locked_until > _NOW)
    .correlate(Person)
    .scalar_subquery()
)
_main_post = Post.__table__.alias("main_post")
_accounts = (
    select(
        Person.id,
        Person.uid,
        Person.staff_number,
        Person.display_name,
        Person.kana_name,
        Appointment.unit_id,
        _main_post.c.name.label("post_name"),
        _best_rank.label("best_rank"),
        Account.login,
        Account.password_hash.is_not(None).label("has_password"),
        Account.must_change,
        Account.is_suspended,
        Account.last_sign_in_at,
        _lock_end.label("locked_until"),
    )
    .select_from(Person)
    .outerjoin(
        Appointment,
        and_(Appointment.person_id == Person.id, places(Appointment, _TODAY, _SOON)),
    )
    .outerjoin(_main_post, _main_post.c.id == Appointment.post_id)
    .outerjoin(Account, Account.person_id == Person.id)
    .where(Person.left_on > _TODAY)
)


def account_for(actor: Actor, uid: str) -> ManagedAccount:
    """The account of the person with that uid. NotFound, Denied outside the actor's units, NeedsElevation."""
    found = _load(actor, _accounts.where(Person.uid == _uid(uid)))
    if not found:
        raise NotFound(gettext("The page you are looking for was not found."))
    access.require(actor, MANAGE, unit_id=found[0].unit_id)
    return found[0]


def accounts_for(actor: Actor, person_ids: Sequence[int]) -> list[ManagedAccount]:
    """The accounts of those people, as `account_for`; NotFound if one is missing."""
    found = _load(actor, _accounts.where(Person.id.in_(person_ids)))
    if len(found) != len(set(person_ids)):
        raise NotFound(gettext("The page you are looking for was not found."))
    for account in found:
        access.require(actor, MANAGE, unit_id=account.unit_id)
    order = {person_id: place for place, person_id in enumerate(person_ids)}
    return sorted(found, key=lambda account: order[account.person_id])


def accounts_of_unit(actor: Actor, unit_id: int) -> list[ManagedAccount]:
    """Everybody who stands in the unit itself or will within a month, if nowhere else yet; by post and roster."""
    access.require(actor, MANAGE, unit_id=unit_id)
    return _load(
        actor,
        _accounts.where(Appointment.unit_id == unit_id).order_by(
            _main_post.c.rank, Appointment.roster, Person.sort_kana, Person.id
        ),
    )


def accounts_matching(
    actor: Actor, *, text: str = "", state: str = "", after: str = ""
) -> tuple[list[ManagedAccount], bool]:
    """A page of the accounts in the actor's reach that match, by staff number, and whether there are more."""
    statement = _accounts.where(_reach(access.held(actor, MANAGE)), Person.staff_number > after)
    if text.strip():
        wanted = fold(text)
        statement = statement.where(
            or_(Person.staff_number == text.strip(), Person.search_text.contains(wanted, autoescape=True))
        )
    if state in STATES:
        statement = statement.where(STATES[state])
    found = _load(actor, statement.order_by(Person.staff_number).limit(PAGE + 1))
    return found[:PAGE], len(found) > PAGE


def each_account(actor: Actor, text: str, state: str) -> Iterator[ManagedAccount]:
    """All accounts in the actor's reach that match, page by page."""
    after, has_more = "", True
    while has_more:
        found, has_more = accounts_matching(actor, text=text, state=state, after=after)
        yield from found
        after = found[-1].staff_number if found else ""


STATES = {
    "locked": _lock_end.is_not(None),
    "suspended": Account.is_suspended.is_(True),
    "none": Account.password_hash.is_(None),
    "waiting": and_(Account.password_hash.is_not(None), Account.must_change.is_(True)),
}
"""What a list can be narrowed to."""


def _reach(held: Held) -> Any:
    if held.everywhere:
        return Person.id == Person.id
    return Appointment.unit_id.in_(held.units) if held.units else false()


def _load(actor: Actor, statement: Select[Any]) -> list[ManagedAccount]:
    rows = session.execute(
        statement, {"today": actor.today, "soon": actor.today + AHEAD, "now": actor.now}
    ).all()
    found = [
        ManagedAccount(
            person_id=row.id,
            uid=str(row.uid),
            staff_number=row.staff_number,
            display_name=row.display_name,
            kana_name=row.kana_name,
            unit_id=row.unit_id,
            post_name=row.post_name or "",
            best_rank=row.best_rank,
            login=row.login or "",
            has_password=bool(row.has_password),
            must_change=bool(row.must_change),
            is_suspended=bool(row.is_suspended),
            last_sign_in_at=row.last_sign_in_at,
            locked_until=row.locked_until,
        )
        for row in rows
    ]
    return _with_obstacles(actor, found)


def _with_obstacles(actor: Actor, accounts: Iterable[ManagedAccount]) -> list[ManagedAccount]:
    accounts = list(accounts)
    if actor.is_system or not accounts:
        return accounts
    reaches_all = access.held(actor, MANAGE).everywhere
    people = [account.person_id for account in accounts]
    above = protected(actor, people, actor.today + AHEAD, is_limited=not reaches_all)
    return [
        replace(
            account,
            obstacle=_obstacle(
                actor,
                account,
                is_protected=account.person_id in above,
                has_rank_limit=not reaches_all,
            ),
        )
        for account in accounts
    ]


def _obstacle(actor: Actor, account: ManagedAccount, *, is_protected: bool, has_rank_limit: bool) -> str:
    if account.person_id == actor.person_id:
        return str(gettext("This is your own account. You change your password in “Sessions and password”."))
    if is_protected:
        return str(
            gettext(
                "Accounts with wide permissions, or with some that you do not hold yourself, are looked after by the "
                "administrators of the bureau or the system."
            )
        )
    is_higher = account.best_rank is not None and (
        actor.post_rank is None or account.best_rank < actor.post_rank
    )
    if has_rank_limit and is_higher:
        return str(
            gettext(
                "Accounts of higher posts than your own are looked after by the administrators of the bureau or the "
                "system."
            )
        )
    return ""


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(gettext("The page you are looking for was not found.")) from None
