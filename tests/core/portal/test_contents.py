"""Free texts on common and organisation tabs."""

import pytest

from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.portal.queries.contents import content
from groupware.portal.services import contents, layouts
from groupware.portal.services.layouts import Edit, Owner
from groupware.portal.services.texts import TEXT_LENGTH
from groupware.testing.signing_in import csrf_token

COMMON = Owner("common")


@pytest.fixture
def manager(factory, city):
    return factory.actor(city.system_administrator)


@pytest.fixture
def written(write, manager):
    with write():
        return contents.add_content(manager, COMMON, "Hours", "<p>9 to 5</p>").uid


def test_content_is_placed_at_the_top_of_the_main_column(read, manager, written):
    with read():
        assert layouts.arrangement(manager, COMMON).columns["main"][0] == f"content:{written}"


def test_content_loses_script_and_styles(write, read, manager):
    with write():
        uid = contents.add_content(
            manager, COMMON, "a", '<p onclick="x()" style="color:red">b<script>alert(1)</script></p>'
        ).uid
    with read():
        assert content(uid).FreeContent.html == "<p>b</p>"


@pytest.mark.parametrize(
    ("title", "text", "field"),
    [
        ("", "<p>a</p>", "title"),
        ("x" * 101, "<p>a</p>", "title"),
        ("a", "<p> </p>", "text"),
        ("a", "", "text"),
        ("a", "x" * (TEXT_LENGTH + 1), "text"),
    ],
)
def test_faulty_content_is_told_at_its_field(write, manager, title, text, field):
    with pytest.raises(Invalid) as refusal, write():
        contents.add_content(manager, COMMON, title, text)
    assert list(refusal.value.fields) == [field]


def test_removed_content_leaves_its_tab(write, read, manager, written):
    with write():
        contents.remove_content(manager, written)
    with read():
        assert f"content:{written}" not in layouts.arrangement(manager, COMMON).titles
        with pytest.raises(NotFound):
            content(written)


def test_content_survives_reset_of_the_tab_and_is_offered(write, read, manager, written):
    with write():
        layouts.reset(manager, COMMON, Edit(1, ""))
    with read():
        assert f"content:{written}" in layouts.arrangement(manager, COMMON).unused


def test_personal_tab_takes_no_content(city, factory, write):
    actor = factory.actor(city.clerk)
    with pytest.raises(NotFound), write():
        contents.add_content(actor, Owner(f"person-{city.clerk}", person_id=city.clerk), "a", "<p>b</p>")


def test_content_of_another_unit_cannot_be_placed(city, write, manager, factory):
    with write():
        uid = contents.add_content(
            manager, Owner(f"unit-{city.other_section}", city.other_section), "a", "<p>b</p>"
        ).uid
    actor = factory.actor(city.administrator)
    owner = Owner(f"unit-{city.section}", city.section)
    with pytest.raises(NotFound), write():
        layouts.add_block(actor, owner, Edit(0, "w"), f"content:{uid}", "main")
    for act in (
        lambda: contents.change_content(actor, uid, "x", "<p>y</p>", 1),
        lambda: contents.remove_content(actor, uid),
    ):
        with pytest.raises(Denied), write():
            act()


def test_older_version_is_a_conflict(write, manager, written):
    with write():
        contents.change_content(manager, written, "b", "<p>c</p>", 1)
    with pytest.raises(Conflict), write():
        contents.change_content(manager, written, "d", "<p>e</p>", 1)


def test_conflict_keeps_the_text_and_shows_what_stands_there(city, write, manager, written, sign_in):
    client = sign_in(city.system_administrator, elevated=True)
    token = csrf_token(client, f"/portal/contents/{written}")
    with write():
        contents.change_content(manager, written, "Newer", "<p>said by another</p>", 1)
    values = {"csrf_token": token, "title": "Mine", "text": "<p>my words</p>", "version": "1"}
    response = client.post(f"/portal/contents/{written}", data=values)
    assert response.status_code == 409
    assert "&lt;p&gt;my words&lt;/p&gt;" in response.text
    assert "said by another" in response.text
    values["version"] = "2"
    assert client.post(f"/portal/contents/{written}", data=values).status_code == 302
    assert "my words" in client.get("/").text


def test_refused_content_comes_back_with_the_text(city, sign_in):
    client = sign_in(city.system_administrator, elevated=True)
    values = {
        "csrf_token": csrf_token(client, "/portal/contents/new/common"),
        "title": "",
        "text": "<p>kept</p>",
    }
    response = client.post("/portal/contents/new/common", data=values)
    assert response.status_code == 422
    assert "「題名」を入力してください。" in response.text
    assert "&lt;p&gt;kept&lt;/p&gt;" in response.text


def test_content_written_and_deleted_on_its_pages(city, sign_in):
    client = sign_in(city.administrator, elevated=True)
    name = f"unit-{city.section}"
    values = {
        "csrf_token": csrf_token(client, f"/portal/contents/new/{name}"),
        "title": "Hours",
        "text": "first line\n\nsecond",
    }
    page = client.post(f"/portal/contents/new/{name}", data=values, follow_redirects=True).text
    assert "自由文を保存しました。" in page
    address = page.split('href="/portal/contents/', 1)[1].split('"', 1)[0]
    assert "<p>first line</p>" in client.get(f"/portal/unit/{city.section}").text
    page = client.post(
        f"/portal/contents/{address}/delete", data={"csrf_token": values["csrf_token"]}, follow_redirects=True
    ).text
    assert "自由文を削除しました。" in page
    assert "first line" not in client.get(f"/portal/unit/{city.section}").text
