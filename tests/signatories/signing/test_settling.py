"""Which organisation a confirmed signature turns out to be of."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from config.models import AuditEntry
from letters.models import Letter
from signatories.admin.candidates import decide_candidate
from signatories.errors import MaybeSecond
from signatories.housekeeping import tidy
from signatories.models import Organisation, Pair, Signature
from signatories.review.actions import decline_signature, publish_signature
from signatories.signing.actions import (
    confirm_signature,
    settle_confirmed,
    settle_signature,
    withdraw_signature,
)
from tests.factories import LetterFactory, OrganisationFactory, SignatureFactory

pytestmark = pytest.mark.django_db
Status = Signature.Status
NOW = timezone.now()
NAME = "Forum for Free Speech"


@pytest.fixture
def letter() -> Letter:
    return LetterFactory()


@pytest.fixture
def first(letter: Letter) -> Signature:
    """The organisation has signed, and its name is withheld."""
    return SignatureFactory(letter=letter, organisation__name=NAME, visibility="withheld")


def confirmed(letter: Letter, name: str = NAME, email: str = "sam@gmail.com") -> Signature:
    signature = SignatureFactory(
        letter=letter,
        unconfirmed=True,
        signed_as=name,
        country="DE",
        representative_email=email,
    )
    return confirm_signature(signature=signature, now=NOW)


def settled(signature: Signature) -> Organisation:
    settle_confirmed(now=NOW)
    signature.refresh_from_db()
    assert signature.organisation is not None
    return signature.organisation


def test_until_then_it_is_provisional_and_not_on_the_register(letter):
    signature = confirmed(letter)
    assert signature.organisation is not None
    assert (signature.organisation.name, signature.organisation.provisional) == (NAME, True)
    assert list(Organisation.objects.on_register()) == []


def test_a_body_that_nobody_knows_is_entered_on_the_register(letter):
    organisation = settled(confirmed(letter))
    assert list(Organisation.objects.on_register()) == [organisation]
    assert AuditEntry.objects.filter(verb="organisation added").count() == 1


def test_a_known_one_is_linked_and_nothing_is_left_of_the_provisional_one(letter):
    known = OrganisationFactory(name=NAME)
    assert settled(confirmed(letter, name=NAME.upper())) == known
    assert list(Organisation.objects.all()) == [known]


def test_settling_twice_is_harmless(letter):
    signature = confirmed(letter)
    organisation = settled(signature)
    assert settle_signature(signature=signature, now=NOW).organisation == organisation
    assert Organisation.objects.count() == 1


def test_a_second_one_stays_provisional_and_the_first_is_told_once(letter, first, outbox):
    second = confirmed(letter)
    for _ in range(2):
        organisation = settled(second)
    assert (organisation.provisional, organisation.recognised_as) == (True, first.organisation)
    assert second.status == Status.IN_REVIEW
    told = [mail for mail in outbox.send() if mail.to == [first.representative_email]]
    assert len(told) == 1


def test_it_cannot_be_published_before_staff_say_whether_it_is_the_same(letter, first, staff):
    second = confirmed(letter)
    with pytest.raises(MaybeSecond):
        publish_signature(signature=second, by=staff, now=NOW)


def test_when_the_first_is_withdrawn_the_second_takes_its_place(letter, first):
    second = confirmed(letter)
    settled(second)
    withdraw_signature(signature=first, now=NOW)
    assert settled(second) == first.organisation
    assert second.status == Status.IN_REVIEW


def test_nothing_happens_to_it_when_the_first_becomes_public(letter, first):
    second = confirmed(letter)
    settled(second)
    Signature.objects.filter(pk=first.pk).update(visibility="public")
    tidy(now=NOW)
    assert settled(second).recognised_as == first.organisation
    assert second.status == Status.IN_REVIEW


def decide(second: Signature, first: Signature, answer: str, by: User) -> None:
    second.refresh_from_db()
    decide_candidate(
        own=second.organisation, other=first.organisation, answer=answer, by=by, now=NOW
    )
    second.refresh_from_db()


def test_one_that_staff_call_different_is_an_entry_of_its_own(letter, first, staff):
    second = confirmed(letter)
    settled(second)
    decide(second, first, "different", staff)
    assert second.organisation in Organisation.objects.on_register()
    assert Pair.objects.get().decision == Pair.Decision.DIFFERENT
    assert publish_signature(signature=second, by=staff, now=NOW).status == Status.PUBLISHED


@pytest.mark.parametrize("public", [True, False])
def test_a_signature_of_the_same_organisation_is_declined_and_told_only_what_it_may_know(
    letter, first, staff, outbox, public
):
    second = confirmed(letter)
    settled(second)
    outbox.send()
    if public:
        Signature.objects.filter(pk=first.pk).update(visibility="public")
    decide(second, first, "same", staff)
    assert (second.status, second.organisation) == (Status.DECLINED, first.organisation)
    (mail,) = [mail for mail in outbox.send() if mail.to == ["sam@gmail.com"]]
    assert ("already signed" in mail.body) is public
    assert ("already signed" in second.reason) is public


def test_one_declined_by_mistake_is_settled_when_it_is_published(letter, staff):
    signature = confirmed(letter)
    decline_signature(signature=signature, by=staff, now=NOW, reason="By mistake.")
    published = publish_signature(signature=signature, by=staff, now=NOW)
    assert published.organisation in Organisation.objects.on_register()


def test_a_body_hidden_under_another_teams_letter_is_not_linked(letter):
    hidden = SignatureFactory(organisation__name=NAME, visibility="withheld").organisation
    organisation = settled(confirmed(letter))
    assert organisation != hidden
    assert (organisation.provisional, organisation.namesake) == (False, 1)


def test_one_hidden_under_another_letter_of_the_campaign_is(letter):
    other = LetterFactory(campaign=letter.campaign)
    hidden = SignatureFactory(letter=other, organisation__name=NAME, visibility="withheld")
    signature = confirmed(letter, name="FORUM for Free Speech")
    assert settled(signature) == hidden.organisation
    assert str(Signature.objects.get(pk=signature.pk)) == "FORUM for Free Speech"


def test_a_public_name_is_shown_to_the_signer(letter):
    SignatureFactory(organisation__name=NAME)
    signature = confirmed(letter, name="FORUM for Free Speech")
    settled(signature)
    assert str(Signature.objects.get(pk=signature.pk)) == NAME
