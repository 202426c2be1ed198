"""How long personal data is stored, and the command that erases it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import CharField, TextField
from django.utils import timezone

from config.models import AuditEntry
from signatories.errors import BadLink, LinkEnded, SignatureError
from signatories.housekeeping import tidy
from signatories.models import Signature
from signatories.privacy.actions import erase_contacts, expire_unconfirmed
from signatories.privacy.retention import UNCONFIRMED_DAYS, forecast
from signatories.signing.actions import ask_to_become_contact, decide_handover
from signatories.signing.links import MANAGE, make_token, read_token
from tests.factories import LetterFactory, SignatureFactory

pytestmark = pytest.mark.django_db
Status = Signature.Status
NOW = timezone.now()
PERSON = ["representative_name", "representative_role", "representative_email", "email_index"]


def letter_over(slug: str, **facts):
    """A letter whose contacts have been due since yesterday."""
    facts = {"contact_days": 30, "closes_at": NOW - timedelta(days=31)} | facts
    return LetterFactory(slug=slug, opens_at=NOW - timedelta(days=400), **facts)


def unconfirmed(**facts) -> Signature:
    facts = {"signed_at": NOW - timedelta(days=UNCONFIRMED_DAYS, hours=1)} | facts
    words = {"website": "https://zora.example.org", "statement": "Zora says so."}
    return SignatureFactory(unconfirmed=True, signed_as="Zora Zimmer", **words, **facts)


def dry_run(capsys) -> list[str]:
    call_command("erase_contacts", dry_run=True)
    return capsys.readouterr().out.splitlines()


# Unconfirmed signatures


def test_nothing_entered_in_an_unconfirmed_signature_stays():
    signature = unconfirmed(visibility="withheld")
    assert expire_unconfirmed(now=NOW) == 1
    signature.refresh_from_db()
    assert signature.status == Status.EXPIRED
    written = ["signed_as", "website", "statement", *PERSON]
    assert {name: getattr(signature, name) for name in written} == dict.fromkeys(written, "")
    assert str(signature) == f"Signature {signature.pk}"


# Of unconfirmed signatures: facts that stay on record, and columns filled only later.
ON_RECORD = {"status", "authority", "visibility", "country", "language", "edition_language"}
WRITTEN_LATER = {"reason", "source_url", "proposed_name", "proposed_statement"}


def test_no_column_keeps_input_of_an_unconfirmed_signature():
    """A field that is added to the form must be erased, too."""
    signature = unconfirmed()
    texts = {
        field.name
        for field in Signature._meta.fields
        if isinstance(field, CharField | TextField) and field.name not in ON_RECORD | WRITTEN_LATER
    }
    empty = [name for name in texts if not getattr(signature, name)]
    Signature.objects.update(**dict.fromkeys(empty, "x"))
    expire_unconfirmed(now=NOW)
    signature.refresh_from_db()
    left = {name for name in texts if getattr(signature, name)}
    assert left == {"link_nonce"}  # a new one, of which nobody knows


def test_the_record_keeps_country_start_and_end():
    signature = unconfirmed(country="PL")
    expire_unconfirmed(now=NOW)
    entry = AuditEntry.objects.get(subject_id=signature.pk)
    assert (entry.verb, entry.at, entry.actor, entry.detail) == ("expired", NOW, "system", {})
    kept = Signature.objects.get()
    assert (kept.country.code, kept.signed_at) == ("PL", signature.signed_at)


def test_words_of_signatures_that_expired_earlier_are_erased_too():
    """Signatures that ended before their input was erased with them."""
    old = unconfirmed(representative_name="", representative_role="", representative_email="")
    Signature.objects.update(status=Status.EXPIRED)
    assert expire_unconfirmed(now=NOW) == 1
    old.refresh_from_db()
    assert (old.signed_as, old.statement) == ("", "")
    assert AuditEntry.objects.get(subject_id=old.pk).verb == "words erased"
    assert expire_unconfirmed(now=NOW) == 0


def test_a_signature_that_can_still_be_confirmed_keeps_its_input():
    signature = unconfirmed(signed_at=NOW - timedelta(days=UNCONFIRMED_DAYS) + timedelta(hours=1))
    assert tidy(now=NOW)["expired"] == 0
    assert Signature.objects.get().signed_as == signature.signed_as


# Contacts under letters that have closed


def test_two_unconfirmed_signatures_of_one_name_can_be_erased_together():
    """Without an address they would be indistinguishable, so they end with it."""
    letter = letter_over("speak")
    for _ in range(2):
        unconfirmed(letter=letter, country="DE", signed_at=NOW - timedelta(days=1))
    assert erase_contacts(now=NOW) == 2
    assert set(Signature.objects.values_list("status", flat=True)) == {Status.EXPIRED}


def test_a_letter_that_was_given_more_time_keeps_its_contacts():
    signature = SignatureFactory(letter=letter_over("speak", contact_days=31))
    assert erase_contacts(now=NOW) == 0
    assert Signature.objects.get().representative_name == signature.representative_name


def test_a_name_without_an_address_is_erased_as_well():
    SignatureFactory(letter=letter_over("speak"), representative_email="")
    assert erase_contacts(now=NOW) == 1
    assert Signature.objects.get().representative_name == ""


def test_a_private_link_whose_data_are_erased_says_so():
    signature = SignatureFactory(letter=letter_over("speak"))
    token = make_token(signature, MANAGE)
    erase_contacts(now=NOW)
    with pytest.raises(LinkEnded):
        read_token(token, MANAGE)


def test_a_link_that_a_newer_one_replaced_says_nothing_of_erasure():
    signature = SignatureFactory()
    token = make_token(signature, MANAGE)
    Signature.objects.update(link_nonce="another")
    with pytest.raises(BadLink) as bad:
        read_token(token, MANAGE)
    assert type(bad.value) is BadLink


def test_an_erased_colleague_is_not_handed_a_signature(staff):
    first = SignatureFactory()
    second = SignatureFactory(
        letter=first.letter,
        organisation=first.organisation,
        declined=True,
        decided_by=None,
        authority="own_domain",
    )
    ask_to_become_contact(second=second, now=NOW)
    Signature.objects.filter(pk=second.pk).update(representative_email="", email_index="")
    with pytest.raises(SignatureError):
        decide_handover(signature=first, accept=True, by=staff, now=NOW)
    decide_handover(signature=first, accept=False, by=staff, now=NOW)
    first.refresh_from_db()
    assert (first.contact_request, first.representative_name) == (None, "Rosa Reader")


# The command


@pytest.fixture
def letters(monkeypatch) -> None:
    """Contacts that are due, due within 30 days, and due later."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    over, soon = letter_over("over"), letter_over("soon", contact_days=60)
    later = letter_over("later", contact_days=61, closes_at=NOW - timedelta(days=30))
    for letter, number in ((over, 3), (soon, 2), (later, 1)):
        for _ in range(number):
            SignatureFactory(letter=letter)
    SignatureFactory(letter=over, representative_name="", representative_role="", email_index="x")
    Signature.objects.filter(email_index="x").update(representative_email="", email_index="")
    unconfirmed(letter=later)
    unconfirmed(letter=later, signed_at=NOW - timedelta(days=1))


def test_a_dry_run_says_what_is_due_soon_and_why_and_erases_nothing(letters, capsys):
    before = list(Signature.objects.order_by("pk").values())
    shown = "%Y-%m-%d %H:%M UTC"
    closes = f"closes {NOW - timedelta(days=31):{shown}}, contacts are kept for"
    due, soon = NOW - timedelta(days=1), NOW + timedelta(days=29)
    assert dry_run(capsys) == [
        "later: 1 due now, 1 in the next 30 days (not confirmed within 14 days of signing)",
        f"over: 3 due now, 0 in the next 30 days ({closes} 30 days, until {due:{shown}})",
        f"soon: 0 due now, 2 in the next 30 days ({closes} 60 days, until {soon:{shown}})",
        "All letters: 4 due now, 3 in the next 30 days",
    ]
    assert list(Signature.objects.order_by("pk").values()) == before


def test_the_command_erases_everything_due_in_batches(letters, capsys, monkeypatch):
    monkeypatch.setattr("signatories.privacy.actions.BATCH", 2)
    call_command("erase_contacts")
    said = capsys.readouterr().out
    assert said.splitlines() == [
        "Signatures never confirmed, with everything entered: 1 deleted.",
        "Contacts of closed letters: 3 deleted.",
    ]
    assert forecast(now=NOW, days=0) == []
    kept = Signature.objects.with_contact().values_list("letter__slug", flat=True)
    assert sorted(kept) == ["later", "later", "soon", "soon"]
    assert "Rosa" not in said


def test_the_worker_does_the_same(letters):
    done = tidy(now=NOW)
    assert (done["expired"], done["erased"]) == (1, 3)
    assert forecast(now=NOW, days=0) == []


def test_the_privacy_page_tells_representatives_how_long(client):
    page = client.get("/en/privacy/").content.decode()
    assert f"deleted after {UNCONFIRMED_DAYS} days" in page
    for told in ("IP address", "never the exact IP address", "deleted at once", "Article 6(1)(f)"):
        assert told in page
