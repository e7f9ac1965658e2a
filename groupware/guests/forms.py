"""Forms with which guests come in."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired

from groupware.i18n import lazy_gettext


class BeginForm(FlaskForm):
    """The code on the paper, and the password of one's own choice."""

    code = StringField(lazy_gettext("Invitation code"), [InputRequired()], render_kw={"autocomplete": "off"})
    new_password = PasswordField(
        lazy_gettext("New password"), [InputRequired()], render_kw={"autocomplete": "new-password"}
    )
    repeated_password = PasswordField(
        lazy_gettext("New password (again)"),
        [
            InputRequired(),
            EqualTo(
                "new_password", lazy_gettext("The two new passwords differ. Please enter the same one twice.")
            ),
        ],
        render_kw={"autocomplete": "new-password"},
    )


class SignInForm(FlaskForm):
    """Name and password."""

    login = StringField(lazy_gettext("Guest name"), [InputRequired()], render_kw={"autocomplete": "username"})
    password = PasswordField(
        lazy_gettext("Password"), [InputRequired()], render_kw={"autocomplete": "current-password"}
    )


__all__ = ["BeginForm", "SignInForm"]
