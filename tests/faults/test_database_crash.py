"""PostgreSQL crashes while people sign, and comes back. Nothing else is started again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.encryption import blind_index
from config.mail.outbox import STUCK_AFTER
from signatories.models import Signature
from tests.databases import OF_THIS_RUN, Databases, inside
from tests.faults.cluster import Cluster, binaries
from tests.faults.conftest import fill
from tests.faults.mail_server import MailServer
from tests.faults.outbox import let_time_pass, outcomes
from tests.faults.processes import Signers, Site, children, email, until

SIGNERS = 200


@pytest.fixture
def cluster(databases: Databases) -> Iterator[Cluster]:
    """A server with a site's database; `databases` lets Django use it."""
    if OF_THIS_RUN != "postgresql":
        pytest.skip("it runs where the tests run on PostgreSQL")
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL's initdb is not on this machine")
    with Cluster(programs) as cluster:
        fill(cluster.url)
        yield cluster


def test_the_site_outlives_a_crash_of_its_database_and_loses_nothing(
    cluster: Cluster, data_dir: Path
) -> None:
    with MailServer() as mail_server, Site(cluster.url, data_dir, mail_server.url) as site:
        web, worker = site.start_web(), site.start_worker()
        processes = children(web)
        until(lambda: site.sign(SIGNERS), "a first signature")
        until(lambda: len(mail_server.taken), "a first mail")
        with Signers(site, SIGNERS) as signers:
            for _ in range(2):
                signers.wait_for(60)
                cluster.crash()
                signers.wait_for_failure()
                assert (site.get("/healthz"), site.get("/readyz")) == (200, 503)
                cluster.start()
                until(lambda: site.get("/readyz") == 200, "the site's recovery")
        assert (worker.poll(), web.poll(), children(web)) == (None, None, processes)

        everybody = {email(number) for number in range(SIGNERS + 1)}
        with inside(cluster.url):
            kept = Counter(Signature.objects.values_list("email_index", flat=True))
        assert kept == {blind_index(address): 1 for address in everybody}

        # What the worker had under way when the database went is stuck for ten minutes.
        until(lambda: not outcomes(cluster.url)["READY"], "the end of the queue")
        let_time_pass(cluster.url, STUCK_AFTER * 2)
        site.kill(worker)  # only so that it need not be waited for that it tidies up
        site.start_worker()
        until(lambda: set(outcomes(cluster.url)) == {"sent"}, "the last mail")
        # So many who have not confirmed yet raise an alarm, too, of which the organiser is told.
        assert set(mail_server.recipients()) - {"coalition@example.org"} == everybody
