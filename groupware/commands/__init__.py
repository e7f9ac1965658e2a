"""Commands for whoever runs the machine. Each is a boundary: it opens its unit of work and reports in plain words."""

from groupware.commands import accounts  # adds commands to `user`
from groupware.commands.audit import audit
from groupware.commands.backups import backup, restore
from groupware.commands.directory import export_directory, import_directory, user
from groupware.commands.duties import duty_kind
from groupware.commands.files import files
from groupware.commands.grants import grants
from groupware.commands.group import cli
from groupware.commands.keys import new_key
from groupware.commands.mail import mail
from groupware.commands.plugins import plugins
from groupware.commands.processes import web
from groupware.commands.records import retention, verify_record
from groupware.commands.reference import reference
from groupware.commands.schema import check_migrations, new_migration
from groupware.commands.search import reindex
from groupware.commands.site import config, demo, init, serve, upgrade, worker
from groupware.commands.skeleton import new_plugin
from groupware.commands.token import token

__all__ = [
    "accounts",
    "audit",
    "backup",
    "check_migrations",
    "cli",
    "config",
    "demo",
    "duty_kind",
    "export_directory",
    "files",
    "grants",
    "import_directory",
    "init",
    "mail",
    "new_key",
    "new_migration",
    "new_plugin",
    "plugins",
    "reference",
    "reindex",
    "restore",
    "retention",
    "serve",
    "token",
    "upgrade",
    "user",
    "verify_record",
    "web",
    "worker",
]
