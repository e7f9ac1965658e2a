"""Pages of the portal."""

from flask import Blueprint, render_template

from groupware.web.gate import signed_in

blueprint = Blueprint("portal", __name__, template_folder="templates")


@blueprint.get("/")
@signed_in
def index() -> str:
    """The portal."""
    return render_template("portal/index.html")
