"""The blueprint that all pages of the chat hang on."""

from flask import Blueprint

blueprint = Blueprint("chat", __name__, template_folder="../templates", static_folder=None)
