"""A browser for the page's tests: the one that is there, else Debian's package, else Playwright's own download."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def found() -> str | None:
    """The path of a browser that is installed; None when Playwright has to bring its own."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> None:
    """Bring a browser to this machine. Raises CalledProcessError when none can be had."""
    if found():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("installing chromium for the page's tests …", flush=True)
        for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            done = subprocess.run(["apt-get", "-qq", *command], stdout=subprocess.DEVNULL, check=False)
        if done.returncode == 0 and found():
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], check=True)


if __name__ == "__main__":
    install()
