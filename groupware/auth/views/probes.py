"""Short answers for scripts."""

from flask import jsonify, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from groupware.auth.views.blueprint import blueprint
from groupware.web.boundary import signed_in_person
from groupware.web.gate import public


@blueprint.get("/session/alive")
@public
def alive() -> ResponseReturnValue:
    """Whether somebody is signed in, with the token that the next form needs: 200, or 401 and where to sign in."""
    answer = jsonify(csrf_token=generate_csrf())
    if signed_in_person() is None:
        answer.status_code = 401
        answer.headers["X-Sign-In"] = url_for("auth.login")
    return answer
