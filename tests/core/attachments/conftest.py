"""A function with leaves that have files, people who may and may not see them, and a browser that sends files in pieces."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from groupware.attachments.services import owning
from groupware.attachments.services.uploads import PIECE
from groupware.db import unit
from groupware.plugin import CONTRACT, AttachmentOwner, Owned, Plugin
from groupware.setup import initialise
from groupware.testing.factories import Factory
from groupware.testing.signing_in import sign_in_as

LEAF, DRAFT = "tea.leaf", "tea.draft"


@dataclass
class Leaves:
    """Which leaves whom: leaf → (readers, managers), labels."""

    readers: dict[int, set[int]]
    managers: dict[int, set[int]]
    labels: dict[int, str]
    unit_id: int = 0

    def visible(self, actor: Any, ids: Any) -> dict[int, Owned]:
        return {
            one: Owned(
                title=f"葉{one}",
                endpoint="portal.index",
                arguments={},
                unit_id=self.unit_id,
                classification=self.labels.get(one, "1"),
                is_manager=actor.person_id in self.managers.get(one, ()),
            )
            for one in ids
            if actor.person_id in self.readers.get(one, set()) | self.managers.get(one, set())
        }


@pytest.fixture
def leaves() -> Leaves:
    return Leaves({}, {}, {})


@pytest.fixture
def app(make_app, leaves) -> Flask:
    tea = Plugin(
        id="tea",
        contract=CONTRACT,
        title="Tea",
        summary="Tea.",
        icon="tag",
        order=1,
        in_menu=False,
        attachments=(
            AttachmentOwner(id=LEAF, title="Leaf", visible=leaves.visible),
            AttachmentOwner(id=DRAFT, title="Draft", visible=leaves.visible, is_provisional=True),
        ),
    )
    built = make_app(chosen=[tea])
    built.config["WTF_CSRF_ENABLED"] = False
    with built.app_context(), unit("write"):
        initialise()
    return built


@dataclass
class House:
    """A section with two people, and another one with a third."""

    app: Flask
    factory: Factory
    section: int
    author: int
    reader: int
    stranger: int

    def attach(self, leaf: int, *uids: Any, by: int | None = None, owner: str = LEAF) -> list[Any]:
        who = self.factory.actor(by or self.author)
        with self.app.app_context(), unit("write"):
            return owning.attach(who, owner, leaf, list(uids), unit_id=self.section)


@pytest.fixture
def house(app, factory, leaves) -> House:
    city = factory.unit("みなと市")
    section = factory.unit("総務課", city)
    post = factory.post("主事", 50)
    leaves.unit_id = section
    return House(
        app,
        factory,
        section,
        factory.person("佐藤 葵", section, post),
        factory.person("鈴木 蓮", section, post),
        factory.person("田中 湊", factory.unit("財政課", city), post),
    )


def digest_field(piece: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(piece).digest()).decode()}:"


@dataclass
class Sender:
    """A browser of one person."""

    client: FlaskClient

    def begin(self, name: str, size: int, **more: Any) -> TestResponse:
        return self.client.post("/attachments/uploads", json={"name": name, "size": size, **more})

    def put(self, url: str, offset: int, piece: bytes, checksum: str | None = None) -> TestResponse:
        headers = {
            "Upload-Offset": str(offset),
            "Content-Digest": digest_field(piece) if checksum is None else checksum,
            "Accept": "application/json",
        }
        return self.client.put(url, data=piece, headers=headers)

    def finish(self, url: str) -> TestResponse:
        return self.client.post(f"{url}/complete", headers={"Accept": "application/json"})

    def send(self, name: str, content: bytes) -> str:
        """The uid of a file that was sent whole."""
        begun = self.begin(name, len(content))
        assert begun.status_code == 201, begun.text
        url = begun.json["url"]
        for offset in range(0, len(content), PIECE):
            answer = self.put(url, offset, content[offset : offset + PIECE])
            assert answer.status_code == 204, answer.text
        done = self.finish(url)
        assert done.status_code == 201, done.text
        return done.json["uid"]


@pytest.fixture
def sender(app, house) -> Callable[..., Sender]:
    """`sender(person_id)`, the author without."""
    return lambda person_id=None: Sender(sign_in_as(app, person_id or house.author))
