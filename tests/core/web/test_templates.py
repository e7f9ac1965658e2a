"""Templates write quickly what they escape, and escape what Jinja escapes."""

import jinja2
import pytest
from markupsafe import Markup, escape

from groupware.text.escaping import escaped
from groupware.web.templates import QuickOutput, SharedGlobals


class Picture:
    """Something that knows its HTML."""

    def __repr__(self) -> str:
        return "picture"

    def __html__(self) -> str:
        return "<img>"


class Named(str):
    """A text with a class of its own."""

    __slots__ = ()


VALUES = [
    "会議室", "", "a & b", "<script>", "\"quoted\" 'too'", "&amp;", Markup("<b>bold</b>"), 0, -5, True, None, 2.5,
    Picture(), Named("<x>"), ["<y>"],
]  # fmt: skip
TEMPLATE = """{% macro cell(value) %}<td class="{{ value }}">{{ value }}</td>{% endmacro -%}
{% set kept %}<i>{{ value }}</i>{% endset -%}
{% filter upper %}{{ value }}{% endfilter -%}
{{ value }} {{ kept }} {{ cell(value) }} {{ cell(kept) }} {{ value|string }} {{ value|e }} {{ kept ~ value }} {{ missing }}
{%- for one in [value, kept] %}{{ one }}{{ loop.index }}{% endfor %}{% autoescape false %}{{ value }}{% endautoescape %}"""


@pytest.fixture
def environment(app):
    return SharedGlobals(app, autoescape=True)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_piece_is_escaped_as_by_markupsafe_and_plain(value):
    assert type(escaped(value)) is str
    assert escaped(value) == escape(value)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_templates_say_what_jinja_says(environment, value):
    expected = jinja2.Environment(autoescape=True).from_string(TEMPLATE).render(value=value)
    assert environment.from_string(TEMPLATE).render(value=value) == expected


def test_every_template_writes_this_way(app):
    source = app.jinja_env.compile("{{ value }}", raw=True)

    assert "environment.escaped(" in source
    assert " escape(" not in source
    assert app.jinja_env.code_generator_class is QuickOutput
