"""Names, scripts and sort orders of languages, by ICU."""

from __future__ import annotations

from functools import lru_cache

import icu
from django.conf import settings
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

language_validator = RegexValidator(
    r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$", _("Enter a language code, such as en or pt-br.")
)

LONGEST_LANGUAGE = 12  # characters, such as zh-hant-hk

# Languages for further alphabets in which names may be written, besides the site's own.
OTHER_ALPHABETS = ("el", "he", "hy", "ka", "hi", "th", "ko", "ja")

# Scripts by their ISO 15924 codes.
FONTS = {
    "Cyrl": "fonts/letter-serif-cyrillic-400.woff2",
    "Arab": "fonts/noto-naskh-arabic-400.woff2",
}
RIGHT_TO_LEFT = {"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"}


@lru_cache
def own_name(code: str) -> str:
    """A language's name in itself, capitalised as for a heading or link: Français."""
    name = icu.Locale(code).getDisplayName(icu.Locale(code))
    return str(name[:1].upper() + name[1:])


def language_here() -> str:
    """The language of the present page; the site's default if none is active."""
    return get_language() or settings.LANGUAGE_CODE


def name_here(code: str) -> str:
    """This language's name in the page's language, as within a sentence: French."""
    return str(icu.Locale(code).getDisplayName(icu.Locale(language_here())))


@lru_cache
def direction(code: str) -> str:
    """rtl or ltr, for the attribute dir, by the language's script."""
    return "rtl" if script(code) in RIGHT_TO_LEFT else "ltr"


@lru_cache
def script(code: str) -> str:
    """The ISO 15924 code of the script in which a language is mostly written: Cyrl for ru."""
    locale = icu.Locale(code)
    locale.addLikelySubtags()
    return str(locale.getScript())


def font(code: str) -> str:
    """The static font file that a page in this language needs besides the Latin one, or ""."""
    return FONTS.get(script(code), "")


@lru_cache
def with_territory(code: str) -> str:
    """A language with its most likely territory, as Open Graph requires: de_DE for de."""
    locale = icu.Locale(code)
    locale.addLikelySubtags()
    parts = (locale.getLanguage(), locale.getCountry())
    return "_".join(part for part in parts if part)


def order_key(text: str) -> bytes:
    """A key that sorts text by the rules of the page's language: Ł after L in Polish."""
    return bytes(collator_here().getSortKey(text))


def collator_here() -> icu.Collator:
    """The collator of the page's language."""
    return _collator(language_here())


def initial_of(text: str) -> int:
    """The number of a text's bucket in the alphabetic index of the page's language."""
    return int(_index(language_here()).getBucketIndex(text))


def initial_label(place: int) -> str:
    """The letter of a bucket. Digits and signs are under #, other scripts under …."""
    label, kind = _index(language_here())[place]
    return "#" if kind == icu.UAlphabeticIndexLabelType.UNDERFLOW else str(label)


@lru_cache
def _index(code: str) -> icu.ImmutableIndex:
    """The alphabetic index: the letters of the language in order, then those of other scripts."""
    index = icu.AlphabeticIndex(icu.Locale(code))
    index.maxLabelCount = 1000  # with more, ICU would leave letters out
    for other in (*dict(settings.LANGUAGES), *OTHER_ALPHABETS):
        index.addLabels(icu.Locale(other))
    return index.buildImmutableIndex()


@lru_cache
def _collator(code: str) -> icu.Collator:
    return icu.Collator.createInstance(icu.Locale(code))


def listed(texts: list[str]) -> str:
    """Texts as a list in the page's language: France, Germany, and Spain."""
    formatter = icu.ListFormatter.createInstance(icu.Locale(get_language() or "en"))
    return str(formatter.format(texts))


def url_in(request: HttpRequest, code: str) -> str:
    """The URL path of the present page in another language, without the query string."""
    first, _slash, rest = request.path.lstrip("/").partition("/")
    if first not in dict(settings.LANGUAGES):
        rest = ""
    return f"/{code}/{rest}"
