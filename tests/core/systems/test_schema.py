"""schemathesis calls as a business system: no fault of ours, and no answer that the description does not name."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from tests.core.api.test_schema import CHECKS

EXAMPLES = 25


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_calls_of_systems_are_answered_as_they_are_described(app, city, mode):
    app.testing = False
    headers = {"Authorization": f"Bearer {city.secret}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app=app, headers=headers)
    found = [one.ok() for one in schema.get_all_operations()]
    mine = [one for one in found if one.path.startswith("/api/v1/systems/")]
    assert sorted(one.label for one in mine) == [
        "DELETE /api/v1/systems/notices/{key}",
        "POST /api/v1/systems/notices",
        "PUT /api/v1/systems/counters",
    ]
    for operation in mine:
        probe(operation.as_strategy(generation_mode=mode), headers)


def probe(strategy, headers):
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def send(case):
        case.call_and_validate(headers=headers, checks=CHECKS)

    send()
