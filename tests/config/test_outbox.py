"""Mail leaves by the outbox: never before the change that causes it, and not lost on the way."""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config.outbox import (
    GIVE_UP_ATTEMPT,
    KEEP_FINISHED,
    LAST_WAIT,
    STUCK_AFTER,
    WAITS,
    post,
    tidy_outbox,
)
from tests.factories import CampaignFactory

pytestmark = pytest.mark.django_db
ADDRESS = "rosa@forum.example.org"
NAME = f"{__name__}.greeting"


def greeting(number: int) -> EmailMessage:
    return EmailMessage(f"Hello {number}", "Text", to=[ADDRESS])


def no_longer_due(number: int) -> None:
    return None


def broken(number: int) -> EmailMessage:
    raise LookupError(f"nothing known of {ADDRESS}")


class FailingServer(EmailBackend):
    """A mail server that answers with one error, as long as there is one."""

    error: Exception | None = None

    def send_messages(self, messages):
        if FailingServer.error:
            raise FailingServer.error
        return super().send_messages(messages)


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.FailingServer"
    yield FailingServer
    FailingServer.error = None


@pytest.fixture
def log(caplog, monkeypatch):
    """All that is logged, whatever the logger's level and whether or not it passes it on."""
    monkeypatch.setattr(logging.getLogger("undersigned"), "propagate", True)
    caplog.set_level(logging.DEBUG)
    return caplog


def waiting() -> DBTaskResult:
    return DBTaskResult.objects.get(status=TaskResultStatus.READY)


def attempt_of(task: DBTaskResult) -> int:
    return task.args_kwargs["args"][2]


def make_due() -> None:
    """Let the time pass until the next attempt."""
    DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(
        run_after=timezone.now() - timedelta(seconds=1)
    )


def said() -> list[object]:
    finished = DBTaskResult.objects.finished().order_by("finished_at")
    return list(finished.values_list("return_value", flat=True))


def everything_kept() -> str:
    return repr(list(DBTaskResult.objects.values()))


def test_a_posted_mail_is_sent_once(outbox):
    post(greeting, number=1)
    assert mail.outbox == []
    assert [(message.subject, message.to) for message in outbox.send()] == [("Hello 1", [ADDRESS])]
    assert outbox.send() == []
    assert said() == ["sent"]


def test_mails_leave_in_the_order_they_were_posted(outbox):
    for number in (1, 2, 3):
        post(greeting, number=number)
    assert [message.subject for message in outbox.send()] == ["Hello 1", "Hello 2", "Hello 3"]


def test_the_outbox_holds_a_reference_and_no_address():
    post(greeting, number=7)
    assert waiting().args_kwargs == {"args": [NAME, {"number": 7}, 1], "kwargs": {}}
    assert ADDRESS not in everything_kept()


def test_a_change_that_is_rolled_back_sends_nothing(outbox):
    CampaignFactory(slug="taken")

    def change_and_fail() -> None:
        with transaction.atomic():
            post(greeting, number=1)
            CampaignFactory(slug="taken")

    with pytest.raises(IntegrityError):
        change_and_fail()
    assert (outbox.send(), DBTaskResult.objects.count()) == ([], 0)


def test_a_mail_whose_reason_is_gone_is_not_sent(outbox):
    post(no_longer_due, number=1)
    assert outbox.send() == []
    assert said() == ["not due"]


def test_a_mail_for_later_waits_until_then(outbox):
    later = timezone.now() + timedelta(hours=1)
    post(greeting, number=1, after=later)
    assert (outbox.send(), waiting().run_after) == ([], later)
    make_due()
    assert [message.subject for message in outbox.send()] == ["Hello 1"]


def test_a_mail_whose_time_has_come_already_is_sent(outbox):
    post(greeting, number=1, after=timezone.now() - timedelta(hours=1))
    assert len(outbox.send()) == 1


def test_a_mail_server_that_is_down_gets_the_mail_later(outbox, server):
    server.error = ConnectionRefusedError()
    post(greeting, number=1)
    before = timezone.now()
    assert outbox.send() == []
    wait = waiting().run_after - before
    assert WAITS[0] <= wait < WAITS[0] + timedelta(seconds=30)
    server.error = None
    assert outbox.send() == []
    make_due()
    assert [message.subject for message in outbox.send()] == ["Hello 1"]


def test_attempts_grow_rarer_and_end_after_days(outbox, server, log):
    server.error = ConnectionRefusedError()
    post(greeting, number=1)
    waits = []
    while DBTaskResult.objects.filter(status=TaskResultStatus.READY).exists():
        make_due()
        before = timezone.now()
        outbox.send()
        waits += [
            round((task.run_after - before) / timedelta(minutes=1))
            for task in DBTaskResult.objects.filter(status=TaskResultStatus.READY)
        ]
    hours = LAST_WAIT / timedelta(minutes=1)
    assert waits == [1, 5, 15, 60, 180] + [hours] * (GIVE_UP_ATTEMPT - 1 - len(WAITS))
    assert said() == ["later"] * (GIVE_UP_ATTEMPT - 1) + ["given up"]
    errors = [record.getMessage() for record in log.records if record.levelname == "ERROR"]
    assert errors == [f"{NAME}: given up after {GIVE_UP_ATTEMPT} attempts"]


def refused(code: int) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({ADDRESS: (code, f"<{ADDRESS}>: no".encode())})


def test_an_address_that_is_refused_for_good_is_not_tried_again(outbox, server, log):
    server.error = refused(550)
    post(greeting, number=1)
    outbox.send()
    assert (said(), DBTaskResult.objects.count()) == (["refused"], 1)
    assert log.messages[-1] == f"{NAME}: the address was refused ([550])"


def test_an_address_that_is_refused_for_now_is_tried_again(outbox, server, log):
    server.error = refused(450)
    post(greeting, number=1)
    outbox.send()
    assert (said(), attempt_of(waiting())) == (["later"], 2)
    assert log.messages[-1] == f"{NAME}: attempt 1 failed: SMTPRecipientsRefused [450]"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (refused(550), "the address was refused ([550])"),
        (refused(450), "attempt 1 failed: SMTPRecipientsRefused [450]"),
        (ConnectionRefusedError(f"for {ADDRESS}"), "attempt 1 failed: ConnectionRefusedError"),
        (smtplib.SMTPDataError(554, ADDRESS.encode()), "attempt 1 failed: SMTPDataError 554"),
        (smtplib.SMTPSenderRefused(550, b"", ADDRESS), "attempt 1 failed: SMTPSenderRefused 550"),
    ],
)
def test_the_text_of_an_error_reaches_neither_log_nor_database(outbox, server, log, error, told):
    server.error = error
    post(greeting, number=1)
    outbox.send()
    assert [
        record.getMessage() for record in log.records if record.name == "undersigned.outbox"
    ] == [f"{NAME}: {told}"]
    assert (ADDRESS in log.text, ADDRESS in everything_kept()) == (False, False)


def test_a_mail_that_cannot_be_built_is_tried_again_without_the_text_of_the_error(outbox, log):
    post(broken, number=1)
    outbox.send()
    assert (said(), attempt_of(waiting())) == (["later"], 2)
    assert (ADDRESS in log.text, ADDRESS in everything_kept()) == (False, False)


def test_an_error_while_queueing_the_next_attempt_does_not_carry_the_first_along(
    outbox, server, log, monkeypatch
):
    server.error = ConnectionRefusedError(f"for {ADDRESS}")
    monkeypatch.setattr("config.outbox.WAITS", ["no time"])
    post(greeting, number=1)
    outbox.send()
    task = DBTaskResult.objects.get()
    assert (task.status, task.exception_class_path) == (
        TaskResultStatus.FAILED,
        "builtins.TypeError",
    )
    assert (ADDRESS in log.text, ADDRESS in everything_kept()) == (False, False)


def claimed(*, started_at: datetime) -> DBTaskResult:
    post(greeting, number=1)
    task = waiting()
    task.claim("a worker that was killed")
    DBTaskResult.objects.filter(pk=task.pk).update(started_at=started_at)
    return task


def test_a_mail_whose_worker_was_killed_is_taken_up_again(outbox, now):
    claimed(started_at=now - STUCK_AFTER - timedelta(seconds=1))
    assert outbox.send() == []
    tidy_outbox(now=now)
    assert [message.subject for message in outbox.send()] == ["Hello 1"]


def test_a_mail_whose_worker_may_still_be_sending_is_left_to_it(outbox, now):
    claimed(started_at=now - STUCK_AFTER)
    tidy_outbox(now=now)
    assert outbox.send() == []


@pytest.mark.parametrize(
    ("status", "age", "left"),
    [
        (TaskResultStatus.SUCCESSFUL, KEEP_FINISHED + timedelta(seconds=1), 0),
        (TaskResultStatus.FAILED, KEEP_FINISHED + timedelta(seconds=1), 0),
        (TaskResultStatus.SUCCESSFUL, KEEP_FINISHED, 1),
        (TaskResultStatus.READY, KEEP_FINISHED * 9, 1),
    ],
)
def test_finished_mails_are_forgotten_after_a_week_and_waiting_ones_never(now, status, age, left):
    post(greeting, number=1)
    finished = None if status == TaskResultStatus.READY else now - age
    DBTaskResult.objects.update(status=status, enqueued_at=now - age, finished_at=finished)
    tidy_outbox(now=now)
    assert DBTaskResult.objects.count() == left
