"""Prints `docs/reference.md`: everything that is declared as data, so that no list is kept by hand."""

from collections.abc import Iterator
from dataclasses import MISSING, fields

import click

from groupware.commands.group import application, cli
from groupware.config import PREFIX, Settings
from groupware.i18n import speaking
from groupware.plugin import Plugin, Rule
from groupware.registry import Registry


@cli.command(hidden=True)
@click.pass_context
def reference(context: click.Context) -> None:
    """Print the reference of settings, commands, permissions, rules, events and jobs as Markdown."""
    with application(context, needs_database=False) as app, speaking("en"):
        click.echo("\n".join(reference_lines(app.extensions["groupware_registry"])))


def reference_lines(registry: Registry) -> Iterator[str]:
    """The page, line by line."""
    yield "# Reference"
    yield ""
    yield "Written by `make reference` from what is declared in the code; a test fails when it is out of date."
    yield from _settings()
    yield from _commands()
    for title, lines in (
        ("Permissions", _permissions),
        ("Rules", _rules),
        ("Events", _events),
        ("Jobs", _jobs),
        ("Records", _records),
        ("Scopes of tokens", _scopes),
    ):
        yield from ("", f"## {title}")
        for plugin in registry:
            found = list(lines(plugin, registry))
            if found:
                yield from ("", f"### {plugin.title} (`{plugin.id}`)", "")
                yield from found


def _settings() -> Iterator[str]:
    yield from (
        "",
        "## Settings",
        "",
        f"In `config.toml` of the instance, or as `{PREFIX}<NAME>` in the environment, which wins.",
    )
    yield from ("", "| setting | default | meaning |", "| --- | --- | --- |")
    for item in fields(Settings):
        default = "" if item.default is MISSING else f"`{item.default!r}`"
        yield f"| `{item.name}` | {default} | {item.metadata['help']} |"


def _commands() -> Iterator[str]:
    yield from ("", "## Commands", "", "| command | what it does |", "| --- | --- |")
    for words, command in _walk("groupware", cli):
        yield f"| `{words}` | {command.get_short_help_str(200)} |"


def _walk(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, child in sorted(command.commands.items()):
            if not child.hidden:
                yield from _walk(f"{words} {name}", child)
    else:
        yield words, command


def _permissions(plugin: Plugin, _registry: Registry) -> Iterator[str]:
    for permission in plugin.permissions:
        marks = [
            *(["held by everybody"] if permission.given_to_all else []),
            *(["asks for the password again"] if permission.is_elevated else []),
            *(
                [f"implies {', '.join(f'`{name}`' for name in permission.implies)}"]
                if permission.implies
                else []
            ),
        ]
        remarks = f" ({'; '.join(marks)})" if marks else ""
        yield f"- `{permission.id}`: {permission.title}{remarks}"


def _rules(plugin: Plugin, registry: Registry) -> Iterator[str]:
    for rule in registry.rules_of(plugin):
        yield f"- `{rule.id}`: {rule.title}. {rule.help} Default {_default(rule)}."


def _default(rule: Rule) -> str:
    if rule.kind == "bool":
        return "on" if rule.default else "off"
    bounds = f" ({rule.minimum} to {rule.maximum})" if rule.kind == "int" else ""
    return f"`{rule.default}`{bounds}" if rule.default not in ("", ()) else "empty"


def _events(plugin: Plugin, _registry: Registry) -> Iterator[str]:
    for event in plugin.events:
        yield f"- `{event.id}`: {', '.join(f'`{name}`' for name in event.fields)}"


def _jobs(plugin: Plugin, _registry: Registry) -> Iterator[str]:
    for job in plugin.jobs:
        yield f"- `{job.id}`: every {job.every} s"


def _records(plugin: Plugin, _registry: Registry) -> Iterator[str]:
    for record in plugin.records:
        yield f"- `{record.id}`: {record.title}, kept {record.default_years} fiscal years after completion by default"


def _scopes(plugin: Plugin, _registry: Registry) -> Iterator[str]:
    for scope in plugin.scopes:
        yield f"- `{scope.id}`: {scope.title}{' (for foreign systems)' if scope.is_for_systems else ''}"
