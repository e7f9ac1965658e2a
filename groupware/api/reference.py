"""The description of the API as its page shows it: by function, every operation with what it takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from groupware.api.openapi import Described, calls, operations
from groupware.i18n import gettext
from groupware.plugin import Call, Plugin
from groupware.registry import Registry


@dataclass(frozen=True, slots=True)
class Field:
    """A value that goes in or out: its name, its type in a word or two, whether it must be there, what it means."""

    name: str
    type: str
    is_required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation."""

    id: str
    method: str
    path: str
    summary: str
    scope: str
    arguments: list[Field]
    body: list[Field]
    answer: list[Field]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The operations of a function."""

    id: str
    title: str
    icon: str
    entries: list[Entry]


def chapters(registry: Registry, document: Mapping[str, Any]) -> list[Chapter]:
    """All operations, in menu order."""
    found: dict[str, Chapter] = {}
    listed: list[tuple[Plugin, Described | Call]] = [(one.plugin, one) for one in operations(registry)]
    for plugin, one in [*listed, *calls(registry)]:
        chapter = found.setdefault(plugin.id, Chapter(plugin.id, str(plugin.title), plugin.icon, []))
        chapter.entries.append(_entry(one, document))
    return list(found.values())


def _entry(one: Described | Call, document: Mapping[str, Any]) -> Entry:
    said = document["paths"][one.path][one.method.lower()]
    schemas = document["components"]["schemas"]
    body = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    answer = next(iter(said["responses"].values())).get("content", {}).get("application/json", {})
    shape = answer.get("schema", {})
    shape = shape.get("properties", {}).get("items", {}).get("items", shape)
    model = _resolved(body, schemas)
    return Entry(
        id=said["operationId"],
        method=one.method,
        path=one.path,
        summary=said["summary"],
        scope=one.scope,
        arguments=[
            Field(part["name"], _type(part["schema"], schemas), part["required"], part.get("description", ""))
            for part in said["parameters"]
        ],
        body=_fields(model, schemas),
        answer=_fields(_resolved(shape, schemas), schemas),
    )


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    found: Mapping[str, Any] = schemas[name] if name else schema
    return found


def _fields(model: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[Field]:
    needed = model.get("required", ())
    return [
        Field(name, _type(schema, schemas), name in needed, "")
        for name, schema in model.get("properties", {}).items()
    ]


def _type(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """The type in words: text, number, a list of choices, the name of a model."""
    if "anyOf" in schema:
        return str(gettext(" or ")).join(_type(part, schemas) for part in schema["anyOf"])
    if "$ref" in schema:
        model = _resolved(schema, schemas)
        if "enum" in model:
            return " / ".join(str(value) for value in model["enum"])
        return "{ " + ", ".join(model.get("properties", {})) + " }"
    kind = schema.get("type")
    if kind == "array":
        return str(gettext("list of %(type)s", type=_type(schema.get("items", {}), schemas)))
    words = {
        "string": schema.get("format") or gettext("text"),
        "integer": gettext("number"),
        "boolean": "true / false",
        "null": "null",
    }
    return str(words.get(str(kind), kind or ""))


__all__ = ["Chapter", "Entry", "Field", "chapters"]
