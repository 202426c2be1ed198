"""Numbers that registers give to organisations: which registers there are, and their numbers' form.

Registers go by their codes in the list of org-id.guide, such as GB-CHC. Two of ours are not in it:
EU-TRANSPARENCY and FR-RNA. A code of that form that we do not know is taken as it is.
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
_BETWEEN = re.compile(r"[\s.,/\-\u2010-\u2015\u00a0]+")


@dataclass(frozen=True)
class Scheme:
    """A register whose numbers we know. The form is a regular expression of the whole number."""

    code: str
    name: str
    country: str = ""
    form: str = ""
    check: str = ""
    page: str = ""

    def has_form(self, number: str) -> bool:
        """Whether the number may be one of this register, by its form and check digits."""
        if self.form and not re.fullmatch(self.form, number):
            return False
        return not self.check or CHECKS[self.check](number)


@cache
def _read() -> tuple[dict[str, Scheme], dict[str, str]]:
    """The registers by their codes, and the codes by what else they are written as."""
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
    """The registers whose numbers we know, in the order of their codes."""
    return sorted(_read()[0].values(), key=lambda scheme: scheme.code)


def scheme_name(code: str) -> str:
    """What pages call a register: its name, or else its code."""
    known = _read()[0].get(code)
    return known.name if known else code


def number_page(code: str, number: str) -> str:
    """Where the register shows a number; empty if we know no such page."""
    known = _read()[0].get(code)
    if known is None or not known.page:
        return ""
    return known.page.replace("{}", quote(number, safe=""))


def clean_scheme(written: str) -> str:
    """The code of a register, as it is stored. Raises ValidationError."""
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
    """A number of this register, as it is stored. Raises ValidationError.

    Spaces and punctuation do not matter where the register's form has none, nor does an address
    of the register in front of it.
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
    """What a number may have been meant as, the likeliest first; none is empty."""
    last = number.rstrip("/").rpartition("/")[2] if "://" in number else number
    bare = _BETWEEN.sub("", last)
    found = [number, last, bare]
    found += [form for text in (last, bare) for form in (text.upper(), text.lower())]
    if scheme.country:  # such as BE 0403.170.701
        found.append(bare.upper().removeprefix(scheme.country))
    if scheme.check or scheme.code == "GB-COH":  # a spreadsheet has taken the first 0
        found += [f"0{form}" for form in found if form.isdigit()]
    if scheme.code == "FI-PRO":
        found.append(f"{bare[:-1]}-{bare[-1:]}")
    return [form for form in dict.fromkeys(found) if form]
