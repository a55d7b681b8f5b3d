"""A browser for the page's tests: the one that is there, else Debian's package, else Playwright's own download.

Run as a program it sees to it that there is one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Error, Playwright, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


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


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """A headless browser. Where there is none the test is skipped; with CI set it fails."""
    async with async_playwright() as playwright:
        browser = await _launched(playwright)
        yield browser
        await browser.close()


async def _launched(playwright: Playwright) -> Browser:
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    try:
        return await playwright.chromium.launch(executable_path=found(), args=[*QUIET, *as_root])
    except Error as error:
        if found() or os.environ.get("CI"):
            raise
        pytest.skip(f"There is no browser here: {error.message.splitlines()[0]}")


if __name__ == "__main__":
    install()
