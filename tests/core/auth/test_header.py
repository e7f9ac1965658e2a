"""What the header tells about the session: administration mode, the post acted in, a shared machine."""

import pytest
from sqlalchemy import update

from groupware.auth.models import UserSession
from groupware.db import session, unit
from groupware.directory.models import SectionAccount


def test_administration_mode_shows_minutes_and_a_way_to_end_it(sign_in, sato):
    page = sign_in(sato, elevated=True).get("/profile/").text
    assert "管理者モード" in page
    assert "あと60分" in page
    assert 'action="/session/end-elevation"' in page
    assert 'class="elevation"' not in sign_in(sato).get("/profile/").text


def test_section_account_acted_for_stands_in_place_of_the_unit(app, sign_in, sato, town):
    client = sign_in(sato)
    with app.app_context(), unit("write"):
        account = SectionAccount(unit_id=town["section"], name="総務課の窓口")
        session.add(account)
        session.flush()
        session.execute(update(UserSession).values(section_account_id=account.id))
    assert "総務課の窓口(課アカウント)" in client.get("/profile/").text


@pytest.mark.parametrize("is_shared", [False, True])
def test_shared_machine_offers_to_hand_over_in_one_click(app, sign_in, sato, is_shared):
    client = sign_in(sato)
    with app.app_context(), unit("write"):
        session.execute(update(UserSession).values(is_shared_device=is_shared))
    outside_menu = client.get("/profile/").text.split('<details class="me dropdown"', 1)[0]
    assert ('action="/session/hand-over"' in outside_menu) is is_shared
