"""Chromium, driven by Playwright against the real site with its static files."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

# Playwright runs an event loop in this thread, and Django would refuse to query beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PATIENCE = 60_000  # milliseconds, as the machine may be busy
expect.set_options(timeout=PATIENCE)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser they are skipped and say why."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            if item.path.stem != "test_story":  # what a browser shows is the same on any engine
                item.add_marker(pytest.mark.one_engine)
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            if CHROMIUM is None:
                reason = "Chromium is not installed (Debian: apt-get install chromium)"
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """URL of the running site, as in its mails."""
    settings.SITE_URL = live_server.url
    return str(live_server.url)


OpenWindow = Callable[..., Page]


@pytest.fixture
def open_window(browser: Browser, site: str) -> Iterator[OpenWindow]:
    """Open a separate window, as another person would. Any browser complaint fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        """Record errors and warnings, except those about responses with an error status."""
        said = re.search("status of (404|409|422)", message.text)
        is_page = message.location["url"].endswith("/")
        if message.type in {"error", "warning"} and not (said and is_page):
            complaints.append(message.text)

    def open_one(**options: Any) -> Page:
        context = browser.new_context(base_url=site, locale="en-GB", **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


# WCAG 2.2 requires targets of 24 by 24 pixels; axe turns its rule off by default. `preload` would
# fetch imported stylesheets as if they were in the page's folder. Only violations are reported.
# `preload` would fetch imported stylesheets as if they lay beside the page. Of what it does not
# complain about, nothing has to be told.
AXE = {
    "rules": {"target-size": {"enabled": True}},
    "preload": False,
    "resultTypes": ["violations"],
}


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """What axe finds on a page, one line per finding."""

    def findings(page: Page) -> list[str]:
        results = Axe().run(page, options=AXE)
        return [
            f"{finding['id']}: {node['target']}"
            for finding in results.response["violations"]
            for node in finding["nodes"]
        ]

    return findings
