"""Write everything that the site stores to one file, while it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.backups.errors import BackupFault
from config.backups.making import make_backup

KEYS_APART = (
    "Representatives' data in it is encrypted, and the keys are NOT in it: keep PERSONAL_DATA_KEYS,"
    " SECRET_KEY and BLIND_INDEX_KEY (if it is set) in another place. Without them nobody can read"
    " that data again. See docs/backup.md."
)


class Command(BaseCommand):
    help = "Back up the database and the uploaded files into one new file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "target",
            type=Path,
            help=(
                "The file to write, or a directory. In a directory, the file is named after the"
                " time."
            ),
        )

    def handle(self, *args: Any, target: Path, **options: Any) -> None:
        now = timezone.now()
        if target.is_dir():
            target /= f"undersigned-{now:%Y%m%d-%H%M%S}.tar"
        try:
            manifest = make_backup(target, now=now)
        except BackupFault as fault:
            raise CommandError(str(fault)) from None
        size = target.stat().st_size / 1e6
        self.stdout.write(
            f"Wrote {target}: {manifest.rows} rows of {len(manifest.tables)} tables and"
            f" {len(manifest.media)} uploaded files, {size:.1f} MB.\n{KEYS_APART}"
        )
