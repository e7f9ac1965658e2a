"""Pages of administration."""

from flask import Blueprint, render_template

from groupware.web.gate import signed_in

blueprint = Blueprint("administration", __name__, template_folder="templates")


@blueprint.get("/")
@signed_in
def index() -> str:
    """What the person may administer."""
    return render_template("administration/index.html")
