"""The browser that the page's tests drive: the one that is there, else Playwright's own."""

from __future__ import annotations

import os
import shutil
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


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """A headless browser. Where there is none the test is skipped; with CI set it fails."""
    async with async_playwright() as playwright:
        browser = await _launched(playwright)
        yield browser
        await browser.close()


async def _launched(playwright: Playwright) -> Browser:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    try:
        return await playwright.chromium.launch(executable_path=found, args=[*QUIET, *as_root])
    except Error as error:
        if found or os.environ.get("CI"):
            raise
        pytest.skip(f"There is no browser here: {error.message.splitlines()[0]}")
