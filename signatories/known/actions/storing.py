"""Storing a register's data, with the keys by which recognition finds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

from signatories.known.bodies import Body, body_of, known_entry
from signatories.models import KnownKey, KnownOrganisation, KnownStart
from signatories.names.cleaning import sort_key
from signatories.recognition import Entry, entry_keys
from signatories.register.entries import pack
from signatories.register.suggestions import starts_of


def fill(known: KnownOrganisation, body: Body) -> Entry:
    """Set a known body's data. The caller saves, and stores the keys of the returned entry."""
    entry = known_entry("", body)
    known.name, known.sort_key = body.name, sort_key(body.name)
    known.country, known.said = body.country, body.said()
    known.forms, known.gone = pack(entry), False
    return entry


FILLED = ["name", "sort_key", "country", "said", "forms", "gone"]


def store_keys_of(entries: Sequence[tuple[KnownOrganisation, Entry | None]]) -> None:
    """Replace the keys and starts of words of many known bodies at once.

    Bodies without an entry are gone, and get none.
    """
    numbers = [known.pk for known, _entry in entries]
    KnownKey.objects.filter(known__in=numbers).delete()
    KnownStart.objects.filter(known__in=numbers).delete()
    there = [(known, entry) for known, entry in entries if entry is not None]
    _insert(
        KnownKey,
        {"key": "text", "country": "text", "known_id": "bigint"},
        [(key, known.country, known.pk) for known, entry in there for key in entry_keys(entry)],
    )
    _insert(
        KnownStart,
        {"start": "text", "known_id": "bigint"},
        [
            (start, known.pk)
            for known, entry in there
            for start in starts_of(other.name for other in entry.names)
        ],
    )


def _insert(
    model: type[models.Model], columns: dict[str, str], rows: list[tuple[str | int, ...]]
) -> None:
    """Add rows of strings and numbers, except those that exist.

    A body has dozens of them: creating objects would take most of the time of an import.
    """
    if not rows:
        return
    into = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
            cursor.execute(
                f"{into} SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING",  # nosec B608 # noqa: S608
                [list(column) for column in zip(*rows, strict=True)],
            )
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"{into} VALUES ({places}) ON CONFLICT DO NOTHING", rows)


def index_known(known: KnownOrganisation) -> None:
    """Recompute what recognition and suggestions need, after their rules have changed."""
    entry = restored(known, known.said)
    KnownOrganisation.objects.filter(pk=known.pk).update(forms=known.forms)
    store_keys_of([(known, entry)])


def restored(known: KnownOrganisation, said: dict[str, Any]) -> Entry:
    """Give a known body its earlier data back."""
    return fill(known, body_of(known.scheme, known.value, said))
