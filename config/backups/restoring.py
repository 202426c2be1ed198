"""Restoring a backup: all of it, or nothing.

Tables are rebuilt as they were when the backup was made, filled, compared with the backup and
migrated forward, in one transaction on both engines. Until it commits, others see the old site;
if anything goes wrong, the old site stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import Error, OperationalError, connection, transaction

from config.backups.archive import Archive, Manifest, TablePart, digest_and_count, reading
from config.backups.errors import BackupFault
from config.backups.making import EXCLUDED_TABLES, fingerprints
from config.backups.media import replacing_media
from config.backups.schema import (
    applied_migrations,
    migrate_forward,
    migrate_to,
    refuse_unknown,
    state_after,
)
from config.backups.tables import (
    Table,
    count_rows,
    last_number,
    lines_of,
    load_lines,
    set_last_number,
    tables_of,
)
from config.integrity import find_faults

# `migrate` fills these itself, so a database with rows only here counts as empty.
FILLED_BY_MIGRATE = {"django_content_type", "auth_permission"}
LOCK_TIMEOUT = "10s"  # how long PostgreSQL waits for locks on the tables


@dataclass(frozen=True)
class Restored:
    manifest: Manifest
    other_keys: list[str]  # names of key settings that differ from those of the backup


def check_backup(source: Path) -> Restored:
    """Read a whole backup and change nothing. Raises BackupFault if it cannot be restored."""
    with reading(source) as archive:
        _check(archive)
        return Restored(archive.manifest, other_keys(archive.manifest))


def restore_backup(source: Path, *, replace: bool) -> Restored:
    """Replace the database and the uploads with the backup.

    Raises BackupFault and changes nothing if the file is damaged or from a newer version, if the
    database has rows and `replace` is false, or if the restored rows differ from the backup.
    """
    with reading(source) as archive:
        _check(archive)
        with (
            _as_backup_faults(),
            replacing_media(archive, settings.MEDIA_ROOT) as put_media_in_place,
            _one_transaction(),
        ):
            if not replace and (filled := filled_tables()):
                raise BackupFault(
                    f"The database already contains rows ({_in_words(filled)})."
                    " Restore into an empty one, or use --replace."
                )
            _drop_tables()
            _load(archive)
            migrate_forward()
            if faults := find_faults():
                raise BackupFault(" ".join(faults))
            put_media_in_place()
        return Restored(archive.manifest, other_keys(archive.manifest))


def filled_tables() -> dict[str, int]:
    """The number of rows in each table that a fresh `migrate` would leave empty."""
    tables = tables_of(state_after(applied_migrations()))
    ignored = FILLED_BY_MIGRATE | EXCLUDED_TABLES
    counts = {table.name: count_rows(table) for table in tables if table.name not in ignored}
    return {name: rows for name, rows in counts.items() if rows}


def other_keys(manifest: Manifest) -> list[str]:
    """The names of settings that lack a key in use when the backup was made."""
    present = fingerprints()
    return [name for name, keys in manifest.keys.items() if not set(keys) <= set(present[name])]


def _in_words(filled: dict[str, int]) -> str:
    most = sorted(filled.items(), key=lambda item: -item[1])[:3]
    return ", ".join(f"{name}: {rows}" for name, rows in most)


def _check(archive: Archive) -> None:
    """Check all that can be checked without a database."""
    refuse_unknown(archive.manifest.migrations, "The backup was made")
    archive.check()
    expected = {
        table.name: table.column_names
        for table in tables_of(state_after(archive.manifest.migrations))
        if table.name not in EXCLUDED_TABLES
    }
    if {part.name: part.columns for part in archive.manifest.tables} != expected:
        raise BackupFault("The tables in the backup are not those of its version of the site.")


@contextmanager
def _one_transaction() -> Iterator[None]:
    """All or nothing, migrations included.

    SQLite alters tables only while foreign key checks are off, and they cannot be switched off
    inside a transaction; so keys are checked after loading and after each migration.
    """
    connection.disable_constraint_checking()
    try:
        with transaction.atomic(durable=True):
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
            yield
    finally:
        connection.enable_constraint_checking()


@contextmanager
def _as_backup_faults() -> Iterator[None]:
    """Replace errors of the database and the disk, whose own texts can contain stored data."""
    try:
        yield
    except OperationalError as error:
        raise BackupFault(
            "The database could not be replaced. Stop the web server and the worker,"
            f" and check that it responds ({type(error).__name__})."
        ) from None
    except Error as error:
        raise BackupFault(
            f"The database rejected the contents of the backup ({type(error).__name__})."
        ) from None
    except OSError as error:
        raise BackupFault(f"The uploads cannot be written: {error.strerror}.") from None


def _drop_tables() -> None:
    names = [table.name for table in tables_of(state_after(applied_migrations()))]
    present = set(connection.introspection.table_names())
    tables = [
        connection.ops.quote_name(name) for name in [*names, "django_migrations"] if name in present
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and tables:
            cursor.execute(f"DROP TABLE {', '.join(tables)}")  # together, as they name each other
            return
        for table in tables:
            cursor.execute(f"DROP TABLE {table}")


def _load(archive: Archive) -> None:
    """Build the tables as in the backup, fill them, and compare them with it."""
    manifest = archive.manifest
    migrate_to(manifest.migrations)
    tables = {table.name: table for table in tables_of(state_after(manifest.migrations))}
    _empty([table for table in tables.values() if count_rows(table)])
    for part in manifest.tables:
        try:
            load_lines(tables[part.name], archive.lines(part))
        except OperationalError:
            raise
        except (Error, ValueError, TypeError) as error:
            raise BackupFault(
                f"The database rejected the rows of {part.name} ({type(error).__name__})."
            ) from None
        set_last_number(tables[part.name], part.last_number)
    connection.check_constraints()
    for part in manifest.tables:
        _compare(part, tables[part.name])


def _empty(tables: list[Table]) -> None:
    """Delete rows that migrations added: the backup has them too."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table.name)}")  # noqa: S608 # nosec B608


def _compare(part: TablePart, table: Table) -> None:
    digest, rows = digest_and_count(lines_of(table))
    if (digest, rows) != (part.sha256, part.rows) or last_number(table) != part.last_number:
        raise BackupFault(
            f"{part.name} in the database differs from the backup ({rows} of {part.rows} rows)."
        )
