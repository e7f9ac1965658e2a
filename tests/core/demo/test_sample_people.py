"""The people of demo-accounts.csv really sign in."""

import csv
from collections.abc import Iterator

import pytest

from groupware.demo import accounts
from groupware.testing.signing_in import csrf_token
from tests.core.demo.conftest import Demo, DemoFactory

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


@pytest.mark.parametrize("role", ROLES)
def test_sample_person_of_a_role_signs_in_with_the_password_of_the_file(demo: Demo, role: str) -> None:
    person = sample(demo, role)
    client = demo.app.test_client()

    answer = client.post(
        "/login",
        data={
            "username": person["login"],
            "password": person["password"],
            "csrf_token": csrf_token(client, "/login"),
        },
    )

    assert answer.status_code in (302, 303)
    assert client.get("/").status_code == 200
