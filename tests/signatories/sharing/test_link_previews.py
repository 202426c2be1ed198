"""Link previews on other sites, and the image that they fetch."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

import pytest
import typst
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from PIL import Image, ImageChops

from letters.models import Letter
from signatories.public.signatories import Counts
from signatories.sharing.letters import picture_of, tally
from signatories.sharing.picture import FONTS, TEMPLATE, Picture, Run, name, words_in
from signatories.signing.links import CONFIRM, MANAGE, make_token
from tests.factories import (
    CampaignFactory,
    EditionFactory,
    LetterFactory,
    RevisionFactory,
    SignatureFactory,
)

pytestmark = pytest.mark.django_db
CODES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture(autouse=True)
def kept(settings, tmp_path) -> Path:
    """Where this test's images are cached."""
    settings.CACHES = {
        **settings.CACHES,
        "pictures": {**settings.CACHES["pictures"], "LOCATION": tmp_path / "pictures"},
    }
    return tmp_path / "pictures"


@pytest.fixture
def letter() -> Letter:
    campaign = CampaignFactory(slug="speech", hashtag="#SpeakOut")
    return LetterFactory(slug="speak", campaign=campaign)


def tags(page: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    pattern = r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">'
    for key, value in re.findall(pattern, page):
        found.setdefault(key, []).append(unescape(value))
    return found


def picture(**changes) -> Picture:
    written = {
        "page": words_in("en", ""),
        "above": words_in("en", "Open letter to Ada Example, President"),
        "title": words_in("en", "Let everyone speak"),
        "tally": (Run("3", is_number=True), Run(" organisations have signed")),
        "tag": name("#SpeakOut"),
        "site": name("letters.example.org"),
    }
    return Picture(**{**written, **changes})


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


Box = tuple[int, int, int, int]


def ink(png: bytes, box: Box) -> Box:
    """The box around everything drawn in this part of the image; (0, 0, 0, 0) if nothing is."""
    part = opened(png).crop(box)
    ground = Image.new("RGB", part.size, (0xF4, 0xF3, 0xEF))
    return ImageChops.difference(part, ground).getbbox() or NOWHERE


ABOVE_THE_RULE = (0, 12, 1200, 484)
NOWHERE = (0, 0, 0, 0)


def test_a_link_preview_describes_the_letter(client, letter):
    SignatureFactory(letter=letter)
    letter.refresh_from_db()
    found = tags(client.get("/en/letters/speak/").content.decode())
    assert found == {
        "og:site_name": ["Undersigned"],
        "og:type": ["article"],
        "og:title": ["Let everyone speak"],
        "og:description": ["Open letter to Ada Example, President. What it is about."],
        "og:url": ["http://testserver/en/letters/speak/"],
        "og:locale": ["en_US"],
        "og:image": [
            "http://testserver/en/letters/speak/preview.png"
            f"?v={letter.public_version}-{letter.campaign.public_version}"
        ],
        "og:image:alt": [
            "Let everyone speak · Open letter to Ada Example, President"
            " · 1 organisation has signed from 1 country · #SpeakOut"
        ],
        "twitter:image:alt": [
            "Let everyone speak · Open letter to Ada Example, President"
            " · 1 organisation has signed from 1 country · #SpeakOut"
        ],
        "og:image:type": ["image/png"],
        "og:image:width": ["1200"],
        "og:image:height": ["630"],
        "twitter:card": ["summary_large_image"],
    }


def test_other_editions_are_its_other_locales(client):
    letter = LetterFactory(slug="speak", words=False, status=Letter.Status.DRAFT)
    for language in ("en", "ar", "pt-br"):
        EditionFactory(
            letter=letter,
            language=language,
            is_original=language == "en",
            status="published",
            title=f"Title {language}",
        )
    publish(letter)
    found = tags(client.get("/ar/letters/speak/").content.decode())
    assert (found["og:locale"], found["og:locale:alternate"]) == (["ar_EG"], ["en_US"])
    page = client.get("/en/letters/speak/in/pt-br/").content.decode()
    assert tags(page)["og:title"] == ["Title pt-br"]
    (address,) = tags(page)["og:image"]
    assert address.startswith("http://testserver/en/letters/speak/in/pt-br/preview.png?v=")
    assert client.get(address).status_code == 200
    assert client.get("/en/letters/speak/in/xx/preview.png").status_code == 404


def publish(letter: Letter) -> None:
    letter.status = Letter.Status.OPEN
    RevisionFactory(letter=letter)


@pytest.mark.parametrize(
    "address",
    ["/en/", "/en/campaigns/", "/en/campaigns/speech/", "/en/privacy/"],
)
def test_every_other_public_page_has_the_sites_picture(client, letter, address):
    page = client.get(address).content.decode()
    found = tags(page)
    (title,) = re.findall(r"<title>(.*?) · Undersigned</title>", page)
    assert found["og:title"] == [unescape(title)]
    assert found["og:url"] == [f"http://testserver{address}"]
    assert found["og:image"] == ["http://testserver/en/preview.png"]
    assert len(found["og:locale:alternate"]) == len(CODES) - 1


@pytest.mark.parametrize("address", ["sign/", "signatories/", "revisions/", "revisions/1/"])
def test_pages_of_the_letter_have_the_letters_picture(client, letter, address):
    found = tags(client.get(f"/en/letters/speak/{address}").content.decode())
    assert found["og:image"][0].startswith("http://testserver/en/letters/speak/preview.png?v=")
    assert found["og:url"] == [f"http://testserver/en/letters/speak/{address}"]


def test_private_and_missing_pages_have_no_preview(client, letter):
    unconfirmed = SignatureFactory(letter=letter, unconfirmed=True)
    published = SignatureFactory(letter=letter)
    for address in (
        f"/en/confirm/{make_token(unconfirmed, CONFIRM)}/",
        f"/en/signature/{make_token(published, MANAGE)}/",
        f"/en/signature/{make_token(published, MANAGE)}/withdraw/",
        "/en/signature/nonsense/",
        "/en/nowhere/",
    ):
        assert tags(client.get(address).content.decode()) == {}


def test_a_title_cannot_break_out_of_its_tag(client):
    LetterFactory(slug="speak", words__title='"><script>alert(1)</script>')
    page = client.get("/en/letters/speak/").content.decode()
    assert tags(page)["og:title"] == ['"><script>alert(1)</script>']
    assert "<script>alert" not in page


def test_the_image_is_cached_and_revalidated(client, letter):
    response = client.get("/en/letters/speak/preview.png")
    assert response["Content-Type"] == "image/png"
    assert opened(response.content).size == (1200, 630)
    directives = set(response["Cache-Control"].split(", "))
    assert directives == {"public", "max-age=1"}
    again = client.get("/en/letters/speak/preview.png", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_a_new_signatory_means_a_new_image_at_a_new_url(client, letter):
    def both() -> tuple[str, bytes]:
        (address,) = tags(client.get("/en/letters/speak/").content.decode())["og:image"]
        return address, client.get(address).content

    before = both()
    assert both() == before
    SignatureFactory(letter=letter)
    Letter.objects.filter(pk=letter.pk).bump_public_version()
    after = both()
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_an_image_is_rendered_once_for_its_content_and_then_cached(kept):
    one, other = picture(), picture(title=words_in("en", "Another"))
    assert one.png() == one.png() != other.png()
    first, second = kept.iterdir()
    # With its file exchanged, each gives what the other is: it was not made anew.
    was = (one.png(), other.png())
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)
    assert (other.png(), one.png()) == was


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ({}, "No organisation has signed yet."),
        ({"signatories": 1, "countries": 1}, "1 organisation has signed from 1 country"),
        ({"signatories": 1312, "countries": 0}, "1,312 organisations have signed"),
        (
            {"signatories": 140, "countries": 9, "reported": 1480},
            "1,480 organisations reported by A Bulletin; 140 known by name",
        ),
        (
            {"signatories": 149, "countries": 9, "reported": 148},
            "149 organisations have signed from 9 countries",
        ),
    ],
)
def test_the_count_reads_as_on_the_page(numbers, told):
    letter = Letter(reported_signatories=numbers.get("reported"), reported_by="A Bulletin")
    counts = Counts(numbers.get("signatories", 0), numbers.get("countries", 0))
    assert "".join(run.text for run in tally(letter, counts)) == told


@pytest.mark.parametrize("code", CODES)
def test_the_number_appears_once_in_every_language(code):
    with override(code):
        for number in (3, 4, 5, 11, 21, 148):
            letter = Letter(reported_signatories=number + 1, reported_by="A Bulletin")
            for runs in (tally(letter, Counts(number, 2)), tally(Letter(), Counts(number, 2))):
                assert sum(run.is_number and bool(run.text) for run in runs) == 1
                assert "%(" not in "".join(run.text for run in runs)


def test_names_that_are_not_shown_add_to_the_number_alone(letter):
    SignatureFactory(letter=letter)
    SignatureFactory(letter=letter, visibility="withheld", organisation__country="KZ")
    SignatureFactory(letter=letter, visibility="counted", organisation__country="RU")
    SignatureFactory(letter=letter, in_review=True)
    alt_text = picture_of(letter, "en").alt_text
    assert "3 organisations have signed from 1 country" in alt_text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_picture_costs_the_same_queries_for_any_list(client, letter, rows):
    for _row in range(rows):
        SignatureFactory(letter=letter)
    with CaptureQueriesContext(connection) as queries:
        client.get("/en/letters/speak/preview.png")
    assert len(queries) == 3


def test_pictures_are_set_in_the_fonts_of_the_repository():
    found = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    ).fonts()
    faces = {(font.family, font.weight) for font in found}
    assert faces == {("Letter Serif", 400), ("Letter Serif", 600), ("Noto Naskh Arabic", 400)}
    template = TEMPLATE.read_text()
    assert {family for family, _weight in faces if f'"{family}"' not in template} == set()


def test_what_staff_write_is_never_read_as_markup():
    """Each of these would stop, or import, or draw something else if it were read as code."""
    for text in (
        '#panic("x")',
        '#import "@preview/x:1.0.0"',
        "$ a^2",
        "`code",
        "*bold",
        "<x> @x",
        "]{",
        "\\u{41}",
        '"',
    ):
        plain = picture(title=words_in("en", text), above=words_in("en", text), tag=name(text))
        assert ink(plain.png(), ABOVE_THE_RULE) != NOWHERE


def test_writing_from_the_right_begins_at_the_right():
    left = ink(picture().png(), ABOVE_THE_RULE)
    right = ink(
        picture(
            page=words_in("ar", ""),
            above=words_in("ar", "رسالة مفتوحة"),
            title=words_in("ar", "دعوا الجميع يتكلمون"),
        ).png(),
        ABOVE_THE_RULE,
    )
    assert 60 <= left[0] <= 70
    assert 1130 <= right[2] <= 1140


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Let everyone speak, in public and in print, at home and abroad. " * 12),
        ("de", "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz " * 8),
        ("en", "W" * 200),
        ("zh", "致俄罗斯联邦总统的公开信:让所有人自由发言" * 12),
        ("th", "จดหมายเปิดผนึกถึงประธานาธิบดีให้ทุกคนพูดได้อย่างเสรี" * 6),
        ("hi", "राष्ट्रपति के नाम खुला पत्र: सभी को बोलने दें " * 9),
        ("ar", "دعوا الجميع يتكلمون بحرية في العلن وفي الصحافة " * 9),
        ("ru", "Открытое письмо Президенту Российской Федерации " * 9),
    ],
)
def test_a_long_title_stays_within_the_picture(language, title):
    png = picture(title=words_in(language, title)).png()
    left, _top, right, bottom = ink(png, ABOVE_THE_RULE)
    assert left >= 60
    assert right <= 1140
    assert ink(png, (0, 470, 1200, 484)) == NOWHERE
    assert bottom > 120


def test_long_names_of_others_stay_within_the_picture():
    png = picture(
        tally=(Run("148", is_number=True), Run(" organisations reported by " + "A Bulletin " * 18)),
        tag=name("#" + "OpenTheAssembly" * 4),
    ).png()
    left, _top, right, bottom = ink(png, (0, 495, 1200, 630))
    assert left >= 60
    assert right <= 1140
    assert bottom <= 125
