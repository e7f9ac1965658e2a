"""Texts that were made for one program are kept for the next one, once the answer has left."""

from groupware.web.boundary import afterwards
from plugins.schedule.services import telling


def keep_later(made: dict[int, tuple[int, str]]) -> None:
    """Keep them in a short unit of work of their own."""
    afterwards(lambda: telling.keep(made))
