"""The small city, and an application in which a shop is open."""

import pytest
from flask import Flask

from groupware.db import unit
from groupware.setup import initialise
from groupware.testing.factories import Factory
from groupware.testing.plugin import AppFactory
from tests.core.administration.sample import City, build
from tests.core.administration.shop import shop


@pytest.fixture
def app(make_app: AppFactory) -> Flask:
    """An application with the house and a shop."""
    built = make_app(chosen=[shop()], locale="ja")
    with built.app_context(), unit("write"):
        initialise()
    return built


@pytest.fixture
def city(factory: Factory) -> City:
    """Two bureaus, their sections, and people of every kind."""
    return build(factory)
