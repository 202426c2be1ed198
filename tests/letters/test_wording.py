"""The canonical form of a letter's wording is the same text whoever builds it."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from letters.models import Letter
from letters.readiness import working_wording
from letters.wording import (
    FORMAT,
    AddresseeWording,
    EditionWording,
    Wording,
    clean_text,
    digest_of,
    paragraphs,
    read_wording,
)
from tests.factories import DemandFactory, EditionFactory, LetterFactory

EMPTY: dict[str, Any] = {
    "is_original": False,
    "addressees": (),
    "salutation": "",
    "body": "Now.",
    "demands": (),
    "call_to_sign": "",
    "summary": "",
    "translator": "",
    "note": "",
}


def words(language: str = "en", title: str = "Peace", **changes: Any) -> EditionWording:
    return EditionWording(language=language, title=title, **{**EMPTY, **changes})


def wording(*editions: EditionWording, silence: str = "keeps", days: int | None = None) -> Wording:
    return Wording(editions=editions or (words(),), silence=silence, silence_days=days)


SMALL = wording(
    words(
        is_original=True,
        addressees=(AddresseeWording(name="Ada", office="President"),),
        salutation="Dear “Ada”,",
        body="Écrivons.\n\nNow.",
        demands=("Repeal.", "Free all."),
        call_to_sign="Sign.",
        summary="Short.",
        note="From 2014.",
    ),
    words("ru", "Мир", translator="Rosa"),
    silence="leaves",
    days=30,
)
SMALL_CANONICAL = (
    '{"editions":['
    '{"addressees":[{"name":"Ada","office":"President"}],"body":"Écrivons.\\n\\nNow.",'
    '"call_to_sign":"Sign.","demands":["Repeal.","Free all."],"is_original":true,'
    '"language":"en","note":"From 2014.","salutation":"Dear “Ada”,","summary":"Short.",'
    '"title":"Peace","translator":""},'
    '{"addressees":[],"body":"Now.","call_to_sign":"","demands":[],"is_original":false,'
    '"language":"ru","note":"","salutation":"","summary":"","title":"Мир","translator":"Rosa"}'
    '],"format":"undersigned-wording-1","silence":{"days":30,"means":"leaves"}}'
)

TEXT = st.text(max_size=30)
EDITIONS = st.builds(
    EditionWording,
    language=st.sampled_from(["en", "fr", "pt-br"]),
    is_original=st.booleans(),
    addressees=st.lists(st.builds(AddresseeWording, name=TEXT, office=TEXT), max_size=2).map(tuple),
    title=TEXT,
    salutation=TEXT,
    body=TEXT,
    demands=st.lists(TEXT, max_size=3).map(tuple),
    call_to_sign=TEXT,
    summary=TEXT,
    translator=TEXT,
    note=TEXT,
)
WORDINGS = st.builds(
    Wording,
    editions=st.lists(EDITIONS, min_size=1, max_size=3).map(tuple),
    silence=st.sampled_from(["keeps", "leaves"]),
    silence_days=st.none() | st.integers(1, 32767),
)


# The canonical form


def test_a_small_letter_has_exactly_this_form():
    assert SMALL.canonical() == SMALL_CANONICAL


def test_without_days_silence_names_none():
    assert json.loads(wording().canonical())["silence"] == {"means": "keeps"}


@given(WORDINGS)
def test_what_is_read_back_is_the_same(anything):
    assert read_wording(anything.canonical()) == anything


@given(WORDINGS)
def test_anybody_makes_the_same_bytes_from_the_parsed_form(anything):
    canonical = anything.canonical()
    again = json.dumps(
        json.loads(canonical), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert again.encode() == canonical.encode()


def test_control_characters_are_escaped_as_the_standard_has_it():
    canonical = wording(words(body='\b\t\f\r\x1f\x7f"\\/')).canonical()
    assert canonical.partition(',"call_to_sign"')[0] == (
        '{"editions":[{"addressees":[],"body":"\\b\\t\\f\\r\\u001f\x7f\\"\\\\/"'
    )


@given(WORDINGS, WORDINGS)
def test_two_wordings_have_one_form_only_if_they_are_equal(one, other):
    assert (one.canonical() == other.canonical()) == (one == other)


def test_the_digest_is_the_sha_256_of_the_form_in_utf_8():
    assert digest_of(SMALL_CANONICAL) == hashlib.sha256(SMALL_CANONICAL.encode()).hexdigest()
    assert digest_of("é") == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"


def test_another_format_is_refused_by_name():
    other = SMALL_CANONICAL.replace(FORMAT, "undersigned-wording-2")
    with pytest.raises(ValueError, match="This is undersigned-wording-2, not"):
        read_wording(other)


# Insignificant differences


@pytest.mark.parametrize(
    "written",
    [
        "Café.\n\nNow.",
        "Cafe\u0301.\n\nNow.",
        "Café.\r\n\r\nNow.\r\n",
        "Café.\r\rNow.",
        "  Café. \t\n   \nNow.\u00a0\n\n",
    ],
    ids=["as it is", "decomposed", "CRLF", "CR", "spaces"],
)
def test_differences_in_typing_do_not_matter(written):
    assert clean_text(written) == "Café.\n\nNow."


@pytest.mark.parametrize(
    "different", ["Café. Now.", "Café.\nNow.", "Cafe.\n\nNow.", "café.\n\nNow."]
)
def test_what_readers_see_does_matter(different):
    assert clean_text(different) != "Café.\n\nNow."


def test_characters_that_only_look_alike_stay_different():
    assert clean_text("ﬁve m² … Ａ") == "ﬁve m² … Ａ"


@given(TEXT)
@example(" \u0301")
@example("\r\n \r")
def test_cleaning_twice_changes_nothing_more(text):
    once = clean_text(text)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)


def test_blank_lines_separate_paragraphs():
    assert paragraphs("One\nline.\r\n \r\n\r\n\r\nTwo. \n") == ["One\nline.", "Two."]
    assert paragraphs(" \n\n ") == []


@pytest.mark.django_db
def test_the_words_of_the_database_are_cleaned_before_they_are_frozen():
    typed = {
        "title": " Cafe\u0301 ",
        "salutation": "Dear Ada, ",
        "body": "One. \r\n\r\nTwo.\r\n",
        "call_to_sign": "Sign. ",
        "summary": " Short.",
        "translator": "Rosa ",
        "note": "From 2014.\r\n",
        "addressed_to": "Ada ; President \r\n\r\nEve;\r\nBob",
    }
    edition = EditionFactory(**typed)
    DemandFactory(edition=edition, position=2, text="Free all.")
    DemandFactory(edition=edition, position=1, text="Cafe\u0301 ")
    assert edition.wording == words(
        title="Café",
        is_original=True,
        addressees=(
            AddresseeWording(name="Ada", office="President"),
            AddresseeWording(name="Eve", office=""),
            AddresseeWording(name="Bob", office=""),
        ),
        salutation="Dear Ada,",
        body="One.\n\nTwo.",
        demands=("Café", "Free all."),
        call_to_sign="Sign.",
        summary="Short.",
        translator="Rosa",
        note="From 2014.",
    )


@pytest.mark.django_db
def test_without_its_own_addressees_an_edition_shows_those_of_the_letter():
    letter = LetterFactory()
    assert letter.editions.get().wording.addressees == (
        AddresseeWording(name="Ada Example", office="President"),
    )


@pytest.mark.django_db
def test_the_original_comes_first_then_published_translations_by_their_code():
    letter = LetterFactory(status=Letter.Status.DRAFT, words__language="fr")
    for language, status in [("ru", "published"), ("ar", "published"), ("de", "draft")]:
        EditionFactory(letter=letter, language=language, is_original=False, status=status)
    assert working_wording(letter).languages == ["fr", "ar", "ru"]


# The edition for a reader

MANY = wording(words("en"), words("pt-br"), words("pt-pt"), words("ru"))


@pytest.mark.parametrize(
    ("language", "found"),
    [("ru", "ru"), ("pt-pt", "pt-pt"), ("pt", "pt-br"), ("ru-kz", "ru"), ("fr", "en"), ("", "en")],
)
def test_a_reader_gets_the_language_asked_for_a_regional_one_or_the_original(language, found):
    assert MANY.best_for(language).language == found


def test_only_exactly_this_language_is_its_edition():
    assert MANY.edition("pt-br") == words("pt-br")
    assert (MANY.edition("pt"), MANY.edition("fr")) == (None, None)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"call_to_sign": "Sign."},
        {"summary": "Short."},
        {"translator": "Rosa"},
        {"note": "From 2014."},
    ],
)
def test_readers_of_the_same_text_sign_the_same_words(changes):
    assert wording(words()).same_to_sign(wording(words(**changes)), "en")


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "War"},
        {"salutation": "Dear Ada,"},
        {"body": "Later."},
        {"demands": ("Repeal.",)},
        {"addressees": (AddresseeWording(name="Ada", office=""),)},
    ],
)
def test_readers_of_another_text_do_not(changes):
    assert not wording(words()).same_to_sign(wording(words(**changes)), "en")


def test_a_change_in_another_language_is_none_in_this_one():
    before, after = wording(words(), words("fr")), wording(words(), words("fr", "Paix"))
    assert before.same_to_sign(after, "en")
    assert not before.same_to_sign(after, "fr")


def test_an_edition_that_is_not_there_cannot_be_signed():
    one, two = wording(words()), wording(words(), words("fr"))
    assert not one.same_to_sign(two, "fr")
    assert not two.same_to_sign(one, "fr")
    assert not one.same_to_sign(one, "fr")


ONE = wording(words())


@pytest.mark.parametrize(
    ("after", "only_adds"),
    [
        (wording(words(), words("fr")), True),
        (wording(words(), words("ar"), words("fr")), True),
        (wording(words()), False),
        (wording(words(title="War"), words("fr")), False),
        (wording(words("fr")), False),
        (wording(words(), words("fr"), silence="leaves", days=30), False),
    ],
    ids=["one", "two", "none", "one and a change", "one for another", "one and a policy"],
)
def test_added_editions_are_distinguished_from_changes(after, only_adds):
    assert after.only_adds_to(ONE) is only_adds


def test_a_removed_edition_is_not_an_added_one():
    assert not ONE.only_adds_to(replace(ONE, editions=(words(), words("fr"))))


def test_an_addressee_is_written_with_the_office_there_is():
    assert str(AddresseeWording(name="Ada", office="President")) == "Ada, President"
    assert str(AddresseeWording(name="Ada", office="")) == "Ada"
