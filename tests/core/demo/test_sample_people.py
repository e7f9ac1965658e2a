"""The people of demo-accounts.csv really sign in."""

import csv
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from groupware import clock
from groupware.db import session, unit
from groupware.demo import accounts, portraits
from groupware.directory.models import Appointment, Person, Post
from groupware.testing.signing_in import csrf_token
from tests.core.demo.conftest import DAY, Demo, DemoFactory

ROLES = ("administrator", "auditor", "mayor", "bureau_administrator", "section_clerk", "staff")


@pytest.fixture(scope="module")
def demo(new_demo: DemoFactory) -> Iterator[Demo]:
    """A village whose people can sign in."""
    with new_demo(has_passwords=True) as made:
        yield made


def sample(demo: Demo, role: str) -> dict[str, str]:
    """The first sample person of a role."""
    with (demo.instance / accounts.FILE).open(encoding="utf-8", newline="") as lines:
        return next(row for row in csv.DictReader(lines) if row["role"] == role)


def sign_in(demo: Demo, role: str) -> tuple[FlaskClient, TestResponse]:
    """A browser of the first sample person of a role, and the answer to signing in."""
    person, client = sample(demo, role), demo.app.test_client()
    data = {
        "username": person["login"],
        "password": person["password"],
        "csrf_token": csrf_token(client, "/login"),
    }
    return client, client.post("/login", data=data)


@pytest.mark.parametrize("role", ROLES)
def test_sample_person_of_a_role_signs_in_with_the_password_of_the_file(demo: Demo, role: str) -> None:
    client, answer = sign_in(demo, role)

    assert answer.status_code in (302, 303)
    assert client.get("/").status_code == 200


def test_portal_shows_the_mayor_with_a_portrait(demo: Demo) -> None:
    with clock.frozen(DAY - timedelta(days=4)):  # his message of the middle of the month is new
        client, _ = sign_in(demo, "section_clerk")
        portrait = re.search(r'<img class="honour-portrait" src="([^"]+)"', client.get("/").text)

        assert portrait is not None
        picture = client.get(portrait[1])

    assert (picture.status_code, picture.content_type) == (200, "image/png")
    assert picture.data in {portraits.portrait(number) for number in range(len(portraits.GROUNDS))}


def test_portraits_are_shown_of_those_who_lead_only(demo: Demo) -> None:
    with demo.app.app_context(), unit("read"):
        shown = session.scalars(select(Person).where(Person.has_photo_consent)).all()
        posts = session.scalars(
            select(Post.name)
            .join(Appointment, Appointment.post_id == Post.id)
            .where(Appointment.person_id.in_([person.id for person in shown]))
            .distinct()
        )
        assert {"市長", "副市長"} <= set(posts)
        assert len(shown) < 5
