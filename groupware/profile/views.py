"""Pages of profile."""

from flask import Blueprint, render_template

from groupware.web.gate import signed_in

blueprint = Blueprint("profile", __name__, template_folder="templates")


@blueprint.get("/")
@signed_in
def index() -> str:
    """First page."""
    return render_template("profile/index.html")
