"""Wiring: settings and plugins in, a Flask app out. No decision is taken here."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import Flask
from flask_login import LoginManager
from werkzeug.middleware.proxy_fix import ProxyFix

from groupware import connections, i18n, paths
from groupware import registry as plugins
from groupware.api import limiting, serving
from groupware.attachments import storage
from groupware.auth.loading import load_by_token
from groupware.caches import POLL_SECONDS, Versions
from groupware.config import Settings, load, secret_key
from groupware.db import db
from groupware.plugin import Plugin
from groupware.realtime import bus
from groupware.realtime.sockets import AsyncMode, Realtime
from groupware.web import (
    assets,
    boundary,
    confirming,
    errors,
    formats,
    icons,
    probes,
    security,
    shell,
    watching,
)
from groupware.web.translations import folders

MAX_FORM_BYTES = 16 * 1024 * 1024


def create_app(
    settings: Settings | None = None,
    chosen: Iterable[Plugin] | None = None,
    *,
    poll_seconds: float = POLL_SECONDS,
    sockets: AsyncMode | None = None,
) -> Flask:
    """Build the application for an instance.

    `chosen` replaces the discovered plugins (features of the house are always there). With `sockets` the application holds
    the sockets of open pages, in the way that its server works; `groupware_realtime` among its extensions sets them going.
    Raises ConfigurationError naming the setting, or the plugin and the field, at fault.
    """
    settings = settings or load()
    app = boundary.GroupwareFlask(
        "groupware",
        root_path=str(Path(__file__).parent),
        instance_path=str(settings.instance),
        template_folder=str(paths.templates()),
        static_folder=None,
        static_url_path="/static",
    )
    secret = secret_key(settings)
    app.config.update(
        SECRET_KEY=secret,
        SQLALCHEMY_DATABASE_URI=settings.url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.extensions["groupware_bus"] = bus.of_settings(settings, secret)
    if sockets is not None:
        app.extensions["groupware_realtime"] = Realtime(app, sockets)
    # Around the sockets as well: they are to know the same address of the client.
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_port=count)  # type: ignore[method-assign]
    found = plugins.discovered(settings.disabled_plugins) if chosen is None else list(chosen)
    registry = plugins.Registry([*plugins.core_plugins(), *found])
    plugins.import_models(registry)
    app.extensions["groupware_settings"] = settings
    app.extensions["groupware_registry"] = registry
    app.extensions["groupware_versions"] = Versions(poll_seconds)
    app.extensions[storage.EXTENSION], app.extensions[storage.PREVIEWS] = storage.make_vaults(settings)
    db.init_app(app)
    if settings.url.startswith("postgresql"):
        with app.app_context():
            connections.install(db.engine)
    i18n.install(app, *folders([plugins.folder(plugin) for plugin in registry]))
    _install_sign_in(app)
    security.install(app, settings)
    security.FormProtection(app)
    boundary.install_afterwards(app)
    formats.install(app)
    confirming.install(app)
    shell.install(app)
    errors.install(app)
    assets.install(app, {p.id: plugins.folder(p) / "static" for p in registry})
    icons.install(app)
    for plugin in registry:
        if plugin.blueprint is not None:
            app.register_blueprint(plugin.blueprint, url_prefix=plugin.url_prefix or None)
        for root in plugin.root_urls:
            endpoint = f"{plugin.id}.{root.name}"
            app.add_url_rule(
                root.path, endpoint, root.view, methods=list(root.methods), provide_automatic_options=False
            )
    if sockets is not None:
        app.extensions["groupware_realtime"].declare(registry)
    serving.install(app, registry)
    limiting.install(app, settings)
    watching.install(app, settings)
    app.wsgi_app = probes.Probes(app, app.wsgi_app)  # type: ignore[method-assign]
    return app


def _engine_options(settings: Settings) -> dict[str, Any]:
    """What was typed into a form is no business of the log: an error names its statement and not the values."""
    chosen = connections.POOL if settings.url.startswith("postgresql") else {}
    return {**chosen, "hide_parameters": True}


def _install_sign_in(app: Flask) -> None:
    manager = LoginManager(app, add_context_processor=False)
    manager.session_protection = None
    manager.user_loader(load_by_token)


__all__ = ["create_app"]
