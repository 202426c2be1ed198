"""Encrypts personal data under the first of PERSONAL_DATA_KEYS: see docs/configuration.md."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from config.key_rotation import Inventory, rotate_keys, take_inventory


class Command(BaseCommand):
    help = (
        "Encrypt all personal data under the first of PERSONAL_DATA_KEYS and say whether another"
        " key is still needed. It may be stopped and started again, and the site may run meanwhile."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; only say.")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Exits with 1 when a text is under none of the keys, so that it cannot be read."""
        if not check:
            done = 0
            for rows in rotate_keys():
                done += rows
                self.stdout.write(f"{done} rows so far.")
            self.stdout.write(f"Encrypted under the first key: {done} rows.")
        inventory = take_inventory()
        self.tell(inventory)
        if inventory.unreadable:
            sys.exit(1)

    def tell(self, inventory: Inventory) -> None:
        """Keys are named by their place in the list and rows by model and number, never more."""
        for number in range(len(settings.PERSONAL_DATA_KEYS)):
            self.stdout.write(f"Key {number + 1}: {inventory.texts_by_key[number]} texts.")
        for text in inventory.unreadable:
            self.stderr.write(f"Under none of the keys: {text}.")
        if inventory.unreadable:
            self.stderr.write("Put the key that is missing into PERSONAL_DATA_KEYS again.")
        if inventory.old_keys:
            places = ", ".join(str(number + 1) for number in inventory.old_keys)
            self.stdout.write(f"Still needed besides the first key: {places}.")
        else:
            self.stdout.write("No key but the first is needed in this database.")
