"""Pages of sign-in: in and out, password, sessions, administration mode. Each file holds the views of one part."""

from groupware.auth.views import elevation, passwords, probes, sessions, sign_in
from groupware.auth.views.blueprint import blueprint

__all__ = ["blueprint", "elevation", "passwords", "probes", "sessions", "sign_in"]
