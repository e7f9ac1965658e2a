"""Workers are killed while they send what was written to be sent later: each message is said once, on both databases."""

import multiprocessing
import os
import signal
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from groupware import clock
from groupware.db import session, unit
from plugins.chat.models import Message, Scheduled
from plugins.chat.services import scheduling
from plugins.chat.services.scheduling import Later
from tests.plugins.chat.conftest import Office
from tests.plugins.chat.crowd import work_for_ever


@pytest.fixture
def morning() -> None:
    """Processes of their own have the machine's clock."""


@pytest.mark.slow
def test_workers_that_are_killed_send_each_message_once(
    office: Office, tmp_path, fresh_database_url: str
) -> None:
    room = office.open()
    number = 30
    texts = [f"{one}番目" for one in range(number)]
    for text in texts:
        # Whoever speaks for themselves may not say so much at once.
        who = office.actor(office.member)
        due = clock.now() + timedelta(seconds=2)
        with office.app.app_context(), unit("write"):
            scheduling.schedule(replace(who, via="import"), room, Later(text, due, key=text))
    context = multiprocessing.get_context("spawn")

    def begin() -> Any:
        process = context.Process(target=work_for_ever, args=(fresh_database_url, str(tmp_path)), daemon=True)
        process.start()
        return process

    def said() -> int:
        with office.app.app_context(), unit("read"):
            return session.query(Message).count()

    def wait_for(least: int) -> None:
        deadline = time.monotonic() + 120
        while said() < least:
            assert time.monotonic() < deadline, f"{said()} of {number} were sent"
            time.sleep(0.05)

    workers = [begin(), begin()]
    try:
        for turn in range(2):
            wait_for(5 * (turn + 1))
            victim = workers.pop(0)
            os.kill(victim.pid, signal.SIGKILL)
            victim.join()
            workers.append(begin())
        wait_for(number)
    finally:
        for process in workers:
            process.kill()
            process.join()
    assert sorted(text for _, text in office.seqs()) == sorted(texts)
    assert [seq for seq, _ in office.seqs()] == list(range(1, number + 1))
    with office.app.app_context(), unit("read"):
        assert session.query(Scheduled).count() == 0
