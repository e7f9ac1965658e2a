"""What the contract tests share."""

from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from groupware.testing.factories import Factory
from groupware.testing.signing_in import sign_in_as

DOCS = Path(__file__).resolve().parents[2] / "docs"


def sample_person(app: Flask) -> FlaskClient:
    """A clerk of a small city, signed in."""
    factory = Factory(app)
    city = factory.unit("みなと市")
    return sign_in_as(app, factory.person("佐藤 葵", city, factory.post("主事", 50)))
