"""Addresses that are worked out once still say where the application is served."""

import pytest
from flask import url_for
from werkzeug.routing import BuildError


def test_address_without_arguments_follows_the_path_under_which_the_application_is_served(make_app):
    app = make_app()
    for root in ("", "/groupware", ""):
        with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
            assert [url_for("auth.login") for _ in range(2)] == [f"{root}/login"] * 2


def test_address_of_another_application_is_its_own(make_app):
    one, other = make_app(), make_app()
    one.add_url_rule("/here", "somewhere", lambda: "")
    other.add_url_rule("/there", "somewhere", lambda: "")
    with one.test_request_context():
        assert url_for("somewhere") == "/here"
    with other.test_request_context():
        assert url_for("somewhere") == "/there"


def test_unknown_address_is_an_error_each_time(make_app):
    with make_app().test_request_context():
        for _ in range(2):
            with pytest.raises(BuildError):
                url_for("no.such.place")


def test_address_with_values_is_that_of_these_values_each_time(make_app):
    expected = (
        ({}, "/people/b"),
        ({"_anchor": "phone"}, "/people/b#phone"),
        ({"page": None, "_anchor": None}, "/people/b"),
        ({"page": 2}, "/people/b?page=2"),
        ({"page": "2"}, "/people/b?page=2"),
        ({"kept": True}, "/people/b?kept=True"),
        ({"kept": 1}, "/people/b?kept=1"),
        ({"unit": ["1", "2"]}, "/people/b?unit=1&unit=2"),
        ({"_external": True}, "http://localhost/people/b"),
    )
    app = make_app()
    app.add_url_rule("/people/<name>", "person", lambda name: name)
    with app.test_request_context():
        for _ in range(2):
            assert [url_for("person", name="b", **given) for given, _ in expected] == [
                one for _, one in expected
            ]
        assert url_for("person", name="a") == "/people/a"
