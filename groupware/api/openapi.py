"""The description of the API (OpenAPI 3.1), written from what plugins declare; page and JSON are made of the same."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from groupware import __version__
from groupware.api.serving import LONGEST_KEY, PAGE, path_of
from groupware.api.shapes import Output, Problem
from groupware.guards.enums import Confirmation
from groupware.i18n import gettext
from groupware.plugin import Call, Collection, Operation, Plugin
from groupware.registry import Registry
from groupware.web.confirming import HEADER

JSON = "application/json"
PROBLEM = "application/problem+json"
Mode = Literal["serialization", "validation"]
REF = "#/components/schemas/{model}"


class TokenPerson(Output):
    """Whom a token acts for."""

    uid: str
    display_name: str


class TokenView(Output):
    """What a token may do, and until when."""

    name: str
    kind: str
    person: TokenPerson | None
    system: str | None
    scopes: list[str]
    expires_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One operation as page and document show it."""

    plugin: Plugin
    collection: Collection
    name: str
    method: str
    path: str
    operation: Operation
    scope: str

    @property
    def has_key(self) -> bool:
        """Whether it is about one thing."""
        return "{key}" in self.path


def operations(registry: Registry) -> Iterator[Described]:
    """Every declared operation, in menu order."""
    for plugin in registry:
        for collection in plugin.api:
            yield from _of_collection(plugin, collection)


def _of_collection(plugin: Plugin, collection: Collection) -> Iterator[Described]:
    path = path_of(plugin, collection)
    one = f"{path}/{{key}}"
    known: list[tuple[str, str, str, Operation | None]] = [
        ("list", "GET", path, collection.find),
        ("create", "POST", path, collection.create),
        ("read", "GET", one, collection.read),
        ("change", "PATCH", one, collection.change),
        ("remove", "DELETE", one, collection.remove),
        *((f"act_{name}", "POST", f"{one}/{name}", act) for name, act in collection.acts.items()),
        *((f"part_{name}", "GET", f"{one}/{name}", part) for name, part in collection.parts.items()),
    ]
    for name, method, place, operation in known:
        if operation is not None:
            yield Described(
                plugin=plugin,
                collection=collection,
                name=name,
                method=method,
                path=place,
                operation=operation,
                scope=f"{plugin.id}:{'read' if method == 'GET' else 'write'}",
            )


def calls(registry: Registry) -> Iterator[tuple[Plugin, Call]]:
    """Every declared call that is about no collection, in menu order."""
    for plugin in registry:
        for call in plugin.calls:
            yield plugin, call


def document(registry: Registry, municipality: str) -> dict[str, Any]:
    """The whole description, in the current language."""
    found = list(operations(registry))
    paths: dict[str, dict[str, Any]] = {
        "/api/v1/token": {
            "get": {
                "operationId": "token",
                "summary": gettext("What the token that calls may do, and until when"),
                "tags": ["api"],
                "security": [{"token": []}],
                "responses": {"200": _content(gettext("Done"), TokenView), **_refusals()},
            }
        }
    }
    for one in found:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    for plugin, call in calls(registry):
        paths.setdefault(call.path, {})[call.method.lower()] = _call(plugin, call)
    refs, definitions = _schemas(found, [call for _, call in calls(registry)])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{municipality} {gettext('Groupware')} API",
            "version": __version__,
            "description": gettext(
                "Programs do with a token what its person may do, through the same services and permissions as the pages."
            ),
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": p.id, "description": str(p.title)} for p in registry if p.api or p.calls],
        "paths": _with_references(paths, refs),
        "components": {
            "schemas": definitions,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": gettext("An access token")}
            },
        },
    }


def _operation(one: Described) -> dict[str, Any]:
    operation, collection = one.operation, one.collection
    described: dict[str, Any] = {
        "operationId": f"{one.plugin.id}_{collection.id or 'all'}_{one.name}",
        "summary": str(operation.title),
        "description": gettext("Scope: %(scope)s", scope=one.scope),
        "tags": [one.plugin.id],
        "security": [{"token": []}],
        "parameters": _parameters(one),
        "responses": _responses(one),
    }
    if one.method in ("POST", "PATCH") and operation.takes is not None:
        described["requestBody"] = _body(operation.takes)
    return described


def _call(plugin: Plugin, call: Call) -> dict[str, Any]:
    names = re.findall(r"{(\w+)}", call.path)
    answers = {
        status: _content(gettext("Done"), model) if model is not None else {"description": gettext("Done")}
        for status, model in call.answers.items()
    }
    described: dict[str, Any] = {
        "operationId": "_".join([plugin.id, *re.findall(r"\w+", call.path)[3:], call.method.lower()]),
        "summary": str(call.title),
        "description": gettext("Scope: %(scope)s", scope=call.scope),
        "tags": [plugin.id],
        "security": [] if call.address_part else [{"token": []}],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
            for name in names
        ],
        "responses": {**answers, **_refusals(takes=call.takes, writes=call.method != "GET", has_thing=True)},
    }
    if call.takes is not None:
        described["requestBody"] = _body(call.takes)
    return described


def _body(model: type[BaseModel]) -> dict[str, Any]:
    return {"required": True, "content": {JSON: {"schema": {"$ref": _ref(model, "validation")}}}}


def _parameters(one: Described) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if one.has_key:
        schema = {"type": "string", "format": "uuid"} if one.collection.key == "uuid" else _KEY
        found.append({"name": "key", "in": "path", "required": True, "schema": schema})
    if one.method == "GET" and one.operation.takes is not None:
        found += _arguments(one.operation.takes)
    if one.name == "list":
        most = one.collection.most
        limit = {"type": "integer", "minimum": 1, "maximum": most, "default": min(PAGE, most)}
        found.append(_argument("limit", limit, gettext("How many at most")))
        cursor = {"type": "string"}
        found.append(_argument("cursor", cursor, gettext("Where the list goes on, from the answer before")))
    if one.name == "create":
        key = {"type": "string", "maxLength": LONGEST_KEY}
        found.append(
            _header("Idempotency-Key", key, gettext("The same key creates once, however often it is sent"))
        )
    if one.method in ("POST", "PATCH") and one.operation.takes is not None:
        known = {"type": "string", "enum": [each.value for each in Confirmation]}
        found.append(
            _header(HEADER, known, gettext("What was checked by a person, as “confirm” of a refusal says"))
        )
    if one.name == "read":
        found.append(_header("If-None-Match", {"type": "string"}, gettext("The ETag that is known already")))
    if one.method in ("PATCH", "DELETE", "POST") and one.name != "create" and one.collection.read is not None:
        described = gettext("The ETag of what is to be changed")
        found.append(_header("If-Match", {"type": "string"}, described) | {"required": one.name == "change"})
    return found


_KEY = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}


def _argument(name: str, schema: dict[str, Any], text: str = "") -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": text}


def _header(name: str, schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "schema": schema, "description": text}


def _arguments(model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = model.model_json_schema(ref_template=REF)
    needed = schema.get("required", [])
    found = []
    for name, value in schema.get("properties", {}).items():
        # An argument that is left out is not sent as null.
        choices = [part for part in value.get("anyOf", ()) if part.get("type") != "null"]
        plain = {key: part for key, part in value.items() if key not in ("anyOf", "title", "default")}
        shown = {**plain, **(choices[0] if len(choices) == 1 else {})}
        if value.get("default") not in (None, ""):
            shown["default"] = value["default"]
        found.append(_argument(name, shown) | {"required": name in needed})
    return found


def _responses(one: Described) -> dict[str, Any]:
    operation, collection = one.operation, one.collection
    found: dict[str, Any]
    tag = {"ETag": {"schema": {"type": "string"}}}
    if one.name == "list":
        item = {"$ref": _ref(operation.gives)}
        body = {
            "type": "object",
            "required": ["items", "next"],
            "properties": {
                "items": {"type": "array", "items": item},
                "next": {"type": ["string", "null"], "description": gettext("Where the list goes on")},
            },
        }
        link = {"Link": {"schema": {"type": "string"}}}
        found = {
            "200": {"description": gettext("Done"), "content": {JSON: {"schema": body}}, "headers": link}
        }
    elif one.name.startswith("part_"):
        found = {"200": _content(gettext("Done"), operation.gives)}
    elif one.name == "remove" or collection.read is None:
        found = {"204": {"description": gettext("Done")}}
    elif one.name == "create":
        headers = {**tag, "Location": {"schema": {"type": "string"}}}
        found = {"201": _content(gettext("Created"), collection.read.gives) | {"headers": headers}}
    else:
        found = {"200": _content(gettext("Done"), collection.read.gives) | {"headers": tag}}
    if one.name == "read":
        found["304"] = {"description": gettext("Not changed since")}
    refusals = _refusals(
        operation.takes, writes=one.method != "GET", has_thing=True, needs_match=one.name == "change"
    )
    return {**found, **refusals}


def _refusals(
    takes: Any = None, *, writes: bool = False, has_thing: bool = False, needs_match: bool = False
) -> dict[str, Any]:
    known = {
        "401": gettext("The token is missing or does not hold"),
        "403": gettext("Token or person may not do this"),
        "429": gettext("Too many calls; Retry-After says when to come again"),
    }
    if has_thing:
        known["404"] = gettext("There is no such thing, or the person may not see it")
        known["422"] = gettext("Something that was sent cannot be taken")
    if writes:
        known["409"] = gettext("The state does not allow it")
        known["412"] = gettext("It has changed since it was read")
    if needs_match:
        known["428"] = gettext("If-Match is missing")
    if writes and takes is not None:
        known["413"] = gettext("What was sent is too large.")
        known["415"] = gettext("Please send JSON with the content type application/json.")
    return {
        status: {"description": text, "content": {PROBLEM: {"schema": {"$ref": _ref(Problem)}}}}
        for status, text in sorted(known.items())
    }


def _content(text: str, model: type[BaseModel]) -> dict[str, Any]:
    return {"description": text, "content": {JSON: {"schema": {"$ref": _ref(model)}}}}


def _ref(model: type[BaseModel], mode: Mode = "serialization") -> str:
    """Stands for a model until all are known: of two with the same name pydantic gives both a longer one."""
    return f"{mode}:{model.__module__}.{model.__qualname__}"


def _schemas(found: list[Described], others: list[Call]) -> tuple[dict[str, str], dict[str, Any]]:
    """What stands for each model → its reference, and all definitions."""
    outputs = [
        Problem,
        TokenView,
        *(one.operation.gives for one in found if one.operation.gives is not None),
        *(model for call in others for model in call.answers.values() if model is not None),
    ]
    inputs = [one.operation.takes for one in found if one.operation.takes is not None]
    inputs += [call.takes for call in others if call.takes is not None]
    wanted: list[tuple[type[BaseModel], Mode]] = [
        *((model, "serialization") for model in dict.fromkeys(outputs)),
        *((model, "validation") for model in dict.fromkeys(inputs)),
    ]
    refs, schemas = models_json_schema(wanted, ref_template=REF)
    return {_ref(model, mode): refs[model, mode]["$ref"] for model, mode in wanted}, schemas["$defs"]


def _with_references(value: Any, refs: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: refs.get(part, part) if key == "$ref" else _with_references(part, refs)
            for key, part in value.items()
        }
    return [_with_references(part, refs) for part in value] if isinstance(value, list) else value


__all__ = ["Described", "calls", "document", "operations"]
