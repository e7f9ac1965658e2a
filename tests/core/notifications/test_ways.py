"""On which ways people are told: defaults of the kind, rules of the bureau, their own choice."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from groupware import clock
from groupware.actor import system
from groupware.db import session, unit
from groupware.directory.models import Person
from groupware.errors import Invalid
from groupware.notifications.choosing import Delivery, choose, defaults, save_delivery, ways
from groupware.notifications.enums import Channel
from groupware.notifications.models import MailItem, Notice, NoticeChoice
from groupware.notifications.receivers import receivers
from groupware.registry import registry
from groupware.rules.services import set_rule
from groupware.testing.signing_in import csrf_token

PAGE = "/notifications/settings"
ALL = frozenset(Channel)


@pytest.fixture
def told(app, shop):
    """`told(kind)` is how the buyer, who has a mail address, is told of a kind."""
    with app.app_context(), unit("write"):
        session.get(Person, shop.buyer).email = "itsuki@city.example"

    def find(kind="shop.broken"):
        with app.app_context(), unit("read"):
            (found,) = receivers([shop.buyer], registry().notifications[kind], clock.today())
        return found

    return find


@pytest.fixture
def rule(app, shop):
    def put(rule_id, value):
        with app.app_context(), unit("write"):
            set_rule(system(), rule_id, shop.section, value)

    return put


def test_kind_says_the_ways_unless_somebody_chooses(told):
    assert told("shop.broken").channels == ALL
    assert told("shop.sold").channels == {Channel.TIMELINE, Channel.DESKTOP}


def test_bureau_decides_for_those_who_did_not_choose(app, shop, told, rule):
    rule("shop.broken_channels", ("timeline",))
    assert told().channels == {Channel.TIMELINE}
    with app.app_context(), unit("write"):
        choose(shop.me, {"shop.broken": ["timeline", "mail"]})
    assert told().channels == {Channel.TIMELINE, Channel.MAIL}


def test_choice_that_is_the_bureaus_follows_it(app, shop, told, rule):
    with app.app_context(), unit("write"):
        choose(shop.me, defaults(shop.me))
        assert session.scalars(select(NoticeChoice)).all() == []
    rule("shop.broken_channels", ("timeline",))
    assert told().channels == {Channel.TIMELINE}


def test_nobody_gets_mail_where_the_bureau_sends_none(told, rule):
    rule("notifications.mail", False)
    assert Channel.MAIL not in told().channels


def test_nobody_gets_mail_without_an_address(app, shop, told):
    with app.app_context(), unit("write"):
        session.get(Person, shop.buyer).email = ""
    assert told().channels == {Channel.TIMELINE, Channel.DESKTOP}


def test_nothing_waits_for_mail_where_no_mail_server_is(app, shop, told):
    assert Channel.MAIL in told().channels
    shop.smash(1)
    shop.work()
    with app.app_context(), unit("read"):
        assert session.scalars(select(MailItem)).all() == []


def test_rules_of_working_time_are_the_plan(told, rule):
    assert str(told().plan.hours.begins) == "08:30:00"
    rule("notifications.work_begins", "10:00")
    rule("notifications.work_ends", "00:00")
    assert told().plan.hours.contains(clock.local(clock.now()).time().replace(hour=23))
    rule("notifications.quiet", False)
    assert told().plan.hours is None


def test_own_hours_only_narrow_the_working_hours(app, shop, told, rule):
    with app.app_context(), unit("write"):
        save_delivery(shop.me, Delivery(quiet_until="06:00", quiet_from="12:00", urgent_waits=True))
    plan = told().plan
    assert (str(plan.hours.begins), str(plan.hours.ends)) == ("08:30:00", "12:00:00")
    assert not plan.urgent_passes
    rule("notifications.quiet", False)
    assert told().plan.hours == plan.hours


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Delivery(mail_rhythm="weekly"), "mail_rhythm"),
        (Delivery(daily_at="8:31"), "daily_at"),
        (Delivery(quiet_until="25:00"), "quiet_until"),
        (Delivery(quiet_until="17:15"), "quiet_from"),
        (Delivery(quiet_until="12:00", quiet_from="09:00"), "quiet_from"),
    ],
)
def test_faulty_wish_is_told_at_its_field(app, shop, wanted, field):
    with pytest.raises(Invalid) as refusal, app.app_context(), unit("write"):
        save_delivery(shop.me, wanted)
    assert list(refusal.value.fields) == [field]


def test_line_says_from_when_on_the_desktop_may_announce_it(app, shop, rule):
    evening = clock.midnight(clock.today()) + timedelta(hours=20)
    with clock.frozen(evening):
        shop.smash(1)
        shop.smash(2, is_urgent=True)
        shop.work()
    with app.app_context(), unit("read"):
        lines = {
            line.subject_id: line
            for line in session.scalars(select(Notice).where(Notice.person_id == shop.buyer))
        }
    assert lines[1].desktop_at > evening
    assert lines[2].desktop_at == evening
    assert lines[2].is_urgent


def test_settings_page_keeps_ways_and_times_and_returns_to_the_bureaus(app, shop, sign_in):
    client = sign_in(shop.buyer)
    values = {
        "csrf_token": csrf_token(client, PAGE),
        "way": ["shop.sold:timeline", "shop.broken:desktop", "nonsense", "shop.none:mail"],
        "quiet_until": "09:00",
        "quiet_from": "",
        "urgent_waits": "y",
    }
    assert client.post(PAGE, data=values).status_code == 303
    page = client.get(PAGE).text
    assert 'value="shop.sold:desktop">' in page
    assert 'value="shop.broken:desktop" checked' in page
    assert 'selected value="09:00"' in page
    assert ":mail" not in page, "without a mail server there is no mail to choose"
    with app.app_context(), unit("read"):
        assert "mail" in ways(shop.me)["shop.broken"], "and what was chosen about it stays"
    client.post(PAGE, data=values | {"act": "reset"})
    assert 'value="shop.sold:desktop" checked' in client.get(PAGE).text


def test_faulty_settings_come_back_with_what_was_ticked(shop, sign_in):
    client = sign_in(shop.buyer)
    values = {
        "csrf_token": csrf_token(client, PAGE),
        "way": ["shop.broken:timeline"],
        "quiet_until": "18:00",
        "quiet_from": "",
    }
    answer = client.post(PAGE, data=values)
    assert answer.status_code == 422
    assert 'value="shop.broken:timeline" checked' in answer.text
    assert 'value="shop.sold:timeline">' in answer.text
