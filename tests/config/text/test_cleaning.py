"""All text that people type goes through one cleaner."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.text.cleaning import clean_line, clean_lines


@pytest.mark.parametrize(
    "text",
    [
        "نمی\u200cدانم",
        "می\u200cخواهم",
        "ه\u200d",  # the abbreviation of a Hijri year
        "ශ්\u200dරී ලංකා",
        "র\u200d্যাব",
        "ന്\u200d",  # a chillu
        "ক্\u200cষ",
        "👩\u200d🚒",
        "👩🏽\u200d🚒 👨\u200d👩\u200d👧",
        "🏳\ufe0f\u200d🌈 ❤\ufe0f",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "1\ufe0f\u20e3",
        "葛\U000e0100城",
        "ᠮᠣᠩ\u180bᠭᠣᠯ",
        "جمعية C++\u200f، القاهرة",
        "\u200fCODE جمعية",
        "سنة \u0601٢٠١٤",  # a sign that is seen although it is a format character
        "Ko\u02bbolau",
    ],
)
def test_characters_needed_by_scripts_and_emoji_stay(text: str) -> None:
    assert clean_line(text) == text
    assert clean_lines(text) == text


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("Fo\u200crum, Fo\u200drum", "Forum, Forum"),
        ("\u200cنمی\u200c دانم", "نمی دانم"),
        ("نمی\u200c\u200cدانم", "نمی\u200cدانم"),
        ("بازار\u200cها", "بازارها"),  # these letters do not join anyway
        ("ب\u200dب", "بب"),  # these do anyway
        ("👩\u200d", "👩"),
        ("👩\u200dx\u200d🚒", "👩x🚒"),
        ("a\ufe0f 1\ufe0f a\U000e0100", "a 1 a"),
        ("x\U000e0067\U000e007f 🏴\U000e0067", "x 🏴"),
        ("\u202egro.evil\u202c \u2067Forum\u2069", "gro.evil Forum"),
        ("\u200eForum\u200f (Bonn)\u200e", "Forum (Bonn)"),
        ("\u200fجمعية\u200fأصوات CODE", "جمعيةأصوات CODE"),
        ("Fo\u200brum\ufeff\u00ad\u2060 \u3164\u2800", "Forum"),
        ("Fo\ue000rum\ufffe\ud800\x00\x1b", "Forum"),
        ("e\u200b\u0301", "é"),
        ("  a \u00a0\t b  ", "a b"),
    ],
)
def test_invisible_characters_are_removed(written: str, clean: str) -> None:
    assert clean_line(written) == clean


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\u2028", "\x85"])
def test_line_breaks_become_lf(ending: str) -> None:
    assert clean_line(f"one{ending}two") == "one two"
    assert clean_lines(f" one {ending}{ending}two{ending}") == "one\n\ntwo"


SPECIAL = (
    "\u200c\u200d\u200e\u200f\u202e\ufe0f\U000e0067\U000e007f🏴👩🚒1\u20e3بیر्कnaé\u0301\r\n .\t"
)


@given(st.text(max_size=40) | st.text(SPECIAL, max_size=14))
@example("a\u05d0\u200f")  # a mark at the end of what runs both ways
def test_cleaning_again_changes_nothing(text: str) -> None:
    line, lines = clean_line(text), clean_lines(text)
    assert (clean_line(line), clean_lines(lines)) == (line, lines)
    assert unicodedata.is_normalized("NFC", lines)


def test_a_long_letter_is_cleaned_at_once() -> None:
    text = "نمی\u200cدانم و 👩\u200d🚒. " * 20_000  # a letter of 340,000 characters on one line
    assert clean_line(text) == text.strip()
