"""The page of a letter's figures, as everyone sees it."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django_countries import countries
from django_countries.fields import Country

from letters.models import Letter
from signatories.figures.atlas import atlas_of
from signatories.figures.origins import Origin
from signatories.figures.world_map import WorldMap, shade_of
from signatories.models import Signature
from tests.factories import LetterFactory, OrganisationFactory, SignatureFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/en/letters/speak/figures/"
SVG = {"svg": "http://www.w3.org/2000/svg"}


@pytest.fixture
def letter() -> Letter:
    return LetterFactory(slug="speak")


def sign(letter: Letter, visibility: str = "public", **numbers: int) -> None:
    for country, number in numbers.items():
        for _ in range(number):
            organisation = OrganisationFactory(country=country)
            SignatureFactory(letter=letter, organisation=organisation, visibility=visibility)


def page_of(client, language: str = "en") -> str:
    response = client.get(f"/{language}/letters/speak/figures/")
    assert response.status_code == 200
    return str(response.content.decode())


def picture(page: str, name: str) -> ElementTree.Element:
    """The SVG of this class. Raises ParseError if it is not well formed."""
    start, depth = page.index(f'<svg class="{name}"'), 0
    for tag in re.compile(r"<svg\b|</svg>").finditer(page, start):
        depth += 1 if tag[0] == "<svg" else -1
        if depth == 0:
            text = page[start : tag.end()]
            text = text.replace("<svg", f'<svg xmlns="{SVG["svg"]}"', 1)
            return ElementTree.fromstring(text)  # noqa: S314  # our own page
    raise ValueError(name)


def shades(page: str) -> dict[str, str]:
    """The countries that the map shades, by code."""
    paths = picture(page, "world-map-picture").findall("svg:path[@id]", SVG)
    return {one.attrib["id"].removeprefix("map-"): one.attrib["class"][-1] for one in paths}


def table(page: str) -> list[tuple[str, str]]:
    """The names and numbers of the table of countries."""
    body = page[page.index('<table class="origins">') :].partition("</table>")[0]
    rows = re.findall(r"</span> (?:<a [^>]*>)?([^<]+).*?origins-number\">([^<]+)<", body)
    return [(name, number) for name, number in rows]


def test_the_map_has_a_title_and_a_description(client, letter):
    sign(letter, DE=3, FR=2, PL=1, ES=1)
    root = picture(page_of(client), "world-map-picture")
    title, description = root.find("svg:title", SVG), root.find("svg:desc", SVG)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]
    assert title.text == "Map of the signatories’ countries"
    assert description.text.startswith("Most come from Germany (3), France (2), and Poland (1).")


def test_the_table_says_what_the_map_shows(client, letter):
    sign(letter, DE=20, FR=5, PL=2, ES=1)
    page = page_of(client)
    assert table(page) == [("Germany", "20"), ("France", "5"), ("Poland", "2"), ("Spain", "1")]
    assert shades(page) == {"DE": "4", "FR": "3", "PL": "2", "ES": "1"}
    bars = re.findall(r'<rect width="([^"]+)"', page)
    assert bars == ["100.00%", "25.00%", "10.00%", "5.00%"]


@pytest.mark.parametrize(
    ("signatories", "shade"), [(0, 0), (1, 1), (2, 2), (4, 2), (5, 3), (19, 3), (20, 4), (999, 4)]
)
def test_shades_begin_at_fixed_numbers(signatories, shade):
    assert shade_of(signatories) == shade


def test_the_legend_has_the_shades_up_to_the_darkest_used(client, letter):
    sign(letter, DE=5)
    key = re.findall(r"</svg> <bdi>([^<]+)</bdi>", page_of(client))
    assert key == ["1", "2–4", "5–19"]


def test_the_map_links_to_the_filtered_list_as_the_table_does(client, letter):
    sign(letter, DE=2, MT=1)
    page = page_of(client)
    layer = picture(page, "world-map-links")
    links = [one.attrib["href"] for one in layer.findall("svg:a", SVG)]
    assert links == [f"/en/letters/speak/signatories/?country={code}" for code in ("DE", "MT")]
    body = page[page.index('<table class="origins">') :]
    assert re.findall(r'href="([^"]+\?country=[^"]+)"', body) == links
    assert client.get(links[0]).context["found"].names == 2


def test_links_on_the_map_are_for_pointers_only(client, letter):
    sign(letter, DE=2, MT=1)
    layer = picture(page_of(client), "world-map-links")
    assert layer.attrib["aria-hidden"] == "true"
    assert {one.attrib["tabindex"] for one in layer.findall("svg:a", SVG)} == {"-1"}
    titles = [one.text for one in layer.findall("svg:a/svg:title", SVG)]
    assert titles == ["Germany (2)", "Malta (1)"]


def test_a_small_state_has_a_dot_above_its_neighbours(client, letter):
    sign(letter, MC=1, FR=1)
    page = page_of(client)
    dot = atlas_of("hatched").dots["MC"]
    circles = picture(page, "world-map-picture").findall("svg:g/svg:circle[@class]", SVG)
    assert [(one.attrib["cx"], one.attrib["cy"]) for one in circles] == [(str(dot[0]), str(dot[1]))]
    last = picture(page, "world-map-links").findall("svg:a", SVG)[-1]
    assert last.attrib["href"].endswith("?country=MC")
    assert [one.tag for one in last.findall("svg:circle", SVG)] == [f"{{{SVG['svg']}}}circle"]


@pytest.mark.parametrize(
    ("language", "order"),
    [("en", ["Poland", "Austria", "Estonia"]), ("de", ["Polen", "Estland", "Österreich"])],
)
def test_countries_are_sorted_by_number_then_by_name_in_the_pages_language(
    client, letter, language, order
):
    sign(letter, AT=1, EE=1, PL=2)
    assert [name for name, _number in table(page_of(client, language))] == order


def test_numbers_follow_the_language_and_lengths_do_not(client, letter):
    origins = [Origin(Country("DE"), 1234, 1234, "100.00%")]
    world_map = WorldMap(atlas_of("hatched"), origins)
    with translation.override("de"):
        html = render_to_string("components/origins.html", {"origins": origins, "letter": letter})
        html += render_to_string("components/world_map.html", {"map": world_map, "letter": letter})
    assert '"origins-number">1.234<' in html
    assert "Deutschland (1.234)." in html
    assert 'width="100.00%"' in html
    assert 'viewBox="0 0 2000 866"' in html


@pytest.mark.parametrize(
    ("policy", "sentence", "hatched"),
    [
        ("hatched", "are hatched and belong to no country here", True),
        ("un", "are drawn according to United Nations resolutions", True),
        ("de-facto", "are drawn with the side that controls them", True),
    ],
)
def test_the_page_says_how_disputed_areas_are_drawn(
    client, letter, settings, policy, sentence, hatched
):
    sign(letter, UA=1)
    settings.MAP_DISPUTED_AREAS = policy
    page = page_of(client)
    assert sentence in page
    path = picture(page, "world-map-picture").find("svg:path[@id='map-UA']", SVG)
    assert path.attrib["d"] == atlas_of(policy).countries["UA"]


def test_another_policy_gives_another_etag(client, letter, settings):
    etag = client.get(ADDRESS)["ETag"]
    settings.MAP_DISPUTED_AREAS = "un"
    assert client.get(ADDRESS, headers={"If-None-Match": etag}).status_code == 200


def test_the_page_is_cached_until_it_changes(client, letter):
    etag = client.get(ADDRESS)["ETag"]
    assert client.get(ADDRESS, headers={"If-None-Match": etag}).status_code == 304
    Letter.objects.bump_public_version()
    assert client.get(ADDRESS, headers={"If-None-Match": etag}).status_code == 200


def test_withheld_names_count_in_countries_that_are_shown_and_have_no_link(client, letter):
    sign(letter, RU=1)
    sign(letter, "withheld", RU=3, KZ=3, BY=2)
    sign(letter, "counted", CN=4)
    page = page_of(client)
    assert table(page) == [("Russia", "4"), ("Kazakhstan", "3")]
    assert shades(page) == {"RU": "2", "KZ": "2"}
    links = picture(page, "world-map-links").findall("svg:a", SVG)
    assert [one.attrib["href"][-2:] for one in links] == ["RU"]
    assert "?country=KZ" not in page
    for trace in ("BY", "CN", "Belarus", "China"):
        assert trace not in re.sub(r"<option.*?</option>", "", page)


def test_a_letter_may_require_more_withheld_names_to_show_a_country(client, letter):
    Letter.objects.update(country_from=4)
    sign(letter, "withheld", RU=3)
    assert '<table class="origins">' not in page_of(client)


@pytest.mark.parametrize("visibility", ["withheld", "counted"])
def test_the_page_does_not_reveal_when_a_hidden_name_came(client, letter, visibility):
    """Neither the curve nor the milestones change on the day of a hidden signature."""
    Letter.objects.update(goal=13)
    for days in range(9):
        at = timezone.now() - timedelta(days=days)
        SignatureFactory(letter=letter, signed_at=at)
    sign(letter, visibility, RU=4)
    pages = set()
    for days in (0, 3, 8, 300):
        at = timezone.now() - timedelta(days=days)
        hidden = Signature.objects.exclude(visibility="public")
        hidden.update(signed_at=at, confirmed_at=at, published_at=at)
        pages.add(page_of(client))
    assert len(pages) == 1
    assert "growth-chart" in pages.pop()


def test_names_on_several_days_make_a_curve(client, letter):
    for days in range(4):
        SignatureFactory(letter=letter, signed_at=timezone.now() - timedelta(days=days))
    page = page_of(client)
    root = picture(page, "growth-chart")
    title, description = root.find("svg:title", SVG), root.find("svg:desc", SVG)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]
    assert len(re.findall(r"<td>4</td>", page)) == 1


def test_names_of_one_day_are_described_in_words(client):
    at = timezone.now().replace(2026, 5, 4, 12)
    letter = LetterFactory(slug="speak", opens_at=at - timedelta(days=1))
    for _ in range(11):
        SignatureFactory(letter=letter, signed_at=at)
    page = page_of(client)
    assert "growth-chart" not in page
    milestone = r'<li><time datetime="2026-05-04">4 May 2026</time> <span>10 organisations</span>'
    assert milestone in page


def test_a_letter_without_names_has_neither_map_nor_curve(client, letter):
    page = page_of(client)
    assert "No organisation has signed yet." in page
    assert "<svg class=" not in page.replace('<svg class="masthead-mark"', "")
    assert "<table" not in page


def test_only_numbers_are_shown_if_all_names_are_hidden(client, letter):
    sign(letter, "counted", RU=2)
    page = page_of(client)
    assert "2 organisations, counted only" in page
    assert "world-map" not in page.partition("</head>")[2]
    assert "Milestones" not in page


@pytest.mark.parametrize(("signed", "linked"), [(0, False), (1, True)])
def test_the_letters_page_links_to_it_once_somebody_has_signed(client, letter, signed, linked):
    sign(letter, DE=signed)
    assert (f'href="{ADDRESS}"' in client.get("/en/letters/speak/").content.decode()) is linked


@pytest.mark.parametrize(
    ("status", "published", "code"),
    [
        (Letter.Status.DRAFT, True, 404),
        (Letter.Status.OPEN, False, 404),
        (Letter.Status.ARCHIVED, True, 200),
    ],
)
def test_a_letter_that_is_not_public_has_no_figures(client, status, published, code):
    LetterFactory(slug="speak", status=status, campaign__published=published)
    assert client.get(ADDRESS).status_code == code


def test_the_compressed_map_of_all_countries_is_small(letter):
    """In compressed bytes, with signatories from every country."""
    codes = [code for code, _name in countries]
    origins = [Origin(Country(code), number, number, "1%") for number, code in enumerate(codes, 1)]
    context = {"map": WorldMap(atlas_of("hatched"), origins), "letter": letter}
    html = render_to_string("components/world_map.html", context)
    assert len(gzip.compress(html.encode())) < 25_000
