"""Revisions: freezing a letter's text and publishing changes."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from config.models import AuditEntry
from letters.actions import (
    change_status,
    delete_edition,
    publish_revision,
    save_edition,
    save_letter,
)
from letters.errors import IllegalTransition, LetterNotReady, ReasonMissing
from letters.models import Edition, Letter, Revision
from letters.readiness import working_wording
from tests.factories import EditionFactory, LetterFactory, RevisionFactory

pytestmark = pytest.mark.django_db
Status = Letter.Status
Kind = Revision.Kind
TABLE = "letters_revision"


def edit(letter: Letter, **changes: str) -> None:
    """Change the working text of the original."""
    letter.editions.filter(is_original=True).update(**changes)


def translation(letter: Letter, language: str = "fr", **changes: str) -> Edition:
    """A published translation that is up to date with the original."""
    edition = EditionFactory.build(letter=letter, language=language, is_original=False, **changes)
    return save_edition(edition=edition)


def publish(letter: Letter, now, *, substantive: bool = False, reason: str = "Why.", by=None):
    return publish_revision(letter=letter, substantive=substantive, reason=reason, now=now, by=by)


def all_labels() -> list[str]:
    return [revision.label for revision in Revision.objects.order_by("number", "correction")]


def public_title(language: str = "en") -> str:
    return Letter.objects.get().words_for(language).title


# Opening


@pytest.fixture
def draft(now) -> Letter:
    return LetterFactory(status=Status.DRAFT, opens_at=now, closes_at=now + timedelta(days=9))


def test_a_draft_has_no_words_for_the_public(draft):
    with pytest.raises(ValueError, match="A draft has no words for the public yet"):
        draft.words_for("en")


def test_opening_freezes_the_words_as_revision_1(draft, staff, now):
    translation(draft, title="Laissez parler")
    wording = working_wording(draft)
    opened = change_status(letter=draft, to=Status.OPEN, by=staff, now=now)
    revision = Revision.objects.get()
    assert (revision.letter, revision.label, revision.kind) == (draft, "1", Kind.OPENING)
    assert (revision.reason, revision.frozen_at, revision.frozen_by) == ("", now, staff)
    assert revision.digest == hashlib.sha256(revision.canonical.encode()).hexdigest()
    assert (revision.wording, opened.revision) == (wording, revision)
    assert wording.languages == ["en", "fr"]


def test_a_translation_in_draft_is_not_frozen(draft, now):
    translation(draft, status=Edition.Status.DRAFT)
    opened = change_status(letter=draft, to=Status.OPEN, now=now)
    assert opened.revision.wording.languages == ["en"]


def test_closing_and_opening_again_freeze_nothing_new(draft, now):
    for status in (Status.OPEN, Status.CLOSED, Status.OPEN):
        change_status(letter=draft, to=status, now=now)
        edit(draft, title="Changed")
    assert (all_labels(), public_title()) == (["1"], "Let everyone speak")


# Nothing changes a frozen row


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def save_changed(revision: Revision) -> None:
    revision.reason = "forged"
    revision.save()


ATTEMPTS = {
    "saving": save_changed,
    "deleting": lambda revision: revision.delete(),
    "updating a query": lambda revision: Revision.objects.update(canonical="{}"),
    "deleting a query": lambda revision: Revision.objects.all().delete(),
    "updating in bulk": lambda revision: Revision.objects.bulk_update([revision], ["reason"]),
    "SQL that updates": lambda revision: execute(f"UPDATE {TABLE} SET digest = 'x'"),  # noqa: S608
    "SQL that deletes": lambda revision: execute(f"DELETE FROM {TABLE}"),  # noqa: S608
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_revision_can_be_neither_changed_nor_removed(attempt):
    revision = RevisionFactory()
    before = Revision.objects.values().get()
    with pytest.raises(DatabaseError, match=f"{TABLE} is append-only"), transaction.atomic():
        ATTEMPTS[attempt](revision)
    assert Revision.objects.values().get() == before


# Publishing a change


def test_an_edit_is_not_public_until_it_is_published(now):
    letter = LetterFactory()
    edit(letter, title="Changed")
    letter.addressees.update(name="Eve Example")
    assert public_title() == "Let everyone speak"
    publish(letter, now)
    words = Letter.objects.get().words_for("en")
    assert (words.title, str(words.addressees[0])) == ("Changed", "Eve Example, President")


def test_a_correction_counts_up_within_its_revision(now):
    letter = LetterFactory()
    for title in ("Second", "Third"):
        edit(letter, title=title)
        assert publish(letter, now).kind == Kind.CORRECTION
    assert (all_labels(), Letter.objects.get().revision.label) == (["1", "1.1", "1.2"], "1.2")


def test_a_substantive_change_gets_the_next_number(now):
    letter = LetterFactory()
    for title, substantive in [("a", False), ("b", True), ("c", False), ("d", True)]:
        edit(letter, title=title)
        publish(letter, now, substantive=substantive)
    assert all_labels() == ["1", "1.1", "2", "2.1", "3"]
    first, latest = Revision.objects.get(number=1, correction=0), Revision.objects.get(number=3)
    assert latest.kind == Kind.SUBSTANTIVE
    later = Revision.objects.substantive_since(first)
    assert [revision.label for revision in later] == ["2", "3"]
    assert list(Revision.objects.substantive_since(latest)) == []


def test_an_added_translation_is_no_correction(now):
    letter = LetterFactory()
    translation(letter, title="Laissez parler")
    revision = publish(letter, now)
    assert (revision.label, revision.kind, public_title("fr")) == (
        "1.1",
        Kind.TRANSLATION,
        "Laissez parler",
    )


def test_a_translation_added_together_with_a_change_is_a_correction(now):
    letter = LetterFactory()
    edit(letter, title="Changed")
    translation(letter)
    assert publish(letter, now).kind == Kind.CORRECTION


def test_a_removed_translation_is_a_correction_and_stays_in_what_was_frozen(now):
    letter = LetterFactory()
    french = translation(letter)
    publish(letter, now)
    delete_edition(edition=french)
    assert Letter.objects.get().revision.wording.languages == ["en", "fr"]
    revision = publish(letter, now)
    assert (revision.label, revision.kind, revision.wording.languages) == (
        "1.2",
        Kind.CORRECTION,
        ["en"],
    )


@pytest.mark.parametrize(("substantive", "label"), [(False, "1.1"), (True, "2")])
def test_a_published_change_raises_the_version_and_is_on_record(staff, now, substantive, label):
    letter = LetterFactory()
    edit(letter, title="Changed")
    revision = publish(letter, now, substantive=substantive, reason=" Why. \r\n", by=staff)
    assert (revision.reason, revision.frozen_at, revision.frozen_by) == ("Why.", now, staff)
    assert Letter.objects.get().public_version == 2
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.subject_id) == ("revision published", staff, letter.pk)
    assert (entry.at, entry.reason) == (now, "Why.")
    kind = "substantive" if substantive else "correction"
    assert entry.detail == {"revision": label, "kind": kind, "digest": revision.digest}


@pytest.mark.parametrize("substantive", [True, False])
def test_publishing_what_is_published_changes_nothing(now, substantive):
    letter = LetterFactory()
    edit(letter, title="Changed")
    for _ in range(2):
        revision = publish(letter, now, substantive=substantive)
        assert revision == Letter.objects.get().revision
    assert (Revision.objects.count(), AuditEntry.objects.count()) == (2, 1)
    assert Letter.objects.get().public_version == 2


def test_differences_in_typing_are_not_a_change(now):
    letter = LetterFactory()
    edit(letter, body="We write to you. \r\n \r\nPlease listen.\r\n")
    assert publish(letter, now) == letter.revision


@pytest.mark.parametrize("reason", ["", " \r\n "])
def test_a_change_needs_its_reason(now, reason):
    letter = LetterFactory()
    edit(letter, title="Changed")
    with pytest.raises(ReasonMissing, match="Give a reason"):
        publish(letter, now, reason=reason)
    assert (all_labels(), public_title()) == (["1"], "Let everyone speak")


CORRECTABLE = {Status.OPEN, Status.CLOSED, Status.DELIVERED, Status.ANSWERED}
REVISABLE = {Status.OPEN, Status.CLOSED}


@pytest.mark.parametrize("substantive", [True, False])
@pytest.mark.parametrize("status", sorted(set(Status) - {Status.DRAFT}))
def test_the_status_says_which_change_is_possible(now, status, substantive):
    letter = LetterFactory(status=status)
    edit(letter, title="Changed")
    if status in (REVISABLE if substantive else CORRECTABLE):
        label = publish(letter, now, substantive=substantive).label
        assert label == ("2" if substantive else "1.1")
        return
    with pytest.raises(IllegalTransition) as refused:
        publish(letter, now, substantive=substantive)
    assert str(refused.value.message) == (
        "The text of this letter can no longer be changed in this way."
    )
    assert (all_labels(), public_title()) == (["1"], "Let everyone speak")
    assert (Letter.objects.get().public_version, AuditEntry.objects.count()) == (1, 0)


def test_a_draft_has_nothing_that_could_be_revised(now):
    letter = LetterFactory(status=Status.DRAFT)
    with pytest.raises(
        LetterNotReady, match="The first version of the text is published when the letter opens"
    ):
        publish(letter, now)
    assert Revision.objects.count() == 0


def test_the_change_starts_from_what_is_stored_and_not_from_what_was_read(now):
    read_before = LetterFactory()
    edit(read_before, title="Second")
    publish(Letter.objects.get(), now)
    edit(read_before, title="Third")
    assert publish(read_before, now).label == "1.2"


# The silence policy


def test_the_silence_policy_is_frozen_in_the_revision(now):
    letter = LetterFactory(silence="leaves", silence_days=30)
    Letter.objects.update(silence="keeps", silence_days=None)
    assert publish(letter, now) == letter.revision
    edit(letter, title="Changed")
    wording = publish(letter, now, substantive=True).wording
    assert (wording.silence, wording.silence_days) == ("leaves", 30)


@pytest.mark.parametrize(
    ("status", "stored"), [(Status.DRAFT, ("leaves", 30)), (Status.OPEN, ("keeps", None))]
)
def test_the_silence_policy_is_only_saved_for_a_draft(status, stored):
    letter = LetterFactory(status=status)
    letter.silence, letter.silence_days = "leaves", 30
    save_letter(letter=letter)
    assert Letter.objects.values_list("silence", "silence_days").get() == stored


# Constraints


@pytest.mark.parametrize("policy", [("keeps", None), ("leaves", 1), ("leaves", 30)])
def test_names_stay_or_leave_after_some_days(policy):
    LetterFactory(silence=policy[0], silence_days=policy[1]).full_clean()


@pytest.mark.parametrize("policy", [("keeps", 1), ("leaves", 0), ("nonse", 1)])
def test_names_that_stay_after_days_or_leave_after_none_are_refused(policy):
    with pytest.raises(IntegrityError, match="letter_silence_has_days_where_names_leave"):
        LetterFactory(silence=policy[0], silence_days=policy[1])


@pytest.mark.parametrize("status", Status)
def test_a_letter_has_a_present_revision_exactly_when_it_is_out_of_draft(status):
    letter = LetterFactory(status=status)
    assert (Letter.objects.get().revision is None) == (status == Status.DRAFT)
    letter.revision = LetterFactory().revision if status == Status.DRAFT else None
    with pytest.raises(IntegrityError, match="letter_out_of_draft_has_a_revision"):
        letter.save()


def test_a_label_is_given_once_in_a_letter():
    revision = RevisionFactory()
    RevisionFactory()
    RevisionFactory(letter=revision.letter, correction=1)
    RevisionFactory(letter=revision.letter, number=2)
    with pytest.raises(IntegrityError):
        RevisionFactory(letter=revision.letter)


LABELS = {
    "opening": {(1, 0)},
    "substantive": {(2, 0)},
    "correction": {(1, 1), (2, 1)},
    "translation": {(1, 1), (2, 1)},
    "nonsense": set(),
}


@pytest.mark.parametrize("label", [(1, 0), (2, 0), (1, 1), (2, 1), (0, 1)])
@pytest.mark.parametrize("kind", LABELS)
def test_a_kind_that_fits_the_number_is_accepted_and_any_other_refused(kind, label):
    row = {"kind": kind, "number": label[0], "correction": label[1]}
    if label in LABELS[kind]:
        RevisionFactory(**row).full_clean()
        return
    with pytest.raises(IntegrityError, match="revision_kind_fits_its_number"):
        RevisionFactory(reason="Why.", **row)


def test_the_first_text_needs_no_reason_and_every_change_does():
    letter = RevisionFactory(reason="").letter
    with pytest.raises(IntegrityError, match="revision_that_changes_gives_its_reason"):
        RevisionFactory(letter=letter, correction=1, reason="")


def test_the_original_is_always_published_and_a_translation_need_not_be():
    letter = LetterFactory(words=False)
    EditionFactory(letter=letter, language="fr", is_original=False, status="draft")
    with pytest.raises(IntegrityError, match="edition_original_is_published"):
        EditionFactory(letter=letter, status="draft")
