"""Deliveries for tests: the ones in `data/`, and short ones written in the test itself."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from groupware import actor, clock
from groupware.db import unit
from groupware.directory.delivery.reading import read_folder
from groupware.directory.services.batches import import_delivery

DATA = Path(__file__).with_name("data")
APRIL = date(2026, 4, 1)


@pytest.fixture
def sound() -> dict[str, bytes]:
    """A delivery that is taken as it is."""
    return read_folder(DATA / "sound")


@pytest.fixture
def faulty() -> dict[str, bytes]:
    """A delivery with every kind of fault that one row can have."""
    return read_folder(DATA / "faulty")


@pytest.fixture
def november():
    """It is 20 November 2025, noon in Japan: between the transfers that the sound delivery tells of."""
    with clock.frozen(datetime(2025, 11, 20, 3, tzinfo=UTC)):
        yield


@pytest.fixture
def deliver(app) -> Callable[..., tuple[str, dict]]:
    """`deliver(files, effective_on, **options)` imports at once, as the machine itself; returns state and summary."""

    def run(files: dict[str, bytes], effective_on: date, **options) -> tuple[str, dict]:
        with app.app_context(), unit("write"):
            batch = import_delivery(actor.system(), files, "人事異動", effective_on, **options)
            findings = list(batch.findings)
            state, summary = (
                batch.state,
                {**batch.summary, "findings": findings, "changes": list(batch.changes)},
            )
        return str(state), summary

    return run
