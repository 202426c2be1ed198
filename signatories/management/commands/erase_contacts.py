"""Erase the personal data that is due, as the worker does, or report it: docs/privacy.md."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from signatories.privacy.actions import erase_contacts, expire_unconfirmed
from signatories.privacy.retention import Forecast, forecast
from signatories.signing.links import UNCONFIRMED_DAYS

AHEAD = 30  # days


class Command(BaseCommand):
    help = (
        "Delete all personal data that has been kept long enough. The worker does the same every"
        " minute, in batches. Use this if no worker runs, or to see what is due."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Delete nothing; report what is due and why."
        )

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        """Print letters and numbers only, nothing about people."""
        now = timezone.now()
        if dry_run:
            self.report(forecast(now=now, days=AHEAD))
            return
        ended = all_batches(expire_unconfirmed, now)
        erased = all_batches(erase_contacts, now)
        self.stdout.write(f"Signatures never confirmed, with everything entered: {ended} deleted.")
        self.stdout.write(f"Contacts of closed letters: {erased} deleted.")

    def report(self, rows: list[Forecast]) -> None:
        for row in rows:
            self.stdout.write(
                f"{row.letter.slug}: {row.now} due now, {row.soon} in the next {AHEAD} days"
                f" ({reason(row)})"
            )
        due, soon = sum(row.now for row in rows), sum(row.soon for row in rows)
        self.stdout.write(f"All letters: {due} due now, {soon} in the next {AHEAD} days")


def all_batches(erase: Callable[..., int], now: datetime) -> int:
    """Erase until nothing is due. Returns how many were erased."""
    done = 0
    while batch := erase(now=now):
        done += batch
    return done


def reason(row: Forecast) -> str:
    if row.until is None:
        return f"not confirmed within {UNCONFIRMED_DAYS} days of signing"
    return (
        f"closes {row.letter.signing_ends_at:%Y-%m-%d %H:%M} UTC, contacts are kept for"
        f" {row.letter.contact_days} days, until {row.until:%Y-%m-%d %H:%M} UTC"
    )
