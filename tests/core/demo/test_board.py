"""The board that the bulletin plugin seeds: texts, dates, readers, and what is still going on."""

from collections import Counter
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from sqlalchemy import exists, func, select

from groupware import clock, rules
from groupware.access.models import PersonPrincipal
from groupware.calendar.holidays import is_working_day
from groupware.db import session, unit
from groupware.demo import careers, duties, organisation, people, staffing
from groupware.demo.context import SIZES, DemoContext
from groupware.directory.models import OrgUnitVersion, Person
from groupware.guards.enums import Label
from groupware.text.html import sanitise, to_plain
from plugins.bulletin.enums import Phase, PostingState, SenderKind
from plugins.bulletin.models import Addressed, Comment, Draft, Nudge, Posting, Reaction, Reading
from plugins.bulletin.queries.items import phase_of
from plugins.bulletin.rules import APPROVAL, TITLE_LENGTH
from plugins.bulletin.seed.planning import Plan, plans
from tests.core.demo.conftest import DAY, Demo


@cache
def planned(size: str) -> tuple[DemoContext, list[Plan]]:
    """What is to be posted, in memory."""
    context = DemoContext(size=SIZES[size], today=clock.local(DAY).date(), now=DAY)
    context.posts = {post.name: post for post in staffing.posts()}
    organisation.grow(context)
    people.engage(context, staffing.positions(context))
    careers.careers(context)
    people.number_staff(context)
    duties.assign(context)
    return context, plans(context)


def scalars(demo: Demo, statement: Any) -> list[Any]:
    """The rows of a statement with one column."""
    with clock.frozen(DAY), demo.app.app_context(), unit("read"):
        return list(session.scalars(statement))


def count(demo: Demo, model: Any, *criteria: Any) -> int:
    """How many rows of a model fit."""
    return int(scalars(demo, select(func.count()).select_from(model).where(*criteria))[0])


def test_city_of_kobe_s_size_has_about_twenty_thousand_postings() -> None:
    _, found = planned("kobe")

    assert 19_500 < len(found) < 20_500


@pytest.mark.parametrize("size", ["village", "kobe"])
def test_some_postings_are_confidential_and_none_of_them_is_for_everybody(size: str) -> None:
    context, found = planned(size)

    confidential = [plan for plan in found if plan.classification is Label.THREE]
    assert any(plan.shown_from <= context.now < plan.shown_to for plan in confidential)
    assert all(len(plan.people) < len(context.own_people) for plan in confidential)


@pytest.mark.parametrize("size", ["village", "kobe"])
def test_every_text_is_filled_and_fits(size: str) -> None:
    _, found = planned(size)

    for plan in found:
        words = plan.title + to_plain(plan.html)
        assert not set("{}|") & set(words), words
        assert len(plan.title) <= 100
        assert plan.html == sanitise(plan.html)
        assert plan.people


def test_offices_post_on_working_days_only() -> None:
    _, found = planned("city")

    assert all(is_working_day(clock.local(plan.shown_from).date()) for plan in found)


def test_texts_of_a_large_city_are_varied() -> None:
    _, found = planned("kobe")

    assert len({plan.title for plan in found}) > 4000
    assert max(Counter(plan.html for plan in found).values()) < len(found) / 20


def test_mayor_posts_twice_a_month_and_never_the_same() -> None:
    _, found = planned("village")

    titles = [plan.title for plan in found if plan.is_from_mayor]

    assert 34 <= len(titles) == len(set(titles))


def test_postings_within_a_section_are_posted_by_its_own_people() -> None:
    _, found = planned("city")

    for plan in found:
        if plan.category == "sections" and plan.sender is SenderKind.PERSON:
            assert plan.author.unit is plan.unit


def test_board_of_the_village_has_postings_in_every_phase(demo: Demo) -> None:
    with demo.app.app_context(), unit("read"):
        rows = session.execute(select(Posting.state, Posting.shown_from, Posting.shown_to)).all()

    phases = {phase_of(*row, DAY) for row in rows}

    assert phases == set(Phase)


@pytest.mark.parametrize("model", [Comment, Reaction, Draft, Nudge])
def test_board_of_the_village_is_in_use(demo: Demo, model: Any) -> None:
    assert count(demo, model) > 0


def test_nobody_has_read_what_was_not_addressed_to_them(demo: Demo) -> None:
    addressed = exists().where(
        Addressed.posting_id == Reading.posting_id,
        PersonPrincipal.principal_id == Addressed.principal_id,
        PersonPrincipal.person_id == Reading.person_id,
    )

    assert count(demo, Reading, ~addressed) == 0


def test_nobody_has_read_or_confirmed_in_the_future_or_before_it_was_shown(demo: Demo) -> None:
    shown = select(Posting.shown_from).where(Posting.id == Reading.posting_id).scalar_subquery()

    assert count(demo, Reading, Reading.read_at > DAY) == 0
    assert count(demo, Reading, Reading.confirmed_at > DAY) == 0
    assert count(demo, Reading, Reading.read_at < shown) == 0


def test_something_waits_to_be_confirmed_by_some_and_was_confirmed_by_others(demo: Demo) -> None:
    waiting = (
        Posting.needs_confirmation & (Posting.shown_from < DAY - timedelta(days=2)) & (Posting.shown_to > DAY)
    )
    found = scalars(demo, select(Posting.id).where(waiting, Posting.addressed_count == 60))

    for posting_id in found:
        confirmed = count(demo, Reading, Reading.posting_id == posting_id, Reading.confirmed_at.is_not(None))
        assert 0 < confirmed < 60
    assert found


def test_readings_reach_back_over_a_year(demo: Demo) -> None:
    assert count(demo, Reading, Reading.read_at < DAY - timedelta(days=365)) > 1000


def test_bureau_with_the_approval_rule_has_something_waiting(demo: Demo) -> None:
    with clock.frozen(DAY), demo.app.app_context(), unit("read"):
        bureau = session.scalars(select(OrgUnitVersion.unit_id).where(OrgUnitVersion.name == "福祉局")).one()
        value = rules.value(APPROVAL, bureau)
        long_ago = rules.value(APPROVAL, bureau, DAY.date() - timedelta(days=800))

    assert (value, long_ago) == ("always", "all_staff")
    assert count(demo, Posting, Posting.state == PostingState.AWAITING.value) >= 1
    assert count(demo, Posting, Posting.state == PostingState.RETURNED.value) >= 1


def test_no_subject_is_longer_than_the_rule_allows(demo: Demo) -> None:
    with demo.app.app_context(), unit("read"):
        limit = rules.value(TITLE_LENGTH, None)

    assert count(demo, Posting, func.length(Posting.title) > limit) == 0


def test_authors_worked_here_when_they_wrote(demo: Demo) -> None:
    rows = scalars(
        demo,
        select(Posting.id).join(Person, Person.id == Posting.author_id).where(Person.left_on < DAY.date()),
    )

    assert rows == []
