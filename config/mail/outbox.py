"""Mail leaves by a transactional outbox.

`post` writes a row in the transaction of the change that causes the mail; the worker builds the
mail from the database when it sends it. So the outbox holds references and no personal data,
and a mail whose reason has gone by then is not sent.

A mail is one row from its posting to its end. Each attempt is counted when a worker takes the row,
before anything can go wrong, and whatever ends an attempt without an answer puts the same row
back. So no mail is lost, none has two rows that would both send it, and none is tried for ever.

Rows outlive releases, so a mail is stored under a name that `mail` gives it, and not by where its
function lies. What a row calls the task itself is not read at all: there is one.

A worker that loses its database between the mail server's OK and the commit that notes it knows all
the same that the mail is sent, and notes it when the database is back.
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
BATCH = 500  # rows that are put back in one transaction

# What this process has sent and the database may not know of yet: the rows, and when.
_sent_here: dict[str, datetime] = {}

# What an attempt can say of itself
SENT, NOT_DUE, REFUSED, GIVEN_UP = "sent", "not due", "refused", "given up"
LATER = "later"


@dataclass(frozen=True, eq=False)
class Mail(Generic[P]):
    """A mail that can be queued. Calling it builds it now; None says that it is no longer due."""

    name: str
    build: Callable[P, EmailMessage | None]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> EmailMessage | None:
        return self.build(*args, **kwargs)


class UnknownMail(LookupError):
    """No mail has this name."""


_mails: dict[str, Mail[...]] = {}  # by all names that rows can hold


def mail(name: str, *former_names: str) -> Callable[[Callable[P, EmailMessage | None]], Mail[P]]:
    """Make a mail of a function. Rows hold its name, which stays when the function moves.

    `former_names` are what earlier releases wrote. Raises ValueError where a name is taken.
    """

    def register(build: Callable[P, EmailMessage | None]) -> Mail[P]:
        for each in (name, *former_names):
            if each in _mails:
                raise ValueError(f"two mails are named {each}")
        made = Mail(name, build)
        _mails.update(dict.fromkeys((name, *former_names), made))
        return made

    return register


def mail_names() -> set[str]:
    """The names under which mails are queued today."""
    return {each.name for each in _mails.values()}


def find_mail(name: str) -> Mail[...]:
    """The mail that a row means. Raises UnknownMail."""
    if name not in _mails:
        # Another release may know it, so the row waits like any other, and is seen meanwhile.
        log.error("%s: no mail has this name", name)
        raise UnknownMail(name)
    return _mails[name]


def post(mail: Mail[...], *, after: datetime | None = None, **reference: int | str) -> None:
    """Queue a mail. `reference` are the arguments it is built from, when it is sent.

    Call it inside the transaction that causes the mail. The mail is not sent before `after`.
    """
    deliver.using(run_after=after).enqueue(mail.name, reference)


@task(takes_context=True)
def deliver(
    context: TaskContext, name: str, reference: dict[str, int | str], _attempt: int = 0
) -> str:
    """Build and send one mail. Says what happened; LATER asks to be put back.

    Errors are logged by class and code alone: their texts can hold an address. All attempts carry
    one Message-ID, so that a mail that comes twice can be known for one. Rows queued by earlier
    versions bring a third argument, which says nothing any more.
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
        # Some servers look at the recipient only once they have the mail.
        if error.smtp_code >= 500:
            log.warning("%s: the address was refused ([%s])", name, error.smtp_code)
            return REFUSED
        failure = f"{type(error).__name__} {error.smtp_code}"
    except Exception as error:  # whatever it is, the mail must not be lost
        failure = f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".rstrip()
    # Outside of the handlers, so that no later error carries the text of this one with it.
    log.warning("%s: attempt %s failed: %s", name, context.attempt, failure)
    if context.attempt < GIVE_UP_ATTEMPT:
        return LATER
    log.error("%s: given up after %s attempts", name, context.attempt)
    return GIVEN_UP


class Sender(Worker):
    """Sends what is due, mail by mail, until nothing is or `enough()` says so after a mail."""

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
        db_task_result.task_path = deliver.module_path  # which may have moved since
        super().run_task(db_task_result)
        if db_task_result.status == TaskResultStatus.SUCCESSFUL:
            _sent_here.pop(str(db_task_result.pk), None)
        if db_task_result.return_value == LATER:
            _put_back(db_task_result)
        self.running = not self.enough()


def send_due_mails(enough: Callable[[], bool] = lambda: False) -> None:
    """Work through the outbox until nothing in it is due, or `enough()` says so after a mail."""
    note_sent()
    Sender(enough).run()


def note_sent() -> None:
    """Note the mails that this process sent while the database was away."""
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
    """Put back mails whose sending came to no end, and forget finished ones.

    These are mails whose worker was killed or lost its database, which count as stuck after ten
    minutes, and those whose sending was broken off by a signal or an error outside the mail's own
    code. They are tried again ten minutes after they began or broke off, or later, as their
    attempts go: the pauses grow, and after GIVE_UP_ATTEMPT attempts it ends.

    None of them is known to have been sent. One may have been, where the worker ended between the
    mail server's OK and the commit that notes it, a moment that no outbox can close: such a mail
    comes twice, with the same Message-ID.
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
    # What another process works on is its own.
    rows = list(without_end.select_for_update(skip_locked=True)[:BATCH])
    for row in rows:
        _put_back(row)
    return len(rows)


def _put_back(row: DBTaskResult[..., str]) -> None:
    """Have a mail tried again when its pause is over, counted from the end of its last attempt.

    One that broke off waits ten minutes at least, and ends here after its last attempt.
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
