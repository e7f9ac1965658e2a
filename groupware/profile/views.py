"""Pages of personal settings."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from groupware.auth.browsers import browser_text
from groupware.auth.queries import preferences_of, sign_in_history
from groupware.auth.services import save_preferences
from groupware.directory.services.photos import MAX_BYTES, remove_photo, set_photo
from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.profile.forms import DisplayForm, PhotoForm
from groupware.web.boundary import actor, signed_in_person
from groupware.web.exports import table_response
from groupware.web.gate import signed_in

blueprint = Blueprint("profile", __name__, template_folder="templates")


@blueprint.get("/")
@signed_in
def index() -> str:
    """How pages look for the person."""
    who = actor()
    assert who.person_id is not None
    return _display_page(DisplayForm(data=preferences_of(who.person_id)))


@blueprint.post("/")
@signed_in
def save() -> ResponseReturnValue:
    """Keep it."""
    form = DisplayForm()
    if not form.validate():
        return _display_page(form), 422
    save_preferences(actor(), **form.values())
    cookie.pop("locale", None)
    flash(gettext("Your settings were saved."), "success")
    return redirect(url_for("profile.index"), 303)


@blueprint.get("/sign-ins")
@signed_in
def sign_ins() -> str:
    """When and where somebody signed in, or tried to, with the person's account."""
    who = actor()
    assert who.person_id is not None
    return render_template(
        "profile/sign_ins.html", entries=sign_in_history(who.person_id), browser_text=browser_text
    )


@blueprint.get("/sign-ins.<format>")
@signed_in
def export_sign_ins(format: str) -> Response:  # noqa: A002  the word users know
    """The same list as a file."""
    who = actor()
    assert who.person_id is not None
    columns = [gettext("Date and time"), gettext("Result"), gettext("Device"), gettext("Address")]
    rows = [
        [
            one.at,
            gettext("Signed in") if one.has_succeeded else gettext("Failed"),
            browser_text(one.user_agent) if one.user_agent else "",
            one.address,
        ]
        for one in sign_in_history(who.person_id)
    ]
    return table_response(gettext("My sign-ins"), columns, rows, format)


@blueprint.get("/photo")
@signed_in
def photo() -> str:
    """The person's own photo."""
    return _photo_page(PhotoForm())


@blueprint.post("/photo")
@signed_in
def save_photo() -> ResponseReturnValue:
    """Put it up."""
    form = PhotoForm()
    if not form.validate():
        return _photo_page(form), 422
    try:
        set_photo(actor(), form.photo.data.stream.read(MAX_BYTES + 1))
    except Invalid as error:
        form.photo.errors = [str(error.message)]
        return _photo_page(form), 422
    flash(gettext("Your photo was saved."), "success")
    return redirect(url_for("profile.photo"), 303)


@blueprint.post("/photo/remove")
@signed_in
def take_photo_away() -> ResponseReturnValue:
    """Take it away, and the consent with it."""
    remove_photo(actor())
    flash(gettext("Your photo was removed."), "success")
    return redirect(url_for("profile.photo"), 303)


def _photo_page(form: PhotoForm) -> str:
    return render_template(
        "profile/photo.html", form=form, person=signed_in_person(), limit=MAX_BYTES // 1024
    )


def _display_page(form: DisplayForm) -> str:
    return render_template("profile/index.html", form=form)
