"""How loudly a message may be said: who may send something as urgent, by the rule of the organisation that answers for the room."""

from groupware import rules
from groupware.actor import Actor
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.chat.enums import AddressAll, Alerting, Role, RoomKind
from plugins.chat.rules import URGENT


def may_be_urgent(actor: Actor, kind: str, role: int | None, unit_id: int | None) -> bool:
    """Whether who has this role in a room may send something as urgent. Of two people who talk nobody moderates: either may."""
    chosen = rules.value(URGENT, unit_id)
    if actor.is_guest or role is None or kind == RoomKind.OWN or chosen == AddressAll.NOBODY.value:
        return False
    if kind == RoomKind.DIRECT:
        return True
    least = Role.MEMBER if chosen == AddressAll.MEMBERS.value else Role.MODERATOR
    return role >= least


def require_loudness(
    actor: Actor, kind: str, role: int | None, unit_id: int | None, loudness: Alerting
) -> None:
    """Refuse an urgent message of who may not. Raises Invalid."""
    if loudness is Alerting.URGENT and not may_be_urgent(actor, kind, role, unit_id):
        words = gettext("In this room you may not send messages as urgent.")
        raise Invalid(words, code="urgent", fields={"text": words})


__all__ = ["may_be_urgent", "require_loudness"]
