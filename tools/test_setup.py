"""What tests need beside .venv: a Chromium, a Japanese font, nginx. Installed here where the machine allows it.

Standard library only.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import debian

PACKAGES = ["chromium", "fonts-noto-cjk", "nginx-light"]
NAMES = ("chromium", "chromium-browser", "google-chrome")


def has_browser() -> bool:
    return bool(os.environ.get("CHROMIUM")) or any(shutil.which(name) for name in NAMES)


def has_japanese_font() -> bool:
    """Without one, every Japanese character is a box: pictures are useless and widths are wrong."""
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=ja"], capture_output=True, check=False).stdout.strip())


def has_nginx() -> bool:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") is not None


def main() -> int:
    named = os.environ.get("CHROMIUM")
    if named and not Path(named).is_file():
        print(f"CHROMIUM names no file: {named}", file=sys.stderr)
        return 1
    missing = [] if has_browser() else [PACKAGES[0]]
    missing += [] if has_japanese_font() else [PACKAGES[1]]
    missing += [] if has_nginx() else [PACKAGES[2]]
    if not missing or debian.install(missing):
        return 0
    print(
        f"Browser tests need a Chromium and a Japanese font, tests of many processes nginx. Install them (Debian: apt-get install "
        f"{' '.join(missing)}), or name a Chromium by the variable CHROMIUM.",
        file=sys.stderr,
    )
    required = os.environ.get("GROUPWARE_REQUIRE", "").replace(",", " ").split()
    needed = {"browser": PACKAGES[:2], "nginx": PACKAGES[2:]}
    return int(any(package in missing for part in required for package in needed.get(part, [])))


if __name__ == "__main__":
    sys.exit(main())
