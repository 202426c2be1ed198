"""Tables as lines of JSON, identical on SQLite and PostgreSQL.

A line is the list of one row's values in the order of the table's columns. Values bypass the
models, so encrypted data stays encrypted. Instants are in ISO 8601 and UTC, UUIDs have dashes,
JSON is text with sorted keys.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.apps.registry import Apps
from django.db import connection
from django.db.models import Field, ForeignKey

from config.backups.errors import BackupFault

BATCH = 1000  # rows in memory at once
EXACT = 1e16  # from here on Python writes floats with an exponent, PostgreSQL without

Convert = Callable[[Any], Any]


def _instant(value: datetime) -> str:
    """SQLite stores UTC without an offset."""
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _json_text(value: str) -> str:
    """The same text for the same value from either engine."""

    def number(text: str) -> float | int:
        exact = float(text)
        return exact if abs(exact) < EXACT else int(Decimal(text))

    content = json.loads(value, parse_float=number)
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _unchanged(value: Any) -> Any:
    return value


TEXTS = ["CharField", "TextField", "SlugField", "FileField"]
SIZES = ["", "Big", "Small"]

# From the driver's value to the value in the line, by kind of field.
OUT: dict[str, Convert] = {
    **dict.fromkeys(TEXTS, _unchanged),
    **dict.fromkeys([f"{size}AutoField" for size in SIZES], _unchanged),
    **dict.fromkeys([f"{size}IntegerField" for size in SIZES], _unchanged),
    **dict.fromkeys([f"Positive{size}IntegerField" for size in SIZES], _unchanged),
    "BooleanField": bool,
    "FloatField": float,
    "DateTimeField": _instant,
    "DateField": date.isoformat,
    "UUIDField": lambda value: str(UUID(str(value))),
    "JSONField": _json_text,
}

# From the line to the value that SQLite stores; PostgreSQL needs no conversion.
INTO_SQLITE: dict[str, Convert] = {
    "DateTimeField": lambda text: str(datetime.fromisoformat(text).replace(tzinfo=None)),
    "UUIDField": lambda text: UUID(text).hex,
}


@dataclass(frozen=True)
class Column:
    name: str
    kind: str  # Django's internal type of the field


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]
    key: tuple[Column, ...]
    counter: str | None  # the auto-increment column

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]


def tables_of(apps: Apps) -> list[Table]:
    """All tables of the models of `apps`, by name.

    Raises BackupFault for a kind of column that has no portable form yet.
    """
    models = [one._meta for one in apps.get_models(include_auto_created=True)]
    return sorted(
        (_table(options) for options in models if options.managed and not options.proxy),
        key=lambda table: table.name,
    )


def _table(options: Any) -> Table:
    fields: list[Any] = options.local_concrete_fields
    columns = {field.name: Column(field.column, _kind(field)) for field in fields}
    counters = [field.column for field in fields if _kind(field).endswith("AutoField")]
    return Table(
        name=options.db_table,
        columns=tuple(columns.values()),
        key=tuple(columns[field.name] for field in options.pk_fields),
        counter=counters[0] if counters else None,
    )


def _kind(field: Field[Any, Any]) -> str:
    """A foreign key has the kind of its target, but does not auto-increment."""
    if isinstance(field, ForeignKey):
        return _kind(field.target_field).replace("AutoField", "IntegerField")
    kind = field.get_internal_type()
    if kind not in OUT:
        raise BackupFault(f"Backups cannot hold {field.model._meta.db_table}.{field.column} yet.")
    return kind


def lines_of(table: Table) -> Iterator[bytes]:
    """All rows in the order of their primary key; text is ordered by bytes."""
    quote = connection.ops.quote_name
    by_bytes = ' COLLATE "C"' if connection.vendor == "postgresql" else ""
    order = [
        quote(column.name) + (by_bytes if column.kind in TEXTS else "") for column in table.key
    ]
    columns = ", ".join(quote(name) for name in table.column_names)
    convert = [OUT[column.kind] for column in table.columns]
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {quote(table.name)} ORDER BY {', '.join(order)}")  # noqa: S608 # nosec B608
        while rows := cursor.fetchmany(BATCH):
            for row in rows:
                values = [
                    None if value is None else out(value)
                    for value, out in zip(row, convert, strict=True)
                ]
                yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def load_lines(table: Table, lines: Iterable[bytes]) -> None:
    """Add the rows to the table. Foreign keys need to hold only once all tables are loaded."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in table.column_names)
    rows: Iterator[list[Any]] = map(json.loads, lines)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = f"COPY {quote(table.name)} ({columns}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
            return
        convert = [INTO_SQLITE.get(column.kind, _unchanged) for column in table.columns]
        marks = ", ".join(["%s"] * len(table.columns))
        insert = f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({marks})"  # noqa: S608 # nosec B608
        while batch := list(islice(rows, BATCH)):
            cursor.executemany(
                insert,
                [
                    [
                        None if value is None else into(value)
                        for value, into in zip(row, convert, strict=True)
                    ]
                    for row in batch
                ],
            )


def last_number(table: Table) -> int | None:
    """The highest number that the database has assigned in this table, even if its row is gone."""
    if table.counter is None:
        return None
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = _sequence(cursor, table)
            cursor.execute(f"SELECT last_value FROM {sequence} WHERE is_called")  # noqa: S608 # nosec B608
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.name])
        row = cursor.fetchone()
    return (row[0] or None) if row else None  # SQLite starts some tables at 0


def set_last_number(table: Table, number: int | None) -> None:
    """Let numbers continue after this one, so that none is used twice."""
    if table.counter is None or number is None:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(%s, %s)", [_sequence(cursor, table), number])
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
            cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", [table.name, number])


def _sequence(cursor: Any, table: Table) -> str:
    name = connection.ops.quote_name(table.name)
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [name, table.counter])
    return str(cursor.fetchone()[0])


def count_rows(table: Table) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table.name)}")  # noqa: S608 # nosec B608
        return int(cursor.fetchone()[0])
