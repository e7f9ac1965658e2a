"""Fixtures of the contract tests."""

from collections.abc import Callable

import pytest
from flask import Flask

from groupware.db import unit
from groupware.setup import initialise


@pytest.fixture
def initialised() -> Callable[[Flask], Flask]:
    """Give an application what a new instance begins with."""

    def begin(app: Flask) -> Flask:
        with app.app_context(), unit("write"):
            initialise()
        return app

    return begin
