"""Debian's Chromium, headless, driven by Playwright."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.servers import process

QUIET = [
    "--no-sandbox",  # Chromium refuses to be root otherwise
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",  # else every start looks its maker up
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=PreloadTopChromeWebUI,Translate,MediaRouter",  # they kept an idle browser at work
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser and close it at the end."""
    path = process.program("chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", package="chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()
