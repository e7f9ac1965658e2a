"""Build hook: the wheel carries compiled message catalogues, which are not in the repository."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TOOLS = str(Path(__file__).resolve().parent / "tools")


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own examples leave it bare
    """Compiles every catalogue before anything is packed."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and name the results as artifacts: git-ignored files are packed only when named."""
        sys.path.insert(0, TOOLS)
        try:
            from catalogues import compile_all  # noqa: PLC0415  # the folder is no package
        finally:
            sys.path.remove(TOOLS)
        root = Path(self.root)
        build_data["artifacts"] += [path.relative_to(root).as_posix() for path in compile_all()]
