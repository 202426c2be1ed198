"""Mail leaves by a transactional outbox.

`post` writes a row in the transaction of the change that causes the mail; the worker builds the
mail from the database when it sends it. So the outbox holds references and no personal data,
and a mail whose reason has gone by then is not sent.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

log = logging.getLogger("undersigned.outbox")

Message = Callable[..., EmailMessage | None]

# Waits after the first, second … failed attempt; then every six hours until GIVE_UP.
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180)]
LAST_WAIT = timedelta(hours=6)
GIVE_UP_ATTEMPT = 20  # about four days after the first
STUCK_AFTER = timedelta(minutes=10)
KEEP_FINISHED = timedelta(days=7)


def post(message: Message, *, after: datetime | None = None, **reference: int | str) -> None:
    """Queue a mail: `message` is a function of an emails module, `reference` its arguments.

    Call it inside the transaction that causes the mail. The mail is not sent before `after`.
    """
    path = f"{message.__module__}.{message.__qualname__}"
    deliver.using(run_after=after).enqueue(path, reference, 1)


@task()
def deliver(path: str, reference: dict[str, int | str], attempt: int) -> str:
    """Build and send one mail; on failure queue the next attempt. Says what happened.

    Errors are told by class and code alone: their texts can hold an address.
    """
    try:
        email = import_string(path)(**reference)
        if email is None:
            return "not due"
        email.send()
        return "sent"
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        if all(code >= 500 for code in codes):
            log.warning("%s: the address was refused (%s)", path, codes)
            return "refused"
        failure = f"{type(error).__name__} {codes}"
    except Exception as error:  # whatever it is, the mail must not be lost
        failure = f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".rstrip()
    # Outside of the handlers, so that no later error carries the text of this one with it.
    return _again(path, reference, attempt, failure)


def _again(path: str, reference: dict[str, int | str], attempt: int, failure: str) -> str:
    log.warning("%s: attempt %s failed: %s", path, attempt, failure)
    if attempt >= GIVE_UP_ATTEMPT:
        log.error("%s: given up after %s attempts", path, attempt)
        return "given up"
    wait = WAITS[attempt - 1] if attempt <= len(WAITS) else LAST_WAIT
    deliver.using(run_after=timezone.now() + wait).enqueue(path, reference, attempt + 1)
    return "later"


def tidy_outbox(*, now: datetime) -> None:
    """Take up mails whose worker was killed, and forget finished ones."""
    running = DBTaskResult.objects.running()
    running.filter(started_at__lt=now - STUCK_AFTER).update(status=TaskResultStatus.READY)
    DBTaskResult.objects.finished().filter(finished_at__lt=now - KEEP_FINISHED).delete()
