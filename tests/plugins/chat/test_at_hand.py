"""The chat on every page: what scripts ask for, and that no page pays for it."""

from groupware.testing.signing_in import sign_in_as
from plugins.chat.enums import Telling
from plugins.chat.services import reading
from tests.plugins.chat.conftest import Office


def test_the_number_is_that_of_rooms_with_something_unread(office: Office, count_queries) -> None:
    loud, muted = office.open(name="賑やか"), office.open(name="静か")
    for room in (loud, loud, muted):
        office.say(office.owner, room)
    office.write(reading.set_telling, office.member, muted, Telling.NONE)
    office.app.extensions["groupware_versions"].poll_seconds = 3600
    client = sign_in_as(office.app, office.member)
    client.get("/chat/count")
    with count_queries() as statements:
        answer = client.get("/chat/count")
    assert answer.json == {"count": 1}
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(statements) == 2  # the session with its person, the number
    assert sign_in_as(office.app, office.outsider).get("/chat/count").json == {"count": 0}


def test_other_pages_only_say_where_to_ask(office: Office, count_queries) -> None:
    office.say(office.owner, office.open())
    client = sign_in_as(office.app, office.member)
    page = client.get("/help/")
    with count_queries() as statements:
        page = client.get("/help/")
    assert 'data-count-url="/chat/count" data-panel-url="/chat/panel"' in page.text
    assert not [one for one in statements.texts if "chat_" in one]
    own = client.get("/chat/").text
    assert 'data-count-url="/chat/count" hidden' in own
    assert "data-panel-url" not in own


def test_the_panel_has_rooms_and_a_room_as_on_its_page(office: Office) -> None:
    read, unread = office.open(name="議会対応"), office.open(name="災害訓練")
    office.say(office.owner, unread, "集合は9時です。")
    office.say(office.owner, read, "読みました。")
    office.write(reading.read_to, office.member, read, 1)
    client = sign_in_as(office.app, office.member)
    panel = client.get("/chat/panel").text
    assert panel.index("災害訓練") < panel.index("議会対応")
    assert "<html" not in panel
    room = client.get(f"/chat/{unread}/panel").text
    assert "集合は9時です。" in room
    assert 'id="composer"' in room
    assert "data-chat-rooms" not in room
    portlet = client.get("/chat/portlet").text
    assert portlet.index("災害訓練") < portlet.index("議会対応")
