"""What somebody of the sample does all day, by their post."""

from plugins.schedule.seed.special import SPECIAL_RANK

MANAGER_RANK = 24
"""Posts up to it head a section or more; they have no duties of a clerk."""
CLERK_RANKS = frozenset({25, 30, 31, 40, 50, 51})
"""Posts of offices below. Whoever has another one helps out, or works in a kitchen, a school or a fire engine."""


def work_of(rank: int) -> str:
    """The table of `texts.toml` for the posts of a rank."""
    if rank <= SPECIAL_RANK:
        return "head"
    if rank <= MANAGER_RANK:
        return "manager"
    return "event" if rank in CLERK_RANKS else "helper"
