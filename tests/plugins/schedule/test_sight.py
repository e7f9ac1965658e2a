"""What somebody sees of an event: every visibility × every tie, in lists and on the event's own page alike."""

import pytest

from groupware.errors import NotFound
from plugins.schedule.enums import Hidden, Sight, Visibility
from plugins.schedule.permissions import READ, WRITE
from plugins.schedule.queries.events import opened
from plugins.schedule.rules import HIDDEN

NOTHING, TIME, TITLE, FULL = Sight
TABLE = {
    # visibility: (organiser, who entered it, participant, chosen, reader by grant, secretary, anybody)
    Visibility.EVERYONE: (FULL, FULL, FULL, FULL, FULL, FULL, FULL),
    Visibility.TIME_AND_TITLE: (FULL, FULL, FULL, TITLE, FULL, FULL, TITLE),
    Visibility.TIME_ONLY: (FULL, FULL, FULL, TIME, FULL, FULL, TIME),
    Visibility.PARTICIPANTS: (FULL, FULL, FULL, TIME, FULL, FULL, TIME),
    Visibility.CHOSEN: (FULL, FULL, FULL, FULL, FULL, FULL, TIME),
    Visibility.PRIVATE: (FULL, FULL, FULL, TIME, TIME, TIME, TIME),
}


@pytest.fixture
def ties(office):
    """A person for each tie, in the order of the table."""
    clerk = office.factory.post("書記", 50)
    made = {name: office.factory.person(name, office.waste, clerk) for name in ("選 一", "閲 覧", "代 理")}
    office.grant(made["閲 覧"], READ, office.welfare)
    office.grant(made["代 理"], WRITE, office.welfare)
    return (
        office.organiser,
        office.secretary,
        office.colleague,
        made["選 一"],
        made["閲 覧"],
        made["代 理"],
        office.outsider,
    )


@pytest.mark.parametrize("hidden", list(Hidden))
@pytest.mark.parametrize("visibility", list(Visibility))
def test_sight_of_every_tie(office, ties, visibility, hidden):
    office.set_rule(HIDDEN, hidden.value)
    office.grant(office.secretary, WRITE, office.shelter)
    people = (f"person:{office.organiser}", f"person:{office.colleague}")
    viewers = (f"person:{ties[3]}",) if visibility is Visibility.CHOSEN else ()
    uid = office.enter(
        office.secretary,
        organiser_id=office.organiser,
        participants=people,
        visibility=visibility,
        viewers=viewers,
        place="第1会議室",
    )
    for person, expected in zip(ties, TABLE[visibility], strict=True):
        is_ruled = visibility not in (Visibility.TIME_ONLY, Visibility.TIME_AND_TITLE)
        wanted = NOTHING if expected is TIME and is_ruled and hidden is Hidden.NOTHING else expected
        found = office.seen(person, office.organiser)
        assert [one.sight for one in found] == ([wanted] if wanted else []), (visibility, person)
        for one in found:
            assert bool(one.title) == (one.sight >= TITLE)
            assert bool(one.place) == (one.sight is FULL)
        if wanted >= TITLE:
            assert office.read(opened, person, uid).sight is wanted
        else:
            with pytest.raises(NotFound):
                office.read(opened, person, uid)
