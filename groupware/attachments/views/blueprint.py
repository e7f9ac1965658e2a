"""The blueprint that the views share."""

from flask import Blueprint

blueprint = Blueprint("attachments", __name__, template_folder="../templates")
