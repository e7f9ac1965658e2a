"""The portal as a page: what stands on it, in what order, and at what price."""

from datetime import UTC, datetime, timedelta

import pytest

from groupware import clock
from groupware.portal.services import contents, launcher, layouts
from groupware.portal.services.launcher import LinkForm
from groupware.portal.services.layouts import Edit, Owner
from groupware.rules.services import set_rule

EVERYONE = frozenset({("everyone", 0)})


@pytest.fixture
def rule(factory, write, city):
    """`rule("portal.help_desk", unit_id, "…")` sets a rule as the system administrator would."""

    def change(rule_id, unit_id, value):
        factory.grant("person", city.system_administrator, "administration:rule:set")
        actor = factory.actor(city.system_administrator)
        with write():
            set_rule(actor, rule_id, unit_id, value)

    return change


def places(text, *words):
    """Where the words stand in the text, all of them being there."""
    for word in words:
        assert word in text, word
    return [text.index(word) for word in words]


def test_portal_shows_portlets_in_their_columns(city, sign_in):
    text = sign_in(city.clerk).get("/").text
    found = places(
        text,
        'class="portal-column portal-main"',
        'id="portlet-portal-pending"',
        'id="portlet-sample-news"',
        "three new notices",
        'class="portal-column portal-side"',
        'id="portlet-portal-contacts"',
    )
    assert found == sorted(found)


def test_portlet_with_nothing_to_show_has_no_frame(city, sign_in, sample):
    sample.values = None
    assert "portlet-sample-news" not in sign_in(city.clerk).get("/").text


def test_portlets_of_a_switched_off_function_vanish_for_its_bureau_only(city, sign_in, rule, item, sample):
    sample.pending = (item("waits"),)
    rule("sample.enabled", city.bureau, False)
    text = sign_in(city.clerk).get("/").text
    assert "portlet-sample-news" not in text
    assert "waits" not in text
    assert 'href="/sample/"' not in text
    assert "portlet-sample-news" in sign_in(city.stranger).get("/").text


def test_place_of_honour_stands_above_the_columns_without_a_frame(city, sign_in, sample):
    sample.top = {"words": "a word of the mayor"}
    text = sign_in(city.clerk).get("/").text
    assert "portlet-sample-honour" not in text
    found = places(text, 'class="portal-top"', "a word of the mayor", 'class="portal-column portal-main"')
    assert found == sorted(found)


def test_portlet_that_fails_does_not_take_the_portal_with_it(app, city, sign_in, sample):
    sample.is_broken = True
    client = sign_in(city.clerk)
    app.testing = False
    response = client.get("/", headers={"Accept-Language": "ja"})
    assert response.status_code == 200
    assert "この項目は現在表示できません" in response.text
    assert 'id="portlet-portal-contacts"' in response.text


def test_pending_items_are_reminded_first_then_by_deadline(city, sign_in, sample, item):
    sample.pending = (
        item("without deadline"),
        item("in three days", 3),
        item("over since yesterday", -1),
        item("reminded, in a week", 7, nudged=True),
        item("today", 0),
    )
    text = sign_in(city.clerk).get("/").text
    found = places(
        text, "reminded, in a week", "over since yesterday", "today", "in three days", "without deadline"
    )
    assert found == sorted(found)
    assert text.count(">再通知<") == 1
    assert places(text, "status-negative", "status-caution", "status-neutral")


def test_pending_deadline_of_an_hour_comes_before_the_end_of_its_day(city, sign_in, sample, item):
    hour = clock.midnight(clock.today()) + timedelta(hours=23, minutes=30)
    sample.pending = (item("the day", 0), item("the hour"))
    object.__setattr__(sample.pending[1], "due", hour)
    first, second = places(sign_in(city.clerk).get("/").text, "the hour", "the day")
    assert first < second


def test_pending_list_shows_what_the_portal_has_no_room_for(city, sign_in, sample, item):
    sample.pending = tuple(item(f"number {number:02d}") for number in range(12))
    client = sign_in(city.clerk)
    text = client.get("/").text
    assert "number 07" in text
    assert "number 08" not in text
    assert "全12件を見る" in text
    assert "number 11" in client.get("/portal/pending").text


def test_pending_list_of_more_than_a_page_goes_on_and_numbers_end_at_99(city, sign_in, sample, item):
    sample.pending = tuple(item(f"number {number:03d}") for number in range(130))
    client = sign_in(city.clerk)
    assert "全99+件を見る" in client.get("/").text
    first, second = (client.get(f"/portal/pending?page={page}").text for page in (1, 2))
    assert "number 099" in first
    assert "number 100" not in first
    assert 'href="/portal/pending?page=2"' in first
    assert "number 129" in second
    assert "130件" in second
    assert 'href="/portal/pending?page=3"' not in second


def test_nothing_pending_is_said(city, sign_in):
    assert "確認が必要なものはありません。" in sign_in(city.clerk).get("/").text


def test_contacts_name_the_function_administrator_and_the_help_desk(city, sign_in, rule):
    rule("portal.help_desk", None, "情報システム課 内線2345")
    text = sign_in(city.clerk).get("/").text
    assert "高橋 直美" in text
    assert "内線 2101" in text
    assert "情報システム課 内線2345" in text


def test_contacts_say_when_nobody_is_named(city, sign_in):
    assert "所属の機能管理者はまだ登録されていません。" in sign_in(city.stranger).get("/").text


def test_free_text_stands_on_the_tab_it_was_written_for(city, factory, write, sign_in):
    actor = factory.actor(city.system_administrator)
    with write():
        contents.add_content(
            actor, Owner(f"unit-{city.bureau}", city.bureau), "Hours", "<p>8:45 to 17:30</p>"
        )
    client = sign_in(city.clerk)
    assert "8:45 to 17:30" in client.get(f"/portal/unit/{city.section}").text
    assert "8:45 to 17:30" not in client.get("/portal/common").text


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (datetime(2026, 11, 22, 3, tzinfo=UTC), ["2026年11月22日(日)", "令和8年度"]),
        (datetime(2026, 11, 22, 16, tzinfo=UTC), ["2026年11月23日(月)", "勤労感謝の日", "令和8年度"]),
        (datetime(2026, 3, 31, 14, 59, tzinfo=UTC), ["2026年3月31日(火)", "令和7年度"]),
        (datetime(2026, 3, 31, 15, tzinfo=UTC), ["2026年4月1日(水)", "令和8年度"]),
    ],
)
def test_portal_says_what_day_it_is(city, sign_in, instant, words):
    with clock.frozen(instant):
        text = sign_in(city.clerk).get("/").text
    line = text.split('class="portal-day"', 1)[1].split("</p>", 1)[0]
    for word in words:
        assert word in line


def test_portal_on_a_working_day_names_no_holiday(city, sign_in):
    with clock.frozen(datetime(2026, 11, 24, 3, tzinfo=UTC)):
        assert "portal-holiday" not in sign_in(city.clerk).get("/").text


@pytest.mark.parametrize("number", [1, 3])
def test_portal_query_count_does_not_grow_with_its_contents(
    app, city, factory, write, sign_in, sample, item, count_queries, number
):
    actor = factory.actor(city.system_administrator)
    with write():
        for one in range(number):
            launcher.add_link(actor, LinkForm(f"system {one}", "https://a.example/", "clock", EVERYONE))
            contents.add_content(actor, Owner("common"), f"text {one}", "<p>words</p>")
    sample.pending = tuple(item(f"waits {one}") for one in range(number))
    client = sign_in(city.clerk)
    client.get("/")
    app.extensions["groupware_versions"].poll_seconds = 3600
    client.get("/")
    with count_queries() as statements:
        text = client.get("/").text
    assert text.count('class="launcher-link"') == number
    assert text.count('class="prose portal-prose"') == number
    # The session, what is the person's own, the section's people, the grants.
    assert len(statements) == 4, statements.texts


def test_arrangement_after_a_drag_survives_reload(city, sign_in):
    client = sign_in(city.clerk)
    page = client.get("/portal/arrange/mine").text
    address = page.split('data-order-url="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    token = page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]
    columns = [
        {"key": "main", "items": ["sample.news", "portal.launcher"]},
        {"key": "side", "items": ["portal.contacts", "portal.pending", "directory.section"]},
    ]
    sent = client.post(address, json={"columns": columns}, headers={"X-CSRFToken": token})
    assert sent.status_code == 200
    found = places(
        client.get("/portal/mine").text,
        "portlet-sample-news",
        "portal-side",
        "portlet-portal-contacts",
        "portlet-portal-pending",
    )
    assert found == sorted(found)


@pytest.mark.parametrize(
    "body", [None, [], {}, {"columns": None}, {"columns": [1]}, {"columns": [{"key": "main"}]}]
)
def test_order_that_is_none_is_refused(city, sign_in, body):
    client = sign_in(city.clerk)
    page = client.get("/portal/arrange/mine").text
    token = page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]
    sent = client.post("/portal/arrange/mine/order?edit=0.w", json=body, headers={"X-CSRFToken": token})
    assert sent.status_code == 422


def test_block_moves_by_a_plain_form(city, sign_in):
    client = sign_in(city.clerk)
    page = client.get("/portal/arrange/mine").text
    form = page.split('data-sortable-item="portal.pending"', 1)[1]
    address = form.split('action="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    token = form.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    response = client.post(address, data={"csrf_token": token, "move": "down"}, follow_redirects=True)
    assert response.status_code == 200
    first, second = places(
        response.text, 'data-sortable-item="sample.news"', 'data-sortable-item="portal.pending"'
    )
    assert first < second


def test_editor_that_is_out_of_date_shows_the_newest_arrangement(city, factory, write, sign_in):
    client = sign_in(city.clerk)
    page = client.get("/portal/arrange/mine").text
    token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    actor = factory.actor(city.clerk)
    with write():
        layouts.move_block(
            actor,
            Owner(f"person-{city.clerk}", person_id=city.clerk),
            Edit(0, "x"),
            "portal.pending",
            "right",
        )
    response = client.post(
        "/portal/arrange/mine/block?edit=0.other&key=sample.news",
        data={"csrf_token": token, "move": "right"},
        follow_redirects=True,
    )
    assert "ほかの職員が配置を変更しました" in response.text
    assert response.text.index('data-sortable-item="sample.news"') < response.text.index(
        'data-sortable-column="side"'
    )


def test_personal_editor_has_no_address_among_the_shared_ones(city, sign_in):
    client = sign_in(city.system_administrator, elevated=True)
    assert client.get("/portal/arrange/common").status_code == 200
    assert client.get("/portal/arrange/attic").status_code == 404
    assert client.get(f"/portal/arrange/unit-{city.section}").status_code == 200


def test_shared_editor_is_refused_to_a_clerk_and_asks_administrators_for_the_password(city, sign_in):
    assert sign_in(city.clerk).get("/portal/arrange/common").status_code == 403
    response = sign_in(city.system_administrator).get("/portal/arrange/common")
    assert response.status_code in (302, 401)
