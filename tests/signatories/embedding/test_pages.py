"""A letter in frames on other sites: card, number, list and form, and the page that offers them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from letters.models import Letter
from signatories.models import Signature
from tests.factories import CampaignFactory, LetterFactory, SignatureFactory, form_data

pytestmark = pytest.mark.django_db
CODES = [code for code, _name in settings.LANGUAGES]
KINDS = ["card", "count", "list", "sign"]
FRAMES = [f"embed/{kind}/" for kind in KINDS] + ["embed/sign/sent/"]
COLOURS = "?accent=005f50&ground=f2fff9"


@pytest.fixture
def letter() -> Letter:
    campaign = CampaignFactory(slug="speech", hashtag="#SpeakOut")
    return LetterFactory(slug="speak", campaign=campaign)


def is_framable(response) -> bool:
    """Whether pages of other sites can frame it; either way all three headers agree."""
    (ancestors,) = re.findall("frame-ancestors ([^;]+)", response["Content-Security-Policy"])
    found = (
        ancestors,
        response.get("X-Frame-Options"),
        response["Cross-Origin-Resource-Policy"],
    )
    assert found in {("*", None, "cross-origin"), ("'none'", "DENY", "same-origin")}
    return found[0] == "*"


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("address", FRAMES)
def test_every_frame_is_there_in_every_language_for_any_site(client, letter, address, language):
    response = client.get(f"/{language}/letters/speak/{address}")
    assert response.status_code == 200
    assert is_framable(response)
    page = response.content.decode()
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert '<meta name="robots" content="noindex">' in page
    assert "Let everyone speak" in page


@pytest.mark.parametrize("address", FRAMES)
def test_a_frame_allows_nothing_else_that_pages_do_not(client, letter, address):
    frame = client.get(f"/en/letters/speak/{address}")["Content-Security-Policy"]
    page = client.get("/en/letters/speak/")["Content-Security-Policy"]
    assert frame.replace("frame-ancestors *", "frame-ancestors 'none'") == page


@pytest.mark.parametrize("address", FRAMES)
def test_a_frame_that_has_not_changed_is_still_framable(client, letter, address):
    address = f"/en/letters/speak/{address}"
    etag = client.get(address)["ETag"]
    response = client.get(address, headers={"If-None-Match": etag})
    assert response.status_code == 304
    assert is_framable(response)


@pytest.mark.parametrize(
    "address",
    [
        "/en/letters/speak/",
        "/en/letters/speak/sign/",
        "/en/letters/speak/sign/sent/",
        "/en/letters/speak/embed/",
        "/en/letters/speak/embed/nothing/",
        "/en/letters/speak/share/",
        "/en/letters/draft/embed/card/",
        "/oembed?url=http://testserver/en/letters/speak/",
        "/letters/speak/live.json",
        "/admin/login/",
    ],
)
def test_nothing_else_is_framable(client, letter, address):
    LetterFactory(slug="draft", status=Letter.Status.DRAFT)
    assert not is_framable(client.get(address))


def test_only_the_page_that_previews_a_frame_frames_anything_itself(client, letter):
    policy = client.get("/en/letters/speak/embed/")["Content-Security-Policy"]
    assert "frame-src 'self'" in policy
    for address in ("", "share/", "sign/", *FRAMES):
        response = client.get(f"/en/letters/speak/{address}")
        assert "frame-src" not in response["Content-Security-Policy"]


def test_the_card_summarises_the_letter(client, letter):
    SignatureFactory(letter=letter)
    page = client.get("/en/letters/speak/embed/card/").content.decode()
    for words in ("#SpeakOut", "Ada Example", "Let everyone speak", "10 days left to sign"):
        assert words in page
    assert 'href="/en/letters/speak/#sign"' in page
    assert "organisation has signed" in page


def test_links_of_a_frame_open_beside_the_page_around_it(client, letter):
    for address in FRAMES:
        page = client.get(f"/en/letters/speak/{address}").content.decode()
        assert '<base target="_blank">' in page
        assert "href" not in re.findall("<base [^>]*>", page)[0]


@pytest.mark.parametrize("kind", ["card", "count", "list"])
def test_numbers_and_list_follow_the_letters_own_version(client, letter, kind):
    response = client.get(f"/en/letters/speak/embed/{kind}/{COLOURS}")
    page = unescape(response.content.decode())
    letter.refresh_from_db()
    assert 'data-live="/letters/speak/live.json"' in page
    assert f'data-live-version="{letter.public_version}"' in page
    assert f'data-live-page="/en/letters/speak/embed/{kind}/{COLOURS}"' in page


@pytest.mark.parametrize("kind", ["card", "count", "list"])
def test_names_that_are_not_shown_are_in_no_frame(client, letter, kind):
    SignatureFactory(letter=letter, organisation__name="Open Forum")
    for hidden in ("withheld", "counted"):
        SignatureFactory(letter=letter, visibility=hidden, organisation__name=f"Secret {hidden}")
    SignatureFactory(letter=letter, in_review=True, organisation__name="Secret review")
    page = client.get(f"/en/letters/speak/embed/{kind}/").content.decode()
    assert "Secret" not in page
    assert ("Open Forum" in page) == (kind == "list")
    assert (">3</span>" in page) == (kind != "list")


@pytest.mark.parametrize("address", [*FRAMES, "embed/"])
@pytest.mark.parametrize("rows", [1, 3])
def test_a_frame_costs_the_same_queries_for_any_list(client, letter, address, rows):
    for _row in range(rows):
        SignatureFactory(letter=letter)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/en/letters/speak/{address}")
    assert len(queries) == QUERIES[address]


QUERIES = {
    "embed/card/": 3,
    "embed/count/": 3,
    "embed/list/": 5,
    "embed/sign/": 4,
    "embed/sign/sent/": 2,
    "embed/": 2,
}


def test_a_form_in_a_frame_is_taken_and_stays_in_the_frame(client, letter):
    response = client.post(
        f"/en/letters/speak/embed/sign/{COLOURS}",
        form_data(),
        headers={"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"},
    )
    assert response.status_code == 303
    assert response["Location"] == f"/en/letters/speak/embed/sign/sent/{COLOURS}"
    assert is_framable(response)
    assert is_framable(client.get(response["Location"]))
    assert Signature.objects.get().signed_as == "Forum for Free Speech"


def test_a_form_with_errors_is_shown_in_the_frame_with_its_input(client, letter):
    response = client.post(f"/en/letters/speak/embed/sign/{COLOURS}", form_data(email="nonsense"))
    assert response.status_code == 422
    assert is_framable(response)
    page = unescape(response.content.decode())
    assert f'action="/en/letters/speak/embed/sign/{COLOURS}" target="_self"' in page
    assert 'value="Forum for Free Speech"' in page
    assert '<a href="#id_email" target="_self">' in page
    assert "autofocus" not in page
    assert not Signature.objects.exists()


def test_a_form_of_another_page_is_refused(client, letter):
    for headers in (
        {"Origin": "https://partner.example"},
        {"Origin": "null"},  # a frame in a sandbox that hides whose it is
        {"Sec-Fetch-Site": "cross-site"},
    ):
        response = client.post("/en/letters/speak/embed/sign/", form_data(), headers=headers)
        assert response.status_code == 403
        assert not is_framable(response)
    assert not Signature.objects.exists()


def test_a_text_that_changed_is_shown_in_the_frame(client, letter):
    response = client.post("/en/letters/speak/embed/sign/", form_data(revision="0.9"))
    assert response.status_code == 409
    assert is_framable(response)
    assert "The text has changed" in response.content.decode()


def test_a_closed_letter_says_so_in_the_frame(client, letter):
    Letter.objects.filter(pk=letter.pk).update(closes_at=timezone.now())
    response = client.get("/en/letters/speak/embed/sign/")
    assert is_framable(response)
    assert "Signing has ended." in response.content.decode()
    assert "<form" not in response.content.decode()
    late = client.post("/en/letters/speak/embed/sign/", form_data())
    assert (late.status_code, late["Location"]) == (303, "/en/letters/speak/embed/sign/")
    assert not Signature.objects.exists()


def test_the_forms_own_page_still_redirects_to_its_own_pages(client, letter):
    response = client.post("/en/letters/speak/sign/", form_data())
    assert response["Location"] == "/en/letters/speak/sign/sent/"
    page = client.get("/en/letters/speak/sign/").content.decode()
    assert 'action="/en/letters/speak/sign/" data-suggest' in page


@pytest.mark.parametrize("address", FRAMES)
def test_colours_come_from_a_style_sheet_of_ours(client, letter, address):
    page = unescape(client.get(f"/en/letters/speak/{address}{COLOURS}").content.decode())
    assert f'<link rel="stylesheet" href="/embed.css{COLOURS}">' in page
    assert 'name="color-scheme"' not in page
    response = client.get(f"/embed.css{COLOURS}")
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert "--accent: #005f50;" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "remark"),
    [
        ("?accent=ffff00&ground=ffffff", "<!-- accent on ground has a contrast of 1.07; at"),
        ("?accent=red&ground=--%3E%3Cscript%3E", "<!-- accent and ground have six hexadecimal"),
    ],
)
def test_colours_that_cannot_be_used_leave_the_sites_own_and_a_remark(
    client, letter, query, remark
):
    page = client.get(f"/en/letters/speak/embed/card/{query}").content.decode()
    assert remark in page
    assert "embed.css" not in page
    assert '<meta name="color-scheme" content="light dark">' in page
    assert "<script>" not in page
    assert client.get(f"/embed.css{query}").status_code == 404


def test_without_colours_the_frame_is_light_or_dark_as_its_reader_likes(client, letter):
    page = client.get("/en/letters/speak/embed/card/").content.decode()
    assert '<meta name="color-scheme" content="light dark">' in page
    assert "<!--" not in page
    assert client.get("/embed.css").status_code == 404


def test_the_script_has_a_stable_url_and_may_be_loaded_by_any_page(client):
    response = client.get("/embed.js")
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "s-maxage=3600" in response["Cache-Control"]
    script = (settings.BASE_DIR / "static/js/embed.js").read_bytes()
    assert response.content == script
    assert len(script) < 2000


def snippet(page: str) -> str:
    (found,) = re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, flags=re.DOTALL)
    return unescape(found)


def test_the_page_for_partners_gives_lines_without_script_or_style_and_one_that_sizes(
    client, letter
):
    page = client.get(
        "/en/letters/speak/embed/",
        {"kind": "sign", "language": "ar", "accent": "#005F50", "ground": "f2fff9"},
    ).content.decode()
    address = "/ar/letters/speak/embed/sign/?accent=005f50&amp;ground=f2fff9"
    assert snippet(page) == (
        f'<iframe src="http://testserver{address}" title="Let everyone speak"'
        ' width="100%" height="900" frameborder="0" loading="lazy"></iframe>\n'
        '<script src="http://testserver/embed.js" async></script>'
    )
    assert f'<iframe src="{address}"' in page
    assert client.get(unescape(address)).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_chosen_and_is_there(client, letter, kind):
    page = client.get(f"/en/letters/speak/embed/?kind={kind}&language=en").content.decode()
    (address,) = re.findall('<iframe src="(/[^"]+)"', page)
    assert address == f"/en/letters/speak/embed/{kind}/"
    assert is_framable(client.get(address))


def test_colours_that_are_hard_to_read_get_a_message_and_are_not_in_the_lines(client, letter):
    asked = {"kind": "list", "language": "fr", "accent": "ff0000", "ground": "00ff00"}
    response = client.get("/en/letters/speak/embed/", asked)
    assert list(response.context["form"].errors) == ["accent"]
    page = response.content.decode()
    assert "Their contrast is 2.91; it must be at least 4.5." in page
    assert "/fr/letters/speak/embed/list/" in snippet(page)
    assert "accent=" not in snippet(page)


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"kind": "page"}, ["kind", "language"]),
        ({"kind": "card", "language": "tlh"}, ["language"]),
        ({"kind": "card", "language": "en", "accent": "blue"}, ["accent"]),
        ({"kind": "card", "language": "en", "ground": '"><b>'}, ["ground"]),
    ],
)
def test_an_invalid_choice_gets_a_message(client, letter, asked, wrong):
    response = client.get("/en/letters/speak/embed/", asked)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == wrong
    assert "http://testserver/en/letters/speak/embed/card/" in snippet(response.content.decode())


def test_a_title_cannot_break_out_of_the_lines(client):
    LetterFactory(slug="speak", words__title='"></iframe><script>alert(1)</script>')
    page = client.get("/en/letters/speak/embed/").content.decode()
    assert "<script>alert" not in page
    assert 'title="&quot;&gt;&lt;/iframe&gt;' in snippet(page)
