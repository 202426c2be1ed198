"""Load seeds/: the #SpeakOut letter and a larger, made-up one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from seeds.loader import load_seeds


class Command(BaseCommand):
    help = (
        "Load the letters in seeds/ that are not in the database yet. Running it twice changes"
        " nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for letter in load_seeds(now=timezone.now()):
            if letter.is_new:
                self.stdout.write(
                    f"Loaded the letter {letter.slug}: {letter.signatures} signatures."
                )
            else:
                self.stdout.write(f"The letter {letter.slug} already exists and was not changed.")
