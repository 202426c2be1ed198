import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatories.recognition.spoofing import (
    CheckedName,
    NameProblem,
    check_name,
    is_lookalike,
    mixes_scripts,
    skeleton,
)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", NameProblem.EMPTY),
        (" \u200b ", NameProblem.EMPTY),
        ("x" * 201, NameProblem.TOO_LONG),
        ("ﬃ" * 70, NameProblem.TOO_LONG),
        ("Аmnesty International", NameProblem.MIXED_SCRIPTS),
        ("Greenpeαce", NameProblem.MIXED_SCRIPTS),
        ("Мemorial", NameProblem.MIXED_SCRIPTS),
        ("Visit https://spam.example", NameProblem.URL),
        ("www.spam.example", NameProblem.URL),
        ("Spam spam.example/win", NameProblem.URL),
        ("Write to me@spam.example", NameProblem.EMAIL),
        ("<b>Amnesty</b>", NameProblem.MARKUP),
        ("<script>alert(1)</script>", NameProblem.MARKUP),
        ("Amnesty &lt;b&gt;", NameProblem.MARKUP),
        ("[Amnesty](evil)", NameProblem.MARKUP),
        ("**Amnesty**", NameProblem.MARKUP),
        ("{{ 7*7 }}", NameProblem.MARKUP),
        ("…!", NameProblem.NO_LETTERS),
        ("A\u0301\u0302\u0303\u0304\u0305mnesty", NameProblem.STACKED_MARKS),
    ],
)
def test_deceptive_name_is_refused(name: str, problem: NameProblem) -> None:
    checked = check_name(name)
    assert checked.refused is problem
    assert checked.refused.text


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Amnesty\u200b International", "Amnesty International"),
        ("Am\u00adnesty", "Amnesty"),
        ("\u200eAmnesty", "Amnesty"),
        ("\u2067Amnesty\u2069 \u202egro.live", "Amnesty gro.live"),
        ("Amnesty\nInternational", "Amnesty International"),
        ("Amnesty\x00", "Amnesty"),
        ("  Amnesty   International ", "Amnesty International"),
        ("Ａｍｎｅｓｔｙ", "Amnesty"),
        ("ﬁdh", "fidh"),
    ],
)
def test_harmless_oddities_are_cleaned(name: str, clean: str) -> None:
    assert check_name(name) == CheckedName(clean)


ODD = [
    "1000.org",
    "Campact.de",
    "Правозащита.рф",
    "+1 Group",
    "@rise",
    "=Equal",
    "−1",
    "555",
    "FRENTE SINDICAL INDEPENDIENTE",
    "HELSINKI COMMITTEE FOR HUMAN RIGHTS",
    "МЕМОРИАЛЬНОЕ ОБЩЕСТВО",
]


@pytest.mark.parametrize("name", ODD)
def test_odd_names_of_real_organisations_pass_unchanged(name: str) -> None:
    assert check_name(name) == CheckedName(name)


@pytest.mark.parametrize(
    "name",
    [
        "ECRE",
        "UNHCR",
        "FIDH – International Federation for Human Rights",
        "Memorial Мемориал",
        "Комитет «Гражданское содействие»",
        "L'Auravetl'an",
        "C.A.T.",
        "AI & HRW",
        "(RE)Connect",
        "18 MRG",
        "Việt Tân",
        "日本ペンクラブ",
        "انجمن قلم ایران",
        "می‌خواهم",
        "Αλληλεγγύη",
        "Article 19",
        "Ärzte ohne Grenzen e.V.",
        "Women@Work",
        "no-nukes.now group",
        "CODEPINK",
        "FRENTE SINDICAL",
        "Ko`olau",
        "St.Pauli/Altona",
        "1% for the Planet",
        "ශ්\u200dරී ලංකා",
    ],
)
def test_honest_name_passes_unchanged(name: str) -> None:
    assert check_name(name) == CheckedName(name)


@given(st.text(max_size=60))
def test_checking_a_clean_name_changes_nothing(text: str) -> None:
    checked = check_name(text)
    if checked.accepted:
        assert check_name(checked.name) == checked


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("paypaI", "PayPal"),
        ("paypa1", "PayPal"),
        ("0xfam", "Oxfam"),
        ("Arnnesty International", "Amnesty International"),
        ("Аmnesty International", "Amnesty International"),
        ("Greenреace", "Greenpeace"),
        ("ОХFАМ", "OXFAM"),
        ("СВСЕ", "CBCE"),
    ],
)
def test_imitation_looks_like_the_registered_name(name: str, known: str) -> None:
    assert skeleton(name) == skeleton(known)
    assert is_lookalike(name, known)
    assert is_lookalike(known, name)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Amnesty", "Amnesty"),
        ("AMNESTY", "amnesty"),
        ("Médecins", "Medecins"),
        ("Мемориал", "Memorial"),
        ("Oxfam", "Oxford"),
    ],
)
def test_another_spelling_of_a_name_is_not_an_imitation(name: str, known: str) -> None:
    assert not is_lookalike(name, known)


def test_whole_words_may_be_in_different_scripts() -> None:
    assert not mixes_scripts("Фонд Amnesty")
    assert mixes_scripts("Фонд Аmnesty")
