"""Where the message catalogues lie: `<package>/translations/<locale>/LC_MESSAGES/<package>.mo`, one domain a package."""

from collections.abc import Iterable
from pathlib import Path

CORE = Path(__file__).resolve().parent.parent


def folders(plugin_folders: Iterable[Path]) -> tuple[list[str], list[str]]:
    """Directories and their domains, in the order in which they are merged.

    A folder without a compiled catalogue is left out: an empty one would bring English plural forms for all.
    """
    packages = [CORE, *sorted(folder for folder in CORE.iterdir() if folder.is_dir())]
    packages += [folder for folder in plugin_folders if folder not in packages]
    found = [folder for folder in packages if any((folder / "translations").glob("*/LC_MESSAGES/*.mo"))]
    return [str(folder / "translations") for folder in found], [folder.name for folder in found]
