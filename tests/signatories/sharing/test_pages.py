"""Share links, the share page, and the QR code."""

from __future__ import annotations

import io
import re
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import segno
from django.db import connection
from django.test.utils import CaptureQueriesContext

from letters.models import Letter
from signatories.sharing.forms import ServerForm
from signatories.sharing.networks import Sharing
from signatories.signing.links import CONFIRM, MANAGE, make_token
from tests.factories import CampaignFactory, LetterFactory, SignatureFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    campaign = CampaignFactory(slug="speech", hashtag="#SpeakOut")
    return LetterFactory(slug="speak", campaign=campaign, words__title="Let & hear: 100% “all”?")


@pytest.fixture
def sharing(letter) -> Sharing:
    return Sharing(letter, letter.words_here)


def test_a_mail_has_its_subject_and_its_lines(sharing):
    address = urlsplit(sharing.email)
    assert (address.scheme, address.path) == ("mailto", "")
    assert "+" not in address.query
    assert parse_qs(address.query) == {
        "subject": ["Let & hear: 100% “all”?"],
        "body": [
            "Let & hear: 100% “all”?\r\nOpen letter to Ada Example, President\r\n\r\n"
            "http://testserver/en/letters/speak/"
        ],
    }


def test_each_service_gets_title_hashtag_and_url(sharing):
    words, url = "Let & hear: 100% “all”? #SpeakOut", "http://testserver/en/letters/speak/"
    asked = {service.name: parse_qs(urlsplit(service.url).query) for service in sharing.services}
    assert asked == {
        "Bluesky": {"text": [f"{words} {url}"]},
        "Facebook": {"u": [url]},
        "LinkedIn": {"url": [url]},
        "Telegram": {"url": [url], "text": [words]},
        "WhatsApp": {"text": [f"{words} {url}"]},
        "X": {"text": [words], "url": [url]},
    }
    assert {urlsplit(service.url).scheme for service in sharing.services} == {"https"}


def ways(page: str) -> list[str]:
    (section,) = re.findall(r'<section class="share".*?</section>', page, flags=re.DOTALL)
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', section)]


def test_all_pages_offer_the_same_links_and_none_reveals_a_private_url(client, letter):
    published = SignatureFactory(letter=letter)
    token = make_token(published, MANAGE)
    offered = [
        ways(client.get(address).content.decode())
        for address in (
            "/en/letters/speak/",
            "/en/letters/speak/share/",
            "/en/letters/speak/sign/sent/",
            f"/en/signature/{token}/",
        )
    ]
    assert offered[1:] == [offered[0]] * 3
    assert not [link for link in offered[3] if token in unquote(link)]
    page = client.get(f"/en/signature/{token}/").content.decode()
    (section,) = re.findall(r'<section class="share".*?</section>', page, flags=re.DOTALL)
    assert token not in section


def test_links_to_other_sites_send_no_referrer(client, letter):
    page = client.get("/en/letters/speak/").content.decode()
    (section,) = re.findall(r'<section class="share".*?</section>', page, flags=re.DOTALL)
    links = re.findall(r"<a [^>]*https://[^>]*>", section)
    assert len(links) == 6
    assert all('rel="noopener noreferrer"' in link for link in links)


def test_a_withdrawn_signature_and_an_unconfirmed_one_are_not_asked_to_share(client, letter):
    withdrawn = SignatureFactory(letter=letter, withdrawn=True)
    unconfirmed = SignatureFactory(letter=letter, unconfirmed=True)
    for address in (
        f"/en/signature/{make_token(withdrawn, MANAGE)}/",
        f"/en/confirm/{make_token(unconfirmed, CONFIRM)}/",
    ):
        assert 'class="share"' not in client.get(address).content.decode()


@pytest.mark.parametrize(
    "written",
    [
        "mastodon.social",
        " Mastodon.Social ",
        "https://mastodon.social/",
        "https://mastodon.social/@rosa",
        "@rosa@mastodon.social",
    ],
)
def test_a_server_may_be_written_in_many_ways(client, letter, written):
    response = client.get("/en/letters/speak/share/", {"server": written})
    assert response.context["server"] == "mastodon.social"
    page = unescape(response.content.decode())
    (link,) = re.findall(r'href="(https://mastodon\.social/[^"]+)" rel="([^"]+)"', page)
    assert parse_qs(urlsplit(link[0]).query) == {
        "text": ["Let & hear: 100% “all”? #SpeakOut http://testserver/en/letters/speak/"]
    }
    assert link[1] == "noopener noreferrer nofollow"
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "mastodon",
        "a b.example",
        "javascript:alert(1)",
        "x.example:80",
        "..",
        "a" * 300,
        '"><script>.example',
        "[::1]",
        "127.0.0.1",
    ],
)
def test_an_invalid_server_gets_a_message_and_no_link(client, letter, written):
    response = client.get("/en/letters/speak/share/", {"server": written})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["server"]
    assert "on_mastodon" not in response.context
    assert "<script>." not in response.content.decode()


@pytest.mark.parametrize(
    ("written", "server"),
    [
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("https://Faß.example/@rosa", "xn--fa-hia.example"),
        ("@rosa@fass.example.", "fass.example"),
        ("\u2066@rosa@fass.example\u2069\u200b", "fass.example"),
        (f"https://fass.example/{'a' * 400}", "fass.example"),
    ],
)
def test_a_server_in_another_script_is_shown_in_ascii(written, server):
    form = ServerForm({"server": written})
    assert form.is_valid()
    assert form.cleaned_data["server"] == server


def test_this_site_never_redirects_to_another(client, letter):
    response = client.get("/en/letters/speak/share/?server=evil.example")
    assert response.status_code == 200
    assert "Location" not in response
    assert "Refresh" not in response


def modules(drawing: str) -> list[str]:
    """The drawing without titles."""
    return re.findall(r' d="([^"]+)"', drawing)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_code_contains_the_letters_url_and_says_so(client, letter, language):
    response = client.get(f"/{language}/letters/speak/qr.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    drawing = response.content.decode()
    assert "<title>http://testserver/en/letters/speak/</title>" in drawing
    expected = io.BytesIO()
    code = segno.make_qr("http://testserver/en/letters/speak/", error="q")
    code.save(expected, kind="svg", scale=8, light="white")
    assert modules(drawing) == modules(expected.getvalue().decode())
    page = client.get(f"/{language}/letters/speak/share/").content.decode()
    assert f'src="/{language}/letters/speak/qr.svg"' in page
    assert "http://testserver/en/letters/speak/" in re.findall(r'alt="([^"]+)"', page)[0]


def test_the_short_url_redirects_to_the_letter(client, letter, sharing):
    assert sharing.printed_url == "testserver/letters/speak"
    response = client.get("/letters/speak", follow=True)
    assert response.redirect_chain[-1][0] == "/en/letters/speak/"
    assert response.status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_queries_for_any_list(client, letter, rows):
    for _row in range(rows):
        SignatureFactory(letter=letter)
    with CaptureQueriesContext(connection) as queries:
        client.get("/en/letters/speak/share/")
    assert len(queries) == 2
