"""Forms of sign-in."""

from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired

from groupware.i18n import lazy_gettext


class PasswordForm(FlaskForm):
    """A new password in place of the present one."""

    current_password = PasswordField(
        lazy_gettext("Present password"),
        [InputRequired(lazy_gettext("Please enter your present password."))],
        render_kw={"autocomplete": "current-password"},
    )
    new_password = PasswordField(
        lazy_gettext("New password"),
        [InputRequired(lazy_gettext("Please enter a new password."))],
        render_kw={"autocomplete": "new-password"},
    )
    repeated_password = PasswordField(
        lazy_gettext("New password (again)"),
        [
            InputRequired(lazy_gettext("Please enter the new password once more.")),
            EqualTo(
                "new_password", lazy_gettext("The two new passwords differ. Please enter the same one twice.")
            ),
        ],
        render_kw={"autocomplete": "new-password"},
    )
