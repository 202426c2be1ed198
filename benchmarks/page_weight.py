"""Measure the first view of a page: the bytes that Chromium really loads, by kind.

    python benchmarks/page_weight.py http://127.0.0.1:8000

Requests pages of a running site with the seeds loaded, such as that of `make demo`, which
compresses as in production. Polling of the live list is left out. `unicode-range` decides which
fonts are loaded, so the same page has a different size in each language.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass, field

from playwright.sync_api import Page, Request, ViewportSize, sync_playwright

CHROMIUM = "/usr/bin/chromium"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

KINDS = {"document": "HTML", "stylesheet": "CSS", "font": "fonts", "script": "JavaScript"}
PAGES = {
    "home": "",
    "campaign": "campaigns/speakout/",
    "letter": "letters/speakout/",
    "open letter": "letters/open-assembly/",
    "list": "letters/open-assembly/signatories/",
    "sign": "letters/open-assembly/sign/",
}
PHONE: ViewportSize = {"width": 360, "height": 780}


@dataclass
class Weight:
    """The bytes that one page fetched, by kind, and the number of requests."""

    size: Counter[str] = field(default_factory=Counter)
    requests: int = 0

    @property
    def total(self) -> int:
        return self.size.total()


def requests_of(page: Page, url: str) -> list[Request]:
    """All requests until the page is ready to read."""
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.goto(url, wait_until="load")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(200)
    return [request for request in requests if request.resource_type != "fetch"]


def kind_of(request: Request) -> str:
    return KINDS.get(request.resource_type, "other")


def weigh(page: Page, url: str) -> Weight:
    """The weight of a page on the network: compressed bodies, without headers."""
    weight = Weight()
    for request in requests_of(page, url):
        weight.size[kind_of(request)] += request.sizes()["responseBodySize"]
        weight.requests += 1
    return weight


def languages_of(page: Page) -> list[str]:
    """The languages in which the site offers its home page."""
    page.goto("/")
    links = page.locator('link[rel="alternate"][hreflang]').all()
    codes = [link.get_attribute("hreflang") or "" for link in links]
    return [code for code in codes if code != "x-default"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", help="such as http://127.0.0.1:8000")
    parser.add_argument("--languages", help="such as en,ru; all the site's languages by default")
    options = parser.parse_args()
    kinds = [*KINDS.values(), "other"]
    print(f"{'page':<16}" + "".join(f"{kind:>12}" for kind in [*kinds, "bytes", "requests"]))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        codes = options.languages.split(",") if options.languages else []
        codes = codes or languages_of(browser.new_page(base_url=options.site))
        for name, url in PAGES.items():
            for code in codes:
                # A window of its own, in which nothing is cached yet.
                context = browser.new_context(base_url=options.site, viewport=PHONE, locale="en-GB")
                weight = weigh(context.new_page(), f"/{code}/{url}")
                context.close()
                figures = [*(weight.size[kind] for kind in kinds), weight.total, weight.requests]
                print(f"{name + ' ' + code:<16}" + "".join(f"{one:>12}" for one in figures))
        browser.close()


if __name__ == "__main__":
    main()
