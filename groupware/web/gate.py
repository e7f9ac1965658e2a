"""What a route declares about who may open it. A view without a declaration is refused, and a test fails.

The declaration opens the page; the service behind it still decides about the object.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from groupware.db import Mode

View = TypeVar("View", bound=Callable[..., Any])

ATTRIBUTE = "route_access"


CallerKind = Literal["session", "personal", "system"]
"""Who may call an address of the API: a browser with its cookie, the token of a person, the token of a foreign system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteAccess:
    """Who may open a route. `unit` overrides the unit of work: "manual" views open their own.

    With `address_part` the token is that part of the address. With `takes_guests` guests may enter as well; without it there is no
    such route for them. `before` is done ahead of the unit
    of work, once it is clear that the person may enter, in units of its own.
    """

    kind: Literal["public", "signed_in", "permission", "api"]
    permission: str | None = None
    callers: frozenset[CallerKind] = frozenset()
    scope: str | None = None
    takes_basic: bool = False
    address_part: str = ""
    unit: Mode | Literal["manual"] | None = None
    before: Callable[[], None] | None = None
    takes_guests: bool = False


def public(view: View) -> View:
    """Open to everybody who reaches the server: sign-in, health."""
    return _declare(view, RouteAccess(kind="public"))


def signed_in(view: View) -> View:
    """Open to everybody who is signed in."""
    return _declare(view, RouteAccess(kind="signed_in"))


def requires(permission: str) -> Callable[[View], View]:
    """Open to those who hold the permission in some scope. Elevated permissions ask for the password again."""

    def declare(view: View) -> View:
        return _declare(view, RouteAccess(kind="permission", permission=permission))

    return declare


def called_by(
    *callers: CallerKind, scope: str | None = None, takes_basic: bool = False, address_part: str = ""
) -> Callable[[View], View]:
    """An address for programs: open to these callers, to tokens only if they have the scope.

    With `takes_basic` the token may come as the password of Basic authentication, as programs send it that know nothing
    else. Never together with "session": browsers repeat such a password unasked. With `address_part` the token is the part of the
    address with that name, for programs that can be given nothing but an address; where it does not hold, there is no such address.

    A browser's session proves with the CSRF token that its own page calls; a token in the header is that proof itself.
    """

    def declare(view: View) -> View:
        if takes_basic and "session" in callers:
            raise TypeError("an address that takes Basic authentication takes no session")
        if address_part and "session" in callers:
            raise TypeError("an address with a secret in it takes no session")
        access = RouteAccess(
            kind="api",
            callers=frozenset(callers),
            scope=scope,
            takes_basic=takes_basic,
            address_part=address_part,
        )
        return _declare(view, access)

    return declare


def own_units(view: View) -> View:
    """The view opens its own units of work (it hashes, streams or waits in between). Goes above the declaration."""
    declared = declaration(view)
    if declared is None:
        raise TypeError("own_units goes above public, signed_in, requires or called_by")
    return _declare(view, replace(declared, unit="manual"))


def open_to_guests(view: View) -> View:
    """Open to guests as well, each of whom belongs to one place: the service decides which. Goes above `signed_in`."""
    declared = declaration(view)
    if declared is None or declared.kind != "signed_in":
        raise TypeError("open_to_guests goes above signed_in")
    return _declare(view, replace(declared, takes_guests=True))


def first(step: Callable[[], None]) -> Callable[[View], View]:
    """`step` is done before the view's unit of work begins, and stays done if the view refuses. Goes above the declaration."""

    def declare(view: View) -> View:
        declared = declaration(view)
        if declared is None:
            raise TypeError("first goes above public, signed_in or requires")
        return _declare(view, replace(declared, before=step))

    return declare


def declaration(view: Any) -> RouteAccess | None:
    """What the view declares, or None."""
    found = getattr(view, ATTRIBUTE, None)
    return found if isinstance(found, RouteAccess) else None


def _declare(view: View, access: RouteAccess) -> View:
    setattr(view, ATTRIBUTE, access)
    return view
