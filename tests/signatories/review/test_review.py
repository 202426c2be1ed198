"""Staff's decisions, and what representatives may correct or withdraw."""

from __future__ import annotations

import pytest
from django.utils import timezone

from config.models import AuditEntry
from letters.models import Letter
from signatories.errors import AlreadySigned, IllegalTransition, NameTaken, ReasonMissing
from signatories.models import TRANSITIONS, Organisation, Signature
from signatories.register.actions import record_organisation, rename_organisation
from signatories.review.actions import (
    decide_correction,
    decline_signature,
    enter_signature,
    publish_signature,
    verify_authority,
)
from signatories.signing.actions import change_visibility, correct_signature, withdraw_signature
from tests.factories import LetterFactory, OrganisationFactory, SignatureFactory

pytestmark = pytest.mark.django_db
Status = Signature.Status
NOW = timezone.now()


def version(signature: Signature) -> int:
    return Letter.objects.values_list("public_version", flat=True).get(pk=signature.letter_id)


def correct(signature: Signature, **changes: str) -> Signature:
    written = {
        "organisation_name": str(signature),
        "name": signature.representative_name,
        "role": signature.representative_role,
        "statement": signature.statement,
    }
    return correct_signature(signature=signature, now=NOW, **(written | changes))


def test_every_status_has_its_transitions():
    assert set(TRANSITIONS) == set(Status)


def test_published_signatures_are_public_and_the_representative_is_told(staff, outbox):
    signature = SignatureFactory(in_review=True)
    publish_signature(signature=signature, by=staff, now=NOW)
    signature.refresh_from_db()
    assert (signature.status, signature.decided_by, signature.decided_at) == (
        Status.PUBLISHED,
        staff,
        NOW,
    )
    assert version(signature) == 2
    assert [message.to for message in outbox.send()] == [[signature.representative_email]]


def test_publishing_twice_is_harmless(staff, outbox):
    signature = SignatureFactory(in_review=True)
    for _ in range(2):
        publish_signature(signature=signature, by=staff, now=NOW)
    assert version(signature) == 2
    assert len(outbox.send()) == 1
    assert AuditEntry.objects.filter(verb="published").count() == 1


@pytest.mark.parametrize("state", ["unconfirmed", "withdrawn"])
def test_staff_decide_on_nothing_that_is_unconfirmed_or_withdrawn(state, staff):
    signature = SignatureFactory(**{state: True})
    with pytest.raises(IllegalTransition):
        publish_signature(signature=signature, by=staff, now=NOW)
    with pytest.raises(IllegalTransition):
        decline_signature(signature=signature, by=staff, now=NOW, reason="Why.")


def test_a_signature_declined_by_mistake_can_be_published(staff):
    signature = SignatureFactory(declined=True)
    assert publish_signature(signature=signature, by=staff, now=NOW).status == Status.PUBLISHED


def test_a_declined_second_signature_cannot_be_published_beside_the_first(staff):
    first = SignatureFactory()
    second = SignatureFactory(letter=first.letter, organisation=first.organisation, declined=True)
    with pytest.raises(AlreadySigned):
        publish_signature(signature=second, by=staff, now=NOW)


def test_declining_mails_the_reason(staff, outbox):
    signature = SignatureFactory(in_review=True)
    decline_signature(signature=signature, by=staff, now=NOW, reason="  Not an organisation. ")
    signature.refresh_from_db()
    assert (signature.status, signature.reason) == (Status.DECLINED, "Not an organisation.")
    assert version(signature) == 1
    assert "Not an organisation." in outbox.send()[0].body


def test_declining_needs_a_reason(staff):
    signature = SignatureFactory(in_review=True)
    with pytest.raises(ReasonMissing):
        decline_signature(signature=signature, by=staff, now=NOW, reason=" ")
    signature.refresh_from_db()
    assert signature.status == Status.IN_REVIEW


def test_declining_a_published_signature_removes_it_from_the_list(staff):
    signature = SignatureFactory()
    decline_signature(signature=signature, by=staff, now=NOW, reason="Asked by telephone.")
    assert list(Signature.objects.public()) == []
    assert version(signature) == 2


def test_withdrawing_removes_the_name_at_once(outbox):
    signature = SignatureFactory()
    withdraw_signature(signature=signature, now=NOW)
    assert list(Signature.objects.public()) == []
    assert version(signature) == 2
    assert len(outbox.send()) == 1


def test_withdrawing_is_on_record_as_the_representatives_act():
    signature = withdraw_signature(signature=SignatureFactory(), now=NOW)
    entry = AuditEntry.objects.get(verb="withdrawn")
    assert (entry.actor, entry.by, entry.subject_id, entry.at) == (
        AuditEntry.Actor.REPRESENTATIVE,
        None,
        signature.pk,
        NOW,
    )
    assert entry.detail == {"before": "published", "after": "withdrawn"}


def test_withdrawing_twice_is_harmless(outbox):
    signature = SignatureFactory()
    for _ in range(2):
        withdraw_signature(signature=signature, now=NOW)
    assert version(signature) == 2
    assert len(outbox.send()) == 1


def test_a_declined_signature_cannot_be_withdrawn():
    with pytest.raises(IllegalTransition):
        withdraw_signature(signature=SignatureFactory(declined=True), now=NOW)


def test_the_representatives_own_name_and_role_change_at_once_and_nothing_public_does():
    signature = correct(SignatureFactory(), name="Ada Amended", role="Chair")
    signature.refresh_from_db()
    assert (signature.representative_name, signature.representative_role) == (
        "Ada Amended",
        "Chair",
    )
    assert version(signature) == 1


def test_another_name_waits_for_staff():
    signature = correct(SignatureFactory(organisation__name="Forum"), organisation_name="The Forum")
    signature.refresh_from_db()
    assert (str(signature), signature.proposed_name) == ("Forum", "The Forum")
    assert version(signature) == 1


def test_a_new_statement_on_the_public_list_waits_for_staff():
    signature = correct(SignatureFactory(statement="Old."), statement="New.")
    assert (signature.statement, signature.proposed_statement) == ("Old.", "New.")
    assert version(signature) == 1


def test_a_statement_can_be_taken_away_at_once():
    signature = correct(SignatureFactory(statement="Old."), statement="")
    assert (signature.statement, signature.proposed_statement) == ("", None)
    assert version(signature) == 2


def test_a_letter_without_review_publishes_a_new_statement_at_once():
    signature = SignatureFactory(
        letter__publish_own_domain=True, authority=Signature.Authority.OWN_DOMAIN
    )
    assert correct(signature, statement="New.").statement == "New."
    assert version(signature) == 2


def test_a_statement_in_review_changes_at_once_because_staff_have_yet_to_see_it():
    signature = correct(SignatureFactory(in_review=True), statement="New.")
    assert (signature.statement, signature.proposed_statement) == ("New.", None)


@pytest.mark.parametrize(
    ("known", "changes", "fields", "stored"),
    [
        ({}, {"name": "Ada"}, ["representative"], {"representative_name": "Ada"}),
        ({}, {"role": "Chair"}, ["representative"], {"representative_role": "Chair"}),
        (
            {},
            {"organisation_name": "The Forum"},
            ["proposed name"],
            {"proposed_name": "The Forum"},
        ),
        ({"statement": "Old."}, {"statement": ""}, ["statement"], {"statement": ""}),
        (
            {"statement": "Old."},
            {"statement": "New."},
            ["proposed statement"],
            {"statement": "Old.", "proposed_statement": "New."},
        ),
        (
            {"statement": "Old.", "proposed_statement": "New."},
            {"statement": "Old."},
            ["statement"],
            {"statement": "Old.", "proposed_statement": None},
        ),
    ],
)
def test_each_correction_alone_is_stored_and_on_record(known, changes, fields, stored):
    signature = correct(SignatureFactory(**known), **changes)
    kept = Signature.objects.get(pk=signature.pk)
    assert {name: getattr(kept, name) for name in stored} == stored
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor, entry.by) == ("corrected", "representative", None)
    assert entry.detail == {"fields": fields}


def test_proposing_the_same_name_again_is_no_new_correction():
    signature = SignatureFactory(organisation__name="Forum", proposed_name="The Forum")
    correct(signature, organisation_name="The Forum")
    assert AuditEntry.objects.count() == 0


def test_proposing_the_current_name_drops_the_proposal():
    signature = SignatureFactory(organisation__name="Forum", proposed_name="The Forum")
    correct(signature, organisation_name="Forum")
    signature.refresh_from_db()
    assert signature.proposed_name == ""


@pytest.mark.parametrize(
    "act",
    [
        lambda one, _by: withdraw_signature(signature=one, now=NOW),
        lambda one, _by: change_visibility(signature=one, visibility="withheld", now=NOW),
        lambda one, _by: correct(one, statement=""),
        lambda one, by: decline_signature(signature=one, by=by, now=NOW, reason="No."),
    ],
)
def test_only_the_letter_that_was_signed_changes_in_public(staff, act):
    other = SignatureFactory()
    signature = SignatureFactory(statement="Old.")
    act(signature, staff)
    assert (version(signature), version(other)) == (2, 1)


def test_correcting_nothing_leaves_no_trace():
    correct(SignatureFactory(statement="Old."))
    assert AuditEntry.objects.count() == 0


def test_a_withdrawn_signature_cannot_be_corrected():
    with pytest.raises(IllegalTransition):
        correct(SignatureFactory(withdrawn=True), name="Ada")


def test_an_accepted_correction_renames_the_organisation_everywhere(staff):
    signature = SignatureFactory(
        organisation__name="Forum", proposed_name="The Forum", proposed_statement="New."
    )
    other = SignatureFactory(organisation=signature.organisation)
    decide_correction(signature=signature, accept=True, by=staff, now=NOW)
    signature.refresh_from_db()
    other.refresh_from_db()
    assert (str(signature), signature.statement, str(other)) == ("The Forum", "New.", "The Forum")
    assert (signature.proposed_name, signature.proposed_statement) == ("", None)
    assert version(other) == 2


@pytest.mark.parametrize("accept", [True, False])
def test_a_correction_of_the_statement_alone_is_decided(staff, accept):
    signature = SignatureFactory(statement="Old.", proposed_statement="New.")
    decide_correction(signature=signature, accept=accept, by=staff, now=NOW)
    signature.refresh_from_db()
    assert (signature.statement, signature.proposed_statement) == (
        "New." if accept else "Old.",
        None,
    )
    entry = AuditEntry.objects.get()
    verb = "correction accepted" if accept else "correction refused"
    assert (entry.verb, entry.actor, entry.by) == (verb, "staff", staff)


def test_an_organisation_that_is_added_or_changed_is_on_record(staff):
    organisation = OrganisationFactory()
    for added in (True, False):
        record_organisation(
            organisation=organisation, by=staff, now=NOW, added=added, changed=["acronym"]
        )
    entries = AuditEntry.objects.order_by("pk")
    assert [(one.verb, one.by, one.subject_id, one.detail) for one in entries] == [
        ("organisation added", staff, organisation.pk, {"fields": ["acronym"], "before": ""}),
        ("organisation changed", staff, organisation.pk, {"fields": ["acronym"], "before": ""}),
    ]


def test_who_verified_the_authority_is_on_record(staff):
    signature = verify_authority(signature=SignatureFactory(), by=staff, now=NOW)
    entry = AuditEntry.objects.get(verb="authority verified")
    assert (entry.actor, entry.by, entry.subject_id) == ("staff", staff, signature.pk)


def test_a_refused_correction_is_forgotten(staff):
    signature = SignatureFactory(organisation__name="Forum", proposed_name="The Forum")
    decide_correction(signature=signature, accept=False, by=staff, now=NOW)
    signature.refresh_from_db()
    assert (str(signature), signature.proposed_name) == ("Forum", "")
    assert version(signature) == 1


def test_a_name_that_another_organisation_has_is_refused(staff):
    OrganisationFactory(name="The Forum")
    with pytest.raises(NameTaken):
        rename_organisation(
            organisation=OrganisationFactory(name="Forum"), name="the forum", by=staff, now=NOW
        )


def test_a_changed_organisation_is_a_change_of_every_letter_it_publicly_signed(staff):
    public, hidden = SignatureFactory(), SignatureFactory(in_review=True)
    for signature in (public, hidden):
        record_organisation(organisation=signature.organisation, by=staff, now=NOW)
    assert (version(public), version(hidden)) == (2, 1)


def test_a_name_known_from_elsewhere_is_entered_once(staff):
    letter = LetterFactory(status=Letter.Status.DELIVERED)
    known = {"letter": letter, "name": "Forum", "country": "DE", "by": staff, "now": NOW}
    first = enter_signature(**known, acronym="F", scope=Organisation.Scope.INTERNATIONAL)
    assert enter_signature(**known) == first
    assert (first.status, first.authority) == (Status.PUBLISHED, "staff_verified")
    assert (first.organisation.acronym, first.organisation.scope) == ("F", "international")
    assert version(first) == 2
