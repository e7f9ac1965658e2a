"""The blueprint that the modules of this package fill."""

from flask import Blueprint

blueprint = Blueprint("portal", __name__, template_folder="../templates")
