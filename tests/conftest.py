"""Loads what the whole suite stands on; fixtures of the application itself come from groupware.testing."""

pytest_plugins = [
    "tests.support.network",
    "tests.support.databases",
    "tests.support.server",
    "tests.support.sockets",
    "tests.support.browser",
    "tests.support.cluster",
    "tests.support.scanner",
    "groupware.testing.plugin",
]
