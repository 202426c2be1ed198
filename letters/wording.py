"""The wording of a letter: its canonical form and its digest.

It contains everything that readers see as the letter: for each published edition the addressees,
title, salutation, text, demands, call to sign, summary, note and translator; and the silence
policy. The canonical form is JSON as in RFC 8785 (sorted keys, no spaces, UTF-8), with Unicode in
NFC and LF line breaks, so that anybody can reproduce it; docs/verify.md shows how.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString

from config.text.cleaning import clean_lines
from config.text.markdown import render_markdown

FORMAT = "undersigned-wording-1"


def clean_text(text: str) -> str:
    """Text as in the canonical form: NFC, LF, without trailing spaces and invisible characters."""
    return clean_lines(text)


def paragraphs(text: str) -> list[str]:
    """The parts of a text that blank lines separate."""
    return [part.strip("\n") for part in clean_text(text).split("\n\n") if part.strip()]


@dataclass(frozen=True, kw_only=True)
class AddresseeWording:
    name: str
    office: str

    def __str__(self) -> str:
        return f"{self.name}, {self.office}" if self.office else self.name


@dataclass(frozen=True, kw_only=True)
class EditionWording:
    """The letter in one language, as it was frozen."""

    language: str
    is_original: bool
    addressees: tuple[AddresseeWording, ...]
    title: str
    salutation: str
    body: str
    demands: tuple[str, ...]
    call_to_sign: str
    summary: str
    translator: str
    note: str

    @property
    def signed_words(self) -> tuple[object, ...]:
        """The parts that an organisation signs."""
        return (self.addressees, self.title, self.salutation, self.body, self.demands)

    @property
    def body_html(self) -> SafeString:
        return render_markdown(self.body)

    @property
    def note_html(self) -> SafeString:
        return render_markdown(self.note)


@dataclass(frozen=True, kw_only=True)
class Wording:
    """All editions of a letter at one moment: the original first, then the others by language code.

    `silence` and `silence_days` are the letter's policy: see models.Letter.
    """

    editions: tuple[EditionWording, ...]
    silence: str
    silence_days: int | None

    @property
    def original(self) -> EditionWording:
        return self.editions[0]

    @cached_property
    def languages(self) -> list[str]:
        return [edition.language for edition in self.editions]

    def edition(self, language: str) -> EditionWording | None:
        """The edition in exactly this language."""
        return next((one for one in self.editions if one.language == language), None)

    def best_for(self, language: str) -> EditionWording:
        """The edition for a reader of `language`: exact, of another region, or the original."""
        primary = language.partition("-")[0]
        regional = (one for one in self.editions if one.language.partition("-")[0] == primary)
        return self.edition(language) or next(regional, self.original)

    def same_to_sign(self, other: Wording, language: str) -> bool:
        """Whether the text to sign in `language` is the same in both wordings."""
        read, present = self.edition(language), other.edition(language)
        return bool(read and present and read.signed_words == present.signed_words)

    def only_adds_to(self, other: Wording) -> bool:
        """Whether this is `other` with editions added and nothing else changed."""
        kept = tuple(one for one in self.editions if one.language in other.languages)
        return len(kept) < len(self.editions) and replace(self, editions=kept) == other

    def canonical(self) -> str:
        """The canonical form, as text."""
        silence: dict[str, object] = {"means": self.silence}
        if self.silence_days is not None:
            silence["days"] = self.silence_days
        content = {
            "format": FORMAT,
            "editions": [asdict(edition) for edition in self.editions],
            "silence": silence,
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def read_wording(canonical: str) -> Wording:
    """The wording of a canonical form. Raises ValueError for another format."""
    content = json.loads(canonical)
    if content["format"] != FORMAT:
        raise ValueError(f"This is {content['format']}, not {FORMAT}.")
    return Wording(
        editions=tuple(_read_edition(**edition) for edition in content["editions"]),
        silence=content["silence"]["means"],
        silence_days=content["silence"].get("days"),
    )


def _read_edition(
    addressees: list[dict[str, str]], demands: list[str], **words: Any
) -> EditionWording:
    return EditionWording(
        addressees=tuple(AddresseeWording(**one) for one in addressees),
        demands=tuple(demands),
        **words,
    )


def digest_of(canonical: str) -> str:
    """SHA-256 of the canonical form in UTF-8, in hexadecimal."""
    return hashlib.sha256(canonical.encode()).hexdigest()
