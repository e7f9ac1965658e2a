"""Links to events: time and title for those who see them, the place only for those who see everything."""

import pytest

from groupware.web.previews import previews
from plugins.schedule.enums import Visibility


@pytest.mark.parametrize(
    ("visibility", "others"),
    [
        (Visibility.TIME_AND_TITLE, ["面談"]),
        (Visibility.TIME_ONLY, []),
        (Visibility.PRIVATE, []),
    ],
)
def test_an_event_is_shown_as_far_as_it_is_seen(office, visibility, others):
    people = (f"person:{office.organiser}", f"person:{office.colleague}")
    uid = office.enter(title="面談", place="応接室", visibility=visibility, participants=people)
    path = office.app.url_map.bind("localhost").build("schedule.event", {"uid": uid})

    def shown(person):
        def ask(actor):
            with office.app.test_request_context():
                return list(previews(actor, [f"http://localhost{path}"]).values())

        return office.read(ask, person)

    (full,) = shown(office.colleague)
    assert full.title == "面談"
    assert "応接室" in full.detail
    found = shown(office.outsider)
    assert [one.title for one in found] == others
    assert not any("応接室" in one.detail for one in found)
