"""Loads what the whole suite stands on; fixtures of the application itself come from groupware.testing."""

from hypothesis import HealthCheck, settings

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

# Neither how fast the machine is today nor chance decides whether a change is right.
settings.register_profile(
    "suite", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")
