"""What a service may raise. Each error has a stable code, a sentence for the user, and the HTTP status it becomes."""

from collections.abc import Mapping


class DomainError(Exception):
    """A refusal with a reason. `code` is stable and for programs, `message` is for people and translated."""

    status = 400
    default_code = "error"

    def __init__(self, message: object = "", code: str | None = None, **details: object) -> None:
        super().__init__(str(message))
        self.message = message
        self.code = code or self.default_code
        self.details: Mapping[str, object] = details


class Invalid(DomainError):
    """The input breaks a rule. `fields` maps a form field to its message; the input is shown again, status 422."""

    status = 422
    default_code = "invalid"

    def __init__(
        self,
        message: object = "",
        code: str | None = None,
        fields: Mapping[str, object] | None = None,
        **details: object,
    ) -> None:
        super().__init__(message, code, **details)
        self.fields: Mapping[str, object] = fields or {}


class Denied(DomainError):
    """The actor sees the object but may not do this to it."""

    status = 403
    default_code = "denied"


class NotFound(DomainError):
    """There is no such thing, or the actor may not know that there is: the two must look alike."""

    status = 404
    default_code = "not_found"


class Conflict(DomainError):
    """Somebody else was faster: the state no longer allows the act."""

    status = 409
    default_code = "conflict"


class NoRoom(DomainError):
    """The machine has no room left for what should be stored; nothing of it was kept."""

    status = 507
    default_code = "no_room"


class NeedsElevation(DomainError):
    """Administration asks for the password again."""

    status = 401
    default_code = "needs_elevation"


class NeedsSignIn(DomainError):
    """Nobody is signed in, or the session is over."""

    status = 401
    default_code = "needs_sign_in"


class Changed(DomainError):
    """What a program wants to change is not what it has seen any more."""

    status = 412
    default_code = "changed"


class NeedsPrecondition(DomainError):
    """A change must say what it changes, so that nobody's work is overwritten unseen."""

    status = 428
    default_code = "needs_if_match"


class TooMany(DomainError):
    """More than is allowed in a time. `retry_after` says after how many seconds to come again."""

    status = 429
    default_code = "too_many"

    def __init__(self, message: object = "", *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NeedsToken(DomainError):
    """A program called without a token, or with one that does not hold."""

    status = 401
    default_code = "needs_token"


class ConfigurationError(Exception):
    """The installation cannot start as it is configured. The message names the setting, plugin or field at fault."""
