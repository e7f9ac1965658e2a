"""`python -m tests.bench.bare PORT`: the server with the bare page; instance and database come from the environment."""

# The server module patches the standard library, so it comes before all others.
import groupware.server  # isort: skip

import sys

from groupware.app import create_app
from tests.bench.visits import add_bare_page


def main() -> None:
    """Serve until told to stop."""
    app = create_app(sockets=groupware.server.MODE)
    add_bare_page(app)
    groupware.server.serve(app, "127.0.0.1", int(sys.argv[1]), with_worker=False)


if __name__ == "__main__":
    main()
