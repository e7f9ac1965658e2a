"""Section pages: who writes, what is kept, how pictures are served."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from sqlalchemy import func, select

from groupware import clock
from groupware.auth.models import Preference
from groupware.caches import bump
from groupware.directory.models import OrgUnitVersion
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.portal import retention
from groupware.portal.models import SectionPage, SectionPageChange, SectionPageImage
from groupware.portal.queries.pages import images, page, titles
from groupware.portal.services import pages
from groupware.rules.services import set_rule
from groupware.search.models import Document
from groupware.testing.signing_in import csrf_token
from tests.core.portal.test_images import GIF, png


@pytest.fixture
def writer(factory, city):
    return factory.actor(city.administrator)


@pytest.fixture
def written(write, writer, city):
    with write():
        return pages.create_page(writer, city.section, "様式集", "<p>届出の<b>様式</b></p>").uid


@pytest.fixture
def pictured(write, writer, written):
    """The uid of a picture on the page."""
    with write():
        return pages.add_image(writer, written, png(), "map").uid


def test_function_administrator_writes_pages_of_the_own_section_only(city, write, writer):
    with write():
        pages.create_page(writer, city.section, "a", "<p>b</p>")
    for unit_id in (city.bureau, city.other_section):
        with pytest.raises(Denied), write():
            pages.create_page(writer, unit_id, "a", "<p>b</p>")
    with pytest.raises(NotFound), write():
        pages.create_page(writer, 999_999, "a", "<p>b</p>")


def test_clerk_reads_but_does_not_write(city, factory, write, written, sign_in):
    actor = factory.actor(city.clerk)
    for act in (
        lambda: pages.create_page(actor, city.section, "a", "<p>b</p>"),
        lambda: pages.change_page(actor, written, "a", "<p>b</p>", 1),
        lambda: pages.delete_page(actor, written),
        lambda: pages.add_image(actor, written, png(), "map"),
    ):
        with pytest.raises(Denied), write():
            act()
    client = sign_in(city.stranger)
    text = client.get(f"/portal/pages/{written}").text
    assert "届出の<b>様式</b>" in text
    assert '/edit"' not in text
    assert client.get(f"/portal/pages/{written}/edit").status_code == 403


def test_page_loses_what_the_sanitiser_does_not_know(write, read, writer, city):
    with write():
        uid = pages.create_page(
            writer,
            city.section,
            "a",
            '<table><tr><td onclick="x()">1</td></tr></table><script>alert(1)</script>',
        ).uid
    with read():
        assert page(uid)[0].html == "<table><tbody><tr><td>1</td></tr></tbody></table>"


def test_pages_stand_in_the_order_they_were_put_in(city, write, read, writer):
    with write():
        uids = [str(pages.create_page(writer, city.section, name, "").uid) for name in "abc"]
    with write():
        pages.order_pages(writer, city.section, [uids[1], uids[2], uids[0]])
    with read():
        assert [one.title for one in titles(city.section)] == ["b", "c", "a"]
    with read():
        last = titles(city.section)[2].uid
    with write():
        pages.move_page(writer, last, "up")
    with read():
        assert [one.title for one in titles(city.section)] == ["b", "a", "c"]


@pytest.mark.parametrize(
    "change", [lambda uids: uids[:1], lambda uids: uids + uids[:1], lambda uids: ["x", "y"]]
)
def test_order_of_other_pages_is_a_conflict(city, write, writer, change):
    with write():
        uids = [str(pages.create_page(writer, city.section, name, "").uid) for name in "ab"]
    with pytest.raises(Conflict), write():
        pages.order_pages(writer, city.section, change(uids))


def test_conflict_names_who_was_faster_and_keeps_the_text(city, factory, write, writer, written, sign_in):
    client = sign_in(city.system_administrator, elevated=True)
    token = csrf_token(client, f"/portal/pages/{written}/edit")
    with write():
        pages.change_page(writer, written, "様式集", "<p>another's words</p>", 1)
    values = {"csrf_token": token, "title": "Mine", "text": "<p>my words</p>", "version": "1"}
    response = client.post(f"/portal/pages/{written}/edit", data=values)
    assert response.status_code == 409
    assert "編集中に高橋 直美が内容を変更しました。" in response.text
    assert "&lt;p&gt;my words&lt;/p&gt;" in response.text
    assert "another&#39;s words" in response.text or "another's words" in response.text
    values["version"] = response.text.split('name="version" type="hidden" value="', 1)[1].split('"', 1)[0]
    assert client.post(f"/portal/pages/{written}/edit", data=values).status_code == 302
    assert "my words" in client.get(f"/portal/pages/{written}").text


def test_same_words_again_are_no_change(write, read, writer, written):
    with write():
        pages.change_page(writer, written, "様式集", "<p>届出の<b>様式</b></p>", 1)
    with read() as session:
        assert page(written)[0].version == 1
        assert len(session.scalars(select(SectionPageChange)).all()) == 1


def test_refused_page_comes_back_with_the_text(city, sign_in):
    client = sign_in(city.administrator)
    address = f"/portal/pages/new/{city.section}"
    token = csrf_token(client, address)
    response = client.post(address, data={"csrf_token": token, "title": "x" * 112, "text": "<p>kept</p>"})
    assert response.status_code == 422
    assert "「題名」は100文字以内で入力してください(現在112文字)。" in response.text
    assert "&lt;p&gt;kept&lt;/p&gt;" in response.text


def test_refused_picture_leaves_no_page_behind(city, sign_in, read):
    client = sign_in(city.administrator)
    address = f"/portal/pages/new/{city.section}"
    values = {
        "csrf_token": csrf_token(client, address),
        "title": "a",
        "text": "<p>kept</p>",
        "image": (BytesIO(b"<svg/>"), "a.png"),
        "alternative": "map",
        "act": "save",
    }
    response = client.post(address, data=values)
    assert response.status_code == 422
    assert "PNG、JPEG、GIF、WebPのいずれかを使ってください。" in response.text
    assert "&lt;p&gt;kept&lt;/p&gt;" in response.text
    with read() as session:
        assert session.scalars(select(SectionPage)).all() == []


@pytest.mark.parametrize(
    ("content", "alternative", "fields"),
    [
        (png(), " ", ["alternative"]),
        (b"", "map", ["image"]),
        (b"<svg/>", "map", ["image"]),
        (png() + b"x" * 101 * 1024, "map", ["image"]),
        (b"x", "", ["alternative", "image"]),
    ],
)
def test_faulty_picture_is_told_at_its_field(
    city, factory, write, writer, written, content, alternative, fields
):
    factory.grant("person", city.system_administrator, "administration:rule:set")
    manager = factory.actor(city.system_administrator)
    with write():
        set_rule(manager, "portal.image_kilobytes", city.bureau, 100)
    with pytest.raises(Invalid) as refusal, write():
        pages.add_image(writer, written, content, alternative)
    assert sorted(refusal.value.fields) == fields


def test_page_has_a_limited_number_of_pictures(write, writer, written):
    with write():
        for number in range(pages.IMAGES):
            pages.add_image(writer, written, GIF, f"picture {number}")
    with pytest.raises(Invalid), write():
        pages.add_image(writer, written, GIF, "one too many")


def test_pictures_are_numbered_after_the_last_one(write, read, writer, written, pictured):
    with write():
        pages.add_image(writer, written, png(), "second")
        pages.remove_image(writer, written, pictured)
        assert pages.add_image(writer, written, png(), "third").number == 3
    with read():
        assert [(one.number, one.alternative) for one in images(page(written)[0].id)] == [
            (2, "second"),
            (3, "third"),
        ]


def test_picture_is_served_as_what_it_is_and_nothing_else(city, pictured, sign_in):
    response = sign_in(city.stranger).get(f"/portal/images/{pictured}")
    assert response.data == png()
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"] == 'inline; filename="picture-1.png"'
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_stored_content_that_is_no_picture_is_never_shown_inline(city, write, pictured, sign_in):
    with write() as session:
        image = session.scalars(select(SectionPageImage)).one()
        image.content = b"<script>alert(1)</script>"
        image.media_type = "text/html"
    response = sign_in(city.stranger).get(f"/portal/images/{pictured}")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")


def test_picture_needs_sign_in(client, pictured):
    assert client.get(f"/portal/images/{pictured}").status_code == 302


def test_picture_added_by_form_saves_the_text_too(city, written, sign_in):
    client = sign_in(city.administrator)
    address = f"/portal/pages/{written}/edit"
    values = {
        "csrf_token": csrf_token(client, address),
        "title": "様式集",
        "text": "<p>[画像1]</p><p>new words</p>",
        "version": "1",
        "image": (BytesIO(png()), "map.png"),
        "alternative": "駅からの地図",
        "act": "add_image",
    }
    response = client.post(address, data=values)
    assert response.status_code == 302
    assert response.location.endswith("#pictures")
    text = client.get(f"/portal/pages/{written}").text
    assert 'alt="駅からの地図"' in text
    assert "new words" in text
    assert "[画像1]" not in text


def test_adding_without_a_picture_is_told(city, written, sign_in):
    client = sign_in(city.administrator)
    address = f"/portal/pages/{written}/edit"
    values = {
        "csrf_token": csrf_token(client, address),
        "title": "a",
        "text": "",
        "version": "1",
        "act": "add_image",
    }
    response = client.post(address, data=values)
    assert response.status_code == 422
    assert "画像を選択してください。" in response.text


@pytest.mark.parametrize(("locale", "mark"), [("ja", "[画像1]"), ("en", "[image 1]")])
def test_form_shows_the_mark_of_a_picture_as_it_works(city, written, pictured, sign_in, write, locale, mark):
    with write() as session:
        session.merge(Preference(person_id=city.administrator, locale=locale))
    client = sign_in(city.administrator)
    address = f"/portal/pages/{written}/edit"
    assert f'<p class="strong">{mark}</p>' in client.get(address).text
    values = {"csrf_token": csrf_token(client, address), "version": "2", "act": "save", "title": "様式集"}
    client.post(address, data=values | {"text": f"<p>before</p><p>{mark}</p><p>after</p>"})
    text = client.get(f"/portal/pages/{written}").text
    assert text.index("before") < text.index('<img src="/portal/images/') < text.index("after")
    assert mark not in text


def test_words_of_a_picture_are_changed_and_pictures_removed_by_form(city, written, pictured, sign_in):
    client = sign_in(city.administrator)
    address = f"/portal/pages/{written}/edit"
    values = {"csrf_token": csrf_token(client, address), "title": "様式集", "text": "<p>a</p>", "act": "save"}
    response = client.post(address, data=values | {"version": "2", f"alternative-{pictured}": ""})
    assert response.status_code == 422
    assert "「画像の説明(代替テキスト)」を入力してください。" in response.text
    client.post(address, data=values | {"version": "2", f"alternative-{pictured}": "new map"})
    assert 'alt="new map"' in client.get(f"/portal/pages/{written}").text
    client.post(address, data=values | {"version": "4", f"remove-{pictured}": "1"})
    assert '<img src="/portal/images/' not in client.get(f"/portal/pages/{written}").text
    assert client.get(f"/portal/images/{pictured}").status_code == 404


def test_deleted_page_is_gone_for_everybody_and_stays_as_a_tombstone(
    city, write, read, writer, written, pictured, sign_in
):
    with write():
        pages.delete_page(writer, written)
    client = sign_in(city.system_administrator)
    assert client.get(f"/portal/pages/{written}").status_code == 404
    assert client.get(f"/portal/images/{pictured}").status_code == 404
    assert client.get(f"/portal/pages/{written}/history").status_code == 404
    with read() as session:
        assert titles(city.section) == ()
        assert session.scalar(select(func.count()).select_from(Document)) == 0
        row = session.scalars(select(SectionPage)).one()
        assert (row.deleted_by, row.title) == (city.administrator, "様式集")


def test_history_tells_who_changed_what(city, written, pictured, sign_in):
    text = sign_in(city.clerk).get(f"/portal/pages/{written}/history").text
    assert text.count("高橋 直美") >= 2
    assert text.index("画像の追加") < text.index("作成")


def test_retention_counts_full_fiscal_years_after_deletion(city, write, read, writer):
    with write() as session:
        for title, at in (
            ("old", datetime(2023, 3, 31, 14, tzinfo=UTC)),
            ("new", datetime(2023, 3, 31, 15, tzinfo=UTC)),
            ("standing", None),
        ):
            made = pages.create_page(writer, city.section, title, "")
            made.deleted_at = at
        session.flush()
    for day, titles_expired in (
        (date(2026, 3, 31), set()),
        (date(2026, 4, 1), {"old"}),
        (date(2027, 3, 31), {"old"}),
        (date(2027, 4, 1), {"old", "new"}),
    ):
        with read() as session:
            assert {row.title for row in session.execute(retention.expired(day))} == titles_expired


def test_purge_erases_pages_with_pictures_but_never_standing_ones(
    city, write, read, writer, written, pictured
):
    with write() as session:
        standing = pages.create_page(writer, city.section, "standing", "").id
        ids = [row.id for row in session.scalars(select(SectionPage))]
        pages.delete_page(writer, written)
    with write():
        retention.purge(ids)
    with read() as session:
        assert [row.id for row in session.scalars(select(SectionPage))] == [standing]
        assert session.scalars(select(SectionPageImage.id)).all() == []


def test_pages_are_listed_by_organisation_and_on_the_organisation_tab(city, write, writer, written, sign_in):
    client = sign_in(city.clerk)
    assert "様式集" in client.get("/portal/pages").text
    assert "様式集" in client.get(f"/portal/pages/unit/{city.section}").text
    assert "様式集" in client.get(f"/portal/unit/{city.section}").text
    assert (
        "所属のページはまだありません。"
        in sign_in(city.stranger).get(f"/portal/unit/{city.other_section}").text
    )


def test_list_of_pages_leaves_as_csv(city, written, sign_in):
    response = sign_in(city.clerk).get("/portal/pages.csv")
    assert "総務局 総務課,様式集," in response.data.decode("utf-8-sig")
    assert sign_in(city.clerk).get("/portal/pages.exe").status_code == 404


def test_page_of_an_abolished_organisation_can_still_be_read(city, write, written, sign_in):
    with write() as session:
        version = session.scalars(select(OrgUnitVersion).where(OrgUnitVersion.unit_id == city.section)).one()
        version.valid_to = clock.today()
        bump("directory")
    response = sign_in(city.stranger).get(f"/portal/pages/{written}")
    assert response.status_code == 200
    assert "廃止された組織" in response.text


@pytest.mark.parametrize("number", [1, 3])
def test_page_query_count_does_not_grow_with_its_pictures(
    app, city, write, writer, written, sign_in, count_queries, number
):
    with write():
        for one in range(number):
            pages.add_image(writer, written, GIF, f"picture {one}")
    client = sign_in(city.clerk)
    client.get(f"/portal/pages/{written}")
    app.extensions["groupware_versions"].poll_seconds = 3600
    client.get(f"/portal/pages/{written}")
    with count_queries() as statements:
        assert client.get(f"/portal/pages/{written}").text.count('<img src="/portal/images/') == number
    # The session, the page, its pictures, the grants that decide on its buttons.
    assert len(statements) == 4, statements.texts


@pytest.fixture
def many(write, city, factory):
    """Pages of two bureaus, more than are shown at once."""
    actor = factory.actor(city.system_administrator)
    with write():
        for number in range(40):
            pages.create_page(actor, city.section, f"案内{number:02d}", "")
            pages.create_page(actor, city.other_section, f"手引き{number:02d}", "")


def test_long_list_begins_with_the_readers_own_bureau(city, many, sign_in):
    client = sign_in(city.clerk)
    text = client.get("/portal/pages").text
    assert "案内00" in text
    assert "手引き00" not in text
    assert f'href="/portal/pages?bureau={city.bureau}" aria-current="page"' in text
    everything = client.get("/portal/pages?bureau=all").text
    assert "案内00" in everything
    assert "手引き00" in everything
    assert "80件" in everything
    assert "手引き00" in client.get(f"/portal/pages?bureau={city.other_bureau}").text


def test_list_is_filtered_by_words_of_the_title_whatever_their_kana(city, many, sign_in):
    client = sign_in(city.clerk)
    text = client.get("/portal/pages", query_string={"q": "手引キ 07"}).text
    assert "手引き07" in text
    assert "手引き08" not in text
    assert "案内07" not in text
    assert "を含むページはありません。" in client.get("/portal/pages?q=xyzzy").text


def test_search_hit_in_the_text_shows_the_words_around_it(city, write, writer, sign_in):
    with write():
        pages.create_page(writer, city.section, "庶務", f"<p>{'前' * 100}</p><p>合言葉はここです</p>")
    text = sign_in(city.clerk).get("/search", query_string={"q": "合言葉"}).text
    assert "<mark>合言葉</mark>はここです" in text
    assert "総務局 総務課</p>" in text
