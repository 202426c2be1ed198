"""The page of components: whole, true to the templates, and there for developers alone."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import NoReverseMatch, clear_url_caches, reverse

from signatories.gallery.states import examples
from signatories.models import Organisation, Signature

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
COMPONENTS = {path.stem for path in (project.BASE_DIR / "templates/components").glob("*.html")}


def read_addresses_anew() -> None:
    """config/urls.py looks at DEBUG when it is imported."""
    import config.urls

    importlib.reload(config.urls)
    clear_url_caches()


@pytest.fixture
def debug(settings) -> Iterator[None]:
    settings.DEBUG = True
    read_addresses_anew()
    yield
    settings.DEBUG = False
    read_addresses_anew()


@pytest.fixture
def page(debug, client) -> str:
    return client.get("/components/").content.decode()


@pytest.mark.parametrize("address", ["components/", "components/schemes.css"])
def test_without_debug_it_has_no_url(client, address):
    read_addresses_anew()
    assert client.get(f"/{address}").status_code == 404
    assert client.get(f"/en/{address}").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("components")


def test_where_debug_is_on_it_is_there(debug, client):
    assert client.get("/components/").status_code == 200
    assert reverse("components") == "/components/"


def test_every_component_is_shown_and_rendered_by_its_template(debug):
    assert {example.component for example in examples()} == COMPONENTS
    used = {one.name for one in Client().get("/components/").templates}
    assert {f"components/{name}.html" for name in COMPONENTS} - used == set()


def test_every_state_is_shown_in_light_in_dark_and_right_to_left(page):
    states = sum(len(example.states) for example in examples())
    assert page.count('class="gallery-view scheme-light" dir="ltr"') == states
    assert page.count('class="gallery-view scheme-dark" dir="ltr"') == states
    assert page.count('class="gallery-view scheme-light" dir="rtl"') == states
    assert "Enter the organisation’s name." in page


def test_it_stores_nothing_and_has_no_inline_style(page):
    assert (Signature.objects.count(), Organisation.objects.count()) == (0, 0)
    for forbidden in ("<style", " style=", "<script>"):
        assert forbidden not in page


def test_the_colours_are_those_of_the_tokens(debug, client):
    sheet = client.get("/components/schemes.css").content.decode()
    light, dark = re.findall(r"\.scheme-\w+ \{(.*?)\n\}", sheet, re.DOTALL)
    assert "color-scheme: light" in light
    assert "color-scheme: dark" in dark
    tokens = (project.BASE_DIR / "static/css/tokens.css").read_text()
    assert re.findall("#[0-9a-f]{6}", sheet) == re.findall("#[0-9a-f]{6}", tokens)
