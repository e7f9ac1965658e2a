"""Verbs of sign-in. Those that check or make a password open their own units of work: hashing must not hold the writer's turn."""

from groupware.auth.services.accounts import (
    issue_first_passwords,
    reset_password,
    resume_account,
    suspend_account,
    unlock_account,
)
from groupware.auth.services.passwords import change_password
from groupware.auth.services.preferences import save_preferences
from groupware.auth.services.sessions import act_as, end_other_sessions, end_session, tidy, touch
from groupware.auth.services.signing_in import Entered, Origin, elevate, end_elevation, sign_in, sign_out

__all__ = [
    "Entered",
    "Origin",
    "act_as",
    "change_password",
    "elevate",
    "end_elevation",
    "end_other_sessions",
    "end_session",
    "issue_first_passwords",
    "reset_password",
    "resume_account",
    "save_preferences",
    "sign_in",
    "sign_out",
    "suspend_account",
    "tidy",
    "touch",
    "unlock_account",
]
