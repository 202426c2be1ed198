"""Reasons are measured after cleaning, by forms and actions alike."""

from __future__ import annotations

import pytest
from django import forms

from config.text.reasons import LONGEST, ReasonField, ReasonTooLong, read_reason

LINES = "Why.\r\n" * 100  # 600 characters as a browser sends them, 499 as they are stored
PIECES = "e\u0301" * 500  # 1,000 characters in pieces, 500 letters


class ReasonForm(forms.Form):
    reason = ReasonField()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Why.\r\n\r\nBecause.\r ", "Why.\n\nBecause."),
        ("نمی\u200cدانم", "نمی\u200cدانم"),
        ("a\x00b\x1bc\ud800d", "abcd"),
        (LINES, "\n".join(["Why."] * 100)),
        (PIECES, "é" * 500),
        (" \r\n ", ""),
    ],
)
def test_a_reason_is_cleaned(typed, stored):
    assert read_reason(typed) == stored
    form = ReasonForm({"reason": typed})
    assert form.is_valid() == bool(stored)
    assert form.cleaned_data.get("reason", "") == stored


def test_one_that_is_too_long_is_refused_with_its_length():
    typed = "a" * (LONGEST + 1)
    message = "Use at most 500 characters. You have used 501."
    with pytest.raises(ReasonTooLong, match=message):
        read_reason(typed)
    assert ReasonForm({"reason": typed}).errors == {"reason": [message]}


def test_the_browser_stops_at_the_same_length():
    assert 'maxlength="500"' in str(ReasonForm()["reason"])
