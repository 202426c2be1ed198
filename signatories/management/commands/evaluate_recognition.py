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
            "--shared-domain",
            type=Path,
            default=None,
            help="Also ask names at a domain where one other body, or the same, is registered.",
        )
        parser.add_argument(
            "--known",
            choices=["half"],
            default=None,
            help="Register every other variant as a further name, and ask only the rest.",
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
        shared_domain: Path | None,
        known: str | None,
        size: int,
        limit: int | None,
        **options: Any,
    ) -> None:
        try:
            rows = [read(path) for path in (registry, variants, different)]
            shared = read(shared_domain) if shared_domain else []
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from error
        figures = evaluate(
            rows[0],
            rows[1][:limit],
            rows[2][:limit],
            size,
            shared_domain=shared[:limit],
            half_known=known == "half",
        )
        for name, value in figures:
            self.stdout.write(f"{name}\t{value:.4f}")
