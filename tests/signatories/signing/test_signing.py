"""What sign_letter stores and mails."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config.models import AuditEntry
from letters.models import Letter
from signatories.errors import LetterNotOpen
from signatories.models import Organisation, Signature
from signatories.signing.actions import confirm_signature, sign_letter
from tests.factories import FIRST, LetterFactory, SignatureFactory, entry

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def sign(letter: Letter, *, network: str = "192.0.2.0/24", now=NOW, **changes: str) -> None:
    sign_letter(
        letter=letter,
        entry=entry(**changes),
        shown=FIRST,
        network=network,
        language="en",
        now=now,
    )


def queued() -> list[str]:
    rows = DBTaskResult.objects.order_by("enqueued_at")
    return [row.args_kwargs["args"][0].rpartition(".")[2] for row in rows]


def test_signing_stores_an_unconfirmed_signature_and_mails_a_link(outbox):
    letter = LetterFactory()
    sign(letter)
    signature = Signature.objects.get()
    assert signature.status == Signature.Status.UNCONFIRMED
    assert signature.signed_as == "Forum for Free Speech"
    assert signature.representative_email == "rosa@forum.example.org"
    assert [(message.to, message.subject) for message in outbox.send()] == [
        (
            ["rosa@forum.example.org"],
            "Please confirm your signature: “Let everyone speak”",
        )
    ]


def test_nothing_public_changes_before_confirmation():
    letter = LetterFactory()
    sign(letter)
    letter.refresh_from_db()
    assert letter.public_version == 1
    assert Organisation.objects.count() == 0


def test_signing_is_on_the_record_without_personal_data():
    sign(LetterFactory())
    audit = AuditEntry.objects.get()
    assert (audit.verb, audit.actor, audit.by) == ("signed", "representative", None)
    assert audit.subject_id == Signature.objects.get().pk
    assert audit.detail == {}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"status": Letter.Status.CLOSED}, "closed by staff"),
        ({"closes_at": NOW}, "the closing instant is the first that is too late"),
        ({"opens_at": NOW + timedelta(seconds=1)}, "not open yet"),
        ({"campaign__published": False}, "its campaign is not published"),
    ],
)
def test_a_letter_that_is_not_open_refuses(changes, why):
    letter = LetterFactory(**changes)
    with pytest.raises(LetterNotOpen):
        sign(letter)
    assert (Signature.objects.count(), queued()) == (0, [])
    assert Signature.objects.count() == 0


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("İzmir Barosu", "izmir barosu"),
        ("izmir barosu", "İzmir Barosu"),
        ("FORUM FOR FREE-SPEECH", "Forum for Free Speech"),
        ("ko'olau", "Koʻolau"),
    ],
)
def test_of_two_spellings_of_one_name_the_last_one_is_confirmed(first, last):
    letter = LetterFactory()
    sign(letter, organisation=first)
    sign(letter, organisation=last)
    signature = Signature.objects.get()
    assert signature.signed_as == last
    confirmed = confirm_signature(signature=signature, now=NOW)
    assert str(confirmed.organisation) == last


def test_signing_again_before_confirming_replaces_the_input_and_mails_again():
    letter = LetterFactory()
    sign(letter, role="Director")
    sign(letter, role="Chair")
    assert [s.representative_role for s in Signature.objects.all()] == ["Chair"]
    assert queued() == ["confirmation", "confirmation"]


def test_an_address_that_has_signed_is_mailed_its_private_link_and_nothing_changes():
    letter = LetterFactory()
    signature = SignatureFactory(
        letter=letter,
        organisation__name="Forum for Free Speech",
        representative_email="rosa@forum.example.org",
    )
    sign(letter, organisation="FORUM FOR FREE SPEECH", email="Rosa@Forum.example.org")
    assert list(Signature.objects.all()) == [signature]
    assert queued() == ["private_link"]


def test_another_address_for_an_organisation_that_has_signed_gets_the_same_mail_as_anybody():
    letter = LetterFactory()
    SignatureFactory(letter=letter, organisation__name="Forum for Free Speech")
    sign(letter, email="second@forum.example.org")
    assert queued() == ["confirmation"]


def test_one_representative_can_sign_for_two_organisations():
    letter = LetterFactory()
    sign(letter)
    sign(letter, organisation="Another Forum")
    assert Signature.objects.count() == 2


@pytest.mark.parametrize("known", ["unconfirmed", "in_review"])
def test_an_organisation_of_the_same_name_in_another_country_is_another_one(known):
    """The one that is there is neither overwritten nor is its private link mailed."""
    sign(LetterFactory(), country="DE")
    first = Signature.objects.get()
    if known == "in_review":
        confirm_signature(signature=first, now=NOW)
    sign(first.letter, country="FR")
    assert sorted(Signature.objects.values_list("country", "status")) == [
        ("DE", known),
        ("FR", "unconfirmed"),
    ]
    assert queued()[-1] == "confirmation"


def test_mails_are_answered_to_the_organiser(outbox):
    sign(LetterFactory(campaign__organiser_email="us@coalition.example"))
    (mail,) = outbox.send()
    assert mail.reply_to == ["us@coalition.example"]


def test_mails_of_an_organiser_without_an_address_have_no_reply_to(outbox):
    sign(LetterFactory(campaign__organiser_email=""))
    (mail,) = outbox.send()
    assert mail.reply_to == []
    assert "Replies to this email go to the organiser." not in mail.body
