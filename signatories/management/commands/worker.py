"""The worker process: send emails and do what is due."""

from __future__ import annotations

import logging
import signal
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from config.databases.patience import patience
from config.mail.outbox import send_due_mails
from signatories.housekeeping import tidy
from signatories.signing.actions import settle_confirmed

log = logging.getLogger("undersigned.worker")

PAUSE = 0.5  # seconds between two checks of an empty outbox
TIDY_EVERY = 60.0  # seconds


class Command(BaseCommand):
    help = "Send the emails in the outbox and do what is due, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is due now, then stop.")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        self.stopping = False
        self.tidied = float("-inf")
        self.unsettled: set[int] = set()
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        with patience(statement=settings.WORKER_DATABASE_SECONDS):
            self.work(once=once)

    def work(self, *, once: bool) -> None:
        if once:
            tidy(now=timezone.now())
            send_due_mails(enough=lambda: self.stopping)
            return
        while not self.stopping:
            try:
                if self.should_tidy():
                    self.tidied = time.monotonic()
                    self.unsettled.clear()
                    tidy(now=timezone.now())
                self.unsettled |= settle_confirmed(now=timezone.now(), without=self.unsettled)
                # A full outbox, or a mail server that hangs, must not block the other tasks.
                send_due_mails(enough=lambda: self.stopping or self.should_tidy())
            except Exception as error:  # such as a database that is away for a while
                log.error("the worker could not do its work: %s", type(error).__name__)
                time.sleep(PAUSE * 4)
            close_old_connections()
            time.sleep(PAUSE)

    def should_tidy(self) -> bool:
        return time.monotonic() - self.tidied >= TIDY_EVERY

    def stop(self, signum: int, frame: FrameType | None) -> None:
        """Finish the current mail, then stop."""
        self.stopping = True
