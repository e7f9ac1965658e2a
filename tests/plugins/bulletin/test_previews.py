"""Links to postings: what they lead to is shown to those who may read them."""

from groupware.web.previews import previews
from plugins.bulletin.services import postings


def test_a_posting_is_shown_to_its_readers(board):
    uid = board.post(title="節電の案内")
    with board.app.test_request_context():
        path = board.app.url_map.bind("localhost").build("bulletin.posting", {"uid": uid})
    address = f"http://localhost{path}"

    def shown(person):
        def ask(actor):
            with board.app.test_request_context():
                return [(one.title, one.url) for one in previews(actor, [address]).values()]

        return board.read(ask, person)

    assert shown(board.colleague) == [("節電の案内", path)]
    assert shown(board.outsider) == []
    board.write(postings.remove, board.author, uid)
    assert shown(board.colleague) == []
