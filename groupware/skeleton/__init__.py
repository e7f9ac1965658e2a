"""The skeleton that `groupware new-plugin` writes: the smallest plugin that keeps the contract, with its test."""

import re
from pathlib import Path
from string import Template

from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.registry import RESERVED

_TEMPLATE = Path(__file__).resolve().parent / "template"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")


def write_skeleton(name: str, folder: Path, package: str) -> list[Path]:
    """Write the plugin `name` below `folder`, to be imported as `package`; returns the files.

    Raises Invalid for an impossible name or an existing folder; overwrites nothing.
    """
    if not _NAME.fullmatch(name) or name in RESERVED:
        raise Invalid(
            gettext(
                "%(name)s cannot be the id of a plugin: lower-case letters, digits and _, not reserved.",
                name=name,
            ),
            code="plugin_id",
        )
    target = folder / name
    if target.exists():
        raise Invalid(gettext("%(path)s exists already.", path=str(target)), code="exists")
    words = {"id": name, "title": name.replace("_", " ").capitalize(), "package": package}
    written = []
    for source in sorted(_TEMPLATE.rglob("*.template")):
        relative = source.relative_to(_TEMPLATE).with_suffix("").as_posix().replace("PLUGIN", name)
        file = target / relative
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(Template(source.read_text(encoding="utf-8")).substitute(words), encoding="utf-8")
        written.append(file)
    return written
