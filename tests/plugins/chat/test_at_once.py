"""Several processes in one room at the same moment: every message once, numbers without gaps or doubles."""

import pytest

from groupware.db import session, unit
from plugins.chat.models import Member
from plugins.chat.services import webhooks
from tests.plugins.chat.conftest import Office
from tests.plugins.chat.crowd import meet_at_once, post_at_once, send_at_once
from tests.support.processes import run_together

PROCESSES = 2


@pytest.fixture
def morning() -> None:
    """Processes of their own have the machine's clock."""


@pytest.mark.slow
def test_keys_that_arrive_many_times_at_once_are_said_once(
    office: Office, tmp_path, fresh_database_url: str
) -> None:
    room = office.open()
    arguments = [
        (fresh_database_url, str(tmp_path), office.member, str(room), number) for number in range(PROCESSES)
    ]
    found = [one for process in run_together(send_at_once, arguments) for one in process]
    said = PROCESSES * 4 + 1
    assert [seq for seq, _ in office.seqs()] == list(range(1, said + 1))
    assert sum(is_new for _, _, is_new in found) == said
    assert len({(key, seq) for key, seq, _ in found}) == said
    assert office.view(office.owner, room).last_seq == said


@pytest.mark.slow
def test_what_a_program_posts_in_several_processes_is_said_once(
    office: Office, tmp_path, fresh_database_url: str
) -> None:
    room = office.open()
    secret = office.write(webhooks.make, office.owner, room, "庁舎管理システム", "", 30).secret
    arguments = [(fresh_database_url, str(tmp_path), secret) for _ in range(PROCESSES)]
    found = [one for process in run_together(post_at_once, arguments) for one in process]
    assert [seq for seq, _ in office.seqs()] == [1, 2, 3]
    assert len({(key, seq) for key, seq, _ in found}) == 3
    assert sorted(status for _, _, status in found) == [200] * (len(found) - 3) + [201] * 3


@pytest.mark.slow
def test_two_who_write_to_each_other_at_once_meet_in_one_room(
    office: Office, tmp_path, fresh_database_url: str
) -> None:
    pairs = [(office.owner, office.outsider), (office.outsider, office.owner)]
    found = run_together(meet_at_once, [(fresh_database_url, str(tmp_path), *pair) for pair in pairs])
    assert len(set(found)) == 1
    with office.app.app_context(), unit("read"):
        assert session.query(Member).filter_by(room_id=found[0]).count() == 2
