"""The site in each of its languages."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override
from django_countries import countries

from config.languages import direction, language_here, listed, own_name, with_territory
from letters.actions import publish_revision, save_edition
from letters.models import Letter
from signatories.models import Signature
from signatories.signing.links import CONFIRM, MANAGE, make_token
from tests.factories import (
    CampaignFactory,
    EditionFactory,
    LetterFactory,
    SignatureFactory,
    form_data,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
CODES = [code for code, _name in settings.LANGUAGES]
OTHERS = [code for code in CODES if code != "en"]
ENGLISH = re.compile(r"\b(the|and|your|letter|is|of|with|from|has)\b", re.IGNORECASE)
PAGES = [
    "",
    "campaigns/",
    "campaigns/speech/",
    "letters/speak/",
    "letters/speak/sign/",
    "letters/speak/sign/sent/",
    "letters/speak/signatories/",
    "letters/speak/revisions/",
    "letters/speak/revisions/1/",
    "accessibility/",
    "open-data/",
    "privacy/",
    "privacy/erased/",
]


@pytest.fixture
def letter(db: None) -> Letter:
    """A letter whose text is in no language, so that all other words are the site's."""
    campaign = CampaignFactory(
        slug="speech", title="—", summary="—", organiser_name="—", organiser_email=""
    )
    letter = LetterFactory(
        slug="speak",
        campaign=campaign,
        words__title="—",
        words__body="—",
        words__salutation="",
        goal=2000,
    )
    for number in range(3):
        SignatureFactory(letter=letter, organisation__name=f"— {number}")
    SignatureFactory(letter=letter, visibility="withheld")
    return letter


def words(page: str) -> str:
    """The words on a page, without tags and names that are the same in all languages."""
    page = page[page.index("<body") :]
    page = re.sub(r"<(script|style|svg|option)\b.*?</\1>", "", page, flags=re.DOTALL)
    page = re.sub(r'<(\w+)[^>]* lang="en".*?</\1>', "", page, flags=re.DOTALL)
    for name in ("Undersigned Test Desk", "Undersigned", "Repeal the law.", "Ada Example"):
        page = page.replace(name, "")
    return re.sub(r"<[^>]*>", " ", page)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("page", PAGES)
def test_each_page_is_in_the_language_of_its_url(client, letter, code, page):
    response = client.get(f"/{code}/{page}")
    text = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{code}" dir="{direction(code)}">' in text
    assert "Accept-Language" not in response.get("Vary", "")
    if code != "en":
        assert ENGLISH.findall(words(text)) == []


@pytest.mark.parametrize("code", OTHERS)
def test_errors_are_beside_their_fields_in_the_readers_language(client, letter, code):
    page = client.post(f"/{code}/letters/speak/sign/", {"email": "nobody", "website": "x y"})
    assert page.status_code == 422
    with override("en"):
        english = [str(error) for found in page.context["form"].errors.values() for error in found]
    text = page.content.decode()
    assert [error for error in english if error in text] == []
    assert ENGLISH.findall(words(text)) == []


@pytest.mark.parametrize("code", OTHERS)
def test_private_pages_and_mails_are_in_the_representatives_language(letter, outbox, code):
    client = Client()
    client.post(
        f"/{code}/letters/speak/sign/",
        form_data(organisation="Zivko", name="Zora", role="Zivka", website=""),
    )
    (message,) = outbox.send()
    signature = Signature.objects.get(language=code)
    assert f"/{code}/confirm/" in message.body
    written = re.sub(r"\S+://\S+", "", f"{message.subject} {message.body}")
    assert ENGLISH.findall(written.replace("Undersigned Test Desk", "")) == []
    for address in (
        f"/{code}/confirm/{make_token(signature, CONFIRM)}/",
        f"/{code}/signature/{make_token(signature, MANAGE)}/",
        f"/{code}/signature/{make_token(signature, MANAGE)}/withdraw/",
        f"/{code}/signature/{make_token(signature, MANAGE)}/data/",
    ):
        page = client.get(address)
        assert page.status_code == 200
        assert ENGLISH.findall(words(page.content.decode())) == []


# From one language to another


@pytest.mark.parametrize("page", PAGES)
def test_the_language_switch_leads_to_the_same_page(client, letter, page):
    text = client.get(f"/en/{page}").content.decode()
    switch = text[text.index('<details class="languages">') : text.index("</details>")]
    assert re.findall(r'href="([^"]+)"', switch) == [f"/{code}/{page}" for code in CODES]


def test_the_language_switch_keeps_what_was_searched_for(client, letter):
    text = client.get("/en/letters/speak/signatories/?q=a&country=DE").content.decode()
    assert 'href="/fr/letters/speak/signatories/?q=a&amp;country=DE"' in text
    text = client.get("/en/search/?q=speak").content.decode()
    assert 'href="/fr/search/?q=speak"' in text


def test_the_answer_to_a_form_offers_no_language_switch(client, letter):
    text = client.post("/en/letters/speak/sign/", {}).content.decode()
    assert 'class="languages"' not in text


def alternates(client: Client, address: str) -> dict[str, str]:
    text = client.get(address).content.decode()
    return dict(re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', text))


def canonical(client: Client, address: str) -> str:
    (found,) = re.findall(r'rel="canonical" href="([^"]+)"', client.get(address).content.decode())
    return found


def test_alternate_links_name_the_existing_editions(client, letter):
    french = EditionFactory.build(letter=letter, language="fr", is_original=False, title="Parlez")
    save_edition(edition=french, demands=[])
    now = letter.opens_at
    publish_revision(letter=letter, substantive=False, reason="French added.", now=now)
    here = "http://testserver"
    for code in ("en", "fr", "ru"):
        assert alternates(client, f"/{code}/letters/speak/") == {
            "en": f"{here}/en/letters/speak/",
            "fr": f"{here}/fr/letters/speak/",
            "x-default": f"{here}/letters/speak/",
        }
    assert canonical(client, "/fr/letters/speak/") == f"{here}/fr/letters/speak/"
    # Without a Russian edition the Russian page shows the original.
    assert canonical(client, "/ru/letters/speak/") == f"{here}/en/letters/speak/"


def test_alternate_links_of_other_pages_name_all_languages(client, letter):
    found = alternates(client, "/en/campaigns/speech/")
    assert found == {code: f"http://testserver/{code}/campaigns/speech/" for code in CODES}


@pytest.mark.parametrize(
    ("address", "accepted", "leads_to"),
    [
        ("/letters/speak/", "ru,en;q=0.5", "/ru/letters/speak/"),
        ("/letters/speak/", "nl", "/en/letters/speak/"),
        ("/", "ar-EG", "/ar/"),
    ],
)
def test_a_url_without_a_language_redirects_to_the_readers(
    client, letter, address, accepted, leads_to
):
    response = client.get(address, headers={"Accept-Language": accepted})
    assert (response.status_code, response["Location"]) == (302, leads_to)
    assert "Accept-Language" in response["Vary"]


def test_a_url_with_a_language_never_redirects_to_another(client, letter):
    response = client.get("/de/letters/speak/", headers={"Accept-Language": "fr"})
    assert response.status_code == 200
    assert '<html lang="de"' in response.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "letters/speak/live.json",
        "letters/speak/signatories.json",
        "letters/speak/signatories.csv",
        "letters/speak/revisions/1.json",
        "api/v1/letters/speak",
        "api/openapi.json",
        "sitemap-letters.xml",
        "robots.txt",
    ],
)
def test_data_is_the_same_for_readers_of_all_languages(client, letter, address):
    answers = [
        client.get(f"/{address}", headers={"Accept-Language": code}) for code in ("fr", "ar")
    ]
    assert answers[0]["ETag"] == answers[1]["ETag"]
    assert answers[0].content == answers[1].content
    assert answers[0].get("Vary", "Accept-Encoding") == "Accept-Encoding"
    assert "Content-Language" not in answers[0]


# The edition shown


def test_a_reader_without_an_edition_gets_the_original_with_a_notice(client, letter):
    text = client.get("/de/letters/speak/").content.decode()
    assert '<h1 class="letter-title" lang="en" dir="ltr">' in text
    assert "Englisch" in text[text.index('class="edition-notice"') :]


def test_a_translation_says_so_and_names_its_translator(client, letter):
    french = EditionFactory.build(
        letter=letter, language="fr", is_original=False, title="Parlez", translator="A. Dupont"
    )
    save_edition(edition=french, demands=[])
    publish_revision(letter=letter, substantive=False, reason="—", now=letter.opens_at)
    text = client.get("/fr/letters/speak/").content.decode()
    notice = text[text.index('class="edition-notice"') :]
    assert "A. Dupont" in notice
    assert 'href="/en/letters/speak/" hreflang="en"' in notice


# Numbers, names and labels


@pytest.mark.parametrize(
    ("code", "number"),
    [("en", "2,000"), ("fr", "2\xa0000"), ("de", "2.000"), ("pl", "2\xa0000"), ("kk", "2\xa0000")],
)
def test_numbers_are_written_as_the_language_does(client, letter, code, number):
    text = client.get(f"/{code}/letters/speak/").content.decode()
    assert number in text
    assert 'max="2000"' in text


@pytest.mark.parametrize(
    ("code", "text"), [("en", "A, B, and C"), ("de", "A, B und C"), ("ar", "A وB وC")]
)
def test_texts_are_listed_as_the_language_does(code, text):
    with override(code):
        assert listed(["A", "B", "C"]) == text


def test_large_keys_in_a_page_stay_plain(client, letter):
    Letter.objects.update(public_version=12345)
    text = client.get("/en/letters/speak/").content.decode()
    assert 'data-live-version="12345"' in text


@pytest.mark.parametrize("code", ["ru", "kk", "ar"])
def test_every_country_has_a_name_in_its_script(code):
    with override(code):
        latin = {str(name) for _code, name in countries if re.search("[A-Za-z]", str(name))}
    assert latin == set()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("en", "Kazakhstan"),
        ("fr", "Kazakhstan"),
        ("de", "Kasachstan"),
        ("es", "Kazajistán"),
        ("pl", "Kazachstan"),
        ("ru", "Казахстан"),
        ("kk", "Қазақстан"),
        ("ar", "كازاخستان"),
    ],
)
def test_countries_are_named_in_the_language_of_the_page(code, name):
    with override(code):
        assert str(countries.name("KZ")) == name


@pytest.mark.parametrize("code", OTHERS)
def test_staff_read_our_labels_in_their_language(staff_client, letter, code):
    headers = {"Accept-Language": code}
    page = staff_client.get(f"/admin/letters/letter/{letter.pk}/change/", headers=headers)
    text = page.content.decode()
    assert f'<html lang="{code}"' in text
    for english in ("Addressees", "time zone", "Signed elsewhere", "Add a translation"):
        assert english not in text


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("en", "English"),
        ("fr", "Français"),
        ("de", "Deutsch"),
        ("es", "Español"),
        ("pl", "Polski"),
        ("ru", "Русский"),
        ("kk", "Қазақ тілі"),
        ("ar", "العربية"),
    ],
)
def test_languages_are_called_by_their_own_names(code, name):
    assert own_name(code) == name


@pytest.mark.parametrize(
    ("code", "way"), [("ar", "rtl"), ("fa", "rtl"), ("he", "rtl"), ("ru", "ltr"), ("th", "ltr")]
)
def test_the_direction_of_a_language_is_known(code, way):
    assert direction(code) == way


def test_the_default_language_is_used_if_none_is_active():
    with override("ru"):
        assert language_here() == "ru"
    with override(None, deactivate=True):
        assert language_here() == "en"


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("en", "en_US"),
        ("de", "de_DE"),
        ("kk", "kk_KZ"),
        ("pt-br", "pt_BR"),
        ("zh-hant", "zh_TW"),
        ("xx", "xx"),
    ],
)
def test_a_language_has_its_most_likely_territory(code, named):
    assert with_territory(code) == named
