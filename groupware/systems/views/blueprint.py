"""The blueprint of business systems: pages beside those of the launcher, calls below `/api/v1/systems/`."""

from flask import Blueprint

blueprint = Blueprint("systems", __name__, template_folder="../templates")
