"""Pictures of organisations and letters hidden again: gone from every URL at the next request."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from campaigns.models import Campaign
from signatories.models import Signature
from signatories.register.actions import set_logo
from tests.factories import SignatureFactory

pytestmark = pytest.mark.django_db
SHARED = "public, max-age=1"


def unpublish(signature: Signature) -> None:
    Campaign.objects.update(published=False)


def withhold(signature: Signature) -> None:
    Signature.objects.update(visibility="withheld")


def withdraw(signature: Signature) -> None:
    Signature.objects.update(status="withdrawn", withdrawn_at=signature.signed_at)


@pytest.fixture
def signature(now) -> Signature:
    signature = SignatureFactory(letter__slug="speak")
    set_logo(organisation=signature.organisation, image=WEBP, by=None, now=now)
    return signature


WEBP = bytes.fromhex(
    "52494646220000005745425056503820160000003001009d012a0100010002003425a400"
    "0370 00fefb940000".replace(" ", "")
)


def logo_of(signature: Signature) -> str:
    return f"/logos/{signature.organisation.logo.key}.webp"


def picture_of(signature: Signature) -> str:
    return "/en/letters/speak/preview.png"


def picture_in_a_language_of(signature: Signature) -> str:
    return "/en/letters/speak/in/en/preview.png"


def code_of(signature: Signature) -> str:
    return "/en/letters/speak/qr.svg"


@pytest.mark.parametrize(
    ("address", "hide"),
    [
        (logo_of, unpublish),
        (logo_of, withhold),
        (logo_of, withdraw),
        (picture_of, unpublish),
        (picture_in_a_language_of, unpublish),
        (code_of, unpublish),
    ],
)
def test_a_picture_disappears_with_its_letter_or_organisation(
    client, signature, address: Callable[[Signature], str], hide: Callable[[Signature], None]
):
    url = address(signature)
    shown = client.get(url)
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, SHARED)
    known = {"If-None-Match": shown.headers["ETag"]}
    assert client.get(url, headers=known).status_code == 304
    hide(signature)
    hidden = client.get(url, headers=known)
    assert hidden.status_code == 404
    assert "ETag" not in hidden.headers
    assert "max-age=1" not in hidden.headers.get("Cache-Control", "")
