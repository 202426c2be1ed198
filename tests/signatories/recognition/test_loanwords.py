"""Japanese and Korean loan words are matched with English words by their consonants."""

from __future__ import annotations

import pytest

from signatories.recognition import Entry, EntryName, InMemorySource, normal_form, recognise
from signatories.recognition.loanwords import loan_similarity, loan_token


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("インプラント", "implant"),
        ("インプラント", "implantology"),
        ("ジャーナリスト", "journalists"),
        ("ヘリコプター", "helicopter"),
        ("フランダース", "flanders"),
        ("ファッション", "fashion"),
        ("ソフトウェア", "software"),
    ],
)
def test_a_loan_word_matches_its_english_word(written: str, word: str) -> None:
    assert loan_similarity(loan_token(written), word) >= 0.6


@pytest.mark.parametrize(
    ("written", "word"), [("インプラント", "institute"), ("ヘリコプター", "hospital")]
)
def test_a_loan_word_does_not_match_another_word(written: str, word: str) -> None:
    assert loan_similarity(loan_token(written), word) == 0.0


def test_too_short_a_word_has_no_token() -> None:
    assert loan_token("チーム") == ""


@pytest.mark.parametrize(
    ("registered", "query", "country"),
    [
        ("Japan Gastronomy Implantology Circle", "日本インプラント同好の会", "JP"),
        ("日本ブロックチェーン協会", "Japan Blockchain Association", "JP"),
        ("岐阜県水産研究所", "Gifu Prefectural Fisheries Research Institute", "JP"),
        ("Japan Cycling Association", "日本サイクリング協会", "JP"),
        ("Itami Medical Association", "伊丹市医師会", "JP"),
        ("Korea Robot Foundation", "한국로봇재단", "KR"),
    ],
)
def test_names_match_across_scripts(registered: str, query: str, country: str) -> None:
    entries = [
        Entry(str(number), (EntryName(name, normal_form(name)),), country)
        for number, name in enumerate(
            [registered, "Japan Dental Association", "Gifu Prefecture", "Korea Cancer Foundation"]
        )
    ]
    found = recognise(name=query, country=country, source=InMemorySource(entries))
    assert found.candidates[0].entry.organisation == "0"
