"""Installs Debian packages where that is allowed: as root, or through sudo without a password.

Standard library only, because it runs before anything is installed.
"""

import os
import shutil
import subprocess
import sys


def installer() -> list[str] | None:
    """The command prefix that may run apt-get here, or None where nothing of the kind is allowed."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def install(packages: list[str]) -> bool:
    """Install `packages`; False, with nothing changed, where the machine does not allow it or apt-get fails."""
    prefix = installer()
    if prefix is None:
        return False
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing Debian packages: {' '.join(packages)}", flush=True)
    apt = [*prefix, "env", *(f"{name}={value}" for name, value in quiet.items()), "apt-get", "-qq"]
    add = [*apt, "install", "-y", "--no-install-recommends", *packages]
    for command in ([*apt, "update"], add):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print((done.stdout + done.stderr)[-2000:], file=sys.stderr)
            return False
    return True
