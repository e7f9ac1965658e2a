"""Events in the search: found by those who see all of them, and by no word of what is hidden."""

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import select

from groupware.attachments.services import adding
from groupware.db import session
from groupware.registry import registry
from groupware.search.services import indexing
from groupware.search.services.finding import Wanted, search
from plugins.schedule.enums import Visibility
from plugins.schedule.models import Event
from plugins.schedule.permissions import READ
from plugins.schedule.services import events


def found(office, person, text, **narrowed):
    def ask(actor):
        with office.app.test_request_context():
            result = search(actor, Wanted(text=text, kinds=("schedule.event",), **narrowed), has_counts=True)
        return [hit.about.title for hit in result.hits], result.counts.get("schedule.event", 0)

    return office.read(ask, person)


def test_event_is_found_by_title_place_and_text(office):
    office.enter(title="予算の打合せ", place="大会議室", text="資料は各自で用意")
    for words in ("予算", "大会議室", "各自で用意"):
        assert found(office, office.outsider, words) == (["予算の打合せ"], 1), words


def test_what_a_new_event_is_indexed_by_is_what_a_reindexing_finds(office):
    own = timezone(timedelta(hours=-5))
    times = {
        "starts_at": datetime(2026, 11, 30, 22, 0, 7, 9, own),
        "ends_at": datetime(2026, 12, 1, 9, 0, tzinfo=own),
    }
    office.enter(title="予算 の打合せ", place="大会議室", text="資料は\n各自で", **times)

    def differing(_actor):
        kind, keys = registry().search_kinds["schedule.event"], list(session.scalars(select(Event.id)))
        assert len(keys) == 1
        return indexing.differences(kind, keys, kind.texts(keys))

    assert office.read(differing, office.organiser) == 0


@pytest.mark.parametrize("visibility", [Visibility.PARTICIPANTS, Visibility.TIME_ONLY, Visibility.PRIVATE])
def test_no_word_and_no_count_tells_what_is_hidden(office, visibility):
    people = (f"person:{office.organiser}", f"person:{office.colleague}")
    office.enter(title="面談", text="異動の件", visibility=visibility, participants=people)
    for words in ("面談", "異動の件"):
        assert found(office, office.colleague, words) == (["面談"], 1)
        assert found(office, office.outsider, words) == ([], 0)


def test_event_of_which_the_title_is_seen_is_found_by_its_title_alone(office):
    people = (f"person:{office.organiser}", f"person:{office.colleague}")
    office.enter(
        title="面談",
        text="異動の件",
        place="応接室",
        visibility=Visibility.TIME_AND_TITLE,
        participants=people,
    )
    assert found(office, office.outsider, "面談") == (["面談"], 1)
    for words in ("異動の件", "応接室", "面談 異動の件"):
        assert found(office, office.outsider, words) == ([], 0), words
    # Nor does a word that is not wanted tell whether the text has it.
    assert found(office, office.outsider, "面談 -異動の件") == (["面談"], 1)
    assert found(office, office.colleague, "面談 -異動の件") == ([], 0)
    assert found(office, office.outsider, "面談", person_id=office.organiser) == ([], 0)
    assert found(office, office.colleague, "面談", person_id=office.organiser) == (["面談"], 1)


def test_what_is_said_of_it_is_no_more_than_the_title(office):
    office.enter(title="面談", text="異動の件", place="応接室", visibility=Visibility.TIME_AND_TITLE)

    def about(actor):
        with office.app.test_request_context():
            (hit,) = search(actor, Wanted(text="面談")).hits
        return hit.about.detail, hit.about.text

    assert "応接室" in office.read(about, office.organiser)[0]
    detail, text = office.read(about, office.outsider)
    assert "応接室" not in detail
    assert text == ""


def test_grant_finds_all_but_private_events(office):
    office.grant(office.secretary, READ, office.city)
    office.enter(title="局長レク", visibility=Visibility.PARTICIPANTS)
    office.enter(title="歯科", visibility=Visibility.PRIVATE)
    assert found(office, office.secretary, "局長レク") == (["局長レク"], 1)
    assert found(office, office.secretary, "歯科") == ([], 0)


def test_search_follows_changes_and_forgets_what_was_cancelled(office):
    uid = office.enter(title="旧称の会")
    office.write(events.change, office.organiser, uid, office.content(title="新称の会"), version=1)
    assert found(office, office.organiser, "旧称の会") == ([], 0)
    assert found(office, office.organiser, "新称の会") == (["新称の会"], 1)
    office.write(events.cancel, office.organiser, uid)
    assert found(office, office.organiser, "新称の会") == ([], 0)


def test_files_of_an_event_are_found_with_it(office):
    file = office.write(adding.add, office.organiser, "配布資料一覧.txt", b"agenda").uid
    office.enter(files=(file,), visibility=Visibility.TIME_AND_TITLE)
    assert found(office, office.organiser, "配布資料一覧")[1] == 1
    assert found(office, office.outsider, "配布資料一覧") == ([], 0)
