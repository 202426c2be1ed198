"""Fifty people at the same instant, as after a mail to a whole coalition.

Ten threads with a connection each begin together and take the fifty between them, as the threads of
a web server do: PostgreSQL has a hundred connections for all that runs beside this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config.encryption import blind_index
from config.models import AuditEntry
from signatories.models import Organisation, Signature
from signatories.signing.actions import settle_confirmed
from signatories.signing.links import CONFIRM, MANAGE, link
from tests.factories import TEXT, LetterFactory, OrganisationFactory, SignatureFactory, form_data

# One crowd at a time, so that crowds do not add up their connections.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("crowds")]
CROWD, THREADS = 50, 10


def crowd(act: Callable[[int], str]) -> list[str]:
    """What the act of each number below CROWD came to; the first ten start together."""
    start = Barrier(THREADS)

    def run(number: int) -> str:
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS, initializer=lambda: start.wait(timeout=30)) as pool:
        return [future.result() for future in [pool.submit(run, n) for n in range(CROWD)]]


def test_one_link_confirmed_by_fifty_at_once_is_one_signature():
    name = "Forum for Press Freedom"
    OrganisationFactory(name=name, website="https://forum.example.org")
    signature = SignatureFactory(
        letter=LetterFactory(publish_own_domain=True),
        unconfirmed=True,
        signed_as=name,
        country="DE",
    )
    address, private_page = link(signature, CONFIRM), link(signature, MANAGE)

    def confirm(number: int) -> str:
        response = Client().post(address, TEXT)
        return f"{response.status_code} http://testserver{response.url}"

    assert Counter(crowd(confirm)) == {f"303 {private_page}": CROWD}
    assert [one.is_live for one in Signature.objects.all()] == [True]
    assert Organisation.objects.count() == 1
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["confirmed and published"]
    assert DBTaskResult.objects.count() == 1


def test_one_organisation_signed_by_fifty_at_once_has_one_live_signature(settings):
    settings.TRUSTED_PROXIES = 1
    LetterFactory(slug="speak")

    def sign_and_confirm(number: int) -> str:
        email = f"rosa@section-{number}.example"
        client = Client(headers={"X-Forwarded-For": f"10.0.{number}.1"})
        client.post("/en/letters/speak/sign/", form_data(email=email))
        signature = Signature.objects.get(email_index=blind_index(email))
        return str(client.post(link(signature, CONFIRM), TEXT).status_code)

    assert Counter(crowd(sign_and_confirm)) == {"303": CROWD}
    settle_confirmed(now=timezone.now())
    known = Organisation.objects.on_register().get()
    live = Signature.objects.live()
    assert live.filter(organisation=known).count() == 1
    assert live.filter(organisation__recognised_as=known).count() == CROWD - 1
