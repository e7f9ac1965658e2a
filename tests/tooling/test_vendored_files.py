"""What setup put into static/vendor."""

import re
import xml.etree.ElementTree as ET

import pytest

import vendor


@pytest.mark.parametrize("name", [*vendor.FILES, "icons.svg"])
def test_vendored_file_has_its_licence_beside_it(name: str) -> None:
    file = vendor.VENDOR / name
    assert file.stat().st_size > 0
    assert file.with_name(f"{file.name}.LICENSE.txt").stat().st_size > 0


def test_icon_sprite_has_every_named_icon() -> None:
    sprite = ET.parse(vendor.VENDOR / "icons.svg").getroot()
    assert [symbol.attrib["id"] for symbol in sprite] == vendor.icon_names()


def test_icon_unknown_to_lucide_stops_the_sprite() -> None:
    with pytest.raises(SystemExit, match="no-such-icon"):
        vendor.sprite(["no-such-icon"], vendor.MODULES / "lucide-static" / "icons")


def test_icons_that_templates_and_plugins_name_are_in_the_sprite() -> None:
    root = vendor.ROOT
    sources = [
        path
        for folder, suffix in (
            ("templates", "html"),
            ("groupware", "html"),
            ("groupware", "py"),
            ("plugins", "html"),
            ("plugins", "py"),
        )
        for path in (root / folder).rglob(f"*.{suffix}")
    ]
    used = {
        (name, path.relative_to(root).as_posix())
        for path in sources
        for name in re.findall(r"""\bicon(?:\(\s*|=)["']([a-z0-9-]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert used
    names = vendor.icon_names()
    assert sorted(entry for entry in used if entry[0] not in names) == []
