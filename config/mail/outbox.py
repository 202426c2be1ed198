"""The transactional outbox.

`post` writes a row in the transaction of the change that causes the mail; the worker builds the
mail from the database when it sends it. So the outbox holds references, not personal data, and a
mail that is no longer needed by then is not sent.

A mail has one row throughout. An attempt is counted when a worker takes the row, before anything
can go wrong, and an attempt that ends without a result puts the same row back. So no mail is lost,
none has two rows that would both send it, and none is retried for ever.

Rows outlive releases, so a mail is stored under the name given to `mail`, not by the path of its
function. The path of the task in a row is ignored, as there is only one task.

A worker that loses its database between the mail server's OK and the commit remembers that the mail
is sent, and records it when the database is back.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, ParamSpec
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import TaskContext, task
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from config.mail.mailboxes import Undeliverable, address_message

log = logging.getLogger("undersigned.outbox")

P = ParamSpec("P")

# Waits after the first, second … failed attempt; then every six hours until GIVE_UP.
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180)]
LAST_WAIT = timedelta(hours=6)
GIVE_UP_ATTEMPT = 20  # about four days after the first
STUCK_AFTER = timedelta(minutes=10)
KEEP_FINISHED = timedelta(days=7)
BATCH = 500  # rows put back in one transaction

# When this process sent a mail, by row, for mails that the database may not have recorded yet.
_sent_here: dict[str, datetime] = {}

# Results of an attempt
SENT, NOT_DUE, REFUSED, GIVEN_UP = "sent", "not due", "refused", "given up"
LATER = "later"


@dataclass(frozen=True, eq=False)
class Mail(Generic[P]):
    """A mail that can be queued. Calling it builds it; None if it is no longer due."""

    name: str
    build: Callable[P, EmailMessage | None]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> EmailMessage | None:
        return self.build(*args, **kwargs)


class UnknownMail(LookupError):
    """No mail has this name."""


_mails: dict[str, Mail[...]] = {}  # by present and former names


def mail(name: str, *former_names: str) -> Callable[[Callable[P, EmailMessage | None]], Mail[P]]:
    """Register a function as a mail. Rows hold the name, which stays when the function moves.

    `former_names` are those written by earlier releases. Raises ValueError for a name in use.
    """

    def register(build: Callable[P, EmailMessage | None]) -> Mail[P]:
        for each in (name, *former_names):
            if each in _mails:
                raise ValueError(f"two mails are named {each}")
        registered = Mail(name, build)
        _mails.update(dict.fromkeys((name, *former_names), registered))
        return registered

    return register


def mail_names() -> set[str]:
    """The present names of all mails."""
    return {each.name for each in _mails.values()}


def find_mail(name: str) -> Mail[...]:
    """The mail with this name, present or former. Raises UnknownMail."""
    if name not in _mails:
        # Another release may know it, so the row is retried like any other, and logged.
        log.error("%s: no mail has this name", name)
        raise UnknownMail(name)
    return _mails[name]


def post(mail: Mail[...], *, after: datetime | None = None, **reference: int | str) -> None:
    """Queue a mail, to be built from the arguments in `reference` when it is sent.

    Call it inside the transaction that causes the mail. The mail is not sent before `after`.
    """
    deliver.using(run_after=after).enqueue(mail.name, reference)


@task(takes_context=True)
def deliver(
    context: TaskContext, name: str, reference: dict[str, int | str], _attempt: int = 0
) -> str:
    """Build and send one mail. Returns the result; LATER means it is to be put back.

    Errors are logged by class and code only: their texts can contain an address. All attempts have
    the same Message-ID, so that a duplicate can be recognised. `_attempt` is unused; rows queued by
    earlier versions have it.
    """
    if context.task_result.id in _sent_here:
        return SENT
    try:
        email = find_mail(name)(**reference)
        if email is None:
            return NOT_DUE
        address_message(email)
        host = urlsplit(settings.SITE_URL).hostname
        email.extra_headers.setdefault("Message-ID", f"<{context.task_result.id}@{host}>")
        email.send()
        _sent_here[context.task_result.id] = timezone.now()
        return SENT
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        if all(code >= 500 for code in codes):
            log.warning("%s: the address was refused (%s)", name, codes)
            return REFUSED
        failure = f"{type(error).__name__} {codes}"
    except Undeliverable:
        log.warning("%s: no mail can be sent to the address", name)
        return REFUSED
    except smtplib.SMTPDataError as error:
        # Some servers check the recipient only once they have the mail.
        if error.smtp_code >= 500:
            log.warning("%s: the address was refused ([%s])", name, error.smtp_code)
            return REFUSED
        failure = f"{type(error).__name__} {error.smtp_code}"
    except Exception as error:  # whatever it is, the mail must not be lost
        failure = f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".rstrip()
    # Outside the handlers, so that no later error includes the text of this one.
    log.warning("%s: attempt %s failed: %s", name, context.attempt, failure)
    if context.attempt < GIVE_UP_ATTEMPT:
        return LATER
    log.error("%s: given up after %s attempts", name, context.attempt)
    return GIVEN_UP


class Sender(Worker):
    """Sends due mails one by one until none is left or `enough()` is true after a mail."""

    def __init__(self, enough: Callable[[], bool]) -> None:
        self.enough = enough
        super().__init__(
            queue_names=["default"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )

    def run_task(self, db_task_result: DBTaskResult[..., str]) -> None:
        db_task_result.task_path = deliver.module_path  # it may have moved since
        super().run_task(db_task_result)
        if db_task_result.status == TaskResultStatus.SUCCESSFUL:
            _sent_here.pop(str(db_task_result.pk), None)
        if db_task_result.return_value == LATER:
            _put_back(db_task_result)
        self.running = not self.enough()


def send_due_mails(enough: Callable[[], bool] = lambda: False) -> None:
    """Send mails until none is due, or until `enough()` is true after a mail."""
    note_sent()
    Sender(enough).run()


def note_sent() -> None:
    """Record the mails that this process sent while the database was unavailable."""
    for key, at in list(_sent_here.items()):
        DBTaskResult.objects.filter(pk=key).update(
            status=TaskResultStatus.SUCCESSFUL,
            finished_at=at,
            return_value=SENT,
            exception_class_path="",
            traceback="",
        )
        del _sent_here[key]


def tidy_outbox(*, now: datetime) -> None:
    """Put back unfinished mails, and delete finished ones.

    Unfinished are mails whose worker was killed or lost its database, which count as stuck after
    STUCK_AFTER, and mails interrupted by a signal or by an error outside the mail's own code. They
    are retried at the earliest STUCK_AFTER after they started or failed. The waits grow with each
    attempt; after GIVE_UP_ATTEMPT attempts the mail is given up.

    None of them is known to have been sent. One may have been, if the worker ended between the mail
    server's OK and the commit, a gap that no outbox can close: such a mail arrives twice, with the
    same Message-ID.
    """
    note_sent()
    while _put_back_some(now):
        pass
    DBTaskResult.objects.finished().filter(finished_at__lt=now - KEEP_FINISHED).delete()


@transaction.atomic
def _put_back_some(now: datetime) -> int:
    without_end = DBTaskResult.objects.filter(
        Q(status=TaskResultStatus.RUNNING, started_at__lt=now - STUCK_AFTER)
        | Q(status=TaskResultStatus.FAILED)
        | Q(return_value=LATER)
    )
    # Skip rows that another process is working on.
    rows = list(without_end.select_for_update(skip_locked=True)[:BATCH])
    for row in rows:
        _put_back(row)
    return len(rows)


def _put_back(row: DBTaskResult[..., str]) -> None:
    """Retry a mail after its wait, counted from the end of its last attempt.

    An interrupted mail waits at least STUCK_AFTER, and is given up here after its last attempt.
    """
    attempt = len(row.worker_ids)
    ended = row.started_at if row.status == TaskResultStatus.RUNNING else row.finished_at
    wait = WAITS[attempt - 1] if attempt <= len(WAITS) else LAST_WAIT
    given_up = False
    if row.return_value != LATER:
        wait = max(wait, STUCK_AFTER)
        given_up = attempt >= GIVE_UP_ATTEMPT
        log.warning("mail %s: attempt %s broke off", row.pk, attempt)
    if given_up:
        log.error("mail %s: given up after %s attempts", row.pk, attempt)
        row.status, row.finished_at, row.return_value = TaskResultStatus.SUCCESSFUL, ended, GIVEN_UP
    else:
        row.status, row.finished_at, row.return_value = TaskResultStatus.READY, None, None
        row.run_after = ended + wait
    row.exception_class_path = row.traceback = ""
    row.save(
        update_fields=[
            "status",
            "finished_at",
            "run_after",
            "return_value",
            "exception_class_path",
            "traceback",
        ]
    )
