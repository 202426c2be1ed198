"""Numbers of organisations in official registers: the known registers, and how to check a number.

Registers are identified by their codes in the list of org-id.guide, such as GB-CHC. Two of ours are
not in it: EU-TRANSPARENCY and FR-RNA. Any other code of that form is accepted.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from config.text.cleaning import clean_line
from signatories.identifiers.check_digits import CHECKS

LONGEST_CODE = 20
LONGEST_NUMBER = 60
_CODE = re.compile(r"[A-Z]{2}(_[A-Z]{2})?(-[A-Z0-9_]{1,15}){1,2}")
_SEPARATORS = re.compile(r"[\s.,/\-\u2010-\u2015\u00a0]+")


@dataclass(frozen=True)
class Scheme:
    """A register whose numbers we can check. `form` is a regular expression for a whole number."""

    code: str
    name: str
    country: str = ""
    form: str = ""
    check: str = ""
    url: str = ""

    def has_form(self, number: str) -> bool:
        """Whether the number has this register's form and valid check digits."""
        if self.form and not re.fullmatch(self.form, number):
            return False
        return not self.check or CHECKS[self.check](number)


@cache
def _read() -> tuple[dict[str, Scheme], dict[str, str]]:
    """The registers by code, and the codes by their aliases."""
    schemes, aliases = {}, {}
    with (Path(__file__).parent / "schemes.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            code = row["code"]
            schemes[code] = Scheme(
                code, row["name"], row["country"], row["form"], row["check"], row["url"]
            )
            aliases.update(dict.fromkeys(row["aliases"].split(), code))
    return schemes, aliases


def known_schemes() -> list[Scheme]:
    """The registers whose numbers we can check, sorted by code."""
    return sorted(_read()[0].values(), key=lambda scheme: scheme.code)


def scheme_name(code: str) -> str:
    """The register's name for pages; its code if we do not know the register."""
    known = _read()[0].get(code)
    return known.name if known else code


def number_url(code: str, number: str) -> str:
    """The URL of a number at its register; "" if we know of no such page."""
    known = _read()[0].get(code)
    if known is None or not known.url:
        return ""
    return known.url.replace("{}", quote(number, safe=""))


def clean_scheme(written: str) -> str:
    """A register's code in stored form. Raises ValidationError."""
    schemes, aliases = _read()
    code = re.sub(r"\s+", "", clean_line(written)).upper()
    code = aliases.get(code, code)
    if code in schemes or (len(code) <= LONGEST_CODE and _CODE.fullmatch(code)):
        return code
    raise ValidationError(
        _("Choose a register, or enter its code from org-id.guide, such as GB-CHC."),
        code="unknown_register",
    )


def clean_number(code: str, written: str) -> str:
    """A number in stored form. Raises ValidationError.

    Spaces and punctuation are ignored where the register's form has none; so is a URL of the
    register before the number.
    """
    number = clean_line(written)
    scheme = _read()[0].get(code)
    if scheme is None:
        if 0 < len(number) <= LONGEST_NUMBER:
            return number
    else:
        for form in _spellings(scheme, number):
            if len(form) <= LONGEST_NUMBER and scheme.has_form(form):
                return form
    raise ValidationError(
        _("This is not a valid number in %(register)s. Check it for typing mistakes."),
        code="wrong_number",
        params={"register": scheme_name(code)},
    )


def _spellings(scheme: Scheme, number: str) -> list[str]:
    """What a typed number may mean, the most likely first; never ""."""
    last = number.rstrip("/").rpartition("/")[2] if "://" in number else number
    bare = _SEPARATORS.sub("", last)
    found = [number, last, bare]
    found += [form for text in (last, bare) for form in (text.upper(), text.lower())]
    if scheme.country:  # such as BE 0403.170.701
        found.append(bare.upper().removeprefix(scheme.country))
    if scheme.check or scheme.code == "GB-COH":  # a spreadsheet dropped the leading 0
        found += [f"0{form}" for form in found if form.isdigit()]
    if scheme.code == "FI-PRO":
        found.append(f"{bare[:-1]}-{bare[-1:]}")
    return [form for form in dict.fromkeys(found) if form]
