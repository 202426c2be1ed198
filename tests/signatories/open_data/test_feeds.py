"""Atom feeds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest

from letters.models import Letter, TimelineEntry
from tests.factories import LetterFactory, OrganisationFactory, RevisionFactory, SignatureFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, 34, 56, tzinfo=UTC)
FEED = "/en/letters/speak/feed.atom"
UPDATES = "/en/letters/speak/updates.atom"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def letter() -> Letter:
    return LetterFactory(slug="speak", opens_at=datetime(2026, 5, 1, 8, tzinfo=UTC))


def read(client, address: str) -> ElementTree.Element:
    response = client.get(address)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)  # noqa: S314 (our own)


def values_of(feed: ElementTree.Element, *names: str) -> list[tuple[str, ...]]:
    entries = feed.findall(f"{ATOM}entry")
    return [tuple(entry.findtext(f"{ATOM}{name}") or "" for name in names) for entry in entries]


def test_each_name_is_an_entry_dated_by_day_only(client, letter):
    organisation = OrganisationFactory(name="Forum")
    SignatureFactory(
        letter=letter, organisation=organisation, signed_at=NOON, statement="<b>Now</b>"
    )
    feed = read(client, FEED)
    assert values_of(feed, "id", "title", "updated", "summary") == [
        (
            f"http://testserver/letters/speak/signatories/{organisation.public_id}",
            "Forum (Germany)",
            "2026-05-04T00:00:00+00:00",
            "&lt;b&gt;Now&lt;/b&gt;",
        )
    ]
    assert feed.findtext(f"{ATOM}updated") == "2026-05-04T00:00:00+00:00"
    assert "12:34" not in client.get(FEED).content.decode()


def test_names_are_sorted_newest_day_first_then_alphabetically(client, letter):
    for name, hour in (("B", 9), ("A", 10)):
        SignatureFactory(letter=letter, organisation__name=name, signed_at=NOON.replace(hour=hour))
    SignatureFactory(letter=letter, organisation__name="C", signed_at=NOON.replace(day=5))
    titles = [title for (title,) in values_of(read(client, FEED), "title")]
    assert titles == ["C (Germany)", "A (Germany)", "B (Germany)"]


def test_hidden_names_leave_no_trace_in_a_feed(client, letter):
    SignatureFactory(letter=letter, organisation__name="Forum", signed_at=NOON)
    before = client.get(FEED).content
    for visibility in ("withheld", "counted"):
        SignatureFactory(letter=letter, visibility=visibility, signed_at=NOON.replace(month=6))
    Letter.objects.bump_public_version()
    assert client.get(FEED).content == before


def test_characters_that_xml_forbids_do_not_break_a_feed(client, letter):
    SignatureFactory(letter=letter, statement="One\x0b\x1f two\n")
    TimelineEntry.objects.create(letter=letter, kind="update", day=NOON, note="A\x08 B")
    assert values_of(read(client, FEED), "summary") == [("One two\n",)]
    assert values_of(read(client, UPDATES), "summary") == [("",), ("<p>A B</p>\n",)]


def test_a_feed_without_entries_says_when_the_letter_opened(client, letter):
    assert read(client, FEED).findtext(f"{ATOM}updated") == "2026-05-01T00:00:00+00:00"


def test_updates_are_the_revisions_and_the_timeline(client, letter):
    RevisionFactory(letter=letter, number=2, reason="A <new> law.", frozen_at=NOON)
    for number in (1, 2):
        TimelineEntry.objects.create(
            letter=letter,
            kind="coverage",
            day=date(2026, 5, 9),
            outlet=f"Paper {number}",
            url="https://paper.example.org/a?b=1&c=2",
        )
    here = "http://testserver/letters/speak/"
    rows = values_of(read(client, UPDATES), "id", "title", "updated", "summary")
    link = "https://paper.example.org/a?b=1&amp;c=2"
    assert [row for row in rows if "revisions/1" not in row[0]] == [
        (
            f"{here}timeline/2026-05-09/coverage/{number}",
            f"Coverage: Paper {number}",
            "2026-05-09T00:00:00+00:00",
            f'<p><a href="{link}">{link}</a></p>',
        )
        for number in (1, 2)
    ] + [
        (
            f"{here}revisions/2",
            "Revision 2: Substantive change",
            "2026-05-04T12:34:56+00:00",
            "A &lt;new&gt; law.",
        )
    ]
    assert f"{here}revisions/1" in [row[0] for row in rows]


def test_public_letters_are_entries_and_drafts_are_not(client, letter):
    LetterFactory(status="draft")
    LetterFactory(campaign__published=False)
    feed = read(client, "/en/letters/feed.atom")
    assert values_of(feed, "id", "title") == [
        ("http://testserver/letters/speak/", "Let everyone speak")
    ]
    (link,) = [one.get("href") for one in feed.findall(f"{ATOM}entry/{ATOM}link")]
    assert link == "http://testserver/en/letters/speak/"


def test_a_site_without_letters_has_a_feed(client):
    assert values_of(read(client, "/ar/letters/feed.atom"), "id") == []


@pytest.mark.parametrize("address", [FEED, UPDATES, "/en/letters/feed.atom"])
def test_feeds_are_cached_until_they_change(client, letter, address):
    etag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    Letter.objects.bump_public_version()
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("address", [FEED, UPDATES, "/en/letters/feed.atom"])
def test_the_number_of_queries_does_not_depend_on_the_size_of_a_feed(
    client, letter, address, django_assert_num_queries
):
    def grow() -> None:
        SignatureFactory(letter=letter)
        day = date(2026, 5, 9)
        TimelineEntry.objects.create(letter=letter, kind="update", day=day, note="News.")
        LetterFactory()

    grow()
    with django_assert_num_queries(FEEDS_COST[address]):
        client.get(address)
    grow()
    grow()
    with django_assert_num_queries(FEEDS_COST[address]):
        client.get(address)


FEEDS_COST = {FEED: 5, UPDATES: 5, "/en/letters/feed.atom": 2}


@pytest.mark.parametrize(
    ("page", "feeds"),
    [
        ("/en/", ["/en/letters/feed.atom"]),
        ("/en/letters/speak/", ["/en/letters/feed.atom", FEED, UPDATES]),
        ("/en/letters/speak/signatories/", ["/en/letters/feed.atom", FEED, UPDATES]),
    ],
)
def test_pages_link_to_their_feeds_for_programs(client, letter, page, feeds):
    text = client.get(page).content.decode()
    links = [line for line in text.splitlines() if 'type="application/atom+xml"' in line]
    assert [link.partition(' href="')[2].rstrip('">') for link in links] == feeds
