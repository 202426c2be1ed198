"""Rows of a list are built without a template, and as safely as with one."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.utils.translation import override

from letters.models import Letter
from signatories.public.rows import signatory_rows
from signatories.public.signatories import SignatoryList
from tests.factories import OrganisationFactory, SignatureFactory

pytestmark = pytest.mark.django_db
NASTY = "\"><script>alert('1')</script>&amp;"


def row(letter: Letter, **how: bool) -> ElementTree.Element:
    """The only row of the letter's list, which must be well formed."""
    rows = signatory_rows(SignatoryList(letter).signatures, letter, **how)
    return ElementTree.fromstring(rows)  # noqa: S314 - our own


def test_typed_text_never_becomes_markup():
    organisation = OrganisationFactory(name=NASTY, acronym="<A&B>")
    signature = SignatureFactory(
        organisation=organisation, statement=NASTY, source_url='https://example.org/?a="&b=<c>'
    )
    only = row(signature.letter)
    assert [element.tag for element in only.iter()] == ["li", "a", "bdi", "bdi", "span", "a", "q"]
    assert only.findtext("a/bdi") == only.findtext("q") == NASTY
    assert only.findtext("bdi") == "(<A&B>)"
    assert only.find("span/a").attrib["href"] == signature.source_url
    assert only.find("span/a").attrib["aria-label"] == f"Source for {NASTY}"


def test_a_row_shows_country_and_revision_when_they_matter():
    signature = SignatureFactory(
        organisation__name="Фонд речи",
        organisation__country="KZ",
        organisation__scope="international",
    )
    letter = signature.letter
    with override("de"):
        only = row(letter, with_country=True)
    organisation = signature.organisation
    assert only.attrib == {
        "class": "signatory",
        "data-key": organisation.public_id,
        "data-search": organisation.sort_key,
    }
    assert only.find("a").attrib["href"] == f"/de/organisations/{organisation.slug}/"
    asides = [span.text for span in only.findall("span")]
    assert asides == ["🇰🇿", "· Kasachstan", "· international"]
