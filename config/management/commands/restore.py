"""Restore a backup, into an empty database or in place of existing data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from config.backups.errors import BackupFault
from config.backups.restoring import Restored, check_backup, filled_tables, restore_backup

CONSEQUENCES = {
    "PERSONAL_DATA_KEYS": "representatives' data encrypted with another key cannot be read",
    "SECRET_KEY": "links in emails already sent do not work",  # nosec B105
    "BLIND_INDEX_KEY": "addresses that have signed are not recognised",
}


class Command(BaseCommand):
    help = (
        "Restore a backup into an empty database, on SQLite or PostgreSQL, whichever it came from."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The file that `backup` wrote.")
        parser.add_argument(
            "--check", action="store_true", help=("Check the whole file and change nothing.")
        )
        parser.add_argument(
            "--replace", action="store_true", help="Replace existing data. Asks first."
        )
        parser.add_argument("--yes", action="store_true", help="Do not ask. For scripts.")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            if options["check"]:
                self.report("The backup is whole", check_backup(file))
                return
            if options["replace"] and not options["yes"]:
                self.confirm()
            self.report("Restored", restore_backup(file, replace=options["replace"]))
        except BackupFault as fault:
            raise CommandError(f"{fault} Nothing was changed.") from None
        except Error as error:
            raise CommandError(
                f"The database does not respond ({type(error).__name__}). Nothing was changed."
            ) from None

    def confirm(self) -> None:
        """Make the operator type the site's host, which nobody does by accident."""
        filled = filled_tables()
        if not filled:
            return
        host = settings.SITE_URL.partition("://")[2]
        self.stdout.write(f"{sum(filled.values())} rows and the uploads of {host} will be deleted.")
        self.stdout.write(f"Type {host} to replace them: ", ending="")
        self.stdout.flush()
        try:
            answer = input()
        except EOFError:
            answer = ""
        if answer.strip() != host:
            raise CommandError("Nothing was changed.")

    def report(self, what: str, restored: Restored) -> None:
        manifest = restored.manifest
        self.stdout.write(
            f"{what}: {manifest.rows} rows of {len(manifest.tables)} tables and"
            f" {len(manifest.media)} uploaded files, as of {manifest.made_at}, from"
            f" {manifest.engine}."
        )
        for name in restored.other_keys:
            self.stderr.write(
                f"{name} is not what it was when the backup was made: {CONSEQUENCES[name]}."
            )
