"""Makes the checkout ready to run: `make setup`. Needs Python >= 3.11 and nothing else.

Every stage is skipped while the files it depends on are unchanged (a stamp in .venv keeps their digest), so a
second run takes a fraction of a second. Packages are accepted by the hashes in requirements/ and
package-lock.json only. Where packages come from is the machine's business: pip's and npm's own configuration
decides, and pip's is handed on to uv, which installs the bulk because it is ten times as fast.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import debian

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PEERS = ("peers",)
BENCH_PEERS = ("synapse",)
"""Environments of their own for other people's programs; the second kind is large and for benches only."""
STAMPS = VENV / "stamps"
REQUIREMENTS = ROOT / "requirements"
OLDEST_NODE = 18


class SetupError(Exception):
    """A stage cannot be done on this machine; the message says what to do."""


def digest(paths: Iterable[Path], *words: str) -> str:
    total = hashlib.sha256("\0".join(words).encode())
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()


def stage(name: str, key: str, present: bool, work: Callable[[], None]) -> None:
    """Run `work` unless it succeeded before with the same key and its result is still present."""
    stamp = STAMPS / name
    if present and stamp.is_file() and stamp.read_text() == key:
        return
    print(f"setup: {name}", flush=True)
    stamp.unlink(missing_ok=True)
    work()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key)


def run(command: list[str | Path], env: dict[str, str] | None = None) -> None:
    subprocess.run(command, check=True, cwd=ROOT, env=env, stdin=subprocess.DEVNULL)


def pip_settings() -> dict[str, str]:
    """pip's effective settings on this machine by option name (environment over [install] over [global])."""
    listing = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, cwd=ROOT, check=False
    ).stdout
    found: dict[str, tuple[int, str]] = {}
    order = {"global": 0, "install": 1, ":env:": 2}
    for line in listing.splitlines():
        name, _, value = line.partition("=")
        section, _, option = name.rpartition(".")
        rank = order.get(section)
        if rank is not None and rank >= found.get(option, (0, ""))[0]:
            found[option] = (rank, value.strip().strip("'\""))
    return {option: " ".join(value.replace("\\n", " ").split()) for option, (_, value) in found.items()}


def uv_environment() -> dict[str, str]:
    """The environment in which uv uses the same sources, certificates and proxy as pip would."""
    settings = pip_settings()
    # Files are accepted by hash alone, so that every configured index may offer one, as with pip.
    env = {"VIRTUAL_ENV": str(VENV), "UV_INDEX_STRATEGY": "unsafe-best-match", "UV_PYTHON_DOWNLOADS": "never"}
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "trusted-host": "UV_INSECURE_HOST",
        "timeout": "UV_HTTP_TIMEOUT",
        "default-timeout": "UV_HTTP_TIMEOUT",
        "cert": "SSL_CERT_FILE",
        "proxy": "ALL_PROXY",
    }
    env |= {names[option]: value for option, value in settings.items() if option in names and value}
    if links := settings.get("find-links"):
        env["UV_FIND_LINKS"] = ",".join(links.split())
    trusted = ssl.get_default_verify_paths()
    if "cert" not in settings and (trusted.cafile or trusted.capath):
        env["UV_SYSTEM_CERTS"] = "1"
    return env | os.environ | ({} if home_is_writable() else {"UV_NO_CACHE": "1"})


def home_is_writable() -> bool:
    home = os.environ.get("HOME", "")
    return bool(home) and os.access(home, os.W_OK)


def make_environment() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if not debian.install([version]):
            raise SetupError(f"Python's venv module is incomplete: install it first (Debian: {version}).")
    run([sys.executable, "-m", "venv", "--clear", VENV])


def install_packages() -> None:
    pip: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
        "--require-hashes",
    ]
    try:
        run([*pip, "--only-binary", ":all:", "-r", REQUIREMENTS / "bootstrap.txt"])
        uv: list[str | Path] = [VENV / "bin" / "uv", "--quiet", "pip"]
        run(
            [*uv, "sync", "--require-hashes", "--compile-bytecode", REQUIREMENTS / "dev.txt"],
            uv_environment(),
        )
    except (OSError, subprocess.CalledProcessError):
        print("setup: uv could not install the packages, trying pip (slower)", file=sys.stderr)
        run([*pip, "-r", REQUIREMENTS / "dev.txt"])


def install_apart(name: str) -> None:
    """Other people's clients and servers; some replace libraries that the product uses, so they live apart."""
    folder, lock = VENV / name, REQUIREMENTS / f"{name}.txt"
    run([sys.executable, "-m", "venv", "--clear", folder])
    try:
        uv: list[str | Path] = [VENV / "bin" / "uv", "--quiet", "pip", "sync", "--require-hashes"]
        run([*uv, lock], uv_environment() | {"VIRTUAL_ENV": str(folder)})
    except (OSError, subprocess.CalledProcessError):
        print(f"setup: uv could not install {name}, trying pip (slower)", file=sys.stderr)
        run([folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet",
             "--require-hashes", "-r", lock])  # fmt: skip


def install_project() -> None:
    run([PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps", "--no-index",
         "--no-build-isolation", "--editable", ROOT])  # fmt: skip


def node_tools() -> tuple[Path, dict[str, str]]:
    """npm and the environment it needs: the machine's own where it is new enough, else the one from PyPI."""
    env = dict(os.environ)
    if not home_is_writable():
        env["npm_config_cache"] = str(VENV / "npm-cache")
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        version = re.match(r"v(\d+)", told)
        if version and int(version[1]) >= OLDEST_NODE:
            return Path(npm), env
    local = VENV / "bin" / "npm"
    if not local.exists():
        print("setup: Node.js from PyPI", flush=True)
        run([PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes",
             "--only-binary", ":all:", "-r", REQUIREMENTS / "node.txt"])  # fmt: skip
    env["PATH"] = f"{VENV / 'bin'}{os.pathsep}{env.get('PATH', os.defpath)}"
    # This Node.js brings its own certificate list and does not look at the machine's.
    certificates = pip_settings().get("cert") or ssl.get_default_verify_paths().cafile
    if certificates:
        env.setdefault("NODE_EXTRA_CA_CERTS", certificates)
    return local, env


def install_front_end() -> None:
    npm, env = node_tools()
    run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], env)


def uncompiled_catalogues() -> list[Path]:
    found = [path for top in ("groupware", "plugins") for path in (ROOT / top).rglob("*.po")]
    return [
        path for path in found
        if not (compiled := path.with_suffix(".mo")).is_file()
        or compiled.stat().st_mtime < path.stat().st_mtime
    ]  # fmt: skip


def set_up(is_for_bench: bool) -> None:
    version = ".".join(map(str, sys.version_info[:2]))
    stage("environment", digest([], version, sys.prefix, str(VENV)), PYTHON.exists(), make_environment)
    locks = [REQUIREMENTS / "bootstrap.txt", REQUIREMENTS / "dev.txt"]
    stage("packages", digest(locks), True, install_packages)
    declared = [ROOT / "pyproject.toml", ROOT / "hatch_build.py"]
    stage(
        "project",
        digest([path for path in declared if path.exists()]),
        (VENV / "bin" / "groupware").exists(),
        install_project,
    )
    for name in (*PEERS, *(BENCH_PEERS if is_for_bench else ())):
        stage(
            name,
            digest([REQUIREMENTS / f"{name}.txt"], version, str(VENV / name)),
            (VENV / name / "bin" / "python").exists(),
            partial(install_apart, name),
        )
    modules = ROOT / "node_modules"
    npm_files = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
    stage("front-end", digest(npm_files), modules.is_dir(), install_front_end)
    vendor, icons = ROOT / "tools" / "vendor.py", ROOT / "static" / "icons.txt"
    present = (ROOT / "static" / "vendor" / "icons.svg").is_file()
    stage("vendor", digest([*npm_files, vendor, icons]), present, lambda: run([PYTHON, vendor]))
    if uncompiled_catalogues():
        run([PYTHON, ROOT / "tools" / "catalogues.py", "compile"])


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036  whatever Python the machine has runs this file
        print("Python 3.11 or newer is needed; this is " + sys.version.split()[0], file=sys.stderr)
        return 1
    # Two runs at once (two terminals, make -j) would install into one environment: the second waits.
    lock = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        set_up(is_for_bench="--bench" in sys.argv[1:])
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"setup: failed: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        return 1
    finally:
        os.close(lock)
    return 0


if __name__ == "__main__":
    sys.exit(main())
