"""Encrypt personal data with the first of PERSONAL_DATA_KEYS: see docs/configuration.md."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from config.key_rotation import Inventory, rotate_keys, take_inventory


class Command(BaseCommand):
    help = (
        "Encrypt all personal data with the first of PERSONAL_DATA_KEYS and say whether another"
        " key is still needed. You can stop it and start it again, and the site can keep running."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; only report.")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Exits with 1 if there is a text that none of the keys can decrypt."""
        if not check:
            done = 0
            for rows in rotate_keys():
                done += rows
                self.stdout.write(f"{done} rows so far.")
            self.stdout.write(f"Encrypted with the first key: {done} rows.")
        inventory = take_inventory()
        self.report(inventory)
        if inventory.unreadable:
            sys.exit(1)

    def report(self, inventory: Inventory) -> None:
        """Names keys by their position in the list and rows by model and number, nothing more."""
        for number in range(len(settings.PERSONAL_DATA_KEYS)):
            self.stdout.write(f"Key {number + 1}: {inventory.texts_by_key[number]} texts.")
        for text in inventory.unreadable:
            self.stderr.write(f"No key can read: {text}.")
        if inventory.unreadable:
            self.stderr.write("Put the missing key back into PERSONAL_DATA_KEYS.")
        if inventory.old_keys:
            places = ", ".join(str(number + 1) for number in inventory.old_keys)
            self.stdout.write(f"Also still needed: {places}.")
        else:
            self.stdout.write("This database needs only the first key.")
