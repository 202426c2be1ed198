"""Take the pictures in docs/screenshots/ again: every public page in three widths.

    python docs/take_screenshots.py                        # from a separate demonstration
    python docs/take_screenshots.py http://127.0.0.1:8000  # from a site with the seeds loaded

Needs Playwright and Debian's Chromium, and changes nothing on the site. Old pictures that are no
longer taken are deleted.
"""

from __future__ import annotations

import os
import socket
import subprocess  # nosec B404
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
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
LARGEST = 150_000  # bytes of one picture
ALL = 6_000_000  # bytes of all of them
COLOURS = 256  # of one picture; what is left of the smoothing of letters looks the same

Scheme = Literal["light", "dark"]
VIEWS: list[ViewportSize] = [
    {"width": 360, "height": 780},
    {"width": 768, "height": 1024},
    {"width": 1280, "height": 960},
]
OPEN, OLD = "letters/open-assembly/", "letters/speakout/"
PAGES = {
    "home": "",
    "campaigns": "campaigns/",
    "campaign": "campaigns/speakout/",
    "letter": OPEN,
    "speakout": OLD,
    "signatories": f"{OPEN}signatories/",
    "figures": f"{OPEN}figures/",
    "share": f"{OPEN}share/",
    "embed": f"{OPEN}embed/",
    "sign": f"{OPEN}sign/",
    "sign-errors": f"{OPEN}sign/",
    "sent": f"{OPEN}sign/sent/",
    "revisions": f"{OPEN}revisions/",
    "revision": f"{OPEN}revisions/1/",
    "organisations": "organisations/",
    "search": "search/?q=forum",
    "open-data": "open-data/",
    "privacy": "privacy/",
    "accessibility": "accessibility/",
    "not-found": "nowhere/",
}
DARK = ["home", "campaign", "letter", "signatories", "figures", "sign"]
OTHER_LANGUAGES = [("home", "ar"), ("letter", "ar"), ("speakout", "ru")]


@dataclass(frozen=True)
class Shot:
    """A page in one language, in light or dark colours, taken in every width."""

    page: str
    language: str = "en"
    scheme: Scheme = "light"

    def name(self, width: int) -> str:
        language = "" if self.language == "en" else f"-{self.language}"
        return f"{self.page}{language}-{width}-{self.scheme}.png"


SHOTS = [
    *(Shot(page) for page in PAGES),
    *(Shot(page, scheme="dark") for page in DARK),
    *(Shot(page, language) for page, language in OTHER_LANGUAGES),
]


def show(page: Page, shot: Shot) -> None:
    """Bring the page to what the picture is of, and wait until its letters have their face."""
    page.goto(f"/{shot.language}/{PAGES[shot.page]}")
    if shot.page == "sign-errors":
        page.locator("form[method=post] button[type=submit]").click()
        page.locator("#errors").wait_for()
    page.evaluate("document.fonts.ready")


def take(browser: Browser, site: str, shot: Shot, view: ViewportSize) -> int:
    """Write one picture and return its size in bytes."""
    context = browser.new_context(
        base_url=site,
        viewport=view,
        color_scheme=shot.scheme,
        locale="en-GB",
        timezone_id="Europe/Brussels",
    )
    page = context.new_page()
    show(page, shot)
    taken = Image.open(BytesIO(page.screenshot(animations="disabled")))
    context.close()
    path = FOLDER / shot.name(view["width"])
    taken.convert("RGB").quantize(COLOURS).save(path, optimize=True)
    size = path.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{path.name} is {size} bytes, more than {LARGEST}.")
    print(f"{path.relative_to(ROOT)}  {size // 1000} kB")
    return size


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of a demonstration with fresh data, which ends with the pictures."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "config.demo", "--port", str(port)]
        environment = {**os.environ, "DATA_DIR": data, "OPERATOR_EMAIL": "desk@example.org"}
        process = subprocess.Popen(  # nosec B603
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        try:
            # It says how it is stopped once it answers.
            if not any(line.startswith("Stop") for line in process.stdout or ()):
                raise SystemExit("The demonstration did not start.")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def main(site: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    names = {shot.name(view["width"]) for shot in SHOTS for view in VIEWS}
    for path in FOLDER.glob("*.png"):
        if path.name not in names:
            path.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        total = sum(take(browser, site, shot, view) for shot in SHOTS for view in VIEWS)
        browser.close()
    print(f"{len(names)} pictures, {total // 1000} kB")
    if total > ALL:
        raise SystemExit(f"That is more than {ALL // 1000} kB.")


if __name__ == "__main__":
    if len(sys.argv) == 2:
        main(sys.argv[1].rstrip("/"))
    else:
        with demonstration() as address:
            main(address)
