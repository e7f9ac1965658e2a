"""Business systems: who sees which, and which addresses are taken."""

import pytest

from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.portal.queries.launcher import links_for
from groupware.portal.services import launcher
from groupware.portal.services.launcher import LinkForm, url_problem
from groupware.testing.signing_in import csrf_token


def form(name="電子決裁", url="https://kessai.example.jp/", icon="badge-check", *audience):
    return LinkForm(name, url, icon, frozenset(audience or {("everyone", 0)}))


@pytest.fixture
def manager(factory, city):
    return factory.actor(city.system_administrator)


@pytest.fixture
def names_for(factory, read):
    def find(person_id):
        actor = factory.actor(person_id)
        with read():
            return [link.name for link in links_for(actor)]

    return find


def test_system_for_everybody_is_seen_by_everybody(city, write, manager, names_for):
    with write():
        launcher.add_link(manager, form())
    assert names_for(city.clerk) == names_for(city.stranger) == ["電子決裁"]


def test_system_for_a_bureau_is_seen_below_it_only(city, write, manager, names_for):
    with write():
        launcher.add_link(manager, form("a", "https://a.example/", "clock", ("unit_tree", city.bureau)))
    assert names_for(city.clerk) == ["a"]
    assert names_for(city.stranger) == []


def test_system_for_a_rank_or_a_unit_is_seen_by_either(city, factory, write, manager, names_for):
    chief = factory.person("課長", city.other_section, factory.post("課長", 20))
    with write():
        launcher.add_link(
            manager, form("a", "https://a.example/", "clock", ("rank", 20), ("unit_tree", city.section))
        )
    assert names_for(chief) == names_for(city.clerk) == ["a"]
    assert names_for(city.stranger) == []


def test_person_who_moves_sees_the_systems_of_the_new_section(city, write, manager, names_for, concurrent):
    with write():
        launcher.add_link(manager, form("a", "https://a.example/", "clock", ("unit_tree", city.bureau)))
    concurrent(city.stranger, city.section)
    assert names_for(city.stranger) == ["a"]


def test_order_is_kept(city, write, manager, names_for):
    with write():
        uids = [str(launcher.add_link(manager, form(name)).uid) for name in "abc"]
    with write():
        launcher.order_links(manager, [uids[2], uids[0], uids[1]])
    assert names_for(city.clerk) == ["c", "a", "b"]


def test_order_of_other_systems_is_a_conflict(write, manager):
    with write():
        uid = str(launcher.add_link(manager, form()).uid)
    for uids in ([], [uid, uid], ["x"]):
        with pytest.raises(Conflict), write():
            launcher.order_links(manager, uids)


def test_moved_system_changes_places_with_its_neighbour(city, write, manager, names_for):
    with write():
        uids = [launcher.add_link(manager, form(name)).uid for name in "ab"]
    with write():
        launcher.move_link(manager, uids[1], "up")
    assert names_for(city.clerk) == ["b", "a"]
    with write():
        launcher.move_link(manager, uids[1], "up")
    assert names_for(city.clerk) == ["b", "a"]


def test_removed_system_is_gone(city, write, manager, names_for):
    with write():
        uid = launcher.add_link(manager, form()).uid
    with write():
        launcher.remove_link(manager, uid)
    assert names_for(city.clerk) == []
    with pytest.raises(NotFound), write():
        launcher.remove_link(manager, uid)


def test_change_of_an_older_version_is_a_conflict(write, manager):
    with write():
        uid = launcher.add_link(manager, form()).uid
    with write():
        launcher.change_link(manager, uid, form("b"), 1)
    with pytest.raises(Conflict), write():
        launcher.change_link(manager, uid, form("c"), 1)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "kessai.example.jp",
        "/portal",
        "//example.jp/",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.jp/",
        "file:///etc/passwd",
        "https://",
        "https://a b.example/",
        "https://user:secret@example.jp/",
        "https://example.jp:99999999/",
        "https://[::1",
        "https:\\\\example.jp\\",
        "https://example.jp/" + "a" * 2000,
    ],
)
def test_address_that_is_no_full_web_address_is_refused(app, url):
    with app.test_request_context():
        assert url_problem(url)


@pytest.mark.parametrize(
    "url", ["http://kessai/", "https://kessai.example.jp:8443/a?b=1#c", "http://10.0.0.5/"]
)
def test_full_web_address_is_taken(app, url):
    with app.test_request_context():
        assert url_problem(url) is None


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        (form(name=" "), "name"),
        (form(name="x" * 101), "name"),
        (form(url="javascript:alert(1)"), "url"),
        (form(icon="skull"), "icon"),
        (LinkForm("a", "https://a.example/", "clock", frozenset()), "everyone"),
        (LinkForm("a", "https://a.example/", "clock", frozenset({("unit_tree", 999999)})), "everyone"),
        (LinkForm("a", "https://a.example/", "clock", frozenset({("person", 1)})), "everyone"),
    ],
)
def test_faulty_entry_is_told_at_its_field(write, manager, entered, field):
    with pytest.raises(Invalid) as refusal, write():
        launcher.add_link(manager, entered)
    assert list(refusal.value.fields) == [field]


def test_clerk_may_not_manage_the_systems(city, factory, write, sign_in):
    actor = factory.actor(city.clerk)
    with pytest.raises(Denied), write():
        launcher.add_link(actor, form())
    assert sign_in(city.clerk).get("/portal/launcher").status_code == 403


def test_system_added_on_the_page_stands_on_the_portal(city, sign_in):
    client = sign_in(city.system_administrator, elevated=True)
    values = {
        "csrf_token": csrf_token(client, "/portal/launcher/new"),
        "name": "電子<b>決裁",
        "url": "https://kessai.example.jp/?a=1&b=2",
        "icon": "clock",
        "units": [str(city.section)],
    }
    response = client.post("/portal/launcher/new", data=values, follow_redirects=True)
    assert "業務システムを保存しました。" in response.text
    assert "2人に表示" in response.text
    link = sign_in(city.clerk).get("/").text.split('class="launcher-link"', 1)[1].split(">", 1)[0]
    assert 'rel="noopener noreferrer"' in link
    assert 'href="https://kessai.example.jp/?a=1&amp;b=2"' in link
    assert "launcher-link" not in sign_in(city.stranger).get("/").text


def test_refused_system_comes_back_with_what_was_typed(city, sign_in):
    client = sign_in(city.system_administrator, elevated=True)
    values = {
        "csrf_token": csrf_token(client, "/portal/launcher/new"),
        "name": "電子決裁",
        "url": "kessai",
        "icon": "clock",
        "units": [str(city.section)],
    }
    response = client.post("/portal/launcher/new", data=values)
    assert response.status_code == 422
    assert "「http://」または「https://」で始まるアドレスを入力してください。" in response.text
    assert 'value="電子決裁"' in response.text
    assert f'name="units" value="{city.section}" checked' in response.text


@pytest.fixture
def send_rows(city, sign_in):
    """`send_rows(names, urls, **others)` posts a table of systems."""

    def send(names, urls, **others):
        client = sign_in(city.system_administrator, elevated=True)
        values = {
            "csrf_token": csrf_token(client, "/portal/launcher/several"),
            "name": names,
            "url": urls,
            "icon": "clock",
            "units": [str(city.section)],
        }
        return client.post("/portal/launcher/several", data=values | others, follow_redirects=True)

    return send


def test_several_systems_are_added_in_the_order_of_the_rows(city, send_rows, names_for):
    page = send_rows(["電子決裁", "", "財務会計"], ["https://a.example/", "", "https://b.example/"])
    assert "業務システムを2件登録しました。" in page.text
    assert names_for(city.clerk) == ["電子決裁", "財務会計"]
    assert names_for(city.stranger) == []


def test_pasted_block_is_taken_without_scripts(city, send_rows, names_for):
    send_rows([""], [""], pasted='電子決裁\thttps://a.example/\r\n"財務\n会計"\thttps://b.example/\r\n')
    assert names_for(city.clerk) == ["電子決裁", "財務 会計"]


def test_one_faulty_row_keeps_all_of_them_out_and_is_named(city, send_rows, names_for):
    page = send_rows(["電子決裁", "", "財務会計"], ["https://a.example/", "", "kaikei"])
    assert page.status_code == 422
    assert (
        'href="#url-2">2行目: 「http://」または「https://」で始まるアドレスを入力してください。' in page.text
    )
    assert 'id="url-2" name="url" type="url" value="kaikei"' in page.text
    assert names_for(city.clerk) == []


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"names": ["a"], "urls": ["https://a.example/"], "units": []}, "表示する相手を選択してください。"),
        ({"names": [""], "urls": [""]}, "1行以上入力してください。"),
        (
            {"names": ["a"] * 101, "urls": ["https://a.example/"] * 101},
            "一度に入力できるのは100行までです(現在101行)。",
        ),
    ],
)
def test_what_concerns_no_row_is_told_once(city, send_rows, names_for, rows, words):
    page = send_rows(**rows)
    assert page.status_code == 422
    assert page.text.split("data-error-summary", 1)[1].split("</ul>", 1)[0].count(words) == 1
    assert names_for(city.clerk) == []
