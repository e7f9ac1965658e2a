"""The blueprint that all pages of the board hang on, and the words that its templates ask for."""

from flask import Blueprint

from plugins.bulletin.views.wording import field_words, last_day

blueprint = Blueprint("bulletin", __name__, template_folder="../templates", static_folder=None)
blueprint.add_app_template_filter(last_day, "last_day")
blueprint.add_app_template_filter(field_words, "field_words")
