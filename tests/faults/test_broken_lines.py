"""Connections between web server, worker, database and mail server break, and recover.

One site serves all these tests. The times are printed as a table; docs/security.md has one.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config.encryption import blind_index
from signatories.models import Signature
from tests.databases import OF_THIS_RUN, inside
from tests.factories import form_data
from tests.faults.mail_server import MailServer
from tests.faults.outbox import let_time_pass, outcomes
from tests.faults.processes import Site, email, until
from tests.faults.proxy import FAULTS, Proxy

# On a busy machine, too: without limits it would be a minute and more, and what waits for the
# database waits four seconds.
LONGEST = 20.0  # seconds until each response
AT_ONCE = 3.0  # seconds, for requests that wait for nothing
LETTER = "/en/letters/speak/"
SIGN = f"{LETTER}sign/"
CROWD = 16  # requests at once: twice as many as the web server has threads
LATENCY_OF_MAIL = 0.5  # seconds, for each of the twelve packets of a conversation

on_postgresql = pytest.mark.skipif(
    OF_THIS_RUN != "postgresql", reason="SQLite has no line that could break"
)


@dataclass(frozen=True)
class Answer:
    status: int
    seconds: float
    body: str = ""
    retry_after: str | None = None


@dataclass
class House:
    """A site whose lines to its database and its mail server go through proxies."""

    site: Site
    database: str
    mail_server: MailServer
    database_line: Proxy | None
    mail_line: Proxy
    signers: Iterator[int] = field(default_factory=lambda: iter(range(1000)))

    def ask(self, path: str, form: dict[str, str] | None = None) -> Answer:
        begun = time.monotonic()
        connection = HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        try:
            connection.request("POST" if form else "GET", path, urlencode(form or {}), headers)
            answer = connection.getresponse()
            body = answer.read().decode()
            retry_after = answer.headers["Retry-After"]
            return Answer(answer.status, time.monotonic() - begun, body, retry_after)
        except (OSError, HTTPException):
            return Answer(0, time.monotonic() - begun)
        finally:
            connection.close()

    def sign(self) -> tuple[int, Answer]:
        """Send the form as one more signer."""
        number = next(self.signers)
        form = form_data(organisation=f"Forum {number}", email=email(number))
        return number, self.ask(SIGN, form | {"website": f"https://forum{number}.example"})

    def mails_to(self, number: int) -> int:
        return self.mail_server.recipients().count(email(number))


@pytest.fixture(scope="module")
def house(shared_database: str, shared_data_dir: Path) -> Iterator[House]:
    with MailServer() as mail_server, Proxy(mail_server.port, LATENCY_OF_MAIL) as mail_line:
        mail = f"smtp://127.0.0.1:{mail_line.port}"
        if OF_THIS_RUN != "postgresql":
            with Site(shared_database, shared_data_dir, mail) as site:
                site.start_web()
                site.start_worker()
                yield House(site, shared_database, mail_server, None, mail_line)
            return
        port = re.findall(r":(\d+)/", shared_database)[0]
        with Proxy(int(port)) as line:
            through = shared_database.replace(f":{port}/", f":{line.port}/")
            with Site(through, shared_data_dir, mail, WORKER_DATABASE_SECONDS="3") as site:
                site.start_web()
                site.start_worker()
                yield House(site, shared_database, mail_server, line, mail_line)


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[list[tuple[str, str, str]]]:
    rows: list[tuple[str, str, str]] = [("line", "fault", "what came when")]
    yield rows
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print()  # noqa: T201
        for row in rows:
            print("{:<16} {:<8} {}".format(*row))  # noqa: T201


def kept(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return {unescape(name): unescape(value) for name, value in found}


@on_postgresql
@pytest.mark.parametrize("fault", FAULTS)
def test_pages_say_so_in_time_and_come_back_alone(
    fault: str, house: House, table: list[tuple[str, str, str]]
) -> None:
    assert house.database_line
    number = next(house.signers)
    form = form_data(organisation=f"Forum {number}", email=email(number))
    for _ in range(24):  # so that each process of the web server has it in memory
        assert house.ask(LETTER).status == 200
    house.database_line.fault = fault
    with ThreadPoolExecutor(CROWD + 2) as crowd:
        unread = [f"{LETTER}?read={fault}{number}" for number in range(CROWD)]
        pages = [crowd.submit(house.ask, path) for path in unread]
        signing = crowd.submit(house.ask, SIGN, form)
        live = crowd.submit(house.ask, "/letters/speak/live.json")
        time.sleep(0.3)  # by now every working thread waits
        health, readiness = house.ask("/healthz"), house.ask("/readyz")
        answers = [page.result() for page in pages]
    assert (health.status, readiness.status) == (200, 503)
    assert health.seconds < AT_ONCE
    answers += [signing.result(), live.result()]
    assert Counter(answer.status for answer in answers) == {503: CROWD + 2}
    assert {answer.retry_after for answer in answers} == {"10"}
    slowest = max(answer.seconds for answer in [*answers, readiness])
    assert slowest < LONGEST
    assert kept(signing.result().body) == form
    read_before = [house.ask(LETTER) for _ in range(8)]
    assert {answer.status for answer in read_before} == {200}
    assert max(answer.seconds for answer in read_before) < AT_ONCE

    house.database_line.fault = ""
    mended = time.monotonic()
    until(lambda: house.ask(f"{LETTER}?mended={fault}").status == 200, "a page")
    back = time.monotonic() - mended
    assert back < LONGEST
    assert house.ask(SIGN, kept(signing.result().body)).status == 303
    with inside(house.database):
        assert Signature.objects.filter(email_index=blind_index(email(number))).count() == 1
    until(lambda: house.mails_to(number), "the mail")
    table.append(
        (
            "web, database",
            fault,
            f"{CROWD + 2} × 503 within {slowest:.1f} s, /healthz in {health.seconds:.2f} s,"
            f" pages again after {back:.1f} s",
        )
    )


@on_postgresql
@pytest.mark.parametrize("fault", FAULTS)
def test_a_mail_that_is_sent_while_the_database_goes_is_sent_once(
    fault: str, house: House, table: list[tuple[str, str, str]]
) -> None:
    assert house.database_line
    until(lambda: set(outcomes(house.database)) == {"sent"}, "an empty outbox")
    house.mail_server.gate.clear()
    house.mail_server.waiting = 0
    number, answer = house.sign()
    assert answer.status == 303
    until(lambda: house.mail_server.waiting == 1, "a mail under way")
    house.database_line.fault = fault
    house.mail_server.gate.set()
    until(lambda: house.mails_to(number), "the mail")
    time.sleep(1)  # the worker has no database to record it in
    house.database_line.fault = ""
    mended = time.monotonic()
    until(lambda: set(outcomes(house.database)) == {"sent"}, "that it is noted")
    noted = time.monotonic() - mended
    second, answer = house.sign()
    assert answer.status == 303
    until(lambda: house.mails_to(second), "the next mail")
    assert (house.mails_to(number), house.mails_to(second)) == (1, 1)
    table.append(("worker, database", fault, f"mail noted {noted:.1f} s after, none twice"))


@pytest.mark.parametrize("fault", FAULTS)
def test_signing_does_not_wait_for_mail_and_the_mail_comes_once(
    fault: str, house: House, table: list[tuple[str, str, str]]
) -> None:
    until(lambda: set(outcomes(house.database)) <= {"sent"}, "an empty outbox")
    house.mail_line.fault = fault
    number, answer = house.sign()
    assert (answer.status, answer.seconds < AT_ONCE) == (303, True)
    if fault == "latency":
        until(lambda: house.mails_to(number), "the mail")
        came = "the mail came late, once"
    else:
        until(lambda: tried(house), "an attempt")
        came = "tried again after a minute, came once"
    house.mail_line.fault = ""
    until(lambda: not outcomes(house.database)["RUNNING"], "the end of the attempt")
    let_time_pass(house.database, timedelta(minutes=2))
    until(lambda: set(outcomes(house.database)) == {"sent"}, "the last mail")
    assert house.mails_to(number) == 1
    table.append(("worker, mail", fault, f"signed in {answer.seconds:.1f} s; {came}"))


def tried(house: House) -> bool:
    """Whether a mail is being sent, or will be."""
    with inside(house.database):
        return any(
            row.worker_ids
            for row in DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL)
        )
