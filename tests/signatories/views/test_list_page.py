"""The list of signatories on its own page: its orders, filters, headings, jumps and long lists."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from config.languages import initial_label, order_key
from letters.models import Letter
from signatories.models import OrganisationName, Signature
from signatories.public import ordering, signatories
from signatories.public.ordering import ListCache, Named, in_order
from signatories.public.signatories import SignatoryList
from signatories.register.actions import rename_organisation
from signatories.review.actions import merge_organisations, undo_merge
from signatories.signing.actions import change_visibility
from tests.factories import LetterFactory, OrganisationFactory, SignatureFactory, StaffFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/en/letters/speak/signatories/"
NAMES = [
    "Ärzte",
    "Łan",
    "Lob",
    "Zebra",
    "Форум",
    "123 Go",
    "أمل",
    "Ńda",
    "Éco",
    "東京",
    "ĐĐ",
    "«A»",
]


@pytest.fixture
def letter() -> Letter:
    return LetterFactory(slug="speak")


@pytest.fixture
def _long_lists_are_short(monkeypatch) -> None:
    """Three names are a long list, and are cached."""
    monkeypatch.setattr(signatories, "WHOLE_LIST", 2)
    monkeypatch.setattr(signatories, "NEWEST", 2)
    monkeypatch.setattr(signatories, "PAGE", 2)
    monkeypatch.setattr(ordering, "LONG", 2)


def sign(letter, name, country="DE", **kwargs):
    if "day" in kwargs:
        kwargs["published_at"] = datetime(2026, 5, kwargs.pop("day"), 12, tzinfo=UTC)
    return SignatureFactory(
        letter=letter, organisation=OrganisationFactory(name=name, country=country), **kwargs
    )


def shown(response) -> list[str]:
    return re.findall(r'"signatory-name">([^<]+)<', response.content.decode())


def headings(response) -> list[tuple[str, int, bool]]:
    return [
        (group.heading.key, group.count, group.is_continued)
        for group in response.context["under_headings"]
    ]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("", ["Ant", "Bee", "Cat", "Dog"]),
        ("name", ["Ant", "Bee", "Cat", "Dog"]),
        ("country", ["Bee", "Dog", "Ant", "Cat"]),
        ("newest", ["Cat", "Dog", "Bee", "Ant"]),
        ("nonsense", ["Ant", "Bee", "Cat", "Dog"]),
    ],
)
def test_the_list_is_in_the_requested_order(client, letter, order, found):
    for name, country, day in (("Dog", "FR", 9), ("Bee", "FR", 3), ("Cat", "DE", 9)):
        sign(letter, name, country, day=day)
    sign(letter, "Ant", "DE", day=1)
    assert shown(client.get(ADDRESS, {"order": order})) == found


def test_a_search_for_the_word_name_stays_in_the_links_of_the_page(client, letter):
    """It is a word like any other, and not the order of the list."""
    sign(letter, "Good Name")
    page = client.get(ADDRESS, {"q": "name"}).content.decode()
    assert re.findall(r'href="\?(q=name&amp;order=\w+)"', page) == [
        "q=name&amp;order=country",
        "q=name&amp;order=newest",
    ]


def test_the_default_order_is_in_no_url(client, letter):
    sign(letter, "Ant")
    page = client.get(ADDRESS, {"order": "country"}).content.decode()
    (orders,) = re.findall(r'<nav class="orders".*?</nav>', page, re.DOTALL)
    assert re.findall(r'href="([^"]*)"( aria-current="true")?', orders) == [
        (f"{ADDRESS}?", ""),
        ("?order=country", ' aria-current="true"'),
        ("?order=newest", ""),
    ]


def test_within_a_day_names_are_sorted_by_name_so_that_no_time_is_revealed(client, letter):
    for minute, name in enumerate(("Cat", "Ant", "Bee")):
        published = datetime(2026, 5, 4, 12, minute, tzinfo=UTC)
        sign(letter, name, published_at=published)
    response = client.get(ADDRESS, {"order": "newest"})
    assert (shown(response), headings(response)) == (
        ["Ant", "Bee", "Cat"],
        [("2026-05-04", 3, False)],
    )


def test_a_day_is_one_of_the_letters_time_zone(client):
    letter = LetterFactory(slug="speak", time_zone="Asia/Almaty")
    sign(letter, "Ant", published_at=datetime(2026, 5, 4, 23, tzinfo=UTC))
    assert headings(client.get(ADDRESS, {"order": "newest"})) == [("2026-05-05", 1, False)]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ({"scope": "international"}, ["Bee"]),
        ({"scope": "national", "country": "de"}, ["Ant"]),
        ({"scope": "nonsense"}, ["Ant", "Bee", "Cat"]),
        ({"country": "zz"}, ["Ant", "Bee", "Cat"]),
        ({"country": "ES"}, []),
        ({"q": "\u200b\x00"}, ["Ant", "Bee", "Cat"]),
        ({"q": "an\x00t"}, ["Ant"]),
        ({"q": "ant\x00"}, ["Ant"]),
        ({"page": "-3"}, ["Ant", "Bee", "Cat"]),
        ({"page": "x"}, ["Ant", "Bee", "Cat"]),
    ],
)
def test_invalid_query_parameters_are_ignored(client, letter, search, found):
    sign(letter, "Ant")
    sign(letter, "Cat", "FR")
    bee = sign(letter, "Bee")
    bee.organisation.scope = "international"
    bee.organisation.save()
    assert shown(client.get(ADDRESS, search)) == found


def test_a_country_without_names_gets_a_message_and_stays_selected(client, letter):
    sign(letter, "Ant")
    page = client.get(ADDRESS, {"country": "ES"}).content.decode()
    assert '<option value="ES" selected>Spain (0)</option>' in page
    assert "No names match." in page


@pytest.mark.usefixtures("_long_lists_are_short")
def test_all_links_of_a_filtered_list_use_the_same_shortest_url(client, letter):
    for name in ("Ant", "Bee", "Cat"):
        sign(letter, name)
    sign(letter, "Elk", "FR")
    asked = {"q": "", "country": "de", "scope": "", "order": "nonsense", "page": "1", "utm": "x"}
    page = client.get(ADDRESS, asked).content.decode()
    content = page.partition("<main")[2].partition("</main>")[0]
    assert set(re.findall(rf'href="(?:{ADDRESS})?(\?[^"]*)?"', content)) == {
        "",  # show all
        "?country=DE",
        "?country=DE&amp;order=country",
        "?country=DE&amp;order=newest",
        "?country=DE&amp;page=1#at-letter-1",
        "?country=DE&amp;page=1#at-letter-2",
        "?country=DE&amp;page=2#at-letter-3",
        "?country=DE&amp;page=2",
    }


@pytest.mark.usefixtures("_long_lists_are_short")
def test_a_heading_counts_its_names_on_all_pages_and_goes_on_on_the_next(client, letter):
    for name, country in (("Ant", "DE"), ("Bee", "DE"), ("Cat", "DE"), ("Elk", "FR")):
        sign(letter, name, country)
    pages = [headings(client.get(ADDRESS, {"order": "country", "page": n})) for n in (1, 2)]
    # France comes before Germany in English.
    assert pages == [[("FR", 1, False), ("DE", 3, False)], [("DE", 3, True)]]


@pytest.mark.usefixtures("_long_lists_are_short")
@pytest.mark.parametrize(
    ("language", "letters"),
    [
        ("en", [("L", 1), ("Z", 2), ("Ф", 2)]),
        ("pl", [("L", 1), ("Ł", 1), ("Z", 2), ("Ф", 2)]),
        ("ru", [("Ф", 1), ("L", 1), ("Z", 2)]),
    ],
)
def test_letters_lead_to_the_page_where_they_begin(client, letter, language, letters):
    for name in ("Lob", "Łan", "Zebra", "Форум"):
        sign(letter, name)
    page = client.get(f"/{language}/letters/speak/signatories/")
    jumps = page.context["found"].jumps
    assert [(jump.heading.letter, jump.page) for jump in jumps] == letters


@pytest.mark.parametrize("language", ["en", "pl", "ru", "kk", "ar"])
def test_names_and_their_initials_are_in_one_order(language):
    with override(language):
        names = in_order(Named(pk, name, "DE") for pk, name in enumerate(NAMES))
        expected = sorted(NAMES, key=order_key)
        assert [NAMES[pk] for pk in names.pks] == expected
        assert list(names.initials) == sorted(names.initials)
        labels = {
            NAMES[pk]: initial_label(place)
            for pk, place in zip(names.pks, names.initials, strict=True)
        }
    assert (labels["123 Go"], labels["Форум"], labels["東京"]) == ("#", "Ф", "…")


# The cache of long lists


@pytest.mark.usefixtures("_long_lists_are_short")
def test_a_long_list_is_put_in_order_once_for_each_version_and_language(client, letter):
    for name in ("Ant", "Bee", "Cat"):
        sign(letter, name)
    ordering.list_cache.forget()
    signatories.tallies.forget()
    with CaptureQueriesContext(connection) as first:
        client.get(ADDRESS)
    with CaptureQueriesContext(connection) as again:
        client.get(ADDRESS, {"page": 2})
    with CaptureQueriesContext(connection) as other:
        client.get("/ru/letters/speak/signatories/")
    # Names, translations and numbers are read once; each language needs its own names.
    assert (len(first) - len(again), len(other) - len(again)) == (3, 2)


@pytest.mark.usefixtures("_long_lists_are_short")
def test_a_hidden_name_leaves_a_long_list_at_once(client, letter):
    signatures = [sign(letter, name) for name in ("Ant", "Bee", "Cat")]
    assert shown(client.get(ADDRESS)) == ["Ant", "Bee"]
    change_visibility(signature=signatures[0], visibility="withheld", now=timezone.now())
    assert shown(client.get(ADDRESS)) == ["Bee", "Cat"]
    # Even a list cached under an outdated version shows nothing.
    Signature.objects.filter(pk=signatures[1].pk).update(visibility="withheld")
    response = client.get(ADDRESS)
    assert shown(response) == ["Cat"]


@pytest.mark.usefixtures("_long_lists_are_short")
def test_renaming_an_organisation_changes_long_lists_at_once(client, letter, now):
    signatures = [sign(letter, name) for name in ("Ant", "Bee", "Cat")]
    staff = StaffFactory()
    assert shown(client.get(ADDRESS)) == ["Ant", "Bee"]
    rename_organisation(organisation=signatures[0].organisation, name="Dog", by=staff, now=now)
    assert shown(client.get(ADDRESS)) == ["Bee", "Cat"]


@pytest.mark.usefixtures("_long_lists_are_short")
def test_a_name_that_a_merge_brings_changes_long_lists_and_undoing_it_changes_them_back(
    client, letter, now
):
    signatures = [sign(letter, name) for name in ("Ant", "Bee", "Cat")]
    other = OrganisationFactory(name="Another")
    OrganisationName.objects.create(
        organisation=other, name="Дом", kind="translation", language="ru"
    )
    staff = StaffFactory()
    address = "/ru/letters/speak/signatories/"
    assert shown(client.get(address)) == ["Ant", "Bee"]
    merge = merge_organisations(kept=signatures[0].organisation, merged=other, by=staff, now=now)
    assert shown(client.get(address)) == ["Дом", "Bee"]
    undo_merge(merge=merge, by=staff, now=now)
    assert shown(client.get(address)) == ["Ant", "Bee"]


def test_the_cache_is_bounded_and_evicts_the_least_recently_used():
    lists: ListCache[str] = ListCache(1200)
    built: list[str] = []

    def get(what: str, version: int = 1) -> None:
        def build() -> str:
            built.append(f"{what}{version}")
            return what

        lists.get(what, version, build, lambda _list: 501)

    for what in ("a", "b", "a", "c", "a", "b"):
        get(what)
    assert built == ["a1", "b1", "c1", "b1"]
    get("a", 2)
    get("a", 1)
    assert built[4:] == ["a2", "a1"]


def test_a_short_list_is_not_cached():
    lists: ListCache[object] = ListCache(1200)
    built = [lists.get("a", 1, object, lambda _list: 500) for _time in range(2)]
    assert built[0] is not built[1]


def test_no_list_reads_data_about_representatives(letter):
    sign(letter, "Ant")
    found = SignatoryList(letter)
    (one,) = found.by_country[0].signatures
    deferred = one.get_deferred_fields()
    assert {"representative_name", "representative_role", "representative_email", "network"} <= (
        deferred
    )


def test_the_same_number_of_queries_for_one_and_many_names_in_every_order(client, letter):
    sign(letter, "Ant")
    for asked in ({}, {"order": "country"}, {"order": "newest"}, {"q": "a"}, {"scope": "national"}):
        with CaptureQueriesContext(connection) as few:
            client.get(ADDRESS, asked)
        for number in range(3):
            sign(letter, f"Bear {number} {asked}", ["FR", "PL", "ES"][number])
        with CaptureQueriesContext(connection) as many:
            client.get(ADDRESS, asked)
        assert len(few) == len(many), asked


# What comes in while the page is open


@pytest.mark.parametrize(
    ("asked", "tells"),
    [
        ({"order": "newest"}, False),
        ({}, True),
        ({"order": "country"}, True),
        ({"order": "newest", "country": "DE"}, True),
    ],
)
def test_only_the_newest_names_update_in_place(client, letter, asked, tells):
    sign(letter, "Ant", published_at=timezone.now() - timedelta(days=1))
    page = client.get(ADDRESS, asked).content.decode()
    assert ("data-live-notice-only" in page, 'data-live-page="?order=newest"' in page) == (
        tells,
        True,
    )
