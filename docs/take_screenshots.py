"""Take the screenshots of docs/screenshots/ from a running site with the seeds loaded.

    python docs/take_screenshots.py http://127.0.0.1:8000

It needs Playwright and Debian's Chromium, and changes nothing on the site.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parent / "screenshots"
CHROMIUM = "/usr/bin/chromium"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
LARGEST = 300_000  # bytes of one picture

SPEAKOUT = "/en/letters/speakout/"
ASSEMBLY = "/en/letters/open-assembly/"


@dataclass(frozen=True)
class Shot:
    """One picture: a page at a width and a height in CSS pixels, in light or dark colours."""

    name: str
    path: str
    width: int
    height: int
    scheme: Literal["light", "dark"] = "light"
    part: str = ""  # the part of the page to begin with
    send_empty_form: bool = False


SHOTS = [
    Shot("letter-1280-light", ASSEMBLY, 1280, 960),
    Shot("letter-360-light", ASSEMBLY, 360, 780),
    Shot("speakout-768-dark", SPEAKOUT, 768, 1024, "dark"),
    Shot("signatories-1280-light", ASSEMBLY, 1280, 960, part="#signatories"),
    Shot("figures-1280-light", f"{ASSEMBLY}figures/", 1280, 960),
    Shot("sign-errors-360-light", f"{ASSEMBLY}sign/", 360, 780, send_empty_form=True),
    Shot("home-1280-dark", "/en/", 1280, 960, "dark"),
    Shot("letter-ar-1280-light", "/ar/letters/open-assembly/", 1280, 960),
    Shot("letter-ar-360-light", "/ar/letters/open-assembly/", 360, 780),
    Shot("letter-ru-1280-light", "/ru/letters/speakout/", 1280, 960),
    Shot("letter-ru-360-light", "/ru/letters/speakout/", 360, 780),
]


def show(page: Page, shot: Shot) -> None:
    """Bring the page to what the picture is of, and wait until its letters have their face."""
    page.goto(shot.path)
    if shot.send_empty_form:
        page.locator("form[method=post] button[type=submit]").click()
        page.locator("#errors").wait_for()
    if shot.part:
        page.locator(shot.part).evaluate(
            "part => scrollTo({top: part.offsetTop - 24, behavior: 'instant'})"
        )
    page.evaluate("document.fonts.ready")


def main(site: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        for shot in SHOTS:
            context = browser.new_context(
                base_url=site,
                viewport={"width": shot.width, "height": shot.height},
                color_scheme=shot.scheme,
                locale="en-GB",
                timezone_id="Europe/Brussels",
            )
            page = context.new_page()
            show(page, shot)
            picture = page.screenshot(animations="disabled")
            context.close()
            if len(picture) > LARGEST:
                raise SystemExit(f"{shot.name} is {len(picture)} bytes, more than {LARGEST}.")
            path = FOLDER / f"{shot.name}.png"
            path.write_bytes(picture)
            print(f"{path.relative_to(FOLDER.parent.parent)}  {len(picture) // 1000} kB")
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("Say where the site runs: take_screenshots.py http://127.0.0.1:8000")
    main(sys.argv[1].rstrip("/"))
