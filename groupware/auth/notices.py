"""What a person is told about acts on their account, in words."""

from groupware.i18n import gettext

# Who did it is named: the person can ask them.
KINDS = (
    "password_reset",
    "unlocked",
    "suspended",
    "resumed",
    "password_changed",
    "token_issued",
    "token_revoked",
)


def notice_text(kind: str, by_name: str | None) -> str:
    """The sentence for a notice; without a name it was the installation itself."""
    name = by_name or gettext("The system administrator")
    if kind == "password_reset":
        return str(gettext("%(name)s has set your password anew.", name=name))
    if kind == "unlocked":
        return str(gettext("%(name)s has lifted the lock on your sign-in.", name=name))
    if kind == "suspended":
        return str(gettext("%(name)s has suspended your account.", name=name))
    if kind == "resumed":
        return str(gettext("%(name)s has resumed your account.", name=name))
    if kind == "token_issued":
        return str(gettext("%(name)s has issued an access token that acts for you.", name=name))
    if kind == "token_revoked":
        return str(gettext("%(name)s has revoked one of your access tokens.", name=name))
    return str(gettext("The password was changed."))
