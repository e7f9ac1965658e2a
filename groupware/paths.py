"""Where templates and static files lie: beside the package in a checkout, inside it in a wheel. Nobody else knows."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent
_ASSETS = _PACKAGE / "_assets"


def templates() -> Path:
    """Folder of the shared templates."""
    return _choose("templates")


def static() -> Path:
    """Folder of the shared static files, `vendor/` included."""
    return _choose("static")


def _choose(name: str) -> Path:
    installed = _ASSETS / name
    return installed if installed.is_dir() else _CHECKOUT / name
