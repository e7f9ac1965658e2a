"""One icon of the sprite, as the macros of the pages show it. A page has dozens of them: each kind is written once."""

from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from groupware.web.assets import Assets

SPRITE = "vendor/icons.svg"
_ICON = Markup(
    '<svg class="{classes}" width="20" height="20" focusable="false" {role}><use href="{sprite}#{name}"></use></svg>'
)


@lru_cache(maxsize=1024)
def _written(sprite: str, name: str, label: str, size: str, class_: str) -> Markup:
    classes = " ".join(part for part in ("icon", size and f"icon-{size}", class_) if part)
    role = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return _ICON.format(classes=classes, role=role, sprite=sprite, name=name)


def install(app: Flask) -> None:
    """Give templates `sprite_icon`; `components/icons.html` passes it on as `icon`."""
    assets: Assets = app.extensions["groupware_assets"]

    def sprite_icon(
        name: str | None, label: str | None = None, size: str | None = None, class_: str = ""
    ) -> Markup:
        """Without a label it is decoration and hidden from screen readers; without a name nothing."""
        if not name:
            return Markup()
        return _written(assets.url(SPRITE), name, str(label or ""), size or "", class_)

    app.jinja_env.globals["sprite_icon"] = sprite_icon


__all__ = ["install"]
