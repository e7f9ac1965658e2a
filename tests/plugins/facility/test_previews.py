"""Links to facilities and bookings: a private booking tells its title only to whom the page tells it."""

from typing import Any
from uuid import UUID

from groupware.web.previews import Preview, previews
from tests.plugins.facility.conftest import Hall


def _shown(hall: Hall, person: int, endpoint: str, uid: UUID) -> list[Preview]:
    path = hall.app.url_map.bind("localhost").build(endpoint, {"uid": uid})

    def ask(actor: Any) -> list[Preview]:
        with hall.app.test_request_context():
            return list(previews(actor, [f"http://localhost{path}"]).values())

    return list(hall.read(ask, person))


def test_a_booking_is_shown_as_its_page_shows_it(hall: Hall) -> None:
    open_one, private = hall.book(), hall.book(None, hall.other, title="人事面談", is_private=True)
    assert [one.title for one in _shown(hall, hall.outsider, "facility.reservation", open_one)] == [
        "定例会議"
    ]
    assert [one.title for one in _shown(hall, hall.booker, "facility.reservation", private)] == ["人事面談"]
    (seen,) = _shown(hall, hall.outsider, "facility.reservation", private)
    assert "人事面談" not in seen.title + seen.detail
    assert "10:00–11:00" in seen.detail


def test_a_facility_is_shown(hall: Hall) -> None:
    assert len(_shown(hall, hall.booker, "facility.facility", hall.room)) == 1
    hall.switch_off()
    assert _shown(hall, hall.booker, "facility.facility", hall.room) == []
