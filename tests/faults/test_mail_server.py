"""A mail server that fails for an hour. Time is shifted, not waited for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config.mail.outbox import post, send_due_mails, tidy_outbox
from letters.models import Letter
from signatories.signing.emails import confirmation
from tests.factories import LetterFactory, SignatureFactory
from tests.faults.mail_server import BREAK_OFF, DRIP, HANG, MailServer
from tests.faults.outbox import make_older, outcomes_here
from tests.faults.processes import email

pytestmark = pytest.mark.django_db(transaction=True)
MAILS = 6
MINUTE = timedelta(minutes=1)
EVERYBODY = [email(number) for number in range(MAILS)]


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with MailServer() as server:
        settings.EMAIL_BACKEND = "config.mail.backends.ServerBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


@pytest.fixture(autouse=True)
def letter(server: MailServer) -> Letter:
    """A letter with mails in the outbox."""
    letter = LetterFactory()
    for address in EVERYBODY:
        signature = SignatureFactory(letter=letter, unconfirmed=True, representative_email=address)
        post(confirmation, signature_id=signature.pk)
    return letter


def let_pass(time: timedelta, *, step: timedelta = MINUTE) -> None:
    """The worker's runs during this time."""
    for _ in range(time // step):
        tidy_outbox(now=timezone.now())
        send_due_mails()
        make_older(step)


def attempts() -> list[int]:
    return [len(workers) for workers in DBTaskResult.objects.values_list("worker_ids", flat=True)]


ILLNESSES = {
    "refuses connections": {},
    "is too busy to greet": {"GREETING": "421 too busy"},
    "accepts connections and says nothing": {"GREETING": HANG},
    "greylists": {"RCPT": "450 try later"},
    "hangs once it has the mail": {"END": HANG},
    "has no room": {"END": "452 no room"},
    "breaks off": {"END": BREAK_OFF},
}


@pytest.mark.parametrize("answers", ILLNESSES.values(), ids=ILLNESSES)
def test_after_an_hour_of_illness_every_mail_is_sent_once(
    answers: dict[str, str], server: MailServer, settings: Any
) -> None:
    if not answers:
        server.switch_off()
    server.mood.answers = answers
    healthy = settings.EMAIL_TIMEOUT
    settings.EMAIL_TIMEOUT = 0.2 if HANG in answers.values() else healthy
    let_pass(timedelta(hours=1))
    # At once and after 1, 6 and 21 minutes; the next attempt comes after 81.
    assert (attempts(), server.recipients()) == ([4] * MAILS, [])
    settings.EMAIL_TIMEOUT = healthy
    server.mood.answers = {}
    if not answers:
        server.switch_on()
    let_pass(timedelta(minutes=30), step=5 * MINUTE)
    assert Counter(server.recipients()) == Counter(EVERYBODY)
    let_pass(timedelta(days=5), step=timedelta(hours=6))
    assert Counter(server.recipients()) == Counter(EVERYBODY)


@pytest.mark.parametrize("moment", ["GREETING", "DATA", "END"])
def test_a_server_that_sends_one_byte_at_a_time_is_abandoned_in_time(
    moment: str, server: MailServer, settings: Any
) -> None:
    DBTaskResult.objects.exclude(pk=DBTaskResult.objects.all()[0].pk).delete()
    settings.EMAIL_CONVERSATION_SECONDS = 0.5
    server.mood.answers = {moment: DRIP}
    begun = monotonic()
    send_due_mails()
    assert monotonic() - begun < 15
    assert (attempts(), server.taken) == ([1], [])
    settings.EMAIL_CONVERSATION_SECONDS = 90
    server.mood.answers = {}
    let_pass(2 * MINUTE)
    assert (len(server.taken), outcomes_here()) == (1, {"sent": 1})


@pytest.mark.parametrize("answer", [BREAK_OFF, HANG, "421 I am closing"])
def test_an_error_after_a_mail_was_accepted_does_not_send_it_twice(
    answer: str, server: MailServer, settings: Any
) -> None:
    settings.EMAIL_TIMEOUT = 5 if answer == HANG else settings.EMAIL_TIMEOUT
    DBTaskResult.objects.exclude(pk=DBTaskResult.objects.all()[0].pk).delete()
    server.mood.answers = {"QUIT": answer}
    let_pass(timedelta(minutes=2))
    assert (len(server.taken), outcomes_here()) == (1, {"sent": 1})


def test_a_refused_address_does_not_delay_other_mails(server: MailServer) -> None:
    server.mood.refused = {EVERYBODY[1]: "550 unknown", EVERYBODY[2]: "450 try later"}
    let_pass(MINUTE)
    assert server.recipients() == [EVERYBODY[0], *EVERYBODY[3:]]
    server.mood.refused.clear()
    let_pass(timedelta(hours=6), step=timedelta(hours=1))
    assert server.recipients() == [EVERYBODY[0], *EVERYBODY[3:], EVERYBODY[2]]
    assert outcomes_here() == {"sent": MAILS - 1, "refused": 1}
