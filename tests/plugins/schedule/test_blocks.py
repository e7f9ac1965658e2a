"""The block of an occurrence: everything that somebody wrote is text, and what may not be opened is no link."""

import uuid
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from groupware import clock
from plugins.schedule.enums import Sight
from plugins.schedule.queries.spans import Item
from plugins.schedule.views.blocks import block

DAY = date(2026, 11, 24)
HOSTILE = "\"><script>alert('x')</script>&amp;"
LOCK = Markup('<svg class="lock"></svg>')


def item(sight: Sight = Sight.FULL, **given: Any) -> Item:
    starts_at, ends_at = (datetime(2026, 11, 24, hour, tzinfo=UTC) for hour in (0, 1))
    return Item(
        1, 1, uuid.UUID(int=7), starts_at, ends_at, clock.local(starts_at), clock.local(ends_at),
        "20261124T000000Z", sight, **given,
    )  # fmt: skip


def shown(one: Item, **given: Any) -> ET.Element:
    return ET.fromstring(block(one, DAY, "/schedule/", LOCK, **given))


@pytest.fixture(autouse=True)
def speaking(app):
    with app.test_request_context():
        yield


def test_what_somebody_wrote_is_text_and_never_markup():
    found = shown(item(title=HOSTILE, place=HOSTILE, hue=HOSTILE, is_repeated=True), place=HOSTILE)
    assert found.find(".//script") is None
    assert "".join(found.itertext()) == f"9:00–10:00{HOSTILE} {HOSTILE}"
    assert set(found.attrib) == {"class", "href"}


def test_what_may_be_moved_says_when_it_is_and_what_is_repeated_which_time_is_meant():
    found = shown(item(title="打合せ", version=3, is_repeated=True))
    assert found.get("data-event") == f"{uuid.UUID(int=7)} 3 20261124T000000Z"
    assert (found.get("data-from"), found.get("data-to")) == ("2026-11-24T09:00", "2026-11-24T10:00")
    assert found.get("href") == f"/schedule/{uuid.UUID(int=7)}?at=20261124T000000Z"
    assert "data-event" not in shown(item(title="打合せ")).attrib


def test_who_sees_the_time_alone_has_no_link_and_no_more_words():
    found = shown(item(Sight.TIME, is_open=False, is_tentative=True))
    assert found.tag == "span"
    assert found.get("class", "").split() == ["event", "hue-grey", "is-tentative", "is-hidden"]
    assert "".join(found.itertext()) == "9:00–10:00予定あり"
    assert found.find(".//svg") is None


def test_looks_and_words_say_what_it_is():
    given = {"is_tentative": True, "is_important": True, "is_all_day": True, "is_open": False}
    found = shown(item(title="出張", place="県庁", hue="green", **given), place="is-shared", has_place=False)
    assert found.get("class", "").split() == [
        "event", "hue-green", "is-tentative", "is-whole", "is-important", "is-shared",
    ]  # fmt: skip
    assert "".join(found.itertext()) == "仮予定  出張"
    assert found.find(".//svg") is not None
