"""Registers for benchmarks: invented organisations, or ones made of real ones' words."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone

from signatories.models import (
    NameStart,
    Organisation,
    OrganisationName,
    RecognitionKey,
    Signature,
)
from signatories.names.cleaning import name_key, sort_key
from signatories.recognition import Entry, EntryName, entry_keys, normal_form
from signatories.register.actions import count_keys
from signatories.register.entries import pack
from signatories.register.suggestions import starts_of
from signatories.signing.links import new_nonce

if TYPE_CHECKING:
    from letters.models import Letter

KINDS = ["Forum", "Council", "Committee", "Network", "Institute", "Association", "Union"]
CAUSES = [
    "Refugees",
    "Press Freedom",
    "Human Rights",
    "Clean Rivers",
    "Tenants",
    "Open Archives",
    "Rural Schools",
    "Prison Reform",
    "Free Elections",
    "Mental Health",
]
SYLLABLES = ["ka", "lo", "mi", "ten", "bru", "sar", "vi", "del", "or", "an", "zu", "pe", "ri"]
COUNTRIES = ["DE", "FR", "PL", "GB", "ES", "IT", "NL", "BE", "SE", "NO", "CZ", "AT", "CH", "RO"]
BATCH = 2000  # organisations written at once

Row = dict[str, str]


@dataclass(frozen=True)
class Body:
    """An organisation to add, with its further names."""

    name: str
    country: str
    domain: str
    further: tuple[str, ...] = ()


@dataclass(frozen=True)
class Made:
    """All that is stored of an organisation, computed once for both engines."""

    body: Body
    name_keys: tuple[str, ...]
    sort_keys: tuple[str, ...]
    forms: str
    keys: tuple[str, ...]
    starts: tuple[str, ...]


def name(chance: random.Random) -> str:
    place = "".join(chance.choices(SYLLABLES, k=4)).capitalize()
    return f"{place} {chance.choice(KINDS)} for {chance.choice(CAUSES)}"


def made_up(chance: random.Random) -> Iterator[Body]:
    """An endless supply of invented bodies."""
    while True:
        text = name(chance)
        host = f"{text.partition(' ')[0].lower()}{chance.randrange(1000)}.org"
        yield Body(text, chance.choice(COUNTRIES), host)


def grown(registry: list[Row], variants: list[Row]) -> Iterator[Body]:
    """The real ones first, then an endless supply made of their words, in their countries.

    Words are as frequent as among the real ones. Every second variant is a further name, and an
    invented body has as many names as its model.
    """
    known: dict[str, list[str]] = defaultdict(list)
    for row in by_name(variants)[::2]:
        known[row["name"]].append(row["variant_name"])
    for row in registry:
        names = known[row["display_name"]]
        yield Body(row["display_name"], row["country"], row["domain"], tuple(names))
    chance = random.Random(2014)
    words = [word for row in registry for word in row["display_name"].split()]
    for number in range(10_000_000):
        model = chance.choice(registry)
        names = [
            " ".join(chance.choices(words, k=max(2, len(text.split()))))
            for text in (model["display_name"], *known[model["display_name"]])
        ]
        yield Body(names[0], model["country"], f"made-up-{number}.org", tuple(names[1:]))


def by_name(variants: list[Row]) -> list[Row]:
    return sorted(variants, key=lambda row: (row["name"], row["variant_name"]))


def make(body: Body) -> Made:
    names = list(dict.fromkeys(text[:200] for text in (body.name, *body.further)))
    forms = tuple(EntryName(text, normal_form(text)) for text in names)
    entry = Entry("", forms, body.country, domains=(body.domain,) if body.domain else ())
    return Made(
        Body(names[0], body.country, body.domain, tuple(names[1:])),
        tuple(map(name_key, names)),
        tuple(map(sort_key, names)),
        pack(entry),
        entry_keys(entry),
        tuple(starts_of(names)),
    )


def store(made: list[Made], *, letter: Letter | None = None, first: int = 0) -> None:
    """Store organisations with their index. Every second one has signed `letter`, if given."""
    rows, names = [], []
    for number, one in enumerate(made, first):
        organisation = Organisation(
            name=one.body.name,
            name_key=one.name_keys[0],
            sort_key=one.sort_keys[0],
            country=one.body.country,
            website=f"https://{one.body.domain}" if one.body.domain else "",
            namesake=number % 30_000,
            forms=one.forms,
        )
        rows.append(organisation)
        keys = zip(one.body.further, one.name_keys[1:], one.sort_keys[1:], strict=True)
        for text, by_key, by_sort in keys:
            other = OrganisationName(organisation=organisation, name=text, kind="former")
            other.name_key, other.sort_key = by_key, by_sort
            names.append(other)
    with transaction.atomic():
        Organisation.objects.bulk_create(rows)
        OrganisationName.objects.bulk_create(names, ignore_conflicts=True)
        pairs = list(zip(rows, made, strict=True))
        insert(
            RecognitionKey._meta.db_table,
            ["key", "country", "organisation_id"],
            ((key, one.body.country, row.pk) for row, one in pairs for key in one.keys),
        )
        insert(
            NameStart._meta.db_table,
            ["start", "organisation_id"],
            ((start, row.pk) for row, one in pairs for start in one.starts),
        )
        if letter is not None:
            Signature.objects.bulk_create([_signature(letter, row) for row in rows[::2]])


def _signature(letter: Letter, organisation: Organisation) -> Signature:
    assert letter.opens_at is not None
    return Signature(
        letter=letter,
        organisation=organisation,
        status="published",
        revision=letter.revision,
        edition_language="en",
        language="en",
        signed_as=organisation.name,
        country=organisation.country,
        link_nonce=new_nonce(),
        signed_at=letter.opens_at,
        confirmed_at=letter.opens_at,
        published_at=letter.opens_at,
    )


def insert(table: str, columns: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows in the fastest way for the engine."""
    listed = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            statement = f"INSERT INTO {table} ({listed}) VALUES ({places})"  # noqa: S608
            cursor.executemany(statement, list(rows))


def settle() -> None:
    """Count keys and analyse tables, as happens by itself on a running site."""
    count_keys(RecognitionKey, now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def fill(size: int, chance: random.Random) -> None:
    """Add made-up organisations until there are `size`."""
    bodies = made_up(chance)
    count = Organisation.objects.count()
    while count < size:
        made = [make(body) for body in islice(bodies, min(BATCH, size - count))]
        store(made, first=count)
        count += len(made)
    settle()
