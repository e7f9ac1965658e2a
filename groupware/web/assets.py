"""Static files under names that carry their hash, so that browsers may keep them for ever.

`asset("css/base.css")` is `/static/css/base.3f2a1b9c.css`; the same file also answers under its plain name, uncached. A
plugin's own files lie in its `static/` and are addressed as `<plugin id>/<name>`.
"""

import hashlib
import json
import re
from functools import cache
from pathlib import Path

from flask import Flask, Response, send_from_directory
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from groupware import paths
from groupware.web.gate import public

IMMUTABLE = "public, max-age=31536000, immutable"
_HASHED = re.compile(r"(?P<stem>.+)\.(?P<hash>[0-9a-f]{12})(?P<suffix>\.[A-Za-z0-9.]+)")


class Assets:
    """The static files of one app and their hashes, each computed once: a new version is a new process."""

    def __init__(self, folders: dict[str, Path], prefix: str) -> None:
        self.folders = folders
        self.prefix = prefix
        self._known: dict[str, str] = {}

    def locate(self, name: str) -> Path | None:
        """The file behind a name, or None."""
        head, _, tail = name.partition("/")
        if head in self.folders and tail and (found := _inside(self.folders[head], tail)):
            return found
        return _inside(self.folders[""], name)

    def hashed(self, name: str) -> str:
        """The name with the hash of the content in it. Raises FileNotFoundError for what is not there."""
        if name in self._known:
            return self._known[name]
        file = self.locate(name)
        if file is None:
            raise FileNotFoundError(f"there is no static file {name!r}; run `make setup`")
        stem, dot, suffix = name.rpartition(".")
        self._known[name] = f"{stem}.{hashlib.sha256(file.read_bytes()).hexdigest()[:12]}{dot}{suffix}"
        return self._known[name]

    def modules(self) -> dict[str, str]:
        """Import map: bare module name → address."""
        found = {
            "htmx": self.url("vendor/htmx.esm.min.js"),
            "socket.io": self.url("vendor/socket.io.esm.min.js"),
        }
        for file in sorted((self.folders[""] / "js").rglob("*.js")):
            name = file.relative_to(self.folders[""] / "js").with_suffix("").as_posix()
            found[f"groupware/{name}"] = self.url(f"js/{name}.js")
        for plugin_id, folder in self.folders.items():
            if plugin_id:
                for file in sorted(folder.rglob("*.js")):
                    name = file.relative_to(folder).with_suffix("").as_posix()
                    found[f"{plugin_id}/{name}"] = self.url(f"{plugin_id}/{name}.js")
        return found

    def url(self, name: str) -> str:
        """The address of a file."""
        return f"{self.prefix}/{self.hashed(name)}"


def _inside(folder: Path, name: str) -> Path | None:
    """The file of that name, never one outside the folder."""
    joined = safe_join(str(folder), name)
    return Path(joined) if joined is not None and Path(joined).is_file() else None


def install(app: Flask, plugin_folders: dict[str, Path]) -> None:
    """Serve static files of house and plugins, and give templates `asset` and `import_map`."""
    folders = {"": paths.static(), **{k: v for k, v in plugin_folders.items() if v.is_dir()}}
    assets = Assets(folders, app.static_url_path or "")
    app.extensions["groupware_assets"] = assets

    @public
    def static(filename: str) -> Response:
        match = _HASHED.fullmatch(filename)
        plain = match["stem"] + match["suffix"] if match else filename
        file = assets.locate(plain)
        if file is None or (match and assets.hashed(plain) != filename):
            raise NotFound
        response = send_from_directory(file.parent, file.name, conditional=True, max_age=0)
        if match:
            response.headers["Cache-Control"] = IMMUTABLE
        if file.suffix == ".js":
            response.headers["Content-Type"] = "text/javascript; charset=utf-8"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    app.add_url_rule(f"{app.static_url_path}/<path:filename>", endpoint="static", view_func=static)
    app.jinja_env.globals["asset"] = assets.url
    app.jinja_env.globals["import_map"] = cache(lambda: json.dumps({"imports": assets.modules()}))


__all__ = ["Assets", "install"]
