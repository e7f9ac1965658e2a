"""Languages: Japanese by default, English complete. Source strings are English.

`current_locale` alone says which language is spoken: the boundary of a request sets it, a job or command says in whose
language it writes by `speaking(locale)`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from babel.support import NullTranslations, Translations
from flask import Flask
from flask_babel import Babel, Domain, gettext, lazy_gettext, lazy_pgettext, ngettext, pgettext
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

LOCALES = ("ja", "en")

current_locale: ContextVar[str] = ContextVar("current_locale", default="ja")


class Catalogues(Domain):
    """The catalogues of house and plugins as one: merged once per language, not looked up by name for every message."""

    def __init__(self, folders: Sequence[str], names: Sequence[str]) -> None:
        super().__init__()
        self._parts = list(zip(folders, names, strict=True))
        self._merged: dict[str, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        """The messages of the current language."""
        locale = current_locale.get()
        found = self._merged.get(locale)
        if found is None:
            found = self._merged[locale] = self._read(locale)
        return found

    def _read(self, locale: str) -> NullTranslations:
        merged = Translations()
        for folder, name in self._parts:
            part = Translations.load(folder, [locale], name)
            if isinstance(part, Translations):
                merged.merge(part)
                # `merge` leaves the rule for plural forms behind, which is the same in all of one language.
                merged.plural = part.plural
        return merged


def install(app: Flask, folders: Sequence[str], names: Sequence[str]) -> None:
    """Translate pages and messages of `app` from the catalogues `names` in `folders`."""
    catalogues = Catalogues(folders, names)
    Babel(app, locale_selector=current_locale.get).domain_instance = catalogues

    @pass_eval_context
    def translated(context: EvalContext, message: str, **variables: object) -> str:
        text: str = catalogues.get_translations().ugettext(message)
        made = Markup(text) if context.autoescape else text  # noqa: S704  catalogues are ours
        # Most have no variables, and formatting costs more than all the rest.
        return made % variables if variables or "%" in text else made

    # What Jinja and Flask-Babel do as well, but without searching the context of the template and of the request for it.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension's
        gettext=lambda message: catalogues.get_translations().ugettext(message),
        ngettext=lambda one, many, n: catalogues.get_translations().ungettext(one, many, n),
        pgettext=lambda context, message: catalogues.get_translations().upgettext(context, message),
        npgettext=lambda context, one, many, n: catalogues.get_translations().unpgettext(
            context, one, many, n
        ),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = translated


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Translate into `locale` inside the block."""
    token = current_locale.set(locale)
    try:
        yield
    finally:
        current_locale.reset(token)


__all__ = [
    "LOCALES",
    "current_locale",
    "gettext",
    "install",
    "lazy_gettext",
    "lazy_pgettext",
    "ngettext",
    "pgettext",
    "speaking",
]
