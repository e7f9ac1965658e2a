"""Two sample functions that answer the search box."""

from dataclasses import dataclass, field

import pytest

from groupware.db import unit
from groupware.plugin import CONTRACT, Plugin, SearchHit, SearchProvider
from groupware.setup import initialise


@dataclass(slots=True)
class Answers:
    """What the sample functions find."""

    notes: list[SearchHit] = field(default_factory=list)
    asked: list[tuple[str, int]] = field(default_factory=list)

    def find(self, actor, text, limit):
        self.asked.append((text, limit))
        return self.notes[:limit]


@pytest.fixture
def answers():
    return Answers()


@pytest.fixture
def app(make_app, answers):
    plugin = Plugin(
        id="sample",
        contract=CONTRACT,
        title="Sample",
        summary="A function for tests.",
        icon="inbox",
        order=1,
        in_menu=False,
        search=(SearchProvider(id="sample.notes", title="Notes", icon="inbox", find=answers.find),),
    )
    built = make_app(chosen=[plugin])
    with built.app_context(), unit("write"):
        initialise()
    return built


@pytest.fixture
def clerk(factory):
    section = factory.unit("総務課", factory.unit("みなと市"))
    return factory.person("林 葵", section, factory.post("主事", 50), kana="はやし あおい")
