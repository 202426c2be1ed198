"""All changes to letters."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from config.models import AuditEntry
from letters.actions import change_status, delete_draft, record_edit, save_letter, set_demands
from letters.errors import IllegalTransition, LetterError, LetterNotReady
from letters.models import TRANSITIONS, Demand, Letter
from tests.factories import (
    AddresseeFactory,
    CampaignFactory,
    DemandFactory,
    EditionFactory,
    LetterFactory,
)

pytestmark = pytest.mark.django_db
Status = Letter.Status
LEGAL = [(before, after) for before in Status for after in sorted(TRANSITIONS[before])]
ILLEGAL = [
    (before, after)
    for before in Status
    for after in Status
    if after != before and after not in TRANSITIONS[before]
]


def trail() -> list[tuple]:
    entries = AuditEntry.objects.order_by("id")
    return list(entries.values_list("verb", "actor", "by", "subject_id", "reason", "detail"))


# Changing the status


@pytest.mark.parametrize(("before", "after"), LEGAL)
def test_an_allowed_step_raises_the_version_and_is_on_record(staff, now, before, after):
    letter = LetterFactory(status=before)
    returned = change_status(letter=letter, to=after, by=staff, now=now, reason="It is time.")
    stored = Letter.objects.get()
    assert (stored.status, stored.public_version) == (after, 2)
    assert (returned.status, returned.public_version) == (after, 2)
    assert trail() == [
        (
            "letter status changed",
            "staff",
            staff.pk,
            letter.pk,
            "It is time.",
            {"before": before, "after": after},
        )
    ]
    assert AuditEntry.objects.get().at == now


@pytest.mark.parametrize(("before", "after"), ILLEGAL)
def test_a_forbidden_step_is_refused_and_changes_nothing(now, before, after):
    letter = LetterFactory(status=before)
    with pytest.raises(IllegalTransition) as refused:
        change_status(letter=letter, to=after, now=now)
    assert str(refused.value.message) == (
        f"A letter cannot change from “{Status(before).label}” to “{Status(after).label}”."
    )
    stored = Letter.objects.get()
    assert (stored.status, stored.public_version, trail()) == (before, 1, [])


@pytest.mark.parametrize("to", ["", "published", "OPEN"])
def test_an_unknown_status_is_refused_like_a_forbidden_step(now, to):
    with pytest.raises(IllegalTransition) as refused:
        change_status(letter=LetterFactory(), to=to, now=now)
    assert str(refused.value.message) == f"A letter cannot change from “Open” to “{to}”."


@pytest.mark.parametrize("status", Status)
def test_changing_to_the_present_status_is_harmless(now, status):
    letter = LetterFactory(status=status)
    assert change_status(letter=letter, to=status, now=now) == letter
    assert (Letter.objects.get().public_version, trail()) == (1, [])


def test_the_same_step_twice_is_taken_once(now):
    letter = LetterFactory()
    change_status(letter=letter, to=Status.CLOSED, now=now)
    change_status(letter=letter, to=Status.CLOSED, now=now)
    assert (Letter.objects.get().public_version, len(trail())) == (2, 1)


def test_the_step_starts_from_what_is_stored_and_not_from_what_was_read(now):
    read_before = LetterFactory()
    Letter.objects.update(status=Status.ARCHIVED)
    with pytest.raises(IllegalTransition):
        change_status(letter=read_before, to=Status.CLOSED, now=now)


def draft(**changes) -> Letter:
    return LetterFactory(status=Status.DRAFT, words=False, **changes)


def test_a_draft_that_lacks_everything_reports_all_of_it(now):
    letter = draft(opens_at=None, closes_at=None)
    with pytest.raises(LetterNotReady) as refused:
        change_status(letter=letter, to=Status.OPEN, now=now)
    assert str(refused.value.message) == (
        "The letter cannot open yet. Missing: its text, an addressee, opening and closing times."
    )
    assert (Letter.objects.get().status, trail()) == (Status.DRAFT, [])


@pytest.mark.parametrize(
    ("lacking", "told"),
    [
        ("edition", "its text"),
        ("body", "its text"),
        ("addressee", "an addressee"),
        ("opens_at", "opening and closing times"),
        ("closes_at", "opening and closing times"),
    ],
)
def test_a_draft_reports_what_it_lacks_and_opens_once_it_has_it(now, lacking, told):
    letter = draft()
    if lacking != "edition":
        EditionFactory(letter=letter, body=" \n" if lacking == "body" else "Text.")
    if lacking != "addressee":
        AddresseeFactory(letter=letter)
    if lacking in {"opens_at", "closes_at"}:
        Letter.objects.update(**{lacking: None})
    with pytest.raises(LetterNotReady) as refused:
        change_status(letter=letter, to=Status.OPEN, now=now)
    assert str(refused.value.message) == f"The letter cannot open yet. Missing: {told}."

    letter.editions.all().delete()
    EditionFactory(letter=letter)
    AddresseeFactory(letter=letter)
    Letter.objects.update(opens_at=now, closes_at=now + timedelta(days=1))
    assert change_status(letter=letter, to=Status.OPEN, now=now).status == Status.OPEN


def test_a_translation_alone_is_not_the_text_of_a_letter(now):
    letter = draft()
    EditionFactory(letter=letter, is_original=False)
    AddresseeFactory(letter=letter)
    with pytest.raises(LetterNotReady):
        change_status(letter=letter, to=Status.OPEN, now=now)


def test_all_errors_of_letters_have_one_base_class():
    assert {IllegalTransition.__base__, LetterNotReady.__base__} == {LetterError}


# Edits


def test_an_edit_raises_the_version_and_is_on_record_with_what_was_changed(staff, now):
    letter = LetterFactory()
    returned = record_edit(letter=letter, by=staff, now=now, changed=["goal"])
    assert (returned.public_version, Letter.objects.get().public_version) == (2, 2)
    assert trail() == [("letter changed", "staff", staff.pk, letter.pk, "", {"fields": ["goal"]})]


def test_an_added_letter_is_on_record_as_such(now):
    letter = LetterFactory()
    record_edit(letter=letter, now=now, added=True)
    assert trail() == [("letter added", "system", None, letter.pk, "", {"fields": []})]


def test_a_new_letter_is_stored():
    letter = save_letter(
        letter=LetterFactory.build(campaign=CampaignFactory(), status=Status.DRAFT)
    )
    assert Letter.objects.get() == letter


def test_an_edit_of_a_letter_that_was_read_before_takes_neither_status_nor_version_back():
    letter = LetterFactory(status=Status.OPEN)
    Letter.objects.update(status=Status.CLOSED, public_version=9)
    letter.goal = 100
    save_letter(letter=letter)
    stored = Letter.objects.get()
    assert (stored.goal, stored.status, stored.public_version) == (100, Status.CLOSED, 9)


def test_an_edit_that_is_rolled_back_leaves_version_and_trail_alone(now):
    letter = LetterFactory()

    def edit_and_fail() -> None:
        with transaction.atomic():
            record_edit(letter=letter, now=now)
            LetterFactory(slug=letter.slug)

    with pytest.raises(IntegrityError):
        edit_and_fail()
    assert (Letter.objects.get().public_version, trail()) == (1, [])


# Deleting


def test_a_deleted_draft_stays_on_record(staff, now):
    letter = LetterFactory(status=Status.DRAFT, slug="gone")
    key = letter.pk
    delete_draft(letter=letter, by=staff, now=now)
    assert Letter.objects.count() == 0
    assert trail() == [("letter deleted", "staff", staff.pk, key, "", {"slug": "gone"})]


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.DRAFT}))
def test_what_was_public_cannot_be_deleted(now, status):
    letter = LetterFactory(status=status)
    with pytest.raises(IllegalTransition):
        delete_draft(letter=letter, now=now)
    assert (Letter.objects.get(), trail()) == (letter, [])


# Demands


@pytest.mark.parametrize(
    "texts",
    [
        ["one", "two", "three"],
        ["one", "two"],
        ["one", "two", "three", "four"],
        ["three", "one", "two"],
        ["two", "two", "two"],
        [],
    ],
    ids=["the same", "fewer", "more", "in another order", "all alike", "none"],
)
def test_these_become_the_demands_in_this_order(texts):
    edition = EditionFactory()
    set_demands(edition=edition, texts=["one", "two", "three"])
    returned = set_demands(edition=edition, texts=texts)
    stored = list(Demand.objects.filter(edition=edition).values_list("position", "text"))
    assert stored == list(enumerate(texts, start=1))
    assert [demand.text for demand in returned] == texts


def test_the_demands_of_other_editions_stay():
    other = DemandFactory(text="theirs")
    set_demands(edition=EditionFactory(), texts=[])
    assert Demand.objects.get() == other
