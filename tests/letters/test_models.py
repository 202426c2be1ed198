"""Letters and their parts: constraints and queries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from letters.models import TRANSITIONS, Edition, Letter, Source, TimelineEntry
from tests.factories import (
    AddresseeFactory,
    CampaignFactory,
    DemandFactory,
    EditionFactory,
    LetterFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
Status = Letter.Status
REPORT = {
    "reported_signatories": 148,
    "reported_by": "Amnesty International",
    "reported_url": "https://example.org/report",
}


def messages(instance: Any) -> dict[str, list[str]]:
    """The validation errors, by field."""
    with pytest.raises(ValidationError) as refused:
        instance.full_clean()
    return refused.value.message_dict


# Letters


@pytest.mark.parametrize(
    "instants",
    [
        {"opens_at": None, "closes_at": None},
        {"opens_at": NOW, "closes_at": None},
        {"opens_at": None, "closes_at": NOW},
        {"opens_at": NOW, "closes_at": NOW + timedelta(microseconds=1)},
    ],
)
def test_a_draft_may_lack_its_instants_and_otherwise_closes_after_it_opens(instants):
    LetterFactory(status=Status.DRAFT, **instants).full_clean()


@pytest.mark.parametrize("length", [timedelta(0), -timedelta(days=1)])
def test_a_letter_that_closes_before_or_when_it_opens_is_refused(length):
    instants = {"opens_at": NOW, "closes_at": NOW + length}
    draft = LetterFactory.build(campaign=CampaignFactory(), status=Status.DRAFT, **instants)
    said = messages(draft)
    assert said == {"__all__": ["The closing time is before the opening time."]}
    with pytest.raises(IntegrityError, match="letter_closes_after_it_opens"):
        LetterFactory(**instants)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.DRAFT}))
@pytest.mark.parametrize("lacking", ["opens_at", "closes_at"])
def test_a_letter_out_of_draft_without_an_instant_is_refused(status, lacking):
    letter = LetterFactory(status=status)
    setattr(letter, lacking, None)
    assert messages(letter) == {"__all__": ["Enter when the letter opens and when it closes."]}
    with pytest.raises(IntegrityError, match="letter_out_of_draft_has_both_instants"):
        letter.save()


@pytest.mark.parametrize("status", Status)
def test_a_letter_with_both_instants_is_accepted_in_every_status(status):
    LetterFactory(status=status).full_clean()


@pytest.mark.parametrize("report", [{}, REPORT, {**REPORT, "reported_countries": 32}])
def test_a_reported_number_with_its_source_or_none_is_accepted(report):
    LetterFactory(**report).full_clean()


@pytest.mark.parametrize(
    "report",
    [
        {**REPORT, "reported_by": ""},
        {**REPORT, "reported_url": ""},
        {**REPORT, "reported_signatories": None, "reported_countries": 32},
        {"reported_signatories": 0},
    ],
)
def test_a_reported_number_without_its_source_is_refused(report):
    letter = LetterFactory.build(campaign=CampaignFactory(), status=Status.DRAFT, **report)
    assert messages(letter) == {"__all__": ["Enter who reported the number and where."]}
    with pytest.raises(IntegrityError, match="letter_reported_number_names_its_source"):
        letter.save()


def test_a_slug_is_unique():
    LetterFactory(slug="speakout")
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterFactory(slug="speakout")
    LetterFactory(slug="speakout-2")


@pytest.mark.parametrize("zone", ["UTC", "Europe/Brussels", "Asia/Kathmandu"])
def test_a_time_zone_is_accepted(zone):
    LetterFactory(time_zone=zone).full_clean()


@pytest.mark.parametrize("zone", ["Brussels", "../../etc/passwd", "GMT+25"])
def test_an_invalid_time_zone_is_reported_beside_its_field(zone):
    said = messages(LetterFactory(time_zone=zone))
    assert said == {
        "time_zone": [f"“{zone}” is not a time zone. Enter one such as Europe/Brussels or UTC."]
    }


def test_every_status_says_which_may_follow():
    assert set(TRANSITIONS) == set(Status)
    assert {following for after in TRANSITIONS.values() for following in after} <= set(Status)


def test_every_status_can_be_reached_from_draft_and_none_leads_back_to_it():
    reached, found = {Status.DRAFT.value}, set(TRANSITIONS[Status.DRAFT])
    while found - reached:
        reached |= found
        found = {following for status in reached for following in TRANSITIONS[status]}
    assert (reached, Status.DRAFT in found) == (set(Status), False)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("published", [True, False])
def test_the_public_reads_what_is_out_of_draft_in_a_published_campaign(status, published):
    letter = LetterFactory(status=status, campaign__published=published)
    expected = [letter] if published and status != Status.DRAFT else []
    assert list(Letter.objects.public()) == expected


def test_staff_see_the_letters_of_their_campaigns():
    member = StaffFactory(is_superuser=False)
    own, other = LetterFactory(), LetterFactory()
    own.campaign.team.add(member, StaffFactory())
    assert list(Letter.objects.visible_to(member)) == [own]
    assert set(Letter.objects.visible_to(StaffFactory())) == {own, other}
    assert list(Letter.objects.visible_to(AnonymousUser())) == []


def test_the_latest_letter_comes_first_and_those_without_an_opening_before_it():
    LetterFactory(slug="old", opens_at=NOW - timedelta(days=9))
    LetterFactory(slug="new", opens_at=NOW - timedelta(days=1))
    LetterFactory(slug="planned", opens_at=None, status=Status.DRAFT)
    assert [letter.slug for letter in Letter.objects.all()] == ["planned", "new", "old"]


def test_bumping_raises_the_version_of_these_letters_alone():
    one, other = LetterFactory(), LetterFactory()
    Letter.objects.filter(pk=one.pk).bump_public_version()
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.public_version, other.public_version) == (2, 1)


def test_a_campaign_with_letters_cannot_be_deleted():
    with pytest.raises(ProtectedError):
        LetterFactory().campaign.delete()


# Editions, demands, addressees


def test_the_original_is_the_edition_that_the_others_translate():
    letter = LetterFactory(words=False)
    assert letter.original is None
    EditionFactory(letter=letter, language="ar", is_original=False)
    original = EditionFactory(letter=letter, language="ru")
    assert Letter.objects.get().original == original


def test_the_original_uses_what_was_prefetched(django_assert_num_queries):
    LetterFactory()
    (letter,) = Letter.objects.prefetch_related("editions")
    with django_assert_num_queries(0):
        assert letter.original is not None


def test_a_letter_has_one_edition_in_a_language():
    edition = EditionFactory(language="en")
    EditionFactory(language="en")
    EditionFactory(letter=edition.letter, language="fr", is_original=False)
    with pytest.raises(IntegrityError):
        EditionFactory(letter=edition.letter, language="en", is_original=False)


def test_a_letter_has_one_original():
    edition = EditionFactory(language="en")
    EditionFactory(letter=edition.letter, language="fr", is_original=False)
    EditionFactory(letter=edition.letter, language="ru", is_original=False)
    with pytest.raises(IntegrityError):
        EditionFactory(letter=edition.letter, language="es", is_original=True)


def test_an_edition_is_shown_as_clean_html():
    letter = LetterFactory(words__body="# Peace\n\n<script>", words__note="*From* 2014.")
    edition = letter.words_here
    assert edition.body_html == "<h3>Peace</h3>\n<p>&lt;script&gt;</p>\n"
    assert edition.note_html == "<p><em>From</em> 2014.</p>\n"


def test_one_demand_stands_at_a_position_of_an_edition():
    demand = DemandFactory(position=1)
    DemandFactory(edition=demand.edition, position=2)
    DemandFactory(position=1)
    with pytest.raises(IntegrityError):
        DemandFactory(edition=demand.edition, position=1)


def test_demands_come_in_their_order():
    edition = EditionFactory()
    for position, text in [(2, "second"), (1, "first"), (3, "third")]:
        DemandFactory(edition=edition, position=position, text=text)
    assert [demand.text for demand in edition.demands.all()] == ["first", "second", "third"]


def test_addressees_come_in_their_order_and_of_one_position_as_they_were_added():
    letter = LetterFactory(words=False)
    for position, name in [(2, "c"), (1, "b"), (1, "a")]:
        AddresseeFactory(letter=letter, position=position, name=name)
    assert [addressee.name for addressee in letter.addressees.all()] == ["b", "a", "c"]


def test_a_deleted_letter_takes_its_parts_along():
    letter = LetterFactory(status=Status.DRAFT)
    Source.objects.create(letter=letter, publisher="Amnesty", title="Report")
    letter.delete()
    assert (Edition.objects.count(), Source.objects.count()) == (0, 0)


# The timeline

Kind = TimelineEntry.Kind


def timeline(kind: str, **words: str) -> TimelineEntry:
    return TimelineEntry(
        letter=LetterFactory(words=False), kind=kind, day=date(2014, 11, 1), **words
    )


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.DELIVERY, {"place": "Moscow"}),
        (Kind.COVERAGE, {"outlet": "The Paper"}),
        (Kind.RESPONSE, {"note": "No."}),
        (Kind.UPDATE, {"note": "News."}),
    ],
)
def test_an_entry_that_says_what_its_kind_needs_is_accepted(kind, words):
    entry = timeline(kind, **words)
    entry.full_clean()
    entry.save()


@pytest.mark.parametrize(
    ("kind", "words", "name", "message"),
    [
        (
            Kind.DELIVERY,
            {"outlet": "The Paper", "note": "x"},
            "timeline_delivery_has_a_place",
            "Enter where the letter was delivered.",
        ),
        (
            Kind.COVERAGE,
            {"place": "Moscow", "note": "x"},
            "timeline_coverage_has_an_outlet",
            "Enter which outlet reported on the letter.",
        ),
        (
            Kind.RESPONSE,
            {"place": "Moscow", "outlet": "The Paper"},
            "timeline_response_and_update_say_something",
            "Enter what was answered or what is new.",
        ),
        (
            Kind.UPDATE,
            {"place": "Moscow", "outlet": "The Paper"},
            "timeline_response_and_update_say_something",
            "Enter what was answered or what is new.",
        ),
    ],
)
def test_an_entry_that_lacks_it_is_refused(kind, words, name, message):
    entry = timeline(kind, **words)
    assert messages(entry) == {"__all__": [message]}
    with pytest.raises(IntegrityError, match=name):
        entry.save()


def test_the_timeline_goes_from_the_first_day_to_the_last():
    letter = LetterFactory(words=False)
    for day in (3, 1, 2):
        TimelineEntry.objects.create(
            letter=letter, kind=Kind.UPDATE, day=date(2026, 5, day), note=f"Day {day}"
        )
    assert [entry.day.day for entry in letter.timeline.all()] == [1, 2, 3]
