"""What nobody needs goes, what belongs to something stays, and a content lives as long as its last name."""

import os
import time
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from groupware import actor, clock
from groupware.attachments.models import Attachment, StoredFile, Upload
from groupware.attachments.services import owning
from groupware.attachments.working import sweep
from groupware.db import session

MUCH_LATER = timedelta(days=30)


@pytest.fixture
def swept(app, write):
    """Sweeps as if it were much later."""

    def go():
        with clock.frozen(clock.now() + MUCH_LATER), app.app_context():
            sweep(actor.system())

    return go


def stored(app):
    return sorted(address for address, _ in app.extensions["groupware_files"].backend.addresses())


def test_upload_that_was_given_up_goes_with_its_bytes(app, sender, swept, read):
    mine = sender()
    url = mine.begin("a.txt", 3).json["url"]
    mine.put(url, 0, b"abc")
    swept()
    with read():
        assert session.scalars(select(Upload)).all() == []
    assert list(app.extensions["groupware_files"].parts.iterdir()) == []


def test_file_that_never_belonged_to_anything_goes(app, sender, swept, read):
    sender().send("a.txt", b"abc")
    swept()
    with read():
        assert session.scalars(select(Attachment)).all() == []
        assert session.scalars(select(StoredFile)).all() == []
    assert stored(app) == []


def test_file_that_belongs_to_something_stays_also_when_it_was_taken_away(app, house, sender, swept, read):
    first, second = (uuid.UUID(sender().send(f"{n}.txt", b"%d" % n)) for n in range(2))
    house.attach(1, first)
    house.attach(1, second)
    swept()
    with read():
        assert len(session.scalars(select(Attachment)).all()) == 2
    assert len(stored(app)) == 2


def test_content_lives_as_long_as_its_last_name(app, house, sender, swept, write, read):
    first, second = (uuid.UUID(sender().send(f"{n}.txt", b"same")) for n in range(2))
    house.attach(1, first)
    house.attach(2, second)
    with write():
        owning.release("tea.leaf", [1])
    swept()
    assert len(stored(app)) == 1
    with write():
        owning.release("tea.leaf", [2])
    swept()
    assert stored(app) == []


def test_new_file_and_upload_on_its_way_are_left_alone(app, sender, write, read):
    mine = sender()
    mine.send("a.txt", b"abc")
    mine.put(mine.begin("b.txt", 3).json["url"], 0, b"abc")
    with app.app_context():
        sweep(actor.system())
    with read():
        assert len(session.scalars(select(Attachment)).all()) == 1
        assert len(session.scalars(select(Upload)).all()) == 1
    assert len(list(app.extensions["groupware_files"].parts.iterdir())) == 1


def test_bytes_without_a_row_go_after_a_day(app, sender, write):
    sender().send("a.txt", b"abc")
    vault = app.extensions["groupware_files"]
    stray, fresh = (
        vault.folder / "aa" / "bb" / ("aabb" + "0" * 60),
        vault.folder / "cc" / "dd" / ("ccdd" + "0" * 60),
    )
    for file in (stray, fresh):
        file.parent.mkdir(parents=True)
        file.write_bytes(b"left over")
    old = time.time() - 2 * 86_400
    os.utime(stray, (old, old))
    with app.app_context():
        sweep(actor.system())
    assert not stray.exists()
    assert fresh.exists()
    assert len(stored(app)) == 2


def test_content_whose_bytes_were_lost_is_stored_again_when_it_is_sent_again(app, house, sender):
    mine = sender()
    mine.send("a.txt", b"abc")
    vault = app.extensions["groupware_files"]
    vault.backend.remove(stored(app)[0])
    uid = mine.send("b.txt", b"abc")
    assert mine.client.get(f"/attachments/{uid}").data == b"abc"


def test_sweep_does_not_take_a_content_that_got_a_name_meanwhile(app, house, sender, swept, write, read):
    uid = uuid.UUID(sender().send("a.txt", b"abc"))
    house.attach(1, uid)
    with write():
        session.execute(update(StoredFile).values(created_at=clock.now() - MUCH_LATER))
    swept()
    assert len(stored(app)) == 1
