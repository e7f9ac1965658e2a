"""A template of rooms that a bureau of the sample municipality keeps, beside those that come with the house."""

from typing import Any

from groupware.access.enums import PrincipalKind
from groupware.demo.context import DemoContext
from groupware.directory.picking import Ref
from plugins.chat.models import RoomTemplate

POSITION = 10


def seed_templates(context: DemoContext, texts: dict[str, Any]) -> None:
    """For the first bureau that has people."""
    bureaus = (one for one in context.units if one.parent is not None and one.parent.parent is None)
    bureau = next((one for one in bureaus if not one.is_affiliated), None)
    if bureau is None:
        return
    context.insert(
        RoomTemplate,
        [
            {
                "uid": context.uid(context.rng("chat.templates"), context.now),
                "unit_id": bureau.id,
                "position": POSITION,
                "kept_for": 1,
                "members": [Ref(PrincipalKind.UNIT_TREE, bureau.id).value],
                **texts,
            }
        ],
    )


__all__ = ["seed_templates"]
