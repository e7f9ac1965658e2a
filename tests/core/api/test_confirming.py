"""The confirmation that a form asks for by a box, in a call: said how by the refusal, described, recorded."""

import pytest
from sqlalchemy import select

from groupware.actor import system
from groupware.api.openapi import document
from groupware.audit.models import AuditRecord
from groupware.db import session, unit
from groupware.guards.rules import NUMBERS
from groupware.i18n import speaking
from groupware.registry import registry
from groupware.rules.services import set_rule

POSTINGS = "/api/v1/bulletin/postings"
CONFIRM = {"header": "Groupware-Confirmed", "value": "individual_number"}
CONFIRMED = {CONFIRM["header"]: CONFIRM["value"]}


@pytest.fixture
def numbered(posting):
    return posting | {"html": "<p>番号は1234-5678-9018です。</p>"}


def test_refusal_says_how_to_confirm_and_the_same_call_is_taken(app, program, numbered):
    headers = {"Idempotency-Key": "2026-04-01"}
    refused = program.call("POST", POSTINGS, json=numbered, headers=headers)
    assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")
    assert (refused.json["code"], refused.json["confirm"]) == ("individual_number", CONFIRM)
    assert [error["pointer"] for error in refused.json["errors"]] == ["#/html"]
    assert "9018" not in refused.text
    taken = program.call("POST", POSTINGS, json=numbered, headers=headers | CONFIRMED)
    assert taken.status_code == 201
    with app.app_context(), unit("read"):
        details = session.scalars(
            select(AuditRecord.details).where(AuditRecord.action == "bulletin.posting_published")
        ).one()
    assert details["confirmed"] == ["individual_number"]


def test_confirmation_holds_for_the_call_that_carries_it_alone(program, posting, numbered):
    made = program.call("POST", POSTINGS, json=posting, headers=CONFIRMED)
    path, seen = made.headers["Location"], {"If-Match": made.headers["ETag"]}
    change = {"html": numbered["html"]}
    assert program.call("PATCH", path, json=change, headers=seen).json["confirm"] == CONFIRM
    assert program.call("PATCH", path, json=change, headers=seen | CONFIRMED).status_code == 200


@pytest.mark.parametrize("value", ["", "yes", "individual_numbers", "INDIVIDUAL_NUMBER"])
def test_other_words_confirm_nothing(program, numbered, value):
    answer = program.call("POST", POSTINGS, json=numbered, headers={"Groupware-Confirmed": value})
    assert answer.json["code"] == "individual_number"


def test_what_is_refused_offers_no_confirmation(app, program, numbered):
    with app.app_context(), unit("write"):
        set_rule(system(), NUMBERS, None, "refuse")
    for headers in ({}, CONFIRMED):
        answer = program.call("POST", POSTINGS, json=numbered, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (422, "individual_number")
        assert "confirm" not in answer.json


def test_every_call_that_brings_texts_describes_the_header(app):
    with app.test_request_context(), speaking("en"):
        paths = document(registry(), "みなと市")["paths"]
    lacking = [
        (path, method)
        for path, methods in paths.items()
        for method, said in methods.items()
        if "requestBody" in said
        and said["security"] == [{"token": []}]
        and not path.startswith("/api/v1/systems")
        and CONFIRM["header"] not in [one["name"] for one in said["parameters"]]
    ]
    assert lacking == []
