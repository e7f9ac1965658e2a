"""The description stands on its own: every reference leads somewhere, in both languages, whatever plugins call their models."""

from groupware.api.openapi import document
from groupware.api.shapes import Input, Output
from groupware.i18n import speaking
from groupware.plugin import CONTRACT, Collection, Operation, Plugin
from groupware.registry import Registry, core_plugins


class PersonItem(Output):
    """Named like a model of the directory."""

    colour: str


class PersonArguments(Input):
    """What it is looked for by."""

    colour: str = ""


SHOP = Plugin(
    id="shop",
    contract=CONTRACT,
    title="Shop",
    summary="Shop.",
    icon="tag",
    order=1,
    in_menu=False,
    api=(
        Collection(
            id="people",
            title="People",
            find=Operation(title="People", run=lambda *_: None, takes=PersonArguments, gives=PersonItem),
        ),
    ),
)


def references(value):
    """Every reference in a document."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "$ref":
                yield part
            else:
                yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def test_every_reference_leads_to_its_own_model_although_names_are_the_same(app):
    with app.test_request_context(), speaking("ja"):
        found = document(Registry([*core_plugins(), SHOP]), "みなと市")
    schemas = found["components"]["schemas"]
    assert {ref.rpartition("/")[2] for ref in references(found)} <= set(schemas)

    def item(path):
        body = found["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        return schemas[body["properties"]["items"]["items"]["$ref"].rpartition("/")[2]]

    assert set(item("/api/v1/shop/people")["properties"]) == {"colour"}
    assert "staff_number" in item("/api/v1/directory/people")["properties"]


def test_summaries_are_in_the_language_of_the_reader(app):
    registry = app.extensions["groupware_registry"]
    said = {}
    for locale in ("ja", "en"):
        with app.test_request_context(), speaking(locale):
            said[locale] = document(registry, "みなと市")["paths"]["/api/v1/bulletin/postings"]["get"][
                "summary"
            ]
    assert said == {"ja": "掲示の一覧(新しい順)", "en": "Postings of a list, newest first"}
