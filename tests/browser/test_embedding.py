"""Frames on a page of another site, which trusts nobody: no inline style, no script but ours."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, FrameLocator, Page, expect

from letters.models import Letter
from signatories.models import Signature
from signatories.review.actions import publish_signature
from tests.factories import CampaignFactory, LetterFactory, SignatureFactory, StaffFactory
from tests.faults.processes import until

NAME = "Forum for Free Speech"
Publish = Callable[[str], str]


@pytest.fixture
def letter(site) -> Letter:
    letter = LetterFactory(slug="speak", campaign=CampaignFactory(slug="speech"))
    SignatureFactory(letter=letter, organisation__name="First of All")
    return letter


@pytest.fixture(params=["127.0.0.1", "localhost"])
def partner(request, site) -> Iterator[Publish]:
    """Insert HTML into a page of another site, or at least of another origin; return its URL.

    The page is served under a policy as strict as ours: it has no inline style and no other script.
    """
    pages: dict[str, str] = {}
    policy = f"default-src 'none'; frame-src {site}; script-src {site}; base-uri 'none'"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, "").encode()
            self.send_response(200 if body else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def publish(lines: str) -> str:
        pages["/page"] = f'<!doctype html><html lang="en"><title>Partner</title>{lines}'
        return f"http://{request.param}:{server.server_port}/page"

    yield publish
    server.shutdown()
    server.server_close()


def lines(kind: str, language: str = "en", *, script: bool = True, **colours: str) -> str:
    """The embed code on the page for partners."""
    asked = {"kind": kind, "language": language, **colours}
    page = Client().get("/en/letters/speak/embed/", asked).content.decode()
    (found,) = re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, flags=re.DOTALL)
    return unescape(found if script else found.partition("\n")[0])


def fill(frame: FrameLocator, **changes: str) -> None:
    frame.locator("[name=organisation]").fill(NAME)
    frame.locator("[name=country]").select_option("KZ")
    frame.locator("[name=name]").fill("Rosa Reader")
    frame.locator("[name=role]").fill("Director")
    frame.locator("[name=email]").fill(changes.get("email", "rosa@forum.example.org"))
    frame.locator("[name=may_sign]").check()
    frame.locator("[name=privacy]").check()
    frame.locator("form[method=post] button[type=submit]").click()


def heights(page: Page) -> tuple[int, int]:
    """The height of the frame and of its content."""
    inner = page.frames[1].evaluate("document.documentElement.getBoundingClientRect().height")
    return page.evaluate("document.querySelector('iframe').clientHeight"), -int(-inner // 1)


def fits(page: Page) -> bool:
    outer, inner = heights(page)
    return abs(outer - inner) <= 1


def expect_fitting(page: Page) -> None:
    expect(page.locator("iframe").first).to_have_attribute("style", re.compile("height"))
    until(lambda: fits(page), "a frame as high as what is in it")


@pytest.mark.parametrize("script", [True, False])
def test_an_organisation_signs_on_a_partners_page(open_window, letter, partner, outbox, script):
    page = open_window()
    address = partner(lines("sign", script=script))
    page.goto(address)
    frame = page.frame_locator("iframe")
    fill(frame)
    expect(frame.get_by_role("heading", name="Check your email")).to_be_focused()
    assert page.url == address
    (message,) = outbox.send()
    assert message.to == ["rosa@forum.example.org"]
    assert Signature.objects.get(signed_as=NAME).status == Signature.Status.UNCONFIRMED
    assert page.context.cookies() == []
    if script:
        expect_fitting(page)
    else:
        assert heights(page)[0] == 900


def test_errors_are_shown_within_the_frame(open_window, letter, partner):
    page = open_window()
    page.goto(partner(lines("sign")))
    frame = page.frame_locator("iframe")
    expect(frame.locator("form[method=post]")).to_be_visible()
    page.frames[1].evaluate("document.querySelector('form').noValidate = true")
    fill(frame, email="nonsense")
    expect(frame.locator("#errors")).to_be_focused()
    expect(frame.locator("[name=organisation]")).to_have_value(NAME)
    expect_fitting(page)
    frame.locator("a[href='#id_email']").click()
    expect(frame.locator("[name=email]")).to_be_focused()
    assert len(page.context.pages) == 1


def test_the_form_works_without_javascript(open_window, letter, partner):
    page = open_window(java_script_enabled=False)
    page.goto(partner(lines("sign")))
    frame = page.frame_locator("iframe")
    fill(frame)
    expect(frame.get_by_text("Check your email")).to_be_visible()
    assert Signature.objects.filter(signed_as=NAME).count() == 1


def test_a_proof_of_work_is_done_within_the_frame(open_window, letter, partner):
    Letter.objects.filter(pk=letter.pk).update(proof_of_work=True)
    page = open_window()
    page.goto(partner(lines("sign")))
    frame = page.frame_locator("iframe")
    fill(frame)
    expect(frame.get_by_text("Check your email")).to_be_visible(timeout=30_000)
    assert Signature.objects.get(signed_as=NAME).proof_missing is False


@pytest.mark.parametrize("kind", ["count", "list", "card"])
def test_a_frame_is_as_live_as_the_page(open_window, letter, partner, kind):
    page = open_window()
    page.goto(partner(lines(kind)))
    frame = page.frame_locator("iframe")
    expect(frame.locator("main")).to_contain_text("First of All" if kind == "list" else "1")
    new = SignatureFactory(letter=letter, in_review=True, organisation__name=NAME)
    publish_signature(signature=new, by=StaffFactory(), now=timezone.now())
    told = NAME if kind == "list" else "2"
    expect(frame.locator("[data-live-region]")).to_contain_text(told)
    expect_fitting(page)


def test_links_open_beside_the_partners_page_and_leave_it_alone(open_window, letter, partner):
    page = open_window()
    address = partner(lines("card"))
    page.goto(address)
    with page.expect_popup() as popup:
        page.frame_locator("iframe").get_by_role("link", name="Read the whole letter").click()
    expect(popup.value).to_have_url(re.compile("/en/letters/speak/$"))
    assert popup.value.evaluate("window.opener") is None
    assert page.url == address


def test_a_script_that_comes_late_still_fits_the_frame(open_window, letter, partner, site):
    page = open_window()
    page.goto(partner(lines("list", script=False)))
    expect(page.frame_locator("iframe").get_by_text("First of All")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert heights(page)[0] == 600
    page.add_script_tag(url=f"{site}/embed.js")
    expect_fitting(page)


def test_the_form_works_in_a_sandbox_that_allows_what_it_takes(open_window, letter, partner):
    allowed = "allow-forms allow-same-origin allow-scripts"
    allowed += " allow-popups allow-popups-to-escape-sandbox"
    page = open_window()
    page.goto(partner(lines("sign").replace("<iframe", f'<iframe sandbox="{allowed}"')))
    frame = page.frame_locator("iframe")
    with page.expect_popup() as popup:
        frame.get_by_role("link", name="privacy notice").click()
    expect(popup.value).to_have_url(re.compile("/en/privacy/$"))
    fill(frame)
    expect(frame.get_by_text("Check your email")).to_be_visible()
    assert Signature.objects.filter(signed_as=NAME).count() == 1


def test_only_the_frame_itself_sets_its_height(open_window, letter, partner):
    page = open_window()
    page.goto(partner(lines("count") + "<iframe src='about:blank' title='Other'></iframe>"))
    expect_fitting(page)
    before = heights(page)[0]
    forged = "{ undersigned: { height: 9999 } }"
    page.evaluate(f"window.postMessage({forged}, '*')")
    page.frames[2].evaluate(f"parent.postMessage({forged}, '*')")
    for value in ("'x'", "NaN", "null", "{}"):
        page.frames[1].evaluate(
            f"parent.postMessage({{ undersigned: {{ height: {value} }} }}, '*')"
        )
    page.frames[1].evaluate("parent.postMessage(null, '*')")
    page.wait_for_timeout(300)
    assert heights(page)[0] == before
    assert page.locator("iframe").nth(1).get_attribute("style") is None
    page.frames[1].evaluate("parent.postMessage({ undersigned: { height: 1e9 } }, '*')")
    until(lambda: heights(page)[0] == 20000, "the greatest height")


def test_a_frame_loads_only_from_this_site(open_window, letter, partner, site):
    page = open_window()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    address = partner(lines("list", accent="005f50", ground="f2fff9"))
    page.goto(address)
    expect(page.frame_locator("iframe").get_by_text("First of All")).to_be_visible()
    assert [url for url in asked if not url.startswith((site, address))] == []
    colour = page.frames[1].evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == "rgb(242, 255, 249)"


@pytest.mark.parametrize("path", ["", "sign/", "share/", "embed/"])
def test_other_pages_are_not_shown_in_a_frame(browser: Browser, letter, partner, site, path):
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(partner(f"<iframe src='{site}/en/letters/speak/{path}' title='x'></iframe>"))

    def is_refused() -> bool:
        page.wait_for_timeout(50)  # time for Playwright to see it
        is_empty = page.frames[1].url == "chrome-error://chromewebdata/"
        return is_empty and any("frame-ancestors" in text for text in complaints)

    until(is_refused, "a refusal that says why")
    context.close()
