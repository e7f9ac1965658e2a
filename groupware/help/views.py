"""Pages of help."""

from flask import Blueprint, render_template

from groupware.web.gate import signed_in

blueprint = Blueprint("help", __name__, template_folder="templates")


@blueprint.get("/")
@signed_in
def index() -> str:
    """First page."""
    return render_template("help/index.html")
