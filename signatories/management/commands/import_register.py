"""Import a register of organisations, list the imports, undo one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from signatories.known.actions import CannotImport, import_register, link_waiting, undo_import
from signatories.known.actions.importing import ROR
from signatories.known.files import BadFile, SkippedRecord, kind_of
from signatories.models import RegisterImport

MOST_SHOWN = 50  # skipped records


class Command(BaseCommand):
    help = (
        "Import a register of organisations: the Research Organization Registry's dump (.zip or"
        " .json) or a table (.csv). A newer file of a register replaces what it said. See"
        " docs/registers.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("file", nargs="?", type=Path, help="The register's file.")
        what.add_argument(
            "--list", action="store_true", dest="listed", help="List the imports, newest first."
        )
        what.add_argument("--undo", type=int, metavar="NUMBER", help="Undo this import.")
        parser.add_argument(
            "--register", help="The name of the register. Required for a .csv file."
        )

    def handle(
        self,
        *args: Any,
        file: Path | None,
        listed: bool,
        undo: int | None,
        register: str | None,
        **options: Any,
    ) -> None:
        try:
            if listed:
                self.list_imports()
            elif undo is not None:
                self.undo(undo)
            elif file is not None:
                self.load(file, register)
        except BadFile as error:
            raise CommandError(str(error)) from None
        except CannotImport as error:
            raise CommandError(error.message) from None
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None

    def list_imports(self) -> None:
        for one in RegisterImport.objects.all():
            state = "undone" if one.undone_at else "imported" if one.finished_at else "not finished"
            self.stdout.write(
                f"{one.pk}  {one.started_at:%Y-%m-%d %H:%M}  {one.register}  {one.file_name}"
                f"  {state}: {counts(one)}"
            )

    def load(self, file: Path, register: str | None) -> None:
        kind = kind_of(file)
        if kind == RegisterImport.Kind.TABLE and not register:
            raise CommandError("Name the register of this table with --register.")
        self.shown = 0
        imported = import_register(
            path=file,
            register=(register or ROR).strip()[:40],
            now=timezone.now(),
            progress=self.progress,
            on_skip=self.show,
        )
        self.stdout.write(f"Import {imported.pk} of {imported.register}: {counts(imported)}.")
        if self.shown > MOST_SHOWN:
            self.stdout.write(f"{self.shown - MOST_SHOWN} more remarks are not shown.")
        linked = 0
        while done := link_waiting(now=timezone.now()):
            linked += done
        self.stdout.write(f"Looked up {linked} of the site's organisations in it.")

    def undo(self, number: int) -> None:
        imported = RegisterImport.objects.filter(pk=number).first()
        if imported is None:
            raise CommandError(f"There is no import {number}.")
        undo_import(imported=imported, now=timezone.now(), progress=self.progress)
        self.stdout.write(f"Import {number} of {imported.register} has been undone.")

    def progress(self, done: int) -> None:
        if done % 5000 == 0:
            self.stderr.write(f"{done} records")

    def show(self, skipped: SkippedRecord) -> None:
        self.shown += 1
        if self.shown <= MOST_SHOWN:
            self.stderr.write(f"{skipped.place}: {skipped.why}")


def counts(one: RegisterImport) -> str:
    return (
        f"{one.added} added, {one.changed} changed, {one.unchanged} unchanged, {one.gone} gone,"
        f" {one.skipped} left out"
    )
