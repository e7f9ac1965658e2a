"""schemathesis sends what the description allows, and what it does not: no fault of ours, and no answer that it does not name."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from groupware import actor
from groupware.api.limiting import Limits
from groupware.config import Settings
from groupware.db import unit
from plugins.facility.services import catalogue

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
EXAMPLES = 12
"""Of each operation, allowed ones and others: about 500 calls in all."""


@pytest.fixture
def description(app, program, board, section):
    """The description as the application gives it, and real keys by the beginning of their paths."""
    with app.app_context(), unit("write"):
        group = catalogue.add_group(actor.system(), catalogue.GroupPlan(name="会議室"))
        plan = catalogue.FacilityPlan(name="501会議室", group=group.uid, unit_id=section)
        room = catalogue.add(actor.system(), plan).uid
    # Wrong secrets in addresses hold up nothing else.
    app.extensions["groupware_api_limits"] = Limits(Settings(instance=None, api_failures_per_minute=10**6))
    # A fault becomes an answer, as it would for a program.
    app.testing = False
    headers = {"Authorization": f"Bearer {program.secret}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app=app, headers=headers)
    people = program.get("/api/v1/directory/people").json["items"]
    units = program.get("/api/v1/directory/units").json["items"]
    chat = program.post("/api/v1/chat/rooms", json={"name": "連携", "unit": section}).json["uid"]
    keys = {
        "/api/v1/directory/people": [one["uid"] for one in people],
        "/api/v1/directory/units": [one["id"] for one in units],
        "/api/v1/bulletin/postings": board,
        "/api/v1/chat/rooms": [chat],
        "/api/v1/facility/facilities": [str(room)],
    }
    return schema, headers, keys


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_operation_answers_as_it_is_described(description, mode):
    schema, headers, keys = description
    tried = []
    for found in schema.get_all_operations():
        operation = found.ok()
        tried.append(operation.label)
        known = next((real for path, real in keys.items() if operation.path.startswith(path + "/")), ())
        _probe(operation.as_strategy(generation_mode=mode), known, headers)
    assert len(tried) > 15


def _probe(strategy, known, headers):
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy, real=st.sampled_from([None, *known]))
    def send(case, real):
        if real is not None and case.path_parameters:
            case.path_parameters["key"] = real
        is_wrong = any(
            part in case.meta.components and case.meta.components[part].mode is GenerationMode.NEGATIVE
            for part in (ParameterLocation.QUERY, ParameterLocation.BODY)
        )
        # We send the token and real keys ourselves: what is wrong there is right again.
        case.call_and_validate(
            headers=headers, checks=[*CHECKS, negative_data_rejection] if is_wrong else CHECKS
        )

    send()
