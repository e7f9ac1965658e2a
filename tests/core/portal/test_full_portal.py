"""The whole portal with every shipped function, in a municipality that has been used for months."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from groupware import clock
from groupware.auth.models import Account
from groupware.demo.build import build_demo

BUDGET = 12
"""Queries of the full portal: session, rules, menu badges and every portlet together."""


MARCH = datetime(2027, 3, 3, 23, 30, tzinfo=UTC)
"""Half past eight in the last month of a fiscal year, when the portal asks for more than in others."""


@pytest.fixture
def app(make_app):
    """The demo village with all shipped functions."""
    built = make_app()
    with clock.frozen(MARCH):
        with built.app_context():
            build_demo(built, "village")
        yield built


@pytest.mark.slow
def test_full_portal_keeps_its_budget_for_everybody_and_on_every_tab(app, read, sign_in, count_queries):
    with read() as session:
        people = list(session.scalars(select(Account.person_id).order_by(Account.person_id)))
    app.extensions["groupware_versions"].poll_seconds = 3600
    dear = {}
    for person_id in people[::3]:
        client = sign_in(person_id)
        for path in ("/portal/common", "/portal/mine"):
            client.get(path)
            with count_queries() as statements:
                response = client.get(path)
            assert response.status_code == 200
            assert 'id="portlet-portal-launcher"' in response.text
            if len(statements) > BUDGET:
                dear[person_id, path] = statements.texts
    assert dear == {}
