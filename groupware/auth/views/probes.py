"""Short answers for scripts and for those who watch over the machine."""

from flask import Response, jsonify, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError

from groupware.auth.views.blueprint import blueprint
from groupware.db import session, unit
from groupware.web.boundary import signed_in_person
from groupware.web.gate import own_units, public


@blueprint.get("/session/alive")
@public
def alive() -> ResponseReturnValue:
    """Whether somebody is signed in, with the token that the next form needs: 200, or 401 and where to sign in."""
    answer = jsonify(csrf_token=generate_csrf())
    if signed_in_person() is None:
        answer.status_code = 401
        answer.headers["X-Sign-In"] = url_for("auth.login")
    return answer


@blueprint.get("/health")
@own_units
@public
def health() -> Response:
    """Whether this process can answer: 200, or 503 when it cannot reach the database. It says nothing else."""
    try:
        with unit("read"):
            session.execute(select(literal(1)))
    except SQLAlchemyError:
        return Response("unavailable\n", 503, mimetype="text/plain", headers={"Cache-Control": "no-store"})
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})
