"""`manage.py check_migrations`: whether new migrations are safe beside running code."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.upgrades.rules import remarks_on_all


class Command(BaseCommand):
    help = "Looks for migrations that the running release would not survive. No database is read."
    requires_system_checks = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        found = remarks_on_all()
        if found:
            raise CommandError("\n".join(map(str, found)))
