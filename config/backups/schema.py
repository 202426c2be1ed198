"""Tables as of given migrations: what the database has, and how to build another state."""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.contrib.contenttypes.models import ContentType
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from config.backups.errors import BackupFault

Migrations = list[tuple[str, str]]


def applied_migrations() -> Migrations:
    """The migrations applied to the database, by app and name.

    Raises BackupFault if this version of the site does not know one of them.
    """
    applied = sorted(MigrationLoader(connection).applied_migrations)
    refuse_unknown(applied, "The database was made")
    return applied


def refuse_unknown(migrations: Migrations, what: str) -> None:
    """Raises BackupFault if this version of the site does not know one of the migrations."""
    unknown = set(migrations) - set(MigrationLoader(None).disk_migrations)
    if unknown:
        raise BackupFault(
            f"{what} by another version of the site, which had {_listed(unknown)}."
            " Use that version or a newer one."
        )


def _listed(migrations: set[tuple[str, str]]) -> str:
    return ", ".join(f"{app}.{name}" for app, name in sorted(migrations))


def state_after(migrations: Migrations) -> Apps:
    """The models as they were after these migrations."""
    loader = MigrationLoader(None)
    return loader.project_state([one for one in migrations if one in loader.graph.nodes]).apps


def migrate_to(migrations: Migrations) -> None:
    """Build the tables of an empty database as they were after these migrations."""
    executor = _executor()
    nodes = executor.loader.graph.node_map
    wanted = {one for one in migrations if one in nodes}
    last = [
        one
        for one in sorted(wanted)
        if not any(child.key in wanted and child.key[0] == one[0] for child in nodes[one].children)
    ]
    executor.migrate(last)


def migrate_forward() -> None:
    """Apply all newer migrations, as `manage.py migrate` does."""
    executor = _executor()
    executor.migrate(executor.loader.graph.leaf_nodes())
    ContentType.objects.clear_cache()
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)


def _executor() -> MigrationExecutor:
    def settle(action: str, *_: Any) -> None:
        """Check foreign keys after each migration, where otherwise a commit would."""
        if action == "apply_success":
            connection.check_constraints()

    return MigrationExecutor(connection, progress_callback=settle)
