"""Pages of the directory."""

from flask import Blueprint, render_template

from groupware.web.gate import requires

blueprint = Blueprint("directory", __name__, template_folder="templates", static_folder=None)


@blueprint.get("/")
@requires("directory:person:read")
def index() -> str:
    """Org chart and people search."""
    return render_template("directory/index.html")
