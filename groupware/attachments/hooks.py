"""Steps of other packages when files come, belong and go. They run in the unit of work that it happens in; never long ones.

Registered where the package is imported, for example by its `plugin.py`:

    @hooks.when_ready
    def extract_later(actor: Actor, stored: StoredFile) -> None:
        jobs.enqueue(actor, "search.extract", {"stored_id": stored.id}, key=f"extract-{stored.id}")
"""

from collections.abc import Callable
from typing import TypeAlias

from groupware.actor import Actor
from groupware.attachments.models import StoredFile

ReadyStep: TypeAlias = Callable[[Actor, StoredFile], None]
ShownStep: TypeAlias = Callable[[str, int], None]
GoneStep: TypeAlias = Callable[[int], None]

_ready: list[ReadyStep] = []
_drawn: list[ReadyStep] = []
_shown: list[ShownStep] = []
_gone: list[GoneStep] = []


def when_ready(step: ReadyStep) -> ReadyStep:
    """`step(actor, stored)` once a content may be handed out: it is whole, of a type that is allowed, and nothing is in it."""
    return _added(_ready, step)


def when_drawn(step: ReadyStep) -> ReadyStep:
    """`step(actor, stored)` once there are pictures of a content."""
    return _added(_drawn, step)


def when_shown(step: ShownStep) -> ShownStep:
    """`step(owner_type, owner_id)` whenever the files that a thing shows have changed, to none as well."""
    return _added(_shown, step)


def when_gone(step: GoneStep) -> GoneStep:
    """`step(stored_id)` before a content is erased because no attachment is left of it."""
    return _added(_gone, step)


def _added(steps: list[Callable[..., None]], step: Callable[..., None]) -> Callable[..., None]:
    if step not in steps:
        steps.append(step)
    return step


def tell_ready(actor: Actor, stored: StoredFile) -> None:
    """Run the steps of `when_ready`."""
    for step in _ready:
        step(actor, stored)


def tell_drawn(actor: Actor, stored: StoredFile) -> None:
    """Run the steps of `when_drawn`."""
    for step in _drawn:
        step(actor, stored)


def tell_shown(owner_type: str, owner_id: int) -> None:
    """Run the steps of `when_shown`."""
    for step in _shown:
        step(owner_type, owner_id)


def tell_gone(stored_id: int) -> None:
    """Run the steps of `when_gone`."""
    for step in _gone:
        step(stored_id)


__all__ = [
    "tell_drawn",
    "tell_gone",
    "tell_ready",
    "tell_shown",
    "when_drawn",
    "when_gone",
    "when_ready",
    "when_shown",
]
