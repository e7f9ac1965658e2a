"""Kinds of principal and what `ref`, `ref2` mean for each."""

from enum import StrEnum


class PrincipalKind(StrEnum):
    """What an audience or a grant can name."""

    EVERYONE = "everyone"
    """All who work here today, those of affiliated bodies aside; so are post and rank."""
    PERSON = "person"
    """ref: person."""
    UNIT = "unit"
    """ref: unit, those appointed directly to it."""
    UNIT_TREE = "unit_tree"
    """ref: unit, with everything below it."""
    POST = "post"
    """ref: post."""
    RANK = "rank"
    """ref: a post rank and everything above it, as 「局長級以上」."""
    DUTY = "duty"
    """ref: duty kind, ref2: unit."""
    DUTY_KIND = "duty_kind"
    """ref: duty kind, in any unit."""
    GROUP = "group"
    """ref: group or role."""
