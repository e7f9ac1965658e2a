"""A small city whose portal has a sample function with portlets."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask import Blueprint

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.principals import rebuild
from groupware.db import unit
from groupware.directory.models import Appointment
from groupware.plugin import CONTRACT, PendingItem, PendingSource, Plugin, Portlet
from groupware.setup import initialise
from groupware.testing.factories import LONG_AGO
from groupware.web.gate import signed_in


@dataclass(slots=True)
class Sample:
    """What the sample function answers; tests change it."""

    values: dict | None = None
    top: dict | None = None
    pending: tuple[PendingItem, ...] = ()
    is_broken: bool = False

    def load(self, actor):
        if self.is_broken:
            raise ZeroDivisionError
        return self.values or {}

    def load_top(self, actor):
        return self.top or {}

    def load_pending(self, actor, limit):
        return self.pending[:limit], len(self.pending)


@pytest.fixture
def sample():
    return Sample(values={"words": "three new notices"})


@pytest.fixture
def sample_plugin(sample, tmp_path):
    folder = tmp_path / "sample_templates" / "sample"
    folder.mkdir(parents=True)
    (folder / "_block.html").write_text("<p class='sample'>{{ words }}</p>", encoding="utf-8")
    blueprint = Blueprint("sample", __name__, template_folder=str(folder.parent))

    @blueprint.get("/")
    @signed_in
    def index():
        return "sample page"

    return Plugin(
        id="sample",
        contract=CONTRACT,
        title="Sample",
        summary="A function for tests.",
        icon="inbox",
        order=50,
        endpoint="sample.index",
        blueprint=blueprint,
        portlets=(
            Portlet(
                id="sample.news",
                title="Sample news",
                icon="inbox",
                template="sample/_block.html",
                load=sample.load,
                order=30,
                endpoint="sample.index",
            ),
            Portlet(
                id="sample.honour",
                title="Sample honour",
                icon="inbox",
                template="sample/_block.html",
                load=sample.load_top,
                column="top",
            ),
        ),
        pending=(PendingSource(id="sample.pending", load=sample.load_pending),),
    )


@pytest.fixture
def app(make_app, sample_plugin):
    """The house with the sample function alone."""
    built = make_app(chosen=[sample_plugin])
    with built.app_context(), unit("write"):
        initialise()
    return built


@dataclass(frozen=True, slots=True)
class City:
    """Ids of units and people."""

    root: int
    bureau: int
    section: int
    other_bureau: int
    other_section: int
    clerk: int
    stranger: int
    administrator: int
    system_administrator: int


@pytest.fixture
def city(factory):
    root = factory.unit("みなと市")
    bureau = factory.unit("総務局", root)
    section = factory.unit("総務課", bureau)
    other_bureau = factory.unit("福祉局", root)
    other_section = factory.unit("介護保険課", other_bureau)
    post = factory.post("主事", 50)
    clerk = factory.person("佐藤 葵", section, post, kana="さとう あおい", extension="2104")
    stranger = factory.person("鈴木 翔", other_section, post)
    administrator = factory.person("高橋 直美", section, post, extension="2101")
    factory.duty(administrator, section)
    system_administrator = factory.person("管理 太郎", bureau, post)
    for permission in ("portal:layout:manage", "portal:launcher:manage", "portal:page:write"):
        factory.grant(PrincipalKind.PERSON, system_administrator, permission)
    return City(
        root,
        bureau,
        section,
        other_bureau,
        other_section,
        clerk,
        stranger,
        administrator,
        system_administrator,
    )


@pytest.fixture
def concurrent(write):
    """`concurrent(person_id, unit_id)` gives a person a second appointment there."""

    def appoint(person_id, unit_id):
        with write() as session:
            post_id = session.query(Appointment.post_id).filter_by(person_id=person_id).scalar()
            session.add(
                Appointment(
                    person_id=person_id,
                    unit_id=unit_id,
                    post_id=post_id,
                    kind="concurrent",
                    valid_from=LONG_AGO,
                )
            )
            session.flush()
            rebuild([person_id])

    return appoint


@pytest.fixture
def item():
    """`item("title", days=3, nudged=True)` waits for somebody."""

    def make(title, days=None, *, nudged=False, **changes):
        made = PendingItem(title=title, url="/sample/", kind="Sample", icon="inbox", **changes)
        due = clock.today() + timedelta(days=days) if days is not None else None
        return replace(made, due=due, nudged_at=clock.now() if nudged else None)

    return make
