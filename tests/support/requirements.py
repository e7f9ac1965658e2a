"""Which parts of the machine a run insists on.

`GROUPWARE_REQUIRE=browser,postgres` turns "cannot run here" into a failure; CI sets it, so that a green run is a
whole one.
"""

import os
from typing import NoReturn

import pytest


def is_required(part: str) -> bool:
    """Whether this run must not do without `part`."""
    return part in os.environ.get("GROUPWARE_REQUIRE", "").replace(",", " ").split()


def report_absent(part: str, reason: str) -> NoReturn:
    """Fail the test where `part` is required, otherwise report it as not run."""
    if is_required(part):
        pytest.fail(f"{part} is required (GROUPWARE_REQUIRE) but {reason}", pytrace=False)
    pytest.skip(reason)
