from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from signatories.names import LONGEST, clean_name, name_key, sort_key


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("  Forum \n for  Free Speech ", "Forum for Free Speech"),
        ("Fo\u200brum", "Forum"),
        ("Cafe\u0301", "Café"),
        ("Форум", "Форум"),
        ("AT&T Workers’ Union", "AT&T Workers’ Union"),
    ],
)
def test_names_are_shown_without_what_nobody_sees(written, shown):
    assert clean_name(written) == shown


@pytest.mark.parametrize(
    "written",
    [
        "<b>Forum</b>",
        "Forum <script>",
        "[Forum](https://forum.example)",
        "https://forum.example",
        "www.forum.example",
        "rosa@forum.example",
        "ﬃ" * 70,
        "…",
    ],
)
def test_what_is_no_name_is_refused(written):
    with pytest.raises(ValidationError):
        clean_name(written)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Forum", "FORUM"),
        ("Forum for Free Speech", "Forum, for Free-Speech!"),
        ("Straße", "STRASSE"),
        ("ﬁrst", "first"),
    ],
)
def test_spellings_of_one_name_share_a_key(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("Müller", "Muller"), ("Forum", "Форум")])
def test_accents_and_scripts_keep_names_apart(one, other):
    assert name_key(one) != name_key(other)


@given(st.text(max_size=300))
def test_keys_are_stable_and_fit_their_columns(text):
    assert name_key(name_key(text)) == name_key(text)
    assert len(name_key(text)) <= LONGEST
    assert len(sort_key(text)) <= LONGEST


def test_one_alphabet_orders_all_scripts():
    names = ["Żywiec", "Форум", "Ärzte", "Zebra", "Ecre"]
    assert sorted(names, key=sort_key) == ["Ärzte", "Ecre", "Форум", "Zebra", "Żywiec"]
