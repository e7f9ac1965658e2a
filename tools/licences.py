"""The licences of all dependencies, Python and npm: docs/licences.md is written from what is installed.

The check fails when the list is not current, when a package states no licence, or when a licence is not among those
a municipality may take without obligations for its own code. Python's list is the lock's: what is installed beside
it (pip, a Node.js from PyPI) is no part of the product.
"""

import argparse
import json
import re
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "docs" / "licences.md"

# Licences by SPDX name. Weak copyleft (LGPL, MPL) concerns the package's own files and is fine for libraries used
# as they are; GPL and AGPL would concern ours.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSD-3-Clause-LBNL", "CC0-1.0", "HPND", "ISC", "LGPL-2.1-or-later",
    "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "OFL-1.1", "PSF-2.0", "PostgreSQL",
    "Python-2.0", "Unlicense", "ZPL-2.1", "Zlib",
}  # fmt: skip

# What packages write in place of the SPDX name.
SPOKEN = {
    "bsd-0-clause": "0BSD", "apache 2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0", "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause", "bsd license": "BSD-3-Clause", "bsd-3-clause license": "BSD-3-Clause",
    "isc license (iscl)": "ISC", "mit license": "MIT", "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only",
    # pypdfium2 with the PDFium it carries, whose own parts are under licences of the same kind.
    "bsd-3-clause, apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
}  # fmt: skip


# Locked for other platforms or Python versions, hence not installed everywhere.
ELSEWHERE = {"async-timeout": "Apache-2.0", "colorama": "BSD-3-Clause"}


@dataclass(frozen=True, order=True)
class Package:
    """A dependency as the list shows it."""

    registry: str
    name: str
    use: str
    version: str
    licence: str


def locked(name: str) -> dict[str, str]:
    """Package names and versions of a lock file, markers left aside."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)", text, re.MULTILINE))


def stated_licence(name: str) -> str:
    """What a Python package says of itself, as SPDX where it can be told; empty where it says nothing.

    Raises PackageNotFoundError where it is not installed.
    """
    message = metadata.metadata(name)
    if "License-Expression" in message:
        return message["License-Expression"]
    classifiers = [
        value.rpartition(" :: ")[2]
        for value in message.get_all("Classifier") or []
        if value.startswith("License :: ") and value != "License :: OSI Approved"
    ]
    spoken = (message.get_all("License") or [""])[0]
    candidates = [spoken] if len(spoken) < 60 and spoken.strip() else []
    for text in [*candidates, *classifiers]:
        name = SPOKEN.get(text.strip().lower(), text.strip())
        if name in ALLOWED:
            return name
    return " / ".join(SPOKEN.get(text.strip().lower(), text.strip()) for text in (classifiers or candidates))


def python_packages() -> list[Package]:
    runtime = locked("runtime")
    found = []
    for name, version in locked("dev").items():
        use = "product" if name in runtime else "development"
        try:
            licence = stated_licence(name)
        except metadata.PackageNotFoundError:
            licence = ELSEWHERE.get(name, "")
        found.append(Package("Python", name, use, version, licence))
    return found


def npm_packages() -> list[Package]:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    found = []
    for path, entry in lock["packages"].items():
        if not path:
            continue
        licence = entry.get("license") or older_npm_licence(ROOT / path)
        use = "development" if entry.get("dev") else "product"
        name = path.rpartition("node_modules/")[2]
        found.append(Package("npm", name, use, entry["version"], SPOKEN.get(licence.lower(), licence)))
    return found


def older_npm_licence(folder: Path) -> str:
    """The licence in the form that old packages use: a list of types."""
    declared = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    return " AND ".join(entry["type"] for entry in declared.get("licenses", []))


def is_allowed(licence: str) -> bool:
    """Whether a licence expression can be satisfied with allowed licences: one of each OR, all of each AND."""
    plain = licence.replace("(", "").replace(")", "")
    return bool(plain) and any(
        all(term.strip() in ALLOWED for term in alternative.split(" AND "))
        for alternative in re.split(r" OR ", plain)
    )


def text(packages: list[Package]) -> str:
    rows = "\n".join(f"| {p.registry} | {p.name} | {p.version} | {p.use} | {p.licence} |" for p in packages)
    return f"""# Licences of the dependencies

Written by `make lock` (`tools/licences.py write`) from the lock files and from what the packages state; checked by
`make lint`, which fails for an unknown licence and for GPL and AGPL. *product* is what an installation runs or serves,
*development* what only tests and checks use. The licence texts of the vendored front-end files lie beside them in
`static/vendor/`.

| registry | package | version | use | licence |
| --- | --- | --- | --- | --- |
{rows}
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("command", choices=["check", "write"])
    command = parser.parse_args().command
    packages = sorted([*python_packages(), *npm_packages()])
    current = text(packages)
    if command == "write":
        LIST.parent.mkdir(exist_ok=True)
        LIST.write_text(current, encoding="utf-8")
    faults = [
        f"{package.registry} {package.name}: licence {package.licence or 'unknown'} is not allowed"
        for package in packages
        if not is_allowed(package.licence)
    ]
    if not LIST.is_file() or LIST.read_text(encoding="utf-8") != current:
        faults.append("docs/licences.md is not current (make lock, or tools/licences.py write)")
    for fault in faults:
        print(fault)
    print(
        f"{len(faults)} faults in the licences" if faults else f"{len(packages)} licences known and allowed"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
