"""Administration mode: on after the password, off by a button or by itself."""

from flask import flash, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from groupware.auth.pages import elevation_page, kept_fields, resend_page
from groupware.auth.services import elevate, end_elevation
from groupware.auth.views.blueprint import blueprint, settings
from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.errors import wants_json
from groupware.web.gate import own_units, signed_in
from groupware.web.security import own_path


@blueprint.get("/session/elevate", endpoint="elevate")
@signed_in
def ask_for_password() -> str:
    """Ask for the password."""
    return elevation_page()


@blueprint.post("/session/elevate")
@own_units
@signed_in
def submit_elevation() -> ResponseReturnValue:
    """Check it and switch administration on."""
    try:
        elevate(settings(), actor(), request.form.get("password", ""))
    except Invalid as error:
        if wants_json():
            return jsonify(code=error.code, message=str(error.message)), 422
        return elevation_page(error=str(error.message)), 422
    if wants_json():
        return jsonify(csrf_token=generate_csrf())
    target, fields = own_path(request.form.get("next")), kept_fields()
    if target and fields:
        return make_response(resend_page(target, fields))
    return redirect(target or url_for("administration.index"), 303)


@blueprint.post("/session/end-elevation")
@signed_in
def stop_elevation() -> ResponseReturnValue:
    """Switch administration off before its time."""
    end_elevation(actor())
    flash(gettext("Administration mode has ended."), "success")
    return redirect(url_for("portal.index"), 303)
