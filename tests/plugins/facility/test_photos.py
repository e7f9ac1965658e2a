"""Photos of facilities: who chooses them, who sees them, and what is none."""

import io
import re

import pytest
from PIL import Image
from sqlalchemy import select, update

from groupware.attachments.enums import ContentState
from groupware.attachments.models import Attachment, StoredFile
from groupware.attachments.queries import files
from groupware.attachments.services import adding
from groupware.attachments.services.handing import known
from groupware.db import session, unit
from groupware.errors import Denied, Invalid
from plugins.facility.services import photos


def picture(shade=60):
    """A small JPEG."""
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, shade)).save(stream, "JPEG")
    return stream.getvalue()


@pytest.fixture
def manager(hall):
    """The keeper manages what belongs to 総務課."""
    hall.factory.grant(
        "person", hall.keeper, "facility:facility:manage", scope="subtree", unit_id=hall.affairs
    )
    return hall.keeper


def send(hall, name, content, person=None):
    """A file that somebody sent in."""
    return hall.write(adding.add, person or hall.keeper, name, content).uid


def drawn(hall):
    """Let everything be examined and drawn, as jobs would."""
    with hall.app.app_context(), unit("write"):
        session.execute(update(StoredFile).values(state=ContentState.READY.value, pages=1))


def test_photos_of_a_facility_are_seen_by_those_who_see_it(hall, manager):
    secret = hall.add_room("秘書室", rights={})
    for room in (hall.room, secret):
        hall.write(photos.set_photos, manager, room, [send(hall, "入口.jpg", picture())])
    with hall.app.app_context(), unit("read"):
        uids = session.scalars(select(Attachment.uid).order_by(Attachment.id)).all()
    assert len(hall.read(lambda who: known(who, files(uids)), hall.booker)) == 1
    assert len(hall.read(lambda who: known(who, files(uids)), manager)) == 2


def test_only_managers_choose_photos_and_only_pictures(hall, manager):
    with pytest.raises(Denied):
        hall.write(photos.set_photos, hall.booker, hall.room, [send(hall, "a.jpg", picture(), hall.booker)])
    for name, content in (("メモ.txt", "鍵は守衛室".encode()),):
        with pytest.raises(Invalid) as refused:
            hall.write(photos.set_photos, manager, hall.room, [send(hall, name, content)])
        assert list(refused.value.fields) == ["photos"]
    many = [send(hall, f"{number}.jpg", picture(number)) for number in range(photos.MOST + 1)]
    with pytest.raises(Invalid) as refused:
        hall.write(photos.set_photos, manager, hall.room, many)
    assert list(refused.value.fields) == ["photos"]


def test_pages_show_photos_once_they_are_examined(hall, manager, sign_in):
    uid = send(hall, "入口から.jpg", picture())
    hall.write(photos.set_photos, manager, hall.room, [uid])
    client = sign_in(hall.booker)
    addresses = (
        f"/facility/facilities/{hall.room}",
        "/facility/search",
        "/facility/",
        "/facility/grid/week",
        f"/facility/bookings/{hall.book()}",
    )
    for address in addresses:
        assert f"{uid}/thumbnail" not in client.get(address).text
    drawn(hall)
    for address in addresses:
        assert f"{uid}/thumbnail" in client.get(address).text
    page = client.get(addresses[0]).text
    assert 'alt="501会議室の写真:入口から"' in page
    assert f"{uid}/preview" in page


def test_form_takes_photos_and_takes_them_away(hall, manager, sign_in):
    client = sign_in(manager, elevated=True)
    page = client.get(f"/facility/manage/{hall.room}").text
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)[1]
    group = re.search(r'<option selected value="([^"]+)"', page)[1]

    def save(version, **more):
        form = {
            "name": "501会議室",
            "group": group,
            "quantity": "1",
            "unit_id": hall.affairs,
            "version": version,
        }
        return client.post(f"/facility/manage/{hall.room}", data={"csrf_token": token, **form, **more})

    answer = save("1", photos_new=(io.BytesIO(picture()), "入口.jpg"))
    assert answer.status_code == 302
    page = client.get(f"/facility/manage/{hall.room}").text
    assert "入口.jpg" in page
    assert save("2").status_code == 302
    assert "入口.jpg" not in client.get(f"/facility/manage/{hall.room}").text
