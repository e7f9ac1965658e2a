"""An event reaches a receiver on the wire: signed, once committed, again after a failure, and nobody else."""

import base64
import hashlib
import hmac
import json
import logging
import socket
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from groupware import clock, events
from groupware.actor import system
from groupware.auth.models import Account
from groupware.db import session, unit
from groupware.errors import Invalid
from groupware.jobs.models import QueuedJob
from groupware.rules.services import set_rule
from groupware.webhooks.calling import target
from groupware.webhooks.models import Webhook, WebhookDelivery
from groupware.webhooks.services import pause, remove, send_again
from tests.core.notifications.conftest import HIDDEN


def sell(app, item=1, kind="shop.item_sold", **fields):
    with app.app_context(), unit("write"):
        events.emit(system(), f"shop.{item}", kind, item_id=item, **(fields or {"is_silent": False}))


def sell_and_fail(app):
    with app.app_context(), unit("write"):
        events.emit(system(), "shop.1", "shop.item_sold", item_id=1, is_silent=False)
        raise RuntimeError("no")


def delivery(app):
    with app.app_context(), unit("read"):
        return session.scalars(
            select(WebhookDelivery).order_by(WebhookDelivery.id.desc()).limit(1)
        ).one_or_none()


def let_pauses_pass(app):
    with app.app_context(), unit("write"):
        session.execute(update(QueuedJob).values(due_at=clock.now() - timedelta(seconds=1)))


def test_receiver_can_check_that_the_call_is_ours(app, receiver, hook, work):
    sell(app, 7)
    work()
    ((path, headers, body),) = receiver.calls
    assert path == "/hook"
    lower = {name.lower(): value for name, value in headers.items()}
    signed = f"{lower['webhook-id']}.{lower['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(hook[1].removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert lower["webhook-signature"] == f"v1,{expected}"
    assert abs(int(lower["webhook-timestamp"]) - clock.now().timestamp()) < 60
    said = json.loads(body)
    assert said["type"] == "shop.item_sold"
    assert said["data"] == {"item_id": 7, "is_silent": False, "url": "/shop/7"}
    assert delivery(app).state == "delivered"


def test_event_that_was_rolled_back_is_never_told(app, receiver, hook, work):
    with pytest.raises(RuntimeError, match="no"):
        sell_and_fail(app)
    work()
    assert receiver.calls == []
    assert delivery(app) is None


def test_failed_call_is_made_again_under_the_same_id_until_it_is_taken(app, receiver, hook, work, caplog):
    caplog.set_level(logging.CRITICAL)
    receiver.status = 503
    sell(app)
    work()
    assert (delivery(app).state, delivery(app).last_error) == ("waiting", "HTTP 503")
    work()
    assert len(receiver.calls) == 1
    receiver.status = 200
    let_pauses_pass(app)
    work()
    assert (delivery(app).state, delivery(app).attempts) == ("delivered", 2)
    ids = {headers["webhook-id"] for _, headers, _ in receiver.calls}
    assert len(ids) == 1


def test_receiver_that_never_takes_it_ends_as_failed_and_is_called_again_by_hand(
    app, receiver, hook, work, caplog
):
    caplog.set_level(logging.CRITICAL)
    receiver.status = 500
    sell(app)
    for _ in range(10):
        work()
        let_pauses_pass(app)
    work()
    assert len(receiver.calls) == 10
    assert delivery(app).state == "failed"
    receiver.status = 204
    one = delivery(app).id
    with app.app_context(), unit("write"):
        send_again(system(), hook[0], one)
    work()
    assert delivery(app).state == "delivered"


def test_redirection_is_not_followed(app, receiver, hook, work, caplog):
    caplog.set_level(logging.CRITICAL)
    receiver.status, receiver.location = 302, receiver.url + "/elsewhere"
    sell(app)
    work()
    assert [path for path, *_ in receiver.calls] == ["/hook"]
    assert delivery(app).last_error == "HTTP 302"


def test_receiver_that_is_not_there_is_tried_again(app, receiver, hook, work, caplog, monkeypatch):
    caplog.set_level(logging.CRITICAL)
    sell(app)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"127.0.0.1:{free.getsockname()[1]}"
        settings = app.extensions["groupware_settings"]
        monkeypatch.setitem(app.extensions, "groupware_settings", replace(settings, webhook_hosts=(closed,)))
        with app.app_context(), unit("write"):
            session.execute(update(Webhook).values(url=f"http://{closed}/"))
        work()
    assert (delivery(app).state, delivery(app).last_status) == ("waiting", None)
    assert delivery(app).last_error


def test_what_the_person_may_not_see_is_not_told(app, receiver, hook, work):
    sell(app, HIDDEN)
    work()
    assert receiver.calls == []
    assert delivery(app).state == "withheld"


def test_person_who_may_not_sign_in_any_more_lets_nothing_through(app, receiver, hook, work):
    with app.app_context(), unit("write"):
        session.execute(update(Account).values(is_suspended=True))
    sell(app)
    work()
    assert receiver.calls == []


def test_function_that_is_switched_off_where_the_person_works_tells_nothing(
    app, receiver, hook, section, work
):
    with app.app_context(), unit("write"):
        set_rule(system(), "shop.enabled", section, False)
    sell(app)
    work()
    assert receiver.calls == []
    assert delivery(app).state == "withheld"


def test_other_events_and_paused_webhooks_make_no_call(app, receiver, hook, work):
    sell(app, 1, "shop.item_broken", is_urgent=False)
    with app.app_context(), unit("write"):
        pause(system(), hook[0], is_paused=True)
    sell(app)
    with app.app_context(), unit("write"):
        pause(system(), hook[0], is_paused=False)
    work()
    assert receiver.calls == []
    sell(app, 2)
    work()
    assert len(receiver.calls) == 1


def test_webhook_that_is_removed_takes_what_waits_with_it(app, receiver, hook, work):
    sell(app)
    with app.app_context(), unit("write"):
        remove(system(), hook[0])
    work()
    assert receiver.calls == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.jp/hook",
        "https://other.example.jp/",
        "https://hook.example.jp:444/",
        "https://hook.example.jp.evil.example/",
        "https://user:pass@hook.example.jp/",
        "https://hook.example.jp@evil.example/",
        "https://169.254.169.254/latest",
        "http://localhost:1/",
        "http://[::1]:80/",
        "file:///etc/passwd",
        "https://hook.example.jp:x/",
        "https://hook.example.jp/ a",
        "https://hook.example.jp\\@evil.example/",
        "",
    ],
)
def test_address_outside_of_what_the_site_allows_is_refused(url):
    with pytest.raises(Invalid):
        target(url, ("hook.example.jp",))


def test_address_on_an_allowed_host_is_taken():
    assert target("https://Hook.example.jp/in?x=1", ("hook.example.jp",)).host == "hook.example.jp"
    assert target("https://hook.example.jp:8443/", ("hook.example.jp:8443",)).host == "hook.example.jp:8443"


def test_host_that_the_site_has_taken_back_is_not_called(app, receiver, hook, work, monkeypatch):
    sell(app)
    settings = app.extensions["groupware_settings"]
    monkeypatch.setitem(app.extensions, "groupware_settings", replace(settings, webhook_hosts=()))
    work()
    assert receiver.calls == []
    assert delivery(app).state == "failed"
