"""A signature's network: how it is stored and found, and that it goes with the contact."""

from __future__ import annotations

import pytest
from django.db import connection

from signatories.defence.decision import index_network
from signatories.models import Signature
from signatories.signing.actions import ask_to_become_contact, confirm_signature, decide_handover
from tests.factories import SignatureFactory, form_data

pytestmark = pytest.mark.django_db
NETWORK = "192.0.2.0/24"


def test_a_signature_is_stored_with_its_network_not_its_ip_address(client, letter):
    client.post("/en/letters/speak/sign/", form_data(), REMOTE_ADDR="192.0.2.77")
    signature = Signature.objects.get()
    assert (signature.network, signature.network_index) == (NETWORK, index_network(NETWORK))


def test_the_network_is_not_readable_in_the_database(sign):
    sign(network=NETWORK)
    with connection.cursor() as cursor:
        cursor.execute("SELECT network, network_index FROM signatories_signature")
        stored = cursor.fetchone()
    assert "192.0.2" not in str(stored)
    assert len(stored[1]) == 64


def test_an_unreadable_network_is_stored_as_none(sign):
    sign(network="unknown")
    signature = Signature.objects.get()
    assert (signature.network, signature.network_index) == ("", "")


def test_signing_again_before_confirming_stores_the_later_network(sign):
    for network in (NETWORK, "2001:db8:1::/48"):
        sign(network=network, email="rosa@forum.example.org", organisation="Forum")
    assert Signature.objects.get().network == "2001:db8:1::/48"


def test_a_new_contact_has_the_network_of_its_own_signature(sign, letter, staff, now):
    first = SignatureFactory(letter=letter, organisation__name="Forum for Free Speech")
    sign(network=NETWORK, email="second@forum.example.org", organisation="Forum for Free Speech")
    second = confirm_signature(signature=Signature.objects.latest("pk"), now=now)
    ask_to_become_contact(second=second, now=now)
    handed = decide_handover(signature=first, accept=True, by=staff, now=now)
    assert (handed.network, handed.network_index) == (NETWORK, index_network(NETWORK))
