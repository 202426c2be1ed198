"""kill -9, and gentler stops, for the worker while it sends mails."""

from __future__ import annotations

import signal
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config.mail.outbox import STUCK_AFTER, post
from letters.models import Letter
from signatories.signing.emails import confirmation
from tests.databases import inside
from tests.factories import SignatureFactory
from tests.faults.mail_server import HANG, MailServer
from tests.faults.outbox import let_time_pass, outcomes
from tests.faults.processes import Site, email, until

MAILS = 40


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def site(database: str, data_dir: Path, mail_server: MailServer) -> Iterator[Site]:
    """A site with mails in its outbox that wait for a worker."""
    with inside(database):
        letter = Letter.objects.get()
        for number in range(MAILS):
            signature = SignatureFactory(
                letter=letter, unconfirmed=True, representative_email=email(number)
            )
            post(confirmation, signature_id=signature.pk)
    with Site(database, data_dir, mail_server.url) as site:
        yield site


def stuck(database: str) -> int:
    with inside(database):
        return DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).count()


def test_every_mail_of_a_killed_worker_arrives(
    database: str, site: Site, mail_server: MailServer
) -> None:
    kills = 0
    for moment in ("after a mail", "before the server has it", "before its answer", "after a mail"):
        if moment == "before the server has it":
            mail_server.mood.answers["DATA"] = HANG
        elif moment == "before its answer":
            mail_server.gate.clear()
        mail_server.waiting = 0
        worker = site.start_worker()
        if moment == "after a mail":
            mail_server.wait_for(8)
        else:
            until(lambda: mail_server.waiting == 1, "a mail under way")
        site.kill(worker)
        kills += 1
        mail_server.mood.answers.clear()
        mail_server.gate.set()
    assert 2 <= stuck(database) <= kills
    let_time_pass(database, STUCK_AFTER * 2)
    site.start_worker()
    until(lambda: outcomes(database) == {"sent": MAILS}, "the end of the last mail")
    ids = defaultdict(set)
    for mail in mail_server.taken:
        ids[mail.recipient].add(mail.id)
    # A mail may come twice where the worker died before it had the server's answer; it is then
    # known by its Message-ID.
    assert {to: len(different) for to, different in ids.items()} == {
        email(number): 1 for number in range(MAILS)
    }
    assert MAILS < len(mail_server.taken) <= MAILS + kills - 1


@pytest.mark.parametrize(("end", "arguments"), [(signal.SIGTERM, []), (signal.SIGINT, ["--once"])])
def test_a_worker_that_is_stopped_finishes_the_current_mail(
    database: str, site: Site, mail_server: MailServer, end: signal.Signals, arguments: list[str]
) -> None:
    mail_server.gate.clear()
    worker = site.start_worker(*arguments)
    until(lambda: mail_server.waiting == 1, "a mail under way")
    worker.send_signal(end)
    mail_server.gate.set()
    assert worker.wait(timeout=30) == 0
    assert len(mail_server.taken) == 1
    assert outcomes(database) == {"sent": 1, TaskResultStatus.READY: MAILS - 1}
