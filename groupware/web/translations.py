"""Where the message catalogues lie: `<package>/translations/<locale>/LC_MESSAGES/<package>.mo`, one domain a package."""

from collections.abc import Iterable
from pathlib import Path

CORE = Path(__file__).resolve().parent.parent


def folders(plugin_folders: Iterable[Path]) -> tuple[list[str], list[str]]:
    """Directories and their domains, in the order in which Flask-Babel merges them."""
    packages = [CORE, *sorted(folder for folder in CORE.iterdir() if folder.is_dir())]
    packages += [folder for folder in plugin_folders if folder not in packages]
    found = [folder for folder in packages if (folder / "translations").is_dir()]
    return [str(folder / "translations") for folder in found], [folder.name for folder in found]
