"""What the statements about calendars of programs have in common: whose it is, which families, and how many keys go into one."""

from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import bindparam
from sqlalchemy.orm import aliased

from groupware.db import BIGINT
from plugins.schedule.models import Event, Participant

CHUNK: Final = 500
SERIES = aliased(Event, name="series")
TAKES = aliased(Participant, name="takes")
"""A participant by another name: the expression of sight asks for one of its own."""
OWNER = bindparam("owner", type_=BIGINT)


def chunks(keys: Iterable[int]) -> Iterator[list[int]]:
    """The keys in order, as many at a time as a statement takes."""
    every = sorted(keys)
    for start in range(0, len(every), CHUNK):
        yield every[start : start + CHUNK]
