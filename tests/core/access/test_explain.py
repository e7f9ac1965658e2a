"""An explanation names what decided, for the one who asks and for everybody who may."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import exists, select

from groupware import clock
from groupware.access import Relation, grant, is_among
from groupware.access.enums import PrincipalKind
from groupware.access.explain import explain, who_can
from groupware.access.models import Principal
from groupware.access.objects import ObjectAccess, model_of
from groupware.access.principals import principal
from groupware.actor import system
from groupware.directory.models import DutyKind
from groupware.directory.picking import Ref, words_of
from groupware.errors import NotFound
from groupware.portal.models import SectionPage

READ = "portal:page:write"
"""Serves as the permission to read in this test: it is given to nobody by itself."""


def _section(page_id):
    return (
        select(Principal.id)
        .join(SectionPage, SectionPage.unit_id == Principal.ref)
        .where(SectionPage.id == page_id, Principal.kind == PrincipalKind.UNIT)
    )


@pytest.fixture
def page(city, write, monkeypatch):
    """A page of 保護課 that its own section may read."""
    access = ObjectAccess(
        type="test.page",
        read=READ,
        unit=SectionPage.unit_id,
        relations=(
            Relation(
                name="section",
                title="書いた課の職員のため",
                permissions=frozenset({READ}),
                criterion=exists().where(
                    Principal.kind == PrincipalKind.UNIT,
                    Principal.ref == SectionPage.unit_id,
                    is_among(Principal.id),
                ),
                principals=_section,
            ),
            Relation(
                name="writer",
                title="書いた人のため",
                permissions=frozenset({READ}),
                criterion=SectionPage.changed_by == 0,
            ),
        ),
    )
    monkeypatch.setattr(SectionPage, "access", access)
    with write() as session:
        made = SectionPage(
            uid=uuid.uuid4(),
            unit_id=city.protection,
            title="様式集",
            html="",
            created_at=clock.now(),
            changed_at=clock.now(),
        )
        session.add(made)
        session.flush()
        return made.id


def texts(reasons):
    return [(reason.kind, reason.text, reason.label) for reason in reasons]


def label(kind, ref, ref2=0):
    """What the picker calls a principal."""
    return words_of([Ref(kind, ref, ref2)])[Ref(kind, ref, ref2)].label


def test_relation_is_named_with_the_principal_it_came_by(factory, city, page, read):
    actor = factory.actor(city.clerk)
    with read() as session:
        assert texts(explain(actor, city.clerk, READ, session.get(SectionPage, page))) == [
            ("relation", "書いた課の職員のため", label(PrincipalKind.UNIT, city.protection))
        ]


def test_grants_are_named_with_principal_scope_and_end(factory, city, page, read):
    end = clock.today() + timedelta(days=9)
    factory.grant(
        PrincipalKind.UNIT_TREE,
        city.environment,
        READ,
        scope="subtree",
        unit_id=city.welfare,
        valid_until=end,
    )
    actor = factory.actor(city.clerk)
    with read() as session:
        reasons = explain(actor, city.staff, READ, session.get(SectionPage, page))
        holder = label(PrincipalKind.UNIT_TREE, city.environment)
    assert texts(reasons) == [("grant", f"権限の付与({holder}、福祉局以下)によります。", holder)]
    assert reasons[0].until == end


def test_duty_reaches_as_far_as_its_unit(factory, city, page, read):
    actor = factory.actor(city.clerk)
    with read() as session:
        found = session.get(SectionPage, page)
        mine = explain(actor, city.administrator, READ, found)
        other = explain(actor, city.other_administrator, READ, found)
    assert [reason.text for reason in mine] == ["権限の付与(機能管理者、福祉局以下)によります。"]
    assert other == []


def test_wider_permission_is_named(factory, city, page, read):
    actor = factory.actor(city.clerk)
    with read() as session:
        reasons = explain(actor, city.system_administrator, READ, session.get(SectionPage, page))
    assert [reason.permission for reason in reasons] == ["administration:system:manage"]


def test_whoever_cannot_read_learns_nothing(factory, city, page, read):
    actor = factory.actor(city.staff)
    with read() as session:
        found = session.get(SectionPage, page)
        with pytest.raises(NotFound):
            explain(actor, city.clerk, READ, found)
        with pytest.raises(NotFound):
            who_can(actor, READ, found)


def test_person_who_is_not_here_is_not_found(factory, city, page, read):
    actor = factory.actor(city.clerk)
    with read() as session, pytest.raises(NotFound):
        explain(actor, 999_999, READ, session.get(SectionPage, page))


def test_everybody_who_may_is_named_and_counted_once(factory, city, page, read):
    factory.grant(PrincipalKind.PERSON, city.clerk, READ, scope="subtree", unit_id=city.root)
    factory.grant(PrincipalKind.PERSON, city.staff, READ, scope="subtree", unit_id=city.environment)
    actor = factory.actor(city.clerk)
    with read() as session:
        found = who_can(actor, READ, session.get(SectionPage, page))
        duty = session.query(DutyKind).filter_by(code="function_administrator").one().id
        expected = {
            (label(PrincipalKind.UNIT, city.protection), "relation", 1),
            ("佐藤 葵", "grant", 1),
            (label(PrincipalKind.DUTY, duty, city.welfare), "grant", 1),
            ("システム管理者", "grant", 1),
        }
    assert {(entry.label.text, entry.reason.kind, entry.people) for entry in found.entries} == expected
    assert found.people == 3
    assert found.unnamed == ("書いた人のため",)


def test_one_object_alone_can_be_granted(factory, city, page, read, write):
    with write() as session:
        receiver = principal(PrincipalKind.PERSON, city.staff)
        grant(system(), receiver, READ, scope="object", obj=session.get(SectionPage, page))
    actor = factory.actor(city.staff)
    with read() as session:
        reasons = explain(actor, city.staff, READ, session.get(SectionPage, page))
    assert [reason.text for reason in reasons] == ["権限の付与(鈴木 蓮、この1件だけ)によります。"]


def test_model_is_found_by_its_type(page):
    assert model_of("test.page") is SectionPage
    assert model_of("gone.thing") is None


def test_number_of_queries_does_not_grow_with_the_grants(factory, city, page, read, count_queries):
    actor = factory.actor(city.clerk)
    numbers = []
    for person in (city.staff, city.auditor, city.other_administrator):
        factory.grant(PrincipalKind.PERSON, person, READ)
        with count_queries() as statements, read() as session:
            who_can(actor, READ, session.get(SectionPage, page))
        numbers.append(sum("core_cache_versions" not in text for text in statements.texts))
    # The first one also reads the organisation.
    assert numbers[1:] == [10, 10]
