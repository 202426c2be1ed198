"""Differences between two texts, word by word."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from letters.differences import (
    ADDED,
    PARTS,
    REMOVED,
    SAME,
    changed_pairs,
    changes_between,
    parts_of,
    word_pieces,
)
from letters.queries import changes_by_language
from letters.wording import AddresseeWording, Wording
from tests.letters.test_wording import wording, words

MARKS = {SAME: "{}", REMOVED: "[-{}-]", ADDED: "[+{}+]"}
LETTERS = st.text(alphabet="ab,. -\n\u0301កา漢字é", max_size=20)


def marked(before: str, after: str) -> str:
    """The pieces in one line: [-gone-][+new+]."""
    return "".join(MARKS[piece.kind].format(piece.text) for piece in word_pieces(before, after))


def found(before: Wording, after: Wording, language: str = "en") -> list[tuple[str, str]]:
    """The changes: part and pieces in one line."""
    return [
        (
            change.part,
            "".join(MARKS[piece.kind].format(piece.text) for piece in change.pieces),
        )
        for change in changes_between(before, after, language)
    ]


# Words


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Free all.", "Free all.", "Free all."),
        ("Repeal the law now.", "Repeal the act now.", "Repeal the [-law-][+act+] now."),
        ("Repeal the law.", "Repeal the whole law.", "Repeal the [+whole +]law."),
        ("Repeal the whole law.", "Repeal the law.", "Repeal the [-whole -]law."),
        ("We ask you now.", "We ask you now!", "We ask you now[-.-][+!+]"),
        ("", "New.", "[+New.+]"),
        ("Old.", "", "[-Old.-]"),
        ("", "", ""),
    ],
    ids=["none", "another word", "one more", "one less", "a sign", "new", "gone", "nothing"],
)
def test_removed_added_and_unchanged_words_are_distinguished(before, after, expected):
    assert marked(before, after) == expected


def test_two_changes_with_a_space_between_them_read_as_one():
    assert marked("We ask for free speech.", "We ask for open press.") == (
        "We ask for [-free speech-][+open press+]."
    )


def test_a_change_within_a_word_shows_the_whole_word():
    assert marked("We honour it today.", "We honor it today.") == (
        "We [-honour-][+honor+] it today."
    )


def test_paragraphs_with_little_in_common_are_one_removed_and_one_added():
    before, after = (
        "Repeal the law.",
        "In every country of the whole wide world people want to speak",
    )
    assert marked(before, after) == f"[-{before}-][+{after}+]"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("我们要求言论自由", "我们要求新闻自由", "我们要求[-言论-][+新闻+]自由"),
        ("ひらがなの本文", "ひらがなの全文", "ひらがなの[-本-][+全+]文"),
        ("กขคงจ", "กขชงจ", "กข[-ค-][+ช+]งจ"),
    ],
    ids=["Chinese", "Japanese", "Thai"],
)
def test_scripts_without_spaces_are_compared_character_by_character(before, after, expected):
    assert marked(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Отмените этот закон", "Отмените тот закон", "Отмените [-этот-][+тот+] закон"),
        ("ألغوا هذا القانون", "ألغوا ذلك القانون", "ألغوا [-هذا-][+ذلك+] القانون"),
        ("किताब पढ़ो आज", "किताब लिखो आज", "किताब [-पढ़ो-][+लिखो+] आज"),
    ],
    ids=["Russian", "Arabic", "Hindi"],
)
def test_words_of_other_scripts_stay_whole(before, after, expected):
    assert marked(before, after) == expected


@given(LETTERS, LETTERS)
@example("a b", "c d")
@example("a", "a,")
def test_both_texts_can_be_read_from_the_pieces(before, after):
    pieces = word_pieces(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.kind != REMOVED) == after


@given(LETTERS, LETTERS)
def test_no_piece_is_empty_and_no_two_of_a_kind_follow_each_other(before, after):
    pieces = word_pieces(before, after)
    assert all(piece.text for piece in pieces)
    assert all(one.kind != other.kind for one, other in pairwise(pieces))


@given(LETTERS)
def test_a_text_does_not_differ_from_itself(text):
    assert [piece.kind for piece in word_pieces(text, text)] == ([SAME] if text else [])


# Paragraphs


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["a", "b"], ["a", "b"], []),
        (["a", "b"], ["a", "x", "b"], [("", "x")]),
        (["a", "x", "b"], ["a", "b"], [("x", "")]),
        (["a", "b"], ["a", "c"], [("b", "c")]),
        (["a", "b"], ["c"], [("a", "c"), ("b", "")]),
        ([], ["a", "b"], [("", "a"), ("", "b")]),
    ],
)
def test_old_and_new_paragraphs_stand_beside_each_other(before, after, expected):
    assert list(changed_pairs(before, after)) == expected


# Editions


def test_every_change_names_its_part_in_reading_order():
    before = wording(
        words(
            addressees=(AddresseeWording(name="Ada", office=""),),
            salutation="Dear Ada,",
            body="We write to you.\n\nPlease listen.",
            demands=("Repeal the law.",),
            call_to_sign="Sign.",
            summary="Short.",
            note="Old.",
        )
    )
    after = wording(
        words(
            title="Lasting Peace",
            addressees=(AddresseeWording(name="Ada", office="President"),),
            body="We write to you.\n\nPlease do listen.\n\nNow.",
            demands=("Repeal the law.", "Free all."),
            call_to_sign="Sign!",
            summary="Short.",
            translator="Rosa",
            note="",
        )
    )
    assert found(before, after) == [
        ("addressees", "Ada[+, President+]"),
        ("title", "[+Lasting +]Peace"),
        ("salutation", "[-Dear Ada,-]"),
        ("body", "Please[+ do+] listen."),
        ("body", "[+Now.+]"),
        ("demands", "[+Free all.+]"),
        ("call_to_sign", "Sign[-.-][+!+]"),
        ("translator", "[+Rosa+]"),
        ("note", "[-Old.-]"),
    ]


def test_the_same_words_have_no_changes():
    assert found(wording(words()), wording(words())) == []


def test_a_new_or_removed_edition_has_changed_as_a_whole():
    without, within = wording(words()), wording(words(), words("fr", "Paix"))
    assert found(without, within, "fr") == [("title", "[+Paix+]"), ("body", "[+Now.+]")]
    assert found(within, without, "fr") == [("title", "[-Paix-]"), ("body", "[-Now.-]")]
    assert found(without, within, "de") == []


def test_every_part_of_an_edition_has_a_name_for_readers():
    assert list(parts_of(words())) == list(PARTS)
    (change,) = changes_between(wording(words()), wording(words(title="War")), "en")
    assert change.label == "Title"


def test_languages_without_a_change_are_not_listed_and_the_readers_own_comes_first():
    before = wording(words("en"), words("ar"), words("fr"), words("ru"))
    after = wording(words("en"), words("ar", "سلام"), words("fr", "Paix"), words("ru"), words("de"))
    for here, order in [("en", ["ar", "fr", "de"]), ("fr", ["fr", "ar", "de"])]:
        with override(here):
            assert [one.language for one in changes_by_language(before, after)] == order
    assert changes_by_language(before, before) == []


def test_a_removed_edition_is_listed_too():
    before, after = wording(words(), words("ar", "سلام")), wording(words())
    (one,) = changes_by_language(before, after)
    assert (one.language, one.name, one.direction) == ("ar", "العربية", "rtl")
