"""`manage.py check_migrations`: check that new migrations are safe while old code runs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.upgrades.rules import remarks_on_all


class Command(BaseCommand):
    help = "Find migrations that the running release would not survive. Reads no database."
    requires_system_checks = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        found = remarks_on_all()
        if found:
            raise CommandError("\n".join(map(str, found)))
