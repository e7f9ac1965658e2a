"""The `groupware` command: starts the right way, then hands over to `groupware.commands`."""

import os
import sys

PATCHED = frozenset({"serve", "realtime", "web-process"})
"""Commands that answer requests: their processes run under eventlet."""


def main() -> None:
    """Entry point of the console script.

    The serving process must patch the standard library before anything else is imported, which is why the imports stand
    here and not above.
    """
    # Databases, keys and uploads of an instance are for the account that runs it alone.
    os.umask(0o077)
    if not PATCHED.isdisjoint(sys.argv[1:]):
        import groupware.server  # noqa: F401, PLC0415  patches the standard library first
    from groupware.commands import cli  # noqa: PLC0415  after the patch

    cli()
