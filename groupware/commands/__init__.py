"""Commands for whoever runs the machine. Each is a boundary: it opens its unit of work and reports in plain words."""

from groupware.commands.directory import export_directory, import_directory, user
from groupware.commands.group import cli
from groupware.commands.plugins import plugins
from groupware.commands.records import retention
from groupware.commands.schema import check_migrations, new_migration
from groupware.commands.skeleton import new_plugin
from groupware.commands.site import config, demo, init, serve, upgrade, work

__all__ = [
    "check_migrations",
    "cli",
    "config",
    "demo",
    "export_directory",
    "import_directory",
    "init",
    "new_migration",
    "new_plugin",
    "plugins",
    "retention",
    "serve",
    "upgrade",
    "user",
    "work",
]
