from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from signatories.errors import BadLink, LinkExpired
from signatories.models import Signature
from signatories.signing import links
from signatories.signing.links import CONFIRM, MANAGE, make_token, read_token
from tests.factories import SignatureFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(monkeypatch):
    """Make the clock that ages tokens say another time."""

    def move(**delta: float) -> None:
        moved = timezone.now() + timedelta(**delta)
        monkeypatch.setattr(signing.time, "time", moved.timestamp)

    return move


@pytest.mark.parametrize("purpose", [CONFIRM, MANAGE])
def test_a_token_returns_its_signature(purpose):
    signature = SignatureFactory(unconfirmed=True)
    assert read_token(make_token(signature, purpose), purpose) == signature


def test_a_token_serves_one_purpose():
    token = make_token(SignatureFactory(unconfirmed=True), CONFIRM)
    with pytest.raises(BadLink):
        read_token(token, MANAGE)


@pytest.mark.parametrize("token", ["", "x", "1~abc~def", "us_1~abc~def", "us_", "us_1:2:3", "é"])
def test_a_forged_token_is_refused(token):
    with pytest.raises(BadLink):
        read_token(token, CONFIRM)


def test_another_signatures_number_cannot_be_put_in():
    mine, other = SignatureFactory(), SignatureFactory()
    token = make_token(mine, MANAGE)
    with pytest.raises(BadLink):
        read_token(token.replace(str(mine.pk), str(other.pk), 1), MANAGE)


def test_a_new_nonce_ends_all_links_that_are_out():
    signature = SignatureFactory()
    token = make_token(signature, MANAGE)
    Signature.objects.update(link_nonce=links.new_nonce())
    with pytest.raises(BadLink):
        read_token(token, MANAGE)


def test_confirming_links_end_after_their_hours(later, settings):
    signature = SignatureFactory(unconfirmed=True)
    token = make_token(signature, CONFIRM)
    later(hours=settings.CONFIRMATION_HOURS, seconds=-5)
    assert read_token(token, CONFIRM) == signature
    later(hours=settings.CONFIRMATION_HOURS, seconds=5)
    with pytest.raises(LinkExpired) as expired:
        read_token(token, CONFIRM)
    assert expired.value.signature_id == signature.pk


def test_a_used_confirmation_link_still_opens_its_signature(later):
    signature = SignatureFactory(in_review=True)
    token = make_token(signature, CONFIRM)
    later(days=30)
    assert read_token(token, CONFIRM) == signature


def test_private_links_last(later):
    signature = SignatureFactory()
    token = make_token(signature, MANAGE)
    later(days=300)
    assert read_token(token, MANAGE) == signature


def test_a_token_holds_no_personal_data():
    signature = SignatureFactory()
    token = make_token(signature, MANAGE)
    assert "rosa" not in token.lower()
    assert "forum" not in token.lower()


def test_a_mailed_link_names_site_and_language():
    signature = SignatureFactory()
    link = links.link(signature, MANAGE)
    assert link == f"http://testserver/en/signature/{make_token(signature, MANAGE)}/"


@pytest.mark.parametrize("purpose", [CONFIRM, MANAGE])
def test_links_of_a_former_secret_key_still_lead_to_their_signature(settings, purpose):
    signature = SignatureFactory(unconfirmed=True)
    token = make_token(signature, purpose)
    settings.SECRET_KEY, former = "a new key" * 10, settings.SECRET_KEY
    with pytest.raises(BadLink):
        read_token(token, purpose)
    settings.SECRET_KEY_FALLBACKS = ["another former key" * 5, former]
    assert read_token(token, purpose) == signature
    assert make_token(signature, MANAGE) != token  # new ones are under the new key
