"""The blueprint that all pages of the board hang on, and the words that its templates ask for."""

from collections.abc import Iterable

from flask import Blueprint

from groupware.i18n import gettext
from plugins.bulletin.views.wording import FIELD_NAMES, last_day

blueprint = Blueprint("bulletin", __name__, template_folder="../templates", static_folder=None)
blueprint.add_app_template_filter(last_day, "last_day")


@blueprint.app_template_filter("field_words")
def field_words(names: Iterable[str]) -> str:
    """Names of fields as people know them."""
    return str(gettext(", ")).join(str(FIELD_NAMES[name]) for name in names if name in FIELD_NAMES)
