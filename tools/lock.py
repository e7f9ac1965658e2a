"""Lock files: renew them, and check what they contain.

A lock file holds names, versions and hashes. It never names an address or a path: where packages come from is the
business of the machine that installs them.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import setup

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
# Locked together, so that one package has one version in all of them: the first is a constraint for the others.
GROUPS = {"dev": ("--group", "pyproject.toml:dev"), "runtime": ()}
ALONE = {
    "bootstrap": "pyproject.toml:bootstrap",
    "node": "pyproject.toml:node",
    "peers": "pyproject.toml:peers",
    "synapse": "pyproject.toml:synapse",
}
FORM = (
    "--generate-hashes", "--universal", "--no-annotate", "--no-header", "--python-version", "3.11", "--quiet",
)  # fmt: skip
PINNED = re.compile(r"[a-z0-9][a-z0-9._-]*(\[[a-z0-9,._-]+\])?==[^\s;/:]+( ; [^\\/]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def renew(is_upgrade: bool) -> int:
    """Write all lock files anew; versions stay where the ranges allow it unless `is_upgrade`."""
    upgrade = ["--upgrade"] if is_upgrade else []
    # Other indexes may offer fewer files of a version than the main one, and so fewer hashes.
    env = {
        name: value
        for name, value in setup.uv_environment().items()
        if name not in {"UV_INDEX", "UV_FIND_LINKS"}
    }
    compile_command: list[str | Path] = [ROOT / ".venv" / "bin" / "uv", "pip", "compile", *FORM]
    with tempfile.TemporaryDirectory() as work:
        constraints = Path(work) / "constraints.txt"
        for name, group in GROUPS.items():
            lock = REQUIREMENTS / f"{name}.txt"
            more: list[str | Path] = ["--constraint", constraints] if constraints.exists() else []
            run([*compile_command, "pyproject.toml", *group, *more, *upgrade, "--output-file", lock], env)
            constraints.write_text(without_hashes(lock))
        for name, group_name in ALONE.items():
            lock = REQUIREMENTS / f"{name}.txt"
            run([*compile_command, "--group", group_name, *upgrade, "--output-file", lock], env)
    npm, npm_env = setup.node_tools()
    action = "update" if is_upgrade else "install"
    run([npm, action, "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"], npm_env)
    return check()


def run(command: list[str | Path], env: dict[str, str]) -> None:
    subprocess.run(command, check=True, cwd=ROOT, env=env, stdin=subprocess.DEVNULL)


def without_hashes(lock: Path) -> str:
    lines = [line.removesuffix(" \\") for line in lock.read_text().splitlines() if not line.startswith(" ")]
    return "\n".join(lines) + "\n"


def check() -> int:
    """Print every fault of the lock files; 1 when there is one."""
    found = [fault for path in sorted(REQUIREMENTS.glob("*.txt")) for fault in python_faults(path)]
    found += npm_faults() + missing_requirements()
    for fault in found:
        print(fault)
    print(
        f"{len(found)} faults in the lock files"
        if found
        else "lock files hold names, versions and hashes only"
    )
    return 1 if found else 0


def python_faults(path: Path) -> list[str]:
    place = path.relative_to(ROOT)
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [
        f"{place}:{number}: not a pinned name or a hash: {line.strip()[:80]}"
        for number, line in enumerate(lines, 1)
        if not PINNED.fullmatch(line) and not HASH.fullmatch(line)
    ]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if not line.startswith(" ") and not following.startswith("    --hash="):
            found.append(f"{place}: no hash for {line}")
    return found


def npm_faults() -> list[str]:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    found = []
    for name, entry in lock["packages"].items():
        if "resolved" in entry or entry.get("link"):
            found.append(f"package-lock.json: {name or 'the project'} has an address or a path")
        if name and "integrity" not in entry:
            found.append(f"package-lock.json: {name} has no integrity hash")
    if "://" in json.dumps([entry | {"funding": None} for entry in lock["packages"].values()]):
        found.append("package-lock.json: contains an address")
    declared = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    found += [
        f"package-lock.json: {section} differ from package.json (make lock)"
        for section in ("dependencies", "devDependencies")
        if lock["packages"][""].get(section) != declared.get(section)
    ]
    return found


def missing_requirements() -> list[str]:
    """Direct dependencies that no lock file names: somebody changed pyproject.toml without `make lock`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {
        "runtime": project["project"]["dependencies"],
        "dev": project["project"]["dependencies"] + project["dependency-groups"]["dev"],
        "bootstrap": project["dependency-groups"]["bootstrap"],
        "node": project["dependency-groups"]["node"],
        "peers": project["dependency-groups"]["peers"],
        "synapse": project["dependency-groups"]["synapse"],
    }
    found = []
    for name, requirements in wanted.items():
        text = (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8")
        locked = {re.split(r"[\[=]", line)[0] for line in text.splitlines() if not line.startswith(" ")}
        for requirement in requirements:
            package = re.split(r"[\[<>=!~ ;]", requirement)[0].lower().replace("_", "-")
            if package not in locked:
                found.append(f"requirements/{name}.txt: {package} is not locked (make lock)")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("renew").add_argument("--upgrade", action="store_true")
    commands.add_parser("check")
    options = parser.parse_args()
    os.chdir(ROOT)
    return renew(options.upgrade) if options.command == "renew" else check()


if __name__ == "__main__":
    sys.exit(main())
