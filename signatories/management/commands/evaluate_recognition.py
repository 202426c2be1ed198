"""Measure recognition on files of names: see docs/recognition.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from signatories.recognition.evaluation import evaluate, read


class Command(BaseCommand):
    help = (
        "Build the matcher from a registry file, ask it all variants and different pairs, and"
        " print one figure a line. No database is read."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--registry", type=Path, required=True)
        parser.add_argument("--variants", type=Path, required=True)
        parser.add_argument("--different", type=Path, required=True)
        parser.add_argument(
            "--size", type=int, default=0, help="Pad the registry with made-up names to this size."
        )
        parser.add_argument(
            "--limit", type=int, default=None, help="Ask only so many variants and pairs."
        )

    def handle(
        self,
        *args: Any,
        registry: Path,
        variants: Path,
        different: Path,
        size: int,
        limit: int | None,
        **options: Any,
    ) -> None:
        try:
            rows = [read(path) for path in (registry, variants, different)]
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from error
        for name, value in evaluate(rows[0], rows[1][:limit], rows[2][:limit], size):
            self.stdout.write(f"{name}\t{value:.4f}")
