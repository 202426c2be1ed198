"""Making a backup while the site runs."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from config.backups.archive import Manifest, MediaPart, TablePart, Writer, writing
from config.backups.errors import BackupFault
from config.backups.schema import applied_migrations, state_after
from config.backups.tables import last_number, lines_of, tables_of

# Staff sessions open the site, so they are not backed up; staff log in again.
EXCLUDED_TABLES = {"django_session"}
STAGING = ".restore-"  # the prefix of directories used by a running restore


def make_backup(target: Path, *, now: datetime) -> Manifest:
    """Write all rows as of one instant and the uploaded files to a new file.

    The site stores an upload before the row that names it, so files copied after the rows include
    all that the rows name. Raises BackupFault.
    """
    with writing(target) as archive:
        with snapshot():
            migrations = applied_migrations()
            if not migrations:
                raise BackupFault("The database is empty: there is nothing to back up.")
            tables = _add_tables(archive, migrations)
        manifest = Manifest(
            made_at=now.isoformat(),
            engine=connection.vendor,
            migrations=migrations,
            keys=fingerprints(),
            tables=tables,
            media=_add_media(archive),
        )
        archive.add_manifest(manifest)
    return manifest


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything as of one instant, without blocking writers."""
    if connection.vendor == "postgresql":
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    connection.ensure_connection()
    # By the settings, transactions begin with the write lock, which reading does not need.
    mode, connection.transaction_mode = connection.transaction_mode, "DEFERRED"  # type: ignore[attr-defined]
    try:
        with transaction.atomic(durable=True):
            yield
    finally:
        connection.transaction_mode = mode  # type: ignore[attr-defined]


def _add_tables(archive: Writer, migrations: list[tuple[str, str]]) -> list[TablePart]:
    return [
        archive.add_table(table.name, table.column_names, lines_of(table), last_number(table))
        for table in tables_of(state_after(migrations))
        if table.name not in EXCLUDED_TABLES
    ]


def _add_media(archive: Writer) -> list[MediaPart]:
    parts = []
    for path in media_files(settings.MEDIA_ROOT):
        try:
            file = (settings.MEDIA_ROOT / path).open("rb")
        except FileNotFoundError:  # deleted since it was listed
            continue
        with file:
            parts.append(archive.add_media(path.as_posix(), file))
    return parts


def media_files(root: Path) -> list[Path]:
    """The uploaded files below `root`, relative to it, sorted."""
    found = []
    for directory, below, files in os.walk(root, followlinks=True):
        below[:] = [name for name in below if not name.startswith(STAGING)]
        found += [(Path(directory) / name).relative_to(root) for name in files]
    return sorted(found)


def fingerprints() -> dict[str, list[str]]:
    """Digests to check that a site has the same keys; they do not reveal the keys."""
    keys = {
        "PERSONAL_DATA_KEYS": settings.PERSONAL_DATA_KEYS,
        "SECRET_KEY": [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS],
        "BLIND_INDEX_KEY": [settings.BLIND_INDEX_KEY],
    }
    return {name: [_fingerprint(name, value) for value in values] for name, values in keys.items()}


def _fingerprint(name: str, key: str) -> str:
    return hmac.new(key.encode(), f"undersigned backup {name}".encode(), hashlib.sha256).hexdigest()
