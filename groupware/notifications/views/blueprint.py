"""The blueprint of the timeline."""

from flask import Blueprint

blueprint = Blueprint("notifications", __name__, template_folder="../templates")
