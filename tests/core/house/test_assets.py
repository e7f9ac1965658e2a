"""Static files: names with hashes are kept for ever, anything else is asked again."""

import re

from groupware.web.assets import IMMUTABLE


def _hashed(client):
    return re.search(r"/static/css/base\.[0-9a-f]{12}\.css", client.get("/login").text)[0]


def test_hashed_name_may_be_kept_for_ever(client):
    response = client.get(_hashed(client), buffered=True)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == IMMUTABLE
    assert response.mimetype == "text/css"


def test_plain_name_is_served_but_not_kept(client):
    response = client.get("/static/css/base.css", buffered=True)
    assert response.status_code == 200
    assert "immutable" not in response.headers.get("Cache-Control", "")


def test_outdated_hash_is_not_answered_with_other_content(client):
    assert client.get("/static/css/base.000000000000.css").status_code == 404


def test_path_outside_the_folders_does_not_exist(client):
    assert client.get("/static/../groupware/app.py").status_code == 404
    assert client.get("/static/%2e%2e/groupware/app.py").status_code == 404


def test_page_names_no_other_host(client):
    text = client.get("/login").text
    assert re.findall(r'(?:src|href)="(?:https?:)?//', text) == []


def test_import_map_covers_every_module_of_the_house(app):
    with app.test_request_context():
        modules = app.extensions["groupware_assets"].modules()
    assert {"htmx", "socket.io", "groupware/app"} <= set(modules)
