"""The small city that these tests stand on."""

import pytest

from groupware.testing.factories import Factory
from tests.core.administration.sample import City, build


@pytest.fixture
def city(factory: Factory) -> City:
    """Two bureaus, their sections, and people of every kind."""
    return build(factory)
