"""The second process of a site: it sends the mails and does what falls due."""

from __future__ import annotations

import logging
import signal
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from signatories.housekeeping import tidy

log = logging.getLogger("undersigned.worker")

PAUSE = 0.5  # seconds between two looks at an empty outbox
TIDY_EVERY = 60.0  # seconds


class Command(BaseCommand):
    help = "Send the mails in the outbox and do what falls due, until it is stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is due now, then end.")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        self.stopping = False
        if once:
            tidy(now=timezone.now())
            send_due_mails()
            return
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        tidied = float("-inf")
        while not self.stopping:
            try:
                if time.monotonic() - tidied >= TIDY_EVERY:
                    tidied = time.monotonic()
                    tidy(now=timezone.now())
                send_due_mails()
            except Exception as error:  # a database that is away for a while comes back
                log.error("the worker could not do its work: %s", type(error).__name__)
                time.sleep(PAUSE * 4)
            close_old_connections()
            time.sleep(PAUSE)

    def stop(self, signum: int, frame: FrameType | None) -> None:
        """Finish what is under way, then end."""
        self.stopping = True


def send_due_mails() -> None:
    """Work through the outbox until nothing in it is due."""
    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    ).run()
