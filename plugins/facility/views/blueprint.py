"""The blueprint that all pages of facility booking hang on, and the words that its templates ask for."""

from flask import Blueprint

from plugins.facility.words import day_words, end_words, span_words, time_words

blueprint = Blueprint("facility", __name__, template_folder="../templates", static_folder=None)
blueprint.add_app_template_global(span_words, "span_words")
blueprint.add_app_template_global(end_words, "end_words")
blueprint.add_app_template_filter(day_words, "day_words")
blueprint.add_app_template_filter(time_words, "time_words")
