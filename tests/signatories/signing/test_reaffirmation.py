"""What happens to signatures after a substantive change to their text."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from config.models import AuditEntry
from letters.actions import publish_revision
from letters.models import Edition, Letter
from signatories.errors import (
    AlreadySigned,
    IllegalTransition,
    LetterNotOpen,
    MaybeSecond,
    ReasonMissing,
    TextChanged,
)
from signatories.housekeeping import tidy
from signatories.models import Signature
from signatories.review.actions import publish_signature
from signatories.signing.actions import reaffirm_signature, withdraw_signature
from signatories.signing.agreement import Shown
from tests.factories import LetterFactory, SignatureFactory, StaffFactory

pytestmark = pytest.mark.django_db
Status = Signature.Status
NOW = timezone.now()
SECOND = Shown(revision="2", language="en")


def letter_that(silence: str, **changes) -> Letter:
    days = 14 if silence == "leaves" else None
    return LetterFactory(silence=silence, silence_days=days, **changes)


def change(
    letter: Letter, body: str = "We write to all.\n\nPlease listen.", *, substantive: bool = True
) -> None:
    Edition.objects.filter(letter=letter, is_original=True).update(body=body)
    publish_revision(letter=letter, substantive=substantive, reason="A new law.", now=NOW)


def fresh(signature: Signature) -> Signature:
    return Signature.objects.select_related("letter__revision", "revision").get(pk=signature.pk)


def version(letter: Letter) -> int:
    return Letter.objects.values_list("public_version", flat=True).get(pk=letter.pk)


# Being asked


@pytest.mark.parametrize("state", ["published", "in_review"])
def test_every_live_signature_is_asked_once(outbox, state):
    signature = SignatureFactory(status=state)
    change(signature.letter)
    assert tidy(now=NOW)["asked"] == 1
    assert tidy(now=NOW)["asked"] == 0
    (message,) = outbox.send()
    assert message.to == [signature.representative_email]
    assert "A new law." in message.body
    assert "/en/signature/" in message.body
    assert fresh(signature).is_behind


@pytest.mark.parametrize("state", ["unconfirmed", "declined", "withdrawn", "lapsed"])
def test_others_are_not_asked(outbox, state):
    signature = SignatureFactory(**{state: True})
    change(signature.letter)
    assert tidy(now=NOW)["asked"] == 0
    assert outbox.send() == []


def test_a_correction_asks_nobody(outbox):
    signature = SignatureFactory()
    change(signature.letter, substantive=False)
    assert tidy(now=NOW)["asked"] == 0
    assert not fresh(signature).is_behind


def test_a_second_change_asks_again_and_a_correction_of_it_does_not(outbox):
    signature = SignatureFactory()
    change(signature.letter, "We demand.")
    tidy(now=NOW)
    change(signature.letter, "We demand it.", substantive=False)
    assert tidy(now=NOW)["asked"] == 0
    change(signature.letter, "We insist.")
    assert tidy(now=NOW)["asked"] == 1


def test_a_signature_without_a_representative_is_marked_as_asked_and_gets_no_mail(outbox):
    signature = SignatureFactory(representative_email="", representative_name="")
    change(signature.letter)
    tidy(now=NOW)
    assert fresh(signature).asked_at == NOW
    assert outbox.send() == []


def test_an_archived_letter_asks_nobody(outbox):
    signature = SignatureFactory()
    change(signature.letter)
    Letter.objects.update(status=Letter.Status.ARCHIVED)
    assert tidy(now=NOW)["asked"] == 0


def test_one_who_answered_before_the_mail_went_out_gets_none(outbox):
    signature = SignatureFactory()
    change(signature.letter)
    tidy(now=NOW)
    reaffirm_signature(signature=signature, shown=SECOND, now=NOW)
    (message,) = outbox.send()
    assert message.subject == f"{signature} has signed the changed text"


# Silence


def test_silence_keeps_the_name_where_the_policy_says_so(outbox):
    signature = SignatureFactory(letter=letter_that("keeps"))
    change(signature.letter)
    tidy(now=NOW)
    tidy(now=NOW + timedelta(days=400))
    assert fresh(signature).status == Status.PUBLISHED


def test_silence_removes_the_name_after_the_stated_days_and_not_before(outbox):
    signature = SignatureFactory(letter=letter_that("leaves"))
    change(signature.letter)
    tidy(now=NOW)
    assert tidy(now=NOW + timedelta(days=14, seconds=-1))["lapsed"] == 0
    before = version(signature.letter)
    outbox.send()
    assert tidy(now=NOW + timedelta(days=14))["lapsed"] == 1
    left = fresh(signature)
    assert (left.status, left.lapsed_at) == (Status.LAPSED, NOW + timedelta(days=14))
    assert version(left.letter) == before + 1
    (message,) = outbox.send()
    assert message.subject == f"{left} is no longer a signatory"
    entry = AuditEntry.objects.get(verb="lapsed")
    assert (entry.actor, entry.subject_id) == (AuditEntry.Actor.SYSTEM, left.pk)


def test_a_reminder_goes_out_half_way_and_once(outbox):
    signature = SignatureFactory(letter=letter_that("leaves"))
    change(signature.letter)
    tidy(now=NOW)
    outbox.send()
    assert tidy(now=NOW + timedelta(days=7, seconds=-1))["reminded"] == 0
    assert tidy(now=NOW + timedelta(days=7))["reminded"] == 1
    assert tidy(now=NOW + timedelta(days=8))["reminded"] == 0
    (message,) = outbox.send()
    assert message.subject.startswith("Reminder:")


def test_a_policy_changed_behind_the_letters_back_does_not_count(outbox):
    signature = SignatureFactory(letter=letter_that("keeps"))
    Letter.objects.update(silence="leaves", silence_days=1)
    change(signature.letter)
    tidy(now=NOW)
    assert tidy(now=NOW + timedelta(days=30))["lapsed"] == 0


def test_the_mail_states_the_deadline(outbox):
    signature = SignatureFactory(letter=letter_that("leaves"))
    change(signature.letter)
    tidy(now=NOW)
    (message,) = outbox.send()
    day = NOW + timedelta(days=14)
    assert f"If you do not answer by {day.day} {day:%B %Y}" in message.body


# Answering


@pytest.mark.parametrize("state", ["published", "in_review"])
def test_reaffirming_assigns_the_signature_to_the_current_text(outbox, state):
    signature = SignatureFactory(status=state)
    change(signature.letter)
    tidy(now=NOW)
    anew = fresh(reaffirm_signature(signature=signature, shown=SECOND, now=NOW))
    assert (anew.revision.label, anew.status) == ("2", state)
    assert anew.reaffirmed_at == NOW
    assert not anew.is_behind
    entry = AuditEntry.objects.get(verb="reaffirmed")
    assert (entry.actor, entry.detail) == ("representative", {"before": "1", "after": "2"})


def test_reaffirming_twice_is_harmless(outbox):
    signature = SignatureFactory()
    change(signature.letter)
    for _press in range(2):
        reaffirm_signature(signature=signature, shown=SECOND, now=NOW)
    assert AuditEntry.objects.filter(verb="reaffirmed").count() == 1
    assert len(outbox.send()) == 1


def test_only_the_text_that_was_shown_is_reaffirmed():
    signature = SignatureFactory()
    change(signature.letter, "We demand.")
    change(signature.letter, "We insist.")
    with pytest.raises(TextChanged):
        reaffirm_signature(signature=signature, shown=SECOND, now=NOW)
    assert fresh(signature).revision.label == "1"


@pytest.mark.parametrize("state", ["withdrawn", "declined", "unconfirmed"])
def test_a_signature_that_is_not_live_cannot_be_reaffirmed(state):
    signature = SignatureFactory(**{state: True})
    change(signature.letter)
    with pytest.raises(IllegalTransition):
        reaffirm_signature(signature=signature, shown=SECOND, now=NOW)


def lapsed(**changes) -> Signature:
    signature = SignatureFactory(letter=letter_that("leaves"), **changes)
    change(signature.letter)
    tidy(now=NOW)
    tidy(now=NOW + timedelta(days=14))
    return fresh(signature)


@pytest.mark.parametrize("state", ["published", "in_review"])
def test_a_name_that_left_comes_back_where_it_was_by_signing_the_present_text(outbox, state):
    signature = lapsed(status=state)
    assert signature.status == Status.LAPSED
    signature = fresh(reaffirm_signature(signature=signature, shown=SECOND, now=NOW))
    assert (signature.status, signature.lapsed_at) == (state, None)


def test_it_does_not_come_back_once_the_letter_is_closed(outbox):
    signature = lapsed()
    Letter.objects.update(status=Letter.Status.CLOSED)
    with pytest.raises(LetterNotOpen):
        reaffirm_signature(signature=signature, shown=SECOND, now=NOW)


def test_beside_a_new_signature_of_the_organisation_it_comes_back_into_review(outbox):
    signature = lapsed()
    first = SignatureFactory(letter=signature.letter, organisation=signature.organisation)
    back = reaffirm_signature(signature=signature, shown=SECOND, now=NOW)
    assert (back.status, back.organisation.recognised_as) == (
        Status.IN_REVIEW,
        first.organisation,
    )
    with pytest.raises(MaybeSecond):
        publish_signature(signature=back, by=StaffFactory(), now=NOW)


def test_staff_cannot_bring_it_back_beside_one():
    signature = lapsed()
    SignatureFactory(letter=signature.letter, organisation=signature.organisation)
    with pytest.raises(AlreadySigned):
        reaffirm_signature(
            signature=signature, shown=SECOND, now=NOW, by=StaffFactory(), reason="By letter."
        )
    assert fresh(signature).status == Status.LAPSED


def test_staff_cannot_bring_it_back_by_publishing(outbox):
    with pytest.raises(IllegalTransition):
        publish_signature(signature=lapsed(), by=StaffFactory(), now=NOW)


def test_staff_record_with_a_reason_that_an_organisation_signs_the_present_text():
    signature = SignatureFactory(representative_email="")
    change(signature.letter)
    staff = StaffFactory()
    with pytest.raises(ReasonMissing):
        reaffirm_signature(signature=signature, shown=SECOND, by=staff, now=NOW, reason=" ")
    reaffirm_signature(signature=signature, shown=SECOND, by=staff, now=NOW, reason="By letter.")
    entry = AuditEntry.objects.get(verb="reaffirmed")
    assert (entry.by, entry.reason) == (staff, "By letter.")


def test_a_signature_that_is_behind_can_be_withdrawn(outbox):
    signature = SignatureFactory()
    change(signature.letter)
    withdraw_signature(signature=signature, now=NOW)
    assert fresh(signature).status == Status.WITHDRAWN
    assert tidy(now=NOW)["asked"] == 0


# The database


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"status": "lapsed"}, "signature_lapsed_has_its_instant"),
        ({"lapsed_at": NOW}, "signature_lapsed_has_its_instant"),
        ({"asked_at": NOW}, "signature_asked_about_a_revision_at_an_instant"),
    ],
)
def test_an_instant_without_its_fact_is_refused(changes, name):
    signature = SignatureFactory()
    with pytest.raises(IntegrityError, match=name):
        Signature.objects.filter(pk=signature.pk).update(**changes)


def test_a_lapsed_signature_with_its_instant_is_accepted():
    SignatureFactory(lapsed=True).full_clean()


def test_a_signature_names_its_revision():
    signature = SignatureFactory()
    signature.revision = None
    with pytest.raises(ValidationError, match="revision"):
        signature.full_clean()
    with pytest.raises(IntegrityError):
        Signature.objects.filter(pk=signature.pk).update(revision=None)


# On the pages


def test_the_list_says_which_revision_was_signed_until_it_is_reaffirmed(client):
    letter = LetterFactory(slug="speak")
    for name in ("Quick Forum", "Slow Forum"):
        SignatureFactory(letter=letter, organisation__name=name)
    change(letter)
    quick = Signature.objects.get(organisation__name="Quick Forum")
    reaffirm_signature(signature=quick, shown=SECOND, now=NOW)
    for address in ("/en/letters/speak/", "/en/letters/speak/signatories/"):
        rows = re.findall(r'<li class="signatory".*?</li>', client.get(address).content.decode())
        said = {("Slow" in row): ("signed revision 1" in row) for row in rows}
        assert said == {True: True, False: False}


def test_the_mailed_page_shows_what_changed_and_its_button_signs(client, outbox):
    signature = SignatureFactory()
    change(signature.letter)
    tidy(now=NOW)
    (message,) = outbox.send()
    (address,) = re.findall(r"http://testserver(/en/signature/\S+/reaffirm/)", message.body)
    page = client.get(address).content.decode()
    assert "<ins>" in page
    assert "A new law." in page
    assert fresh(signature).is_behind
    response = client.post(address, {"revision": "2", "edition": "en"})
    assert response.status_code == 303
    assert fresh(signature).revision.label == "2"
    assert client.get(address).status_code == 303  # there is nothing to answer any more


def test_a_button_of_a_page_that_is_older_than_the_text_signs_nothing(client, outbox):
    signature = SignatureFactory()
    change(signature.letter)
    tidy(now=NOW)
    (message,) = outbox.send()
    (address,) = re.findall(r"http://testserver(/en/signature/\S+/reaffirm/)", message.body)
    change(signature.letter, "We insist.")
    response = client.post(address, {"revision": "2", "edition": "en"})
    assert response.status_code == 409
    assert 'name="revision" value="3"' in response.content.decode()
    assert fresh(signature).is_behind


def test_staff_press_a_button_to_record_it(staff_client):
    signature = SignatureFactory()
    change(signature.letter)
    address = f"/admin/signatories/signature/{signature.pk}/"
    assert (
        "Record that it signs the current text"
        in staff_client.get(f"{address}change/").content.decode()
    )
    staff_client.post(f"{address}reaffirm/", {"reason": "By telephone."})
    assert fresh(signature).revision.label == "2"
