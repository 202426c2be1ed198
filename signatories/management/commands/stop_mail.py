"""Stop all emails to a mailbox, when its owner writes to the operator; --undo allows them again.

The address is entered at a prompt, so that it is not stored in the shell's history.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.mail.mailboxes import Undeliverable, address_for_servers, clean_address
from config.models import AuditEntry
from signatories.mailing.actions import allow_mail_again, stop_mail
from signatories.models.mailboxes import index_mailbox


class Command(BaseCommand):
    help = "Stop all emails to one address. Asks for the address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--undo", action="store_true", help="allow emails again")

    def handle(self, *args: Any, **options: Any) -> None:
        address = clean_address(input("Email address: "))
        try:
            address_for_servers(address)
        except Undeliverable as error:
            raise CommandError(str(error)) from None
        act, done = (
            (allow_mail_again, "Emails are allowed again.")
            if options["undo"]
            else (stop_mail, "No more emails will be sent.")
        )
        now, actor = timezone.now(), AuditEntry.Actor.SYSTEM
        act(mailbox=index_mailbox(address), now=now, actor=actor)
        self.stdout.write(done)
