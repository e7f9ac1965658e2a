"""The pages that ask for a password, made for the views of sign-in and for the refusals of all other pages.

They carry a form that could not be sent: `kept` is what was typed and `next` where it was going, so that after the
password it is offered again. Nothing here needs the database.
"""

import json
from dataclasses import replace
from typing import Any

from flask import current_app, g, render_template, request
from flask import session as cookie

from groupware.auth.forms import PasswordForm
from groupware.auth.samples import sample_people
from groupware.config import Settings
from groupware.i18n import current_locale, gettext
from groupware.web.security import own_path
from groupware.web.shell import Preferences, Shell, plain_shell

Fields = list[tuple[str, str]]


def personal_frame() -> Shell:
    """The plain frame as the person, if somebody is signed in, wants pages to look; asks no database."""
    frame = plain_shell()
    signed_in = g.get("signed_in")
    if signed_in is not None:
        frame = replace(
            frame,
            preferences=Preferences(
                theme=signed_in.theme,
                text_size=signed_in.text_size,
                density=signed_in.density,
                locale=current_locale.get(),
            ),
        )
    return frame


def sign_in_page(*, error: str = "", reason: str = "", username: str = "", **onward: Any) -> str:
    """Ask for login and password. `error` is what went wrong just now, `reason` why it is asked."""
    settings: Settings = current_app.extensions["groupware_settings"]
    return render_template(
        "auth/login.html",
        shell=personal_frame(),
        error=error,
        reason=reason,
        username=username,
        samples=sample_people(settings) if settings.demo else (),
        **_onward(onward),
    )


def expired_text(*, is_kept: bool) -> str:
    """Why somebody who was signed in is asked to sign in again; `is_kept` if a form waits for it."""
    if is_kept:
        return str(
            gettext(
                "You were signed out because nothing happened for some time. What you entered is still here. Please "
                "sign in again."
            )
        )
    return str(gettext("You were signed out because nothing happened for some time. Please sign in again."))


def old_token_page(username: str) -> str:
    """The sign-in form again, with a fresh token, for one that was open for too long."""
    message = gettext("This page was open for a long time. Please enter your password once more.")
    return sign_in_page(error=message, username=username)


def elevation_page(*, error: str = "", reason: str = "", **onward: Any) -> str:
    """Ask for the password once more, for administration."""
    settings: Settings = current_app.extensions["groupware_settings"]
    return render_template(
        "auth/elevate.html",
        shell=personal_frame(),
        error=error,
        reason=reason,
        person=g.get("signed_in"),
        minutes=settings.elevation_minutes,
        **_onward(onward),
    )


def password_page(
    *, form: PasswordForm | None = None, minimum: int | None = None, reason: str = "", **onward: Any
) -> str:
    """Ask for a new password of at least `minimum` characters; `reason` says so when it is demanded."""
    signed_in = g.get("signed_in")
    return render_template(
        "auth/password.html",
        shell=personal_frame(),
        form=form or PasswordForm(formdata=None),
        minimum=minimum,
        reason=reason,
        is_forced=signed_in is not None and signed_in.must_change_password,
        login=signed_in.login if signed_in is not None else "",
        **_onward(onward),
    )


def resend_page(path: str, fields: Fields) -> str:
    """Offer a form that was kept for sending, now that the password has been given."""
    # Ids and numbers mean nothing to the person; words do.
    shown = [value for _name, value in fields if not value.isascii() or " " in value.strip()]
    return render_template(
        "auth/resend.html", shell=personal_frame(), action=path, fields=fields, shown=shown
    )


def _onward(values: dict[str, Any]) -> dict[str, str]:
    """`next` and `kept` of a page: given, or carried over from the form that was just refused."""
    kept = values.get("kept")
    return {
        "next": own_path(values["next"] if "next" in values else request.values.get("next")),
        "kept": json.dumps(kept, ensure_ascii=False) if kept is not None else request.form.get("kept", ""),
    }


def kept_fields() -> Fields:
    """What the form that just passed carries for later; nothing of what is malformed."""
    try:
        found = json.loads(request.form.get("kept") or "[]")
    except ValueError:
        return []
    if not isinstance(found, list):
        return []
    return [
        (pair[0], pair[1])
        for pair in found
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
    ]


def is_same_person(uid: str) -> bool:
    """Whether the person was also the last one who signed in with this browser: kept words are for nobody else."""
    return bool(cookie.get("person", uid) == uid)


__all__ = [
    "Fields",
    "elevation_page",
    "expired_text",
    "is_same_person",
    "kept_fields",
    "old_token_page",
    "password_page",
    "personal_frame",
    "resend_page",
    "sign_in_page",
]
