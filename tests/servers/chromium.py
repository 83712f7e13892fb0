"""Debian's Chromium, driven by Playwright. It talks to loopback addresses only, and a page must not ask for more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

PROGRAM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",  # it refuses to run as root otherwise; it sees our own pages only
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOCAL = ("127.0.0.1", "localhost", None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


class Watch:
    """Collects what no page of ours may do: ask other hosts, break its own content policy, raise in a script."""

    def __init__(self, context: BrowserContext) -> None:
        self.faults: list[str] = []
        context.on("request", self._request)
        context.on("page", self._page)

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).hostname not in LOCAL:
            self.faults.append(f"asks another host: {request.url}")

    def _page(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("console", self._console)

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(f"breaks its policy: {message.text}")


@contextmanager
def watched(browser: Browser, **options: object) -> Iterator[BrowserContext]:
    """A fresh browser profile in Swedish; a fault that ``Watch`` knows fails the test when the block ends."""
    given = {"locale": "sv-SE", "timezone_id": "Europe/Stockholm", **options}
    context = browser.new_context(**given)  # type: ignore[arg-type]  # Playwright's own options
    context.set_default_timeout(10_000)
    watch = Watch(context)
    try:
        yield context
    finally:
        context.close()
    assert not watch.faults, watch.faults
