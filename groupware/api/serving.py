"""Serves what plugins declare in their field `api`: lists with keyset paging, single objects with ETag, creation, change,
acts. A view reads, asks the plugin, and writes down what it says; what may be done is decided by the services behind.
"""

import hashlib
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, json, request
from pydantic import BaseModel

from groupware import access, idempotency
from groupware.api.reading import Unreadable, arguments_as, body_as, opaque, position_of
from groupware.db import unit
from groupware.errors import Changed, Denied, Invalid, NeedsPrecondition
from groupware.i18n import gettext
from groupware.plugin import Collection, Operation, Plugin
from groupware.web.boundary import actor
from groupware.web.gate import called_by, own_units

ROOT = "/api/v1"
PAGE = 50
LONGEST_KEY = 64
CONVERTERS = {"uuid": "uuid", "int": "int"}
PRIVATE = "private, no-cache"
"""Answers that carry an ETag may be kept by the program that asked and asked about again, by nobody else."""


def install(app: Flask, plugins: Any) -> None:
    """Register the addresses of every plugin."""
    for plugin in plugins:
        for collection in plugin.api:
            _Served(plugin, collection).register(app)


def path_of(plugin: Plugin, collection: Collection) -> str:
    """The address of a collection."""
    return f"{ROOT}/{plugin.id}" + (f"/{collection.id}" if collection.id else "")


class _Served:
    """The views of one collection."""

    def __init__(self, plugin: Plugin, collection: Collection) -> None:
        self.plugin, self.collection = plugin, collection
        self.path = path_of(plugin, collection)

    def register(self, app: Flask) -> None:
        """Add every operation that is declared."""
        one = f"{self.path}/<{CONVERTERS[self.collection.key]}:key>"
        declared = self.collection
        self._add(app, "list", "GET", self.path, self._list, declared.find)
        self._add(app, "create", "POST", self.path, self._create, declared.create)
        self._add(app, "read", "GET", one, self._read, declared.read)
        self._add(app, "change", "PATCH", one, self._change, declared.change)
        self._add(app, "remove", "DELETE", one, self._remove, declared.remove)
        for name, act in declared.acts.items():
            self._add(app, f"act_{name}", "POST", f"{one}/{name}", self._act(act), act)
        for name, part in declared.parts.items():
            self._add(app, f"part_{name}", "GET", f"{one}/{name}", self._part(part), part)

    def _add(
        self,
        app: Flask,
        name: str,
        method: str,
        rule: str,
        view: Callable[..., Any],
        operation: Operation | None,
    ) -> None:
        if operation is None:
            return
        scope = f"{self.plugin.id}:{'read' if method == 'GET' else 'write'}"

        def permitted(**values: Any) -> Response:
            needed = self.collection.permission
            if needed is not None:
                with _reading(operation):
                    self._require(needed)
            answer: Response = view(**values)
            return answer

        endpoint = f"{self.plugin.id}.api_{self.collection.id or 'all'}_{name}"
        declared = called_by("session", "personal", scope=scope)(permitted)
        app.add_url_rule(
            rule, endpoint, own_units(declared) if operation.own_units else declared, methods=[method]
        )

    @staticmethod
    def _require(permission: str) -> None:
        if not access.holds_somewhere(actor(), permission):
            raise Denied(gettext("Your permissions do not include this."), permission=permission)

    # ---- Lists ----

    def _list(self) -> Response:
        find = self.collection.find
        assert find is not None
        limit, after, rest = _paging(self.collection.most)
        found = find.run(actor(), arguments_as(find.takes, rest), limit, after)
        items = [item.model_dump(mode="json") for item in found.items]
        following = None
        if found.next is not None:
            following = f"{self.path}?{urlencode({**rest, 'limit': limit, 'cursor': opaque(found.next)})}"
        response = _json({"items": items, "next": following})
        if following is not None:
            response.headers["Link"] = f'<{following}>; rel="next"'
        return response

    # ---- Single objects ----

    def _seen(self, key: Any) -> Any:
        read = self.collection.read
        assert read is not None
        return read.run(actor(), key)

    def _answer(self, key: Any, status: int = 200) -> Response:
        read = self.collection.read
        assert read is not None
        response = _json(self._seen(key), status)
        response.set_etag(_tag(response.get_data()))
        response.headers["Cache-Control"] = PRIVATE
        return response

    def _read(self, key: Any) -> Response:
        _nothing(request.args.to_dict())
        response = self._answer(key)
        response.make_conditional(request)
        return response

    def _require_match(self, key: Any, *, is_needed: bool) -> Any:
        """What is there now. Raises Changed unless it is what the program has seen."""
        read = self.collection.read
        assert read is not None
        seen = self._seen(key)
        if not request.if_match:
            if is_needed:
                raise NeedsPrecondition(
                    gettext(
                        "Please send If-Match with the ETag of what you change, so that nobody's work is lost."
                    )
                )
            return seen
        if not request.if_match.contains(_tag(_bytes(seen))):
            raise Changed(gettext("It has changed since you read it. Please read it again."))
        return seen

    def _create(self) -> Response:
        create = self.collection.create
        assert create is not None
        body, sender = body_as(create.takes), actor()
        key = _idempotency_key()
        what = {"path": self.path, "body": body.model_dump(mode="json")}
        made = idempotency.once(
            sender, f"api:{key}" if key else "", what, lambda: {"key": str(create.run(sender, body))}
        )["key"]
        key_of_it = uuid.UUID(made) if self.collection.key == "uuid" else int(made)
        response = self._answer(key_of_it, 201)
        response.headers["Location"] = f"{self.path}/{made}"
        return response

    def _change(self, key: Any) -> Response:
        change = self.collection.change
        assert change is not None
        body = body_as(change.takes)
        change.run(actor(), key, body, self._require_match(key, is_needed=True))
        return self._answer(key)

    def _remove(self, key: Any) -> Response:
        remove = self.collection.remove
        assert remove is not None
        self._require_match(key, is_needed=False)
        remove.run(actor(), key)
        return Response(status=204)

    def _act(self, act: Operation) -> Callable[..., Response]:
        def view(key: Any) -> Response:
            body = body_as(act.takes) if act.takes is not None else None
            if self.collection.read is not None and request.if_match:
                with _reading(act):
                    self._require_match(key, is_needed=False)
            values = (body,) if act.takes is not None else ()
            act.run(actor(), key, *values)
            if self.collection.read is None:
                return Response(status=204)
            with _reading(act):
                return self._answer(key)

        return view

    def _part(self, part: Operation) -> Callable[..., Response]:
        def view(key: Any) -> Response:
            rest = request.args.to_dict()
            wanted = (arguments_as(part.takes, rest),) if part.takes is not None else ()
            if part.takes is None:
                _nothing(rest)
            return _json(part.run(actor(), key, *wanted))

        return view


def _reading(operation: Operation) -> AbstractContextManager[Any]:
    """A unit to read in, for an operation that is not in one."""
    return unit("read") if operation.own_units else nullcontext()


def _paging(most: int) -> tuple[int, tuple[Any, ...] | None, dict[str, str]]:
    rest = request.args.to_dict()
    text, cursor = rest.pop("limit", str(min(PAGE, most))), rest.pop("cursor", None)
    limit = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
    if not 1 <= limit <= most:
        message = gettext("A number from 1 to %(most)d.", most=most)
        raise Unreadable(message, fields={"limit": message})
    return limit, position_of(cursor) if cursor is not None else None, rest


def _nothing(rest: dict[str, str]) -> None:
    if rest:
        raise Unreadable(
            gettext("Some entries need your attention."),
            fields=dict.fromkeys(rest, gettext("This name is not known.")),
        )


def _idempotency_key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY or "\x00" in key:
        raise Invalid(
            gettext("An Idempotency-Key has at most %(limit)d characters.", limit=LONGEST_KEY), code="key"
        )
    return key


def _bytes(value: Any) -> bytes:
    return _json(value).get_data()


def _tag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _json(value: Any, status: int = 200) -> Response:
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    return Response(
        json.dumps(plain, ensure_ascii=False, sort_keys=False) + "\n", status, mimetype="application/json"
    )


__all__ = ["PAGE", "ROOT", "install", "path_of"]
