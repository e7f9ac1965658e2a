"""Administrators register, watch, pause and remove webhooks; nobody else does."""

import logging
import re

import pytest
import urllib3

from groupware.testing.signing_in import csrf_token
from groupware.webhooks.enums import REASONS
from tests.core.webhooks.test_calling import delivery, sell


@pytest.fixture
def send(sign_in, administrator):
    """The administrator's browser: `send(path, **fields)` posts a form, `send.client` looks."""
    client = sign_in(administrator, elevated=True)

    def post(path, **fields):
        return client.post(path, data={"csrf_token": csrf_token(client, "/profile/")} | fields)

    post.client = client
    return post


def _fields(receiver, person):
    return {"name": "会計", "url": receiver.url, "kinds": "shop.item_sold", "person": f"person:{person}"}


def test_webhook_is_registered_its_secret_shown_once_and_its_calls_listed(app, send, receiver, person, work):
    page = send("/admin/webhooks/new", **_fields(receiver, person))
    secret = re.search(r"whsec_[\w+/=]+", page.text)[0]
    path = re.search(r"/admin/webhooks/\d+", page.text)[0]
    sell(app)
    work()
    shown = send.client.get(path).text
    assert "送信済み" in shown
    assert secret not in shown
    exported = send.client.get(f"{path}.csv").data.decode("utf-8-sig")
    assert exported.count("送信済み") == 1
    assert send(f"{path}/deliveries/{delivery(app).id}/again").status_code == 303
    work()
    assert len(receiver.calls) == 2
    assert receiver.url in send.client.get("/admin/webhooks").text
    assert send(f"{path}/pause").status_code == 303
    assert "一時停止" in send.client.get(path).text
    assert send(f"{path}/remove").status_code == 303
    assert send.client.get(path).status_code == 404


@pytest.mark.parametrize(
    "change",
    [{"url": "https://elsewhere.example.jp/"}, {"url": "x"}, {"kinds": ""}, {"name": ""}, {"person": ""}],
)
def test_form_says_what_is_at_fault(app, send, receiver, person, change):
    page = send("/admin/webhooks/new", **(_fields(receiver, person) | change))
    assert page.status_code == 422
    assert "field-error" in page.text
    assert "whsec_" not in page.text


def test_failed_call_says_why_in_words(app, send, receiver, hook, work, caplog):
    caplog.set_level(logging.CRITICAL)
    receiver.status = 503
    sell(app)
    work()
    for path in ("/admin/webhooks", f"/admin/webhooks/{hook[0]}"):
        assert "相手のシステムがエラーを返しました(HTTP 503)。" in send.client.get(path).text


def test_every_failure_with_words_is_one_that_can_happen():
    assert [name for name in REASONS if not hasattr(urllib3.exceptions, name)] == []


def test_only_those_who_manage_the_installation_see_webhooks(sign_in, person, hook):
    client = sign_in(person, elevated=True)
    for path in ("/admin/webhooks", "/admin/webhooks/new", f"/admin/webhooks/{hook[0]}"):
        assert client.get(path).status_code in (403, 404)
