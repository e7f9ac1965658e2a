"""A story of the life of rooms: opened from a template by the keyboard, looked through at the end of the year, handed over, taken back."""

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from groupware import clock
from groupware.app import create_app
from groupware.calendar.fiscal import fiscal_year
from groupware.config import load
from groupware.db import db, session, unit
from plugins.chat.enums import ReviewReason
from plugins.chat.models import Review, Room
from tests.e2e.test_chat_story import own_name
from tests.support.browser import PHONE, axe_violations
from tests.support.server import LiveServer

pytestmark = pytest.mark.browser


def ask_about(server: LiveServer, path: str) -> None:
    """What the job of the year's end writes, in the middle of the year."""
    app = create_app(load(server.instance, {}), poll_seconds=0)
    with app.app_context(), unit("write"):
        room = session.query(Room).filter_by(uid=uuid.UUID(path.rsplit("/", 1)[1])).one()
        session.add(
            Review(
                room_id=room.id,
                year=fiscal_year(clock.today()),
                why=ReviewReason.SILENT.value,
                proposed_at=clock.now(),
            )
        )
    with app.app_context():
        db.engine.dispose()


def choose(page: Page, room: str, what: str) -> None:
    """What becomes of a room, by the keyboard."""
    field = page.get_by_label(f"「{room}」をどうするか")
    for _ in range(field.locator("option").all_inner_texts().index(what)):
        field.press("ArrowDown")
    expect(field.locator("option:checked")).to_have_text(what)


def test_a_room_begins_with_a_template_and_ends_with_the_year(
    sign_in: Callable[..., Page], demo_server: LiveServer
) -> None:
    other, owner = sign_in("staff", 3), sign_in("staff", 2)

    # A template fills in the form; all of it can be changed.
    owner.goto("/chat/new")
    owner.get_by_role("link", name="プロジェクト", exact=True).press("Enter")
    name = owner.get_by_label("ルーム名")
    expect(name).to_have_value(re.compile("^令和.*年度 "))
    expect(owner.get_by_label("最初のメッセージ")).to_have_value(re.compile("^決まったことはノートに"))
    expect(owner.get_by_role("link", name="プロジェクト", exact=True)).to_have_attribute(
        "aria-current", "true"
    )
    assert axe_violations(owner) == []
    name.fill("駅前広場の再整備")
    name.press("Tab")
    owner.keyboard.type("駅前広場の検討に使います。")
    owner.get_by_role("button", name="ルームを作る", exact=True).press("Enter")
    expect(owner.get_by_role("heading", level=1)).to_have_text("駅前広場の再整備")
    path = re.sub(r"^https?://[^/]+", "", owner.url)
    expect(owner.locator(".chat-pinned")).to_contain_text("決まったことはノートに")
    owner.goto(f"{path}/notes")
    expect(owner.get_by_role("link", name=re.compile("ひな形「打合せ」から書く"))).to_be_visible()
    owner.goto(f"{path}/retention")
    expect(owner.get_by_role("main")).to_contain_text("5年")
    assert axe_violations(owner) == []

    # At the end of the year its owner decides, on a telephone as well, and takes it back.
    ask_about(demo_server, path)
    owner.set_viewport_size(PHONE["viewport"])
    owner.goto("/chat/year-end")
    assert owner.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
    choose(owner, "駅前広場の再整備", "アーカイブする")
    assert axe_violations(owner) == []
    owner.get_by_role("button", name="まとめて実行").press("Enter")
    expect(owner.get_by_text("ルーム1件を整理しました。")).to_be_visible()
    owner.goto(path)
    expect(owner.get_by_role("textbox", name=re.compile("へのメッセージ"))).to_have_count(0)
    owner.goto("/chat/year-end")
    owner.get_by_role("button", name="元に戻す").press("Enter")
    expect(owner.get_by_label("「駅前広場の再整備」をどうするか")).to_be_visible()

    # Handed over it belongs to somebody else, who is told.
    choose(owner, "駅前広場の再整備", "管理者を引き継ぐ")
    owner.get_by_role("combobox", name=re.compile("引き継ぐ相手")).fill(own_name(other))
    owner.locator("[role=listbox] [role=option]").first.click()
    owner.get_by_role("button", name="まとめて実行").press("Enter")
    expect(owner.get_by_text("ルーム1件を整理しました。")).to_be_visible()
    other.goto(path)
    expect(other.get_by_role("heading", level=1)).to_have_text("駅前広場の再整備")
    other.goto(f"{path}/edit")
    expect(other.get_by_label("ルーム名")).to_have_value("駅前広場の再整備")
