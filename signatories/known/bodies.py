"""One body from a register's file, cleaned like all other text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django_countries import countries

from config.text.cleaning import clean_line
from config.text.hosts import web_address
from signatories.identifiers import clean_number, clean_scheme
from signatories.names.cleaning import clean_name, name_key, sort_key
from signatories.recognition import Entry, EntryName, Scope, normal_form
from signatories.recognition.domains import known_host

MOST_NAMES = 40  # per body, its label first
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}")


class NameKind(StrEnum):
    LABEL = "label"
    ALIAS = "alias"
    ACRONYM = "acronym"


class BadRecord(Exception):
    """A record without usable data; the text says why, in plain English."""


@dataclass(frozen=True)
class Body:
    """A register's data on one body. The first name is its main name."""

    scheme: str
    value: str
    names: tuple[tuple[str, str, str], ...]
    """Each with its kind and the code of its language, which may be empty."""
    country: str = ""
    website: str = ""
    domains: tuple[str, ...] = ()
    numbers: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = field(default=(), compare=False)
    """What was left out of the record, and why."""

    @property
    def name(self) -> str:
        return self.names[0][0]

    def said(self) -> dict[str, Any]:
        """All data, in the JSON form in which it is stored."""
        return {
            "names": [list(one) for one in self.names],
            "country": self.country,
            "website": self.website,
            "domains": list(self.domains),
            "numbers": [list(one) for one in self.numbers],
        }


def body_of(scheme: str, value: str, said: dict[str, Any]) -> Body:
    """The body with this `said`, its stored data."""
    return Body(
        scheme=scheme,
        value=value,
        names=tuple((name, kind, language) for name, kind, language in said["names"]),
        country=said["country"],
        website=said["website"],
        domains=tuple(said["domains"]),
        numbers=tuple((code, number) for code, number in said["numbers"]),
    )


def known_entry(number: str, body: Body) -> Entry:
    """A body as recognition sees it."""
    return Entry(
        organisation=number,
        names=tuple(
            EntryName(name, normal_form(name))
            for name in dict.fromkeys(name for name, _kind, _language in body.names)
        ),
        country=body.country,
        scope=Scope.NATIONAL,
        domains=body.domains,
    )


def clean_body(
    *,
    scheme: str,
    value: str,
    names: Iterable[tuple[str, str, str]],
    country: str = "",
    website: str = "",
    domains: Iterable[str] = (),
    numbers: Iterable[tuple[str, str]] = (),
) -> Body:
    """A body from a file's raw data. Raises BadRecord without a number or any usable name.

    Unusable parts are left out, with a remark.
    """
    remarks: list[str] = []
    try:
        code = clean_scheme(scheme)
        number = clean_number(code, value)
    except ValidationError as error:
        raise BadRecord(f"{scheme} {value}: {' '.join(error.messages)}"[:300]) from None
    country = country.strip().upper()
    if country and not (len(country) == 2 and countries.alpha2(country)):
        remarks.append(f"{code} {number}: no country has the code {country[:10]!r}")
        country = ""
    cleaned = _clean_names(names, remarks)
    if not cleaned:
        raise BadRecord(f"{code} {number}: it has no name that can be used")
    address = web_address(clean_line(website)) if website else ""
    hosts = [known_host(address) for address in [website, *domains] if address.strip()]
    return Body(
        scheme=code,
        value=number,
        names=cleaned,
        country=country,
        website=address if len(address) <= 300 else "",
        domains=tuple(dict.fromkeys(host for host in hosts if host and len(host) <= 253)),
        numbers=_clean_numbers(numbers, remarks, own=(code, number)),
        remarks=tuple(remarks),
    )


def _clean_names(
    names: Iterable[tuple[str, str, str]], remarks: list[str]
) -> tuple[tuple[str, str, str], ...]:
    """Each name once; the first is the main name, a label if there is one."""
    found: dict[str, tuple[str, str, str]] = {}
    for written, kind, language in names:
        try:
            name = clean_name(written)
        except ValidationError as error:
            remarks.append(f"the name {written[:60]!r} is left out: {' '.join(error.messages)}")
            continue
        if not name or not sort_key(name) or not name_key(name):
            continue
        language = language.strip().lower().replace("_", "-")
        if not _LANGUAGE.fullmatch(language) or len(language) > 12:
            language = ""
        found.setdefault(name_key(name), (name, NameKind(kind), language))
    order = sorted(found.values(), key=lambda one: one[1] != NameKind.LABEL)
    if len(order) > MOST_NAMES:
        remarks.append(f"{len(order) - MOST_NAMES} of its names are left out: there are too many")
    return tuple(order[:MOST_NAMES])


def _clean_numbers(
    numbers: Iterable[tuple[str, str]], remarks: list[str], *, own: tuple[str, str]
) -> tuple[tuple[str, str], ...]:
    found = []
    for scheme, value in numbers:
        try:
            code = clean_scheme(scheme)
            found.append((code, clean_number(code, value)))
        except ValidationError as error:
            remarks.append(f"{scheme} {value}"[:80] + f" is left out: {' '.join(error.messages)}")
    return tuple(one for one in dict.fromkeys(found) if one != own)
