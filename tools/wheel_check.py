"""Proves that the wheel is whole: installs it outside the checkout, makes a demo village, serves it and signs in.

The new environment has the runtime lock only, so that a forgotten dependency shows as well.
"""

import csv
import http.client
import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import setup

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
START_SECONDS = 60.0


class WheelError(Exception):
    """The installed wheel does not do what it should."""


def build_wheel(folder: Path) -> Path:
    """Build with the locked build tools. Raises CalledProcessError when it cannot be built."""
    build: list[str | Path] = [BIN / "python", "-m", "build", "--wheel", "--no-isolation", "--outdir", folder]
    subprocess.run([*build, ROOT], check=True, stdout=subprocess.DEVNULL)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(wheel: Path, target: Path) -> Path:
    """A new environment with the runtime lock and the wheel; returns its folder of commands."""
    uv: list[str | Path] = [BIN / "uv", "--quiet"]
    env = setup.uv_environment() | {"VIRTUAL_ENV": str(target)}
    lock = ROOT / "requirements" / "runtime.txt"
    for command in (
        ["venv", "--python", sys.executable, target],
        ["pip", "sync", "--require-hashes", "--compile-bytecode", lock],
        ["pip", "install", "--no-deps", "--compile-bytecode", wheel],
        ["pip", "check"],
    ):
        subprocess.run([*uv, *command], check=True, env=env)
    return target / "bin"


def browser() -> urllib.request.OpenerDirector:
    """A client with cookies and without any proxy: the server is on this machine, whatever the environment says."""
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)


def await_answer(process: subprocess.Popen[bytes], base: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            browser().open(f"{base}/login", timeout=5).close()
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise WheelError(f"the server did not answer: {error}") from error
            time.sleep(0.1)
        else:
            return


def sign_in(base: str, account: dict[str, str]) -> str:
    """Sign in as a browser would and return the portal's HTML."""
    client = browser()
    with client.open(f"{base}/login", timeout=20) as response:
        form = response.read().decode()
    field = re.search(r'<input[^>]*name="csrf_token"[^>]*>', form)
    token = re.search(r'value="([^"]+)"', field[0]) if field else None
    if token is None:
        raise WheelError("the sign-in page has no csrf_token")
    data = {"username": account["login"], "password": account["password"], "csrf_token": token[1]}
    client.open(f"{base}/login", urllib.parse.urlencode(data).encode(), timeout=20).close()
    with client.open(f"{base}/", timeout=20) as response:
        page: str = response.read().decode()
        if response.status != 200 or urllib.parse.urlsplit(response.url).path != "/":
            raise WheelError(f"the portal answered {response.status} at {response.url}")
    if account["name"] not in page:
        raise WheelError(f"the portal does not name {account['name']}")
    assets = sorted(set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page)))
    if not assets:
        raise WheelError("the portal names no static file")
    for asset in assets:
        client.open(base + asset, timeout=20).close()
    print(f"wheel: signed in as {account['role']}, portal 200, {len(assets)} static files 200")
    return page


def try_instance(commands: Path, work: Path) -> None:
    """Make, fill and serve an instance with the installed command, and sign in."""
    instance = work / "instance"
    groupware: list[str | Path] = [commands / "groupware", "--instance", instance]
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("GROUPWARE_", "PYTHON", "VIRTUAL_ENV"))
    }  # fmt: skip
    for words in (["init", "--if-missing"], ["demo", "--size", "village", "--if-empty"]):
        subprocess.run([*groupware, *words], check=True, cwd=work, env=clean, stdout=subprocess.DEVNULL)
    with (instance / "demo-accounts.csv").open(encoding="utf-8-sig", newline="") as file:
        accounts = list(csv.DictReader(file))
    account = next(account for account in accounts if account["role"] == "staff")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = work / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*groupware, "serve", "--port", str(port)], cwd=work, env=clean, stdout=output, stderr=output
        )
    try:
        await_answer(process, f"http://127.0.0.1:{port}")
        sign_in(f"http://127.0.0.1:{port}", account)
    except (WheelError, OSError, http.client.HTTPException) as error:
        raise WheelError(f"{error}\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}") from error
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="groupware-wheel-") as folder:
        work = Path(folder)
        try:
            wheel = build_wheel(work / "dist")
            print(f"wheel: {wheel.name}, {wheel.stat().st_size // 1024} KiB", flush=True)
            try_instance(install(wheel, work / "environment"), work)
        except (WheelError, OSError, subprocess.CalledProcessError) as error:
            print(f"wheel: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
