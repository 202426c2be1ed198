"""What confirming a signature does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from config.models import AuditEntry
from letters.models import Letter
from signatories.housekeeping import tidy
from signatories.models import DomainSource, Organisation, Signature
from signatories.privacy.retention import UNCONFIRMED_DAYS
from signatories.register.actions import index_organisation
from signatories.signing.actions import (
    confirm_signature,
    resend_confirmation,
    settle_confirmed,
    settle_signature,
    sign_letter,
)
from tests.factories import FIRST, LetterFactory, OrganisationFactory, SignatureFactory, entry

pytestmark = pytest.mark.django_db
Status = Signature.Status
NOW = timezone.now()


def signed(letter: Letter, **changes: str) -> Signature:
    sign_letter(
        letter=letter,
        entry=entry(**changes),
        shown=FIRST,
        network="192.0.2.0/24",
        language="en",
        now=NOW,
    )
    return Signature.objects.get(status=Status.UNCONFIRMED)


def version(letter: Letter) -> int:
    return Letter.objects.values_list("public_version", flat=True).get(pk=letter.pk)


def test_a_confirmed_signature_goes_to_review_and_is_not_public():
    letter = LetterFactory()
    signature = confirm_signature(signature=signed(letter), now=NOW)
    assert signature.status == Status.IN_REVIEW
    assert signature.confirmed_at == NOW
    assert str(signature.organisation) == "Forum for Free Speech"
    assert version(letter) == 1


@pytest.fixture
def known() -> Organisation:
    """Forum for Free Speech, with the domain that its representative writes from."""
    return OrganisationFactory(name="Forum for Free Speech", website="https://forum.example.org")


def test_an_address_at_the_own_domain_publishes_at_once_where_the_letter_allows_it(known):
    letter = LetterFactory(publish_own_domain=True)
    signature = confirm_signature(signature=signed(letter), now=NOW)
    assert signature.status == Status.PUBLISHED
    assert signature.authority == Signature.Authority.OWN_DOMAIN
    assert signature.organisation == known
    assert version(letter) == 2


def test_a_domain_that_only_the_form_itself_names_proves_nothing():
    letter = LetterFactory(publish_own_domain=True)
    signature = confirm_signature(signature=signed(letter), now=NOW)
    assert (signature.status, signature.authority) == (Status.IN_REVIEW, "declared")


def test_nor_does_one_that_an_earlier_form_named_while_nobody_can_read_of_it():
    confirm_signature(signature=signed(LetterFactory()), now=NOW)
    settle_confirmed(now=NOW)
    letter = LetterFactory(publish_own_domain=True)
    signature = confirm_signature(signature=signed(letter), now=NOW)
    assert (signature.status, signature.authority) == (Status.IN_REVIEW, "declared")


def test_a_domain_that_everybody_can_read_beside_the_name_proves_it():
    SignatureFactory(
        organisation__name="Forum for Free Speech",
        organisation__website="https://forum.example.org",
        organisation__website_source=DomainSource.SIGNATURE,
    )
    letter = LetterFactory(publish_own_domain=True)
    assert confirm_signature(signature=signed(letter), now=NOW).status == Status.PUBLISHED


def test_a_domain_of_two_organisations_proves_neither(known):
    OrganisationFactory(name="Forum Youth", website="https://youth.forum.example.org")
    letter = LetterFactory(publish_own_domain=True)
    assert confirm_signature(signature=signed(letter), now=NOW).status == Status.IN_REVIEW


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"email": "forum@gmail.com"}, "a free mailbox proves nothing"),
        ({"email": "rosa@other.example.net"}, "another domain"),
        ({"website": ""}, "no website to compare with"),
        (
            {"website": "https://forum.wordpress.com", "email": "a@wordpress.com"},
            "a host for everyone",
        ),
    ],
)
def test_any_other_address_waits_for_review(changes, why):
    letter = LetterFactory(publish_own_domain=True)
    signature = confirm_signature(signature=signed(letter, **changes), now=NOW)
    assert (signature.status, signature.authority) == (Status.IN_REVIEW, "declared")


@pytest.mark.parametrize("known_by", ["website", "domain"])
@pytest.mark.parametrize(
    ("registered", "email", "status"),
    [
        ("faß.example", "info@fass.example", Status.IN_REVIEW),
        ("faß.example", "info@xn--fa-hia.example", Status.PUBLISHED),
        ("xn--fa-hia.example", "info@FAß.example", Status.PUBLISHED),
        ("fass.example", "info@xn--fa-hia.example", Status.IN_REVIEW),
    ],
)
def test_hosts_are_compared_as_browsers_do(known_by, registered, email, status):
    letter = LetterFactory(publish_own_domain=True)
    organisation = OrganisationFactory(name="Forum for Free Speech")
    if known_by == "website":
        organisation.website = f"https://{registered}"
        organisation.save()
    else:
        organisation.domains.create(domain=registered)
    index_organisation(organisation)
    signature = confirm_signature(signature=signed(letter, email=email, website=""), now=NOW)
    assert signature.status == status
    assert (signature.organisation == organisation) == (status == Status.PUBLISHED)


@pytest.mark.parametrize("known", [False, True])
def test_an_odd_name_waits_for_review_unless_it_is_on_the_register(known):
    letter = LetterFactory(publish_own_domain=True)
    if known:
        organisation = OrganisationFactory(name="1000.org", website="https://1000.org")
        index_organisation(organisation)
    odd = signed(letter, organisation="1000.org", website="https://1000.org", email="a@1000.org")
    signature = confirm_signature(signature=odd, now=NOW)
    assert signature.status == (Status.PUBLISHED if known else Status.IN_REVIEW)


def test_the_domain_on_the_register_counts_and_not_the_one_that_was_typed():
    OrganisationFactory(name="Forum for Free Speech", website="https://forum.example.net")
    letter = LetterFactory(publish_own_domain=True)
    signature = confirm_signature(signature=signed(letter), now=NOW)
    assert signature.status == Status.IN_REVIEW


def test_an_organisation_on_the_register_without_a_website_is_not_taken_over_by_a_typed_one():
    organisation = OrganisationFactory(name="Forum for Free Speech", website="")
    letter = LetterFactory(publish_own_domain=True)
    signature = confirm_signature(signature=signed(letter), now=NOW)
    organisation.refresh_from_db()
    assert (signature.status, organisation.website) == (Status.IN_REVIEW, "")


def test_confirming_after_the_letter_has_closed_leaves_the_decision_to_staff():
    letter = LetterFactory(publish_own_domain=True, closes_at=NOW + timedelta(hours=1))
    signature = confirm_signature(signature=signed(letter), now=NOW + timedelta(hours=2))
    assert signature.status == Status.IN_REVIEW


def test_confirming_twice_is_harmless(known, outbox):
    letter = LetterFactory(publish_own_domain=True)
    signature = signed(letter)
    for _ in range(2):
        confirm_signature(signature=signature, now=NOW)
    verbs = AuditEntry.objects.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["signed", "confirmed and published"]
    assert version(letter) == 2


def test_the_register_knows_an_organisation_by_its_name_and_country():
    known = OrganisationFactory(name="Forum for Free Speech", country="DE")
    OrganisationFactory(name="Forum for Free Speech", country="FR")
    written = "forum for FREE speech"
    signature = confirm_signature(signature=signed(LetterFactory(), organisation=written), now=NOW)
    assert settle_signature(signature=signature, now=NOW).organisation == known


def test_of_namesakes_the_one_at_the_representatives_domain_is_meant():
    OrganisationFactory(name="Forum for Free Speech", website="https://one.example.net")
    second = OrganisationFactory(
        name="Forum for Free Speech", namesake=1, website="https://forum.example.org"
    )
    signature = confirm_signature(signature=signed(LetterFactory()), now=NOW)
    assert signature.organisation == second


def test_a_second_representative_is_declined_and_told_that_the_organisation_has_signed(outbox):
    letter = LetterFactory()
    first = SignatureFactory(letter=letter, organisation__name="Forum for Free Speech")
    second = confirm_signature(signature=signed(letter), now=NOW)
    assert second.status == Status.DECLINED
    assert Signature.objects.live().get() == first
    (message,) = [mail for mail in outbox.send() if mail.to == ["rosa@forum.example.org"]]
    assert "had already signed" in message.body


def test_a_stranger_is_not_told_of_a_signature_that_is_not_public(outbox):
    letter = LetterFactory()
    SignatureFactory(letter=letter, organisation__name="Forum for Free Speech", in_review=True)
    confirm_signature(signature=signed(letter, email="spy@gmail.com"), now=NOW)
    (message,) = [mail for mail in outbox.send() if mail.to == ["spy@gmail.com"]]
    assert "already" not in message.subject + message.body


@pytest.mark.parametrize(
    "name",
    [
        "Forum for Free Speach",
        "Forurn for Free Speech",
        "Forum for Free 5peech",
        "Free Speech Forum",
    ],
)
def test_a_name_like_a_registered_one_always_goes_to_review(name):
    other = OrganisationFactory(name="Forum for Free Speech", website="https://forum.example.net")
    letter = LetterFactory(publish_own_domain=True)
    signature = confirm_signature(signature=signed(letter, organisation=name), now=NOW)
    assert signature.status == Status.IN_REVIEW
    organisation = settle_signature(signature=signature, now=NOW).organisation
    assert (organisation.name, organisation.provisional) == (name, False)
    assert organisation != other


def test_a_withdrawn_organisation_can_sign_again():
    letter = LetterFactory()
    SignatureFactory(letter=letter, organisation__name="Forum for Free Speech", withdrawn=True)
    assert confirm_signature(signature=signed(letter), now=NOW).status == Status.IN_REVIEW


def test_a_new_link_goes_to_the_same_address_as_long_as_nothing_is_confirmed(outbox):
    signature = signed(LetterFactory())
    outbox.send()
    resend_confirmation(signature_id=signature.pk, now=NOW)
    assert [message.to for message in outbox.send()] == [["rosa@forum.example.org"]]
    confirm_signature(signature=signature, now=NOW)
    outbox.send()
    resend_confirmation(signature_id=signature.pk, now=NOW)
    assert outbox.send() == []


def test_an_unconfirmed_signature_expires_and_its_contact_is_erased():
    signature = signed(LetterFactory())
    tidy(now=NOW + timedelta(days=UNCONFIRMED_DAYS))
    assert Signature.objects.get().status == Status.UNCONFIRMED
    tidy(now=NOW + timedelta(days=UNCONFIRMED_DAYS, seconds=1))
    signature.refresh_from_db()
    assert signature.status == Status.EXPIRED
    erased = (signature.representative_name, signature.representative_email, signature.email_index)
    assert erased == ("", "", "")


def test_contacts_are_erased_after_the_letters_days_and_the_signature_stays():
    letter = LetterFactory(contact_days=30, closes_at=NOW)
    signature = SignatureFactory(letter=letter)
    tidy(now=NOW + timedelta(days=30))
    signature.refresh_from_db()
    assert signature.representative_name == "Rosa Reader"
    tidy(now=NOW + timedelta(days=30, seconds=1))
    signature.refresh_from_db()
    assert signature.status == Status.PUBLISHED
    assert (signature.representative_name, signature.representative_email) == ("", "")
