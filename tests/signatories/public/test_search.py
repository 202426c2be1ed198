"""Searching letters and organisations: what is found, how it is marked, and what never is found."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from letters.actions import publish_revision
from letters.models import Edition, Letter
from signatories.housekeeping import tidy
from signatories.models import LetterWords, Organisation, OrganisationName
from signatories.public import search
from signatories.public.actions import index_letters
from signatories.public.highlights import excerpt, marked, spans
from signatories.public.vocabulary import Vocabulary
from signatories.signing.actions import change_visibility
from tests.factories import LetterFactory, OrganisationFactory, RevisionFactory, SignatureFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["indexed", "not indexed"])
def indexed(request) -> bool:
    """Both before and after the worker has stored what searching needs."""
    return bool(request.param == "indexed")


def found(client, text: str, **parameters: str) -> tuple[list[str], list[str]]:
    """The titles of letters and the names of organisations found, without marks."""
    page = client.get("/en/search/", {"q": text, **parameters}).content.decode()
    page = re.sub(r"</?mark>", "", page)
    letters = re.findall(r'<h3><a href="[^"]+"><bdi lang="[^"]+">([^<]+)<', page)
    return letters, re.findall(r'"signatory-name">([^<]+)<', page)


def letter(title: str, body: str = "We write to you.", **kwargs) -> Letter:
    created: Letter = LetterFactory(words__title=title, words__body=body, **kwargs)
    return created


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("agents", ["Of agents", "Another"]),  # in a title first
        ("AGÉNTS", ["Of agents", "Another"]),
        ("agents statute", ["Another"]),
        ("“agents”, statute!", ["Another"]),
        ("законе", ["Another"]),
        ("zakone", ["Another"]),
        ("Ada Example", ["Another", "Of agents"]),
        ("#speakout", ["Another"]),
        ("speak out loudly", ["Another"]),
        ("nothing of this", []),
        ("body", []),  # a key of the JSON in which words are stored
        ("canonical", []),
        ("%", []),
        ("__", []),
    ],
)
def test_letters_are_found_by_their_words_in_any_language(client, indexed, text, titles):
    letter("Of agents")
    other = letter(
        "Another",
        "A statute on agents.",
        campaign__hashtag="#SpeakOut",
        campaign__title="Speak out loudly",
    )
    Edition.objects.create(
        letter=other, language="ru", title="Другое", body="О законе.", is_original=False
    )
    RevisionFactory(letter=other, correction=1)
    if indexed:
        assert index_letters() == 2
    assert found(client, text)[0] == titles


def test_only_the_current_text_of_public_letters_is_searched(client, indexed):
    changed = letter("Changed", "An old word.")
    letter("Draft", "An old word.", status="draft")
    letter("Unpublished", "An old word.", campaign__published=False)
    if indexed:
        index_letters()
    assert found(client, "old word")[0] == ["Changed"]
    Edition.objects.filter(letter=changed).update(body="A fresh one.")
    publish_revision(letter=changed, substantive=True, reason="A law.", now=timezone.now())
    if indexed:
        index_letters()
    assert (found(client, "old word")[0], found(client, "fresh")[0]) == ([], ["Changed"])


def test_the_worker_stores_what_searching_needs_once(client):
    one = letter("Of agents")
    for _time in range(2):
        tidy(now=timezone.now())
    assert LetterWords.objects.get().revision == one.revision
    assert index_letters() == 0


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("forum", ["Forum of Cafés", "A Forum", "Мемория"]),
        ("cafes", ["Forum of Cafés"]),
        ("of forum", ["Forum of Cafés"]),
        ("мемо", ["Мемория"]),
        ("memor", ["Мемория"]),
        ("мф", ["Мемория"]),
        ("MF", ["Мемория"]),
        ("old name", ["A Forum"]),
        ("foram", ["A Forum", "Forum of Cafés", "Мемория"]),  # a slip
        ("froum of cafse", ["Forum of Cafés"]),
        ("memoria", ["Мемория"]),
        ("x", []),
        ("\u200b\x00", []),
        ("", []),
    ],
)
def test_organisations_are_found_by_any_of_their_names(client, text, names):
    for name, acronym in (("A Forum", ""), ("Forum of Cafés", "FC"), ("Мемория", "МФ")):
        SignatureFactory(organisation=OrganisationFactory(name=name, acronym=acronym))
    for name, kind, language, owner in (
        ("Memory Forum", "translation", "fr", "Мемория"),
        ("MF", "acronym", "", "Мемория"),
        ("Old Name", "former", "", "A Forum"),
    ):
        OrganisationName.objects.create(
            organisation=Organisation.objects.get(name=owner),
            name=name,
            kind=kind,
            language=language,
        )
    assert found(client, text)[1] == names


def test_an_organisation_that_is_not_public_is_not_found_by_any_name(client, indexed):
    open_one = SignatureFactory(organisation__name="Zorvanik Open")
    hidden = OrganisationFactory(name="Zorvanik Union", acronym="ZRVK")
    OrganisationName.objects.create(organisation=hidden, name="Тайнопись", kind="spelling")
    signatures = [
        SignatureFactory(letter=open_one.letter, organisation=hidden),
        SignatureFactory(organisation=hidden, letter__campaign__published=False),
    ]
    assert found(client, "zorvanik")[1] == ["Zorvanik Open", "Zorvanik Union"]
    change_visibility(signature=signatures[0], visibility="withheld", now=timezone.now())
    for text in ("zorvanik union", "zrvk", "тайнопись", "zorvanic uniom"):
        assert found(client, text) == ([], [])
        with CaptureQueriesContext(connection) as for_it:
            client.get("/en/search/", {"q": text})
        with CaptureQueriesContext(connection) as for_nothing:
            client.get("/en/search/", {"q": "kelpwort bruin"})
        assert len(for_it) == len(for_nothing)
    assert found(client, "zorvanik")[1] == ["Zorvanik Open"]


def test_search_words_are_marked_and_markup_is_escaped(client):
    letter("Of <b>agents</b>", "We <i>ask</i> agents & others.")
    SignatureFactory(organisation__name="Agénts' House")
    page = client.get("/en/search/", {"q": "agents"}).content.decode()
    assert "Of &lt;b&gt;<mark>agents</mark>&lt;/b&gt;" in page
    assert "We &lt;i&gt;ask&lt;/i&gt; <mark>agents</mark> &amp; others." in page
    assert "<mark>Agénts</mark>&#x27; House" in page
    page = client.get("/en/search/", {"q": '"><script>'}).content.decode()
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("Straße", ["strasse"], "<mark>Straße</mark>"),
        ("東京", ["dong"], "<mark>東</mark>京"),
        ("abab", ["ab"], "<mark>abab</mark>"),
        ("abc", ["bc", "ab"], "<mark>abc</mark>"),
        ("abc", ["x", ""], "abc"),
        ("", ["x"], ""),
        ("é<", ["e"], "<mark>é</mark>&lt;"),
    ],
)
def test_marks_stand_around_whole_characters(text, words, shown):
    assert marked(text, words) == shown


def test_an_excerpt_begins_and_ends_between_words():
    text = " ".join(f"word{number}" for number in range(100))
    shown = excerpt(text, ["word50"], around=20)
    assert shown == "… word47 word48 word49 <mark>word50</mark> word51 word52 word53 word54 …"
    assert excerpt(text, ["nowhere"]) is None
    assert spans("a", []) == []


def test_words_are_cached_for_one_public_state_only():
    words = Vocabulary()
    assert words.similar("forun", ["a forum"], 1) == ["forum"]
    assert words.similar("forun", ["another"], 1) == ["forum"]
    assert words.similar("forun", ["another"], 2) == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("forum", []),  # itself
        ("froum", ["forum"]),
        ("forums", ["forum"]),
        ("fxrxm", []),
        ("associaton", ["association"]),
        ("asociaton", ["association"]),
        ("for", []),
    ],
)
def test_one_slip_is_forgiven_and_two_in_a_long_word(typed, expected):
    assert Vocabulary().similar(typed, ["the forum association"], 1) == expected


@pytest.mark.parametrize("q", ["", "speak"])
def test_search_engines_do_not_list_searches(client, q):
    letter("Speak")
    page = client.get("/en/search/", {"q": q}).content.decode()
    assert '<meta name="robots" content="noindex">' in page
    assert 'rel="canonical"' not in page


def test_one_character_is_too_short(client):
    letter("A letter")
    assert "Enter at least two characters." in client.get("/en/search/?q=a").content.decode()


def test_both_groups_are_paged_together(client, monkeypatch):
    monkeypatch.setattr(search, "LETTERS", 1)
    monkeypatch.setattr(search, "ORGANISATIONS", 1)
    letter("Forum letter")
    for name in ("Forum 1", "Forum 2"):
        SignatureFactory(organisation__name=name, letter__words__title="Of nothing")
    assert found(client, "forum") == (["Forum letter"], ["Forum 1"])
    assert found(client, "forum", page="2") == ([], ["Forum 2"])
    assert found(client, "forum", page="99") == ([], ["Forum 2"])


def test_the_etag_of_a_search_is_the_public_state(client, now):
    signature = SignatureFactory(organisation__name="Forum")
    address = "/en/search/?q=forum"
    etag = client.get(address)["ETag"]
    with CaptureQueriesContext(connection) as parameters:
        answer = client.get(address, headers={"If-None-Match": etag})
    assert (answer.status_code, len(parameters)) == (304, 1)
    change_visibility(signature=signature, visibility="withheld", now=now)
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_the_same_number_of_queries_for_one_and_three_of_each(client, indexed):
    def add(number: int) -> None:
        letter(f"Forum {number}")
        SignatureFactory(organisation__name=f"Forum {number}")
        SignatureFactory(organisation__name=f"Foram {number}")
        if indexed:
            index_letters()

    add(0)
    client.get("/en/search/?q=forum")  # reads the words of all names
    with CaptureQueriesContext(connection) as one:
        client.get("/en/search/?q=forum")
    add(1)
    add(2)
    client.get("/en/search/?q=forum")
    with CaptureQueriesContext(connection) as three:
        client.get("/en/search/?q=forum")
    assert len(three) == len(one)
