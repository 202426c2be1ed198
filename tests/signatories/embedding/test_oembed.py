"""oEmbed (https://oembed.com): one of our URLs in, the HTML to show it out."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from letters.models import Letter
from tests.factories import CampaignFactory, LetterFactory, SignatureFactory

pytestmark = pytest.mark.django_db
PAGE = "http://testserver/en/letters/speak/"


@pytest.fixture
def letter() -> Letter:
    return LetterFactory(slug="speak", campaign=CampaignFactory(slug="speech"))


def frame(answer: dict) -> str:
    return re.findall('src="([^"]+)"', answer["html"])[0]


def test_a_letter_is_shown_as_its_card(client, letter):
    response = client.get("/oembed", {"url": PAGE})
    assert response["Content-Type"] == "application/json"
    versions = f"{letter.public_version}-{letter.campaign.public_version}"
    assert response.json() == {
        "version": "1.0",
        "type": "rich",
        "title": "Let everyone speak",
        "author_name": "Coalition",
        "provider_name": "Undersigned",
        "provider_url": "http://testserver",
        "cache_age": 3600,
        "thumbnail_url": f"{PAGE}preview.png?v={versions}",
        "thumbnail_width": 1200,
        "thumbnail_height": 630,
        "html": f'<iframe src="{PAGE}embed/card/" title="Let everyone speak" width="600"'
        ' height="460" frameborder="0" loading="lazy"></iframe>',
        "width": 600,
        "height": 460,
    }


def test_xml_contains_the_same_as_json(client, letter):
    response = client.get("/oembed", {"url": PAGE, "format": "xml"})
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    json = client.get("/oembed", {"url": PAGE, "format": "json"}).json()
    elements = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in json.items())
    declaration, _newline, root = response.content.decode().partition("\n")
    assert declaration == "<?xml version='1.0' encoding='utf-8'?>"
    assert root == f"<oembed>{elements}</oembed>"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/en/letters/speak/", "/en/letters/speak/embed/card/"),
        ("/ar/letters/speak/", "/ar/letters/speak/embed/card/"),
        ("/en/letters/speak/#sign", "/en/letters/speak/embed/card/"),
        ("/en/letters/speak/?utm_source=x", "/en/letters/speak/embed/card/"),
        ("/en/letters/speak/in/en/", "/en/letters/speak/embed/card/"),
        ("/en/letters/speak/sign/", "/en/letters/speak/embed/sign/"),
        ("/pl/letters/speak/signatories/", "/pl/letters/speak/embed/list/"),
        ("/en/letters/speak/embed/count/", "/en/letters/speak/embed/count/"),
        ("/letters/speak", "/en/letters/speak/embed/card/"),
        ("/letters/speak/", "/en/letters/speak/embed/card/"),
        ("/en/letters/speak", "/en/letters/speak/embed/card/"),
        ("/ar/letters/speak", "/ar/letters/speak/embed/card/"),
        ("/en/letters/speak?utm_source=x#sign", "/en/letters/speak/embed/card/"),
        ("/pl/letters/speak/signatories?order=newest", "/pl/letters/speak/embed/list/"),
        ("/en/letters/speak/embed/sign", "/en/letters/speak/embed/sign/"),
        ("/en/letters/%73pe%61k/", "/en/letters/speak/embed/card/"),
        ("/%65n/letters/speak", "/en/letters/speak/embed/card/"),
        ("/letters/%73peak", "/en/letters/speak/embed/card/"),
    ],
)
def test_each_page_of_a_letter_is_shown_by_the_frame_that_fits(client, letter, address, shown):
    answer = client.get("/oembed", {"url": f"http://testserver{address}"}).json()
    assert frame(answer) == f"http://testserver{shown}"
    assert client.get(shown).status_code == 200


@pytest.mark.parametrize(
    ("site", "address"),
    [
        ("http://testserver", "http://TestServer/en/letters/speak/"),
        ("http://testserver", "HTTP://testserver:80/en/letters/speak"),
        ("http://testserver", "https://testserver/en/letters/speak/"),
        ("http://testserver", "https://testserver:443/en/letters/speak/"),
        ("http://testserver", "http://testserver./en/letters/speak/"),
        ("http://testserver", " http://testserver/en/letters/speak/\n"),
        ("https://testserver", "http://testserver:80/en/letters/speak/"),
        ("http://testserver:8000", "http://TESTSERVER:8000/en/letters/speak/"),
        ("https://xn--fa-hia.example", "https://faß.example/en/letters/speak/"),
        ("https://xn--fa-hia.example", "https://FAẞ.example/en/letters/speak/"),
        ("https://[2001:db8::1]", "https://[2001:DB8:0::1]:443/en/letters/speak/"),
    ],
)
def test_urls_of_this_site_may_be_written_in_many_ways(client, letter, settings, site, address):
    settings.SITE_URL = site
    answer = client.get("/oembed", {"url": address}).json()
    assert frame(answer) == f"{site}/en/letters/speak/embed/card/"


@pytest.mark.parametrize(
    "address",
    [
        "http://elsewhere.example/en/letters/speak/",
        "http://testserver.elsewhere.example/en/letters/speak/",
        "http://testserver@elsewhere.example/en/letters/speak/",
        "//testserver/en/letters/speak/",
        "javascript:alert(1)",
        "/en/letters/speak/",
        "http://testserver/",
        "http://testserver/en/",
        "http://testserver/en/campaigns/speech/",
        "http://testserver/en/letters/nothing/",
        "http://testserver/en/letters/draft/",
        "http://testserver/admin/",
        "http://[",
        "http://ada@testserver/en/letters/speak/",
        "http://testserver:81/en/letters/speak/",
        "http://testserver:443/en/letters/speak/",
        "https://testserver:80/en/letters/speak/",
        "http://testserver:x/en/letters/speak/",
        "http://testserver\\@elsewhere.example/en/letters/speak/",
        "http://testserver/en/letters/spe%00ak/",
        "ftp://testserver/en/letters/speak/",
    ],
)
def test_other_urls_are_not_found(client, letter, address):
    LetterFactory(slug="draft", status=Letter.Status.DRAFT)
    assert client.get("/oembed", {"url": address}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 400),
        ({"url": ""}, 400),
        ({"url": PAGE, "maxwidth": "wide"}, 400),
        ({"url": PAGE, "maxheight": "-1"}, 400),
        ({"url": PAGE, "maxheight": "0"}, 400),
        ({"url": PAGE, "maxwidth": "²"}, 400),
        ({"url": PAGE, "format": "yaml"}, 501),
    ],
)
def test_invalid_requests_get_the_right_status(client, letter, asked, status):
    response = client.get("/oembed", asked)
    assert response.status_code == status
    assert "wide" not in response.content.decode()


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({"maxwidth": "400"}, (400, 460)),
        ({"maxwidth": "4000"}, (600, 460)),
        ({"maxheight": "300"}, (600, 300)),
        ({"maxheight": "3000"}, (600, 460)),
        ({"maxwidth": "400", "maxheight": "300"}, (400, 300)),
        ({"maxwidth": "100"}, (100, 460)),
        ({"maxwidth": "9" * 5000}, (600, 460)),
    ],
)
def test_a_frame_is_no_larger_than_there_is_room(client, letter, asked, size):
    answer = client.get("/oembed", {"url": PAGE, **asked}).json()
    assert (answer["width"], answer["height"]) == size
    assert f'width="{size[0]}" height="{size[1]}"' in answer["html"]


def test_the_letters_page_links_to_oembed(client, letter):
    page = client.get("/ar/letters/speak/").content.decode()
    found = re.findall(r'<link rel="alternate" type="(\S+\+oembed)" href="([^"]+)"', page)
    address = quote("http://testserver/ar/letters/speak/", safe="")
    assert [(kind, unescape(link)) for kind, link in found] == [
        ("application/json+oembed", f"http://testserver/oembed?url={address}&format=json"),
        ("text/xml+oembed", f"http://testserver/oembed?url={address}&format=xml"),
    ]
    for _kind, link in found:
        assert client.get(unescape(link)).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_an_answer_costs_the_same_queries_for_any_list(client, letter, rows):
    for _row in range(rows):
        SignatureFactory(letter=letter)
    with CaptureQueriesContext(connection) as queries:
        client.get("/oembed", {"url": PAGE})
    assert len(queries) == 2


def test_a_response_is_cached_and_revalidated(client, letter):
    response = client.get("/oembed", {"url": PAGE})
    assert response["Cache-Control"] == "public, max-age=1"
    again = client.get("/oembed", {"url": PAGE}, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
