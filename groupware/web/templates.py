"""The template environment of the house."""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class SharedGlobals(Environment):
    """All templates see one dictionary of globals.

    Jinja gives each template a ChainMap over it, which every import and include of a page then walks key by key: about a
    twentieth of the time of the portal.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's own dictionary, unless a template asks for globals of its own."""
        return super().make_globals(d) if d else self.globals


__all__ = ["SharedGlobals"]
