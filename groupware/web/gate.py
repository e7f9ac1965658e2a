"""What a route declares about who may open it. A view without a declaration is refused, and a test fails.

The declaration opens the page; the service behind it still decides about the object.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from groupware.db import Mode

View = TypeVar("View", bound=Callable[..., Any])

ATTRIBUTE = "route_access"


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteAccess:
    """Who may open a route. `unit` overrides the unit of work: "manual" views open their own."""

    kind: Literal["public", "signed_in", "permission"]
    permission: str | None = None
    unit: Mode | Literal["manual"] | None = None


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


def own_units(view: View) -> View:
    """The view opens its own units of work (it hashes, streams or waits in between). Goes above the declaration."""
    declared = declaration(view)
    if declared is None:
        raise TypeError("own_units goes above public, signed_in or requires")
    return _declare(view, RouteAccess(kind=declared.kind, permission=declared.permission, unit="manual"))


def declaration(view: Any) -> RouteAccess | None:
    """What the view declares, or None."""
    found = getattr(view, ATTRIBUTE, None)
    return found if isinstance(found, RouteAccess) else None


def _declare(view: View, access: RouteAccess) -> View:
    setattr(view, ATTRIBUTE, access)
    return view
