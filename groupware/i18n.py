"""Languages: Japanese by default, English complete. Source strings are English.

Works without a request: a job or command says in whose language it writes by `speaking(locale)`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from flask_babel import Babel, force_locale, gettext, lazy_gettext, lazy_pgettext, ngettext, pgettext

LOCALES = ("ja", "en")

current_locale: ContextVar[str] = ContextVar("current_locale", default="ja")


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Translate into `locale` inside the block."""
    token = current_locale.set(locale)
    try:
        with force_locale(locale):
            yield
    finally:
        current_locale.reset(token)


__all__ = [
    "LOCALES",
    "Babel",
    "current_locale",
    "gettext",
    "lazy_gettext",
    "lazy_pgettext",
    "ngettext",
    "pgettext",
    "speaking",
]
