"""kill -9 for the web server while people sign."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path

from django_tasks_db.models import DBTaskResult

from config.encryption import blind_index
from signatories.models import Signature
from tests.databases import inside
from tests.faults.processes import Signers, Site, children, email, until

SIGNERS = 500


def test_no_acknowledged_signature_is_lost_or_doubled(database: str, data_dir: Path) -> None:
    with Site(database, data_dir) as site:
        web = site.start_web()
        with Signers(site, SIGNERS) as signers:
            for _ in range(3):
                signers.wait_for(100)
                site.kill(web)
                web = site.start_web()
        assert signers.failures > 0, "nobody signed while the web server was killed"
    with inside(database):
        kept = Counter(Signature.objects.values_list("email_index", flat=True))
        mails = DBTaskResult.objects.values_list("args_kwargs__args", flat=True)
        confirmations = {
            reference["signature_id"]
            for name, reference in mails
            if name == "signature.confirmation"
        }
        keys = set(Signature.objects.values_list("pk", flat=True))
    assert sorted(signers.acknowledged) == list(range(SIGNERS))
    assert kept == {blind_index(email(number)): 1 for number in range(SIGNERS)}
    assert confirmations == keys


def test_a_killed_process_of_the_web_server_is_replaced_by_itself(
    database: str, data_dir: Path
) -> None:
    with Site(database, data_dir) as site:
        web = site.start_web()
        with Signers(site, 40) as signers:
            signers.wait_for(10)
            victim, survivor = children(web)
            os.kill(victim, signal.SIGKILL)
        until(lambda: victim not in children(web) and len(children(web)) == 2, "a new process")
        assert survivor in children(web)
    with inside(database):
        assert Signature.objects.count() == 40
