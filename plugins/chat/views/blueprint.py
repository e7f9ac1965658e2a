"""The blueprint that all pages of the chat hang on."""

from flask import Blueprint

from plugins.chat.rendering import in_one_line, shown

blueprint = Blueprint("chat", __name__, template_folder="../templates", static_folder=None)
blueprint.add_app_template_filter(shown, "chat_text")
blueprint.add_app_template_filter(in_one_line, "chat_line")
