"""Names that imitate others: cleaned if harmless, refused if not, and shown to staff first if a
real organisation may be called so.

The rules follow Unicode Technical Standard 39 (mixed scripts, confusable letters), reduced to the
scripts used in organisations' names. A letter's script is taken from its Unicode name.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from config.text.cleaning import clean_line

from .folding import fold

_ = str  # marks a message; the caller translates it

LONGEST_NAME = 200  # characters, once it is clean


class NameProblem(StrEnum):
    """Why a name was refused. `text` is a message for the person who typed it."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    MIXED_SCRIPTS = "mixed_scripts"
    URL = "url"
    EMAIL = "email"
    MARKUP = "markup"
    NO_LETTERS = "no_letters"
    STACKED_MARKS = "stacked_marks"

    @property
    def text(self) -> str:
        return NAME_PROBLEM_TEXTS[self]


NAME_PROBLEM_TEXTS: dict[NameProblem, str] = {
    NameProblem.EMPTY: _("Enter the organisation’s name."),
    NameProblem.TOO_LONG: _("The name is too long. Use at most 200 characters."),
    NameProblem.MIXED_SCRIPTS: _(
        "A word of the name mixes letters of different alphabets that look "
        "alike. Type it again with one keyboard layout."
    ),
    NameProblem.URL: _("The name contains a web address. Put the address in the website field."),
    NameProblem.EMAIL: _("The name contains an email address. Put the address in the email field."),
    NameProblem.MARKUP: _("The name contains markup such as <b> or [link](…). Use plain text."),
    NameProblem.NO_LETTERS: _("The name contains no letters and no digits."),
    NameProblem.STACKED_MARKS: _("The name contains letters with too many marks on them."),
}


@dataclass(frozen=True, slots=True)
class CheckedName:
    """The result for one name: `name` is clean and safe to store unless `refused` is set."""

    name: str
    refused: NameProblem | None = None

    @property
    def accepted(self) -> bool:
        return self.refused is None


_MARKUP = re.compile(
    r"<[^>]*>|</?[a-z!]|&(?:#\d+|#x[0-9a-f]+|[a-z]{2,8});|\[[^\]]*\]\([^)]*\)"
    r"|\[/?(?:b|i|u|url|img|color|size|quote)[=\]]|\{\{|\}\}|\{%|\*\*|__\w|<script|javascript:",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(
    r"\b[a-z][a-z0-9+.-]*://|\bwww\d?\.[\w-]|\bhxxps?:|\b(?:[\w-]+\.)+(?-i:[a-zа-я]{2,})/\S", re.I
)


@lru_cache(maxsize=4096)
def script_of(letter: str) -> str:
    """The script of one letter, such as "LATIN"; "" if all scripts share it."""
    if not letter.isalpha():
        return ""
    name = unicodedata.name(letter, "")
    if name.startswith(("MODIFIER LETTER", "FEMININE", "MASCULINE", "MICRO", "SCRIPT SMALL")):
        return ""
    first = name.split(" ", 1)[0].split("-")[0]
    return {"KATAKANA": "JAPANESE", "HIRAGANA": "JAPANESE", "CJK": "JAPANESE"}.get(first, first)


_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "LISU", "COPTIC"})
"""Scripts with look-alike letters: a word may take its letters from only one of them."""


def mixes_scripts(name: str) -> bool:
    """Whether a word of `name` mixes look-alike alphabets, as in "Аmnesty" with a Cyrillic А.

    Different words may be in different scripts: "Фонд Amnesty" is fine.
    """
    for word in re.split(r"[\s\-–—/.,()«»\"'’&+]+", unicodedata.normalize("NFKC", name)):
        if len({script_of(c) for c in word} & _ALIKE) > 1:
            return True
    return False


def check_name(name: str) -> CheckedName:
    """Clean `name` for storing, or refuse it with one reason.

    Cleaned: styled letters (𝐀, Ⓐ, Ａ), and what `clean_line` corrects. Refused: all other
    `NameProblem`s. Cleaning is idempotent.
    """
    text = clean_line("".join(_plain_letter(c) for c in name))
    return CheckedName(text, _problem(text))


def _plain_letter(character: str) -> str:
    """The plain letter of a styled, encircled, full-width or half-width one.

    Other compatibility forms stay: Thai sara am, for one, would come apart.
    """
    form = unicodedata.decomposition(character).partition(" ")[0]
    styled = form in {"<font>", "<circle>", "<wide>", "<narrow>", "<square>", "<noBreak>"}
    styled = styled or "\ufb00" <= character <= "\ufb06"  # ligatures such as ﬁ
    return unicodedata.normalize("NFKC", character) if styled else character


def _problem(text: str) -> NameProblem | None:
    if not text:
        return NameProblem.EMPTY
    if len(text) > LONGEST_NAME:
        return NameProblem.TOO_LONG
    if _MARKUP.search(text):
        return NameProblem.MARKUP
    if _EMAIL.search(text):
        return NameProblem.EMAIL
    if _URL.search(text):
        return NameProblem.URL
    if not any(c.isalnum() for c in text):
        return NameProblem.NO_LETTERS
    if _stacked(text):
        return NameProblem.STACKED_MARKS
    if mixes_scripts(text):
        return NameProblem.MIXED_SCRIPTS
    return None


def _stacked(text: str) -> bool:
    """Whether a Latin, Greek or Cyrillic letter has three or more marks ("Zalgo")."""
    marks = 0
    for c in unicodedata.normalize("NFD", text):
        marks = marks + 1 if unicodedata.category(c) == "Mn" and unicodedata.combining(c) else 0
        if marks > 3:
            return True
    return False


_CONFUSABLE = str.maketrans(
    {
        **dict(zip("аеорсухіјѕһԁԛԝкмтвнгпԍӏ", "aeopcyxijshdqwkmtbhrnql", strict=False)),
        **dict(zip("αβεικνορτυχωγηζμπσκ", "abeikvoptuxwynzunok", strict=False)),
        **dict(zip("օսոհցզք", "ouuhgqp", strict=False)),
        "i": "l",
        "1": "l",
        "|": "l",
        "!": "l",
        "ı": "l",
        "ł": "l",
        "0": "o",
        "5": "s",
        "$": "s",
        "ƽ": "s",
        "3": "e",
        "8": "b",
        "@": "a",
        "ɑ": "a",
        "ɡ": "g",
        "ʟ": "l",
        "ɪ": "l",
        "ո": "n",
    }
)


@lru_cache(maxsize=100_000)
def skeleton(name: str) -> str:
    """What a name looks like at a glance: names with equal skeletons can be mistaken for each
    other.

    Look-alike letters become one (l I 1 i |, 0 O, rn m, vv w, Cyrillic and Greek twins of Latin
    letters); case, marks and punctuation are dropped. Not for display.
    """
    text = unicodedata.normalize("NFKD", name).casefold()
    text = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf", "Cc"))
    text = text.translate(_CONFUSABLE).translate(_CONFUSABLE)
    text = text.replace("rn", "m").replace("vv", "w").replace("cl", "d")
    return "".join(c for c in text if c.isalnum())[:100]


def _in_capitals(name: str) -> bool:
    return name.isascii() and name.isalpha() and name.isupper()


def is_lookalike(name: str, known: str) -> bool:
    """Whether `name` looks like the registered name `known` but is written with other letters.

    "paypaI" looks like "PayPal"; "PAYPAL" and "Paypál" are the same name, and "Пейпал" is another
    spelling of it: none of these is a look-alike. Symmetric.
    """
    if name == known or skeleton(name) != skeleton(known):
        return False
    if _in_capitals(name) and _in_capitals(known):
        return False  # a capital L is no capital I: LTER and ITER are two acronyms
    if mixes_scripts(name) != mixes_scripts(known):
        return True
    if fold(name).replace(" ", "") != fold(known).replace(" ", ""):
        return True
    return {script_of(c) for c in name} & _ALIKE != {script_of(c) for c in known} & _ALIKE
