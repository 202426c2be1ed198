"""Measure recognition on files of names: see docs/recognition.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from signatories.recognition.evaluation import evaluate, measure_letters, read, read_letters


class Command(BaseCommand):
    help = (
        "Build the matcher from a registry file, look up all variants and different pairs, and"
        " print one figure a line. Reads no database."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--registry", type=Path)
        parser.add_argument("--variants", type=Path)
        parser.add_argument("--different", type=Path)
        parser.add_argument(
            "--letters",
            type=Path,
            default=None,
            help=(
                "A folder with the names that signed letters, and pairs.csv: print which share of"
                " pairs is true, by score. The three files above are then optional."
            ),
        )
        parser.add_argument(
            "--size", type=int, default=0, help="Pad the registry with made-up names to this size."
        )
        parser.add_argument(
            "--shared-domain",
            type=Path,
            default=None,
            help="Also look up names at a domain where another body, or the same, is registered.",
        )
        parser.add_argument(
            "--known",
            choices=["half"],
            default=None,
            help="Register every second variant as a further name, and look up only the rest.",
        )
        parser.add_argument(
            "--limit", type=int, default=None, help="Look up only this many variants and pairs."
        )

    def handle(
        self,
        *args: Any,
        registry: Path | None,
        variants: Path | None,
        different: Path | None,
        letters: Path | None,
        shared_domain: Path | None,
        known: str | None,
        size: int,
        limit: int | None,
        **options: Any,
    ) -> None:
        figures: list[tuple[str, float]] = []
        try:
            if registry and variants and different:
                figures += evaluate(
                    read(registry),
                    read(variants)[:limit],
                    read(different)[:limit],
                    size,
                    shared_domain=read(shared_domain)[:limit] if shared_domain else (),
                    half_known=known == "half",
                )
            elif not letters or registry or variants or different:
                raise CommandError("Give --registry, --variants and --different, or --letters.")
            if letters:
                figures += measure_letters(*read_letters(letters))
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from error
        for name, value in figures:
            self.stdout.write(f"{name}\t{value:.4f}")
