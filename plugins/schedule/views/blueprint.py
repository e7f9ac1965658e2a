"""The blueprint that all pages of the schedule hang on, and the words that its templates ask for."""

from flask import Blueprint

from plugins.schedule import wording
from plugins.schedule.views.blocks import block

blueprint = Blueprint("schedule", __name__, template_folder="../templates", static_folder=None)
blueprint.add_app_template_filter(block, "event_block")
blueprint.add_app_template_filter(wording.times_of, "event_times")
blueprint.add_app_template_filter(wording.item_words, "event_words")
blueprint.add_app_template_filter(wording.changed_words, "event_changes")
blueprint.add_app_template_filter(wording.act_words, "event_act")
blueprint.add_app_template_filter(wording.weekday_words, "weekday")
blueprint.add_app_template_filter(wording.holiday_words, "holiday")
blueprint.add_app_template_filter(wording.is_closed, "closed")
blueprint.add_app_template_filter(wording.when_of, "event_when")
blueprint.add_app_template_filter(wording.local_day, "local_day")
blueprint.add_app_template_filter(wording.day_before, "day_before")
