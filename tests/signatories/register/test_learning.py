"""What confirmed addresses teach about domains, and when that is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.encryption import blind_index
from config.models import AuditEntry
from signatories.admin.candidates import candidate_rows
from signatories.models import Invalidation, LearnedDomain, Organisation, Pair, Signature
from signatories.privacy.actions import erase_contacts, erase_own_data
from signatories.recognition import Reason
from signatories.register.actions import compare_new, refuse_domain
from signatories.register.learning import learned_of
from signatories.register.owners import is_at_own_domain, is_colleague
from signatories.register.recognising import recognise_signature
from signatories.review.actions import (
    decline_signature,
    invalidate_signatures,
    merge_organisations,
    publish_signature,
    undo_invalidation,
    undo_merge,
    verify_authority,
)
from signatories.review.invalidation import Rule, digest_of, matching
from signatories.signing.actions import (
    change_visibility,
    confirm_signature,
    decide_handover,
    settle_confirmed,
    withdraw_signature,
)
from tests.factories import CampaignFactory, LetterFactory, OrganisationFactory, SignatureFactory
from tests.signatories.admin.test_admin import reviewer

pytestmark = pytest.mark.django_db
NOW = timezone.now()
Status = Signature.Status
NAME = "Alliance of Coastal Fishers"
OTHERWISE = "Fischerbund Nordwest"
EMAIL = "rosa@coastal.example.org"


def signed(name: str = NAME, email: str = EMAIL, **changes) -> Signature:
    """A confirmed signature that the worker has settled; it waits for review."""
    changes = {"letter": None, "website": "", "country": "DE"} | changes
    letter = changes.pop("letter") or LetterFactory()
    signature = SignatureFactory(
        letter=letter,
        unconfirmed=True,
        signed_as=name,
        representative_email=email,
        email_index=blind_index(email),
        **changes,
    )
    confirm_signature(signature=signature, now=NOW)
    settle_confirmed(now=NOW)
    return fresh(signature)


@pytest.fixture
def publish(staff):
    def make(*args, **changes) -> Signature:
        return fresh(publish_signature(signature=signed(*args, **changes), by=staff, now=NOW))

    return make


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def domains(organisation: Organisation | None) -> list[str]:
    assert organisation is not None
    return [one.domain for one in learned_of(organisation)]


def means(name: str, email: str = EMAIL) -> str | None:
    """The organisation that a stranger would be linked with at once, among the public ones."""
    signature = SignatureFactory.build(
        letter=None,
        organisation=None,
        revision=None,
        signed_as=name,
        country="DE",
        representative_email=email,
    )
    return recognise_signature(signature, within=Organisation.objects.public()).organisation


# Learning


def test_a_published_signature_teaches_the_host_of_its_email_address(publish):
    signature = publish()
    assert domains(signature.organisation) == ["coastal.example.org"]
    learned = LearnedDomain.objects.get()
    assert (learned.signature, learned.learned_at) == (signature, NOW)
    entry = AuditEntry.objects.get(verb="domain learned")
    assert (entry.subject_id, entry.detail) == (learned.pk, {"signature": signature.pk})


def test_the_next_letters_signature_with_another_spelling_is_linked(publish):
    first = publish()
    assert signed("Coastal Fishers’ Alliance").organisation == first.organisation


def test_a_differently_written_name_is_proposed(publish, staff):
    first = publish()
    second = signed(OTHERWISE)
    assert second.organisation != first.organisation
    (row,) = candidate_rows(second, staff)
    assert row.organisation == first.organisation
    assert str(Reason.SAME_DOMAIN.text) in row.reasons


def test_without_the_domain_it_is_not_proposed(staff):
    signed()
    assert candidate_rows(signed(OTHERWISE), staff) == []


def test_two_that_are_published_from_one_domain_are_likely_duplicates(publish):
    first, second = publish(), publish(OTHERWISE)
    compare_new()
    pair = Pair.objects.get()
    assert {pair.first, pair.second} == {first.organisation, second.organisation}


def test_a_domain_that_many_signed_from_makes_no_pairs_of_them(publish):
    for name in ("Institute of Chemistry", "School of Law", "Botanical Garden", "Music Library"):
        publish(name)
    compare_new()
    assert not Pair.objects.exists()


@pytest.mark.parametrize("email", ["rosa@gmail.com", "rosa@coastal.wordpress.com", "a@co.uk"])
def test_hosts_open_to_everyone_teach_nothing(publish, email):
    publish(email=email)
    assert not LearnedDomain.objects.exists()


def test_a_known_domain_is_not_learned(publish):
    publish(website="https://coastal.example.org")
    assert not LearnedDomain.objects.exists()


def test_nothing_is_learned_before_staff_publish_it():
    signed()
    assert not LearnedDomain.objects.exists()


# Who may teach a domain


@pytest.fixture
def amnesty() -> Organisation:
    """A public organisation with a known domain."""
    organisation = OrganisationFactory(name="Amnesty Watch", website="https://amnesty.example")
    SignatureFactory(organisation=organisation)
    return organisation


def impostor(organisation: Organisation) -> Signature:
    """A signature from another domain that staff linked with the organisation."""
    return SignatureFactory(
        organisation=organisation, in_review=True, representative_email="eve@evil.example.net"
    )


def test_a_signature_from_elsewhere_for_a_body_with_a_domain_teaches_nothing(amnesty, staff):
    publish_signature(signature=impostor(amnesty), by=staff, now=NOW)
    assert domains(amnesty) == []


def test_it_teaches_its_domain_once_staff_verify_the_representative(amnesty, staff):
    signature = impostor(amnesty)
    publish_signature(signature=signature, by=staff, now=NOW)
    verify_authority(signature=signature, by=staff, now=NOW)
    assert domains(amnesty) == ["evil.example.net"]


def test_a_host_below_the_known_domain_is_learned(amnesty, staff):
    signature = impostor(amnesty)
    signature.representative_email = "rosa@berlin.amnesty.example"
    signature.save()
    publish_signature(signature=signature, by=staff, now=NOW)
    assert domains(amnesty) == ["berlin.amnesty.example"]


def test_a_learned_domain_proves_nobodys_authority(publish):
    organisation = publish().organisation
    assert not is_at_own_domain(email=EMAIL, organisation=organisation)
    assert not is_colleague(email=EMAIL, organisation=organisation)
    second = signed(letter=LetterFactory(publish_own_domain=True))
    assert second.organisation == organisation
    assert (second.status, second.authority) == (Status.IN_REVIEW, "declared")


def test_a_learned_domain_takes_no_authority_from_its_owner(publish):
    known = OrganisationFactory(name="Coastal Watch", website="https://coastal.example.org")
    publish("Fishers of the Coast")
    assert is_colleague(email=EMAIL, organisation=known)


def test_a_learned_domain_counts_for_an_organisation_and_never_against_it(publish):
    organisation = publish().organisation
    assert means(NAME, email="sam@elsewhere.example.net") == str(organisation.pk)


def test_at_a_shared_domain_the_name_decides(publish):
    law, music = publish("Coastal School of Law"), publish("Coastal Music Library")
    assert law.organisation != music.organisation
    assert means("Coastal School of Law") == str(law.organisation.pk)
    assert means("Music Library, Coastal") == str(music.organisation.pk)
    assert means("Coastal Observatory") is None


# Hidden names


def test_a_signature_whose_name_is_hidden_changes_nothing_for_a_stranger(publish):
    """A domain that it taught looks the same as one that another body taught."""
    hidden = publish(visibility="withheld").organisation
    SignatureFactory(organisation=hidden, representative_email="")  # public
    assert LearnedDomain.objects.count() == 1
    assert domains(hidden) == []
    assert means("Coastal Fishers’ Alliance") is None


def test_a_learned_domain_is_in_effect_only_while_the_name_is_shown(publish):
    signature = publish(visibility="withheld")
    for visibility, learned in (("public", ["coastal.example.org"]), ("counted", [])):
        change_visibility(signature=signature, visibility=visibility, now=NOW)
        assert domains(signature.organisation) == learned


def test_a_letter_that_is_no_longer_public_teaches_nothing(publish):
    signature = publish()
    campaign = signature.letter.campaign
    campaign.published = False
    campaign.save()
    assert domains(signature.organisation) == []


# Forgetting


def withdraw(signature, staff):
    withdraw_signature(signature=signature, now=NOW)


def decline(signature, staff):
    decline_signature(signature=signature, by=staff, now=NOW, reason="No.")


def erase(signature, staff):
    erase_own_data(signature=signature, now=NOW)


def invalidate(signature, staff):
    rule = Rule(status="published").cleaned()
    invalidate_signatures(
        letter=signature.letter,
        rule=rule,
        seen=digest_of(matching(signature.letter, rule)),
        key="k",
        reason="A flood.",
        by=staff,
        now=NOW,
    )


@pytest.mark.parametrize("end", [withdraw, decline, erase, invalidate])
def test_a_domain_without_evidence_is_forgotten(publish, staff, end):
    signature = publish()
    end(signature, staff)
    assert not LearnedDomain.objects.exists()
    assert domains(fresh(signature).organisation) == []
    assert AuditEntry.objects.filter(verb="domain forgotten").count() == 1


def test_another_signature_from_the_domain_still_supports_it(publish):
    first, second = publish(), publish()
    assert first.organisation == second.organisation
    withdraw(first, None)
    assert domains(second.organisation) == ["coastal.example.org"]


def test_undoing_an_invalidation_teaches_the_domain_again(publish, staff):
    signature = publish()
    invalidate(signature, staff)
    undo_invalidation(invalidation=Invalidation.objects.get(), by=staff, now=NOW)
    assert domains(signature.organisation) == ["coastal.example.org"]


def test_a_learned_domain_outlives_the_scheduled_deletion_of_the_contact(publish):
    signature = publish(letter=LetterFactory(contact_days=30, closes_at=NOW + timedelta(days=1)))
    erase_contacts(now=NOW + timedelta(days=40))
    assert fresh(signature).representative_email == ""
    assert domains(signature.organisation) == ["coastal.example.org"]


def test_a_new_contacts_domain_replaces_the_old_ones(publish, staff):
    signature = publish()
    second = signed("Another Body", email="sam@fishers.example.net", letter=signature.letter)
    Signature.objects.filter(pk=signature.pk).update(contact_request=second)
    decide_handover(signature=signature, accept=True, by=staff, now=NOW)
    assert domains(signature.organisation) == ["fishers.example.net"]


# Merging


def test_a_learned_domain_moves_with_its_signature_and_back(publish, staff):
    organisation = publish().organisation
    kept = OrganisationFactory(name="Fishers")
    merge = merge_organisations(kept=kept, merged=organisation, by=staff, now=NOW)
    assert (domains(kept), domains(organisation)) == (["coastal.example.org"], [])
    assert means("Coastal Fishers’ Alliance") == str(kept.pk)
    undo_merge(merge=merge, by=staff, now=NOW)
    assert (domains(kept), domains(organisation)) == ([], ["coastal.example.org"])


def test_the_domain_of_a_signature_declined_by_a_merge_returns_with_it(publish, staff):
    letter = LetterFactory()
    first = publish(letter=letter)
    second = publish("Fischerbund", email="sam@fishers.example.net", letter=letter)
    merge = merge_organisations(
        kept=first.organisation, merged=second.organisation, by=staff, now=NOW
    )
    assert domains(first.organisation) == ["coastal.example.org"]
    undo_merge(merge=merge, by=staff, now=NOW)
    assert domains(second.organisation) == ["fishers.example.net"]


# Staff


def page_of(organisation: Organisation) -> str:
    return reverse("admin:signatories_organisation_change", args=[organisation.pk])


def test_staff_see_a_learned_domain_with_its_evidence_and_remove_it(publish, staff_client):
    signature = publish()
    url = page_of(signature.organisation)
    page = staff_client.get(url).content.decode()
    assert "Remove coastal.example.org" in page
    assert f"Signature {signature.pk}" in page
    staff_client.post(
        reverse("admin:signatories_organisation_refuse", args=[signature.organisation.pk]),
        {"domain": "coastal.example.org"},
    )
    assert domains(signature.organisation) == []
    assert "Remove coastal.example.org" not in staff_client.get(url).content.decode()
    assert AuditEntry.objects.filter(verb="domain removed").count() == 1


def test_a_removed_domain_is_not_learned_again_from_the_same_signature(publish, staff):
    signature = publish()
    for _ in range(2):
        refuse_domain(
            organisation=signature.organisation, domain="coastal.example.org", by=staff, now=NOW
        )
    decline(signature, staff)
    publish_signature(signature=signature, by=staff, now=NOW)
    assert domains(signature.organisation) == []
    assert means("Coastal Fishers’ Alliance") is None


def test_a_removed_domain_can_be_learned_from_another_signature(publish, staff):
    organisation = publish().organisation
    refuse_domain(organisation=organisation, domain="coastal.example.org", by=staff, now=NOW)
    publish()
    assert domains(organisation) == ["coastal.example.org"]


def test_another_team_sees_only_the_number_of_the_signature(publish):
    signature = publish()
    client = reviewer(CampaignFactory())
    page = client.get(page_of(signature.organisation)).content.decode()
    assert "coastal.example.org" in page
    link = reverse("admin:signatories_signature_change", args=[signature.pk])
    assert link not in page
    own = reviewer(signature.letter.campaign).get(page_of(signature.organisation))
    assert link in own.content.decode()


def test_removing_needs_the_permission(publish):
    organisation = publish().organisation
    client = reviewer()
    User.objects.latest("pk").user_permissions.clear()
    url = reverse("admin:signatories_organisation_refuse", args=[organisation.pk])
    assert client.post(url, {"domain": "coastal.example.org"}).status_code == 403
    assert client.get(url).status_code == 405
    assert domains(organisation) == ["coastal.example.org"]


def test_the_page_runs_as_many_queries_for_three_signatures_as_for_one(publish, staff_client):
    def count_queries(organisation: Organisation) -> int:
        with CaptureQueriesContext(connection) as queries:
            staff_client.get(page_of(organisation))
        return len(queries)

    organisation = publish().organisation
    count_queries(organisation)
    one = count_queries(organisation)
    for _ in range(2):
        assert publish().organisation == organisation
    assert count_queries(organisation) == one
