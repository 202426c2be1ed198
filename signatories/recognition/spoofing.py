"""Names that try to look like what they are not: cleaned where harmless, refused where not.

Rules follow Unicode Technical Standard 39 (mixed scripts, confusable letters), written down here
for the scripts that organisations' names use. Script is told from a letter's Unicode name.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from .folding import fold

_ = str  # marks a message for translation, which is up to whoever shows it

LONGEST_ACRONYM = 8
"""Letters: capitals up to this length are an acronym, more are shouting."""


class Problem(StrEnum):
    """Why a name was refused, or what was cleaned. `text` is for the person who typed it:
    a message to translate."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    BIDI_CONTROL = "bidi_control"
    INVISIBLE = "invisible"
    CONTROL = "control"
    MIXED_SCRIPTS = "mixed_scripts"
    CAPITALS = "capitals"
    URL = "url"
    EMAIL = "email"
    MARKUP = "markup"
    FORMULA = "formula"
    NO_LETTERS = "no_letters"
    STACKED_MARKS = "stacked_marks"

    @property
    def text(self) -> str:
        return PROBLEM_TEXTS[self]


PROBLEM_TEXTS: dict[Problem, str] = {
    Problem.EMPTY: _("Enter the name of the organisation."),
    Problem.TOO_LONG: _("The name is too long. Use at most 300 characters."),
    Problem.BIDI_CONTROL: _(
        "The name contains hidden characters that turn the direction of text. "
        "Type it again instead of pasting it."
    ),
    Problem.INVISIBLE: _("Invisible characters were removed from the name."),
    Problem.CONTROL: _("Line breaks and control characters were removed from the name."),
    Problem.MIXED_SCRIPTS: _(
        "A word of the name mixes letters of different alphabets that look "
        "alike. Type it again with one keyboard layout."
    ),
    Problem.CAPITALS: _(
        "The name is written in capitals only. Write it as it should be printed; "
        "an acronym may stay in capitals."
    ),
    Problem.URL: _("The name contains a web address. Put the address in the website field."),
    Problem.EMAIL: _("The name contains an e-mail address. Put the address in the e-mail field."),
    Problem.MARKUP: _("The name contains markup such as <b> or [link](…). Use plain text."),
    Problem.FORMULA: _(
        "The name starts with =, +, - or @, which spreadsheets read as a formula. "
        "Start with a letter or a digit."
    ),
    Problem.NO_LETTERS: _("The name contains no letters."),
    Problem.STACKED_MARKS: _("The name contains letters with too many marks on them."),
}


@dataclass(frozen=True, slots=True)
class CheckedName:
    """The result for one name: `name` is clean and safe to store unless `refused` is set.

    `cleaned` lists what was quietly put right.
    """

    name: str
    refused: Problem | None = None
    cleaned: tuple[Problem, ...] = ()

    @property
    def accepted(self) -> bool:
        return self.refused is None


_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_OVERRIDES = frozenset("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u00ad\u034f\u180e\u17b4\u17b5")
"""Characters that print nothing although they are no format characters."""
_JOINERS = frozenset("\u200c\u200d")
_JOINING = re.compile("[\u0600-\u06ff\u0750-\u077f\u0900-\u0dff\u1000-\u109f\u1780-\u17ff]")
"""Arabic, Indic, Burmese and Khmer letters, between which joiners change what is read."""

_MARKUP = re.compile(
    r"<[^>]*>|</?[a-z!]|&(?:#\d+|#x[0-9a-f]+|[a-z]{2,8});|\[[^\]]*\]\([^)]*\)"
    r"|\[/?(?:b|i|u|url|img|color|size|quote)[=\]]|\{\{|\}\}|\{%|`{1,3}|\*\*|__\w|<script|javascript:",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\d?\.[\w-]|\bhxxps?:|\b[\w-]+(?:\.[\w-]+)+/\S)", re.I
)
_BARE_DOMAIN = re.compile(
    r"^(?:[\w-]+\.)+(?:com|org|net|info|biz|ru|ua|cn|xyz|top|site|online|shop|club|link|click)$",
    re.I,
)
_FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20\u2212"
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=4096)
def script_of(letter: str) -> str:
    """The script of one letter, "LATIN" or "CYRILLIC" and so on; "" for what all scripts share."""
    if not letter.isalpha():
        return ""
    name = unicodedata.name(letter, "")
    if name.startswith(("MODIFIER LETTER", "FEMININE", "MASCULINE", "MICRO", "SCRIPT SMALL")):
        return ""
    first = name.split(" ", 1)[0].split("-")[0]
    return {"KATAKANA": "JAPANESE", "HIRAGANA": "JAPANESE", "CJK": "JAPANESE"}.get(first, first)


_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "LISU", "COPTIC"})
"""Scripts with letters that look the same: a word takes its letters from one of them."""


def mixes_scripts(name: str) -> bool:
    """Whether one word of `name` mixes alphabets that look alike, as in "Аmnesty" with Cyrillic А.

    Different words may be in different scripts: "Фонд Amnesty" is fine.
    """
    for word in re.split(r"[\s\-–—/.,()«»\"'’&+]+", unicodedata.normalize("NFKC", name)):
        if len({script_of(c) for c in word} & _ALIKE) > 1:
            return True
    return False


def check_name(name: str) -> CheckedName:
    """Clean `name` for storing, or refuse it with one reason.

    Cleaned: letters in fancy dress (𝐀, Ⓐ, Ａ), invisible and control characters, spaces. Refused:
    all other `Problem`s. A joiner between letters that need it (Persian, Hindi) stays. Checking a
    cleaned name changes nothing more.
    """
    cleaned: list[Problem] = []
    if any(c in _OVERRIDES for c in name):
        return CheckedName(name, Problem.BIDI_CONTROL)
    text = "".join(
        " " if c in "\t\n\r\x0b\x0c\x85\u2028\u2029" else c for c in name if c not in _BIDI
    )
    if any(c in _BIDI for c in name):
        cleaned.append(Problem.INVISIBLE)
    if any(unicodedata.category(c) == "Cc" for c in name):
        cleaned.append(Problem.CONTROL)
    text = "".join(_plain_letter(c) for c in text if not _is_control(c))
    text = unicodedata.normalize("NFC", text)
    kept = _visible(text)
    if kept != text:
        cleaned.append(Problem.INVISIBLE)
    text = _SPACES.sub(" ", kept).strip()
    problem = _problem(text)
    return CheckedName(text, problem, () if problem else tuple(dict.fromkeys(cleaned)))


def _plain_letter(character: str) -> str:
    """The letter behind a styled, encircled, full or half width one.

    Other compatibility forms stay: Thai sara am, for one, would come apart.
    """
    form = unicodedata.decomposition(character).partition(" ")[0]
    styled = form in {"<font>", "<circle>", "<wide>", "<narrow>", "<square>", "<noBreak>"}
    styled = styled or "\ufb00" <= character <= "\ufb06"  # ligatures such as ﬁ
    return unicodedata.normalize("NFKC", character) if styled else character


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn")


def _visible(text: str) -> str:
    kept: list[str] = []
    for place, c in enumerate(text):
        if c in _JOINERS:
            before = text[place - 1] if place else ""
            after = text[place + 1] if place + 1 < len(text) else ""
            if _JOINING.match(before) and _JOINING.match(after):
                kept.append(c)
        elif c not in _BLANK and unicodedata.category(c) != "Cf":
            kept.append(c)
    return "".join(kept)


def _problem(text: str) -> Problem | None:
    if not text:
        return Problem.EMPTY
    if len(text) > 300:
        return Problem.TOO_LONG
    if text[0] in _FORMULA:
        return Problem.FORMULA
    if _MARKUP.search(text):
        return Problem.MARKUP
    if _EMAIL.search(text):
        return Problem.EMAIL
    if _URL.search(text) or _BARE_DOMAIN.match(text):
        return Problem.URL
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return Problem.NO_LETTERS
    if _stacked(text):
        return Problem.STACKED_MARKS
    if mixes_scripts(text):
        return Problem.MIXED_SCRIPTS
    if _shouts(text):
        return Problem.CAPITALS
    return None


def _stacked(text: str) -> bool:
    """Whether a Latin, Greek or Cyrillic letter carries three marks or more ("Zalgo")."""
    marks = 0
    for c in unicodedata.normalize("NFD", text):
        marks = marks + 1 if unicodedata.category(c) == "Mn" and unicodedata.combining(c) else 0
        if marks > 3:
            return True
    return False


def _shouts(text: str) -> bool:
    """Whether a name is in capitals only and longer than an acronym, or than a few acronyms."""
    letters = [c for c in text if c.isupper() or c.islower()]
    if not letters or any(c.islower() for c in letters):
        return False
    longest = max(sum(c.isupper() for c in word) for word in text.split())
    return longest > LONGEST_ACRONYM or (len(letters) > LONGEST_ACRONYM and len(text.split()) > 2)


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
    """What a name looks like at a glance: names with equal skeletons can be taken for each other.

    Letters that look alike become one (l I 1 i |, 0 O, rn m, vv w, Cyrillic and Greek twins of
    Latin letters); case, marks and punctuation go. Not for display.
    """
    text = unicodedata.normalize("NFKD", name).casefold()
    text = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf", "Cc"))
    text = text.translate(_CONFUSABLE).translate(_CONFUSABLE)
    text = text.replace("rn", "m").replace("vv", "w").replace("cl", "d")
    return "".join(c for c in text if c.isalnum())[:100]


def is_lookalike(name: str, known: str) -> bool:
    """Whether `name` looks like the registered name `known` but is written with other letters.

    "paypaI" looks like "PayPal"; "PAYPAL" and "Paypál" are the same name, and "Пейпал" is another
    spelling of it: these are not look-alikes. Symmetric.
    """
    if name == known or skeleton(name) != skeleton(known):
        return False
    if mixes_scripts(name) != mixes_scripts(known):
        return True
    if fold(name).replace(" ", "") != fold(known).replace(" ", ""):
        return True
    return {script_of(c) for c in name} & _ALIKE != {script_of(c) for c in known} & _ALIKE
