"""Translations that lag behind their original, and how they catch up."""

from __future__ import annotations

import pytest

from config.models import AuditEntry
from letters.actions import (
    change_status,
    delete_edition,
    mark_followed,
    publish_revision,
    save_edition,
    set_demands,
)
from letters.errors import IllegalTransition, TranslationsLag
from letters.models import Edition, Letter, Revision
from letters.queries import working_state
from letters.translating import Lag, lags, parts_to_follow
from letters.wording import Wording
from tests.factories import EditionFactory, LetterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return LetterFactory(status=Letter.Status.DRAFT)


@pytest.fixture
def french(letter: Letter) -> Edition:
    """A translation that is up to date with the original."""
    edition = EditionFactory.build(
        letter=letter,
        language="fr",
        is_original=False,
        title="Laissez parler",
        salutation="Monsieur le Président,",
        body="Nous vous écrivons.\n\nÉcoutez.",
    )
    return save_edition(edition=edition, demands=["Abrogez la loi."])


def original_now(letter: Letter, **changes: str) -> Edition:
    """The original after these changes."""
    Edition.objects.filter(letter=letter, is_original=True).update(**changes)
    return Edition.objects.get(letter=letter, is_original=True)


def behind(translation: Edition) -> list[Lag]:
    stored = Edition.objects.get(pk=translation.pk)
    return lags(stored, Edition.objects.get(letter=stored.letter, is_original=True))


def seen(found: list[Lag]) -> list[tuple[str, str, str, str]]:
    return [(lag.part, lag.before, lag.after, lag.translation) for lag in found]


# Lagging


def test_a_new_translation_counts_as_checked(french):
    assert behind(french) == []


def test_a_changed_paragraph_is_shown_with_its_translation(letter, french):
    original_now(letter, body="We write to you.\n\nPlease do listen.")
    assert seen(behind(french)) == [("body", "Please listen.", "Please do listen.", "Écoutez.")]


def test_an_added_paragraph_has_nothing_beside_it(letter, french):
    original_now(letter, body="We write to you.\n\nAgain.\n\nPlease listen.")
    assert seen(behind(french)) == [("body", "", "Again.", "")]


def test_a_removed_paragraph_is_shown_with_its_translation(letter, french):
    original_now(letter, body="Please listen.")
    assert seen(behind(french)) == [("body", "We write to you.", "", "Nous vous écrivons.")]


def test_the_text_beside_a_change_is_right_after_an_added_paragraph(letter, french):
    original_now(letter, body="First.\n\nWe write to you.\n\nListen.")
    assert seen(behind(french)) == [
        ("body", "", "First.", ""),
        ("body", "Please listen.", "Listen.", "Écoutez."),
    ]


@pytest.mark.parametrize("part", ["title", "salutation", "call_to_sign", "summary", "note"])
def test_a_change_of_any_part_that_is_translated_lags(letter, french, part):
    original_now(letter, **{part: "Changed"})
    assert [(lag.part, lag.after) for lag in behind(french)] == [(part, "Changed")]


def test_changed_demands_lag(letter, french):
    set_demands(edition=letter.editions.get(is_original=True), texts=["Repeal it.", "Free all."])
    assert seen(behind(french)) == [
        ("demands", "Repeal the law.", "Repeal it.", "Abrogez la loi."),
        ("demands", "", "Free all.", ""),
    ]


def test_differences_in_typing_do_not_make_a_translation_lag(letter, french):
    original_now(letter, body="We write to you. \r\n\r\n\r\nPlease listen.\r\n")
    assert behind(french) == []


def test_a_translator_is_not_translated(letter, french):
    original_now(letter, translator="Rosa")
    assert behind(french) == []


def test_changed_addressees_lag_only_where_the_translation_has_its_own(letter, french):
    letter.addressees.update(office="Minister")
    assert behind(french) == []
    Edition.objects.filter(pk=french.pk).update(addressed_to="Ada; Présidente")
    assert seen(behind(french)) == [
        ("addressees", "Ada Example, President", "Ada Example, Minister", "Ada, Présidente")
    ]


def test_a_change_that_was_taken_back_no_longer_lags(letter, french):
    original_now(letter, title="Changed")
    assert seen(behind(french)) == [
        ("title", "Let everyone speak", "Changed", "Laissez parler"),
    ]
    original_now(letter, title="Let everyone speak")
    assert behind(french) == []


def test_another_change_of_the_same_paragraph_has_another_key(letter, french):
    original_now(letter, title="Changed")
    (first,) = behind(french)
    original_now(letter, title="Changed again")
    (second,) = behind(french)
    assert (len(first.key), len(second.key), first.key == second.key) == (16, 16, False)


def test_the_words_that_changed_are_marked(letter, french):
    original_now(letter, title="Let all speak")
    (lag,) = behind(french)
    assert [(piece.kind, piece.text) for piece in lag.pieces] == [
        ("same", "Let "),
        ("removed", "everyone"),
        ("added", "all"),
        ("same", " speak"),
    ]


# Catching up


def test_what_was_ticked_no_longer_lags_and_the_rest_still_does(letter, french, staff, now):
    original_now(letter, title="Changed", body="We write to you.\n\nPlease do listen.")
    title, body = behind(french)
    mark_followed(edition=french, checked=[title.key], by=staff, now=now)
    assert behind(french) == [body]
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.subject_id, entry.at, entry.detail) == (
        "translation checked",
        staff,
        letter.pk,
        now,
        {"language": "fr", "parts": 1},
    )


@pytest.mark.parametrize(
    "body",
    [
        "We write to you.\n\nAgain.\n\nPlease listen.",
        "Please listen.",
        "All is new.\n\nSo new.\n\nAnd newer.",
        "Please listen.\n\nWe write to you.",
    ],
    ids=["added", "removed", "replaced", "moved"],
)
def test_once_everything_is_ticked_nothing_lags(letter, french, now, body):
    original = original_now(letter, body=body)
    mark_followed(edition=french, checked=[lag.key for lag in behind(french)], now=now)
    assert behind(french) == []
    stored = Edition.objects.get(pk=french.pk)
    followed = [text for part, text in stored.followed if part == "body"]
    assert followed == [text for part, text in parts_to_follow(original) if part == "body"]


def test_ticking_the_last_of_three_changes_leaves_the_first_two(letter, french, now):
    original_now(letter, body="First.\n\nWe write to you.\n\nThen.\n\nPlease listen.\n\nLast.")
    *two, last = behind(french)
    mark_followed(edition=french, checked=[last.key], now=now)
    assert behind(french) == two
    assert [lag.after for lag in two] == ["First.", "Then."]


def test_ticking_twice_is_harmless(letter, french, now):
    original_now(letter, title="Changed")
    keys = [lag.key for lag in behind(french)]
    for _ in range(2):
        mark_followed(edition=french, checked=keys, now=now)
    assert (behind(french), AuditEntry.objects.count()) == ([], 1)


def test_a_tick_for_a_change_that_has_changed_since_is_passed_over(letter, french, now):
    original_now(letter, title="Changed")
    keys = [lag.key for lag in behind(french)]
    original_now(letter, title="Changed again")
    mark_followed(edition=french, checked=keys, now=now)
    assert [lag.after for lag in behind(french)] == ["Changed again"]


def test_the_original_follows_nothing(letter, now):
    original = letter.editions.get()
    assert mark_followed(edition=original, checked=["x"], now=now).followed == []
    assert AuditEntry.objects.count() == 0


def test_saving_alone_does_not_catch_up_and_saying_so_does(letter, french):
    original_now(letter, title="Changed")
    save_edition(edition=Edition.objects.get(pk=french.pk))
    assert len(behind(french)) == 1
    save_edition(edition=Edition.objects.get(pk=french.pk), follows_now=True)
    assert behind(french) == []


def test_saving_without_demands_leaves_them_alone(french):
    save_edition(edition=french)
    assert [demand.text for demand in french.demands.all()] == ["Abrogez la loi."]
    save_edition(edition=french, demands=[])
    assert french.demands.count() == 0


# Outdated translations are not published


def test_a_translation_that_lags_keeps_the_letter_from_opening(letter, french, now):
    original_now(letter, title="Changed")
    with pytest.raises(TranslationsLag) as refused:
        change_status(letter=letter, to=Letter.Status.OPEN, now=now)
    assert str(refused.value.message) == (
        "These translations are not up to date with the original: French."
    )
    assert (Letter.objects.get().status, Revision.objects.count()) == (Letter.Status.DRAFT, 0)
    Edition.objects.filter(pk=french.pk).update(status=Edition.Status.DRAFT)
    change_status(letter=letter, to=Letter.Status.OPEN, now=now)
    assert Revision.objects.get().wording.languages == ["en"]


def test_translations_that_lag_keep_back_a_change_in_substance_and_no_correction(
    letter, french, now
):
    for language, status in [("ar", Edition.Status.PUBLISHED), ("ru", Edition.Status.DRAFT)]:
        other = EditionFactory.build(letter=letter, language=language, is_original=False)
        other.status = status
        save_edition(edition=other)
    change_status(letter=letter, to=Letter.Status.OPEN, now=now)
    original_now(letter, title="Changed")
    change = {"letter": letter, "reason": "Why.", "now": now}
    with pytest.raises(TranslationsLag) as refused:
        publish_revision(substantive=True, **change)
    assert str(refused.value.message) == (
        "These translations are not up to date with the original: Arabic, French."
    )
    assert Letter.objects.get().revision.label == "1"
    assert publish_revision(substantive=False, **change).label == "1.1"


def test_translations_that_caught_up_let_a_change_in_substance_through(letter, french, now):
    change_status(letter=letter, to=Letter.Status.OPEN, now=now)
    original_now(letter, title="Changed")
    save_edition(edition=Edition.objects.get(pk=french.pk), follows_now=True)
    change = {"letter": letter, "reason": "Why.", "now": now}
    assert publish_revision(substantive=True, **change).label == "2"


# Removing


def test_a_translation_is_removed_with_its_demands(letter, french):
    delete_edition(edition=french)
    assert [edition.language for edition in letter.editions.all()] == ["en"]
    assert letter.editions.get().demands.count() == 1


def test_the_original_cannot_be_removed(letter):
    with pytest.raises(IllegalTransition) as refused:
        delete_edition(edition=letter.editions.get())
    assert str(refused.value.message) == "The original cannot be removed."
    assert letter.editions.count() == 1


# What staff see


def test_staff_see_each_translation_and_how_far_it_is_behind(letter, french):
    EditionFactory(letter=letter, language="ru", is_original=False, status=Edition.Status.DRAFT)
    original_now(letter, title="Changed")
    state = working_state(Letter.objects.get())
    states = [(one.edition.language, one.name, one.behind) for one in state["translations"]]
    assert states == [("fr", "French", 1), ("ru", "Russian", 5)]
    assert (state["unpublished"], state["can_revise"]) == ([], False)


def test_staff_see_what_is_not_public_yet():
    letter = LetterFactory()
    assert working_state(letter)["unpublished"] == []
    original_now(letter, title="Let all speak")
    state = working_state(Letter.objects.get())
    assert [one.language for one in state["unpublished"]] == ["en"]
    assert [change.part for change in state["unpublished"][0].changes] == ["title"]
    assert state["can_revise"] is True


def test_a_wording_knows_its_original(letter, french):
    editions = tuple(edition.wording for edition in letter.editions.all())
    wording = Wording(editions=editions, silence="keeps", silence_days=None)
    assert (wording.original.language, wording.languages) == ("en", ["en", "fr"])


def test_marking_one_part_loses_none_of_the_others(letter, french, now):
    """A translation without its own addressees need not follow changes to them."""
    original_now(letter, title="Changed")
    (lag,) = behind(french)
    mark_followed(edition=french, checked=[lag.key], now=now)
    stored = Edition.objects.get(pk=french.pk)
    before = [part for part, _text in french.followed]
    assert [part for part, _text in stored.followed] == before


def test_equal_changes_of_one_part_are_ticked_one_by_one(letter, french, now):
    original_now(letter, body="New.\n\nWe write to you.\n\nPlease listen.\n\nNew.")
    first, second = behind(french)
    mark_followed(edition=french, checked=[first.key], now=now)
    assert seen(behind(french)) == [("body", "", "New.", "")]
    assert first.key != second.key
