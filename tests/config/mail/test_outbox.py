"""The outbox sends no mail before the change that causes it commits, and loses none."""

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

from config.mail.outbox import (
    GIVE_UP_ATTEMPT,
    KEEP_FINISHED,
    LAST_WAIT,
    STUCK_AFTER,
    WAITS,
    post,
    send_due_mails,
    tidy_outbox,
)
from config.mail.outbox import mail as named
from tests.conftest import Outbox
from tests.factories import CampaignFactory

pytestmark = pytest.mark.django_db
ADDRESS = "rosa@forum.example.org"
NAME = "test.greeting"


@named("test.greeting")
def greeting(number: int) -> EmailMessage:
    return EmailMessage(f"Hello {number}", "Text", to=[ADDRESS])


@named("test.no_longer_due")
def no_longer_due(number: int) -> None:
    return None


@named("test.broken")
def broken(number: int) -> EmailMessage:
    raise LookupError(f"nothing known of {ADDRESS}")


@named("test.interrupted")
def interrupted(number: int) -> EmailMessage:
    raise KeyboardInterrupt


class FailingServer(EmailBackend):
    """A mail server that answers with an error while one is set."""

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
    """Everything that is logged, whatever the logger's level and propagation."""
    monkeypatch.setattr(logging.getLogger("undersigned"), "propagate", True)
    caplog.set_level(logging.DEBUG)
    return caplog


def waiting() -> DBTaskResult:
    return DBTaskResult.objects.get(status=TaskResultStatus.READY)


def attempt_of(task: DBTaskResult) -> int:
    return len(task.worker_ids)


def make_due() -> None:
    """Let the time pass until the next attempt."""
    DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(
        run_after=timezone.now() - timedelta(seconds=1)
    )


def results() -> list[object]:
    finished = DBTaskResult.objects.finished().order_by("finished_at")
    return list(finished.values_list("return_value", flat=True))


def everything_stored() -> str:
    return repr(list(DBTaskResult.objects.values()))


def test_a_posted_mail_is_sent_once(outbox):
    post(greeting, number=1)
    assert mail.outbox == []
    assert [(message.subject, message.to) for message in outbox.send()] == [("Hello 1", [ADDRESS])]
    assert outbox.send() == []
    assert results() == ["sent"]


def test_mails_leave_in_the_order_they_were_posted(outbox):
    for number in (1, 2, 3):
        post(greeting, number=number)
    assert [message.subject for message in outbox.send()] == ["Hello 1", "Hello 2", "Hello 3"]


def test_the_outbox_holds_a_reference_and_no_address():
    post(greeting, number=7)
    assert waiting().args_kwargs == {"args": [NAME, {"number": 7}], "kwargs": {}}
    assert ADDRESS not in everything_stored()


def test_a_change_that_is_rolled_back_sends_nothing(outbox):
    CampaignFactory(slug="taken")

    def change_and_fail() -> None:
        with transaction.atomic():
            post(greeting, number=1)
            CampaignFactory(slug="taken")

    with pytest.raises(IntegrityError):
        change_and_fail()
    assert (outbox.send(), DBTaskResult.objects.count()) == ([], 0)


def test_a_mail_that_is_no_longer_due_is_not_sent(outbox):
    post(no_longer_due, number=1)
    assert outbox.send() == []
    assert results() == ["not due"]


def test_a_mail_for_later_waits_until_then(outbox):
    later = timezone.now() + timedelta(hours=1)
    post(greeting, number=1, after=later)
    assert (outbox.send(), waiting().run_after) == ([], later)
    make_due()
    assert [message.subject for message in outbox.send()] == ["Hello 1"]


def test_a_mail_scheduled_for_the_past_is_sent(outbox):
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


def test_waits_between_attempts_grow_and_end_after_days(outbox, server, log):
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
    assert results() == ["given up"]
    assert sum(waits) * timedelta(minutes=1) < timedelta(days=7)
    errors = [record.getMessage() for record in log.records if record.levelname == "ERROR"]
    assert errors == [f"{NAME}: given up after {GIVE_UP_ATTEMPT} attempts"]


def refused(code: int) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({ADDRESS: (code, f"<{ADDRESS}>: no".encode())})


def test_an_address_that_is_refused_for_good_is_not_tried_again(outbox, server, log):
    server.error = refused(550)
    post(greeting, number=1)
    outbox.send()
    assert (results(), DBTaskResult.objects.count()) == (["refused"], 1)
    assert log.messages[-1] == f"{NAME}: the address was refused ([550])"


@pytest.mark.parametrize("code", [550, 554])
def test_an_address_that_is_refused_after_the_text_is_not_tried_again(outbox, server, log, code):
    server.error = smtplib.SMTPDataError(code, f"<{ADDRESS}>: no".encode())
    post(greeting, number=1)
    outbox.send()
    assert (results(), DBTaskResult.objects.count()) == (["refused"], 1)
    assert log.messages[-1] == f"{NAME}: the address was refused ([{code}])"


@named("test.to_nobody")
def to_nobody(number: int) -> EmailMessage:
    return EmailMessage("Hello", "Text", to=["r\u00f6sa@forum.example.org"])


def test_an_address_that_cannot_be_written_is_refused_at_once(outbox, log):
    post(to_nobody, number=1)
    assert outbox.send() == []
    assert results() == ["refused"]
    assert log.messages[-1] == "test.to_nobody: no mail can be sent to the address"


@named("test.abroad")
def abroad(number: int) -> EmailMessage:
    return EmailMessage("Hello", "Text", to=["rosa@fa\u00df.example"])


def test_mails_go_to_the_host_by_idna_2008(outbox):
    post(abroad, number=1)
    (message,) = outbox.send()
    assert message.message()["To"] == "rosa@xn--fa-hia.example"


def test_an_address_that_is_refused_for_now_is_tried_again(outbox, server, log):
    server.error = refused(450)
    post(greeting, number=1)
    outbox.send()
    assert (results(), attempt_of(waiting())) == ([], 1)
    assert log.messages[-1] == f"{NAME}: attempt 1 failed: SMTPRecipientsRefused [450]"


@pytest.mark.parametrize(
    ("error", "logged"),
    [
        (refused(550), "the address was refused ([550])"),
        (refused(450), "attempt 1 failed: SMTPRecipientsRefused [450]"),
        (ConnectionRefusedError(f"for {ADDRESS}"), "attempt 1 failed: ConnectionRefusedError"),
        (smtplib.SMTPDataError(451, ADDRESS.encode()), "attempt 1 failed: SMTPDataError 451"),
        (smtplib.SMTPDataError(550, ADDRESS.encode()), "the address was refused ([550])"),
        (smtplib.SMTPSenderRefused(550, b"", ADDRESS), "attempt 1 failed: SMTPSenderRefused 550"),
    ],
)
def test_the_text_of_an_error_reaches_neither_log_nor_database(outbox, server, log, error, logged):
    server.error = error
    post(greeting, number=1)
    outbox.send()
    assert [
        record.getMessage() for record in log.records if record.name == "undersigned.outbox"
    ] == [f"{NAME}: {logged}"]
    assert (ADDRESS in log.text, ADDRESS in everything_stored()) == (False, False)


def test_a_mail_that_cannot_be_built_is_tried_again_without_the_text_of_the_error(outbox, log):
    post(broken, number=1)
    outbox.send()
    assert (results(), attempt_of(waiting())) == ([], 1)
    assert (ADDRESS in log.text, ADDRESS in everything_stored()) == (False, False)


def claimed(*, started_at: datetime) -> DBTaskResult:
    """A mail that a worker took and never finished with."""
    post(greeting, number=1)
    task = waiting()
    task.claim("a worker that was killed")
    DBTaskResult.objects.filter(pk=task.pk).update(started_at=started_at)
    return task


def test_a_mail_whose_worker_was_killed_is_retried(outbox, now):
    claimed(started_at=now - STUCK_AFTER - timedelta(seconds=1))
    assert outbox.send() == []
    tidy_outbox(now=now)
    assert [message.subject for message in outbox.send()] == ["Hello 1"]


def test_a_mail_that_may_still_be_in_progress_is_left_alone(outbox, now):
    claimed(started_at=now - STUCK_AFTER)
    tidy_outbox(now=now)
    assert outbox.send() == []


def test_a_mail_that_a_slow_worker_sends_after_all_is_not_sent_again(outbox, now):
    slow = claimed(started_at=now - STUCK_AFTER - timedelta(seconds=1))
    tidy_outbox(now=now)
    slow.set_successful("sent")
    assert (outbox.send(), results()) == ([], ["sent"])


def broken_off() -> DBTaskResult:
    """A mail whose sending was interrupted by a signal, and the message to send it after all."""
    post(interrupted, number=1)
    Outbox().send()
    task = DBTaskResult.objects.get()
    assert task.status == TaskResultStatus.FAILED
    DBTaskResult.objects.update(args_kwargs={"args": [NAME, {"number": 1}], "kwargs": {}})
    return task


def test_an_interrupted_mail_is_sent_ten_minutes_later(outbox):
    ended = broken_off().finished_at
    tidy_outbox(now=timezone.now())
    assert waiting().run_after == ended + STUCK_AFTER
    assert outbox.send() == []
    make_due()
    assert [message.subject for message in outbox.send()] == ["Hello 1"]


def test_what_was_sent_is_not_sent_again_however_often_the_outbox_is_tidied(outbox):
    broken_off()
    sent = []
    for _ in range(3):
        tidy_outbox(now=timezone.now() + timedelta(days=1))
        tidy_outbox(now=timezone.now() + timedelta(days=1))
        make_due()
        sent += outbox.send()
    assert [message.subject for message in sent] == ["Hello 1"]
    assert results() == ["sent"]


def test_an_interrupted_mail_is_retried_even_weeks_later(outbox):
    broken_off()
    weeks_ago = timezone.now() - timedelta(weeks=3)
    DBTaskResult.objects.update(enqueued_at=weeks_ago, finished_at=weeks_ago)
    tidy_outbox(now=timezone.now())
    assert [message.subject for message in outbox.send()] == ["Hello 1"]


def kill_the_worker() -> None:
    DBTaskResult.objects.ready()[0].claim("a worker that this mail kills")
    DBTaskResult.objects.update(started_at=timezone.now() - STUCK_AFTER - timedelta(seconds=1))


def run_into_an_error() -> None:
    """A row with arguments with which the worker cannot call the task."""
    DBTaskResult.objects.update(args_kwargs={"args": [], "kwargs": {}})
    Outbox().send()


@pytest.mark.parametrize("attempt", [kill_the_worker, run_into_an_error])
def test_a_mail_that_is_always_interrupted_is_retried_less_often_and_given_up(outbox, log, attempt):
    post(greeting, number=1)
    waits = []
    for _ in range(GIVE_UP_ATTEMPT):
        make_due()
        attempt()
        tidy_outbox(now=timezone.now())
        task = DBTaskResult.objects.get()
        if task.started_at and task.status == TaskResultStatus.READY:
            waits.append(round((task.run_after - task.started_at) / timedelta(minutes=1)))
    minutes = LAST_WAIT / timedelta(minutes=1)
    assert waits == [10, 10, 15, 60, 180] + [minutes] * (GIVE_UP_ATTEMPT - 1 - len(WAITS))
    assert results() == ["given up"]
    tidy_outbox(now=timezone.now())
    errors = [
        record.getMessage()
        for record in log.records
        if (record.name, record.levelname) == ("undersigned.outbox", "ERROR")
    ]
    assert errors == [f"mail {task.pk}: given up after {GIVE_UP_ATTEMPT} attempts"]


def test_a_worker_killed_before_it_put_a_mail_back_loses_nothing(outbox):
    post(greeting, number=1)
    task = waiting()
    task.claim("a worker that was killed")
    task.set_successful("later")
    tidy_outbox(now=timezone.now())
    assert waiting().run_after == task.finished_at + WAITS[0]
    make_due()
    assert [message.subject for message in outbox.send()] == ["Hello 1"]


def test_all_attempts_of_a_mail_have_one_message_id_and_each_mail_its_own(outbox):
    post(greeting, number=1)
    post(greeting, number=2)
    ids = [message.extra_headers["Message-ID"] for message in outbox.send()]
    keys = DBTaskResult.objects.order_by("enqueued_at").values_list("pk", flat=True)
    assert ids == [f"<{key}@testserver>" for key in keys]
    DBTaskResult.objects.update(status=TaskResultStatus.READY)
    assert [message.extra_headers["Message-ID"] for message in outbox.send()] == ids


def test_a_mail_queued_by_an_earlier_version_is_sent(outbox):
    post(greeting, number=1)
    DBTaskResult.objects.update(args_kwargs={"args": [NAME, {"number": 1}, 1], "kwargs": {}})
    assert [message.subject for message in outbox.send()] == ["Hello 1"]


def test_the_worker_stops_after_the_mail_under_way(outbox):
    for number in (1, 2):
        post(greeting, number=number)
    send_due_mails(enough=lambda: True)
    assert [message.subject for message in mail.outbox] == ["Hello 1"]
    assert [message.subject for message in outbox.send()] == ["Hello 2"]


@pytest.mark.parametrize(
    ("status", "age", "left"),
    [
        (TaskResultStatus.SUCCESSFUL, KEEP_FINISHED + timedelta(seconds=1), 0),
        (TaskResultStatus.FAILED, KEEP_FINISHED + timedelta(seconds=1), 1),
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
