"""Copies the front-end files that pages use from node_modules to static/vendor, each with its licence beside it.

Nothing is built: the files are the ones the packages publish, except icons.svg, a sprite of the Lucide icons
named in static/icons.txt, used as <use href="icons.svg#name">. Standard library only.
"""

import shutil
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
ICON_NAMES = ROOT / "static" / "icons.txt"
SVG = "http://www.w3.org/2000/svg"

# vendored file: (package, file in the package, licence file in the package)
FILES = {
    "htmx.esm.min.js": ("htmx.org", "dist/htmx.esm.min.js", "LICENSE"),
    "socket.io.esm.min.js": ("socket.io-client", "dist/socket.io.esm.min.js", "LICENSE"),
    "tokens.css": ("@digital-go-jp/design-tokens", "dist/tokens.css", "LICENSE"),
    "fonts/NotoSansJP-Regular.ttf": (
        "@expo-google-fonts/noto-sans-jp", "400Regular/NotoSansJP_400Regular.ttf", "LICENSE_FONT",
    ),
    "fonts/NotoSansJP-Bold.ttf": (
        "@expo-google-fonts/noto-sans-jp", "700Bold/NotoSansJP_700Bold.ttf", "LICENSE_FONT",
    ),
}  # fmt: skip


def sprite(names: list[str], icons: Path) -> str:
    """One SVG with a <symbol> for each icon; the stroke is the reader's `currentColor`."""
    ET.register_namespace("", SVG)
    root = ET.Element(f"{{{SVG}}}svg")
    for name in names:
        source = icons / f"{name}.svg"
        if not source.is_file():
            raise SystemExit(f"static/icons.txt: Lucide has no icon named {name!r}")
        drawing = ET.parse(source).getroot()  # noqa: S314  locked by hash
        symbol = ET.SubElement(
            root, f"{{{SVG}}}symbol", {
                "id": name, "viewBox": drawing.attrib["viewBox"], "fill": "none", "stroke": "currentColor",
                "stroke-width": "2", "stroke-linecap": "round", "stroke-linejoin": "round",
            },
        )  # fmt: skip
        for shape in drawing:
            shape.tail = None
            symbol.append(shape)
    return ET.tostring(root, encoding="unicode") + "\n"


def icon_names() -> list[str]:
    names = [line.strip() for line in ICON_NAMES.read_text(encoding="utf-8").splitlines() if line.strip()]
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise SystemExit(f"static/icons.txt: named twice: {', '.join(doubles)}")
    return names


def fill(target: Path) -> None:
    for name, (package, file, licence) in FILES.items():
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / package / file, copy)
        shutil.copyfile(MODULES / package / licence, copy.with_name(f"{copy.name}.LICENSE.txt"))
    lucide = MODULES / "lucide-static"
    (target / "icons.svg").write_text(sprite(icon_names(), lucide / "icons"), encoding="utf-8")
    shutil.copyfile(lucide / "LICENSE", target / "icons.svg.LICENSE.txt")


def main() -> int:
    # Filled aside and then exchanged: a running server never sees half of it.
    VENDOR.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".vendor-", dir=VENDOR.parent) as work:
        fresh = Path(work) / "vendor"
        fresh.mkdir()
        fill(fresh)
        if VENDOR.exists():
            VENDOR.rename(Path(work) / "former")
        fresh.rename(VENDOR)
    return 0


if __name__ == "__main__":
    sys.exit(main())
