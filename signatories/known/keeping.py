"""Storing what a register says, with all that recognition needs to find it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from signatories.known.bodies import Body, body_of, known_entry
from signatories.models import KnownKey, KnownOrganisation
from signatories.names import sort_key
from signatories.recognition import Entry, entry_keys
from signatories.register import pack


def fill(known: KnownOrganisation, body: Body) -> Entry:
    """Let a known body say this. The caller saves, and stores the keys of the entry returned."""
    entry = known_entry("", body)
    known.name, known.sort_key = body.name, sort_key(body.name)
    known.country, known.said = body.country, body.said()
    known.forms, known.gone = pack(entry), False
    return entry


FILLED = ["name", "sort_key", "country", "said", "forms", "gone"]


def store_keys_of(entries: Sequence[tuple[KnownOrganisation, Entry | None]]) -> None:
    """Make these the keys of many known bodies at once; None is of one that is gone."""
    KnownKey.objects.filter(known__in=[known.pk for known, _entry in entries]).delete()
    rows = [
        (key, known.country, known.pk)
        for known, entry in entries
        if entry is not None
        for key in entry_keys(entry)
    ]
    # A body has dozens of keys: objects for all of them would take most of the time of an import.
    table = KnownKey._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = list(zip(*rows, strict=True)) or [(), (), ()]
            cursor.execute(
                f"INSERT INTO {table} (key, country, known_id)"  # noqa: S608 # nosec B608
                " SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[])"
                " ON CONFLICT DO NOTHING",
                [list(column) for column in columns],
            )
        else:
            cursor.executemany(
                f"INSERT INTO {table} (key, country, known_id)"  # noqa: S608 # nosec B608
                " VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                rows,
            )


def restored(known: KnownOrganisation, said: dict[str, Any]) -> Entry:
    """Let a known body say again what it said before."""
    return fill(known, body_of(known.scheme, known.value, said))
