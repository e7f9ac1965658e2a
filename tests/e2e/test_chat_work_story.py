"""A story of work in a room: the note of the morning meeting, a task from a message, a day in the schedule, in two windows."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_chat_story import act, open_room, own_name, said, write
from tests.support.browser import axe_violations

pytestmark = pytest.mark.browser


def test_a_morning_meeting_leads_to_a_task_and_a_day(sign_in: Callable[..., Page]) -> None:
    other = sign_in("staff", 1)
    writer = sign_in("staff", 0)
    name = own_name(other)
    path = open_room(writer, "庁舎案内の改修", name)

    # The note is written once, is seen by the other, and grows there.
    parts = writer.get_by_role("navigation", name="ルームの表示切替")
    parts.get_by_role("link", name="ノート").click()
    writer.get_by_role("link", name="ひな形を作る").click()
    expect(writer.get_by_label("件名")).to_have_value("朝会")
    writer.get_by_role("button", name="保存").click()
    writer.get_by_role("link", name="ひな形「朝会」から書く").click()
    writer.get_by_label("本文").fill("【本日の予定】\n案内板の点検")
    writer.get_by_role("button", name="保存").click()
    expect(writer.get_by_text("ノートを保存しました。")).to_be_visible()

    other.goto(f"{path}/notes")
    other.get_by_role("link", name="朝会", exact=True).click()
    expect(other.get_by_text("案内板の点検")).to_be_visible()
    assert axe_violations(other) == []
    writer.get_by_role("link", name="編集").click()
    writer.get_by_label("本文").fill("【本日の予定】\n案内板の点検\n写真の差し替え")
    writer.get_by_role("button", name="保存").click()
    expect(other.get_by_text("写真の差し替え")).to_be_visible(timeout=15_000)

    # A message becomes a task of the other, by the keyboard; the conversation shows it there at once.
    writer.goto(path)
    write(writer, "案内板の写真をお願いします。")
    message = said(writer, "案内板の写真をお願いします。")
    expect(message).to_have_count(1)
    other.goto(path)
    expect(said(other, "案内板の写真をお願いします。")).to_be_visible()
    act(message, "タスクにする")
    writer.get_by_label(re.compile(f"^{name}")).check()
    writer.get_by_role("button", name="タスクを登録").click()
    expect(said(writer, "案内板の写真をお願いします。").get_by_text("タスクあり")).to_be_visible()
    expect(said(other, "案内板の写真をお願いします。").get_by_text("タスクあり")).to_be_visible(
        timeout=15_000
    )
    other.goto("/chat/tasks")
    task = other.get_by_role("listitem").filter(has_text="案内板の写真をお願いします。")
    assert axe_violations(other) == []
    task.get_by_role("button", name=re.compile("^完了")).click()
    expect(other.get_by_text("タスクを完了にしました。")).to_be_visible()
    expect(said(writer, "案内板の写真をお願いします。").get_by_text("タスク完了")).to_be_visible(
        timeout=15_000
    )

    # A day is entered in the schedule; what tells the room of it is in the field, and is sent by the person.
    act(said(writer, "案内板の写真をお願いします。"), "予定を作成")
    expect(writer.get_by_label("件名")).to_have_value("案内板の写真をお願いします。")
    writer.get_by_label("件名").fill("案内板の現地確認")
    writer.get_by_role("button", name=re.compile("登録")).first.click()
    field = writer.get_by_role("textbox", name=re.compile("へのメッセージ"))
    expect(field).to_have_value(re.compile("^案内板の現地確認\n"))
    assert said(other, "案内板の現地確認").count() == 0
    field.press("Control+Enter")
    expect(said(writer, "案内板の現地確認")).to_have_count(1)
    parts.get_by_role("link", name="カレンダー").click()
    expect(writer.get_by_role("link", name="案内板の現地確認", exact=True)).to_be_visible()
    assert axe_violations(writer) == []
